"""Where reads get their connections: from the drivers' own side, without SQLAlchemy's row path around them.

A connection for reading begins no transaction of its own accord, and comes back without one.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Protocol, cast

from asyncmy.pool import Pool
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import await_only, greenlet_spawn

Rows = Sequence[Sequence[Any]]
RECYCLE_SECONDS = 1800


class ReadPool(Protocol):
    snapshot: str
    """Begins a transaction whose statements agree with each other."""

    async def acquire(self) -> Any:
        """Raises SQLAlchemy's TimeoutError when none becomes free in time, else the driver's errors."""

    async def release(self, connection: Any) -> None: ...

    async def discard(self, connection: Any) -> None:
        """In place of `release`, for a connection that is not known to be good."""

    async def run(self, connection: Any, sql: str, arguments: Sequence[Any]) -> Rows: ...

    def dispose(self) -> None:
        """Called in a greenlet of SQLAlchemy's."""


class MysqlPool:
    """Connections are given out as cursors."""

    snapshot = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"

    def __init__(self, size: int, timeout: float, **connect_arguments: Any) -> None:
        self._size, self._timeout, self._connect_arguments = size, timeout, connect_arguments
        self._pool: Pool | None = None

    async def acquire(self) -> Any:
        pool = self._pool
        if pool is None:
            # Only now: it belongs to the event loop that it is made in.
            pool = self._pool = Pool(
                0, self._size, pool_recycle=RECYCLE_SECONDS, autocommit=True, **self._connect_arguments
            )
        if pool.freesize or pool.size < pool.maxsize:
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

    def dispose(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.terminate()
            await_only(pool.wait_closed())


class SqlitePool:
    """Over an engine in autocommit mode, whose connections are given out as SQLAlchemy's pool wraps them."""

    snapshot = "BEGIN"

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def acquire(self) -> Any:
        return await greenlet_spawn(self._engine.sync_engine.raw_connection)

    async def release(self, connection: Any) -> None:
        await greenlet_spawn(connection.close)

    async def discard(self, connection: Any) -> None:
        await greenlet_spawn(connection.invalidate)
        await greenlet_spawn(connection.close)

    async def run(self, connection: Any, sql: str, arguments: Sequence[Any]) -> Rows:
        return cast(Rows, await connection.driver_connection.execute_fetchall(sql, arguments))

    def dispose(self) -> None:
        self._engine.sync_engine.dispose()
