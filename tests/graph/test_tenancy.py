"""Another tenant's rows are not there: by id, in lists, through every edge, filter, count and cursor."""

from typing import Any

import pytest
from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db import tables as t
from domain.actors import Actor
from graph import ids
from graph.kinds import KINDS
from tests.graph.shape import EDGES, ROOTS, Edge, ids_of, nodes_query, reached
from tests.support import Graph

PARENTS = {
    "compliance_report_items": ("compliance_report_id", "compliance_reports"),
    "launch_readiness_scores": ("product_id", "products"),
    "session_handoffs": ("from_session_id", "agent_sessions"),
}


async def _limited(engine: AsyncEngine) -> tuple[Actor, int]:
    """The user who sees one company, and that company."""
    async with engine.connect() as connection:
        user = await connection.scalar(select(t.User.id).where(t.User.name == "Lee Limited"))
        companies = await connection.scalars(select(t.CompanyMember.company_id).where(t.CompanyMember.user_id == user))
        [company] = companies.all()
    return Actor(user), company


async def _visible(connection: AsyncConnection, table: Table, actor: Actor, company: int) -> set[int]:
    """Keys that the actor may see, worked out row by row from the data, not by the code under test."""
    rows = (await connection.execute(select(table))).mappings().all()
    if table.name == "platform_knowledge_bases":
        return {row["id"] for row in rows}
    if table.name == "companies":
        return {company}
    if table.name == "users":
        members = await connection.scalars(select(t.CompanyMember.user_id).where(t.CompanyMember.company_id == company))
        return {actor.user_id, *members}
    if table.name in PARENTS:
        column, parent = PARENTS[table.name]
        seen = await _visible(connection, t.User.metadata.tables[parent], actor, company)
        return {row["id"] for row in rows if row[column] in seen}
    return {row["id"] for row in rows if _mine(row, actor, company)}


def _mine(row: Any, actor: Actor, company: int) -> bool:
    if row["company_id"] is None:
        return row.get("user_id") == actor.user_id
    return row["company_id"] == company


SEEN: dict[str, tuple[Actor, set[str]]] = {}


async def visible_ids(engine: AsyncEngine) -> tuple[Actor, set[str]]:
    """Who sees little, and the ids of all they see; worked out once per database, which nobody changes."""
    if str(engine.url) not in SEEN:
        SEEN[str(engine.url)] = await _visible_ids(engine)
    return SEEN[str(engine.url)]


async def _visible_ids(engine: AsyncEngine) -> tuple[Actor, set[str]]:
    actor, company = await _limited(engine)
    async with engine.connect() as connection:
        found = {
            ids.encode(name, key)
            for name, kind in KINDS.items()
            for key in await _visible(connection, kind.table, actor, company)
        }
    return actor, found


@pytest.mark.parametrize("kind", KINDS)
async def test_ids_of_others_are_as_good_as_unknown(demo_graph: Graph, kind: str) -> None:
    actor, seen = await visible_ids(demo_graph.engine)
    asked = await ids_of(demo_graph.engine, kind)
    document = "query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    nodes = (await demo_graph.as_(actor).data(document, ids=asked))["nodes"]
    assert [node["id"] for node in nodes if node] == [each for each in asked if each in seen]
    everything = (await demo_graph.data(document, ids=asked))["nodes"]
    assert all(everything)


@pytest.mark.parametrize("edge", ROOTS, ids=str)
async def test_lists_and_counts_hold_what_may_be_seen(demo_graph: Graph, edge: Edge) -> None:
    actor, seen = await visible_ids(demo_graph.engine)
    document = f"{{ {edge.field}(first: 100) {{ totalCount nodes {{ id }} }} }}"
    page = (await demo_graph.as_(actor).data(document))[edge.field]
    expected = {each for each in seen if ids.decode(each)[0] == edge.target}
    assert page["totalCount"] == len(expected)
    assert {node["id"] for node in page["nodes"]} <= expected
    assert len(page["nodes"]) == min(100, len(expected))


@pytest.mark.parametrize("edge", EDGES, ids=str)
async def test_no_edge_leads_out(demo_graph: Graph, edge: Edge) -> None:
    actor, seen = await visible_ids(demo_graph.engine)
    parents = sorted(each for each in seen if ids.decode(each)[0] == edge.kind)[:100]
    nodes = (await demo_graph.as_(actor).data(nodes_query(edge), ids=parents))["nodes"]
    assert {node["id"] for node in reached(edge, nodes)} <= seen


async def test_a_filter_by_anothers_id_finds_nothing(demo_graph: Graph) -> None:
    actor, seen = await visible_ids(demo_graph.engine)
    other = next(each for each in await ids_of(demo_graph.engine, "Company") if each not in seen)
    document = "query Q($id: ID!) { journeyEvents(filter: {companyId: $id}) { totalCount nodes { id } } }"
    assert (await demo_graph.data(document, id=other))["journeyEvents"]["totalCount"] > 0
    assert (await demo_graph.as_(actor).data(document, id=other))["journeyEvents"] == {"totalCount": 0, "nodes": []}


async def test_a_cursor_made_by_another_shows_nothing_more(demo_graph: Graph) -> None:
    actor, seen = await visible_ids(demo_graph.engine)
    page = await demo_graph.data("{ companies(first: 1) { pageInfo { endCursor } } }")
    document = "query Q($after: String) { companies(after: $after) { nodes { id } } }"
    after = page["companies"]["pageInfo"]["endCursor"]
    nodes = (await demo_graph.as_(actor).data(document, after=after))["companies"]["nodes"]
    assert {node["id"] for node in nodes} <= seen


async def test_a_stranger_sees_nothing_but_what_is_shared(demo_graph: Graph) -> None:
    stranger = demo_graph.as_(Actor(10**6))
    for edge in ROOTS:
        page = (await stranger.data(f"{{ {edge.field} {{ totalCount }} }}"))[edge.field]
        assert page["totalCount"] == 0 or edge.field == "knowledgeBases"


@pytest.mark.parametrize("edge", EDGES, ids=str)
async def test_every_edge_asks_for_the_viewer(demo_graph: Graph, edge: Edge) -> None:
    """The statement itself holds the condition: that no row leaked might be luck."""
    actor, _ = await visible_ids(demo_graph.engine)
    limited = demo_graph.as_(actor)
    await limited.data(nodes_query(edge), ids=await ids_of(demo_graph.engine, edge.kind))
    shared = KINDS[edge.target].table.name == "platform_knowledge_bases"
    assert shared or all("company_members" in statement for statement in limited.statements)
