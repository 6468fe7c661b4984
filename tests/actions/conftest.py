import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.actions.scene import Scene, set_up
from tests.make import Make


@pytest.fixture
async def scene(engine: AsyncEngine, make: Make) -> Scene:
    return await set_up(engine, make)
