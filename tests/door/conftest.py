"""The application over an embedded database, and the demo data over both kinds."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from db import migrate
from db.engine import engine_for
from graph import manifest
from graph.app import make_app
from tests.door.client import Client, client, settings
from tests.door.issuer import Issuer, issuing


@pytest.fixture(scope="session")
def embedded_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file without rows. To be copied, not written."""
    file = tmp_path_factory.mktemp("door") / "empty.sqlite3"

    async def prepare() -> None:
        async with engine_for(f"sqlite+aiosqlite:///{file}") as engine:
            await migrate.upgrade(engine)

    asyncio.run(prepare())
    return file


@pytest.fixture
def embedded_url(embedded_file: Path, tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{shutil.copy(embedded_file, tmp_path / 'embedded.sqlite3')}"


@pytest.fixture
async def embedded(embedded_url: str) -> AsyncIterator[AsyncEngine]:
    async with engine_for(embedded_url) as engine:
        yield engine


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the documents of `operations/`: to have them planned takes longer than most tests."""
    monkeypatch.setattr(manifest, "trusted", list)


@pytest.fixture
def door(embedded: AsyncEngine, bare: None) -> Client:
    """For what happens before a database is asked."""
    return client(embedded)


@pytest.fixture
def outside(embedded: AsyncEngine, bare: None) -> Client:
    """Calls without a token of its own."""
    return Client(make_app(settings(embedded), embedded), bearer=None)


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with issuing() as issuer:
        yield issuer


@pytest.fixture
def demo_door(demo_engine: AsyncEngine, bare: None) -> Client:
    """On both databases, with the demo data."""
    return client(demo_engine)


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder without a .env file."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
