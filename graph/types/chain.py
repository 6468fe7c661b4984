"""Workflow chains and their steps."""

from datetime import datetime
from typing import Any

import strawberry
from strawberry.scalars import JSON

from db import tables as t
from db.base import table_of
from db.queries.lists import Through
from domain import documents
from domain.enums import ChainStatus, ChainType
from graph.fields import column, derived, to_one
from graph.kinds import entity
from graph.relay import Node
from graph.types import refs
from graph.types.documents import WorkflowStep
from graph.types.lists import many


@entity(t.WorkflowChain, "Steps that belong together and hand their results on.")
class WorkflowChain(Node):
    chain_id: str = column("Public id (a UUID), as other systems and documents name it.")
    name: str = column("What it is called.")
    chain_type: ChainType = column("What it is for.")
    status: ChainStatus | None = column("Where it stands.")
    current_step: int | None = column("Number of the first step that is not done; 0 before the start.")
    total_steps: int = column("How many steps it has.")
    chain_context: JSON | None = column("What the steps have produced so far. An open document, keyed by template.")
    started_at: datetime | None = column("When it was started.")
    completed_at: datetime | None = column("When it was completed.")
    estimated_completion: datetime | None = column("When it is expected to be completed.")
    created_at: datetime | None = column("When it was made.")
    updated_at: datetime | None = column("When it last changed.")
    version: int = column("Counts writes; pass it as `expectedVersion` to write only what you have read.")

    @derived("steps_config", description="Its steps in order. Bounded: one document per chain holds them all.")
    def steps(self, record: strawberry.Parent[Any]) -> list[WorkflowStep]:
        return documents.read_list(documents.Step, record.steps_config)  # type: ignore[return-value]

    user = to_one(refs.User, t.User, "user_id", "Who made it.")
    company = to_one(refs.Company, t.Company, "company_id", "The company it is for.")
    product = to_one(refs.Product, t.Product, "product_id", "The product it is about, if one.")
    sessions = many(
        t.AgentSession,
        "The agent sessions that worked on its steps.",
        through=Through(table_of(t.ChainSession), "chain_id", "session_id"),
    )
    events = many(
        t.JourneyEvent,
        "The events that started it or speak of it.",
        through=Through(table_of(t.EventChain), "chain_id", "event_id"),
    )
    contents = many(t.GeneratedContent, "Content its steps generated.", by="workflow_chain_id", key="chain_id")
    snapshots = many(t.ContextSnapshot, "Snapshots taken for it.", by="workflow_chain_id", key="chain_id")
    remediates = many(
        t.ComplianceReport, "Compliance reports it remediates.", by="remediation_chain_id", key="chain_id"
    )
