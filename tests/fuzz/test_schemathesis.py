"""Operations that schemathesis makes of the schema, half of their ids real, over the demo data."""

import asyncio
import shutil
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from sqlalchemy.ext.asyncio import AsyncEngine

from db.engine import engine_for
from domain.enums import GlobalRole
from graph.app import make_app
from tests.conftest import Databases
from tests.db.reading import taken
from tests.door.client import Client, settings, token
from tests.fuzz.answers import Tally, checked
from tests.fuzz.asks import SCHEMA, Sent, sent
from tests.fuzz.realia import Realia, learn

pytestmark = pytest.mark.slow

JSON = {"content-type": "application/json"}
MOST_SECONDS = 15
LEAST_EXECUTED = 1 / 3
# Calls of each root field; and of all, where both databases together come to more than 2,000.
EACH_QUERY, LEAST_QUERIES = 16, 460
EACH_MUTATION, LEAST_MUTATIONS = 16, 520


class World:
    """The application over one database, in a loop of its own: Hypothesis calls a function that does not await."""

    def __init__(self, url: str) -> None:
        self._runner, self._stack = asyncio.Runner(), AsyncExitStack()
        self.engine: AsyncEngine = self.run(self._stack.enter_async_context(engine_for(url)))
        app = make_app(settings(self.engine, rate_points=0), self.engine)
        agent = token(2, GlobalRole.MANAGER, agent_id="fuzz", agent_type=None)
        bearers = (token(1, GlobalRole.ADMIN), token(1, GlobalRole.ADMIN), token(2), agent)
        self.callers = [Client(app, bearer) for bearer in bearers]
        self.realia: Realia = self.run(learn(self.engine, self.callers[0]))

    def run(self, what: Any) -> Any:
        return self._runner.run(what)

    def close(self) -> None:
        self.run(self._stack.aclose())
        self._runner.close()

    def ask(self, sent: Sent) -> dict[str, Any]:
        begun = time.perf_counter()
        response = self.run(self.callers[sent.who]._http.post("/graphql", content=sent.body, headers=JSON))
        assert time.perf_counter() - begun < MOST_SECONDS
        return checked(response.status_code, response.headers["content-type"], response.content)

    def must_be_well(self) -> None:
        assert self.ask(Sent("{ companies(first: 1) { nodes { id name } } }"))["data"]["companies"]["nodes"]
        assert taken(self.engine) == 0


@pytest.fixture
def reading(demo_url: str) -> Iterator[World]:
    world = World(demo_url)
    yield world
    world.close()


@pytest.fixture
def writing(databases: Databases, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """With demo data of its own."""
    url = databases.get("demo", with_demo=True)
    if url.startswith("sqlite"):
        copy = shutil.copy(url.removeprefix("sqlite+aiosqlite:///"), tmp_path / "written.sqlite3")
        world = World(f"sqlite+aiosqlite:///{copy}")
    else:
        world = World(databases.get("fuzzed", with_demo=True))
    yield world
    world.close()


def fuzz(world: World, type_name: str, each: int) -> Tally:
    tally = Tally()
    for name in SCHEMA[type_name]:

        @hypothesis_settings(
            max_examples=each, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(sent(type_name, name, world.realia))
        def one(sent: Sent) -> None:
            tally.add(world.ask(sent))

        one()
    world.must_be_well()
    assert tally.executed >= tally.asked * LEAST_EXECUTED, tally
    return tally


def events(world: World) -> int:
    answer = world.ask(Sent("{ journeyEvents(first: 0) { totalCount } }"))
    return int(answer["data"]["journeyEvents"]["totalCount"])


@pytest.mark.parametrize(("each", "least"), [(3, 60), pytest.param(EACH_QUERY, LEAST_QUERIES, marks=pytest.mark.slow)])
def test_queries(reading: World, each: int, least: int) -> None:
    assert fuzz(reading, "Query", each).asked >= least


@pytest.mark.parametrize(
    ("each", "least"), [(8, 30), pytest.param(EACH_MUTATION, LEAST_MUTATIONS, marks=pytest.mark.slow)]
)
def test_mutations(writing: World, each: int, least: int) -> None:
    before = events(writing)
    assert fuzz(writing, "Mutation", each).asked >= least
    # A few calls may all be refused; many must have had an effect, or the fuzz would try refusals alone.
    assert events(writing) >= before + (each == EACH_MUTATION)
