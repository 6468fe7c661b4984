"""Limits at the door: each refusal has a status, a code and a number, and comes before anything was asked for."""

import asyncio
import time
from types import NoneType
from typing import Any

import pytest
from limits.aio.storage import MemoryStorage
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.enums import GlobalRole
from graph.app import Front, make_app
from graph.documents import Documents
from graph.limits.points import Allowance, Spent
from graph.limits.turns import Queue, Turns
from tests.db.reading import taken
from tests.door.client import Client, client, code_of, settings, token
from tests.support import recorded

RESPONSE = "application/graphql-response+json"
DEAR = "{ companies(first: 100) { nodes { products(first: 100) { nodes { id } } } } }"
WHO = "{ viewer { demo } rateLimit { cost limit remaining resetAt } }"


async def asked(door: Client, query: str, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await door._http.post("/graphql", json={"query": query}, headers=named)


@pytest.mark.parametrize("accept", ["application/json", RESPONSE])
async def test_a_dear_operation_is_refused_before_it_is_executed(demo_engine: AsyncEngine, accept: str) -> None:
    door = client(demo_engine)
    with recorded(demo_engine) as statements:
        response = await asked(door, DEAR, accept=accept)
    assert (response.status_code, code_of(response), statements) == (400, "LIMIT_COST", [])
    assert response.headers["content-type"] == accept
    assert response.json()["errors"][0]["extensions"] == {
        "code": "LIMIT_COST", "limit": "most_cost", "most": 10_000, "found": 10_201,
    }  # fmt: skip


async def test_a_page_from_a_variable_counts(demo_door: Client) -> None:
    document = """query Q($n: Int) { companies(first: $n) { nodes { products(first: $n) { nodes { id } } } } }"""
    assert (await demo_door.ask(document, n=10)).status_code == 200
    assert await demo_door.code(document, n=100) == "LIMIT_COST"


@pytest.mark.parametrize("accept", ["application/json", RESPONSE])
async def test_a_document_that_is_too_much_is_a_bad_request(door: Client, accept: str) -> None:
    response = await asked(door, "{ " + " ".join(f"a{n}: __typename" for n in range(31)) + " }", accept=accept)
    found = {error["extensions"]["code"] for error in response.json()["errors"]}
    assert (response.status_code, found) == (400, {"LIMIT_ALIASES", "LIMIT_ROOT_FIELDS"})


async def test_every_limit_is_a_setting(embedded: AsyncEngine) -> None:
    door = client(embedded, most_aliases=2, most_depth=2, most_errors=1, most_body_bytes=2048)
    assert await door.code("{ a: __typename b: __typename c: __typename }") == "LIMIT_ALIASES"
    assert await door.code("{ viewer { user { id } } }") == "LIMIT_DEPTH"
    assert await door.code("{ nope nope2 nope3 }") == "GRAPHQL_VALIDATION_FAILED"
    assert await door.code("{ __typename } #" + "x" * 2048) == "LIMIT_BODY"


async def test_values_of_variables_are_counted_before_they_are_looked_at(embedded: AsyncEngine) -> None:
    door = client(embedded, most_values=10)
    document = "query Q($f: CompanyFilter) { companies(filter: $f) { totalCount } }"
    assert (await door.ask(document, f={"country": ["DE"] * 8})).json()["data"] == {"companies": {"totalCount": 0}}
    response = await door.ask(document, f={"country": ["DE"] * 9})
    assert (response.status_code, code_of(response)) == (400, "LIMIT_VALUES")
    assert response.json()["errors"][0]["extensions"]["found"] == 11


# Points


async def test_every_answer_tells_what_it_cost_and_what_is_left(embedded: AsyncEngine) -> None:
    door = client(embedded, rate_points=20_000)
    for n in (1, 2, 3):
        body = (await asked(door, WHO)).json()
        assert body["data"]["rateLimit"] == body["extensions"]["cost"]
        assert {name: body["extensions"]["cost"][name] for name in ("cost", "limit", "remaining")} == {
            "cost": 2, "limit": 20_000, "remaining": 20_000 - 2 * n,
        }  # fmt: skip
        assert body["extensions"]["cost"]["resetAt"].endswith("Z")


async def test_without_a_limit_the_cost_is_told_alone(embedded: AsyncEngine) -> None:
    body = (await asked(client(embedded, rate_points=0), WHO)).json()
    assert body["extensions"]["cost"] == {"cost": 2, "limit": None, "remaining": None, "resetAt": None}


async def test_who_has_spent_the_points_is_told_when_to_come_back(demo_engine: AsyncEngine) -> None:
    door = client(demo_engine, rate_points=10, most_cost=10, rate_seconds=3600)
    assert (await asked(door, "{ companies(first: 7) { nodes { id } } }")).status_code == 200
    with recorded(demo_engine) as statements:
        response = await asked(door, "{ companies(first: 3) { nodes { id } } }")
    assert (response.status_code, code_of(response), statements) == (429, "RATE_LIMITED", [])
    seconds = int(response.headers["retry-after"])
    assert 3500 < seconds <= 3600
    extensions = response.json()["errors"][0]["extensions"]
    assert (extensions["retryAfter"], extensions["cost"]["cost"], extensions["cost"]["remaining"]) == (seconds, 4, 2)
    # What was refused was not charged: something cheaper still goes.
    assert (await asked(door, "{ companies(first: 1) { nodes { id } } }")).json()["extensions"]["cost"][
        "remaining"
    ] == 0
    assert (await asked(door, "{ __typename }")).status_code == 429


async def test_points_are_the_callers_whatever_token_is_sent(embedded: AsyncEngine) -> None:
    app = make_app(settings(embedded, rate_points=10, most_cost=10), embedded)
    for _ in range(5):
        assert (await asked(Client(app, token(7, seconds=600 + _)), WHO)).status_code == 200
    assert (await asked(Client(app, token(7, GlobalRole.ADMIN)), WHO)).status_code == 429
    for other in (token(8), token(7, agent_id="a")):
        assert (await asked(Client(app, other), WHO)).status_code == 200


async def test_aliases_cannot_dodge_the_points(embedded: AsyncEngine) -> None:
    door = client(embedded)
    aliased = "{ " + " ".join(f"a{n}: companies(first: 10) {{ nodes {{ id }} }}" for n in range(20)) + " }"
    assert (await asked(door, aliased)).json()["extensions"]["cost"]["cost"] == 20 * 11


async def test_a_document_that_is_refused_costs_by_its_length(embedded: AsyncEngine) -> None:
    door = client(embedded)
    short, long = [(await asked(door, "{ nope } " + " " * n)).json()["extensions"]["cost"]["cost"] for n in (1, 50_000)]
    assert (short, long) == (10, 500)


REFUSED_AFTER_READING = {
    "no name": "query A { __typename } query B { __typename }" + " " * 2000,
    "too dear": DEAR + " " * 2000,
}


@pytest.mark.parametrize("document", REFUSED_AFTER_READING.values(), ids=REFUSED_AFTER_READING)
async def test_what_it_took_to_find_out_is_charged(embedded: AsyncEngine, document: str) -> None:
    door = client(embedded)
    assert (await asked(door, document)).status_code == 400
    left = (await asked(door, "{ __typename }")).json()["extensions"]["cost"]["remaining"]
    assert left == 300_000 - len(document) // 100 - 1


async def test_a_window_ends(monkeypatch: pytest.MonkeyPatch, embedded: AsyncEngine) -> None:
    door = client(embedded, rate_points=2, most_cost=2, rate_seconds=1)
    assert (await asked(door, WHO)).status_code == 200
    refused = await asked(door, WHO)
    assert refused.status_code == 429
    await asyncio.sleep(int(refused.headers["retry-after"]))
    assert (await asked(door, WHO)).status_code == 200


async def test_many_calls_at_once_never_spend_more_than_there_is() -> None:
    allowance = Allowance(100, 60, MemoryStorage())
    found = await asyncio.gather(*(allowance.charge("a", 3) for _ in range(50)), return_exceptions=True)
    paid = [each for each in found if not isinstance(each, Spent)]
    assert len(paid) == 33
    assert min(charge.remaining for charge in paid if not isinstance(charge, BaseException)) == 1  # type: ignore[type-var]


# Turns, and time


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Everything that is executed waits for this."""
    gate = asyncio.Event()
    execute = Documents.execute

    async def waiting(self: Documents, *arguments: Any) -> Any:
        await gate.wait()
        return await execute(self, *arguments)

    monkeypatch.setattr(Documents, "execute", waiting)
    return gate


async def test_one_caller_does_not_take_all_the_turns(embedded: AsyncEngine, slow: asyncio.Event) -> None:
    app = make_app(settings(embedded, most_calls=3, most_waiting=10), embedded)
    assert isinstance(app, Front)
    many = [asyncio.create_task(asked(Client(app, token(7)), "{ __typename }")) for _ in range(14)]
    await asyncio.sleep(0.2)
    done = [each.result() for each in many if each.done()]
    assert [(each.status_code, code_of(each), each.headers["retry-after"]) for each in done] == [
        (429, "TOO_MANY_CALLS", "1")
    ] * 4
    other = asyncio.create_task(asked(Client(app, token(8)), "{ __typename }"))
    slow.set()
    assert (await other).status_code == 200
    assert sorted([(await each).status_code for each in many]) == [200] * 10 + [429] * 4
    assert app.endpoint.terms.service.turns._lines == {}


async def test_a_turn_that_is_given_up_is_given_back() -> None:
    turns = Turns(1, 5)
    await turns.take("a")
    waiting = [asyncio.create_task(_take(turns)) for _ in range(4)]
    await asyncio.sleep(0)
    with pytest.raises(Queue):
        await turns.take("a")
    waiting[0].cancel()
    turns.give("a")
    # Has its turn already, but not yet gone on with it.
    waiting[1].cancel()
    ended = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(each) for each in ended] == [asyncio.CancelledError] * 2 + [NoneType] * 2
    assert turns._lines == {}


async def _take(turns: Turns) -> None:
    await turns.take("a")
    await asyncio.sleep(0)
    turns.give("a")


async def test_what_takes_too_long_ends(embedded: AsyncEngine, slow: asyncio.Event) -> None:
    door = client(embedded, deadline=0.2)
    begun = time.perf_counter()
    response = await asked(door, "{ __typename }")
    assert (response.status_code, code_of(response)) == (504, "DEADLINE_EXCEEDED")
    assert time.perf_counter() - begun < 20
    assert taken(embedded) == 0
