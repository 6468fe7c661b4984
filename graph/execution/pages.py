"""The parts of a connection, each made for the pages of all parents at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from db.queries import lists
from db.queries.keyset import Order, encode
from graph.edges import Ask
from graph.execution.leaves import Function
from graph.execution.levels import Answer, Level
from graph.execution.links import Getter
from graph.execution.run import Run
from graph.relay import page_info


@dataclass(slots=True)
class Pages:
    """The rows of all pages, each page's in order, and the keys of those that there is more of."""

    ask: Ask
    keys: list[Any]
    rows: Sequence[Any]
    more: set[Any]

    def grouped(self, items: Sequence[Any]) -> dict[Any, list[Any]]:
        """`items` has one for each row."""
        if len(self.keys) == 1:
            return {self.keys[0]: list(items)}
        groups: dict[Any, list[Any]] = {key: [] for key in self.keys}
        for row, item in zip(self.rows, items, strict=True):
            groups[row[0]].append(item)
        return groups


class Part(Protocol):
    """A field of a connection: its value for each key. `rows`: whether it needs the rows; `more`: whether it tells if
    there are more of them; `statements`: how many it takes beyond that for the rows."""

    rows: bool
    more: bool
    statements: int

    async def of(self, run: Run, pages: Pages) -> Mapping[Any, Any]: ...


class Nodes:
    rows, more = True, False

    def __init__(self, level: Level) -> None:
        self._level = level
        self.statements = level.statements

    async def of(self, run: Run, pages: Pages) -> Mapping[Any, Any]:
        return pages.grouped(await self._level.complete(run, pages.rows))


class Cursors:
    """Makes a row's cursor. `python` has a getter for each column of the orders that there may be."""

    def __init__(self, list_name: str, python: Mapping[str, Getter]) -> None:
        self._list_name, self._python = list_name, python

    def of(self, order: Order, row: Any) -> str:
        return encode(order, self._list_name, [self._python[key](row) for key in order.keys])


class Edges:
    """`fields`: for each response name its constant text, None for the cursor, or the level of the node."""

    rows, more = True, False

    def __init__(self, fields: Mapping[str, str | Level | None], cursors: Cursors | None) -> None:
        self._fields, self._cursors = fields, cursors
        self.statements = sum(field.statements for field in fields.values() if isinstance(field, Level))

    async def of(self, run: Run, pages: Pages) -> Mapping[Any, Any]:
        edges: list[Answer] = [{} for _ in pages.rows]
        for name, field in self._fields.items():
            for edge, value in zip(edges, await self._column(run, pages, field), strict=True):
                edge[name] = value
        return pages.grouped(edges)

    async def _column(self, run: Run, pages: Pages, field: str | Level | None) -> Sequence[Any]:
        if field is None:
            assert self._cursors is not None
            return [self._cursors.of(pages.ask.order, row) for row in pages.rows]
        if isinstance(field, str):
            return [field] * len(pages.rows)
        return await field.complete(run, pages.rows)


class PageInfos:
    """`cursors` is None where they are not asked for."""

    rows, more, statements = True, True, 0

    def __init__(self, level: Level, cursors: Cursors | None) -> None:
        self._level, self._cursors = level, cursors

    async def of(self, run: Run, pages: Pages) -> Mapping[Any, Any]:
        groups = pages.grouped(pages.rows)
        infos = [self._info(pages, key, groups[key]) for key in pages.keys]
        return dict(zip(pages.keys, await self._level.complete(run, infos), strict=True))

    def _info(self, pages: Pages, key: Any, rows: list[Any]) -> Any:
        ends: list[str | None] = [None, None]
        if self._cursors is not None and rows:
            ends = [self._cursors.of(pages.ask.order, rows[end]) for end in (0, -1)]
        return page_info(pages.ask.slice, *ends, has_more=key in pages.more)


class Counts:
    rows, more, statements = False, False, 1

    def __init__(self, exact: Function) -> None:
        self._exact = exact

    async def of(self, run: Run, pages: Pages) -> Mapping[Any, Any]:
        select = lists.count(pages.ask.listing, everything=run.everything)
        rows = await run.rows(select, {"keys": pages.keys, **pages.ask.parameters})
        found = {row[0]: row[1] for row in rows}
        return {key: self._exact(found.get(key, 0)) for key in pages.keys}


class Constant:
    rows, more, statements = False, False, 0

    def __init__(self, value: str) -> None:
        self._value = value

    async def of(self, run: Run, pages: Pages) -> Mapping[Any, Any]:
        return dict.fromkeys(pages.keys, self._value)
