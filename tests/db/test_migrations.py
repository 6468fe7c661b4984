"""Up, down and up again, on both kinds of database."""

import asyncio
import sys
from datetime import UTC, datetime

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from db import migrate
from db.migrate import HEAD, MigrationRefused
from db.tables import WorkflowChain
from tests.db.crashes import Crash, crashing
from tests.db.rows import content, fill
from tests.db.sql import rows, run, tables

pytestmark = pytest.mark.slow

DOWN = ["0007", "0006", "0005", "0004", "0003", "0002", "0001", "base"]
OLD = datetime(2020, 1, 1, tzinfo=UTC)


async def test_an_empty_database_becomes_the_metadata(bare: AsyncEngine) -> None:
    assert await migrate.pending(bare) == ["0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008"]
    await migrate.upgrade(bare)
    assert await migrate.drift(bare) == []
    assert await migrate.current(bare) == HEAD
    assert await migrate.pending(bare) == []


def test_head_is_the_newest_script() -> None:
    assert ScriptDirectory(str(migrate.SCRIPTS)).get_current_head() == HEAD


async def test_every_row_and_value_survives_down_and_up(bare: AsyncEngine) -> None:
    await migrate.upgrade(bare)
    fresh = await tables(bare)
    await fill(bare)
    before = await content(bare)

    for target in DOWN:
        await migrate.downgrade(bare, target)
        assert await migrate.current(bare) == (None if target == "base" else target)
    for target in [*reversed(DOWN[:-1]), "head"]:
        await migrate.upgrade(bare, target)
    assert await content(bare) == before
    assert await migrate.drift(bare) == []
    assert await tables(bare) == fresh

    await migrate.downgrade(bare, "base")
    await migrate.upgrade(bare)
    assert await content(bare) == before


async def test_what_happened_while_down_is_respected(bare: AsyncEngine) -> None:
    await migrate.upgrade(bare)
    await fill(bare)
    await migrate.downgrade(bare, "0001")
    await run(bare, "DELETE FROM companies WHERE id = 1", "INSERT INTO companies (id, name) VALUES (9, 'New')")
    await migrate.upgrade(bare)

    assert await rows(bare, "SELECT partner_journey_stage, version FROM companies WHERE id = 9") == [("discovery", 1)]
    assert await rows(bare, "SELECT id FROM partner_journey_events ORDER BY id") == [(2,), (3,)]
    content_rows = await rows(bare, "SELECT company_id, product_id FROM user_openai ORDER BY id")
    assert content_rows == [(None, None), (2, 2), (None, None)]
    assert await migrate.drift(bare) == []


async def test_a_downgrade_without_rows_leaves_no_trace(bare: AsyncEngine) -> None:
    await migrate.upgrade(bare, "0001")
    base = await tables(bare)
    await migrate.upgrade(bare)
    await migrate.downgrade(bare, "0001")
    assert await tables(bare) == base


async def test_rows_may_refer_to_a_table_that_is_empty(bare: AsyncEngine) -> None:
    await migrate.upgrade(bare)
    await run(
        bare,
        "INSERT INTO users (id, name, email) VALUES (1, 'Ada', 'ada@example.com')",
        "INSERT INTO agent_sessions (id, session_id, user_id, agent_type) VALUES (2, 's', 1, 'mdf_assistant')",
        "INSERT INTO session_handoffs (from_session_id, to_agent_type, status, reason, policy, hop, created_by)"
        " VALUES (2, 'co_sell_advisor', 'pending', 'why', '{}', 1, 1)",
    )
    before = await content(bare)
    await migrate.downgrade(bare, "base")
    await migrate.upgrade(bare)
    assert await content(bare) == before
    assert await migrate.drift(bare) == []


async def test_owners_and_mentions_are_filled_in_once(bare: AsyncEngine) -> None:
    await migrate.upgrade(bare, "0005")
    await run(
        bare,
        "INSERT INTO users (id, name, email) VALUES (1, 'Ada', 'ada@example.com')",
        "INSERT INTO companies (id, name, user_id) VALUES (1, 'Kept', 1), (2, 'Gone owner', 7), (3, 'None', NULL)",
        "INSERT INTO workflow_chains (id, chain_id, user_id, name, chain_type, total_steps, steps_config) "
        "VALUES (4, 'c', 1, 'Chain', 'custom', 0, '[]')",
        "INSERT INTO partner_journey_events "
        "(id, company_id, user_id, event_type, related_entity_type, related_entity_id) VALUES"
        " (5, 1, 1, 'content_generated', 'workflow_chain', 4),"
        " (6, 1, 1, 'content_generated', 'workflow_chain', 99), (7, 1, 1, 'content_generated', 'user_openai', 4)",
    )
    await migrate.upgrade(bare)
    assert await rows(bare, "SELECT company_id, user_id, role FROM company_members") == [(1, 1, "owner")]
    assert await rows(bare, "SELECT event_id, chain_id, relation FROM journey_event_chains") == [(5, 4, "mentions")]

    await run(bare, "DELETE FROM company_members", "DELETE FROM journey_event_chains")
    await migrate.downgrade(bare, "base")
    await migrate.upgrade(bare)
    assert await rows(bare, "SELECT * FROM company_members") == []
    assert await rows(bare, "SELECT * FROM journey_event_chains") == []


async def _updated_at(bare: AsyncEngine, **values: object) -> datetime:
    async with bare.begin() as connection:
        await connection.execute(WorkflowChain.__table__.update().where(WorkflowChain.id == 1).values(**values))
    async with bare.connect() as connection:
        return (await connection.execute(select(WorkflowChain.updated_at).where(WorkflowChain.id == 1))).scalar_one()


async def test_updated_at_follows_updates_that_do_not_set_it(bare: AsyncEngine) -> None:
    await migrate.upgrade(bare)
    await fill(bare)
    await _assert_kept_up_to_date(bare)
    for target in ("0005", "base"):
        await migrate.downgrade(bare, target)
        await migrate.upgrade(bare)
        await _assert_kept_up_to_date(bare)


async def _assert_kept_up_to_date(bare: AsyncEngine) -> None:
    touched = await _updated_at(bare, name="Touched")
    assert abs((datetime.now(UTC) - touched).total_seconds()) < 10
    assert await _updated_at(bare, name="Set", updated_at=OLD) == OLD


@pytest.mark.parametrize("bare_url", ["sqlite"], indirect=True)
async def test_the_trigger_does_not_recurse(bare: AsyncEngine) -> None:
    await migrate.upgrade(bare)
    await fill(bare)
    async with bare.connect() as connection:
        cursor = await connection.exec_driver_sql("PRAGMA recursive_triggers = ON")
        cursor.close()
        for name in ("One", "Two"):
            done = await connection.exec_driver_sql(f"UPDATE workflow_chains SET name = '{name}' WHERE id = 1")
            assert done.rowcount == 1


@pytest.mark.parametrize("bare_url", ["sqlite"], indirect=True)
async def test_sqlite_migrates_as_a_whole_or_not_at_all(bare: AsyncEngine) -> None:
    with pytest.raises(Crash), crashing(bare, after=40):
        await migrate.upgrade(bare)
    assert await tables(bare) == set()


@pytest.mark.parametrize("bare_url", ["sqlite"], indirect=True)
async def test_foreign_keys_are_on_again_afterwards(bare: AsyncEngine) -> None:
    await migrate.upgrade(bare)
    assert await rows(bare, "PRAGMA foreign_keys") == [(1,)]


async def test_drift_is_found(bare: AsyncEngine) -> None:
    await migrate.upgrade(bare)
    await run(
        bare,
        "ALTER TABLE companies DROP COLUMN aws_partner_id",
        "ALTER TABLE companies DROP COLUMN website",
        "DROP TABLE outbox",
    )
    assert sorted(await migrate.drift(bare)) == [
        "companies.aws_partner_id is missing",
        "companies.website is missing",
        "outbox lacks the index on dispatched_at, id",
        "the table outbox is missing",
    ]


async def test_what_the_reader_adds_is_no_drift(bare: AsyncEngine) -> None:
    await migrate.upgrade(bare)
    await run(
        bare,
        "ALTER TABLE companies ADD COLUMN phone VARCHAR(30)",
        "ALTER TABLE workflow_chains ADD COLUMN colour VARCHAR(30)",
        "CREATE TABLE invoices (id INTEGER PRIMARY KEY)",
        "CREATE INDEX own_index ON products (name)",
    )
    assert await migrate.drift(bare) == []


@pytest.mark.parametrize("bare_url", ["sqlite"], indirect=True)
async def test_an_unknown_revision_is_refused(bare: AsyncEngine) -> None:
    await migrate.upgrade(bare)
    await run(bare, "UPDATE partner_graph_version SET version_num = '0999'")
    with pytest.raises(MigrationRefused, match=r"0999, which is unknown here .* newer version"):
        await migrate.upgrade(bare)
    with pytest.raises(MigrationRefused, match="0999"):
        await migrate.downgrade(bare, "base")


@pytest.mark.parametrize("bare_url", ["sqlite"], indirect=True)
async def test_each_step_is_told(bare: AsyncEngine) -> None:
    told: list[tuple[str, int, int]] = []
    await migrate.upgrade(bare, "0002", on_step=lambda revision, title, n, total: told.append((revision, n, total)))
    await migrate.downgrade(bare, "base", on_step=lambda revision, title, n, total: told.append((revision, n, total)))
    assert told == [("0001", 1, 2), ("0002", 2, 2), ("0002", 1, 2), ("0001", 2, 2)]


MIGRATE = """
import asyncio, sys
from db import migrate
from db.engine import engine_for

async def main():
    async with engine_for(sys.argv[1]) as engine:
        await migrate.upgrade(engine)

asyncio.run(main())
"""


async def test_two_processes_at_once(bare: AsyncEngine, bare_url: str) -> None:
    both = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", MIGRATE, bare_url, stderr=asyncio.subprocess.PIPE)
        for _ in range(2)
    ]
    for process in both:
        _, errors = await process.communicate()
        assert (process.returncode, errors.decode()) == (0, "")
    assert await migrate.drift(bare) == []


async def test_two_tasks_at_once(bare: AsyncEngine) -> None:
    await asyncio.gather(migrate.upgrade(bare), migrate.upgrade(bare))
    assert await migrate.drift(bare) == []


async def test_products_that_share_a_code_are_named_before_anything_is_done(bare: AsyncEngine) -> None:
    await migrate.upgrade(bare, "0007")
    await run(
        bare,
        "INSERT INTO companies (id, name) VALUES (1, 'One')",
        *(f"INSERT INTO products (company_id, name, aws_product_code) VALUES (1, '{n}', 'prod-1')" for n in "ab"),
    )
    with pytest.raises(MigrationRefused, match=r"products\.aws_product_code .*'prod-1'"):
        await migrate.upgrade(bare)
    await run(bare, "UPDATE products SET aws_product_code = NULL WHERE name = 'b'")
    await migrate.upgrade(bare)
    assert await migrate.pending(bare) == []
