"""What travels: tags of answers, compression, other origins, and what a GET has to bring in strict mode."""

import gzip
from urllib.parse import urlencode

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from graph.transports.reading import PREFLIGHTED
from tests.door.client import Client, client, code_of
from tests.make import Make

NAMES = "{ companies(first: 50) { nodes { name } } }"
RESPONSE = "application/graphql-response+json"


async def get(door: Client, query: str = NAMES, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await door.request("GET", f"/graphql?{urlencode({'query': query})}", headers=named)


# Tags


async def test_an_answer_that_has_not_changed_is_not_sent_again(demo_door: Client) -> None:
    first = await get(demo_door)
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "private, no-cache"
    assert {each.strip() for each in first.headers["vary"].split(",")} >= {"Authorization", "Accept"}
    for known in (tag, f'"other", {tag}', f'W/"x",{tag}', "*"):
        again = await get(demo_door, if_none_match=known)
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert "content-length" not in again.headers
    for unknown in ('"other"', "", tag[:-1], tag.upper()):
        assert (await get(demo_door, if_none_match=unknown)).json() == first.json()


async def test_the_tag_is_of_the_data_alone(demo_door: Client) -> None:
    tags = {(await get(demo_door)).headers["etag"] for _ in range(3)}
    assert len(tags) == 1
    others = [
        (await get(demo_door, "{ companies(first: 5) { nodes { name } } }")).headers["etag"],
        (await get(demo_door, accept=RESPONSE)).headers["etag"],
    ]
    assert len({*tags, *others}) == 3


async def test_a_change_changes_the_tag(embedded: AsyncEngine) -> None:
    door, make = client(embedded), Make(embedded)
    await make.company(name="One")
    first = (await get(door)).headers["etag"]
    await make.company(name="Two")
    assert (await get(door, if_none_match=first)).status_code == 200


async def test_errors_and_posts_have_no_tag(door: Client) -> None:
    for response in (
        await get(door, '{ company(id: "x") { id } }'),
        await get(door, "{ nope }"),
        await door.ask("{ __typename }"),
    ):
        assert "etag" not in response.headers
        assert response.headers["cache-control"] == "no-store"


# Compression


async def test_a_large_answer_is_compressed_for_who_takes_it(demo_engine: AsyncEngine) -> None:
    door = client(demo_engine, compress_from=500)
    plain = await door._http.post("/graphql", json={"query": NAMES}, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    for accepted in ("gzip", "br, gzip;q=0.5", "*", "GZIP"):
        async with door._http.stream(
            "POST", "/graphql", json={"query": NAMES}, headers={"accept-encoding": accepted}
        ) as response:
            raw = b"".join([chunk async for chunk in response.aiter_raw()])
        assert (response.headers["content-encoding"], int(response.headers["content-length"])) == ("gzip", len(raw))
        assert "Accept-Encoding" in response.headers["vary"]
        assert len(raw) < len(plain.content)
        assert gzip.decompress(raw)[: len('{"data"')] == b'{"data"'
    for refused in ("gzip;q=0", "identity", "br", "", "gzip; q=0.000"):
        response = await door._http.post("/graphql", json={"query": NAMES}, headers={"accept-encoding": refused})
        assert "content-encoding" not in response.headers


@pytest.mark.parametrize("compress_from", [0, 10**6])
async def test_a_short_answer_or_none_is_compressed_otherwise(demo_engine: AsyncEngine, compress_from: int) -> None:
    door = client(demo_engine, compress_from=compress_from)
    assert "content-encoding" not in (await door.ask(NAMES)).headers


async def test_a_tag_holds_for_the_compressed_answer_too(demo_engine: AsyncEngine) -> None:
    door = client(demo_engine, compress_from=500)
    first = await get(door, accept_encoding="gzip")
    assert first.headers["content-encoding"] == "gzip"
    again = await get(door, accept_encoding="gzip", if_none_match=first.headers["etag"])
    assert (again.status_code, "content-encoding" in again.headers) == (304, False)


# Other origins

ORIGIN = "https://app.example.com"


async def preflight(door: Client, origin: str) -> httpx.Response:
    asked = {
        "origin": origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
    }
    return await door._http.options("/graphql", headers=asked)


async def test_no_page_elsewhere_may_call_unless_it_is_said_so(door: Client) -> None:
    assert (await preflight(door, ORIGIN)).status_code == 405
    response = await door.request("POST", json={"query": "{ __typename }"}, headers={"origin": ORIGIN})
    assert not [name for name in response.headers if name.startswith("access-control")]


async def test_an_origin_of_the_settings_may_call(embedded: AsyncEngine) -> None:
    door = client(embedded, cors_origins=[ORIGIN])
    allowed = await preflight(door, ORIGIN)
    assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (200, ORIGIN)
    assert "access-control-allow-credentials" not in allowed.headers
    for header in (*PREFLIGHTED, b"if-none-match", b"last-event-id", b"authorization", b"x-request-id"):
        asked = {"origin": ORIGIN, "access-control-request-method": "GET", "access-control-request-headers": header}
        assert (await door._http.options("/graphql", headers=asked)).status_code == 200
    response = await door.request("POST", json={"query": "{ __typename }"}, headers={"origin": ORIGIN})
    assert response.headers["access-control-allow-origin"] == ORIGIN
    assert "x-request-id" in response.headers["access-control-expose-headers"].lower()
    for other in ("https://evil.example.com", "https://app.example.com.evil.com", "null", "http://app.example.com"):
        assert (await preflight(door, other)).status_code == 400
        response = await door.request("POST", json={"query": "{ __typename }"}, headers={"origin": other})
        assert "access-control-allow-origin" not in response.headers


# Strict GETs


async def test_a_strict_get_needs_what_no_page_elsewhere_can_send(embedded: AsyncEngine) -> None:
    door = client(embedded, strict_get=True)
    refused = await get(door)
    assert (refused.status_code, code_of(refused)) == (400, "BAD_REQUEST")
    for header in (
        "apollo_require_preflight",
        "x_apollo_operation_name",
        "graphql_require_preflight",
        "x_requested_with",
    ):
        assert (await get(door, **{header: "1"})).status_code == 200
    assert (await get(door, content_type="application/json")).status_code == 200
    for simple in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        assert (await get(door, content_type=simple)).status_code == 400
