"""A token that was found good is known, and not checked again: until its time is up, and while there is room."""

import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.enums import GlobalRole
from graph.app import make_app
from graph.identity import tokens as tokens_module
from graph.identity.claims import LEEWAY_SECONDS, Terms
from graph.identity.door import Door
from graph.identity.keys import SharedSecret
from graph.identity.refusals import Unauthenticated
from graph.identity.tokens import Tokens, mint
from tests.door.client import SECRET, Client, code_of, settings
from tests.door.issuer import Clock

pytestmark = pytest.mark.slow

NOW = datetime.now(UTC)
OTHER_SECRET = "another secret that is long enough as well"


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often a token's signature was checked."""
    done: Counter[str] = Counter()
    original = jwt.decode

    def decode(text: str, *arguments: Any, **options: Any) -> Any:
        done[text] += 1
        return original(text, *arguments, **options)

    monkeypatch.setattr(jwt, "decode", decode)
    return done


def door_of(secret: str = SECRET, **parts: Any) -> Door:
    return Door(Tokens(SharedSecret(secret), **parts))


def minted(seconds: int = 86_400, user: int = 7, **claims: Any) -> str:
    return mint(SECRET, user, now=NOW, seconds=seconds, **claims)


async def user_of(door: Door, token: str) -> int:
    return (await door.caller(f"Bearer {token}")).actor.user_id


async def test_a_token_is_checked_once(checks: Counter[str]) -> None:
    door = door_of()
    ours, theirs = minted(roles=(GlobalRole.ADMIN,)), minted(user=8)
    for _ in range(5):
        actor = (await door.caller(f"Bearer {ours}")).actor
        assert (actor.user_id, actor.roles) == (7, frozenset({GlobalRole.ADMIN}))
        actor = (await door.caller(f"bearer  {theirs} ")).actor
        assert (actor.user_id, actor.roles) == (8, frozenset())
    assert checks == {ours: 1, theirs: 1}


async def test_a_known_token_is_told_without_waiting() -> None:
    """It runs to its end at the first step, and so never lets another call go first."""
    door = door_of()
    await door.caller(f"Bearer {minted()}")
    with pytest.raises(StopIteration) as ended:
        door.caller(f"Bearer {minted()}").send(None)
    assert ended.value.value.actor.user_id == 7


async def test_what_one_door_knows_another_does_not(checks: Counter[str]) -> None:
    """A secret that was replaced takes all known tokens with it."""
    ours = minted()
    await door_of().caller(f"Bearer {ours}")
    with pytest.raises(Unauthenticated):
        await door_of(OTHER_SECRET).caller(f"Bearer {ours}")
    assert checks[ours] == 2


async def test_until_when_a_token_is_good_is_told_with_the_leeway() -> None:
    for _ in range(2):
        assert (await door_of().caller(f"Bearer {minted(86_400)}")).until == int(
            NOW.timestamp()
        ) + 86_400 + LEEWAY_SECONDS


async def test_a_token_is_good_until_its_time_is_up_and_not_longer(checks: Counter[str]) -> None:
    ours, clock = minted(seconds=86_400), Clock(NOW.timestamp())
    door = door_of(clock=clock)
    expires = int(NOW.timestamp()) + 86_400 + LEEWAY_SECONDS
    for clock.now in (expires - 601, expires - 1, expires - 0.001):
        assert await user_of(door, ours) == 7
    assert checks[ours] == 1
    for clock.now in (expires, expires + 1, expires + 10**6):
        with pytest.raises(Unauthenticated, match="expired"):
            await user_of(door, ours)
    assert door.tokens is not None
    assert not door.tokens.known


async def test_what_is_refused_is_never_known(checks: Counter[str]) -> None:
    door = door_of()
    good = minted()
    await user_of(door, good)
    head, body, signature = good.split(".")
    other_body = minted(user=8).split(".")[1]
    wrong = [f"{head}.{other_body}.{signature}", f"{head}.{body}.{signature[::-1]}", good[:-1], good + "A", "a.b.c"]
    wrong += [minted(seconds=-600), mint("x" * 40, 7, now=NOW, seconds=86_400), minted(agent_id="\0")]
    for text in wrong * 2:
        with pytest.raises(Unauthenticated):
            await user_of(door, text)
    assert door.tokens is not None
    assert list(door.tokens.known) == [good]


async def test_the_number_of_known_tokens_is_bounded(monkeypatch: pytest.MonkeyPatch, checks: Counter[str]) -> None:
    monkeypatch.setattr(tokens_module, "MOST_KNOWN", 5)
    door = door_of()
    assert door.tokens is not None
    first = minted(user=100)
    for user in range(1, 30):
        assert await user_of(door, minted(user=user)) == user
        assert await user_of(door, first) == 100
        assert len(door.tokens.known) <= 5
    # In use, and so never the one that goes.
    assert checks[first] == 1
    await user_of(door, minted(user=1))
    assert checks[minted(user=1)] == 2


@pytest.mark.parametrize("leeway", [0, 10, 300])
async def test_clocks_may_differ_by_the_leeway_and_not_more(leeway: int) -> None:
    now = int(NOW.timestamp())
    for claim, edge in (("exp", now - leeway + 1), ("nbf", now + leeway), ("iat", now + leeway)):
        for moment, is_taken in ((edge, True), (edge + (-1 if claim == "exp" else 1), False)):
            claims = {"sub": "7", "aud": "partner-graph", "exp": now + 86_400, claim: moment}
            bearer = jwt.encode(claims, SECRET, algorithm="HS256")
            door = door_of(terms=Terms(leeway=leeway), clock=Clock(now))
            if is_taken:
                assert await user_of(door, bearer) == 7
            else:
                with pytest.raises(Unauthenticated, match="expired" if claim == "exp" else "not valid yet"):
                    await user_of(door, bearer)


ODD_TIMES: dict[str, Any] = {
    "digits": str(int(NOW.timestamp()) + 86_400), "fraction": NOW.timestamp() + 86_400.5, "far": 10.0**15, "true": True,
    "list": [], "object": {}, "empty": "", "in words": "1e99", "too far for a float": 10**400, "minus": -(10**400),
}  # fmt: skip


@pytest.mark.parametrize("claim", ["exp", "nbf", "iat"])
@pytest.mark.parametrize("odd", ODD_TIMES.values(), ids=ODD_TIMES)
async def test_an_odd_time_is_no_fault_of_ours(embedded: AsyncEngine, claim: str, odd: Any) -> None:
    """Signed with our secret, but by a program that writes the time in a form of its own."""
    door = Client(make_app(settings(embedded), embedded))
    claims = {"sub": "1", "aud": "partner-graph", "exp": NOW.timestamp() + 86_400, claim: odd}
    bearer = jwt.PyJWS().encode(json.dumps(claims).encode(), SECRET)
    for _ in range(2):
        response = await door.request(
            "POST", json={"query": "{ __typename }"}, headers={"authorization": f"Bearer {bearer}"}
        )
        if (claim, odd) == ("exp", ODD_TIMES["fraction"]):
            assert response.status_code == 200
        else:
            assert (response.status_code, code_of(response)) == (401, "UNAUTHENTICATED")
