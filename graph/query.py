"""The ways into the graph."""

from datetime import datetime
from typing import Annotated, Any

import strawberry
from strawberry.utils.str_converters import to_camel_case

from db import tables as t
from domain.enums import GlobalRole
from graph import ids
from graph.edges import Found
from graph.errors import InvalidInput
from graph.fields import Info, load_one, lookup
from graph.kinds import KINDS
from graph.relay import MOST, Node
from graph.types import refs
from graph.types.event_log import EventLogQuery
from graph.types.lists import many
from graph.types.policy import Policy
from graph.types.prerequisites import PrerequisiteQueries


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


@strawberry.type(
    description="What the call costs, and what is left. The same stands in each answer's `extensions.cost`."
)
class RateLimit:
    cost: int = strawberry.field(description="Points of this call: about one for each object that it may read.")
    limit: int | None = strawberry.field(description="Points of a window; null where nothing is limited.")
    remaining: int | None = strawberry.field(description="Points that are left of it.")
    reset_at: datetime | None = strawberry.field(description="When the next window begins, with all points.")


NodeId = Annotated[strawberry.ID, argument("The node's `id`.")]
OptionalId = Annotated[strawberry.ID | None, argument("Its `id`.")]


@strawberry.type(description="Everything that can be read.")
class Query(PrerequisiteQueries, EventLogQuery):
    @strawberry.field(description="Who is calling.")
    def viewer(self, info: Info) -> Viewer:
        actor = info.context.actor
        return Viewer(roles=sorted(actor.roles), agent_id=actor.agent_id, demo=info.context.demo, user_id=actor.user_id)

    @strawberry.field(description="What this call costs, and what is left.")
    def rate_limit(self, info: Info) -> RateLimit:
        charge = info.context.charge
        return RateLimit(cost=charge.cost, limit=charge.limit, remaining=charge.remaining, reset_at=charge.resets)

    @strawberry.field(description="What the rules go by: one document of all thresholds and weights, with its version.")
    def policy(self, info: Info) -> Policy:
        return info.context.writer.policy  # type: ignore[return-value]

    @lookup("The node with this id; null where there is none that the viewer may see.")
    @staticmethod
    def node(id: NodeId) -> Node | None:
        return _node(id, "id")

    @lookup("The nodes with these ids, in order; null for each that is not there. At most 100.")
    @staticmethod
    def nodes(ids: Annotated[list[strawberry.ID], argument("At most 100 ids.")]) -> list[Node | None]:
        if len(ids) > MOST:
            raise InvalidInput("TOO_MANY_IDS", f"`ids` takes at most {MOST} ids; there are {len(ids)}.", "ids")
        return [_node(each, "ids") for each in ids]

    @lookup("One company, by its id or by its AWS partner id.")
    @staticmethod
    def company(
        id: OptionalId = None,
        aws_partner_id: Annotated[str | None, argument("Its id in AWS Partner Central.")] = None,
    ) -> refs.Company | None:
        return _one_of("Company", id, "aws_partner_id", aws_partner_id)

    @lookup("One product.")
    @staticmethod
    def product(id: NodeId) -> refs.Product | None:
        return _by_id("Product", id)

    @lookup("One journey event.")
    @staticmethod
    def journey_event(id: NodeId) -> refs.JourneyEvent | None:
        return _by_id("JourneyEvent", id)

    @lookup("One workflow chain, by its id or by its public id.")
    @staticmethod
    def workflow_chain(
        id: OptionalId = None,
        chain_id: Annotated[str | None, argument("Its `chainId`.")] = None,
    ) -> refs.WorkflowChain | None:
        return _one_of("WorkflowChain", id, "chain_id", chain_id)

    @lookup("One agent session, by its id or by its public id.")
    @staticmethod
    def agent_session(
        id: OptionalId = None,
        session_id: Annotated[str | None, argument("Its `sessionId`.")] = None,
    ) -> refs.AgentSession | None:
        return _one_of("AgentSession", id, "session_id", session_id)

    @lookup("One context snapshot, by its id or by its public id.")
    @staticmethod
    def context_snapshot(
        id: OptionalId = None,
        snapshot_id: Annotated[str | None, argument("Its `snapshotId`.")] = None,
    ) -> refs.ContextSnapshot | None:
        return _one_of("ContextSnapshot", id, "snapshot_id", snapshot_id)

    @lookup("One approval, by its id or by its public id.")
    @staticmethod
    def approval(
        id: OptionalId = None,
        public_id: Annotated[str | None, argument("Its `publicId`.")] = None,
    ) -> refs.Approval | None:
        return _one_of("Approval", id, "public_id", public_id)

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
    approvals = many(t.Approval, "What agents asked to be allowed to do, of all companies that the viewer may see.")


def _node(text: str, argument_: str) -> Any:
    name, key = ids.decode(text, argument=argument_)
    kind = KINDS.get(name)
    if kind is None:
        raise ids.malformed(argument_)
    return Found(kind, "id", key)


def _by_id(kind: str, id_: str) -> Any:
    return Found(KINDS[kind], "id", ids.decode_as(kind, id_))


def _one_of(kind: str, id_: str | None, column: str, value: str | None) -> Any:
    if (id_ is None) == (value is None):
        raise InvalidInput("INVALID_ARGUMENT", f"Pass either `id` or `{to_camel_case(column)}`.", "id")
    return Found(KINDS[kind], column, value) if id_ is None else _by_id(kind, id_)
