"""Points that several processes count together, in a Redis of the tests' own; and what happens when it is gone."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from graph.app import Front, make_app
from graph.limits import points
from graph.limits.points import Allowance, Spent, allowance
from tests.door.client import Client, code_of, settings, token
from tests.redis import NoRedis, Redis

pytestmark = pytest.mark.slow
Processes = Callable[..., Allowance]
WHO = "{ viewer { demo } }"


@pytest.fixture(scope="module")
def redis() -> Iterator[Redis]:
    try:
        server = Redis()
    except NoRedis as reason:
        if "redis" in os.environ.get("PARTNER_GRAPH_TESTS_REQUIRE", ""):
            pytest.fail(str(reason))
        pytest.skip(str(reason))
    yield server
    server.stop()


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """For what is about the count that is shared: on a machine with much to do, a Redis that is well may be late."""
    monkeypatch.setattr(points, "PATIENCE_SECONDS", 10.0)


@pytest.fixture
async def processes(redis: Redis) -> AsyncIterator[Processes]:
    """Makes allowances, each as a process of its own would."""
    made: list[Allowance] = []

    def make(points: int, seconds: int = 60) -> Allowance:
        made.append(allowance(points, seconds, redis.url))
        return made[-1]

    yield make
    for each in made:
        await each.close()


@pytest.fixture
async def doors(embedded: AsyncEngine, redis: Redis, patient: None) -> AsyncIterator[list[Client]]:
    """Two servers."""
    apps = [make_app(settings(embedded, redis_url=redis.url, rate_points=5, most_cost=5), embedded) for _ in range(2)]
    yield [Client(app, token(7)) for app in apps]
    for app in apps:
        assert isinstance(app, Front)
        await app.endpoint.terms.service.allowance.close()


async def asked(door: Client) -> Any:
    return await door._http.post("/graphql", json={"query": WHO})


async def test_what_one_process_charges_another_knows(doors: list[Client]) -> None:
    one, other = doors
    left = [(await asked(door)).json()["extensions"]["cost"]["remaining"] for door in (one, other, one, other, other)]
    assert left == [4, 3, 2, 1, 0]
    for door in (one, other):
        refused = await asked(door)
        assert (refused.status_code, code_of(refused)) == (429, "RATE_LIMITED")
        assert 0 < int(refused.headers["retry-after"]) <= 60


@pytest.mark.usefixtures("patient")
async def test_many_at_once_never_spend_more_than_there_is(processes: Processes) -> None:
    counting = [processes(100) for _ in range(3)]
    calls = [counting[n % 3].charge("many", 3) for n in range(60)]
    found = await asyncio.gather(*calls, return_exceptions=True)
    paid = [each for each in found if not isinstance(each, BaseException)]
    assert all(isinstance(each, Spent) for each in found if isinstance(each, BaseException))
    assert 0 < 3 * len(paid) <= 100


@pytest.mark.usefixtures("patient")
async def test_a_window_ends_there_too(processes: Processes) -> None:
    counting = processes(2, 1)
    await counting.charge("window", 2)
    with pytest.raises(Spent) as caught:
        await counting.charge("window", 2)
    await asyncio.sleep(caught.value.seconds)
    assert (await counting.charge("window", 2)).remaining == 0


async def test_a_redis_that_hangs_is_not_waited_for_by_every_call(redis: Redis, processes: Processes) -> None:
    counting = processes(100)
    await counting.charge("hangs", 1)
    with redis.hanging():
        begun = time.perf_counter()
        for _ in range(30):
            await counting.charge("hangs", 1)
        assert time.perf_counter() - begun < 2


@pytest.mark.usefixtures("patient")
async def test_without_redis_each_process_counts_for_itself(
    redis: Redis, processes: Processes, caplog: pytest.LogCaptureFixture
) -> None:
    counting = processes(4)
    assert (await counting.charge("gone", 1)).remaining == 3
    redis.halt()
    try:
        assert [(await counting.charge("gone", 1)).remaining for _ in range(4)] == [3, 2, 1, 0]
        with pytest.raises(Spent):
            await counting.charge("gone", 1)
        # Said once a minute, not with every call.
        assert len([each for each in caplog.records if "counted in memory" in each.message]) == 1
        assert redis.url not in caplog.text
    finally:
        redis.resume()
    # For a moment it is not asked again.
    counting._instead_until = 0
    assert (await counting.charge("gone", 1)).remaining == 3
