"""A statement that takes too long ends in the database as well, and its connection is not given to others."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, literal, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from db.engine import engine_for, writing
from db.faults import is_timeout, is_unavailable
from db.reader import Reader
from tests.db.reading import taken

ONE = select(literal(1).label("one"))
_numbers = ONE.cte("numbers", recursive=True)
ENDLESS = select(func.max(_numbers.union_all(select(_numbers.c.one + 1)).c.one))
LONG = select(func.count(), literal(1)).select_from(text("seq_1_to_1000000000"))
LIMIT = select(text("@@max_statement_time * 1000"))


@pytest.fixture
async def impatient(database_url: str) -> AsyncIterator[AsyncEngine]:
    async with engine_for(database_url, statement_timeout=0.2) as engine:
        yield engine


@pytest.mark.parametrize("databases", ["mariadb"], indirect=True)
async def test_the_server_ends_a_statement_that_takes_too_long(impatient: AsyncEngine) -> None:
    begun = time.perf_counter()
    async with Reader(impatient) as reader:
        with pytest.raises(DBAPIError) as caught:
            await reader.rows(LONG, {})
    assert time.perf_counter() - begun < 30
    assert is_timeout(caught.value)
    assert not is_unavailable(caught.value)
    assert taken(impatient) == 0


@pytest.mark.parametrize("databases", ["mariadb"], indirect=True)
async def test_writes_are_limited_too(impatient: AsyncEngine) -> None:
    pool = writing(impatient)
    connection = await pool.acquire()
    try:
        assert await pool.run(connection, "SELECT @@max_statement_time * 1000", ()) == ((200,),)
    finally:
        await pool.release(connection)


async def test_without_a_limit_there_is_none(engine: AsyncEngine) -> None:
    async with Reader(engine) as reader:
        assert len(await reader.rows(ONE, {})) == 1
        if engine.dialect.name != "sqlite":
            assert await reader.rows(LIMIT, {}) == ((0,),)


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_a_statement_of_sqlite_ends_with_the_call_that_waits_for_it(impatient: AsyncEngine) -> None:
    begun = time.process_time()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2), Reader(impatient) as reader:
            await reader.fetch(ENDLESS, {})
    assert taken(impatient) == 0
    # Its thread is not at it any more: nobody burns the processor.
    before = time.process_time()
    await asyncio.sleep(0.5)
    assert time.process_time() - before < 0.3
    assert before - begun < 30
