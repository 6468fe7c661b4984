"""The walk that the graph is for: Company → Products → Events → Chains → Sessions."""

from tests.support import Graph

PATH = """
query Path($companies: Int!) {
  companies(first: $companies) { nodes { name
    products(first: 5) { nodes { name
      events(first: 10) { nodes { __typename eventType
        chains(first: 3) { nodes { name status steps { stepNum status }
          sessions(first: 3) { nodes { agentType status } } } } } } } } } }
}
"""
DEPTH = 5


def _level(nodes: list[dict], *edges: str) -> list[dict]:
    for edge in edges:
        nodes = [node for parent in nodes for node in parent[edge]["nodes"]]
    return nodes


async def test_depth_5_reaches_rows_at_every_level(demo_graph: Graph) -> None:
    data = await demo_graph.data(PATH, companies=40)
    companies = data["companies"]["nodes"]
    assert len(companies) == 40
    assert _level(companies, "products", "events", "chains", "sessions")


async def test_depth_5_takes_one_statement_per_level(demo_graph: Graph) -> None:
    for companies in (5, 40):
        await demo_graph.data(PATH, companies=companies)
        assert len(demo_graph.statements) == DEPTH, demo_graph.statements
