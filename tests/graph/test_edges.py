"""Every edge: one statement for all parents, and rows to show in the demo data."""

import pytest

from tests.graph.shape import EDGES, ROOTS, Edge, ids_of, nodes_query, reached
from tests.support import Graph

# Edges that no demo row has: the demo user works by hand on nothing.
WITHOUT_ROWS: set[str] = set()


@pytest.mark.parametrize("edge", EDGES, ids=str)
async def test_an_edge_takes_one_statement_for_all_parents(demo_graph: Graph, edge: Edge) -> None:
    parents = await ids_of(demo_graph.engine, edge.kind)
    nodes = (await demo_graph.data(nodes_query(edge), ids=parents))["nodes"]
    assert len(demo_graph.statements) <= 2, demo_graph.statements
    if str(edge) not in WITHOUT_ROWS:
        assert reached(edge, nodes), "the demo data shows nothing here"
    one = next((node["id"] for node in nodes if node[edge.field]), parents[0])
    await demo_graph.data(nodes_query(edge), ids=[one])
    assert len(demo_graph.statements) <= 2, demo_graph.statements


@pytest.mark.parametrize("edge", ROOTS, ids=str)
async def test_a_list_and_its_count_take_a_statement_each(demo_graph: Graph, edge: Edge) -> None:
    listed = await demo_graph.data(f"{{ {edge.field}(first: 5) {{ nodes {{ id }} pageInfo {{ hasNextPage }} }} }}")
    assert listed[edge.field]["nodes"]
    assert len(demo_graph.statements) == 1
    counted = await demo_graph.data(f"{{ {edge.field}(first: 1) {{ totalCount nodes {{ id }} }} }}")
    assert counted[edge.field]["totalCount"] > 0
    assert len(demo_graph.statements) == 2


SIBLINGS = """
query Siblings($first: Int!) { companies(first: $first) { nodes {
  owner { name } products { nodes { name company { name } } } events(first: 3) { nodes { id user { name } } }
  latest: events(first: 1) { nodes { id } } chains { nodes { user { name } } } sessions { totalCount }
} } }
"""


async def test_the_shape_alone_decides_how_many_statements_there_are(demo_graph: Graph) -> None:
    counts = []
    for first in (4, 40):
        await demo_graph.data(SIBLINGS, first=first)
        counts.append(len(demo_graph.statements))
    # Of a list of which only the count is asked for, no page is read.
    assert counts == [10, 10]


async def test_only_the_needed_columns_are_read(demo_graph: Graph) -> None:
    await demo_graph.data("{ companies(first: 1) { nodes { name } } }")
    [statement] = demo_graph.statements
    assert "name" in statement
    assert "blockers" not in statement
    assert "gtm_goals" not in statement


async def test_fragments_and_aliases_need_their_columns_too(demo_graph: Graph) -> None:
    document = """
    query Q { companies(first: 2) { edges { node { ...A ... on Node { ... on Company { web: website } } } } } }
    fragment A on Company { ...B industry } fragment B on Company { country blockers { id } }
    """
    data = await demo_graph.data(document)
    assert set(data["companies"]["edges"][0]["node"]) == {"web", "industry", "country", "blockers"}
