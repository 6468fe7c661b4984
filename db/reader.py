"""One reader per operation: one pooled connection, one snapshot, one statement at a time."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Self

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncEngine

from db.engine import reading
from db.lease import Lease
from db.pools import Rows
from db.statements import prepared


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
        self._lease = Lease(engine, reading(engine))
        self._lock = asyncio.Lock()
        self._running: set[asyncio.Future[Any]] = set()
        self._closed = False

    async def fetch(self, select: Select[Any], values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Rows with Python's values, for callers that run side by side."""
        # To cancel a statement costs its connection. An error in one field cancels its neighbours: let them finish.
        running = asyncio.ensure_future(self.rows(select, values))
        self._running.add(running)
        running.add_done_callback(self._running.discard)
        running.add_done_callback(_forget)
        return prepared(select, self.dialect).convert(await asyncio.shield(running))

    async def rows(self, select: Select[Any], values: Mapping[str, Any]) -> Rows:
        """Rows as the driver makes them. Who cancels this loses the connection."""
        sql, arguments = prepared(select, self.dialect).render(values)
        async with self._lock:
            # An error ends an operation while loads of its other fields are still to come: they must not connect again.
            if self._closed:
                raise ReaderClosed
            return await self._lease.run(self._lease.pool.run, sql, arguments, in_transaction=self.several)

    async def renew(self) -> None:
        """Gives the connection back: the next read opens a new snapshot. Needed after a write, to see it."""
        async with self._lock:
            try:
                await self._lease.end("COMMIT")
            except BaseException:
                await self._lease.drop()
                raise

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._closed = True
        if kind is asyncio.CancelledError:
            # The whole operation is given up, not one field of it: then its statement need not end either.
            for running in self._running:
                running.cancel()
        # What has been read was read; that the end of the snapshot failed is the connection's matter.
        with suppress(Exception):
            if not self._lock.locked():
                await self.renew()
                return
            # A statement that nobody waits for any more still runs. To cancel the waiting for it must not keep the
            # connection from being given back.
            ending = asyncio.ensure_future(self.renew())
            ending.add_done_callback(_forget)
            await asyncio.shield(ending)


def _forget(running: asyncio.Future[Any]) -> None:
    """Looks at the outcome, so that one which nobody waits for any more is not reported as overlooked."""
    if not running.cancelled():
        running.exception()
