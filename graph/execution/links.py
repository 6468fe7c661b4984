"""Fields that lead to rows: one statement for all parents."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Select

from db.queries import lists
from graph.edges import Found
from graph.execution.levels import Answer, Level
from graph.execution.run import Run
from graph.execution.unplanned import Unplanned
from graph.kinds import Kind

Getter = Callable[[Any], Any]


class RowsByKey:
    """Rows of one kind, completed; each once, however many parents lead to it."""

    def __init__(self, kind: Kind, columns: tuple[str, ...], level: Level) -> None:
        self._kind, self._columns, self._level = kind, columns, level
        self._selects: dict[tuple[str, bool], Select[Any]] = {}
        self.statements = 1 + level.statements

    async def fetch(self, run: Run, key: str, keys: list[Any]) -> dict[Any, Answer]:
        select = self._selects.get((key, run.everything))
        if select is None:
            select = lists.by_key(self._kind.table, key, self._columns, everything=run.everything)
            self._selects[key, run.everything] = select
        rows = await run.rows(select, {"keys": keys})
        answers = await self._level.complete(run, rows)
        return {row[0]: answer for row, answer in zip(rows, answers, strict=True)}


class ToOneField:
    def __init__(self, name: str, via: Getter, key: str, rows: RowsByKey, *, required: bool) -> None:
        self.name, self._via, self._key, self._rows, self._required = name, via, key, rows, required
        self.statements = rows.statements

    async def fill(self, run: Run, sources: Sequence[Any], objects: Sequence[Any], answers: list[Answer]) -> None:
        keys = list(map(self._via, sources))
        wanted = [key for key in dict.fromkeys(keys) if key is not None]
        found = await self._rows.fetch(run, self._key, wanted) if wanted else {}
        if self._required and not all(key in found for key in keys):
            raise Unplanned
        for answer, key in zip(answers, keys, strict=True):
            answer[self.name] = found.get(key)


class LookupField:
    """Rows that the arguments name. `rows` has a way to fetch those of each kind that there may be."""

    def __init__(
        self, name: str, find: Callable[[Run], Found | list[Found]], rows: Mapping[str, RowsByKey], *, required: bool
    ) -> None:
        self.name, self._find, self._rows, self._required = name, find, rows, required
        self.statements = sum(each.statements for each in rows.values())

    async def fill(self, run: Run, sources: Sequence[Any], objects: Sequence[Any], answers: list[Answer]) -> None:
        found = self._find(run)
        if isinstance(found, list):
            value: Any = await self._many(run, found)
        else:
            value = (await self._rows[found.kind.name].fetch(run, found.key, [found.value])).get(found.value)
        if self._required and (value is None or (isinstance(found, list) and None in value)):
            raise Unplanned
        for answer in answers:
            answer[self.name] = value

    async def _many(self, run: Run, asked: list[Found]) -> list[Answer | None]:
        wanted: dict[tuple[str, str], dict[Any, None]] = {}
        for each in asked:
            wanted.setdefault((each.kind.name, each.key), {})[each.value] = None
        rows = {
            (kind, key): await self._rows[kind].fetch(run, key, list(values)) for (kind, key), values in wanted.items()
        }
        return [rows[each.kind.name, each.key].get(each.value) for each in asked]
