"""The ways into the graph."""

import asyncio
from typing import Annotated, Any

import strawberry
from strawberry.utils.str_converters import to_camel_case

from db import tables as t
from db.base import Base
from domain.enums import GlobalRole
from graph import ids
from graph.errors import InvalidInput
from graph.fields import Info, load_one
from graph.kinds import KINDS
from graph.relay import MOST, Node
from graph.types import refs
from graph.types.lists import many


def argument(description: str) -> Any:
    return strawberry.argument(description=description)


@strawberry.type(description="Who is calling, and as what.")
class Viewer:
    roles: list[GlobalRole] = strawberry.field(description="Roles across the programme. At most one of each.")
    agent_id: str | None = strawberry.field(description="The agent that calls, if one does on the user's behalf.")
    demo: bool = strawberry.field(description="Whether this is demo mode: no token needed, loopback only.")
    user_id: strawberry.Private[int]

    @strawberry.field(description="The user, if the database knows them.")
    async def user(self, info: Info) -> refs.User | None:
        return await load_one(info, t.User, self.user_id)  # type: ignore[no-any-return]


NodeId = Annotated[strawberry.ID, argument("The node's `id`.")]
OptionalId = Annotated[strawberry.ID | None, argument("Its `id`.")]


@strawberry.type(description="Everything that can be read.")
class Query:
    @strawberry.field(description="Who is calling.")
    def viewer(self, info: Info) -> Viewer:
        actor = info.context.actor
        return Viewer(roles=sorted(actor.roles), agent_id=actor.agent_id, demo=info.context.demo, user_id=actor.user_id)

    @strawberry.field(description="The node with this id; null where there is none that the viewer may see.")
    async def node(self, info: Info, id: NodeId) -> Node | None:
        return await _node(info, id, "id")

    @strawberry.field(description="The nodes with these ids, in order; null for each that is not there. At most 100.")
    async def nodes(
        self, info: Info, ids: Annotated[list[strawberry.ID], argument("At most 100 ids.")]
    ) -> list[Node | None]:
        if len(ids) > MOST:
            raise InvalidInput("TOO_MANY_IDS", f"`ids` takes at most {MOST} ids; there are {len(ids)}.", "ids")
        return list(await asyncio.gather(*(_node(info, each, "ids") for each in ids)))

    @strawberry.field(description="One company, by its id or by its AWS partner id.")
    async def company(
        self,
        info: Info,
        id: OptionalId = None,
        aws_partner_id: Annotated[str | None, argument("Its id in AWS Partner Central.")] = None,
    ) -> refs.Company | None:
        return await _one_of(info, t.Company, "Company", id, "aws_partner_id", aws_partner_id)  # type: ignore[no-any-return]

    @strawberry.field(description="One product.")
    async def product(self, info: Info, id: NodeId) -> refs.Product | None:
        return await load_one(info, t.Product, ids.decode_as("Product", id))  # type: ignore[no-any-return]

    @strawberry.field(description="One journey event.")
    async def journey_event(self, info: Info, id: NodeId) -> refs.JourneyEvent | None:
        return await load_one(info, t.JourneyEvent, ids.decode_as("JourneyEvent", id))  # type: ignore[no-any-return]

    @strawberry.field(description="One workflow chain, by its id or by its public id.")
    async def workflow_chain(
        self,
        info: Info,
        id: OptionalId = None,
        chain_id: Annotated[str | None, argument("Its `chainId`.")] = None,
    ) -> refs.WorkflowChain | None:
        return await _one_of(info, t.WorkflowChain, "WorkflowChain", id, "chain_id", chain_id)  # type: ignore[no-any-return]

    @strawberry.field(description="One agent session, by its id or by its public id.")
    async def agent_session(
        self,
        info: Info,
        id: OptionalId = None,
        session_id: Annotated[str | None, argument("Its `sessionId`.")] = None,
    ) -> refs.AgentSession | None:
        return await _one_of(info, t.AgentSession, "AgentSession", id, "session_id", session_id)  # type: ignore[no-any-return]

    @strawberry.field(description="One context snapshot, by its id or by its public id.")
    async def context_snapshot(
        self,
        info: Info,
        id: OptionalId = None,
        snapshot_id: Annotated[str | None, argument("Its `snapshotId`.")] = None,
    ) -> refs.ContextSnapshot | None:
        return await _one_of(info, t.ContextSnapshot, "ContextSnapshot", id, "snapshot_id", snapshot_id)  # type: ignore[no-any-return]

    users = many(t.User, "People: the viewer, and those who share a company with them.")
    companies = many(t.Company, "The companies that the viewer may see.")
    products = many(t.Product, "Products of all companies that the viewer may see.")
    journey_events = many(t.JourneyEvent, "Journey events of all companies that the viewer may see.")
    workflow_chains = many(t.WorkflowChain, "Workflow chains of all companies that the viewer may see.")
    agent_sessions = many(t.AgentSession, "Agent sessions about all companies that the viewer may see.")
    context_snapshots = many(t.ContextSnapshot, "Context snapshots of all companies that the viewer may see.")
    contents = many(t.GeneratedContent, "Content generated for all companies that the viewer may see.")
    partner_leads = many(t.DemoRequest, "Leads: all for programme staff, else those of one's companies.")
    compliance_reports = many(t.ComplianceReport, "Compliance reports of all companies that the viewer may see.")
    entitlements = many(t.MarketplaceEntitlement, "Entitlements sold by all companies that the viewer may see.")
    knowledge_bases = many(t.KnowledgeBase, "The knowledge bases, shared by all.")
    predictions = many(t.PerformancePrediction, "Predictions for all companies that the viewer may see.")


async def _node(info: Info, text: str, argument_: str) -> Any:
    name, key = ids.decode(text, argument=argument_)
    kind = KINDS.get(name)
    if kind is None:
        raise ids.malformed(argument_)
    return await load_one(info, kind.row, key)


async def _one_of(info: Info, row: type[Base], kind: str, id_: str | None, column: str, value: str | None) -> Any:
    if (id_ is None) == (value is None):
        raise InvalidInput("INVALID_ARGUMENT", f"Pass either `id` or `{to_camel_case(column)}`.", "id")
    if id_ is not None:
        return await load_one(info, row, ids.decode_as(kind, id_))
    return await load_one(info, row, value, key=column)
