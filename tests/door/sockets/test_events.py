"""graphql-sse, one operation a stream: what is streamed, what is refused before, how it goes on after a break."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.door.client import token
from tests.door.sockets.wire import RECORDED, Events, Place, Scene, end_of, id_of

VIEWER = "{ viewer { demo } }"
MOVE = "mutation($id: ID!) { companyTransitionStage(input: {companyId: $id, to: PRE_LIST}) { changed } }"


def streaming(place: Place, scene: Scene, body: Any, **rest: Any) -> Events:
    return Events(place.endpoint, body, **{"authorization": f"Bearer {scene.bearer}", **rest})


def recorded(place: Place, scene: Scene, after: str | None = None, **rest: Any) -> Events:
    variables = {"company": id_of(scene.company), "after": after}
    return streaming(place, scene, {"query": RECORDED, "variables": variables}, **rest)


def key(data: dict[str, Any]) -> str:
    return data["data"]["journeyEventRecorded"]["id"]


async def test_a_query_is_one_event_and_the_end(place: Place, scene: Scene) -> None:
    async with streaming(place, scene, {"query": VIEWER}) as stream:
        assert stream.status == 200
        assert stream.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert stream.headers["cache-control"] == "no-store"
        assert stream.headers["x-accel-buffering"] == "no"
        assert stream.headers["x-content-type-options"] == "nosniff"
        assert "content-encoding" not in stream.headers
        assert (await stream.data())["data"] == {"viewer": {"demo": False}}
        assert await stream.next() == {"event": "complete", "data": ""}
        assert await stream.next() is None


async def test_queries_come_with_get_too_and_mutations_do_not(place: Place, scene: Scene) -> None:
    async with streaming(place, scene, None, method="GET", query=urlencode({"query": VIEWER}).encode()) as stream:
        assert (await stream.data())["data"] == {"viewer": {"demo": False}}
    given = urlencode({"query": MOVE, "variables": json.dumps({"id": id_of(scene.company)})}).encode()
    async with streaming(place, scene, None, method="GET", query=given) as stream:
        assert (stream.status, stream.headers["allow"]) == (405, "POST")
    async with streaming(place, scene, {"query": MOVE, "variables": {"id": id_of(scene.company)}}) as stream:
        assert (await stream.data())["data"] == {"companyTransitionStage": {"changed": True}}


async def test_documents_that_are_wrong_are_told_in_the_stream(place: Place, scene: Scene) -> None:
    """As the protocol wants it: to a browser, an answer that is no stream says nothing."""
    for query, code in (("{ nothing }", "GRAPHQL_VALIDATION_FAILED"), ("{", "GRAPHQL_PARSE_FAILED")):
        async with streaming(place, scene, {"query": query}) as stream:
            assert stream.status == 200
            found = await stream.data()
            assert [each["extensions"]["code"] for each in found["errors"]] == [code]
            assert "data" not in found
            assert await stream.next() == {"event": "complete", "data": ""}


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        ({"query": VIEWER}, {"authorization": "Bearer x"}, 401),
        ({"query": VIEWER}, {"content-type": "text/plain"}, 415),
        ([], {}, 400), ({"query": 1}, {}, 400), ({"documentId": "nobody's"}, {}, 404),
        ({"query": VIEWER, "variables": {"a": "x" * 2_000_000}}, {}, 413),
    ],
)  # fmt: skip
async def test_what_is_no_request_is_refused_as_json(
    place: Place, scene: Scene, body: Any, headers: dict[str, str], status: int
) -> None:
    async with streaming(place, scene, body, **headers) as stream:
        assert (stream.status, stream.headers["content-type"]) == (status, "application/json")


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_there_is_no_single_connection_mode(place: Place, scene: Scene, method: str) -> None:
    async with streaming(place, scene, None, method=method) as stream:
        assert stream.status == 405


async def test_a_subscription_over_plain_http_is_told_where_to_go(place: Place, scene: Scene) -> None:
    response = await place.http(scene.bearer).ask(RECORDED, company=id_of(scene.company))
    assert response.status_code == 400
    assert "docs/transports.md" in response.json()["errors"][0]["message"]


async def test_a_subscription_is_streamed_until_the_client_goes(feeding: Place, told: Scene) -> None:
    async with recorded(feeding, told) as stream:
        await feeding.followed()
        for _ in range(3):
            event = await told.make.event(told.company, told.user)
            found = await stream.next()
            assert found is not None
            assert (found["event"], found["id"]) == ("next", id_of(event))
    assert await feeding.quiet()


async def test_it_goes_on_after_the_last_event_that_was_seen(feeding: Place, told: Scene) -> None:
    first, second, third = [await told.make.event(told.company, told.user) for _ in range(3)]
    async with recorded(feeding, told, after=id_of(first)) as stream:
        assert [key(await stream.data()) for _ in range(2)] == [id_of(second), id_of(third)]
    # What a browser sends by itself counts more than what the page asked for at first.
    async with recorded(feeding, told, after=id_of(first), last_event_id=id_of(second)) as stream:
        assert key(await stream.data()) == id_of(third)
    theirs = await told.make.event(told.other, told.user)
    for wrong, code in ((id_of(theirs), "NOT_FOUND"), ("x", "MALFORMED_ID"), ("\xff" * 9, "MALFORMED_ID")):
        async with recorded(feeding, told, last_event_id=wrong) as stream:
            assert (await stream.data())["errors"][0]["extensions"]["code"] == code
            assert await stream.next() == {"event": "complete", "data": ""}


async def test_a_comment_now_and_then_keeps_proxies_waiting(place: Place, scene: Scene) -> None:
    place.with_terms(heartbeat_seconds=0.02)
    async with recorded(place, scene) as stream:
        await place.followed()
        await place.wait(0.1)
        await place.move(scene.company, scene.manager)
        await stream.data()
        assert stream.comments > 2


async def test_it_ends_with_the_token(place: Place, scene: Scene) -> None:
    place.with_terms(clock=lambda: end_of(scene.bearer) - 0.3)
    async with recorded(place, scene) as stream:
        await place.followed()
        assert await stream.next() is None
    assert await place.quiet()


async def test_a_token_that_expires_before_it_begins_is_refused_with_the_challenge(place: Place, scene: Scene) -> None:
    place.with_terms(clock=lambda: end_of(scene.bearer) + 1)
    async with recorded(place, scene) as stream:
        assert stream.status == 401
        assert stream.headers["www-authenticate"].startswith("Bearer")
    assert await place.quiet()


async def test_it_ends_with_the_server(place: Place, scene: Scene) -> None:
    async with recorded(place, scene) as stream:
        await place.followed()
        place.connections.close()
        assert await stream.next() is None
    async with recorded(place, scene) as stream:
        assert (stream.status, stream.headers["retry-after"]) == (503, "5")


async def test_streams_of_a_caller_and_of_all_are_counted(embedded: AsyncEngine, scene: Scene) -> None:
    place = Place(embedded, most_sockets=1, most_connections=2)
    async with recorded(place, scene):
        async with recorded(place, scene) as second:
            assert (second.status, second.headers["retry-after"]) == (429, "5")
        async with place.session(token(77)), recorded(place, scene) as third:
            assert third.status == 503
    assert await place.quiet()


async def test_points_are_spent_event_by_event(embedded: AsyncEngine, scene: Scene) -> None:
    place = Place(embedded, rate_points=4, most_cost=4)
    async with recorded(place, scene) as stream:
        await place.followed()
        for _ in range(2):
            await place.move(scene.company, scene.manager)
        assert key(await stream.data())
        assert (await stream.data())["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
        assert await stream.next() == {"event": "complete", "data": ""}
    async with recorded(place, scene) as stream:
        assert stream.status == 429
        assert int(stream.headers["retry-after"]) > 0
    assert await place.quiet()


async def test_who_does_not_read_is_left(place: Place, scene: Scene) -> None:
    place.with_terms(send_seconds=0.1)
    async with recorded(place, scene) as stream:
        await place.followed()
        stream.reading.clear()
        for _ in range(50):
            await scene.make.event(scene.company, scene.user)
        before = stream.sent
        await place.move(scene.company, scene.manager)
        await place.wait(0.05)
        assert stream.sent == before
    assert await place.quiet()


async def test_faults_are_masked(place: Place, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: Any) -> Any:
        raise RuntimeError("a secret")

    monkeypatch.setattr(type(place.service.documents), "event", broken)
    async with recorded(place, scene) as stream:
        await place.followed()
        await place.move(scene.company, scene.manager)
        [error] = (await stream.data())["errors"]
        assert error["extensions"]["code"] == "INTERNAL"
        assert "secret" not in error["message"]
        assert await stream.next() == {"event": "complete", "data": ""}
