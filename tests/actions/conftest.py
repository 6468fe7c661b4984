import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.actions.calls import BLOCKERS, CALLS, Call
from tests.actions.scene import Scene, set_up
from tests.make import Make


@pytest.fixture
async def scene(engine: AsyncEngine, make: Make) -> Scene:
    return await set_up(engine, make)


@pytest.fixture
async def blocked(engine: AsyncEngine, make: Make) -> Scene:
    """A scene in which each of `CALLS` has something to do."""
    return await set_up(engine, make, blockers=BLOCKERS)


@pytest.fixture(params=CALLS, ids=lambda call: call.name)
def call(request: pytest.FixtureRequest) -> Call:
    return request.param
