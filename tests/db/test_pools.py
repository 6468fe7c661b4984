"""The pools that readers get their connections from: full ones, dead connections, the end."""

import asyncio
import threading
import time
from typing import Any

import pytest
from sqlalchemy import func, literal, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine

from db.engine import engine_for, reading
from db.pools import MysqlPool
from db.reader import Reader
from tests.db.reading import Watched, read, taken
from tests.servers import MariaDB

ONE = select(literal(1))
NUMBER = select(func.connection_id())
PATIENCE = 0.2
# Longer than any wait that a pool of this patience may impose.
TOO_LONG = 5


async def test_a_full_pool_says_so_in_time(database_url: str) -> None:
    async with engine_for(database_url, pool_size=1, pool_timeout=PATIENCE) as engine:
        async with Reader(engine) as holder, Reader(engine) as waiting:
            await holder.fetch(ONE, {})
            begun = time.monotonic()
            with pytest.raises(PoolTimeout):
                await waiting.fetch(ONE, {})
            assert PATIENCE * 0.9 < time.monotonic() - begun < TOO_LONG
            # For the next field of the same operation nobody waits again.
            begun = time.monotonic()
            with pytest.raises(PoolTimeout):
                await waiting.fetch(ONE, {})
            assert time.monotonic() - begun < PATIENCE
        assert taken(engine) == 0
        assert await read(engine, ONE) == [(1,)]


async def test_who_waits_gets_the_connection_that_another_gives_back(database_url: str) -> None:
    async with engine_for(database_url, pool_size=1, pool_timeout=TOO_LONG) as engine:
        async with Reader(engine) as holder:
            await holder.fetch(ONE, {})
            waiting = asyncio.create_task(read(engine, ONE))
            await asyncio.sleep(0.05)
            assert not waiting.done()
        assert await asyncio.wait_for(waiting, TOO_LONG) == [(1,)]
        assert taken(engine) == 0


async def test_who_gives_up_waiting_takes_no_connection_along(database_url: str) -> None:
    async with engine_for(database_url, pool_size=1, pool_timeout=TOO_LONG) as engine:
        async with Reader(engine) as holder:
            await holder.fetch(ONE, {})
            waiting = [asyncio.create_task(_hold(engine)) for _ in range(3)]
            await asyncio.sleep(0.05)
            for task in waiting:
                task.cancel()
            await asyncio.wait(waiting)
        assert taken(engine) == 0
        assert await asyncio.wait_for(read(engine, ONE), TOO_LONG) == [(1,)]


async def _hold(engine: AsyncEngine) -> Any:
    connection = await reading(engine).acquire()
    await reading(engine).release(connection)


@pytest.mark.parametrize("warm", [0, 1])
async def test_everyone_in_a_rush_gets_a_connection_or_is_told_in_time(database_url: str, warm: int) -> None:
    """All at once, before there is a connection, and while the pool is still making one."""
    async with engine_for(database_url, pool_size=3, pool_timeout=PATIENCE) as engine:
        for _ in range(warm):
            await read(engine, ONE)
        asked = [asyncio.create_task(reading(engine).acquire()) for _ in range(10)]
        done, waiting = await asyncio.wait(asked, timeout=TOO_LONG * PATIENCE)
        for task in waiting:
            task.cancel()
        outcomes = [task.exception() for task in done]
        for task in done:
            if task.exception() is None:
                await reading(engine).release(task.result())
        assert not waiting, f"{len(waiting)} of 10 wait beyond the patience of the pool"
        assert sum(isinstance(each, PoolTimeout) for each in outcomes) == 7
        assert outcomes.count(None) == 3


async def test_dispose_closes_the_connections_of_readers(database_url: str) -> None:
    async with engine_for(database_url) as engine:
        is_sqlite = engine.dialect.name == "sqlite"
        before = set(threading.enumerate())
        async with Reader(engine) as one, Reader(engine) as another:
            found = await asyncio.gather(*(each.fetch(ONE if is_sqlite else NUMBER, {}) for each in (one, another)))
        # SQLite's driver has a thread for each connection.
        threads = set(threading.enumerate()) - before
        await engine.dispose()
        if is_sqlite:
            assert len(threads) == 2
            await asyncio.to_thread(lambda: [thread.join(TOO_LONG) for thread in threads])
            assert not any(thread.is_alive() for thread in threads)
        else:
            assert not {number for [(number,)] in found} & await _connections(engine)
        assert await read(engine, ONE) == [(1,)]


async def _connections(engine: AsyncEngine) -> set[int]:
    async with engine.connect() as connection:
        await asyncio.sleep(0.05)
        return set(await connection.scalars(text("SELECT id FROM information_schema.processlist")))


# Connections that the server has ended


async def _number(engine: AsyncEngine) -> int:
    [(number,)] = await read(engine, NUMBER)
    return int(number)


@pytest.mark.parametrize("noticed", [True, False])
async def test_a_connection_that_died_in_the_pool_is_replaced(
    mariadb: AsyncEngine, mariadb_server: MariaDB, noticed: bool
) -> None:
    dead = await _number(mariadb)
    assert await _number(mariadb) == dead
    watched = Watched(mariadb)
    # The client program blocks this thread: nobody hears of the end before the next read.
    mariadb_server.execute(f"KILL {dead}")
    if noticed:
        await asyncio.sleep(0.05)
    async with Reader(mariadb) as reader:
        [(number,)] = await reader.fetch(NUMBER, {})
        assert number != dead
        assert await reader.fetch(NUMBER, {}) == [(number,)]
    assert watched.discarded == (0 if noticed else 1)
    assert taken(mariadb) == 0


async def test_a_pool_of_dead_connections_is_replaced(mariadb: AsyncEngine, mariadb_server: MariaDB) -> None:
    readers = [Reader(mariadb) for _ in range(8)]
    found = await asyncio.gather(*(each.fetch(NUMBER, {}) for each in readers))
    for reader in readers:
        await reader.renew()
    mariadb_server.execute("".join(f"KILL {number};" for [(number,)] in found))
    again = await asyncio.gather(*(read(mariadb, NUMBER) for _ in readers))
    assert not {number for [(number,)] in again} & {number for [(number,)] in found}
    assert taken(mariadb) == 0


async def test_a_connection_that_dies_within_a_snapshot_is_an_error(
    mariadb: AsyncEngine, mariadb_server: MariaDB
) -> None:
    """Another connection would see another state: an answer made of both would be wrong."""
    watched = Watched(mariadb)
    async with Reader(mariadb) as reader:
        [(number,)] = await reader.fetch(NUMBER, {})
        mariadb_server.execute(f"KILL {number}")
        with pytest.raises(DBAPIError) as error:
            await reader.fetch(ONE, {})
        assert error.value.connection_invalidated
        assert (taken(mariadb), watched.acquired) == (0, 1)
        assert await reader.fetch(ONE, {}) == [(1,)]
    assert (taken(mariadb), watched.discarded) == (0, 1)


async def test_a_statement_that_the_server_ends_is_an_error(mariadb: AsyncEngine, mariadb_server: MariaDB) -> None:
    async with Reader(mariadb) as reader:
        [(number,)] = await reader.fetch(NUMBER, {})
        running = asyncio.create_task(reader.rows(select(func.sleep(TOO_LONG)), {}))
        await asyncio.sleep(0.05)
        mariadb_server.execute(f"KILL {number}")
        with pytest.raises(DBAPIError) as error:
            await running
        assert error.value.connection_invalidated
    assert taken(mariadb) == 0


async def test_the_pool_of_a_server_is_made_for_its_loop(mariadb: AsyncEngine) -> None:
    pool = reading(mariadb)
    assert isinstance(pool, MysqlPool)
    assert pool._pool is None
    await read(mariadb, ONE)
    assert pool._pool is not None
