"""Another tenant's rows are not there: by id, in lists, through every edge, filter, count and cursor."""

import pytest

from domain.actors import Actor
from graph import ids
from graph.kinds import KINDS
from tests.graph.shape import EDGES, ROOTS, Edge, ids_of, nodes_query, reached
from tests.graph.visible import visible_ids
from tests.support import Graph


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
