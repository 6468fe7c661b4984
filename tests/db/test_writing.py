"""What a transaction writes of a row, and what it leaves alone."""

from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm.exc import StaleDataError

from db import tables as t
from db.queries import locked
from db.scope import Scope
from db.writing import Transaction
from domain.enums import AgentType, ChainMention, JourneyStage, PartnerTier
from tests.actions.scene import rows
from tests.make import Make
from tests.support import NOW, recorded

ALL = Scope(0, everything=True)


async def loaded(transaction: Transaction, company: t.Company) -> t.Company:
    found = await locked.by_id(transaction, t.Company, company.id, ALL)
    assert found is not None
    return found


async def stored(engine: AsyncEngine) -> Any:
    [company] = await rows(engine, t.Company)
    return company


async def test_a_row_is_loaded_with_all_that_it_has(engine: AsyncEngine, make: Make) -> None:
    values = {"blockers": {"a": [1, None]}, "partner_tier": PartnerTier.SELECT, "updated_at": NOW, "website": None}
    made = await make.company(**values)
    async with Transaction(engine) as transaction:
        company = await loaded(transaction, made)
    assert {name: getattr(company, name) for name in values} == values
    assert (company.id, company.version, company.partner_journey_stage) == (made.id, 1, JourneyStage.DISCOVERY)


async def test_only_what_has_changed_is_written(engine: AsyncEngine, make: Make) -> None:
    made = await make.company(website="w", blockers={"a": 1}, journey_milestones={"m": 1})
    with recorded(engine) as statements:
        async with Transaction(engine) as transaction:
            company = await loaded(transaction, made)
            company.website, company.blockers, company.journey_milestones = "w", {"a": 1}, {"m": 2}
            await transaction.commit()
    [_, statement] = statements
    written, _, _ = statement.partition(" WHERE ")
    assert [each.partition("=")[0] for each in written.partition(" SET ")[2].split(", ")] == [
        "journey_milestones",
        "version",
    ]
    assert (await stored(engine)).journey_milestones == {"m": 2}


async def test_what_has_not_changed_is_not_written(engine: AsyncEngine, make: Make) -> None:
    made = await make.company(blockers={"a": 1})
    with recorded(engine) as statements:
        async with Transaction(engine) as transaction:
            await loaded(transaction, made)
            await transaction.commit()
    assert len(statements) == 1
    assert (await stored(engine)).version == 1


@pytest.mark.parametrize("before", [{"a": [1]}, {"a": {"b": 1}}, {"a": True}])
async def test_a_document_that_is_changed_in_its_place_is_written(
    engine: AsyncEngine, make: Make, before: dict[str, Any]
) -> None:
    made = await make.company(blockers=before)
    async with Transaction(engine) as transaction:
        company = await loaded(transaction, made)
        assert company.blockers is not None
        company.blockers["a"] = 1
        await transaction.commit()
    assert (await stored(engine)).blockers == {"a": 1}


async def test_a_value_can_be_taken_away(engine: AsyncEngine, make: Make) -> None:
    made = await make.company(website="w", blockers={"a": 1})
    async with Transaction(engine) as transaction:
        company = await loaded(transaction, made)
        company.website = company.blockers = None
        await transaction.commit()
    found = await stored(engine)
    assert (found.website, found.blockers, found.version) == (None, None, 2)


async def test_each_flush_counts_once(engine: AsyncEngine, make: Make) -> None:
    made = await make.company()
    async with Transaction(engine) as transaction:
        company = await loaded(transaction, made)
        for name in ("a", "b"):
            company.name = name
            await transaction.flush()
        assert company.version == 3
        await transaction.commit()
    assert ((await stored(engine)).name, (await stored(engine)).version) == ("b", 3)


async def test_a_version_that_is_not_the_one_loaded_is_never_overwritten(engine: AsyncEngine, make: Make) -> None:
    made = await make.company()
    async with Transaction(engine) as transaction:
        company = await loaded(transaction, made)
        company.name = "a"
        await transaction._run(transaction._lease.pool.change, "UPDATE companies SET version = 7", ())
        with pytest.raises(StaleDataError):
            await transaction.commit()
    assert (await stored(engine)).version == 1


async def test_what_is_loaded_twice_is_one_object(engine: AsyncEngine, make: Make) -> None:
    made = await make.company()
    async with Transaction(engine) as transaction:
        company = await loaded(transaction, made)
        company.name = "a"
        again = await loaded(transaction, made)
        assert (again is company, again.name) == (True, "a")
        await transaction.commit()
    found = await stored(engine)
    assert (found.name, found.version) == ("a", 2)


async def test_a_new_row_has_its_number_our_defaults_and_the_databases(engine: AsyncEngine, make: Make) -> None:
    user = await make.user()
    async with Transaction(engine) as transaction:
        session = t.AgentSession(session_id="s", user_id=user.id, agent_type=AgentType.CONTENT_STRATEGIST, status=None)
        transaction.add(session)
        await transaction.flush()
        key = session.id
        session.outcome_type = "done"
        await transaction.commit()
    [found] = await rows(engine, t.AgentSession)
    assert (found.id, found.status, found.version, found.outcome_type) == (key, "active", 2, "done")
    assert found.started_at is not None
    assert (found.ended_at, found.session_context) == (None, None)


async def test_rows_are_added_in_order_and_may_have_keys_of_two_columns(engine: AsyncEngine, make: Make) -> None:
    company, user = await make.company(), await make.user()
    made, chain = await make.event(company, user), await make.chain(company, user)
    async with Transaction(engine) as transaction:
        one, two = (t.OutboxMessage(topic=topic, payload={}) for topic in "ab")
        transaction.add(one, two, t.EventChain(event_id=made.id, chain_id=chain.id))
        await transaction.commit()
        assert one.id < two.id
    [found] = await rows(engine, t.EventChain)
    assert (found.event_id, found.chain_id, found.relation) == (made.id, chain.id, ChainMention.MENTIONS.value)


def test_a_column_that_there_is_not_is_refused() -> None:
    with pytest.raises(TypeError):
        t.Company(nmae="x")
