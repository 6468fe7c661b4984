"""The identity provider's keys in time: read once for all, again when their time is up, and when it fails, kept."""

import asyncio
import logging
import time
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from graph.app import Front, make_app
from graph.identity import keys as keys_module
from graph.identity.claims import Terms
from graph.identity.door import Door
from graph.identity.keys import MOMENT_SECONDS, OLDEST_SECONDS, KeySet
from graph.identity.refusals import IdentityUnavailable, Unauthenticated
from graph.identity.sources import KeyUrl
from graph.identity.tokens import Tokens
from tests.door.bearers import ask
from tests.door.client import Client, code_of, settings
from tests.door.issuer import ISSUER, Clock, Issuer, issuing, jwk, key_of, signed

LIFETIME, PAUSE = 300, 10
OLD, NEW = (signed(key_of("ES256", name), "ES256", name) for name in ("old", "new"))


def published(*names: str) -> list[dict[str, Any]]:
    return [jwk(key_of("ES256", name), name) for name in names]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with issuing() as issuer:
        issuer.publish(*published("old"))
        yield issuer


@pytest.fixture
def door(issuer: Issuer, clock: Clock) -> Door:
    return Door(Tokens(KeySet(KeyUrl(issuer.url, LIFETIME, PAUSE), clock), Terms(issuer=ISSUER)))


async def told(door: Door, bearer: str) -> str:
    try:
        await door.caller(f"Bearer {bearer}")
    except Unauthenticated:
        return "refused"
    except IdentityUnavailable:
        return "unavailable"
    return "taken"


async def settled() -> None:
    """What goes on in the background has come to its end."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.gather(*others)


def unknown(number: int) -> str:
    return signed(key_of("ES256", "theirs"), "ES256", f"made up {number}")


# Rotation


async def test_the_keys_are_read_once_for_all_calls(door: Door, issuer: Issuer) -> None:
    assert await asyncio.gather(*(told(door, OLD) for _ in range(50))) == ["taken"] * 50
    assert issuer.asked == ["/keys"]


async def test_who_gives_up_waiting_does_not_do_so_for_the_others(door: Door, issuer: Issuer) -> None:
    issuer.answers.clear()
    first, *others = [asyncio.create_task(told(door, OLD)) for _ in range(5)]
    await asyncio.sleep(0.05)
    first.cancel()
    issuer.answers.set()
    assert await asyncio.gather(*others) == ["taken"] * 4
    assert issuer.asked == ["/keys"]


async def test_a_new_key_is_taken_after_one_more_reading(door: Door, issuer: Issuer, clock: Clock) -> None:
    assert await told(door, OLD) == "taken"
    issuer.publish(*published("old", "new"))
    clock.now += PAUSE
    assert await asyncio.gather(*(told(door, NEW) for _ in range(20))) == ["taken"] * 20
    assert await told(door, OLD) == "taken"
    assert len(issuer.asked) == 2


async def test_a_removed_key_is_refused_when_the_keys_time_is_up(door: Door, issuer: Issuer, clock: Clock) -> None:
    """Though its token is known, and good for longer."""
    assert await told(door, OLD) == "taken"
    issuer.publish(*published("new"))
    clock.now += LIFETIME - 0.001
    assert (await told(door, OLD), len(issuer.asked)) == ("taken", 1)
    clock.now += 0.001
    assert (await told(door, OLD), len(issuer.asked)) == ("refused", 2)
    assert await told(door, NEW) == "taken"


async def test_a_removed_key_is_refused_at_once_when_another_is_read(door: Door, issuer: Issuer, clock: Clock) -> None:
    assert await told(door, OLD) == "taken"
    issuer.publish(*published("new"))
    clock.now += PAUSE
    assert [await told(door, bearer) for bearer in (NEW, OLD)] == ["taken", "refused"]


async def test_when_all_keys_are_withdrawn_no_token_is_taken(
    door: Door, issuer: Issuer, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    assert await told(door, OLD) == "taken"
    issuer.publish()
    clock.now += LIFETIME
    assert await told(door, OLD) == "refused"
    assert "no token is taken" in caplog.text


async def test_another_key_under_the_same_name_takes_the_place_of_the_first(
    door: Door, issuer: Issuer, clock: Clock
) -> None:
    assert await told(door, OLD) == "taken"
    issuer.publish(jwk(key_of("ES256", "new"), "old"))
    clock.now += LIFETIME
    assert await told(door, OLD) == "refused"
    assert await told(door, signed(key_of("ES256", "new"), "ES256", "old")) == "taken"


async def test_the_same_keys_leave_known_tokens_known(
    door: Door, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await told(door, OLD) == "taken"
    monkeypatch.delattr(Tokens, "_claims")
    clock.now += LIFETIME
    assert await told(door, OLD) == "taken"


# Floods


async def test_a_flood_of_unknown_keys_is_one_reading_at_a_time(door: Door, issuer: Issuer, clock: Clock) -> None:
    assert await told(door, OLD) == "taken"
    for window in range(3):
        clock.now += PAUSE
        for burst in range(4):
            flood = [told(door, unknown(100 * burst + number)) for number in range(25)]
            assert await asyncio.gather(*flood) == ["refused"] * 25
        assert len(issuer.asked) == 2 + window
    clock.now += PAUSE - 0.001
    assert await told(door, unknown(0)) == "refused"
    assert len(issuer.asked) == 4


async def test_a_flood_holds_up_nobody_else(door: Door, issuer: Issuer, clock: Clock) -> None:
    assert await told(door, OLD) == "taken"
    clock.now += PAUSE
    issuer.answers.clear()
    flood = [asyncio.create_task(told(door, unknown(number))) for number in range(50)]
    await asyncio.sleep(0.02)
    assert await told(door, OLD) == "taken"
    assert not any(task.done() for task in flood)
    issuer.answers.set()
    assert await asyncio.gather(*flood) == ["refused"] * 50
    assert len(issuer.asked) == 2


# Outages


async def test_without_keys_from_the_start_calls_are_unavailable_until_there_are(
    door: Door, issuer: Issuer, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    issuer.status = 500
    assert await asyncio.gather(*(told(door, OLD) for _ in range(50))) == ["unavailable"] * 50
    assert len(issuer.asked) == 1
    issuer.status = 200
    clock.now += PAUSE - 0.001
    assert (await told(door, OLD), len(issuer.asked)) == ("unavailable", 1)
    clock.now += 0.001
    assert (await told(door, OLD), len(issuer.asked)) == ("taken", 2)
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * 2
    assert "answered 500. Until they can, calls are refused." in caplog.records[0].message
    assert "The identity provider's keys can be had again." in caplog.records[1].message


@pytest.mark.parametrize("broken", ["", "{}", "<html>", '{"keys": 5}', "status"])
async def test_in_an_outage_the_keys_from_before_stay_good(
    door: Door, issuer: Issuer, clock: Clock, caplog: pytest.LogCaptureFixture, broken: str
) -> None:
    assert await told(door, OLD) == "taken"
    if broken == "status":
        issuer.status = 503
    else:
        issuer.document = broken.encode()
    for reading in range(2, 6):
        clock.now += LIFETIME
        assert [await told(door, OLD) for _ in range(3)] == ["taken"] * 3
        await settled()
        assert len(issuer.asked) == reading
    # Nobody can tell whether there is such a key by now.
    assert await told(door, NEW) == "unavailable"
    assert len(caplog.records) == 1
    issuer.status = 200
    issuer.publish(*published("new"))
    clock.now += PAUSE
    await told(door, OLD)
    await settled()
    assert [await told(door, bearer) for bearer in (OLD, NEW)] == ["refused", "taken"]


async def test_in_an_outage_only_the_first_waits(door: Door, issuer: Issuer, clock: Clock) -> None:
    assert await told(door, OLD) == "taken"
    issuer.status, clock.now = 503, clock.now + LIFETIME
    assert await told(door, OLD) == "taken"
    issuer.answers.clear()
    for _ in range(3):
        clock.now += PAUSE
        assert await told(door, OLD) == "taken"
        assert len(asyncio.all_tasks()) == 2
    issuer.answers.set()
    await settled()
    assert len(issuer.asked) == 3


async def test_a_slow_provider_holds_up_nobody_whose_key_is_known(door: Door, issuer: Issuer, clock: Clock) -> None:
    assert await told(door, OLD) == "taken"
    issuer.answers.clear()
    clock.now += LIFETIME
    begun = time.perf_counter()
    assert [await told(door, OLD) for _ in range(5)] == ["taken"] * 5
    # The first of them waits for a moment, the others not at all.
    assert time.perf_counter() - begun < 4 * MOMENT_SECONDS
    issuer.answers.set()
    await settled()
    assert len(issuer.asked) == 2


async def test_after_a_day_of_outage_the_keys_from_before_are_forgotten(
    door: Door, issuer: Issuer, clock: Clock
) -> None:
    assert await told(door, OLD) == "taken"
    issuer.status, began = 503, clock.now
    clock.now += LIFETIME
    assert await told(door, OLD) == "taken"
    clock.now = began + OLDEST_SECONDS - 1
    assert await told(door, OLD) == "taken"
    await settled()
    clock.now = began + OLDEST_SECONDS + PAUSE
    assert await told(door, OLD) == "unavailable"
    issuer.status, clock.now = 200, clock.now + PAUSE
    assert await told(door, OLD) == "taken"


@pytest.mark.slow
async def test_a_provider_that_hangs_is_given_up(
    door: Door, issuer: Issuer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys_module, "PATIENCE_SECONDS", 0.2)
    issuer.answers.clear()
    waiting = asyncio.create_task(told(door, OLD))
    await asyncio.sleep(0.05)
    clock.now += 2 * PAUSE
    assert await waiting == "unavailable"
    # It was not asked again by who had waited already.
    assert issuer.asked == ["/keys"]


async def test_unavailable_is_no_fault_of_the_caller_and_says_when_to_come_back(
    embedded: AsyncEngine, issuer: Issuer
) -> None:
    issuer.status = 503
    app = make_app(settings(embedded, token_secret=None, jwks=issuer.url, token_issuer=ISSUER), embedded)
    assert isinstance(app, Front)
    response = await ask(Client(app, bearer=None), f"Bearer {OLD}")
    assert (response.status_code, code_of(response)) == (503, "IDENTITY_UNAVAILABLE")
    assert response.headers["retry-after"] in ("9", "10")
    assert "www-authenticate" not in response.headers
    assert "Try again" in response.text
    assert issuer.host not in response.text
