"""The hops of the path lead to the right rows, in both directions: compared with SQL written by hand."""

import pytest
from sqlalchemy import text

from graph import ids
from tests.graph.shape import ids_of
from tests.support import Graph

# Edge -> the SQL that gives (parent key, child key).
HOPS = {
    "Company.products": "SELECT company_id, id FROM products",
    "Company.events": "SELECT company_id, id FROM partner_journey_events",
    "Company.chains": "SELECT company_id, id FROM workflow_chains",
    "Company.sessions": "SELECT company_id, id FROM agent_sessions",
    "Company.snapshots": "SELECT company_id, id FROM context_snapshots",
    "Product.events": "SELECT product_id, id FROM partner_journey_events",
    "Product.chains": "SELECT product_id, id FROM workflow_chains",
    "Product.sessions": "SELECT product_id, id FROM agent_sessions",
    "Product.company": "SELECT id, company_id FROM products",
    "JourneyEvent.company": "SELECT id, company_id FROM partner_journey_events",
    "JourneyEvent.product": "SELECT id, product_id FROM partner_journey_events",
    "JourneyEvent.chains": "SELECT event_id, chain_id FROM journey_event_chains",
    "WorkflowChain.events": "SELECT chain_id, event_id FROM journey_event_chains",
    "WorkflowChain.sessions": "SELECT DISTINCT chain_id, session_id FROM workflow_chain_sessions",
    "WorkflowChain.company": "SELECT id, company_id FROM workflow_chains",
    "WorkflowChain.product": "SELECT id, product_id FROM workflow_chains",
    "AgentSession.company": "SELECT id, company_id FROM agent_sessions",
    "AgentSession.product": "SELECT id, product_id FROM agent_sessions",
    "AgentSession.chains": "SELECT DISTINCT session_id, chain_id FROM workflow_chain_sessions",
    "AgentSession.snapshots": (
        "SELECT s.id, c.id FROM agent_sessions s JOIN context_snapshots c ON c.agent_session_id = s.session_id"
    ),
    "ContextSnapshot.session": (
        "SELECT c.id, s.id FROM agent_sessions s JOIN context_snapshots c ON c.agent_session_id = s.session_id"
    ),
}


@pytest.mark.parametrize("hop", HOPS)
async def test_a_hop_leads_to_the_rows_that_sql_finds(demo_graph: Graph, hop: str) -> None:
    kind, field = hop.split(".")
    paged = field.endswith("s")
    asked = await ids_of(demo_graph.engine, kind)
    inner = "{ totalCount nodes { id } }" if paged else "{ id }"
    # A company may have more than a page.
    edges = f"edge: {field}(first: 100) {inner} rest: {field}(last: 100) {inner}" if paged else f"edge: {field} {inner}"
    document = f"query Q($ids: [ID!]!) {{ nodes(ids: $ids) {{ id ... on {kind} {{ {edges} }} }} }}"
    nodes = (await demo_graph.data(document, ids=asked))["nodes"]
    found = {
        (node["id"], child["id"])
        for node in nodes
        for edge in (node["edge"], node.get("rest"))
        if edge
        for child in edge.get("nodes", [edge])
    }
    expected = await _pairs(demo_graph, HOPS[hop], {ids.decode(each)[1] for each in asked})
    assert {(ids.decode(parent)[1], ids.decode(child)[1]) for parent, child in found} == expected
    if paged:
        assert sum(node["edge"]["totalCount"] for node in nodes) == len(expected)


async def _pairs(graph: Graph, sql: str, parents: set[int]) -> set[tuple[int, int]]:
    async with graph.engine.connect() as connection:
        rows = (await connection.execute(text(sql))).all()
    return {(parent, child) for parent, child in rows if parent in parents and child is not None}
