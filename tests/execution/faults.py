"""Faults for resolvers and statements, which both executors meet alike.

A fault depends on the source alone, never on how often or in which order it is called: that is each executor's own.
"""

import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any

import pytest
from graphql import GraphQLError, Undefined, get_named_type, get_nullable_type, is_leaf_type, is_list_type
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from graph.errors import InvalidInput
from tests.execution import chance
from tests.graph.shape import core

Proper = Callable[[], Any]
"""What the resolver itself would return."""


class Fault(Exception):
    pass


def _raise(error: BaseException) -> Any:
    raise error


async def _late(proper: Proper, then: Callable[[Any], Any]) -> Any:
    await chance.wait()
    found = proper()
    return then(await found if isawaitable(found) else found)


def _error() -> GraphQLError:
    return GraphQLError("no", extensions={"code": "FAULT"})


async def _one_by_one(values: Any) -> AsyncIterator[Any]:
    for value in values:
        yield value


def _with(found: Any, value: Any) -> Any:
    """The list with a value put into it."""
    return [*found[:1], value, *found[1:]] if isinstance(found, (list, tuple)) else [value]


# Each is given a way to the proper value.
ANY: dict[str, Callable[[Proper], Any]] = {
    "raises": lambda proper: _raise(Fault("broken")),
    "refuses": lambda proper: _raise(_error()),
    "refuses its input": lambda proper: _raise(InvalidInput("MALFORMED_ID", "no id", "id")),
    "returns null": lambda proper: None,
    "returns Undefined": lambda proper: Undefined,
    "returns an exception": lambda proper: Fault("broken"),
    "returns what it should": lambda proper: proper(),
    "is late": lambda proper: _late(proper, lambda found: found),
    "is late and raises": lambda proper: _late(proper, lambda found: _raise(Fault("late"))),
    "is late and returns null": lambda proper: _late(proper, lambda found: None),
    "is late and returns an exception": lambda proper: _late(proper, lambda found: Fault("late")),
}
LEAF: dict[str, Callable[[Proper], Any]] = {
    f"returns {value!r}": lambda proper, value=value: value  # type: ignore[misc]
    for value in ("text", "", 2**40, -1.5, float("nan"), True, [], {}, b"x", (1,), frozenset())
} | {"returns an object": lambda proper: Fault}
OBJECT: dict[str, Callable[[Proper], Any]] = {
    "returns a number": lambda proper: 5, "returns a text": lambda proper: "text", "returns a dict": lambda proper: {},
    "returns a list": lambda proper: [], "returns an object": lambda proper: object(),
}  # fmt: skip
LIST: dict[str, Callable[[Proper], Any]] = {
    "returns a number": lambda proper: 5, "returns a text": lambda proper: "text",
    "returns a dict": lambda proper: {"a": 1},
    "returns a tuple": lambda proper: _late(proper, tuple),
    "returns a generator": lambda proper: _late(proper, lambda found: (each for each in found)),
    "returns one by one": lambda proper: _late(proper, _one_by_one),
    "has null in it": lambda proper: _late(proper, lambda found: _with(found, None)),
    "has an exception in it": lambda proper: _late(proper, lambda found: _with(found, Fault("inside"))),
    "has late ones in it": lambda proper: _late(
        proper, lambda found: [_late(lambda: each, lambda same: same) for each in found]  # noqa: B023
    ),
    "has a late exception in it": lambda proper: _late(
        proper, lambda found: _with(found, _late(lambda: None, lambda _: _raise(Fault("inside"))))
    ),
    "has a number in it": lambda proper: _late(proper, lambda found: _with(found, 5)),
}  # fmt: skip


def faults_of(field: Any) -> dict[str, Callable[[Proper], Any]]:
    """What may go wrong in a field of this type."""
    if is_list_type(get_nullable_type(field.type)):
        return ANY | LIST
    return ANY | (LEAF if is_leaf_type(get_named_type(field.type)) else OBJECT)


@dataclass(frozen=True)
class Injection:
    """`half`: only some sources are hit."""

    type_name: str
    field_name: str
    fault: str
    half: bool

    def __str__(self) -> str:
        return f"{self.type_name}.{self.field_name} {self.fault}{' for some' if self.half else ''}"


@contextmanager
def injected(injection: Injection) -> Iterator[list[Any]]:
    """The field's resolver is replaced while the block runs; the sources that were hit."""
    field: Any = core.type_map[injection.type_name].fields[injection.field_name]  # type: ignore[attr-defined]
    proper, fault, hit = field.resolve, faults_of(field)[injection.fault], []

    def resolve(source: Any, info: Any, **arguments: Any) -> Any:
        if injection.half and _is_even(source):
            return proper(source, info, **arguments)
        hit.append(source)
        return fault(lambda: proper(source, info, **arguments))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(field, "resolve", resolve)
        yield hit


def _is_even(source: Any) -> bool:
    """Of a row, a page of rows, an edge, a document: by what both executors hold."""
    rows = getattr(source, "records", None)
    row = source[0] if type(source) is tuple else rows[0] if rows else source
    return len(repr(getattr(row, "id", ""))) % 2 == 0 if isinstance(row, str) else _number(row) % 2 == 0


def _number(row: Any) -> int:
    key = getattr(row, "id", 0)
    return key if isinstance(key, int) else len(str(key))


@contextmanager
def failing_statements(engine: AsyncEngine, table: str, error: Exception) -> Iterator[list[str]]:
    """All statements that ask the table fail while the block runs; those that did. How many of them an operation takes
    is each executor's own: rows that are only counted need not be read.
    """
    failed: list[str] = []

    def fail(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if table_of(statement) == table:
            failed.append(statement)
            raise error

    event.listen(engine.sync_engine, "before_cursor_execute", fail)
    try:
        yield failed
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", fail)


def table_of(statement: str) -> str:
    found = re.search(r"\bFROM `?(\w+)", statement)
    return found[1] if found else ""


def lost_connection() -> OperationalError:
    return OperationalError("SELECT", {}, Fault("gone away"))
