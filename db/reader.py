"""One reader per operation: one pooled connection, one snapshot, one statement at a time."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Self

from sqlalchemy import Dialect, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from db.engine import reading
from db.pools import Rows
from db.statements import prepared

ATTEMPTS = 3


class ReaderClosed(Exception):
    """The operation is over; whoever still asks is a leftover of it."""


class Reader:
    """Connects at the first read. Its transaction is the snapshot: levels of one answer agree with each other.

    `several` may be set to False before the first read, by who knows that it stays the only one: one statement agrees
    with itself, and needs no transaction.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self.several = True
        self.dialect = engine.dialect
        self._pool = reading(engine)
        # Whoever listens for the engine's statements hears of these too, though they do not go through it.
        self._listeners = engine.sync_engine.dispatch.before_cursor_execute
        self._connection: Any = None
        self._in_snapshot = False
        self._failure: Exception | None = None
        self._lock = asyncio.Lock()
        self._closed = False

    async def fetch(self, select: Select[Any], values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Rows with Python's values, for callers that run side by side."""
        # To cancel a statement costs its connection. An error in one field cancels its neighbours: let them finish.
        running = asyncio.ensure_future(self.rows(select, values))
        running.add_done_callback(_forget)
        return prepared(select, self.dialect).convert(await asyncio.shield(running))

    async def rows(self, select: Select[Any], values: Mapping[str, Any]) -> Rows:
        """Rows as the driver makes them. Who cancels this loses the connection."""
        sql, arguments = prepared(select, self.dialect).render(values)
        async with self._lock:
            # An error ends an operation while loads of its other fields are still to come: they must not connect again.
            if self._closed:
                raise ReaderClosed
            if self._failure is not None:
                raise self._failure
            for listener in self._listeners:
                listener(None, None, sql, arguments, None, False)
            return await self._run(sql, arguments)

    async def renew(self) -> None:
        """Gives the connection back: the next read opens a new snapshot. Needed after a write, to see it."""
        async with self._lock:
            self._failure = None
            connection, self._connection = self._connection, None
            if connection is None:
                return
            try:
                if self._in_snapshot:
                    await self._pool.run(connection, "COMMIT", ())
            except BaseException:
                await self._pool.discard(connection)
                raise
            else:
                await self._pool.release(connection)
            finally:
                self._in_snapshot = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        self._closed = True
        # What has been read was read; that the end of the snapshot failed is the connection's matter.
        with suppress(Exception):
            await self.renew()

    async def _run(self, sql: str, arguments: Sequence[Any]) -> Rows:
        for attempt in range(ATTEMPTS):
            is_first = self._connection is None
            if is_first:
                await self._connect()
            try:
                if self.several and not self._in_snapshot:
                    await self._pool.run(self._connection, self._pool.snapshot, ())
                    self._in_snapshot = True
                return await self._pool.run(self._connection, sql, arguments)
            except Exception as error:
                wrapped = wrapped_error(error, sql, self.dialect)
                if not isinstance(wrapped, DBAPIError) or wrapped.connection_invalidated:
                    await self._drop()
                    # It may have died while it waited in the pool. Nothing was read on it: another will do.
                    if is_first and isinstance(wrapped, DBAPIError) and attempt < ATTEMPTS - 1:
                        continue
                raise wrapped from error
            except BaseException:
                # Cancelled: what the server still sends would be taken for the answer to the next statement.
                await self._drop()
                raise
        raise AssertionError("unreachable")

    async def _connect(self) -> None:
        """Fails for good: nobody waits twice for a pool that is full, or for a server that does not answer."""
        try:
            self._connection = await self._pool.acquire()
        except Exception as error:
            self._failure = wrapped_error(error, "", self.dialect)
            raise self._failure from error

    async def _drop(self) -> None:
        connection, self._connection = self._connection, None
        self._in_snapshot = False
        if connection is not None:
            await self._pool.discard(connection)


def wrapped_error(error: Exception, sql: str, dialect: Dialect) -> Exception:
    """A driver's error as SQLAlchemy would raise it."""
    driver: Any = dialect.loaded_dbapi
    if not isinstance(error, driver.Error):
        return error
    lost = dialect.is_disconnect(error, None, None)
    wrapped: Exception = DBAPIError.instance(
        sql, None, error, driver.Error, hide_parameters=True, connection_invalidated=lost, dialect=dialect
    )
    return wrapped


def _forget(running: asyncio.Future[Any]) -> None:
    """Looks at the outcome, so that one which nobody waits for any more is not reported as overlooked."""
    if not running.cancelled():
        running.exception()
