"""Adopted tables whose columns are not as we would have made them: migrated without drift, and read without a fault."""

from collections.abc import AsyncIterator
from itertools import count

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from db import migrate
from db.engine import engine_for
from tests.servers import MariaDB
from tests.support import Graph

NAMES = count(1)
THEIRS = """
CREATE TABLE users (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, name VARCHAR(191), email VARCHAR(191));
CREATE TABLE companies (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, user_id BIGINT UNSIGNED, name VARCHAR(191));
CREATE TABLE products (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, company_id BIGINT UNSIGNED NOT NULL,
  name VARCHAR(80), marketplace_type ENUM('saas', 'ami'));
CREATE TABLE marketplace_entitlements (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  company_id BIGINT UNSIGNED NOT NULL, value VARCHAR(50), expires_at DATE);
CREATE TABLE compliance_reports (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  company_id BIGINT UNSIGNED NOT NULL, status ENUM('passed', 'failed'), score DECIMAL(5, 2));
CREATE TABLE launch_readiness_scores (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  product_id BIGINT UNSIGNED NOT NULL, score DECIMAL(5, 2));
INSERT INTO users (name, email) VALUES (NULL, NULL), ('Ann', 'ann@example.com');
INSERT INTO companies (user_id, name) VALUES (2, NULL), (2, 'Named');
INSERT INTO products (company_id, name, marketplace_type) VALUES (1, NULL, 'ami'), (2, 'One', NULL);
INSERT INTO marketplace_entitlements (company_id, value, expires_at) VALUES (1, '12', '2026-02-03'), (1, 'many', NULL);
INSERT INTO compliance_reports (company_id, status, score) VALUES (1, 'passed', 87.50);
INSERT INTO launch_readiness_scores (product_id, score) VALUES (1, 61.40);
"""
EVERYTHING = """
{ users { nodes { name email } }
  companies { nodes { name products { nodes { name marketplaceType readinessScores { nodes { score } } } }
    entitlements(orderBy: CREATED_ASC) { nodes { value expiresAt } } complianceReports { nodes { status score } } } } }
"""


@pytest.fixture
async def theirs(mariadb_server: MariaDB) -> AsyncIterator[AsyncEngine]:
    name = f"foreign_{next(NAMES)}"
    url = mariadb_server.create_database(name)
    mariadb_server.execute(THEIRS, name)
    async with engine_for(url) as engine:
        await migrate.upgrade(engine)
        yield engine


async def test_what_they_hold_is_no_drift(theirs: AsyncEngine) -> None:
    assert await migrate.drift(theirs) == []


async def test_what_they_hold_is_read(theirs: AsyncEngine) -> None:
    data = await Graph(theirs).data(EVERYTHING)
    assert [user["name"] for user in data["users"]["nodes"]] == ["", "Ann"]
    nameless, named = data["companies"]["nodes"]
    assert (nameless["name"], named["name"]) == ("", "Named")
    assert nameless["products"]["nodes"] == [
        {"name": "", "marketplaceType": "ami", "readinessScores": {"nodes": [{"score": 61}]}}
    ]
    assert nameless["entitlements"]["nodes"] == [
        {"value": 12, "expiresAt": "2026-02-03T00:00:00Z"},
        {"value": None, "expiresAt": None},
    ]
    assert nameless["complianceReports"]["nodes"] == [{"status": "passed", "score": 88}]


async def test_rows_without_a_name_are_paged_too(theirs: AsyncEngine) -> None:
    graph, names, after = Graph(theirs), [], None
    for _ in range(2):
        document = (
            "query Q($after: String) { companies(first: 1, after: $after) { nodes { name } pageInfo { endCursor } } }"
        )
        page = (await graph.data(document, after=after))["companies"]
        names += [node["name"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    assert names == ["", "Named"]
