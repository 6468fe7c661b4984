"""Agent sessions and handoffs between them."""

from datetime import datetime

from strawberry.scalars import JSON

from db import tables as t
from db.base import table_of
from db.queries.lists import Through
from domain.enums import AgentType, HandoffStatus, JourneyStage, SessionStatus
from domain.stages import stage_or_none
from graph.fields import column, computed, to_one
from graph.kinds import entity
from graph.relay import Node
from graph.types import refs
from graph.types.lists import many


@entity(t.AgentSession, "One stretch of work of an AI agent.")
class AgentSession(Node):
    session_id: str = column("Public id (a UUID), as other systems and documents name it.")
    agent_type: AgentType = column("The agent's trade.")
    status: SessionStatus | None = column("Where it stands.")
    messages_count: int | None = column("Messages exchanged.")
    tokens_used: int | None = column("Tokens used.")
    user_satisfaction: int | None = column("1 to 5, given by the user.")
    successful_outcome: bool | None = column("Whether it reached its goal; null while open or handed off.")
    outcome_type: str | None = column("What was achieved.")
    session_context: JSON | None = column("What it has gathered. An open document: its keys are the agent's.")
    handoff_to_agent: str | None = column("The agent type it was handed off to, if it was.")
    started_at: datetime | None = column("When it began.")
    ended_at: datetime | None = column("When it ended.")
    version: int = column("Counts writes; pass it as `expectedVersion` to write only what you have read.")

    journey_stage = computed("journey_stage", JourneyStage | None, stage_or_none, "The company's stage when it began.")

    user = to_one(refs.User, t.User, "user_id", "The person it works for.")
    company = to_one(refs.Company, t.Company, "company_id", "The company it is about.")
    product = to_one(refs.Product, t.Product, "product_id", "The product it is about, if one.")
    chains = many(
        t.WorkflowChain,
        "The chains it worked on.",
        through=Through(table_of(t.ChainSession), "session_id", "chain_id"),
    )
    snapshots = many(t.ContextSnapshot, "Snapshots taken in it.", by="agent_session_id", key="session_id")
    handoffs_out = many(t.SessionHandoff, "Handoffs it offered.", by="from_session_id")
    handoffs_in = many(t.SessionHandoff, "The handoff it began with.", by="to_session_id")


@entity(t.SessionHandoff, "That a session hands its work and context to another agent.")
class SessionHandoff(Node):
    to_agent_type: AgentType = column("Whom it is for.")
    status: HandoffStatus = column("Where it stands.")
    reason: str = column("Why.")
    policy: JSON = column(
        "Which context is handed over: `{mode: FULL | SUMMARY | KEYS | NONE, keys}`. An open document."
    )
    redactions: list[str] | None = column("Keys that were left out on purpose. Bounded: one document per handoff.")
    open_questions: list[str] | None = column("What the next agent has to find out. Bounded: one document per handoff.")
    hop: int = column("Handoffs since the first session of the line, this one included.")
    created_at: datetime | None = column("When it was offered.")
    expires_at: datetime | None = column("When the offer lapses.")
    decided_at: datetime | None = column("When it was taken over, turned down or withdrawn.")

    from_session = to_one(refs.AgentSession, t.AgentSession, "from_session_id", "The session that hands over.")
    to_session = to_one(refs.AgentSession, t.AgentSession, "to_session_id", "The session that took over.")
    snapshot = to_one(refs.ContextSnapshot, t.ContextSnapshot, "snapshot_id", "The context that was handed over.")
    created_by = to_one(refs.User, t.User, "created_by", "Who handed over.")
    decided_by = to_one(refs.User, t.User, "decided_by", "Who took over, turned down or withdrew it.")
