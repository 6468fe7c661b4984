"""The migrations make what the seed's own statements make: all 112 columns, 8 indexes and 10 foreign keys."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from db import migrate
from tests import seed_facts
from tests.db.rows import content, fill, of_those_columns
from tests.db.sql import rows, run
from tests.seed_facts import Column, ForeignKey, Index

pytestmark = pytest.mark.slow

INDEXES = """
    SELECT table_name, index_name, GROUP_CONCAT(column_name ORDER BY seq_in_index)
    FROM information_schema.statistics WHERE table_schema = DATABASE() GROUP BY table_name, index_name
"""
TOUCHED = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = DATABASE() AND extra LIKE '%%on update%%'
"""


async def columns(engine: AsyncEngine) -> set[Column]:
    found = await rows(
        engine,
        "SELECT table_name, column_name, column_type, column_default, is_nullable = 'YES', extra "
        "FROM information_schema.columns WHERE table_schema = DATABASE()",
    )
    wanted = {(column.table, column.name) for column in seed_facts.COLUMNS}
    return {Column(*row) for row in found if (row[0], row[1]) in wanted}


async def indexes(engine: AsyncEngine) -> set[Index]:
    found = await rows(engine, INDEXES)
    return {Index(table, name, tuple(names.split(","))) for table, name, names in found if name.startswith("idx_")}


async def foreign_keys(engine: AsyncEngine) -> set[ForeignKey]:
    found = await rows(
        engine,
        "SELECT k.table_name, k.column_name, k.referenced_table_name, r.delete_rule "
        "FROM information_schema.key_column_usage k JOIN information_schema.referential_constraints r "
        "ON r.constraint_schema = k.table_schema AND r.constraint_name = k.constraint_name "
        "AND r.table_name = k.table_name WHERE k.table_schema = DATABASE()",
    )
    wanted = {(key.table, key.column) for key in seed_facts.FOREIGN_KEYS}
    return {ForeignKey(*row) for row in found if (row[0], row[1]) in wanted}


async def test_migrations_and_seed_agree_on_all_130_items(mariadb: AsyncEngine, by_hand: AsyncEngine) -> None:
    await migrate.upgrade(mariadb)
    for items, facts in (
        (columns, seed_facts.COLUMNS),
        (indexes, seed_facts.INDEXES),
        (foreign_keys, seed_facts.FOREIGN_KEYS),
    ):
        assert await items(mariadb) == set(facts)
        assert await items(by_hand) == set(facts)


async def test_down_and_up_makes_the_same_indexes(mariadb: AsyncEngine) -> None:
    await migrate.upgrade(mariadb)
    before = await rows(mariadb, INDEXES)
    await migrate.downgrade(mariadb, "base")
    await migrate.upgrade(mariadb)
    assert await rows(mariadb, INDEXES) == before


async def test_only_chains_keep_their_update_time_by_themselves(mariadb: AsyncEngine) -> None:
    await migrate.upgrade(mariadb)
    assert await rows(mariadb, TOUCHED) == [("workflow_chains", "updated_at")]


async def test_a_changed_item_is_drift(mariadb: AsyncEngine) -> None:
    await migrate.upgrade(mariadb)
    await run(
        mariadb,
        "ALTER TABLE companies MODIFY partner_tier ENUM('standard', 'select') NULL",
        "ALTER TABLE companies MODIFY blockers TEXT NULL",
        "ALTER TABLE companies MODIFY partner_journey_stage VARCHAR(50) DEFAULT 'launch'",
        "ALTER TABLE demo_requests MODIFY estimated_arr DECIMAL(10,2) NOT NULL",
        "ALTER TABLE workflow_chains DROP INDEX idx_user_chains, ADD INDEX idx_user_chains (user_id, status)",
        "ALTER TABLE user_openai DROP FOREIGN KEY fk_user_openai_company_id_companies",
        "ALTER TABLE companies MODIFY gtm_goals INT",
    )
    found = "\n".join(await migrate.drift(mariadb))
    for said in (
        "companies.partner_tier has the type ENUM('standard','select') instead of",
        "companies.blockers has the type TEXT instead of LONGTEXT",
        "companies.partner_journey_stage has the type VARCHAR(50) instead of ENUM('discovery',",
        "companies.partner_journey_stage has the default 'launch' instead of discovery",
        "demo_requests.estimated_arr has the type DECIMAL(10,2) instead of DECIMAL(12,2)",
        "demo_requests.estimated_arr has nullable False instead of True",
        "workflow_chains lacks the index on user_id, status, chain_type",
        "user_openai lacks the foreign key on company_id",
        "companies.gtm_goals has the type INTEGER instead of LONGTEXT",
    ):
        assert said in found


async def test_a_schema_made_by_hand_is_adopted_with_its_rows(by_hand: AsyncEngine) -> None:
    await run(by_hand, "DROP TABLE partner_graph_version")
    await fill(by_hand)
    before = await content(by_hand)
    await migrate.upgrade(by_hand)
    assert of_those_columns(await content(by_hand), before) == before
    assert await migrate.drift(by_hand) == []

    full = await content(by_hand)
    await migrate.downgrade(by_hand, "base")
    await migrate.upgrade(by_hand)
    assert await content(by_hand) == full
    assert await migrate.drift(by_hand) == []
