"""The demo data: a partner programme of invented companies with a year of history.

The same number of companies and the same `now` give the same rows.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db.demo import insight, leads, names, next_actions, people
from db.demo.telling import tell
from db.demo.world import World
from db.demo.write import Progress, write
from db.tables import Company

__all__ = ["DemoSummary", "NotEmpty", "load"]


class NotEmpty(Exception):
    """The database has companies already; demo data goes into an empty one only."""


@dataclass(frozen=True, slots=True)
class DemoSummary:
    companies: int
    rows: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.rows.values())


async def load(
    engine: AsyncEngine, *, companies: int = 40, now: datetime, on_progress: Progress | None = None
) -> DemoSummary:
    async with engine.execution_options(sqlite_begin="IMMEDIATE").begin() as connection:
        await _refuse_unless_empty(connection)
        world = imagine(companies, now)
        await write(connection, world.rows, on_progress)
        await next_actions.advise(connection, world.rows[Company.__tablename__], world.now)
    return DemoSummary(companies, {table: len(rows) for table, rows in world.rows.items() if rows})


def imagine(companies: int, now: datetime) -> World:
    world = World(now)
    people.hire(world)
    asking = companies * 3 // 4
    known = names.company_names(companies + asking)
    stories = [tell(world, number, name) for number, name in enumerate(known[:companies], start=1)]
    leads.gather(world, stories, known[companies:])
    insight.collect(world, stories)
    world.settle()
    return world


async def _refuse_unless_empty(connection: AsyncConnection) -> None:
    if await connection.scalar(select(Company.id).limit(1)) is not None:
        raise NotEmpty("the companies table has rows already")
