"""One request through either executor, and what may differ between the two answers: nothing but what is left to chance.

Data must be equal to the byte, in the order of its keys too. Errors must be equal in message, path, locations and
extensions, as they were raised and as a client sees them.
"""

from dataclasses import dataclass, field
from typing import Any

import orjson
from graphql import GraphQLError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.actors import Actor
from graph.answers import written
from graph.errors import public
from tests.execution.executors import NOT_RUN, Request, execute
from tests.support import recorded


@dataclass(frozen=True)
class Answer:
    data: Any
    errors: list[dict[str, Any]] = field(default_factory=list)
    statements: int = 0

    @property
    def is_refusal(self) -> bool:
        """Whether nothing was executed."""
        return self.data is None and any("path" not in error["shown"] for error in self.errors)


async def answer(engine: AsyncEngine, actor: Actor, request: Request, *, stock: bool) -> Answer:
    with recorded(engine) as statements:
        try:
            result = await execute(engine, actor, request, stock=stock)
        except NOT_RUN:
            return Answer("there is no such operation to run")
    return Answer(_plain(result.data), [_error(error) for error in result.errors or []], len(statements))


def _plain(data: Any) -> Any:
    try:
        return orjson.loads(written(data))
    except (TypeError, orjson.JSONDecodeError) as error:
        return f"no JSON: {error}"


def _error(error: GraphQLError) -> dict[str, Any]:
    shown = public(error, "1")
    original = error.original_error
    # What a database says quotes the statement, which may be worded in several ways.
    raw = type(original).__name__ if isinstance(original, DBAPIError) else f"{type(original).__name__}: {error.message}"
    return {"raw": raw, "extensions": error.extensions, "shown": shown}


def difference(ours: Answer, stock: Answer) -> str | None:
    """What differs. While one statement runs, nothing else does: then even the order of the errors must be the same."""
    if orjson.dumps(ours.data) != orjson.dumps(stock.data):
        return "data"
    if ours.errors == stock.errors:
        return None
    if _sorted(ours.errors) == _sorted(stock.errors):
        return "order of errors" if stock.statements <= 1 else None
    return "errors"


def _sorted(errors: list[dict[str, Any]]) -> list[bytes]:
    return sorted(_text(error) for error in errors)


def _text(error: dict[str, Any]) -> bytes:
    return orjson.dumps(error, option=orjson.OPT_SORT_KEYS, default=repr)


def told(answer_: Answer) -> dict[str, frozenset[bytes]]:
    """The errors, by the position that each has made null."""
    found: dict[str, set[bytes]] = {}
    for error in answer_.errors:
        found.setdefault(_nulled(answer_.data, error["shown"].get("path", [])), set()).add(_text(error))
    return {position: frozenset(errors) for position, errors in found.items()}


def _nulled(data: Any, path: list[str | int]) -> str:
    """The first null on the way along the path."""
    here = []
    for key in path:
        if data is None:
            break
        data = data[key]
        here.append(key)
    return repr(here)
