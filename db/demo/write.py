"""The planned rows go in: parents first, in chunks, in one transaction."""

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import Table, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from db.base import Base
from db.demo.world import Row

CHUNK = 2000

Progress = Callable[[str, int, int], None]


async def write(connection: AsyncConnection, rows: dict[str, list[Row]], on_progress: Progress | None) -> None:
    for table in Base.metadata.sorted_tables:
        await _fill(connection, table, rows[table.name], on_progress)


async def _fill(connection: AsyncConnection, table: Table, rows: Sequence[Row], on_progress: Progress | None) -> None:
    written = 0
    for chunk in _chunks(rows):
        await connection.execute(insert(table), chunk)
        written += len(chunk)
        if on_progress is not None:
            on_progress(table.name, written, len(rows))


def _chunks(rows: Sequence[Row]) -> Iterator[list[Row]]:
    for start in range(0, len(rows), CHUNK):
        yield list(rows[start : start + CHUNK])
