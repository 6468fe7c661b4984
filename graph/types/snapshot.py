"""Context snapshots."""

from datetime import datetime

from strawberry.scalars import JSON

from db import tables as t
from domain.enums import SnapshotType
from graph.fields import column, to_one
from graph.kinds import entity
from graph.relay import Node
from graph.types import refs


@entity(t.ContextSnapshot, "What was known at a point in time. Never changed.")
class ContextSnapshot(Node):
    snapshot_id: str = column("Public id (a UUID), as other systems and documents name it.")
    snapshot_type: SnapshotType = column("Why it was taken.")
    context_data: JSON = column("The context. An open document.")
    trigger_event: str | None = column("What caused it to be taken.")
    workflow_chain_id: str | None = column("Public id of the chain it was taken for.")
    agent_session_id: str | None = column("Public id of the session it was taken in.")
    expires_at: datetime | None = column("When it may be removed; null for never.")
    created_at: datetime | None = column("When it was taken.")

    user = to_one(refs.User, t.User, "user_id", "Whose work it was taken in.")
    company = to_one(refs.Company, t.Company, "company_id", "The company it is about.")
    product = to_one(refs.Product, t.Product, "product_id", "The product it is about, if one.")
    chain = to_one(
        refs.WorkflowChain, t.WorkflowChain, "workflow_chain_id", "The chain it was taken for.", key="chain_id"
    )
    session = to_one(
        refs.AgentSession, t.AgentSession, "agent_session_id", "The session it was taken in.", key="session_id"
    )
