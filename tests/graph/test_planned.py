"""That plans are what answers: nothing falls back to graphql-core in silence; and what goes with them."""

import json
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.db.reading import Watched, taken
from tests.graph.kept import Kept
from tests.graph.shape import EDGES, ROOTS, ids_of, nodes_query, reached
from tests.graph.test_operations import DOCUMENTS, variables_of
from tests.graph.test_path import PATH
from tests.make import Make
from tests.support import Graph

# Nothing falls back


async def test_a_plan_answers_each_document_of_operations(kept: Kept) -> None:
    for path in DOCUMENTS:
        kept = Kept(kept.engine)
        for _ in range(2):
            assert await kept.data(path.read_text(), **variables_of(path))
        assert (kept.left_to_core, kept.plans.made, kept.plans.hits) == (0, 1, 1), path


@pytest.mark.slow
async def test_a_plan_answers_each_edge(kept: Kept) -> None:
    for edge in EDGES:
        parents = await ids_of(kept.engine, edge.kind)
        nodes = (await kept.data(nodes_query(edge), ids=parents))["nodes"]
        assert all(nodes), edge
        assert kept.left_to_core == 0, edge
        one = next((node["id"] for node in nodes if reached(edge, [node])), parents[0])
        assert (await kept.data(nodes_query(edge), ids=[one]))["nodes"][0]["id"] == one
    assert kept.left_to_core == 0
    assert kept.plans.made == len(EDGES)


INFO = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
SELECTIONS = {
    "nodes": "nodes { id }",
    "nodes and count": "totalCount nodes { id }",
    # As Relay asks, and clients that add `__typename` everywhere.
    "edges": "edges { node { id } }",
    "edges with cursors": f"edges {{ cursor node {{ id }} }} {INFO}",
    "typenames": "__typename edges { __typename node { __typename } } pageInfo { __typename hasNextPage }",
    "cursors alone": "edges { cursor }",
    "edges in short": "edges { __typename }",
    "page info": INFO,
}


@pytest.mark.parametrize("name", SELECTIONS)
async def test_a_plan_answers_each_list(kept: Kept, name: str) -> None:
    arguments = "$first: Int, $after: String, $last: Int, $before: String"
    given = "first: $first, after: $after, last: $last, before: $before"
    for edge in ROOTS:
        cursor = (await kept.data(f"{{ {edge.field}(first: 1) {{ {INFO} }} }}"))[edge.field]["pageInfo"]["endCursor"]
        document = f"query Q({arguments}) {{ page: {edge.field}({given}) {{ {SELECTIONS[name]} }} }}"
        for page in ({}, {"first": 2}, {"last": 2}, {"after": cursor}, {"last": 1, "before": cursor}):
            assert (await kept.data(document, **page))["page"]
    assert (kept.left_to_core, kept.plans.made) == (0, 2 * len(ROOTS))


async def test_pages_over_edges_are_those_of_the_stock_executor(kept: Kept) -> None:
    stock = Graph(kept.engine, stock=True)
    for selection in SELECTIONS.values():
        document = f"{{ companies(first: 3) {{ nodes {{ events(first: 2) {{ {selection} }} }} }} }}"
        assert (await kept(document))["data"] == await stock.data(document)


async def test_what_cannot_be_answered_is_counted(kept: Kept) -> None:
    """Or the zeros above would prove nothing."""
    assert "errors" in await kept("{ companies(first: 1000) { nodes { id } } }")
    assert kept.left_to_core == 1
    assert "errors" in await kept("query Q($n: Int) { companies(first: $n) { nodes { id } } }", n=1000)
    assert (kept.left_to_core, kept.plans.left_alone) == (2, 1)
    assert (await kept("{ __schema { queryType { name } } }"))["data"] == {"__schema": {"queryType": {"name": "Query"}}}
    assert kept.left_to_core == 3


# Transactions


SINGLE = [
    "{ companies { nodes { name } } }", "{ companies { totalCount } }", "{ viewer { demo } }",
    '{ company(awsPartnerId: "APN-107919") { name blockers { title } } }',
    "{ companies(first: 3) { nodes { name blockers { title } journeyMilestones { stage } } pageInfo { endCursor } } }",
]  # fmt: skip


async def test_a_query_of_one_statement_begins_no_transaction(kept: Kept) -> None:
    for document in SINGLE:
        watched = Watched(kept.engine)
        await kept.data(document)
        assert watched.sql == kept.statements
        assert len(watched.sql) == ("viewer" not in document)
        assert (watched.transactions, taken(kept.engine)) == ([], 0)


SEVERAL = [
    "{ companies { totalCount nodes { name } } }",
    "{ a: companies(first: 1) { nodes { id } } b: companies(last: 1) { nodes { id } } }",
    "{ companies(first: 1) { nodes { products { nodes { id } } } } }",
    "{ companies(first: 1) { nodes { owner { id } } } }",
    "{ companies(first: 3) { nodes { blockers { owner { name } product { name } } } } }",
    "{ viewer { user { name } } products { totalCount } }",
    PATH.replace("$companies: Int!", "$companies: Int = 5"),
]


async def test_a_query_of_several_statements_sees_one_snapshot(kept: Kept) -> None:
    begins = "BEGIN" if kept.engine.dialect.name == "sqlite" else "START"
    for document in SEVERAL:
        watched = Watched(kept.engine)
        await kept.data(document)
        assert len(watched.selects) == len(kept.statements) > 1
        assert watched.transactions == [begins, "COMMIT"]
        assert watched.sql[0].startswith(begins)
        assert (watched.acquired, watched.released, taken(kept.engine)) == (1, 1, 0)


async def test_what_is_asked_again_is_asked_in_the_same_snapshot(kept: Kept) -> None:
    """Where a plan gives up half-way, graphql-core starts anew: over the same connection, in a snapshot."""
    watched = Watched(kept.engine)
    document = "query Q($n: Int) { companies(first: 1) { nodes { id products(first: $n) { nodes { id } } } } }"
    answer = await kept(document, n=1000)
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["INVALID_PAGE"]
    assert kept.plans.left_alone == 1
    assert (watched.acquired, len(watched.transactions), taken(kept.engine)) == (1, 2, 0)


# JSON


PARSED = "{ contextSnapshots(orderBy: CREATED_ASC) { nodes { snapshotId contextData } } }"
ODD = ["[]", '{"a": {"b": [1, 2.5, null, true, "ü"]}}', "5", '"text"', "true", ' {"blank": 1}', "[null]"]


@pytest.fixture
def parses(engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was parsed of the database's JSON."""
    seen: list[Any] = []
    original = engine.dialect._json_deserializer  # type: ignore[attr-defined]

    def remembering(stored: Any) -> Any:
        seen.append(stored)
        return original(stored)

    monkeypatch.setattr(engine.dialect, "_json_deserializer", remembering)
    return seen


async def _stored(own: Kept, make: Make, *texts: str) -> None:
    company, user = await make.company(), await make.user()
    for written in texts:
        row = await make.snapshot(company, user, context_data={})
        async with own.engine.begin() as connection:
            update = text("UPDATE context_snapshots SET context_data = :written WHERE id = :id")
            await connection.execute(update, {"written": written, "id": row.id})


async def test_json_goes_from_the_database_into_the_answer_as_text(own: Kept, make: Make, parses: list[Any]) -> None:
    await _stored(own, make, *ODD)
    parses.clear()
    nodes = (await own.data(PARSED))["contextSnapshots"]["nodes"]
    assert [node["contextData"] for node in nodes] == [json.loads(each) for each in ODD]
    is_sqlite = own.engine.dialect.name == "sqlite"
    # Only what might be null is looked at. SQLite hands some of it over as numbers, so that there all of it is.
    assert len(parses) == (len(ODD) if is_sqlite else len([each for each in ODD if each[0] not in "{["]))
    assert own.left_to_core == 0
    stock = await Graph(own.engine, stock=True).data(PARSED)
    assert stock["contextSnapshots"]["nodes"] == nodes


async def test_a_stored_null_is_an_error_where_there_must_be_a_value(own: Kept, make: Make) -> None:
    await _stored(own, make, '{"a": 1}', "null")
    stock = await Graph(own.engine, stock=True)(PARSED)
    [error] = stock["errors"]
    assert error["extensions"].pop("code") == "INTERNAL"
    answer = await own(PARSED)
    for each in (*answer["errors"], *stock["errors"]):
        each["extensions"] = None
    assert answer == stock
    assert answer["data"]["contextSnapshots"] is None
    assert own.plans.left_alone == 1


async def test_a_stored_null_is_null_where_there_may_be_none(own: Kept, make: Make) -> None:
    company = await make.company(gtm_goals={"a": 1})
    document = "{ companies { nodes { gtmGoals } } }"
    for written, value in (("null", None), ('{"a": 2}', {"a": 2}), (None, None)):
        async with own.engine.begin() as connection:
            update = text("UPDATE companies SET gtm_goals = :written WHERE id = :id")
            await connection.execute(update, {"written": written, "id": company.id})
        assert await own.data(document) == {"companies": {"nodes": [{"gtmGoals": value}]}}
    assert own.left_to_core == 0
