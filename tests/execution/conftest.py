"""Both executors over one database, quietly: what is masked is logged with its traceback, here thousands of times."""

import gc
from collections.abc import Iterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.actors import Actor
from graph import errors
from tests.execution.known import ACTORS, Known, learn

LEARNT: dict[str, dict[Actor, Known]] = {}
# In a long run the collector would walk the schema and all modules over and over: a third of the time.
OBJECTS_BEFORE_COLLECTION = 20_000


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors.log, "disabled", True)


@pytest.fixture
def seldom_collecting() -> Iterator[None]:
    usual = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BEFORE_COLLECTION, *usual[1:])
    yield
    gc.set_threshold(*usual)
    gc.unfreeze()


@pytest.fixture
async def known(demo_engine: AsyncEngine) -> dict[Actor, Known]:
    """What each actor sees of the demo data, worked out once per database, which nobody changes."""
    name = str(demo_engine.url)
    if name not in LEARNT:
        LEARNT[name] = {actor: await learn(demo_engine, actor) for actor in ACTORS}
    return LEARNT[name]
