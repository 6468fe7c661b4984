from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.actions.calls import ADD, BLOCKERS, CALLS, HAND_OFF, LAUNCH, MOVE, Call
from tests.actions.scene import Scene, set_up
from tests.make import Make

ON_BOTH = (MOVE, ADD, HAND_OFF, LAUNCH)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What holds of every call is tried of all of them on MariaDB, and of some on SQLite."""
    left_out = [each for each in items if _is_left_out(each)]
    items[:] = [each for each in items if each not in left_out]
    config.hook.pytest_deselected(items=left_out)


def _is_left_out(item: pytest.Item) -> bool:
    params = getattr(item, "callspec", None) and item.callspec.params  # type: ignore[attr-defined]
    if not params or item.path.parent != Path(__file__).parent or params.get("databases") != "sqlite":
        return False
    return params.get("call") in CALLS and params["call"] not in ON_BOTH


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
