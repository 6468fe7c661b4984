"""The schema's node types and edges, read off the schema itself, so that no test forgets a new one."""

from dataclasses import dataclass

from graphql import GraphQLInterfaceType, GraphQLNamedType, GraphQLObjectType, get_named_type
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from graph import ids
from graph.kinds import KINDS
from graph.schema import schema

core = schema._schema


@dataclass(frozen=True)
class Edge:
    """A field of a node type that leads to other nodes; `paged` when through a connection."""

    kind: str
    field: str
    target: str
    paged: bool

    @property
    def selection(self) -> str:
        inner = "nodes { __typename id }" if self.paged else "__typename id"
        return f"{self.field} {{ {inner} }}"

    def __str__(self) -> str:
        return f"{self.kind}.{self.field}"


def _is_node(found: GraphQLNamedType) -> bool:
    is_composite = isinstance(found, (GraphQLObjectType, GraphQLInterfaceType))
    return is_composite and any(i.name == "Node" for i in found.interfaces)


def _node_of(found: GraphQLNamedType) -> GraphQLNamedType | None:
    return get_named_type(found.fields["nodes"].type) if found.name.endswith("Connection") else None


def edges_of(type_name: str) -> list[Edge]:
    found = []
    for name, field in core.type_map[type_name].fields.items():
        target = get_named_type(field.type)
        listed = _node_of(target)
        if listed is not None:
            found.append(Edge(type_name, name, listed.name, paged=True))
        elif _is_node(target):
            found.append(Edge(type_name, name, target.name, paged=False))
    return found


EDGES = [edge for kind in KINDS for edge in edges_of(kind)]
ROOTS = [edge for edge in edges_of("Query") if edge.paged]


async def ids_of(engine: AsyncEngine, kind: str, limit: int = 100) -> list[str]:
    """Ids of the first rows of a kind."""
    table = KINDS[kind].table
    async with engine.connect() as connection:
        keys = await connection.scalars(select(table.c.id).order_by(table.c.id).limit(limit))
        return [ids.encode(kind, key) for key in keys]


def nodes_query(edge: Edge) -> str:
    return f"query Q($ids: [ID!]!) {{ nodes(ids: $ids) {{ id ... on {edge.kind} {{ {edge.selection} }} }} }}"


def reached(edge: Edge, nodes: list[dict]) -> list[dict]:
    """The nodes at the other end."""
    ends = [node[edge.field] for node in nodes if node is not None and node[edge.field] is not None]
    return [node for end in ends for node in end["nodes"]] if edge.paged else ends
