"""A transaction: rows are loaded, changed and added as objects, and written by statements that are compiled once."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Self, TypeVar

import orjson
from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm.exc import StaleDataError

from db.base import APPEND_ONLY, Base
from db.changes import OLD, Shape, insertion, shape, updating
from db.engine import writing
from db.lease import Lease
from db.statements import prepared

B = TypeVar("B", bound=Base)
R = TypeVar("R")


class TransactionBroken(Exception):
    """A statement has failed, and with it perhaps what was written before: only a rollback makes a new beginning."""


class Transaction:
    """Begins with its first statement. What is not committed at the end of the block is rolled back."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._dialect = engine.dialect
        self._lease = Lease(engine, writing(engine))
        # Whoever listens for the engine's commits and rollbacks hears of these too.
        self._events = engine.sync_engine.dispatch
        self._known: list[_Known] = []
        self._added: list[Base] = []
        self._broken = False

    async def rows(self, select: Select[Any], values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        statement = prepared(select, self._dialect)
        sql, arguments = statement.render(values)
        return statement.convert(await self._run(self._lease.pool.run, sql, arguments))

    async def row(self, select: Select[Any], values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        found = await self.rows(select, values)
        return found[0] if found else None

    async def load(self, kind: type[B], select: Select[Any], values: Mapping[str, Any]) -> B | None:
        """The one row of a SELECT of all columns. What is changed in it is written with the next flush."""
        found = await self.row(select, values)
        if found is None:
            return None
        of = shape(kind)
        values = dict(zip(of.columns, found, strict=True))
        # What is known already is the same object, with what has been changed in it since.
        if known := self._same(of, values):
            return known  # type: ignore[return-value]
        row = kind()
        self._know(row, of, values)
        return row

    def _same(self, of: Shape, values: Mapping[str, Any]) -> Base | None:
        key = [values[name] for name in of.key]
        found = (each for each in self._known if each.shape is of and [each.values[name] for name in of.key] == key)
        return next((each.row for each in found), None)

    def add(self, *rows: Base) -> None:
        self._added += rows

    async def overwrite(self, kind: type[Base], key: int, **values: Any) -> None:
        """At once, and without counting the row's version: for columns that follow from others, so that who has read
        the row has not missed anything."""
        of = shape(kind)
        assert of.number is not None
        _refuse_append_only(of)
        change = updating(of.table, tuple(values), (of.number,), self._dialect)
        await self._run(self._lease.pool.change, change.sql, change.arguments({**values, OLD + of.number: key}))

    async def flush(self) -> None:
        """Writes what has changed, then what was added, in that order. An added row then has its number."""
        for known in self._known:
            await self._update(known)
        added, self._added = self._added, []
        for row in added:
            await self._insert(row)

    async def commit(self) -> None:
        await self.flush()
        if self._broken:
            raise TransactionBroken
        for listener in self._events.commit:
            listener(None)
        try:
            await self._lease.end("COMMIT")
        except BaseException:
            self._broken = True
            raise
        self._known, self._added = [], []

    async def rollback(self) -> None:
        """The next statement begins anew."""
        self._known, self._added, self._broken = [], [], False
        if not self._lease.is_held:
            return
        for listener in self._events.rollback:
            listener(None)
        try:
            await self._lease.end("ROLLBACK")
        finally:
            await self._lease.drop()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        # Where the rollback fails, the connection is closed, which does the same: what has ended the block is told.
        with suppress(Exception):
            await self.rollback()

    async def _run(
        self, how: Callable[[Any, str, Sequence[Any]], Awaitable[R]], sql: str, arguments: Sequence[Any]
    ) -> R:
        if self._broken:
            raise TransactionBroken
        try:
            return await self._lease.run(how, sql, arguments)
        except BaseException:
            self._broken = True
            raise

    async def _insert(self, row: Base) -> None:
        of = shape(type(row))
        values = of.complete(vars(row))
        columns = tuple(name for name, value in values.items() if value is not None or name not in of.left_out)
        change = insertion(of.table, columns, self._dialect)
        _, number = await self._run(self._lease.pool.change, change.sql, change.arguments(values))
        if of.number is not None:
            values.setdefault(of.number, number)
        self._know(row, of, values)

    async def _update(self, known: "_Known") -> None:
        values = known.changes()
        if not values:
            return
        _refuse_append_only(known.shape)
        table, key, version = known.shape.table, known.shape.key, known.shape.version
        if version is not None:
            values[version] = known.values[version] + 1
            key = (*key, version)
        change = updating(table, tuple(values), key, self._dialect)
        old = {OLD + name: known.values[name] for name in key}
        matched, _ = await self._run(self._lease.pool.change, change.sql, change.arguments(values | old))
        if matched != 1:
            raise StaleDataError(f"an UPDATE of {table.name} met {matched} rows")
        known.renew(values)

    def _know(self, row: Base, of: Shape, values: dict[str, Any]) -> None:
        vars(row).update(values)
        self._known.append(_Known(row, of, values))


def _refuse_append_only(of: Shape) -> None:
    if of.table.info.get(APPEND_ONLY):
        raise TypeError(f"rows of {of.table.name} are never changed")


class _Known:
    """A row that is in the database, and the values it has there."""

    def __init__(self, row: Base, of: Shape, values: dict[str, Any]) -> None:
        self.row, self.shape, self.values = row, of, values
        self._texts = self._written(values)

    def changes(self) -> dict[str, Any]:
        now, documents = vars(self.row), self.shape.documents
        found = {
            name: now.get(name)
            for name, value in self.values.items()
            if now.get(name) is not value and name not in documents and now.get(name) != value
        }
        # By what is in them: a document that was changed in its place has changed.
        texts = self._written(now)
        return found | {name: now.get(name) for name, text in texts.items() if text != self._texts[name]}

    def renew(self, values: dict[str, Any]) -> None:
        self.values |= values
        self._texts |= self._written(self.values)
        vars(self.row).update(values)

    def _written(self, values: Mapping[str, Any]) -> dict[str, bytes]:
        return {name: orjson.dumps(values.get(name)) for name in self.shape.documents}
