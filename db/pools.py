"""Where operations get their connections: from the drivers' own side, without SQLAlchemy's paths around them.

Each pool is for reading or for writing. Its connections come back without a transaction.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Literal, Protocol, cast
from weakref import WeakSet

from asyncmy.connection import Connection
from asyncmy.pool import Pool
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import await_only, greenlet_spawn

Rows = Sequence[Sequence[Any]]
Ending = Literal["COMMIT", "ROLLBACK"]
RECYCLE_SECONDS = 1800
# By its statement: MySQL, MariaDB and their versions do not agree on the variable's name.
READ_COMMITTED = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"
ENDINGS = {"COMMIT": Connection.commit, "ROLLBACK": Connection.rollback}


class ConnectionPool(Protocol):
    begin: str | None
    """The statement that begins a transaction; None where the first one of any kind does."""

    async def acquire(self) -> Any:
        """Raises SQLAlchemy's TimeoutError when none becomes free in time, else the driver's errors."""

    async def release(self, connection: Any) -> None: ...

    async def discard(self, connection: Any) -> None:
        """In place of `release`, for a connection that is not known to be good."""

    async def run(self, connection: Any, sql: str, arguments: Sequence[Any]) -> Rows: ...

    async def change(self, connection: Any, sql: str, arguments: Sequence[Any]) -> tuple[int, int]:
        """How many rows an INSERT or UPDATE met, and the number that the database gave to the inserted one."""

    async def end(self, connection: Any, how: Ending) -> None: ...

    def dispose(self) -> None:
        """Called in a greenlet of SQLAlchemy's."""


class MysqlPool:
    """For reading: a transaction is a snapshot, whose statements agree with each other. Connections are given out as
    cursors."""

    begin: str | None = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"
    autocommit = True

    def __init__(self, size: int, timeout: float, **connect_arguments: Any) -> None:
        self._size, self._timeout, self._connect_arguments = size, timeout, connect_arguments
        self._pool: Pool | None = None

    async def acquire(self) -> Any:
        pool = self._pool
        if pool is None:
            # Only now: it belongs to the event loop that it is made in.
            pool = self._pool = Pool(
                0, self._size, pool_recycle=RECYCLE_SECONDS, autocommit=self.autocommit, **self._connect_arguments
            )
        # The driver's pool locks itself while it connects: who comes then has to wait, free places or not.
        if pool.freesize and not pool.cond.locked():
            return (await pool.acquire()).cursor()
        try:
            async with asyncio.timeout(self._timeout):
                return (await pool.acquire()).cursor()
        except TimeoutError:
            raise PoolTimeout(f"no connection became free in {self._timeout} seconds") from None

    async def release(self, connection: Any) -> None:
        assert self._pool is not None
        self._pool.release(connection.connection)

    async def discard(self, connection: Any) -> None:
        connection.connection.close()
        await self.release(connection)

    async def run(self, connection: Any, sql: str, arguments: Sequence[Any]) -> Rows:
        # Without arguments the driver takes the text as it is; with them, %% stands for %.
        await connection.execute(sql if arguments else sql.replace("%%", "%"), arguments or None)
        return cast(Rows, await connection.fetchall())

    async def change(self, connection: Any, sql: str, arguments: Sequence[Any]) -> tuple[int, int]:
        await connection.execute(sql, arguments)
        return connection.rowcount, connection.lastrowid

    async def end(self, connection: Any, how: Ending) -> None:
        await self.run(connection, how, ())

    def dispose(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.terminate()
            await_only(pool.wait_closed())


class MysqlWritePool(MysqlPool):
    """Each statement sees what is committed by then. Under REPEATABLE READ a statement that waits for a row lock would
    fix the snapshot before the wait, and the rule would be checked against what was true back then."""

    begin: str | None = None
    autocommit = False

    def __init__(self, size: int, timeout: float, **connect_arguments: Any) -> None:
        super().__init__(size, timeout, **connect_arguments)
        self._prepared: WeakSet[Any] = WeakSet()

    async def acquire(self) -> Any:
        cursor = await super().acquire()
        if cursor.connection not in self._prepared:
            try:
                await cursor.execute(READ_COMMITTED)
            except BaseException:
                await self.discard(cursor)
                raise
            self._prepared.add(cursor.connection)
        return cursor

    async def end(self, connection: Any, how: Ending) -> None:
        # By the driver's own calls: after a plain COMMIT without autocommit it still takes the transaction for open,
        # and its pool closes the connection.
        await ENDINGS[how](connection.connection)


class SqlitePool:
    """Over an engine in autocommit mode, whose connections are given out as SQLAlchemy's pool wraps them."""

    def __init__(self, engine: AsyncEngine, begin: str = "BEGIN") -> None:
        self._engine = engine
        self.begin: str | None = begin

    async def acquire(self) -> Any:
        return await greenlet_spawn(self._engine.sync_engine.raw_connection)

    async def release(self, connection: Any) -> None:
        await greenlet_spawn(connection.close)

    async def discard(self, connection: Any) -> None:
        # Nobody waits for its statement any more, but its thread would go on with it.
        await connection.driver_connection.interrupt()
        await greenlet_spawn(connection.invalidate)
        await greenlet_spawn(connection.close)

    async def run(self, connection: Any, sql: str, arguments: Sequence[Any]) -> Rows:
        return cast(Rows, await connection.driver_connection.execute_fetchall(sql, arguments))

    async def change(self, connection: Any, sql: str, arguments: Sequence[Any]) -> tuple[int, int]:
        async with connection.driver_connection.execute(sql, arguments) as cursor:
            return cursor.rowcount, cursor.lastrowid

    async def end(self, connection: Any, how: Ending) -> None:
        await self.run(connection, how, ())

    def dispose(self) -> None:
        self._engine.sync_engine.dispose()
