"""What an actor may see of a database, as the graph tells it: ids, public ids and cursors for operations to name."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from db.demo import people
from domain.actors import Actor
from domain.enums import EventType
from graph.kinds import KINDS
from tests.graph.shape import EDGES, ROOTS, Edge, core, ids_of
from tests.support import ADMIN, Graph

FEW = 8
ADMINISTRATOR = Actor(people.DANA, roles=ADMIN)
MEMBER = Actor(people.SELLER_IDS[0])
LIMITED = Actor(people.LEE)
ACTORS = (ADMINISTRATOR, MEMBER, LIMITED)
PUBLIC = {
    "awsPartnerId": "companies(first: 20)", "chainId": "workflowChains(first: 3)",
    "sessionId": "agentSessions(first: 3)", "snapshotId": "contextSnapshots(first: 3)",
    "publicId": "approvals(first: 3)",
}  # fmt: skip
# One way to each kind of row; from the query type where there is one.
LISTS = {edge.target: edge for edge in (*reversed(EDGES), *ROOTS) if edge.paged}


@dataclass(frozen=True)
class Known:
    """`ids` by type, of events by their concrete type too, a few out of sight; `cursors` by type and order."""

    ids: dict[str, list[str]] = field(default_factory=dict)
    public: dict[str, list[str]] = field(default_factory=dict)
    cursors: dict[str, dict[str, list[str]]] = field(default_factory=dict)


async def learn(engine: AsyncEngine, actor: Actor) -> Known:
    graph, known = Graph(engine, actor), Known()
    for kind, edge in sorted(LISTS.items(), key=lambda item: item[1].kind != "Query"):
        page = f"page: {edge.field}(first: {FEW}) {{ nodes {{ id }} }}"
        holders = await _holders(graph, edge, page, known)
        known.ids[kind] = [node["id"] for holder in holders for node in holder["page"]["nodes"]][: 2 * FEW]
        known.cursors[kind] = await _cursors(graph, edge, known)
    for kind in KINDS:
        known.ids[kind] += await ids_of(engine, kind, 2)
    for event_type in EventType:
        filtered = f"journeyEvents(first: {FEW}, filter: {{eventType: {event_type.name}}})"
        for node in (await graph.data(f"{{ page: {filtered} {{ nodes {{ __typename id }} }} }}"))["page"]["nodes"]:
            known.ids.setdefault(node["__typename"], []).append(node["id"])
    for name, source in PUBLIC.items():
        nodes = (await graph.data(f"{{ page: {source} {{ nodes {{ {name} }} }} }}"))["page"]["nodes"]
        known.public[name] = [node[name] for node in nodes if node[name]]
    return known


async def _cursors(graph: Graph, edge: Edge, known: Known) -> dict[str, list[str]]:
    orders = core.type_map[edge.kind].fields[edge.field].args["orderBy"].type.values
    pages = " ".join(f"{order}: {edge.field}(first: 3, orderBy: {order}) {{ edges {{ cursor }} }}" for order in orders)
    holders = await _holders(graph, edge, pages, known)
    return {
        order: [each["cursor"] for holder in holders for each in holder[order]["edges"]][:FEW] for order in orders
    }  # fmt: skip


async def _holders(graph: Graph, edge: Edge, selection: str, known: Known) -> list[Any]:
    """What the edge's parents, or the query type, show of the selection."""
    if edge.kind == "Query":
        return [await graph.data(f"{{ {selection} }}")]
    document = f"query Q($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on {edge.kind} {{ {selection} }} }} }}"
    return (await graph.data(document, ids=known.ids[edge.kind]))["nodes"]
