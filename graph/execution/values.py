"""Values that resolvers return, completed for all parents at once."""

import asyncio
import inspect
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from graphql import GraphQLAbstractType, GraphQLObjectType

from graph.execution.leaves import Function
from graph.execution.levels import Level
from graph.execution.run import Info, Run
from graph.execution.unplanned import Unplanned


class Completer(Protocol):
    statements: int

    async def complete(self, run: Run, info: Info, values: list[Any]) -> list[Any]: ...


class Leaves:
    statements = 0

    def __init__(self, exact: Function) -> None:
        self._exact = exact

    async def complete(self, run: Run, info: Info, values: list[Any]) -> list[Any]:
        return list(map(self._exact, values))


class Lists:
    def __init__(self, inner: Completer, *, required: bool) -> None:
        self._inner, self._required = inner, required
        self.statements = inner.statements

    async def complete(self, run: Run, info: Info, values: list[Any]) -> list[Any]:
        present = _present(values, required=self._required)
        if not all(type(value) in (list, tuple) for value in present):
            raise Unplanned
        items = iter(await self._inner.complete(run, info, [item for value in present for item in value]))
        return [None if value is None else [next(items) for _ in value] for value in values]


class Objects:
    """`types` are the concrete types there may be; `abstract` is asked which, where the field does not say."""

    def __init__(
        self, level: Level, types: Sequence[GraphQLObjectType], abstract: GraphQLAbstractType | None, *, required: bool
    ) -> None:
        self._level, self._abstract, self._required = level, abstract, required
        self.statements = level.statements
        self._types = {type_.name: type_ for type_ in types}

    async def complete(self, run: Run, info: Info, values: list[Any]) -> list[Any]:
        present = _present(values, required=self._required)
        names = [self._type_of(value, info) for value in present]
        answers = iter(await self._level.complete(run, present, names))
        return [None if value is None else next(answers) for value in values]

    def _type_of(self, value: Any, info: Info) -> str:
        name = next(iter(self._types))
        if self._abstract is not None:
            if self._abstract.resolve_type is None:
                raise Unplanned
            name = self._abstract.resolve_type(value, info, self._abstract)  # type: ignore[assignment]
        is_type_of = self._types[name].is_type_of
        if is_type_of is not None and is_type_of(value, info) is not True:
            raise Unplanned
        return name


def _present(values: list[Any], *, required: bool) -> list[Any]:
    present = [value for value in values if value is not None]
    if (required and len(present) < len(values)) or any(isinstance(value, Exception) for value in present):
        raise Unplanned
    return present


class ValueField:
    """A field that is called for each parent (or read, where it has no resolver), and completed for all of them.

    `may_read`: whether the call may read on its own.
    """

    def __init__(
        self,
        name: str,
        bind: Callable[[Run], tuple[Info, Callable[[Any], Any]]],
        completer: Completer,
        *,
        may_read: bool,
    ) -> None:
        self.name, self._bind, self._completer = name, bind, completer
        self.statements = completer.statements + 2 * may_read

    async def fill(
        self, run: Run, sources: Sequence[Any], objects: Sequence[Any], answers: list[dict[str, Any]]
    ) -> None:
        info, call = self._bind(run)
        values = await _awaited([call(each) for each in objects])
        for answer, value in zip(answers, await self._completer.complete(run, info, values), strict=True):
            answer[self.name] = value


async def _awaited(values: list[Any]) -> list[Any]:
    waiting = {n: value for n, value in enumerate(values) if inspect.isawaitable(value)}
    if waiting:
        done = await asyncio.gather(*waiting.values())
        for n, value in zip(waiting, done, strict=True):
            values[n] = value
    return values
