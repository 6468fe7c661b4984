"""One reader: one connection, one snapshot, one statement at a time; and when its connection fails."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Select, func, insert, literal, select
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine

from db import tables as t
from db.base import table_of
from db.engine import engine_for
from db.reader import Reader
from tests.db.reading import Watched, read, taken
from tests.servers import MariaDB

COMPANIES = table_of(t.Company)
COUNT = select(func.count(COMPANIES.c.id))
ONE = select(literal(1))
# SQLite and MariaDB both say no.
WRONG = select(func.no_such_function(COMPANIES.c.id))


async def founded(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(insert(COMPANIES), [{"name": "a"}])


def long_lasting(engine: AsyncEngine, seconds: float = 0.3) -> Select[Any]:
    """A statement that takes a while; on SQLite, longer on a slow machine."""
    if engine.dialect.name != "sqlite":
        return select(func.sleep(seconds))
    numbers = select(literal(1).label("n")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < 4_000_000 * seconds))
    return select(func.count(numbers.c.n))


async def begun(watched: Watched) -> None:
    """Until the statement is surely on its way."""
    await watched.selecting.wait()
    await asyncio.sleep(0.02)


# Snapshots


async def test_several_statements_see_one_snapshot(engine: AsyncEngine) -> None:
    await founded(engine)
    async with Reader(engine) as reader:
        assert await reader.fetch(COUNT, {}) == [(1,)]
        await founded(engine)
        assert await read(engine, COUNT) == [(2,)]
        assert await reader.fetch(COUNT, {}) == [(1,)]
        await reader.renew()
        assert await reader.fetch(COUNT, {}) == [(2,)]
        await founded(engine)
        assert await reader.fetch(COUNT, {}) == [(2,)]
    assert await read(engine, COUNT) == [(3,)]


async def test_a_snapshot_is_begun_once_and_ended(engine: AsyncEngine) -> None:
    watched = Watched(engine)
    begins = "BEGIN" if engine.dialect.name == "sqlite" else "START"
    async with Reader(engine) as reader:
        for _ in range(3):
            await reader.fetch(COUNT, {})
        assert watched.transactions == [begins]
        await reader.renew()
        await reader.fetch(COUNT, {})
    assert watched.transactions == [begins, "COMMIT"] * 2
    assert (watched.acquired, watched.released, watched.discarded) == (2, 2, 0)


async def test_the_only_statement_takes_no_transaction(engine: AsyncEngine) -> None:
    watched = Watched(engine)
    async with Reader(engine) as reader:
        reader.several = False
        assert await reader.fetch(COUNT, {}) == [(0,)]
    assert watched.transactions == []
    assert len(watched.sql) == 1
    assert (watched.acquired, watched.released) == (1, 1)


async def test_who_reads_nothing_connects_to_nothing(engine: AsyncEngine) -> None:
    watched = Watched(engine)
    async with Reader(engine) as reader:
        await reader.renew()
    assert (watched.sql, watched.acquired) == ([], 0)


async def test_fetches_side_by_side_run_one_after_the_other(engine: AsyncEngine) -> None:
    watched = Watched(engine)
    async with Reader(engine) as reader:
        asked = [select(literal(n)) for n in range(10)]
        found = await asyncio.gather(*(reader.fetch(each, {}) for each in asked))
    assert found == [[(n,)] for n in range(10)]
    assert (watched.side_by_side, watched.acquired, taken(engine)) == (1, 1, 0)


# Given back, whatever happens


@pytest.mark.parametrize("several", [True, False])
async def test_after_an_error_the_connection_is_given_back(engine: AsyncEngine, several: bool) -> None:
    watched = Watched(engine)
    async with Reader(engine) as reader:
        reader.several = several
        with pytest.raises((OperationalError, ProgrammingError), match=r"(?i)no_such_function"):
            await reader.fetch(WRONG, {})
        assert taken(engine) == 1
        assert await reader.fetch(ONE, {}) == [(1,)]
    assert (taken(engine), watched.acquired, watched.released, watched.discarded) == (0, 1, 1, 0)
    assert await read(engine, ONE) == [(1,)]


async def test_after_an_error_of_the_caller_the_connection_is_given_back(engine: AsyncEngine) -> None:
    async def fails() -> None:
        async with Reader(engine) as reader:
            await reader.fetch(ONE, {})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fails()
    assert taken(engine) == 0


async def test_who_cancels_a_statement_loses_its_connection(engine: AsyncEngine) -> None:
    watched = Watched(engine)
    async with Reader(engine) as reader:
        running = asyncio.create_task(reader.rows(long_lasting(engine), {}))
        await begun(watched)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert (taken(engine), watched.discarded) == (0, 1)
        # Nothing of what the server may still send comes as the answer to this.
        assert await reader.fetch(select(literal(2)), {}) == [(2,)]
    assert await read(engine, select(literal(3))) == [(3,)]
    assert (taken(engine), watched.acquired, watched.released) == (0, 3, 2)


async def test_who_no_longer_waits_for_a_fetch_does_not_end_it(engine: AsyncEngine) -> None:
    """Its neighbours read over the same connection."""
    watched = Watched(engine)
    async with Reader(engine) as reader:
        running = asyncio.create_task(reader.fetch(long_lasting(engine), {}))
        await begun(watched)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert await reader.fetch(ONE, {}) == [(1,)]
    assert (taken(engine), watched.acquired, watched.released, watched.discarded) == (0, 1, 1, 0)


async def test_the_operation_ends_only_after_its_last_statement(engine: AsyncEngine) -> None:
    watched = Watched(engine)
    async with Reader(engine) as reader:
        running = asyncio.create_task(reader.fetch(long_lasting(engine), {}))
        await begun(watched)
    assert watched.sql[-1] == "COMMIT"
    assert (taken(engine), watched.side_by_side) == (0, 1)
    assert len(await running) == 1


async def test_a_snapshot_that_cannot_be_ended_costs_its_connection(engine: AsyncEngine) -> None:
    watched = Watched(engine)
    watched.failing["COMMIT"] = ConnectionResetError("while it was ended")
    async with Reader(engine) as reader:
        await reader.fetch(ONE, {})
    assert (taken(engine), watched.released, watched.discarded) == (0, 0, 1)
    async with Reader(engine) as reader:
        await reader.fetch(ONE, {})
        with pytest.raises(ConnectionResetError):
            await reader.renew()
        assert (taken(engine), watched.discarded) == (0, 2)
        watched.failing.clear()
        assert await reader.fetch(ONE, {}) == [(1,)]
    assert (taken(engine), watched.released) == (0, 1)


async def test_a_snapshot_that_cannot_be_begun_is_an_error(engine: AsyncEngine) -> None:
    watched = Watched(engine)
    driver: Any = engine.dialect.loaded_dbapi
    for beginning in ("BEGIN", "START"):
        watched.failing[beginning] = driver.ProgrammingError("not now")
    async with Reader(engine) as reader:
        with pytest.raises(DBAPIError, match="not now"):
            await reader.fetch(ONE, {})
        watched.failing.clear()
        assert await reader.fetch(ONE, {}) == [(1,)]
        assert watched.transactions[-1] in ("BEGIN", "START")
    assert taken(engine) == 0


# A database that is not there


@pytest.fixture(params=["sqlite", "mariadb"])
def absent(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path, Path]:
    """The URL of a database that is reached over a link; where the link is to be, and where it is to lead."""
    link = tmp_path / "link"
    if request.param == "sqlite":
        (tmp_path / "folder").mkdir()
        return f"sqlite+aiosqlite:///{link}/test.sqlite3", link, tmp_path / "folder"
    server: MariaDB = request.getfixturevalue("mariadb_server")
    return f"mysql+asyncmy://root@localhost/mysql?unix_socket={link}", link, server.socket


async def test_who_could_not_connect_does_not_try_again_for_the_next_field(absent: tuple[str, Path, Path]) -> None:
    url, link, target = absent
    async with engine_for(url, pool_timeout=1) as engine:
        watched = Watched(engine)
        async with Reader(engine) as reader:
            with pytest.raises(DBAPIError) as first:
                await reader.fetch(ONE, {})
            link.symlink_to(target)
            for _ in range(3):
                with pytest.raises(DBAPIError) as later:
                    await reader.fetch(ONE, {})
                assert later.value is first.value
            assert watched.acquired == 1
            await reader.renew()
            assert await reader.fetch(ONE, {}) == [(1,)]
        assert await read(engine, ONE) == [(1,)]
        assert taken(engine) == 0
