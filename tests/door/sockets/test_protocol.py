"""graphql-transport-ws: who may connect, what order messages come in, and what closes a socket with which code."""

import asyncio
import json
from contextlib import AsyncExitStack
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.enums import GlobalRole
from graph.app import make_app
from graph.errors import Refusal
from graph.identity.door import Door
from graph.identity.refusals import IdentityUnavailable, Unauthenticated
from graph.settings import Settings
from graph.transports.connections import MOST_UNKNOWN
from graph.transports.frames import LONGEST_ID
from graph.transports.session import MOST_FRAMES, MOST_FRAMES_UNKNOWN
from tests.door.client import token
from tests.door.sockets.wire import RECORDED, Closed, Place, Scene, Socket, end_of, id_of

VIEWER = "{ viewer { demo } }"
ADMIN = token(1, GlobalRole.ADMIN, seconds=86_400)


# --- the handshake


@pytest.mark.parametrize("offered", [(), ("graphql-ws",), ("soap", "graphql-sse")])
async def test_no_other_protocol_is_spoken(place: Place, offered: tuple[str, ...]) -> None:
    async with place.socket(subprotocols=offered) as socket:
        assert socket.accepted is None
        assert await socket.close_code() == 4406


async def test_of_several_protocols_the_right_one_is_taken(place: Place) -> None:
    async with place.socket(subprotocols=("graphql-ws", "graphql-transport-ws")) as socket:
        assert socket.accepted == "graphql-transport-ws"


async def test_there_are_no_sockets_elsewhere(place: Place) -> None:
    async with place.socket(path="/graphiql") as socket:
        assert await socket.status() == 404


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        (None, "api.example.com"), ("https://api.example.com", "api.example.com"),
        ("https://api.example.com", "api.example.com:443"), ("http://localhost:8000", "localhost:8000"),
        ("https://app.example.com", "api.example.com"), ("HTTPS://APP.example.com", "api.example.com"),
    ],
)  # fmt: skip
async def test_pages_from_here_and_from_allowed_origins_may_connect(
    embedded: AsyncEngine, origin: str | None, host: str
) -> None:
    place = Place(embedded, cors_origins=["https://app.example.com"])
    headers = {"host": host} if origin is None else {"host": host, "origin": origin}
    async with place.session(headers=headers):
        pass


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example.com", "null", "", "https://api.example.com.evil.com", "https://api.example.com:8443",
     "https://", "file://", "http://app.example.com", "https://api.example.com@evil.com"],
)  # fmt: skip
async def test_pages_from_elsewhere_may_not(embedded: AsyncEngine, origin: str) -> None:
    place = Place(embedded, cors_origins=["https://app.example.com"])
    async with place.socket(headers={"host": "api.example.com", "origin": origin}) as socket:
        assert await socket.status() == 403


async def test_a_server_that_cannot_deny_just_closes(place: Place) -> None:
    socket = place.socket(headers={"origin": "https://evil.example.com"})
    del socket.scope["extensions"]
    async with socket:
        assert socket.first == {"type": "websocket.close"}


@pytest.mark.parametrize(("host", "status"), [("localhost:8000", None), ("evil.example.com", 400)])
async def test_the_demo_answers_to_its_own_name_only(embedded: AsyncEngine, host: str, status: int | None) -> None:
    """Or a page elsewhere could have its name lead here: its origin would then be the host that it calls."""
    url = embedded.url.render_as_string(hide_password=False)
    app = make_app(Settings(_env_file=None, database_url=url), embedded)
    async with Socket(app, headers={"host": host, "origin": f"http://{host}"}) as socket:
        if status is not None:
            assert await socket.status() == status
            return
        await socket.begin(None)
        socket.subscribe("1", VIEWER)
        assert (await socket.next())["payload"]["data"] == {"viewer": {"demo": True}}


# --- the beginning


@pytest.mark.parametrize("name", ["authorization", "Authorization"])
async def test_a_token_comes_with_the_first_message(place: Place, name: str) -> None:
    async with place.socket() as socket:
        socket.send("connection_init", payload={name: f"Bearer {ADMIN}"})
        assert await socket.next() == {"type": "connection_ack"}


async def test_a_token_comes_with_the_handshake(place: Place) -> None:
    async with place.socket(headers={"authorization": f"Bearer {ADMIN}"}) as socket:
        socket.send("connection_init")
        assert await socket.next() == {"type": "connection_ack"}


@pytest.mark.parametrize(
    "payload",
    [None, {}, {"authorization": ""}, {"authorization": ADMIN}, {"authorization": "Bearer x.y.z"},
     {"authorization": ["Bearer"]}, {"authorization": f"Bearer {token(1, seconds=-60)}"},
     {"authorization": "Bearer \ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace")}],
)  # fmt: skip
async def test_without_a_good_token_it_ends(place: Place, payload: Any) -> None:
    async with place.socket() as socket:
        socket.send("connection_init", payload=payload)
        assert await socket.close_code() == 4403


async def test_who_says_nothing_is_not_waited_for(place: Place) -> None:
    place.with_terms(init_seconds=0.05)
    async with place.socket() as socket:
        assert await socket.close_code() == 4408


async def test_pings_do_not_put_it_off(place: Place) -> None:
    place.with_terms(init_seconds=0.05)
    async with place.socket() as socket:
        socket.send("ping")
        assert await socket.next() == {"type": "pong"}
        assert await socket.close_code() == 4408


async def test_a_second_beginning_ends_it(place: Place) -> None:
    async with place.session() as socket:
        socket.send("connection_init")
        assert await socket.close_code() == 4429


async def test_operations_come_after_the_beginning(place: Place) -> None:
    async with place.socket() as socket:
        socket.subscribe("1", VIEWER)
        assert await socket.close_code() == 4401


# --- operations


async def test_a_query_has_one_answer(place: Place) -> None:
    async with place.session() as socket:
        socket.subscribe("a", VIEWER)
        answer = await socket.next()
        assert (answer["type"], answer["id"], answer["payload"]["data"]) == ("next", "a", {"viewer": {"demo": False}})
        assert answer["payload"]["extensions"]["cost"]["cost"] == 1
        assert await socket.next() == {"type": "complete", "id": "a"}
        assert await socket.silent()


async def test_a_mutation_does_what_it_says(place: Place, scene: Scene) -> None:
    document = "mutation($id: ID!) { companyTransitionStage(input: {companyId: $id, to: PRE_LIST}) { changed } }"
    async with place.session(scene.bearer) as socket:
        socket.subscribe("a", document, id=id_of(scene.company))
        assert (await socket.next())["payload"]["data"] == {"companyTransitionStage": {"changed": True}}
        assert (await socket.next())["type"] == "complete"


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"query": "{ nothing }"}, "GRAPHQL_VALIDATION_FAILED"), ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "query A { viewer { demo } } query B { viewer { demo } }"}, "BAD_REQUEST"),
        ({"documentId": "nobody's"}, "DOCUMENT_NOT_FOUND"),
        ({"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}}, "PERSISTED_QUERY_NOT_FOUND"),
        ({"query": "subscription { journeyEventRecorded(companyId: 1) { id } }"}, "MALFORMED_ID"),
        ({"query": "subscription { __typename }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": 'subscription { journeyEventRecorded(companyId: "x") @skip(if: true) { id } }'},
         "GRAPHQL_VALIDATION_FAILED"),
    ],
)  # fmt: skip
async def test_what_cannot_be_executed_is_an_error_and_the_end_of_it(
    place: Place, payload: dict[str, Any], code: str
) -> None:
    async with place.session() as socket:
        socket.send("subscribe", id="a", payload=payload)
        answer = await socket.next()
        assert (answer["type"], answer["id"]) == ("error", "a")
        assert [each["extensions"]["code"] for each in answer["payload"]] == [code]
        assert await socket.silent()
        # And the id is free.
        socket.subscribe("a", VIEWER)
        assert (await socket.next())["type"] == "next"


async def test_errors_of_fields_come_with_the_data(place: Place) -> None:
    async with place.session() as socket:
        socket.subscribe("a", '{ viewer { demo } company(id: "?") { name } }')
        payload = (await socket.next())["payload"]
        assert payload["data"] == {"viewer": {"demo": False}, "company": None}
        assert payload["errors"][0]["extensions"]["code"] == "MALFORMED_ID"
        assert (await socket.next())["type"] == "complete"


async def test_trusted_documents_are_found(place: Place) -> None:
    hash_ = next(iter(place.service.documents._by_id))
    async with place.session() as socket:
        socket.send("subscribe", id="a", payload={"documentId": hash_})
        assert (await socket.next())["type"] in ("next", "error")


async def test_two_operations_cannot_have_one_id(place: Place, scene: Scene) -> None:
    async with place.session(scene.bearer) as socket:
        socket.subscribe("a", RECORDED, company=id_of(scene.company))
        socket.subscribe("a", VIEWER)
        assert await socket.close_code() == 4409


async def test_an_id_may_be_used_again(place: Place, scene: Scene) -> None:
    async with place.session(scene.bearer) as socket:
        for _ in range(3):
            socket.subscribe("a", RECORDED, company=id_of(scene.company))
            socket.send("complete", id="a")
        socket.subscribe("a", VIEWER)
        assert [(await socket.next())["type"] for _ in range(2)] == ["next", "complete"]
        assert await socket.silent()


async def test_what_was_completed_is_silent(place: Place, scene: Scene) -> None:
    async with place.session(scene.bearer) as socket:
        socket.subscribe("a", RECORDED, company=id_of(scene.company))
        await place.followed()
        socket.send("complete", id="a")
        socket.send("complete", id="never there")
        await place.move(scene.company, scene.manager)
        assert await socket.silent()


async def test_pings_are_answered_in_kind(place: Place) -> None:
    async with place.session() as socket:
        socket.send("ping", payload={"at": 1})
        assert await socket.next() == {"type": "pong", "payload": {"at": 1}}
        socket.send("pong")
        assert await socket.silent()


# --- what is no message


DEEP = '{"type":"ping","payload":' + '{"a":' * 100_000 + "1" + "}" * 100_001
HUGE = '{"type":"ping","payload":{"a":%s}}' % ("9" * 5000)
NO_MESSAGES = [
    "", " ", "hello", "null", "1", '"ping"', "[]", '["ping"]', "{}", '{"type":null}', '{"type":1}', '{"type":["ping"]}',
    '{"type":{"a":1}}', '{"type":"PING"}', '{"type":"start","id":"1"}', '{"type":"connection_terminate"}',
    '{"type":"next","id":"1","payload":{}}', '{"type":"connection_ack"}', '{"type":"ping","payload":1}',
    '{"type":"pong","payload":[]}', '{"type":"ping","payload":"x"}', '{"type":"subscribe"}',
    '{"type":"subscribe","id":"1"}', '{"type":"subscribe","id":"1","payload":null}',
    '{"type":"subscribe","id":"1","payload":[{"query":"{a}"}]}', '{"type":"subscribe","id":"1","payload":{}}',
    '{"type":"subscribe","id":"1","payload":{"query":1}}', '{"type":"subscribe","id":"1","payload":{"query":""}}',
    '{"type":"subscribe","id":"1","payload":{"query":"{a}","variables":[]}}',
    '{"type":"subscribe","id":"1","payload":{"query":"{a}","operationName":1}}',
    '{"type":"subscribe","id":"1","payload":{"query":"{a}","extensions":"x"}}',
    '{"type":"subscribe","id":1,"payload":{"query":"{a}"}}', '{"type":"subscribe","id":"","payload":{"query":"{a}"}}',
    '{"type":"subscribe","payload":{"query":"{a}"}}', '{"type":"complete"}', '{"type":"complete","id":null}',
    json.dumps({"type": "complete", "id": "x" * (LONGEST_ID + 1)}), DEEP, HUGE, '{"type":"ping","payload":{"a":1e999}}',
    '{"type":"ping","payload":{"a":NaN}}', '{"type":"ping","payload":{"a":"\\ud800"}}', '{"type":"ping"}\ud800',
    "\ud800", '{"type":"ping"} {"type":"ping"}', '{"type":"ping",}', "\0", '﻿{"type":"ping"}',
]  # fmt: skip


async def test_what_is_no_message_ends_it(place: Place) -> None:
    # The deepest is larger than a message may be.
    place.with_terms(most_bytes=2_000_000)
    for text in NO_MESSAGES:
        async with place.session() as socket:
            socket.frame(text)
            assert await socket.close_code() == 4400, ascii(text)[:100]
        assert len(place.connections) == 0


async def test_before_the_beginning_too(place: Place) -> None:
    async with place.socket() as socket:
        socket.frame("hello")
        assert await socket.close_code() == 4400


async def test_binary_frames_end_it(place: Place) -> None:
    for data in (b"", b'{"type":"ping"}', b"\xff\xfe"):
        async with place.session() as socket:
            socket.frame(data=data)
            assert await socket.close_code() == 4400


@pytest.mark.parametrize("filling", ["x" * 262_144, "ü" * 131_072, "€" * 90_000])
async def test_too_large_a_message_ends_it(place: Place, filling: str) -> None:
    async with place.session() as socket:
        socket.frame(json.dumps({"type": "ping", "payload": {"a": filling}}, ensure_ascii=False))
        assert await socket.close_code() == 1009


async def test_one_that_is_just_small_enough_does_not(place: Place) -> None:
    async with place.session() as socket:
        empty = len(json.dumps({"type": "ping", "payload": {"a": ""}}))
        socket.send("ping", payload={"a": "x" * (262_144 - empty)})
        assert (await socket.next())["type"] == "pong"


async def test_reasons_fit_a_close_frame(place: Place, scene: Scene) -> None:
    async with place.session() as socket:
        socket.subscribe("€" * LONGEST_ID, RECORDED, company=id_of(scene.company))
        await place.followed()
        socket.subscribe("€" * LONGEST_ID, VIEWER)
        with pytest.raises(Closed) as closed:
            await socket.next()
        assert closed.value.code == 4409
        assert 0 < len(closed.value.reason.encode()) <= 123


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
