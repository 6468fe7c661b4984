"""GraphQL over HTTP: whatever is sent, the answer is JSON with a code, a 4xx where it is no GraphQL request."""

import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from graph.headers import HEADERS
from graph.service import Service
from tests.door.client import Client, client, code_of

JSON = "application/json"
RESPONSE = "application/graphql-response+json"
TYPENAME = b'{"query": "{ __typename }"}'
ANSWER = {"data": {"__typename": "Query"}}
MOVE = 'mutation Move { companyTransitionStage(input: {companyId: "Q29tcGFueTox", to: LAUNCH}) { changed } }'
TWO = "query A { __typename } query B { viewer { demo } }"
BOTH = f"query Read {{ __typename }} {MOVE}"
LARGEST_BODY = 1_048_576
MOST_ERRORS = 5
NO_COMPANY = '{ company(id: "x") { name } }'
# What is wrong before anything is executed: a syntax error, an unknown field, a missing variable.
REFUSED = [
    ("{", "GRAPHQL_PARSE_FAILED"),
    ("{ nope }", "GRAPHQL_VALIDATION_FAILED"),
    ("query($id: ID!) { node(id: $id) { id } }", "GRAPHQL_VALIDATION_FAILED"),
]


def is_bad_request(response: httpx.Response, status: int = 400) -> bool:
    return is_refused(response, status, "BAD_REQUEST")


def is_refused(response: httpx.Response, status: int, code: str) -> bool:
    assert response.headers["content-type"] == JSON
    return (response.status_code, code_of(response)) == (status, code)


async def test_a_post_is_answered(door: Client) -> None:
    response = await door.send(TYPENAME)
    assert (response.status_code, response.headers["content-type"], response.json()) == (200, JSON, ANSWER)


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "Application/JSON", "application/json;"])
async def test_json_may_be_spelled_in_many_ways(door: Client, content_type: str) -> None:
    assert (await door.send(TYPENAME, content_type=content_type)).json() == ANSWER


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        (JSON, JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (RESPONSE, RESPONSE),
        ("Application/GraphQL-Response+JSON; charset=utf-8", RESPONSE),
        (f"{RESPONSE}, {JSON};q=0.9", RESPONSE),
        (f"{JSON};q=0.1, {RESPONSE}", RESPONSE),
        (f"text/event-stream;q=0.1, {JSON};q=0.2", JSON),
        (f"{RESPONSE};q=0, {JSON};q=0.001", JSON),
        (f"{JSON}, {RESPONSE}", JSON),
        (f"text/html, {RESPONSE}", RESPONSE),
    ],
)
async def test_the_answer_is_of_the_type_that_was_asked_for(door: Client, accept: str, answered: str) -> None:
    response = await door.send(TYPENAME, accept=accept)
    assert (response.status_code, response.headers["content-type"]) == (200, answered)


@pytest.mark.parametrize("accept", ["text/html", "image/png, text/*", "application/xml", "nonsense", ""])
async def test_another_type_than_json_is_not_to_be_had(door: Client, accept: str) -> None:
    assert is_bad_request(await door.send(TYPENAME, accept=accept), 406)


@pytest.mark.parametrize(("document", "code"), REFUSED)
@pytest.mark.parametrize(("accept", "status"), [(JSON, 200), (RESPONSE, 400)])
async def test_a_refused_document_has_no_data(door: Client, document: str, code: str, accept: str, status: int) -> None:
    response = await door.send(json.dumps({"query": document}).encode(), accept=accept)
    assert (response.status_code, response.headers["content-type"], code_of(response)) == (status, accept, code)
    assert "data" not in response.json()


@pytest.mark.parametrize("accept", [JSON, RESPONSE])
async def test_an_error_of_a_field_leaves_the_rest_of_the_data(door: Client, accept: str) -> None:
    response = await door.send(json.dumps({"query": NO_COMPANY}).encode(), accept=accept)
    assert (response.status_code, code_of(response)) == (200, "MALFORMED_ID")
    assert response.json()["data"] == {"company": None}


async def test_a_flood_of_errors_is_cut(door: Client) -> None:
    response = await door.ask("{" + " ".join(f"nope{number}" for number in range(29)) + "}")
    assert len(response.json()["errors"]) == MOST_ERRORS


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
async def test_other_methods_are_refused(door: Client, method: str) -> None:
    response = await door.request(method, content=TYPENAME, headers={"Content-Type": JSON})
    assert is_bad_request(response, 405)
    assert response.headers["allow"] == "GET, POST"


async def test_head_is_refused(door: Client) -> None:
    response = await door.request("HEAD")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, POST")


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonp", ""],
)
async def test_a_body_that_a_form_could_send_is_refused(door: Client, content_type: str) -> None:
    assert is_bad_request(await door.send(TYPENAME, content_type=content_type), 415)


async def test_a_post_in_the_address_is_refused(door: Client) -> None:
    assert is_bad_request(await door.request("POST", "/graphql?query={__typename}"), 415)


async def test_the_largest_body_is_taken_and_one_byte_more_is_not(door: Client) -> None:
    padded = TYPENAME.ljust(LARGEST_BODY)
    assert (await door.send(padded)).json() == ANSWER
    assert is_refused(await door.send(padded + b" "), 413, "LIMIT_BODY")


async def test_a_body_without_an_end_is_cut(door: Client) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b" " * 65536

    response = await door.request("POST", content=endless(), headers={"Content-Type": JSON})
    assert "content-length" not in response.request.headers
    assert is_refused(response, 413, "LIMIT_BODY")


async def test_what_is_accepted_may_stand_in_several_lines(door: Client) -> None:
    headers = [("accept", "text/html"), ("accept", RESPONSE), ("content-type", JSON)]
    response = await door.request("POST", content=TYPENAME, headers=headers)
    assert (response.status_code, response.headers["content-type"]) == (200, RESPONSE)


@pytest.mark.parametrize("path", ["/nope", "/graphql/", "/graphql/x"])
async def test_elsewhere_is_json_too(door: Client, path: str) -> None:
    assert is_bad_request(await door.request("POST", path, content=TYPENAME), 404)


# GET


async def get(door: Client, **parameters: str) -> httpx.Response:
    return await door.request("GET", f"/graphql?{urlencode(parameters)}")


async def test_a_get_runs_a_query(door: Client) -> None:
    document = "query Q($id: ID!) { __typename node(id: $id) { id } } query Other { nope: __typename }"
    response = await get(door, query=document, variables='{"id": "Q29tcGFueTox"}', operationName="Q")
    assert response.json() == {"data": {"__typename": "Query", "node": None}}


@pytest.mark.parametrize("variables", ["", "null", "{}"])
async def test_a_get_may_have_no_variables(door: Client, variables: str) -> None:
    assert (await get(door, query="{ __typename }", variables=variables)).json() == ANSWER


@pytest.mark.parametrize("variables", ["{", "[]", "0", "false", '"x"', "\ufffd"])
async def test_a_get_with_variables_that_are_none_is_refused(door: Client, variables: str) -> None:
    assert is_bad_request(await get(door, query="{ __typename }", variables=variables))


async def test_a_get_without_a_query_is_refused(door: Client) -> None:
    assert is_bad_request(await get(door))


async def test_a_get_of_bytes_that_are_no_text_is_refused(door: Client) -> None:
    assert is_bad_request(await door.request("GET", "/graphql?query=%ff%fe"))
    assert is_bad_request(await door.request("GET", "/graphql?query={__typename}&variables=%ff"))


@pytest.mark.parametrize("parameters", [{"query": MOVE}, {"query": BOTH, "operationName": "Move"}])
async def test_a_mutation_by_get_is_refused(door: Client, parameters: dict[str, str]) -> None:
    response = await get(door, **parameters)
    assert is_bad_request(response, 405)
    assert response.headers["allow"] == "POST"


async def test_a_query_by_get_may_stand_beside_a_mutation(door: Client) -> None:
    assert (await get(door, query=BOTH, operationName="Read")).json() == ANSWER


# Operations


@pytest.mark.parametrize(("name", "data"), [("A", ANSWER["data"]), ("B", {"viewer": {"demo": False}})])
async def test_the_named_operation_runs(door: Client, name: str, data: Any) -> None:
    response = await door.request("POST", json={"query": TWO, "operationName": name})
    assert response.json() == {"data": data}


@pytest.mark.parametrize("rest", [{}, {"operationName": None}, {"operationName": "C"}, {"operationName": ""}])
async def test_one_of_two_operations_must_be_named(door: Client, rest: dict[str, Any]) -> None:
    assert is_bad_request(await door.request("POST", json={"query": TWO, **rest}))


async def test_words_that_look_like_operations_do_not_count(door: Client) -> None:
    document = "query Q { query: __typename ...F } fragment F on Query { mutation: __typename }"
    assert (await door.data(document)) == {"query": "Query", "mutation": "Query"}


async def test_a_document_without_an_operation_is_refused(door: Client) -> None:
    assert await door.code("fragment F on Query { __typename }") == "GRAPHQL_VALIDATION_FAILED"


async def test_there_are_no_subscriptions(door: Client) -> None:
    assert await door.code("subscription { anything }") == "GRAPHQL_VALIDATION_FAILED"


# Bodies


def body(**parts: str) -> bytes:
    """A body whose parts are JSON as written."""
    return ("{" + ", ".join(f'"{name}": {value}' for name, value in parts.items()) + "}").encode()


QUERY = '"{ __typename }"'
SEARCH = '"query($text: String) { companies(filter: {search: $text}) { nodes { id } } }"'
NINES = "9" * 5000
MALFORMED = {
    "empty": b"",
    "space": b"  ",
    "number": b"1",
    "null": b"null",
    "true": b"true",
    "text": b'"{ __typename }"',
    "cut": b'{"query": "{ __typen',
    "two documents": TYPENAME * 2,
    "invalid UTF-8": b'{"query": "\xff\xfe"}',
    "UTF-16": TYPENAME.decode().encode("utf-16"),
    "byte order mark": b"\xef\xbb\xbf" + TYPENAME,
    "gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\xae\x05\x00\x43\xbf\xa6\xa3",
    "NUL": b"\0" * 100,
    "5000 digits": body(query=QUERY, variables=f'{{"n": {NINES}}}'),
    "huge exponent": body(query=QUERY, variables='{"n": 1e999}'),
    "NaN": body(query=QUERY, variables='{"n": NaN}'),
    "lists 100k deep": b"[" * 100_000 + b"]" * 100_000,
    "lists 100k deep, open": b"[" * 100_000,
    "objects 100k deep": b'{"query":' * 100_000,
    "variables 100k deep": body(query=QUERY, variables='{"a":' * 100_000 + "1" + "}" * 100_000),
    "lone surrogate in the query": body(query='"{ \\ud800 }"'),
    "lone surrogate in a variable": body(query=SEARCH, variables='{"text": "\\ud800"}'),
    "lone surrogate in a name": body(query=QUERY, operationName='"\\udfff"'),
    "no query": b"{}",
    "null query": body(query="null"),
    "empty query": body(query='""'),
    "blank query": body(query='" \\n"'),
    "number as query": body(query="1"),
    "object as query": body(query="{}"),
    "list as variables": body(query=QUERY, variables="[]"),
    "list with variables": body(query=QUERY, variables="[1]"),
    "text as variables": body(query=QUERY, variables='"{}"'),
    "empty text as variables": body(query=QUERY, variables='""'),
    "zero as variables": body(query=QUERY, variables="0"),
    "false as variables": body(query=QUERY, variables="false"),
    "number as extensions": body(query=QUERY, extensions="5"),
    "list as extensions": body(query=QUERY, extensions="[]"),
    "number as name": body(query=QUERY, operationName="1"),
    "list as name": body(query=QUERY, operationName='["A"]'),
}


@pytest.mark.parametrize("content", MALFORMED.values(), ids=MALFORMED)
async def test_a_malformed_body_is_refused(door: Client, content: bytes) -> None:
    assert is_bad_request(await door.send(content))


@pytest.mark.parametrize("content", [b"[]", b"[" + TYPENAME + b"]", b"[1]"])
async def test_batches_are_refused(door: Client, content: bytes) -> None:
    assert is_refused(await door.send(content), 400, "LIMIT_BATCH")


async def test_compressed_bodies_are_not_read(door: Client) -> None:
    assert is_bad_request(await door.send(b"\x1f\x8b\x08junk", content_encoding="gzip"), 415)


@pytest.mark.parametrize("extensions", ["{}", "null", '{"persistedQuery": null}', '{"unknown": 5}'])
async def test_extensions_that_are_not_ours_are_left_alone(door: Client, extensions: str) -> None:
    assert (await door.send(body(query=QUERY, extensions=extensions))).json() == ANSWER


@pytest.mark.parametrize("more", [{"unknown": "[]"}, {"variables": "null"}, {"variables": "{}"}])
async def test_what_is_not_understood_beside_the_query_is_left_alone(door: Client, more: dict[str, str]) -> None:
    assert (await door.send(body(query=QUERY, **more))).json() == ANSWER


async def test_of_equal_keys_the_last_one_counts(door: Client) -> None:
    response = await door.send(b'{"query": "{ nope }", "query": "{ __typename }"}')
    assert response.json() == ANSWER


NO_GRAPHQL = {
    "lone surrogate": r'{ company(awsPartnerId: "\ud800") { id } }',
    "lone surrogate in braces": r'{ company(awsPartnerId: "\u{dfff}") { id } }',
    "NUL": "{ __typename \0 }",
    "fields nested 20k deep": "{a" * 20_000 + "}" * 20_000,
    "lists nested 20k deep": "{ companies(filter: " + "[" * 20_000 + "]" * 20_000 + ") { totalCount } }",
    "unclosed text": '{ company(awsPartnerId: "x) { id } }',
}
MISFIT = {
    "number of 5000 digits": f"{{ companies(first: {NINES}) {{ totalCount }} }}",
    "default of 5000 digits": f"query($n: Int = {NINES}) {{ companies(first: $n) {{ totalCount }} }}",
    "huge exponent": "{ companies(first: 1e400) { totalCount } }",
    "fragment within itself": "{ ...F } fragment F on Query { ...F }",
    "unknown directive": "{ __typename @nope }",
    "unknown type": "query($a: Nope) { company(id: $a) { id } }",
    "anonymous beside named": "{ __typename } query A { __typename }",
}


@pytest.mark.parametrize("document", NO_GRAPHQL.values(), ids=NO_GRAPHQL)
async def test_a_document_that_is_not_graphql_is_refused(door: Client, document: str) -> None:
    assert await door.code(document) == "GRAPHQL_PARSE_FAILED"


@pytest.mark.parametrize("document", MISFIT.values(), ids=MISFIT)
async def test_a_document_that_does_not_fit_is_refused(door: Client, document: str) -> None:
    response = await door.ask(document)
    assert {error["extensions"]["code"] for error in response.json()["errors"]} == {"GRAPHQL_VALIDATION_FAILED"}


# Whatever else


@pytest.mark.parametrize("path", ["/graphql", "/graphql?query={__typename}", "/healthz", "/graphiql", "/nope"])
async def test_every_answer_has_the_security_headers(door: Client, path: str) -> None:
    response = await door.request("GET", path)
    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/graphiql/%2e%2e/%2e%2e/app.py"]
)
async def test_only_static_files_are_served(door: Client, path: str) -> None:
    assert (await door.request("GET", path)).status_code == 404


async def test_without_graphiql_there_is_no_page(embedded: AsyncEngine) -> None:
    bare = client(embedded, graphiql=False)
    assert {(await bare.request("GET", path)).status_code for path in ("/", "/graphiql", "/static/x")} == {404}


async def test_our_own_fault_is_masked_and_can_be_found_again(
    door: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(service: Service) -> Any:
        raise RuntimeError("SELECT secret FROM sqlite")

    monkeypatch.setattr(Service, "new_reader", property(broken))
    response = await door.send(TYPENAME)
    assert (response.status_code, code_of(response)) == (500, "INTERNAL")
    assert response.json()["errors"][0]["extensions"]["correlationId"] in caplog.text
    assert "SELECT secret" in caplog.text
