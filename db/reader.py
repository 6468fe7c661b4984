"""One reader per operation: one pooled connection, one snapshot, one statement at a time."""

import asyncio
from collections.abc import Sequence
from typing import Any, Self

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine


class ReaderClosed(Exception):
    """The operation is over; whoever still asks is a leftover of it."""


class Reader:
    """Connects at the first read. Its transaction is the snapshot: levels of one answer agree with each other."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._connection: AsyncConnection | None = None
        self._lock = asyncio.Lock()
        self._closed = False

    async def fetch(self, statement: Select[Any], **parameters: Any) -> Sequence[Any]:
        """Rows as tuples."""
        # To cancel a statement costs its connection. An error in one field cancels its neighbours: let them finish.
        running = asyncio.ensure_future(self._fetch(statement, parameters))
        running.add_done_callback(_forget)
        return await asyncio.shield(running)

    async def _fetch(self, statement: Select[Any], parameters: dict[str, Any]) -> Sequence[Any]:
        async with self._lock:
            # An error ends an operation while loads of its other fields are still to come: they must not connect again.
            if self._closed:
                raise ReaderClosed
            if self._connection is None:
                self._connection = await self._engine.connect()
            rows: Sequence[Any] = (await self._connection.execute(statement, parameters)).all()
            return rows

    async def renew(self) -> None:
        """Gives the connection back: the next read opens a new snapshot. Needed after a write, to see it."""
        async with self._lock:
            connection, self._connection = self._connection, None
            if connection is not None:
                await connection.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        self._closed = True
        await self.renew()


def _forget(running: asyncio.Future[Any]) -> None:
    """Looks at the outcome, so that one which nobody waits for any more is not reported as overlooked."""
    if not running.cancelled():
        running.exception()
