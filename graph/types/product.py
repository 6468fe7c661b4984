"""Products on their way to market."""

from datetime import date, datetime
from typing import Annotated, Any

import strawberry

from db import tables as t
from domain import approach, tasks
from domain.enums import LaunchStatus
from domain.launch_gates import is_past
from graph import journey
from graph.fields import Info, column, derived, text, to_one
from graph.kinds import entity
from graph.relay import Node
from graph.types import refs
from graph.types.documents import PrerequisiteTask
from graph.types.gates import Gate
from graph.types.lists import many
from graph.types.transitions import ProductTransition


@strawberry.type(description="A compliance check that a launch asks for as it comes nearer.")
class ComplianceDue:
    threshold_days: int = strawberry.field(
        description="Days before the target date at which it became due: one of `policy { launch { approachDays } }`."
    )
    target_date: date = strawberry.field(description="The day of the launch.")
    days_left: int = strawberry.field(description="Days until then.")


@entity(t.Product, "Something a company sells, or is going to sell, in AWS Marketplace.")
class Product(Node):
    name = text("name", "What it is called.")
    description: str | None = column("A few sentences about it.")
    marketplace_type: str | None = column("How it is delivered: saas, ami, container, server, professional_services, …")
    created_at: datetime | None = column("When it was entered.")
    updated_at: datetime | None = column("When it last changed.")
    launch_status: LaunchStatus | None = column("Where it stands between idea and sunset.")
    launch_readiness_score: int | None = column("0 to 100, from its latest readiness score.")
    last_compliance_check_at: datetime | None = column("When it was last checked for compliance.")
    blocking_issues_count: int | None = column("Open critical and high findings and blockers.")
    aws_product_code: str | None = column("Its product code in AWS Marketplace.")
    listing_live_date: date | None = column("The day its listing went live.")
    target_launch_date: date | None = column("The day it is to be launched.")
    version: int = column("Counts writes; pass it as `expectedVersion` to write only what you have read.")

    @derived(
        "prerequisite_tasks",
        description="What is to be done before it may launch. Bounded: one document per product holds them all.",
    )
    def prerequisite_tasks(self, record: strawberry.Parent[Any]) -> list[PrerequisiteTask]:
        return tasks.placed(record.prerequisite_tasks)  # type: ignore[return-value]

    @derived(
        "id",
        description="What a move to a status waits for: every gate, with what was found and the call that would open "
        "it. None where there is no such move. Bounded by the gates there are.",
    )
    async def gates(
        self,
        record: strawberry.Parent[Any],
        info: Info,
        to: Annotated[LaunchStatus, strawberry.argument(description="The status.")],
    ) -> list[Gate]:
        return await journey.product_gates(info, record.id, to)

    @derived("id", description="Every status that it may be moved to, and whether the caller may now. At most eight.")
    async def allowed_transitions(self, record: strawberry.Parent[Any], info: Info) -> list[ProductTransition]:
        return await journey.product_transitions(info, record.id)

    @derived("target_launch_date", "launch_status", description="Whether its day has passed and it is not live.")
    def is_overdue(self, record: strawberry.Parent[Any], info: Info) -> bool:
        return is_past(record.target_launch_date, record.launch_status, info.context.writer.clock().date())

    @derived(
        "id",
        "target_launch_date",
        "launch_status",
        "last_compliance_check_at",
        description="That a compliance check is due, as its launch comes nearer; null where none is. "
        "`companyRequestChecks` records it.",
    )
    def compliance_due(self, record: strawberry.Parent[Any], info: Info) -> ComplianceDue | None:
        writer = info.context.writer
        return approach.due(  # type: ignore[return-value]
            record.id, record.launch_status, record.target_launch_date, record.last_compliance_check_at,
            writer.policy.launch, writer.clock().date(),
        )  # fmt: skip

    company = to_one(refs.Company, t.Company, "company_id", "The company that sells it.")
    events = many(t.JourneyEvent, "Everything that happened around it.", by="product_id")
    chains = many(t.WorkflowChain, "Workflow chains about it.", by="product_id")
    sessions = many(t.AgentSession, "Agent sessions about it.", by="product_id")
    snapshots = many(t.ContextSnapshot, "What was known about it at points in time.", by="product_id")
    contents = many(t.GeneratedContent, "Content generated for it.", by="product_id")
    compliance_reports = many(t.ComplianceReport, "Its compliance reports.", by="product_id")
    entitlements = many(t.MarketplaceEntitlement, "What customers bought of it.", by="product_id")
    readiness_scores = many(t.LaunchReadinessScore, "How ready it was to launch, over time.", by="product_id")
