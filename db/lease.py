"""A pooled connection in the hands of one operation: taken at its first statement, given back at its end."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from db.pools import ConnectionPool, Ending

ATTEMPTS = 3
R = TypeVar("R")


class Lease:
    """For one statement at a time. After `end` or `drop`, the next statement takes another connection."""

    def __init__(self, engine: AsyncEngine, pool: ConnectionPool) -> None:
        self.dialect = engine.dialect
        self.pool = pool
        # Whoever listens for the engine's statements hears of these too, though they do not go through it.
        self._listeners = engine.sync_engine.dispatch.before_cursor_execute
        self._connection: Any = None
        self._begun = False
        self._failure: Exception | None = None

    @property
    def is_held(self) -> bool:
        return self._connection is not None

    async def run(
        self,
        how: Callable[[Any, str, Sequence[Any]], Awaitable[R]],
        sql: str,
        arguments: Sequence[Any],
        *,
        in_transaction: bool = True,
    ) -> R:
        """`how` is a method of the pool. Who cancels this loses the connection."""
        if self._failure is not None:
            raise self._failure
        for listener in self._listeners:
            listener(None, None, sql, arguments, None, False)
        for attempt in range(ATTEMPTS):
            is_first = self._connection is None
            if is_first:
                await self._connect()
            try:
                if in_transaction and not self._begun:
                    if self.pool.begin is not None:
                        await self.pool.run(self._connection, self.pool.begin, ())
                    self._begun = True
                return await how(self._connection, sql, arguments)
            except BaseException as error:
                judged = await self._judged(error, sql)
                # It may have died while it waited in the pool. Nothing was done on it: another will do.
                if is_first and attempt < ATTEMPTS - 1 and isinstance(judged, DBAPIError) and not self.is_held:
                    continue
                if judged is error:
                    raise
                raise judged from error
        raise AssertionError("unreachable")

    async def end(self, how: Ending) -> None:
        """Ends the transaction if there is one, and gives the connection back. When that fails, the connection stays as
        it is, if it is still good."""
        if self._begun:
            try:
                await self.pool.end(self._connection, how)
            except BaseException as error:
                judged = await self._judged(error, None)
                if judged is error:
                    raise
                raise judged from error
        connection = self._forget()
        if connection is not None:
            await self.pool.release(connection)

    async def drop(self) -> None:
        """In place of `end`, for a connection that is not known to be good."""
        connection = self._forget()
        if connection is not None:
            await self.pool.discard(connection)

    def _forget(self) -> Any:
        connection, self._connection = self._connection, None
        self._begun, self._failure = False, None
        return connection

    async def _connect(self) -> None:
        """Fails for good: nobody waits twice for a pool that is full, or for a server that does not answer."""
        try:
            self._connection = await self.pool.acquire()
        except Exception as error:
            self._failure = wrapped_error(error, "", self.dialect)
            raise self._failure from error

    async def _judged(self, error: BaseException, sql: str | None) -> BaseException:
        """The error as callers know it, the connection gone if it is not good any more."""
        if not isinstance(error, Exception):
            # Cancelled: what the server still sends would be taken for the answer to the next statement.
            await self.drop()
            return error
        wrapped = wrapped_error(error, sql, self.dialect)
        if not isinstance(wrapped, DBAPIError) or wrapped.connection_invalidated:
            await self.drop()
        return wrapped


def wrapped_error(error: Exception, sql: str | None, dialect: Dialect) -> Exception:
    """A driver's error as SQLAlchemy would raise it; of a COMMIT, it has no statement."""
    driver: Any = dialect.loaded_dbapi
    if not isinstance(error, driver.Error):
        return error
    lost = dialect.is_disconnect(error, None, None)
    wrapped: Exception = DBAPIError.instance(
        sql, None, error, driver.Error, hide_parameters=True, connection_invalidated=lost, dialect=dialect
    )
    return wrapped
