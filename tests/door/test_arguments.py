"""Ids, cursors, pages and values that cannot be used: a stable code for each, on both databases, never our fault."""

import base64
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from graph import ids
from graph.kinds import KINDS
from tests.door.client import Client

NODE = "query($id: ID!) { node(id: $id) { id } }"
COMPANIES = "query($after: String) { companies(first: 2, after: $after) { nodes { id } } }"
KEPT = ids.encode("Company", 1)
LARGEST = 2**63 - 1


def base64_of(content: bytes | str) -> str:
    raw = content.encode() if isinstance(content, str) else content
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def cursor(*values: Any) -> str:
    return base64_of(json.dumps(values))


# Ids

MALFORMED_IDS = {
    "empty": "",
    "a letter": "x",
    "a number": "1",
    "plain": "Company:1",
    "not ASCII": "é",
    "NUL": "\0",
    "long": "a" * 100_000,
    "space at the end": KEPT + " ",
    "line end": KEPT + "\n",
    "padding": KEPT + "=",
    "much padding": KEPT + "===",
    "other last bits": ids.encode("Company", 12)[:-1] + "J",
    "other alphabet": "Q29tcGFueTo/",
    "no key": base64_of("Company"),
    "empty key": base64_of("Company:"),
    "no type": base64_of(":1"),
    "unknown type": base64_of("Nope:1"),
    "type in lower case": base64_of("company:1"),
    "type of a table": base64_of("companies:1"),
    "type that is not ASCII": base64_of("Cömpany:1"),
    "zero": base64_of("Company:0"),
    "negative": base64_of("Company:-1"),
    "plus sign": base64_of("Company:+1"),
    "leading zero": base64_of("Company:01"),
    "leading space": base64_of("Company: 1"),
    "trailing line end": base64_of("Company:1\n"),
    "trailing NUL": base64_of("Company:1\0"),
    "underscore": base64_of("Company:1_0"),
    "fraction": base64_of("Company:1.0"),
    "exponent": base64_of("Company:1e3"),
    "Arabic digit": base64_of("Company:٣"),
    "wide digit": base64_of("Company:１"),
    "superscript digit": base64_of("Company:²"),
    "two keys": base64_of("Company:1:1"),
    "2^63": base64_of(f"Company:{2**63}"),
    "2^64": base64_of(f"Company:{2**64}"),
    "5000 digits": base64_of("Company:" + "9" * 5000),
    "invalid UTF-8": base64_of(b"\xff\xfe:1"),
    "a cursor": cursor(1, "companies", "NAME_ASC", "a", 1),
}


@pytest.mark.parametrize("text", MALFORMED_IDS.values(), ids=MALFORMED_IDS)
async def test_a_malformed_id_is_refused(demo_door: Client, text: str) -> None:
    assert await demo_door.code(NODE, id=text) == "MALFORMED_ID"


@pytest.mark.parametrize("value", [1.5, True, [KEPT, KEPT], {"id": KEPT}, None])
async def test_what_is_no_text_is_no_id(demo_door: Client, value: Any) -> None:
    assert await demo_door.code(NODE, id=value) == "GRAPHQL_VALIDATION_FAILED"


async def test_a_whole_number_is_read_as_text_and_is_no_id(demo_door: Client) -> None:
    assert await demo_door.code(NODE, id=1) == "MALFORMED_ID"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("key", [10**9, LARGEST])
async def test_an_unknown_id_is_null(demo_door: Client, kind: str, key: int) -> None:
    assert await demo_door.data(NODE, id=ids.encode(kind, key)) == {"node": None}


ONE_OF_EACH = ["company", "product", "journeyEvent", "workflowChain", "agentSession", "contextSnapshot", "approval"]


@pytest.mark.parametrize("field", ONE_OF_EACH)
async def test_the_id_of_another_type_is_refused(demo_door: Client, field: str) -> None:
    document = f"query($id: ID!) {{ {field}(id: $id) {{ id }} }}"
    assert await demo_door.code(document, id=ids.encode("User", 1)) == "WRONG_ID_TYPE"
    assert await demo_door.code(document, id="x") == "MALFORMED_ID"


FILTERS = [
    ("products", "companyId"), ("journeyEvents", "productId"), ("workflowChains", "companyId"),
    ("agentSessions", "productId"), ("contents", "companyId"), ("entitlements", "productId"),
    ("approvals", "companyId"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "name"), FILTERS)
@pytest.mark.parametrize(("id", "code"), [(ids.encode("User", 1), "WRONG_ID_TYPE"), ("x", "MALFORMED_ID")])
async def test_a_filter_checks_its_id(demo_door: Client, field: str, name: str, id: str, code: str) -> None:
    document = f"query($id: ID!) {{ {field}(filter: {{{name}: $id}}) {{ totalCount }} }}"
    assert await demo_door.code(document, id=id) == code


async def test_one_bad_id_of_many_is_refused(demo_door: Client) -> None:
    assert await demo_door.code("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=[KEPT, "x"]) == "MALFORMED_ID"


async def test_a_hundred_ids_are_the_most(demo_door: Client) -> None:
    document = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    assert len((await demo_door.data(document, ids=[KEPT] * 100))["nodes"]) == 100
    assert await demo_door.code(document, ids=[KEPT] * 101) == "TOO_MANY_IDS"


@pytest.mark.parametrize("arguments", ["", f'(id: "{KEPT}", awsPartnerId: "x")', "(id: null, awsPartnerId: null)"])
async def test_exactly_one_way_to_name_a_company_must_be_taken(demo_door: Client, arguments: str) -> None:
    assert await demo_door.code(f"{{ company{arguments} {{ id }} }}") == "INVALID_ARGUMENT"


BAD_INPUT = """mutation($id: ID!) {
  companyTransitionStage(input: {companyId: $id, to: LAUNCH, dryRun: true}) {
    changed errors { __typename ... on ValidationFailed { fieldErrors { field code } } } } }"""


@pytest.mark.parametrize(("id", "code"), [(ids.encode("User", 1), "WRONG_ID_TYPE"), ("x", "MALFORMED_ID")])
async def test_a_bad_id_in_an_input_is_an_error_of_the_payload(demo_door: Client, id: str, code: str) -> None:
    [error] = (await demo_door.data(BAD_INPUT, id=id))["companyTransitionStage"]["errors"]
    assert error == {"__typename": "ValidationFailed", "fieldErrors": [{"field": "companyId", "code": code}]}


# Cursors

MALFORMED_CURSORS = {
    "empty": "",
    "a letter": "x",
    "random text": "no cursor at all",
    "not ASCII": "é",
    "NUL": "\0",
    "an id": KEPT,
    "long": "a" * 100_000,
    "empty list": cursor(),
    "a number": base64_of("1"),
    "null": base64_of("null"),
    "an object": base64_of('{"a": 1, "b": 2}'),
    "text of three letters": base64_of('"abc"'),
    "cut": base64_of('[1,"NAME_ASC"'),
    "invalid UTF-8": base64_of(b'[1,"NAME_ASC","\xff",1]'),
    "lone surrogate": base64_of(r'[1,"NAME_ASC","\ud800",1]'),
    "5000 digits": base64_of('[1,"NAME_ASC","a",' + "9" * 5000 + "]"),
    "90k deep": base64_of("[" * 90_000),
    "too few values": cursor(1, "companies", "NAME_ASC", "a"),
    "too many values": cursor(1, "companies", "NAME_ASC", "a", 1, 1),
    "another version": cursor(2, "companies", "NAME_ASC", "a", 1),
    "no version": cursor(None, "companies", "NAME_ASC", "a", 1),
    "another order": cursor(1, "companies", "NAME_DESC", "a", 1),
    "another list": cursor(1, "users", "NAME_ASC", "a", 1),
    "an unknown order": cursor(1, "companies", "NOPE", "a", 1),
    "a list as order": cursor(1, "companies", ["NAME_ASC"], "a", 1),
    "null as order": cursor(1, "companies", None, "a", 1),
    "null as list": cursor(1, None, "NAME_ASC", "a", 1),
    "the form of the past": cursor(1, "NAME_ASC", "a", 1),
    "null as id": cursor(1, "companies", "NAME_ASC", "a", None),
    "a number as text": cursor(1, "companies", "NAME_ASC", 1, 1),
    "a list as text": cursor(1, "companies", "NAME_ASC", ["a"], 1),
    "an object as text": cursor(1, "companies", "NAME_ASC", {"a": 1}, 1),
    "text as id": cursor(1, "companies", "NAME_ASC", "a", "1"),
    "true as id": cursor(1, "companies", "NAME_ASC", "a", True),
    "a fraction as id": cursor(1, "companies", "NAME_ASC", "a", 1.5),
    "2^63 as id": cursor(1, "companies", "NAME_ASC", "a", 2**63),
    "2^64 as id": cursor(1, "companies", "NAME_ASC", "a", 2**64),
    "-2^64 as id": cursor(1, "companies", "NAME_ASC", "a", -(2**64)),
}


@pytest.mark.parametrize("text", MALFORMED_CURSORS.values(), ids=MALFORMED_CURSORS)
async def test_a_malformed_cursor_is_refused(demo_door: Client, text: str) -> None:
    assert await demo_door.code(COMPANIES, after=text) == "MALFORMED_CURSOR"


FORGED = {
    "products": {
        "TARGET_LAUNCH_ASC": ["", "x", 1, True, "0000-01-01", "10000-01-01", "2026-02-30", "2026-01-01T00:00:00Z", []],
        "READINESS_ASC": ["1", 1.5, True, 2**63, -(2**64), "NaN", {}],
        "CREATED_ASC": ["x", 1, "2026-01-01", "2026-01-01T00:00:00", "0001-01-01T00:00:00+23:59", "2026-13-01T00:00Z"],
    },
    "partnerLeads": {
        "ESTIMATED_ARR_ASC": [
            "NaN", "sNaN", "-NaN123", "Infinity", "-Infinity", "1e99999", "1e-99999", "9" * 5000, "x", "", 1.5, True,
        ]
    },
    "contents": {"QUALITY_SCORE_DESC": ["NaN", "Infinity", "1e99999", "x", 1.5]},
}  # fmt: skip
TABLES = {
    "companies": "companies",
    "products": "products",
    "partnerLeads": "demo_requests",
    "contents": "user_openai",
}
FORGERIES = [(field, order, value) for field, by in FORGED.items() for order, all_ in by.items() for value in all_]


def page_after(field: str, order: str, first: int = 2) -> str:
    return f"query($after: String) {{ {field}(first: {first}, orderBy: {order}, after: $after) {{ nodes {{ id }} }} }}"


@pytest.mark.parametrize(("field", "order", "value"), FORGERIES, ids=lambda value: ascii(value)[:24])
async def test_a_forged_value_in_a_cursor_is_refused(demo_door: Client, field: str, order: str, value: Any) -> None:
    code = await demo_door.code(page_after(field, order), after=cursor(1, TABLES[field], order, value, 1))
    assert code == "MALFORMED_CURSOR"


# Values that fit the column but stand in no row: they name a position all the same.
POSITIONS = [
    ("companies", "NAME_ASC", "\0"),
    ("companies", "NAME_ASC", "😀" * 1000),
    ("companies", "JOURNEY_STARTED_DESC", None),
    ("products", "TARGET_LAUNCH_DESC", "0001-01-01"),
    ("products", "TARGET_LAUNCH_DESC", "9999-12-31"),
    ("products", "CREATED_DESC", "0001-01-01T00:00:00+00:00"),
    ("products", "CREATED_DESC", "9999-12-31T23:59:59+00:00"),
    ("products", "READINESS_DESC", LARGEST),
    ("partnerLeads", "ESTIMATED_ARR_DESC", "-12.5"),
    ("partnerLeads", "ESTIMATED_ARR_DESC", None),
]


@pytest.mark.parametrize(("field", "order", "value"), POSITIONS, ids=lambda value: ascii(value)[:24])
@pytest.mark.parametrize("key", [-LARGEST, 0, LARGEST])
async def test_a_position_without_a_row_is_a_position(
    demo_door: Client, field: str, order: str, value: Any, key: int
) -> None:
    assert field in await demo_door.data(page_after(field, order), after=cursor(1, TABLES[field], order, value, key))


# Pages

PAGES = [
    "first: -1", "first: 101", "first: 10000", "first: -2147483648", "last: -1", "last: 101", "first: 1, last: 1",
    'first: 1, before: "x"', 'last: 1, after: "x"', 'after: "x", before: "y"', 'first: 1, after: "x", before: "y"',
]  # fmt: skip


@pytest.mark.parametrize("arguments", PAGES)
async def test_arguments_that_name_no_page_are_refused(demo_door: Client, arguments: str) -> None:
    assert await demo_door.code(f"{{ companies({arguments}) {{ totalCount }} }}") == "INVALID_PAGE"
    nested = f'{{ company(id: "{KEPT}") {{ products({arguments}) {{ totalCount }} }} }}'
    assert await demo_door.code(nested) == "INVALID_PAGE"


MISFITS = [
    "first: 2147483648", "first: 1.0", 'first: "1"', "first: true", "orderBy: NOPE", 'orderBy: "NAME_ASC"',
    "filter: {nope: 1}", "filter: {partnerTier: [NOPE]}", "filter: 1", "after: 1",
]  # fmt: skip


@pytest.mark.parametrize("arguments", MISFITS)
async def test_arguments_of_another_type_are_refused(demo_door: Client, arguments: str) -> None:
    assert await demo_door.code(f"{{ companies({arguments}) {{ totalCount }} }}") == "GRAPHQL_VALIDATION_FAILED"


@pytest.mark.parametrize("arguments", ["first: 0", "last: 0"])
async def test_a_page_of_nothing_is_empty(demo_door: Client, arguments: str) -> None:
    assert await demo_door.data(f"{{ companies({arguments}) {{ nodes {{ id }} }} }}") == {"companies": {"nodes": []}}


# Values

NO_INSTANTS = [
    "", "x", "NaN", "Infinity", "now", 0, 1.5, True, [], {}, "2026-01-01", "2026-01-01T00:00:00", "2026-02-30T00:00Z",
    "0000-01-01T00:00:00Z", "10000-01-01T00:00:00Z", "-0001-01-01T00:00:00Z", "2026-01-01T25:00:00Z",
    "2026-01-01T00:00:00+99:99", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "٢٠٢٦-01-01T00:00:00Z",
]  # fmt: skip
NO_DAYS = ["", "x", "NaN", 0, 1.5, True, [], "2026-02-30", "0000-01-01", "10000-01-01", "2026-01-01T00:00:00Z"]
SINCE = "query($at: DateTime!) { companies(filter: {createdFrom: $at}) { totalCount } }"
LAUNCHED_BEFORE = "query($day: Date!) { products(filter: {targetLaunchBefore: $day}) { totalCount } }"


@pytest.mark.parametrize("value", NO_INSTANTS, ids=ascii)
async def test_what_is_no_instant_is_refused(demo_door: Client, value: Any) -> None:
    assert await demo_door.code(SINCE, at=value) == "GRAPHQL_VALIDATION_FAILED"


@pytest.mark.parametrize("value", NO_DAYS, ids=ascii)
async def test_what_is_no_day_is_refused(demo_door: Client, value: Any) -> None:
    assert await demo_door.code(LAUNCHED_BEFORE, day=value) == "GRAPHQL_VALIDATION_FAILED"


@pytest.mark.parametrize(
    ("at", "count"),
    [("0001-01-01T00:00:00Z", 40), ("1900-01-01T00:00:00+23:59", 40), ("2039-01-01T00:00:00Z", 0),
     ("9999-12-31T23:59:59.999999Z", 0), ("9999-12-31T23:59:59+23:59", 0)],
)  # fmt: skip
async def test_the_far_past_and_the_far_future_are_instants(demo_door: Client, at: str, count: int) -> None:
    assert await demo_door.data(SINCE, at=at) == {"companies": {"totalCount": count}}


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
async def test_the_far_past_and_the_far_future_are_days(demo_door: Client, day: str) -> None:
    assert (await demo_door.data(LAUNCHED_BEFORE, day=day))["products"]["totalCount"] >= 0


TEXTS = {
    "empty": "", "NUL": "\0", "NUL inside": "a\0b", "percent": "%", "underscore": "_", "backslash": "\\", "quote": "'",
    "two quotes": '"`', "injection": "' OR 1=1 -- ", "emoji": "😀", "right to left": "\u202e", "bind": "%s :x ?",
    "long": "a" * 60_000,
}  # fmt: skip
ANY_TEXT = """query($text: String!) {
  companies(filter: {search: $text}) { totalCount }
  others: companies(filter: {industry: [$text]}) { totalCount }
  journeyEvents(filter: {agentId: $text}) { totalCount }
  workflowChain(chainId: $text) { id }
}"""


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
async def test_any_text_may_be_searched_for(demo_door: Client, text: str) -> None:
    for error in (await demo_door.ask(ANY_TEXT, text=text)).json().get("errors", []):
        assert error["extensions"]["code"] == "INVALID_ARGUMENT"


@pytest.mark.parametrize("text", ["%", "_", "\\", "' OR 1=1 -- "])
async def test_signs_of_sql_stand_for_themselves(demo_door: Client, text: str) -> None:
    assert (await demo_door.data(ANY_TEXT, text=text))["companies"] == {"totalCount": 0}


# Mistakes beside what is right

MIXED = """{ nodes(ids: ["x"]) { id } users { totalCount } products { totalCount }
  companies(first: 5) { nodes { products(first: 5) { nodes {
    events(first: 5) { nodes { chains { nodes { id } } } } } } } } }"""


async def test_a_mistake_in_one_field_costs_no_connection(demo_door: Client, demo_engine: AsyncEngine) -> None:
    lost = []
    event.listen(demo_engine.sync_engine.pool, "invalidate", lambda *of_what: lost.append(of_what))
    for _ in range(20):
        assert await demo_door.code(MIXED) == "MALFORMED_ID"
    assert lost == []


# Whatever text

LISTS = {"companies": "NAME_ASC", "products": "TARGET_LAUNCH_DESC", "partnerLeads": "ESTIMATED_ARR_ASC"}
EVERYWHERE = "query($text: ID!, $cursor: String!) {" + "\n".join(
    [
        "node(id: $text) { id } nodes(ids: [$text]) { id }",
        "filtered: products(filter: {companyId: $text}) { totalCount }",
        *(f"{field}(id: $text) {{ id }}" for field in ONE_OF_EACH),
        *(f"{field}(orderBy: {order}, after: $cursor) {{ nodes {{ id }} }}" for field, order in LISTS.items()),
        *(f"up_{field}: {field}(orderBy: {order}, before: $cursor) {{ totalCount }}" for field, order in LISTS.items()),
        "}",
    ]
)
USUAL = {"MALFORMED_ID", "WRONG_ID_TYPE", "MALFORMED_CURSOR"}

plain = st.text(max_size=50)
id_texts = st.builds("{}:{}".format, st.sampled_from([*KINDS, "Nope", ""]), st.integers() | plain)
anything = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | plain, st.lists, max_leaves=3)
nearly_right = plain | st.dates().map(str) | st.datetimes().map(str) | st.decimals().map(str) | st.integers().map(str)
cursor_texts = st.builds(
    lambda order, value, key: json.dumps([1, order, value, key]),
    st.sampled_from([*LISTS.values(), "NOPE"]),
    nearly_right | anything,
    st.integers() | anything,
)
texts = plain | id_texts.map(base64_of) | cursor_texts.map(base64_of) | st.binary(max_size=50).map(base64_of)


@given(text=texts)
@hypothesis_settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
async def test_no_text_as_id_or_cursor_is_our_fault(demo_door: Client, text: str) -> None:
    response = await demo_door.ask(EVERYWHERE, text=text, cursor=text)
    assert response.status_code == 200
    assert {error["extensions"]["code"] for error in response.json()["errors"]} <= USUAL
