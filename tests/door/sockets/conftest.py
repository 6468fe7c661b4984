"""Sockets over an embedded database, and what they carry over both kinds."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from graph import manifest
from tests.door.sockets.wire import Place, Scene
from tests.make import Make


@pytest.fixture(autouse=True)
def few_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """To read and plan them all takes longer than most of these tests."""
    one = manifest.trusted()[:1]
    monkeypatch.setattr(manifest, "trusted", lambda: one)


@pytest.fixture
async def place(embedded: AsyncEngine) -> AsyncIterator[Place]:
    """For what happens on the way, whatever the database. Nothing may be left when a test ends."""
    place = Place(embedded)
    yield place
    assert await place.quiet()


@pytest.fixture
async def scene(embedded: AsyncEngine) -> Scene:
    return await Scene(Make(embedded)).set()


@pytest.fixture
async def feeding(engine: AsyncEngine) -> AsyncIterator[Place]:
    """On both databases. What others write is found soon."""
    place = Place(engine, poll_seconds=0.05)
    yield place
    assert await place.quiet()


@pytest.fixture
async def told(feeding: Place) -> Scene:
    return await Scene(Make(feeding.engine)).set()
