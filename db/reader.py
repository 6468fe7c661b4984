"""One reader per operation: one pooled connection, one snapshot, one statement at a time."""

import asyncio
from collections.abc import Sequence
from typing import Any, Self

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine


class Reader:
    """Connects at the first read. Its transaction is the snapshot: levels of one answer agree with each other."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._connection: AsyncConnection | None = None
        self._lock = asyncio.Lock()

    async def fetch(self, statement: Select[Any], **parameters: Any) -> Sequence[Any]:
        """Rows as tuples."""
        async with self._lock:
            if self._connection is None:
                self._connection = await self._engine.connect()
            rows: Sequence[Any] = (await self._connection.execute(statement, parameters)).all()
            return rows

    async def close(self) -> None:
        """Gives the connection back; a later read opens a new snapshot (needed after a write, to see it)."""
        async with self._lock:
            connection, self._connection = self._connection, None
            if connection is not None:
                await connection.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.close()
