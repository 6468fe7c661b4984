"""Events from before there were seals: the migration seals them, once."""

from collections.abc import Sequence

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from db import migrate
from db.ddl.sealed import ROWS_AT_ONCE
from domain.actors import Actor
from domain.enums import GlobalRole
from graph import ids
from tests.actions.calls import EVENT_RECORD
from tests.actions.scene import done
from tests.db.sql import rows, run
from tests.support import Graph, recorded

pytestmark = pytest.mark.slow

VERIFY = """query Verify($id: ID!) { verifyEventLog(companyId: $id) { isIntact events sealed head faults { code } } }"""
DOCUMENTS = (
    None, "{}", '{"amount": 5000.10, "nested": {"b": [1, 2.50, 1E5, null, true], "a": "Zürich 🦊"}}', "[]",
    '{"big": 12345678901234567890123, "twice": 1, "twice": 2, "escaped": "\\u00e9\\/ \\ud83e\\udd8a"}', '"text"', "5",
    '{"much": 1e400}',
)  # fmt: skip
EVENT = (
    "INSERT INTO partner_journey_events (company_id, product_id, user_id, event_type, from_stage, to_stage,"
    " related_entity_type, related_entity_id, event_data, triggered_by, agent_id, created_at) VALUES"
    " (:company, NULL, 1, :type, 'discovery', 'pre_list', 'blocker', 7, :data, :by, :agent, :at)"
)
BY_OTHERS = "INSERT INTO partner_journey_events (company_id, user_id, event_type) VALUES (1, 1, 'first_customer')"


async def before_seals(bare: AsyncEngine, documents: Sequence[str | None] = DOCUMENTS) -> None:
    """Two companies whose events came in another order than they happened."""
    await migrate.upgrade(bare, "0007")
    await run(
        bare,
        "INSERT INTO users (id, name, email) VALUES (1, 'Ada', 'ada@example.com')",
        "INSERT INTO companies (id, name) VALUES (1, 'One'), (2, 'Two'), (3, 'None')",
    )
    async with bare.begin() as connection:
        for number, document in enumerate(documents):
            for company in (1, 2):
                values = {"company": company, "data": document, "at": f"2026-05-{20 - number:02} 10:00:00"}
                agent = {"by": "agent", "agent": "agent-7"} if number % 2 else {"by": "user", "agent": None}
                of_type = {"type": ("content_generated", "mdf_submitted")[number % 2]}
                await connection.execute(text(EVENT), values | agent | of_type)
    # Written by others, without a time or data of its own.
    await run(bare, BY_OTHERS)


async def verified(bare: AsyncEngine, company: int) -> tuple[bool, int, int, list[str]]:
    found = (await Graph(bare).data(VERIFY, id=ids.encode("Company", company)))["verifyEventLog"]
    return found["isIntact"], found["events"], found["sealed"], [each["code"] for each in found["faults"]]


async def test_the_migration_seals_what_is_there(bare: AsyncEngine) -> None:
    await before_seals(bare)
    await migrate.upgrade(bare)
    many = len(DOCUMENTS)
    assert await verified(bare, 1) == (True, many + 1, many + 1, [])
    assert await verified(bare, 2) == (True, many, many, [])
    assert await verified(bare, 3) == (True, 0, 0, [])
    order = "SELECT id FROM partner_journey_events WHERE company_id = 2 ORDER BY created_at, id"
    sealed = "SELECT event_id FROM journey_event_seals WHERE company_id = 2 ORDER BY position"
    assert await rows(bare, sealed) == await rows(bare, order)


async def test_what_is_recorded_later_goes_on_from_there(bare: AsyncEngine) -> None:
    await before_seals(bare)
    await migrate.upgrade(bare)
    graph = Graph(bare, Actor(1, roles=frozenset({GlobalRole.MANAGER})))
    await done(graph, EVENT_RECORD.document, companyId=ids.encode("Company", 2), firstCustomer={})
    many = len(DOCUMENTS) + 1
    assert await verified(bare, 2) == (True, many, many, [])


@pytest.mark.parametrize(
    "change", ["event_data = '{\"n\": 1}'", "created_at = '2026-05-01 10:00:01'", "from_stage = NULL"]
)
async def test_a_change_of_an_old_event_shows(bare: AsyncEngine, change: str) -> None:
    await before_seals(bare)
    await migrate.upgrade(bare)
    await run(
        bare,
        "DROP TRIGGER partner_journey_events_no_update",
        f"UPDATE partner_journey_events SET {change} WHERE company_id = 2 AND created_at = '2026-05-20 10:00:00'",
    )
    many = len(DOCUMENTS)
    assert await verified(bare, 2) == (False, many, many, ["EVENT_CHANGED"])


async def test_without_their_seals_no_events_are_intact(bare: AsyncEngine) -> None:
    await before_seals(bare)
    await migrate.upgrade(bare)
    many = len(DOCUMENTS)
    await run(bare, "DROP TRIGGER journey_event_seals_no_delete", "DELETE FROM journey_event_seals")
    assert await verified(bare, 2) == (False, many, 0, ["EVENT_UNSEALED"] * many)
    # Nor are they sealed anew on the way down and up.
    await migrate.downgrade(bare, "0007")
    await migrate.upgrade(bare)
    assert await verified(bare, 2) == (False, many, 0, ["EVENT_UNSEALED"] * many)


async def test_what_was_recorded_while_down_is_not_sealed(bare: AsyncEngine) -> None:
    await before_seals(bare)
    await migrate.upgrade(bare)
    before = await rows(bare, "SELECT * FROM journey_event_seals ORDER BY event_id")
    await migrate.downgrade(bare, "0007")
    await run(bare, BY_OTHERS)
    await migrate.upgrade(bare)
    assert await rows(bare, "SELECT * FROM journey_event_seals ORDER BY event_id") == before
    many = len(DOCUMENTS) + 1
    assert await verified(bare, 1) == (False, many + 1, many, ["EVENT_UNSEALED"])


async def test_many_events_take_few_statements(bare: AsyncEngine) -> None:
    await before_seals(bare, ())
    event = {"company": 1, "type": "content_generated", "data": "{}", "by": "user", "agent": None}
    async with bare.begin() as connection:
        at = "2026-05-20 10:00:00"
        await connection.execute(text(EVENT), [{**event, "at": at} for _ in range(2 * ROWS_AT_ONCE)])
    with recorded(bare) as statements:
        await migrate.upgrade(bare)
    assert len([each for each in statements if each.startswith("INSERT INTO journey_event_seals")]) == 3
    assert (await verified(bare, 1))[:3] == (True, 2 * ROWS_AT_ONCE + 1, 2 * ROWS_AT_ONCE + 1)


@pytest.mark.parametrize("bare_url", ["sqlite"], indirect=True)
async def test_events_of_a_company_that_is_gone_stay_as_they_are(bare: AsyncEngine) -> None:
    await before_seals(bare)
    async with bare.connect() as connection:
        for statement in ("PRAGMA foreign_keys = OFF", "DELETE FROM companies WHERE id = 1"):
            (await connection.exec_driver_sql(statement)).close()
        await connection.commit()
    await migrate.upgrade(bare)
    assert await rows(bare, "SELECT DISTINCT company_id FROM journey_event_seals") == [(2,)]
