"""What an endpoint keeps from call to call: documents, plans, and tokens that were found good."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.enums import GlobalRole
from graph import viewer
from graph.app import Front, make_app
from graph.http import Endpoint
from graph.viewer import LEEWAY_SECONDS, Tokens, Unauthenticated
from tests.door.client import SECRET, Client, code_of, settings, token
from tests.graph.test_operations import DOCUMENTS, variables_of

QUERY = "{ companies(first: 2) { nodes { name } } }"
NOW = datetime.now(UTC)


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often a token's signature was checked."""
    done: Counter[str] = Counter()
    original = jwt.decode

    def decode(text: str, *arguments: Any, **options: Any) -> Any:
        done[text] += 1
        return original(text, *arguments, **options)

    monkeypatch.setattr(viewer.jwt, "decode", decode)
    return done


def counts(endpoint: Endpoint) -> tuple[int, int, int, int]:
    assert endpoint.plans is not None
    return endpoint.documents.hits, endpoint.documents.made, endpoint.plans.hits, endpoint.plans.made


def over(engine: AsyncEngine) -> tuple[Client, Endpoint]:
    app = make_app(settings(engine), engine)
    assert isinstance(app, Front)
    return Client(app), app.endpoint


# Documents and plans


async def test_the_second_call_finds_everything_there(demo_engine: AsyncEngine, checks: Counter[str]) -> None:
    door, endpoint = over(demo_engine)
    hits, made, plan_hits, plans_made = counts(endpoint)
    first = (await door.ask(QUERY)).content
    assert counts(endpoint) == (hits, made + 1, plan_hits, plans_made + 1)
    second = (await door.ask(QUERY)).content
    assert counts(endpoint) == (hits + 1, made + 1, plan_hits + 1, plans_made + 1)
    assert first == second
    assert list(checks.values()) == [1]


async def test_the_documents_of_operations_are_there_from_the_start(demo_engine: AsyncEngine) -> None:
    door, endpoint = over(demo_engine)
    mutations = 0
    plans_made = counts(endpoint)[3]
    for path in DOCUMENTS:
        await door.data(path.read_text(), **variables_of(path))
        # What a mutation answers is planned by the first that comes.
        mutations += "\nmutation " in path.read_text()
        assert (endpoint.documents.made, counts(endpoint)[3]) == (0, plans_made + mutations), path
    assert mutations < len(DOCUMENTS)
    assert endpoint.plans is not None
    assert endpoint.plans.left_alone == 0


async def test_a_wrong_document_is_refused_alike_each_time(embedded: AsyncEngine) -> None:
    door, endpoint = over(embedded)
    for n, text in enumerate(["{ companies {", "{ companies { nodes { nothing } } }", "{" + "9" * 5000 + "}"], 1):
        answers = {(await door.ask(text)).content for _ in range(3)}
        assert len(answers) == 1
        assert endpoint.documents.made == n


async def test_a_plan_serves_whoever_asks(demo_engine: AsyncEngine) -> None:
    """The viewer is a parameter: what one may see is no part of what is kept."""
    door, endpoint = over(demo_engine)
    document = "{ companies(first: 100) { totalCount nodes { id } } }"
    everything = (await door.data(document))["companies"]["totalCount"]
    made = counts(endpoint)[3]
    for user in (10**6, 1, 10**6):
        response = await door.request(
            "POST", json={"query": document}, headers={"authorization": f"Bearer {token(user)}"}
        )
        found = response.json()["data"]["companies"]
        assert found["totalCount"] == len(found["nodes"]) < everything
        assert user == 1 or found["totalCount"] == 0
    assert counts(endpoint)[3] == made


# Tokens


def minted(seconds: int = 600, user: int = 7, **claims: Any) -> str:
    return Tokens(SECRET).mint(user, now=NOW, seconds=seconds, **claims)


def test_a_token_is_checked_once(checks: Counter[str]) -> None:
    tokens = Tokens(SECRET)
    ours, theirs = minted(roles=(GlobalRole.ADMIN,)), minted(user=8)
    for _ in range(5):
        assert (tokens.read(ours).user_id, tokens.read(ours).roles) == (7, frozenset({GlobalRole.ADMIN}))
        assert (tokens.read(theirs).user_id, tokens.read(theirs).roles) == (8, frozenset())
    assert checks == {ours: 1, theirs: 1}


def test_what_one_reader_knows_another_does_not(checks: Counter[str]) -> None:
    """A secret that was replaced takes all known tokens with it."""
    ours = minted()
    Tokens(SECRET).read(ours)
    with pytest.raises(Unauthenticated):
        Tokens("another secret that is long enough as well").read(ours)
    assert checks[ours] == 2


def test_a_known_token_is_checked_again_when_its_time_is_up(checks: Counter[str]) -> None:
    ours, at = minted(seconds=600), NOW.timestamp()
    tokens = Tokens(SECRET, clock=lambda: at)
    expires = int(NOW.timestamp()) + 600 + LEEWAY_SECONDS
    for at, checked in ((expires - 601, 1), (expires - 1, 1), (expires - 0.001, 1), (expires, 2), (expires + 1, 3)):
        tokens.read(ours)
        assert checks[ours] == checked, at


def test_an_expired_token_is_refused_though_it_was_known(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = minted(seconds=600)
    late = NOW + timedelta(seconds=600 + LEEWAY_SECONDS)
    now = NOW
    tokens = Tokens(SECRET, clock=lambda: now.timestamp())
    assert tokens.read(ours).user_id == 7

    class Later(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return late

    # PyJWT looks at its own clock.
    monkeypatch.setattr(jwt.api_jwt, "datetime", Later)
    now = late
    for _ in range(2):
        with pytest.raises(Unauthenticated, match="expired"):
            tokens.read(ours)


def test_what_is_refused_is_never_known(checks: Counter[str]) -> None:
    tokens = Tokens(SECRET)
    good = minted()
    tokens.read(good)
    head, body, signature = good.split(".")
    other_body = minted(user=8).split(".")[1]
    wrong = [f"{head}.{other_body}.{signature}", f"{head}.{body}.{signature[::-1]}", good[:-1], good + "A", "", "a.b.c"]
    wrong += [minted(seconds=-600), Tokens("x" * 40).mint(7, now=NOW, seconds=600), minted(agent_id="\0")]
    for text in wrong * 2:
        with pytest.raises(Unauthenticated):
            tokens.read(text)
    assert all(checks[text] == 2 for text in wrong)
    assert list(tokens.known) == [good]


def test_the_number_of_known_tokens_is_bounded(monkeypatch: pytest.MonkeyPatch, checks: Counter[str]) -> None:
    monkeypatch.setattr(viewer, "MOST_KNOWN", 5)
    tokens = Tokens(SECRET)
    first = minted(user=100)
    for user in range(1, 30):
        assert tokens.read(minted(user=user)).user_id == user
        assert tokens.read(first).user_id == 100
        assert len(tokens.known) <= 5
    # In use, and so never the one that goes.
    assert checks[first] == 1
    tokens.read(minted(user=1))
    assert checks[minted(user=1)] == 2


ODD_TIMES: dict[str, Any] = {
    "digits": str(int(NOW.timestamp()) + 600), "fraction": NOW.timestamp() + 600.5, "far": 10.0**15, "true": True,
    "list": [], "object": {}, "empty": "", "in words": "1e99",
}  # fmt: skip


@pytest.mark.parametrize("exp", ODD_TIMES.values(), ids=ODD_TIMES)
async def test_an_odd_time_of_expiry_is_no_fault_of_ours(embedded: AsyncEngine, exp: Any) -> None:
    """Signed with our secret, but by a program that writes the time in a form of its own."""
    door, _ = over(embedded)
    odd = jwt.encode({"sub": "1", "aud": "partner-graph", "exp": exp}, SECRET, algorithm="HS256")
    for _ in range(2):
        headers = {"authorization": f"Bearer {odd}"}
        response = await door.request("POST", json={"query": "{ __typename }"}, headers=headers)
        if response.status_code != 200:
            assert (response.status_code, code_of(response)) == (401, "UNAUTHENTICATED")
