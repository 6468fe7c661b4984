"""Empty databases of both kinds."""

from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from db import migrate
from db.engine import engine_for
from tests.seed_facts import DDL
from tests.servers import MariaDB

numbers = count(1)


@pytest.fixture(params=["sqlite", "mariadb"])
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'test.sqlite3'}"
    server: MariaDB = request.getfixturevalue("mariadb_server")
    return server.create_database(f"migrations_{next(numbers)}")


@pytest.fixture
async def bare(bare_url: str) -> AsyncIterator[AsyncEngine]:
    async with engine_for(bare_url) as engine:
        yield engine


@pytest.fixture
async def mariadb(mariadb_server: MariaDB) -> AsyncIterator[AsyncEngine]:
    async with engine_for(mariadb_server.create_database(f"migrations_{next(numbers)}")) as engine:
        yield engine


@pytest.fixture
async def by_hand(mariadb_server: MariaDB) -> AsyncIterator[AsyncEngine]:
    """The base tables, and on them the seed's own statements word for word."""
    name = f"migrations_{next(numbers)}"
    async with engine_for(mariadb_server.create_database(name)) as engine:
        await migrate.upgrade(engine, "0001")
        mariadb_server.execute(DDL, name)
        yield engine
