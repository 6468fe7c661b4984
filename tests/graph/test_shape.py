"""What a document is measured to be: depth, width and points, known before it is validated, let alone executed."""

import time
from typing import Any

import pytest
from graphql import OperationDefinitionNode, get_introspection_query, parse

from graph.document import Policy, made
from graph.documents import Documents
from graph.limits.cost import BOUNDED, INTROSPECTION, MUTATION
from graph.limits.policy import DEFAULTS, LIMITS, Limits
from graph.limits.shape import Measured, measured
from graph.manifest import trusted
from graph.schema import schema
from tests.graph.shape import core

# What grows without bound would take much longer; the machine may be busy.
MOST_SECONDS = 5.0


def measure(text: str) -> Measured:
    [found] = measured(parse(text), core).values()
    return found


def points(text: str, **variables: Any) -> int:
    return measure(text).points(variables)


def codes(text: str, limits: Limits = DEFAULTS) -> list[str]:
    return [(error.extensions or {}).get("code", error.message) for error in made(text, core, Policy(limits)).errors]


def multiplying(levels: int, inner: str, on: str = "Query") -> str:
    """Fragments each of which spreads the next one twice."""
    chain = [f"fragment F{n} on {on} {{ ...F{n + 1} ...F{n + 1} }}" for n in range(levels)]
    return " ".join([*chain, f"fragment F{levels} on {on} {{ {inner} }}"])


COSTS = {
    "{ __typename }": 1,
    "{ viewer { demo } }": 1,
    '{ company(id: "x") { name country } }': 1,
    "{ viewer { user { name } } }": 2,
    # A connection counts one, and each row one.
    "{ companies(first: 7) { nodes { id } } }": 1 + 7,
    "{ companies { nodes { id } } }": 1 + 20,
    "{ companies(last: 3) { nodes { id } } }": 1 + 3,
    "{ companies(first: 7) { totalCount } }": 1 + 1,
    "{ companies(first: 7) { edges { cursor node { id } } } }": 1 + 7 * 2,
    "{ companies(first: 7) { nodes { id } pageInfo { endCursor } } }": 1 + 7 + 1,
    # Refused when it is executed; until then no less than a full page, nor below nothing.
    "{ companies(first: 5000000) { nodes { id } } }": 1 + 100,
    "{ companies(first: 99999999999999999999) { nodes { id } } }": 1 + 100,
    "{ companies(first: -5) { nodes { id } } }": 1,
    # Pages in pages multiply.
    "{ companies(first: 5) { nodes { products(first: 4) { nodes { id } } } } }": 1 + 5 * (1 + 1 + 4),
    # A list without pages counts as ten.
    "{ viewer { user { memberships(first: 2) { nodes { company { blockers { title } } } } } } }": None,
    '{ nodes(ids: ["a", "b", "c"]) { id } }': 3,
    '{ company(id: "x") { blockers { title } } }': 1 + BOUNDED,
    "{ __schema { types { name fields { name } } } }": INTROSPECTION["__schema"],
    '{ __type(name: "Company") { name } }': INTROSPECTION["__type"],
    "{ a: __schema { types { name } } b: __schema { b: types { name } } }": 3 * INTROSPECTION["__schema"],
    'mutation { blockerResolve(input: {companyId: "x", blockerId: "y", resolution: "z"}) { changed } }': MUTATION + 1,
}


@pytest.mark.parametrize(("text", "expected"), [(text, cost) for text, cost in COSTS.items() if cost is not None])
def test_costs(text: str, expected: int) -> None:
    assert points(text) == expected


PAGED = "query Q($n: Int = 5, $m: Int) { companies(first: $n) { nodes { products(first: $m) { nodes { id } } } } }"


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, 1 + 5 * (2 + 20)),
        ({"n": 3}, 1 + 3 * (2 + 20)),
        ({"n": 3, "m": 2}, 1 + 3 * (2 + 2)),
        ({"n": None, "m": 2}, 1 + 20 * (2 + 2)),
        ({"n": 10**30, "m": 10**30}, 1 + 100 * (2 + 100)),
        ({"n": -1}, 1),
        # GraphQL takes these for whole numbers too.
        ({"n": 100.0, "m": 100.0}, 1 + 100 * (2 + 100)),
        ({"n": 1e300}, 1 + 100 * (2 + 20)),
        ({"n": 2.5}, 1 + 20 * (2 + 20)),
        ({"n": float("inf")}, 1 + 20 * (2 + 20)),
        ({"n": "many", "m": [1]}, 1 + 20 * (2 + 20)),
    ],
)
def test_pages_from_variables_count_as_they_are(variables: dict[str, Any], expected: int) -> None:
    assert points(PAGED, **variables) == expected


def test_named_ids_count_one_by_one_wherever_they_come_from() -> None:
    text = 'query Q($ids: [ID!]! = ["a", "b"]) { nodes(ids: $ids) { id } }'
    assert (points(text), points(text, ids=["x"] * 7), points(text, ids="x")) == (2, 7, 1)


def test_a_fragment_costs_as_much_as_what_it_stands_for() -> None:
    plain = "query Q($n: Int) { companies(first: $n) { nodes { products(first: 3) { nodes { id } } } } }"
    spread = """query Q($n: Int) { ...A } fragment A on Query { companies(first: $n) { ...B } }
    fragment B on CompanyConnection { nodes { ... on Company { ...C } } }
    fragment C on Company { products(first: 3) { nodes { id } } }"""
    for n in (0, 1, 50, 100):
        assert points(plain, n=n) == points(spread, n=n) == 1 + n * 5


def test_one_fragment_under_pages_of_two_sizes_counts_for_each() -> None:
    text = """{ a: companies(first: 2) { ...R } b: companies(first: 9) { ...R } }
    fragment R on CompanyConnection { nodes { id } }"""
    assert points(text) == 1 + 2 + 1 + 9


def test_what_multiplies_is_counted_without_being_walked() -> None:
    text = f"{{ ...F0 }} {multiplying(150, 'companies { nodes { id } }')}"
    begun = time.perf_counter()
    found = measure(text)
    assert time.perf_counter() - begun < MOST_SECONDS
    assert found.points({}) == 21 * 2**150
    assert (found.found["most_root_fields"], found.found["most_repeats"]) == (2**150, 2**150)


def test_what_multiplies_is_not_walked_either_where_its_pages_vary() -> None:
    text = f"query Q($n: Int) {{ ...F0 }} {multiplying(90, 'companies(first: $n) { nodes { id } }')}"
    begun = time.perf_counter()
    found = measure(text)
    assert (found.points({"n": 3}), found.points({})) == (4 * 2**90, 21 * 2**90)
    assert time.perf_counter() - begun < MOST_SECONDS


def test_fragments_that_spread_themselves_end() -> None:
    text = "{ ...A } fragment A on Query { viewer { demo } ...B } fragment B on Query { ...A viewer { demo } }"
    assert measure(text).points({}) < 10
    assert codes(text)  # and are not valid


@pytest.mark.parametrize(
    "text", ["{ nope { no { fields } } }", "{ ...Gone }", "{ ... on Gone { x } }", "mutation { a }"]
)
def test_what_does_not_fit_the_schema_is_measured_all_the_same(text: str) -> None:
    assert measure(text).found["most_depth"] <= 3


def nested(levels: int) -> str:
    return "{ companies { nodes " + "{ products { nodes { company " * levels + "{ id }" + " } } }" * levels + " } }"


JUST_TOO_MUCH = {
    "most_document_bytes": "{ __typename } #" + "x" * 65_536,
    "most_tokens": "{ companies(filter: {country: [" + '"a" ' * 2000 + "]}) { totalCount } }",
    "most_depth": nested(5),
    "most_aliases": "{ " + " ".join(f"a{n}: viewer {{ b{n}: demo }}" for n in range(16)) + " }",
    "most_root_fields": "{ " + " ".join(f"a{n}: __typename" for n in range(31)) + " }",
    "most_repeats": "{ viewer { " + "demo " * 31 + "} }",
    "most_fragments": "{ viewer { " + "... { demo } " * 101 + "} }",
    "most_directives": "{ viewer { demo " + "... @skip(if: true) { demo } " * 51 + "} }",
}


@pytest.mark.parametrize("name", JUST_TOO_MUCH)
def test_each_limit_is_named_when_it_is_passed(name: str) -> None:
    [limit] = [limit for limit in LIMITS if limit.name == name]
    document = made(JUST_TOO_MUCH[name], core, Policy(DEFAULTS))
    error = next(error for error in document.errors if (error.extensions or {}).get("limit") == name)
    assert document.refused
    assert error.extensions is not None
    assert (error.extensions["code"], error.extensions["most"]) == (limit.code, limit.default)
    assert error.extensions.get("found", limit.default + 1) > limit.default
    assert f"{limit.default:,}" in error.message
    assert limit.advice in error.message
    # With nothing but this limit out of the way, it is no more than that limit which stood in the way.
    others = {each.name: each.default for each in LIMITS if each.name != name}
    assert limit.code not in codes(JUST_TOO_MUCH[name], Limits(others))


def test_fields_that_are_merged_count_together_wherever_they_stand() -> None:
    """Ten lists of ten lists of ten names are a thousand names in one place."""
    document = "{ " + ("companies { nodes { " + "products { nodes { " + "name " * 5 + "} } " * 1 + "} } ") * 7 + "}"
    assert measure(document).found["most_repeats"] == 35
    assert codes(document) == ["LIMIT_REPEATS"]
    apart = "{ " + " ".join(f"a{n}: companies {{ nodes {{ {'name ' * 5} }} }}" for n in range(7)) + " }"
    assert measure(apart).found["most_repeats"] == 5


def test_what_takes_too_long_to_check_is_said() -> None:
    document = "{ " + "companies { nodes { " + "name " * 1900 + "} } }"
    [error] = made(document, core, Policy(Limits({}))).errors
    assert (error.extensions or {})["code"] == "LIMIT_VALIDATION"


def test_every_limit_is_tried() -> None:
    assert {limit.name for limit in LIMITS} == {*JUST_TOO_MUCH, "most_cost", "most_values"}


def test_at_the_limit_nothing_is_refused() -> None:
    at_most = "{ " + " ".join(f"a{n}: __typename" for n in range(30)) + " }"
    assert codes(at_most) == []
    assert codes(nested(4)) == []


def test_graphiqls_introspection_is_within_the_limits() -> None:
    options = dict.fromkeys(("specified_by_url", "directive_is_repeatable", "schema_description"), True)
    assert codes(get_introspection_query(**options, input_value_deprecation=True)) == []


def test_the_trusted_documents_are_within_the_limits_too() -> None:
    assert [codes(text) for text in trusted()] == [[]] * len(trusted())


HOSTILE = {
    "one field many times": "{ " + "viewer { demo } " * 490 + "}",
    "one list many times": "{ " + "companies { nodes { id } } " * 280 + "}",
    "multiplying fragments": f"{{ ...F0 }} {multiplying(180, 'viewer { demo }')}",
    "fragments in each other": "{ ...G0 } "
    + " ".join(
        f"fragment G{n} on Query {{ {' '.join(f'...G{m}' for m in range(n + 1, 25))} viewer {{ demo }} }}"
        for n in range(25)
    ),
    "inline fragments in each other": "{ " + "... on Query { viewer { demo } " * 150 + "}" * 150 + " }",
    "levels": "{ companies { nodes " + "{ products { nodes { company " * 60 + "{ id }" + " } } }" * 60 + " } }",
    "directives": "{ __typename " + "@skip(if: true) " * 300 + "}",
    "aliases": "{ " + " ".join(f"a{n}: viewer {{ demo }}" for n in range(250)) + " }",
    "unknown names": "{ " + "nope " * 1900 + "}",
    "introspection in itself": "{ __schema { types " + "{ fields { type " * 6 + "{ name }" + "} }" * 6 + " } }",
    "empty words": "{ __typename } " + ", " * 30_000,
    "comments": "{ __typename } " + "#\n" * 30_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_documents_are_refused_in_no_time(text: str) -> None:
    begun = time.perf_counter()
    document = made(text, core, Policy(DEFAULTS, most_errors=5))
    took = time.perf_counter() - begun
    assert took < MOST_SECONDS
    assert document.errors or text.startswith("{ __typename } ")


AT_THE_LIMIT = {
    "fields of one name": "{ viewer { user { "
    + " ".join(f"{name} " * 30 for name in ("id", "name", "email"))
    + "} } }",
    "lists of one name": "{ " + "companies { nodes { id name } } " * 30 + "}",
    "fragments in each other": "{ viewer { " + "... on Viewer { " * 90 + "demo" + "}" * 90 + " } }",
    "aliases of lists": "{ " + " ".join(f"a{n}: companies {{ nodes {{ id }} }}" for n in range(30)) + " }",
}


@pytest.mark.parametrize("text", AT_THE_LIMIT.values(), ids=AT_THE_LIMIT)
def test_what_the_limits_let_pass_is_validated_in_no_time(text: str) -> None:
    begun = time.perf_counter()
    document = made(text, core, Policy(DEFAULTS))
    assert time.perf_counter() - begun < MOST_SECONDS
    assert document.errors == []


def test_without_introspection_nothing_of_the_schema_is_told() -> None:
    quiet = Policy(introspection=False)
    for text in (
        "{ __schema { types { name } } }",
        '{ a: viewer { demo } ...F } fragment F on Query { __type(name: "A") { name } }',
    ):
        [error] = made(text, core, quiet).errors
        assert (error.extensions or {})["code"] == "INTROSPECTION_OFF"
    assert made("{ viewer { __typename } }", core, quiet).errors == []
    for told, policy in ((True, Policy()), (False, quiet)):
        [error] = made("{ compani { id } }", core, policy).errors
        assert ("companies" in error.message) is told


def test_documents_keep_what_was_measured() -> None:
    documents = Documents(schema, Policy(DEFAULTS))
    document = documents.read("query A { viewer { demo } } query B($n: Int) { companies(first: $n) { nodes { id } } }")
    first, second = document.operations
    assert isinstance(first, OperationDefinitionNode)
    assert (document.points(first, None), document.points(second, {"n": 50})) == (1, 51)
