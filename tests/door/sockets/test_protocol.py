"""graphql-transport-ws: what order messages come in, and what closes a socket with which code."""

import json
from typing import Any

import pytest

from graph.transports.frames import LONGEST_ID
from tests.door.sockets.wire import RECORDED, Closed, Place, Scene, id_of

VIEWER = "{ viewer { demo } }"


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
