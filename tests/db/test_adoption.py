"""A database that the reader's application has been filling for years, in its own shape, on MariaDB."""

import re
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from db import migrate
from db.migrate import MigrationRefused
from tests.db.crashes import Crash, crashing
from tests.db.rows import content, fill
from tests.db.sql import rows, run, tables

pytestmark = pytest.mark.slow

ID = "id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY"
READERS = {
    "users": f"""{ID}, name VARCHAR(191) NOT NULL, email VARCHAR(191) NOT NULL, password VARCHAR(255) NOT NULL,
        created_at TIMESTAMP NULL, updated_at TIMESTAMP NULL, UNIQUE users_email_unique (email)""",
    "companies": f"""{ID}, user_id BIGINT UNSIGNED NULL, name VARCHAR(500) NULL, gtm_goals TEXT, phone VARCHAR(30),
        updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
        FOREIGN KEY (user_id) REFERENCES users(id)""",
    "products": f"{ID}, company_id BIGINT UNSIGNED NOT NULL, price DECIMAL(8,2), KEY own (company_id, price)",
    "user_openai": f"{ID}, team_id INT, input LONGTEXT, output MEDIUMTEXT, created_at DATETIME",
    "demo_requests": "id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, email VARCHAR(100)",
    "invoices": f"{ID}, company_id BIGINT UNSIGNED, FOREIGN KEY (company_id) REFERENCES companies(id)",
    "alembic_version": "version_num VARCHAR(32) PRIMARY KEY",
}
ROWS = (
    "INSERT INTO users VALUES (1, 'Ada', 'ada@example.com', 'secret', NULL, '2020-01-01 00:00:00'),"
    " (2, 'Bob', 'bob@example.com', 'hidden', '2021-01-01 00:00:00', NULL)",
    "INSERT INTO companies VALUES (1, 1, 'Ünïque', '{\"a\": 1}', '+41', '2020-02-02 00:00:00'),"
    " (5, NULL, NULL, NULL, NULL, '2020-02-03 00:00:00')",
    "INSERT INTO products VALUES (1, 1, 9.99), (2, 777, NULL)",
    "INSERT INTO user_openai VALUES (1, 3, 'in', 'out', '2020-01-01 00:00:00')",
    "INSERT INTO demo_requests VALUES (1, 'x@example.com')",
    "INSERT INTO invoices VALUES (1, 5)",
    "INSERT INTO alembic_version VALUES ('3f2a9c')",
)


async def make_readers_tables(engine: AsyncEngine, **others: str) -> None:
    await run(engine, *(f"CREATE TABLE {table} ({body})" for table, body in (READERS | others).items()))


async def readers_rows(engine: AsyncEngine, columns: dict[str, str]) -> dict[str, list[Any]]:
    return {table: await rows(engine, f"SELECT {columns[table]} FROM {table} ORDER BY 1") for table in READERS}


async def readers_columns(engine: AsyncEngine) -> dict[str, str]:
    found = await rows(
        engine,
        "SELECT table_name, GROUP_CONCAT(column_name ORDER BY ordinal_position) FROM information_schema.columns "
        "WHERE table_schema = DATABASE() GROUP BY table_name",
    )
    return dict(map(tuple, found))


async def test_every_row_and_value_stays(mariadb: AsyncEngine) -> None:
    await make_readers_tables(mariadb)
    await run(mariadb, *ROWS)
    columns = await readers_columns(mariadb)
    before = await readers_rows(mariadb, columns)

    await migrate.upgrade(mariadb)

    assert await readers_rows(mariadb, columns) == before
    assert await migrate.drift(mariadb) == []
    assert await rows(mariadb, "SELECT partner_journey_stage, blockers, website, version FROM companies") == [
        ("discovery", None, None, 1),
        ("discovery", None, None, 1),
    ]
    assert await rows(mariadb, "SELECT name, launch_status, launch_readiness_score FROM products WHERE id = 1") == [
        ("", "ideation", 0)
    ]
    assert await rows(mariadb, "SELECT user_id, company_id, used_in_submission FROM user_openai") == [(None, None, 0)]
    assert await rows(mariadb, "SELECT company_id, user_id, role FROM company_members") == [(1, 1, "owner")]

    await run(mariadb, "UPDATE companies SET blockers = '[]', updated_at = updated_at WHERE id = 5")
    await migrate.downgrade(mariadb, "base")
    await migrate.upgrade(mariadb)
    assert await readers_rows(mariadb, columns) == before
    assert await rows(mariadb, "SELECT id, blockers FROM companies") == [(1, None), (5, "[]")]


@pytest.mark.parametrize(
    ("table", "body", "said"),
    [
        ("users", "id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, name TEXT", r"users\.id is INTEGER\(10\) UNSIGNED"),
        ("users", f"{ID}) ENGINE=MyISAM COMMENT=(''", "users is stored by MyISAM"),
        ("users", "name TEXT", "users has no column id"),
        ("products", "id BIGINT UNSIGNED NOT NULL, sku INT PRIMARY KEY", r"products\.id is not the primary key"),
        ("compliance_reports", "id INT AUTO_INCREMENT PRIMARY KEY", r"compliance_reports\.id is INTEGER\(11\)"),
        ("user_openai", f"{ID}, company_id INT", r"user_openai\.company_id is INTEGER\(11\), but refers to companies"),
        ("outbox", f"{ID}, mail TEXT", "outbox exists but is another table of that name .it lacks topic, payload"),
    ],
)
async def test_what_does_not_fit_is_refused_and_the_advice_helps(
    mariadb: AsyncEngine, table: str, body: str, said: str
) -> None:
    await run(mariadb, f"CREATE TABLE {table} ({body})".replace("COMMENT=('')", "COMMENT=''"))
    with pytest.raises(MigrationRefused, match=said) as refused:
        await migrate.upgrade(mariadb)

    await run(mariadb, advice(refused.value))
    await migrate.upgrade(mariadb)
    assert await migrate.drift(mariadb) == []


def advice(refused: MigrationRefused) -> str:
    message = str(refused)
    assert "\n" not in message
    found = re.search(r"(ALTER TABLE|UPDATE) .*", message)
    assert found
    return found[0]


async def test_a_misfit_changes_nothing(mariadb: AsyncEngine) -> None:
    await run(mariadb, "CREATE TABLE users (id INT PRIMARY KEY)")
    with pytest.raises(MigrationRefused):
        await migrate.upgrade(mariadb)
    assert await tables(mariadb) == {"users", "partner_graph_version"}


async def test_ids_that_lead_nowhere_are_refused_and_the_advice_helps(mariadb: AsyncEngine) -> None:
    await run(
        mariadb,
        f"CREATE TABLE user_openai ({ID}, company_id BIGINT UNSIGNED)",
        "INSERT INTO user_openai (company_id) VALUES (77)",
    )
    with pytest.raises(MigrationRefused, match=r"user_openai\.company_id holds 1 ids that companies") as refused:
        await migrate.upgrade(mariadb)
    await run(mariadb, advice(refused.value))
    await migrate.upgrade(mariadb)
    assert await migrate.drift(mariadb) == []


async def test_a_table_and_its_parked_twin_are_refused(mariadb: AsyncEngine) -> None:
    await migrate.upgrade(mariadb)
    await fill(mariadb)
    await migrate.downgrade(mariadb, "0005")
    await run(mariadb, f"CREATE TABLE outbox ({ID})")
    with pytest.raises(MigrationRefused, match="outbox and parked_outbox both exist"):
        await migrate.upgrade(mariadb)


async def crash_until_done(engine: AsyncEngine, act: Any, target: str, every: int) -> int:
    for crashes in range(100):
        try:
            with crashing(engine, every):
                await act(engine, target)
        except Crash:
            continue
        return crashes
    raise AssertionError("a migration that crashes never gets any further")


async def test_crashes_half_way_lose_nothing(mariadb: AsyncEngine) -> None:
    assert await crash_until_done(mariadb, migrate.upgrade, "head", 21) > 5
    assert await migrate.drift(mariadb) == []
    await fill(mariadb)
    before = await content(mariadb)

    assert await crash_until_done(mariadb, migrate.downgrade, "base", 21) > 5
    assert await crash_until_done(mariadb, migrate.upgrade, "head", 21) > 5
    assert await content(mariadb) == before
    assert await migrate.drift(mariadb) == []


async def test_a_copy_left_by_a_crash_is_made_anew(mariadb: AsyncEngine) -> None:
    await migrate.upgrade(mariadb)
    await fill(mariadb)
    await run(
        mariadb,
        "CREATE TABLE parked_companies__0006 AS SELECT id, version FROM companies",
        "UPDATE companies SET version = 44, updated_at = updated_at WHERE id = 1",
    )
    await migrate.downgrade(mariadb, "0005")
    await migrate.upgrade(mariadb)
    assert await rows(mariadb, "SELECT version FROM companies WHERE id = 1") == [(44,)]


async def test_a_step_that_was_undone_by_hand_is_done_again(mariadb: AsyncEngine) -> None:
    await migrate.upgrade(mariadb)
    await fill(mariadb)
    await run(
        mariadb,
        "ALTER TABLE user_openai DROP FOREIGN KEY fk_user_openai_product_id_products",
        "ALTER TABLE companies DROP COLUMN partner_tier",
        "ALTER TABLE workflow_chains DROP COLUMN chain_context, DROP INDEX idx_company_chains",
        "DROP TABLE workflow_chain_sessions",
        "UPDATE partner_graph_version SET version_num = '0001'",
    )
    await migrate.upgrade(mariadb)
    assert await migrate.drift(mariadb) == []
