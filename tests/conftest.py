"""What every test may ask for: databases of both kinds, migrated once and given out clean, and the graph over them."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from db import demo, migrate
from db.engine import engine_for
from tests.make import Make
from tests.servers import MariaDB, NoMariaDB
from tests.support import NOW, Graph, empty

KINDS = ["sqlite", "mariadb"]


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[MariaDB]:
    try:
        server = MariaDB()
    except NoMariaDB as reason:
        if "mariadb" in os.environ.get("PARTNER_GRAPH_TESTS_REQUIRE", ""):
            pytest.fail(str(reason))
        pytest.skip(f"no MariaDB: {reason}")
    yield server
    server.stop()


async def _prepare(url: str, *, with_demo: bool) -> None:
    async with engine_for(url) as engine:
        await migrate.upgrade(engine)
        if with_demo:
            await demo.load(engine, now=NOW)


class Databases:
    """Migrated databases of one kind, made when first asked for."""

    def __init__(self, folder: Path, server: MariaDB | None) -> None:
        self._folder = folder
        self._server = server
        self._made: dict[str, str] = {}

    def get(self, name: str, *, with_demo: bool) -> str:
        if name not in self._made:
            sqlite = f"sqlite+aiosqlite:///{self._folder / name}.sqlite3"
            url = self._server.create_database(name) if self._server else sqlite
            asyncio.run(_prepare(url, with_demo=with_demo))
            self._made[name] = url
        return self._made[name]


@pytest.fixture(scope="session", params=KINDS)
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    server = request.getfixturevalue("mariadb_server") if request.param == "mariadb" else None
    return Databases(tmp_path_factory.mktemp("databases"), server)


@pytest.fixture
def database_url(databases: Databases, tmp_path: Path) -> str:
    """A migrated database without rows."""
    url = databases.get("empty", with_demo=False)
    if not url.startswith("sqlite"):
        return url
    copy = tmp_path / "test.sqlite3"
    shutil.copy(url.removeprefix("sqlite+aiosqlite:///"), copy)
    return f"sqlite+aiosqlite:///{copy}"


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    async with engine_for(database_url, pool_size=60, pool_timeout=20) as engine:
        yield engine
        if not database_url.startswith("sqlite"):
            await empty(engine)


@pytest.fixture
def demo_url(databases: Databases) -> str:
    """The demo data. For reading only: all tests share it."""
    return databases.get("demo", with_demo=True)


@pytest.fixture
async def demo_engine(demo_url: str) -> AsyncIterator[AsyncEngine]:
    async with engine_for(demo_url) as engine:
        yield engine


@pytest.fixture
def graph(engine: AsyncEngine) -> Graph:
    return Graph(engine)


@pytest.fixture
def make(engine: AsyncEngine) -> Make:
    return Make(engine)


@pytest.fixture
def demo_graph(demo_engine: AsyncEngine) -> Graph:
    return Graph(demo_engine)
