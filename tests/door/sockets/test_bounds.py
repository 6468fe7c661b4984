"""Sockets: what ends them, how many there may be, and what they leave when they go."""

import asyncio
import json
from contextlib import AsyncExitStack
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.enums import GlobalRole
from graph.errors import Refusal
from graph.identity.door import Door
from graph.identity.refusals import IdentityUnavailable, Unauthenticated
from graph.transports.connections import MOST_UNKNOWN
from graph.transports.session import MOST_FRAMES, MOST_FRAMES_UNKNOWN
from tests.door.client import token
from tests.door.sockets.wire import RECORDED, Closed, Place, Scene, Socket, end_of, id_of

VIEWER = "{ viewer { demo } }"
ADMIN = token(1, GlobalRole.ADMIN, seconds=86_400)


# --- the token's end


async def test_it_ends_with_the_token(place: Place, scene: Scene) -> None:
    place.with_terms(clock=lambda: end_of(scene.bearer) - 0.3)
    async with place.session(scene.bearer) as socket:
        socket.subscribe("a", RECORDED, company=id_of(scene.company))
        assert await socket.close_code() == 4403


@pytest.mark.parametrize(
    ("refusal", "code"),
    [(Unauthenticated("the bearer token is not valid any more"), 4403), (IdentityUnavailable(5), 1013)],
)
async def test_each_operation_asks_again_who_calls(
    place: Place, monkeypatch: pytest.MonkeyPatch, refusal: Refusal, code: int
) -> None:
    async def nobody(*_: Any) -> Any:
        raise refusal

    async with place.session() as socket:
        socket.subscribe("a", VIEWER)
        assert [(await socket.next())["type"] for _ in range(2)] == ["next", "complete"]
        monkeypatch.setattr(Door, "caller", nobody)
        socket.subscribe("b", VIEWER)
        assert await socket.close_code() == code


# --- how many


async def test_operations_of_a_socket_are_counted(embedded: AsyncEngine, scene: Scene) -> None:
    place = Place(embedded, most_operations=2)
    async with place.session(scene.bearer) as socket:
        for id_ in "abc":
            socket.subscribe(id_, RECORDED, company=id_of(scene.company))
        refused = await socket.next()
        assert (refused["type"], refused["id"]) == ("error", "c")
        assert refused["payload"][0]["extensions"]["code"] == "TOO_MANY_CALLS"
        socket.send("complete", id="a")
        await place.followed()
        socket.subscribe("c", VIEWER)
        assert (await socket.next())["type"] == "next"
    assert await place.quiet()


async def test_sockets_of_a_caller_are_counted(embedded: AsyncEngine) -> None:
    place = Place(embedded, most_sockets=1)
    async with place.session(), place.session(token(2)), place.socket() as third:
        third.send("connection_init", payload={"authorization": f"Bearer {ADMIN}"})
        assert await third.close_code() == 1013
    async with place.session():
        pass
    assert await place.quiet()


async def test_sockets_of_all_are_counted(embedded: AsyncEngine) -> None:
    place = Place(embedded, most_connections=2)
    async with place.socket(), place.socket(), place.socket() as third:
        assert await third.status() == 503
        assert (b"retry-after", b"5") in third.first["headers"]
    async with place.session():
        pass


async def test_who_does_not_say_who_they_are_leaves_room_for_others(embedded: AsyncEngine) -> None:
    place = Place(embedded, most_connections=MOST_UNKNOWN * 3)
    async with AsyncExitStack() as held:
        for _ in range(MOST_UNKNOWN):
            await held.enter_async_context(place.session())
        silent = [await held.enter_async_context(place.socket()) for _ in range(MOST_UNKNOWN + 1)]
        assert await silent[-1].close_code() == 1013
        assert len(place.connections) == 2 * MOST_UNKNOWN


async def _end_of(socket: Socket) -> int:
    """The code that it is closed with, whatever comes before."""
    try:
        while True:
            await socket.next()
    except Closed as closed:
        return closed.code


@pytest.mark.parametrize("is_known", [True, False])
async def test_a_flood_of_messages_closes_it_and_holds_up_nobody(place: Place, is_known: bool) -> None:
    most = MOST_FRAMES if is_known else MOST_FRAMES_UNKNOWN
    opening = place.session() if is_known else place.socket()
    async with opening as socket:
        for _ in range(most * 10):
            socket.send("ping")
        turns, closed = 0, asyncio.create_task(_end_of(socket))
        while not closed.done():
            await asyncio.sleep(0)
            turns += 1
        assert await closed == 1008
        # Between any two of them others had their turn.
        assert turns >= most


async def test_points_are_spent_event_by_event(embedded: AsyncEngine, scene: Scene) -> None:
    place = Place(embedded, rate_points=6, most_cost=6)
    async with place.session(scene.bearer) as socket:
        socket.subscribe("1", RECORDED, company=id_of(scene.company))
        await place.followed()
        for _ in range(3):
            await place.move(scene.company, scene.manager)
        assert await socket.event()
        assert await socket.event()
        refused = await socket.next()
        assert (refused["type"], refused["payload"][0]["extensions"]["code"]) == ("error", "RATE_LIMITED")
        assert await socket.silent()
    assert await place.quiet()


async def test_an_operation_has_a_deadline(embedded: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    place = Place(embedded, deadline=0.05)

    async def forever(*_: Any, **__: Any) -> Any:
        await asyncio.sleep(60)

    monkeypatch.setattr(type(place.service.documents), "execute", forever)
    async with place.session() as socket:
        socket.subscribe("a", VIEWER)
        refused = await socket.next()
        assert (refused["type"], refused["payload"][0]["extensions"]["code"]) == ("error", "DEADLINE_EXCEEDED")


# --- the end


async def test_a_server_that_stops_says_so(place: Place, scene: Scene) -> None:
    async with place.session(scene.bearer) as socket, place.socket() as other:
        socket.subscribe("a", RECORDED, company=id_of(scene.company))
        await place.followed()
        place.connections.close()
        # What comes in by then does not put it off.
        socket.subscribe("b", RECORDED, company=id_of(scene.company))
        assert [await socket.close_code(), await other.close_code()] == [1012, 1012]
        async with place.socket() as late:
            assert await late.status() == 503


async def test_who_leaves_takes_it_all_along(place: Place, scene: Scene) -> None:
    async with place.session(scene.bearer) as socket:
        for n in range(20):
            socket.subscribe(f"s{n}", RECORDED, company=id_of(scene.company))
            socket.subscribe(f"q{n}", "{ companies { nodes { events { nodes { id } } } } }")
        await socket.next()
        socket.leave()
    assert await place.quiet()


async def test_who_does_not_read_fills_no_memory(place: Place, scene: Scene) -> None:
    place.with_terms(send_seconds=0.2)
    async with place.socket(reads=False) as socket:
        socket.reading.set()
        await socket.begin(scene.bearer)
        socket.subscribe("1", RECORDED, company=id_of(scene.company))
        await place.followed()
        socket.reading.clear()
        for _ in range(300):
            await scene.make.event(scene.company, scene.user)
        before = socket.sent
        await place.move(scene.company, scene.manager)
        # One message waits to be read; the rest is where it was: in the database.
        await asyncio.sleep(0.1)
        assert socket.sent == before
        [task] = [each for each in asyncio.all_tasks() if "_operate" in repr(each)]
        assert task
        # And not for ever.
        assert await socket.close_code() == 1001
    assert await place.quiet()


async def test_faults_are_masked_and_leave_nothing(
    place: Place, scene: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: Any) -> Any:
        raise RuntimeError("a secret")

    monkeypatch.setattr(type(place.service.documents), "event", broken)
    async with place.session(scene.bearer) as socket:
        socket.subscribe("1", RECORDED, company=id_of(scene.company))
        await place.followed()
        await place.move(scene.company, scene.manager)
        failed = await socket.next()
        assert failed["type"] == "error"
        assert failed["payload"][0]["extensions"]["code"] == "INTERNAL"
        assert "secret" not in json.dumps(failed)
        assert failed["payload"][0]["extensions"]["correlationId"] in caplog.text


async def test_a_fault_of_the_socket_itself_closes_it(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError("a secret")

    monkeypatch.setattr("graph.transports.session.read", broken)
    async with place.socket() as socket:
        socket.send("connection_init")
        with pytest.raises(Closed) as closed:
            await socket.next()
        assert closed.value.code == 1011
        assert "secret" not in closed.value.reason
