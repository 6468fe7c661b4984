"""What an error in a transaction leaves behind, and where transactions get their connections."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import event, func, literal, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine

from db import tables as t
from db.engine import engine_for, writing
from db.faults import is_unavailable, worth_retrying
from db.writing import Transaction, TransactionBroken
from tests.actions.scene import rows
from tests.db.test_writing import loaded, stored
from tests.make import Make

ONE = select(literal(1))
_numbers = select(literal(1).label("n")).cte("numbers", recursive=True)
_numbers = _numbers.union_all(select(_numbers.c.n + 1).where(_numbers.c.n < 2_000_000))
SLOW = {"sqlite": select(func.count()).select_from(_numbers)}


@pytest.fixture
async def narrow(engine: AsyncEngine, database_url: str) -> AsyncIterator[AsyncEngine]:
    """With one connection for writing."""
    async with engine_for(database_url, pool_size=1, pool_timeout=0.05) as narrow:
        yield narrow


async def rename(engine: AsyncEngine, company: t.Company, name: str, then: BaseException | None = None) -> None:
    async with Transaction(engine) as transaction:
        (await loaded(transaction, company)).name = name
        await transaction.flush()
        if then is not None:
            raise then
        await transaction.commit()


async def test_what_is_not_committed_is_gone(engine: AsyncEngine, make: Make) -> None:
    made = await make.company(name="before")
    async with Transaction(engine) as transaction:
        (await loaded(transaction, made)).name = "after"
        await transaction.flush()
    with pytest.raises(ZeroDivisionError):
        await rename(engine, made, "after", ZeroDivisionError())
    assert (await stored(engine)).name == "before"


async def test_after_an_error_only_a_rollback_makes_a_new_beginning(engine: AsyncEngine, make: Make) -> None:
    user = await make.user()
    async with Transaction(engine) as transaction:
        transaction.add(t.OutboxMessage(topic="lost", payload={}))
        await transaction.flush()
        transaction.add(t.User(id=user.id, name="twice"))
        with pytest.raises(IntegrityError):
            await transaction.flush()
        with pytest.raises(TransactionBroken):
            await transaction.row(ONE, {})
        with pytest.raises(TransactionBroken):
            await transaction.commit()
        await transaction.rollback()
        assert await transaction.row(ONE, {}) == (1,)
        transaction.add(t.OutboxMessage(topic="kept", payload={}))
        await transaction.commit()
    assert [row.topic for row in await rows(engine, t.OutboxMessage)] == ["kept"]


async def test_a_failed_commit_leaves_nothing_to_the_next_writer(narrow: AsyncEngine, make: Make) -> None:
    made = await make.company(name="before")

    def fails(_: Any) -> None:
        raise ZeroDivisionError

    event.listen(narrow.sync_engine, "commit", fails)
    with pytest.raises(ZeroDivisionError):
        await rename(narrow, made, "after")
    event.remove(narrow.sync_engine, "commit", fails)
    async with Transaction(narrow) as transaction:
        assert await transaction.row(ONE, {}) == (1,)
        await transaction.commit()
    assert (await stored(narrow)).name == "before"


async def test_a_cancelled_write_leaves_no_lock_and_no_connection(narrow: AsyncEngine, make: Make) -> None:
    made = await make.company(name="before")

    async def writes() -> None:
        async with Transaction(narrow) as transaction:
            (await loaded(transaction, made)).name = "after"
            await transaction.flush()
            inside.set()
            await transaction.row(SLOW.get(narrow.dialect.name, select(func.sleep(20))), {})

    inside = asyncio.Event()
    task = asyncio.create_task(writes())
    await inside.wait()
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(10):
        await rename(narrow, made, "later")
    assert (await stored(narrow)).name == "later"


# Connections


async def kill(engine: AsyncEngine, connection_id: tuple[Any, ...] | None) -> None:
    assert connection_id is not None
    async with engine.connect() as other:
        await other.execute(text(f"KILL {connection_id[0]}"))
    await asyncio.sleep(0.1)


async def test_connections_are_used_again(narrow: AsyncEngine) -> None:
    which = select(func.connection_id()) if narrow.dialect.name != "sqlite" else ONE
    seen = set()
    for number in range(4):
        async with Transaction(narrow) as transaction:
            seen.add(await transaction.row(which, {}))
            if number % 2:
                await transaction.commit()
    assert len(seen) == 1


@pytest.mark.parametrize("databases", ["mariadb"], indirect=True)
async def test_a_connection_that_died_in_the_pool_is_replaced(narrow: AsyncEngine) -> None:
    async with Transaction(narrow) as transaction:
        found = await transaction.row(select(func.connection_id()), {})
    await kill(narrow, found)
    async with Transaction(narrow) as transaction:
        transaction.add(t.OutboxMessage(topic="kept", payload={}))
        await transaction.commit()
    assert [row.topic for row in await rows(narrow, t.OutboxMessage)] == ["kept"]


@pytest.mark.parametrize("databases", ["mariadb"], indirect=True)
async def test_a_connection_that_dies_later_is_not_replaced(narrow: AsyncEngine) -> None:
    async with Transaction(narrow) as transaction:
        found = await transaction.row(select(func.connection_id()), {})
        transaction.add(t.OutboxMessage(topic="lost", payload={}))
        await kill(narrow, found)
        with pytest.raises(DBAPIError) as caught:
            await transaction.flush()
        assert caught.value.connection_invalidated
        with pytest.raises(TransactionBroken):
            await transaction.commit()
    assert await rows(narrow, t.OutboxMessage) == []


@pytest.mark.parametrize("databases", ["mariadb"], indirect=True)
async def test_a_commit_without_an_answer_is_not_tried_again(narrow: AsyncEngine) -> None:
    async with Transaction(narrow) as transaction:
        transaction.add(t.OutboxMessage(topic="lost", payload={}))
        await transaction.flush()
        await kill(narrow, await transaction.row(select(func.connection_id()), {}))
        with pytest.raises(DBAPIError) as caught:
            await transaction.commit()
    assert is_unavailable(caught.value)
    assert not worth_retrying(caught.value)
    assert await rows(narrow, t.OutboxMessage) == []


async def test_a_full_pool_says_so(narrow: AsyncEngine) -> None:
    taken = await writing(narrow).acquire()
    try:
        async with Transaction(narrow) as transaction:
            with pytest.raises(PoolTimeout):
                await transaction.row(ONE, {})
    finally:
        await writing(narrow).release(taken)


@pytest.mark.parametrize("databases", ["mariadb"], indirect=True)
async def test_a_write_sees_what_others_have_committed_meanwhile(engine: AsyncEngine, make: Make) -> None:
    made = await make.company(name="before")
    name = select(t.Company.name)
    async with Transaction(engine) as transaction:
        assert await transaction.row(name, {}) == ("before",)
        async with engine.begin() as other:
            await other.execute(update(t.Company).where(t.Company.id == made.id).values(name="after"))
        assert await transaction.row(name, {}) == ("after",)
