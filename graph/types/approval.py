"""What agents ask managers to approve."""

from datetime import datetime
from typing import Any

import strawberry
from strawberry.scalars import JSON

from db import tables as t
from domain import approvals as rules
from domain.enums import AgentType, ApprovalDecision, ApprovalStatus
from graph.fields import Info, column, derived, to_one
from graph.kinds import entity
from graph.relay import Node
from graph.types import refs


@entity(
    t.Approval,
    "That an agent asks to do something of high impact, and what a manager says to it. It holds for one call with "
    "exactly this request, by this agent for this user.",
)
class Approval(Node):
    public_id: str = column("Public id (a UUID), as the outbox names it.")
    agent_id: str = column("The agent that asks.")
    agent_type: AgentType | None = column("The agent's trade.")
    operation: str = column("The mutation it wants to call.")
    summary: str = column("What would be done, in one line.")
    request: JSON = column("What the agent has sent, as the operation reads it. An open document: each has its own.")
    request_hash: str = column("SHA-256 of operation and request: what is approved is this, and nothing else.")
    decision: ApprovalDecision = column("What a manager has decided, however long ago.")
    created_at: datetime | None = column("When it was asked for.")
    expires_at: datetime | None = column("When it ends, decided or not, unless it was used.")
    decided_at: datetime | None = column("When a manager decided.")
    note: str | None = column("What the manager said with it: why not, if rejected.")
    used_at: datetime | None = column("When the agent did it.")
    version: int = column("Counts writes; pass it as `expectedVersion` to write only what you have read.")

    @derived("decision", "used_at", "expires_at", description="Where it stands now.")
    def status(self, record: strawberry.Parent[Any], info: Info) -> ApprovalStatus:
        return rules.status(record.decision, record.used_at, record.expires_at, info.context.writer.clock())

    company = to_one(refs.Company, t.Company, "company_id", "The company it is about.")
    user = to_one(refs.User, t.User, "user_id", "The person whom the agent acts for.")
    decided_by = to_one(refs.User, t.User, "decided_by", "The manager who decided.")
