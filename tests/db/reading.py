"""Reading in tests: one statement's rows, and what the pool of connections was asked for."""

import asyncio
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncEngine

from db.engine import reading
from db.pools import MysqlPool, Rows, SqlitePool
from db.reader import Reader

SNAPSHOTS = ("BEGIN", "START TRANSACTION")


async def read(engine: AsyncEngine, select: Select[Any], **values: Any) -> list[tuple[Any, ...]]:
    async with Reader(engine) as reader:
        return await reader.fetch(select, values)


def taken(engine: AsyncEngine) -> int:
    """Connections that readers hold, as the pool itself counts them."""
    pool = reading(engine)
    if isinstance(pool, MysqlPool):
        return 0 if pool._pool is None else pool._pool.size - pool._pool.freesize
    assert isinstance(pool, SqlitePool)
    return pool._engine.pool.checkedout()  # type: ignore[attr-defined]


class Watched:
    """What the engine's pool of reading connections is asked for from now on. `failing`: SQL that it refuses, by what
    that begins with."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.sql: list[str] = []
        self.acquired = self.released = self.discarded = 0
        self.side_by_side = self._running = 0
        self.selecting = asyncio.Event()
        self._lost: list[Any] = []
        self.failing: dict[str, Exception] = {}
        self._pool: Any = reading(engine)
        self._run = self._pool.run
        for name in ("acquire", "release", "discard"):
            setattr(self._pool, name, self._counted(name, getattr(self._pool, name)))
        self._pool.run = self._watched_run

    @property
    def transactions(self) -> list[str]:
        """The statements that begin and end snapshots, by their first word."""
        return [sql.split()[0] for sql in self.sql if sql.startswith((*SNAPSHOTS, "COMMIT", "ROLLBACK"))]

    @property
    def selects(self) -> list[str]:
        return [sql for sql in self.sql if sql.startswith(("SELECT", "(SELECT", "WITH"))]

    def _counted(self, name: str, call: Any) -> Any:
        async def counted(*arguments: Any) -> Any:
            if name == "discard":
                self._lost += arguments
            # A connection that is discarded may be released on the way.
            if name != "release" or arguments[0] not in self._lost:
                past = {"acquire": "acquired", "release": "released", "discard": "discarded"}[name]
                setattr(self, past, getattr(self, past) + 1)
            return await call(*arguments)

        return counted

    async def _watched_run(self, connection: Any, sql: str, arguments: Sequence[Any]) -> Rows:
        self.sql.append(sql)
        if self.selects:
            self.selecting.set()
        for beginning, error in self.failing.items():
            if sql.startswith(beginning):
                raise error
        self._running += 1
        self.side_by_side = max(self.side_by_side, self._running)
        try:
            return await self._run(connection, sql, arguments)
        finally:
            self._running -= 1
