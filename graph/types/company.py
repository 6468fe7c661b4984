"""Companies: the root of the graph."""

from datetime import datetime
from typing import Annotated, Any

import strawberry
from strawberry.scalars import JSON

from db import tables as t
from domain import blockers as blocker_rules
from domain import documents
from domain.blocker_views import critical_path, summary
from domain.enums import BlockerStatus, JourneyStage, MdfStatus, PartnerTier, Severity
from domain.milestones import named
from domain.stages import stage_or_none
from domain.times import instant
from graph import journey
from graph.advice import next_actions_of
from graph.fields import Info, column, derived, text, to_one
from graph.kinds import entity
from graph.relay import Node
from graph.types import refs
from graph.types.blocker import BlockerSummary
from graph.types.documents import Blocker, NextActions
from graph.types.gates import Gate
from graph.types.lists import many
from graph.types.mdf import MdfApplication, applications_of
from graph.types.milestone import Milestone
from graph.types.tier import TierGap, gap_of
from graph.types.transitions import StageTransition


@strawberry.type(description="That a stage was completed.")
class StageMilestone:
    stage: JourneyStage = strawberry.field(description="The stage.")
    completed_at: datetime = strawberry.field(description="When it was completed.")


@entity(t.Company, "A partner, or one that may become one.")
class Company(Node):
    name = text("name", "Trading name.")
    website: str | None = column("Address of its web site.")
    industry: str | None = column("What it does.")
    country: str | None = column("ISO 3166 alpha-2 code.")
    description: str | None = column("A few sentences about it.")
    gtm_goals: JSON | None = column("Go-to-market goals. An open document: its keys are the writer's.")
    created_at: datetime | None = column("When it was entered.")
    updated_at: datetime | None = column("When it last changed.")
    partner_journey_stage: JourneyStage | None = column("Where it stands on its way as a partner.")
    journey_started_at: datetime | None = column("When it left discovery for the first time.")
    partner_tier: PartnerTier | None = column("Its tier in the AWS Partner Network.")
    aws_partner_id: str | None = column("Its id in AWS Partner Central.")
    version: int = column("Counts writes; pass it as `expectedVersion` to write only what you have read.")

    @derived("journey_milestones", description="Completed stages, in the order of stages. At most one per stage.")
    def journey_milestones(self, record: strawberry.Parent[Any]) -> list[StageMilestone]:
        entries = documents.mapping(record.journey_milestones)
        found = [(stage_or_none(stage), instant(at)) for stage, at in entries.items()]
        order = list(JourneyStage)
        done = sorted((order.index(stage), at) for stage, at in found if stage is not None and at is not None)
        return [StageMilestone(stage=order[index], completed_at=at) for index, at in done]

    @derived(
        "blockers",
        description="What stands in its way, worst and oldest first. Bounded: one document per company holds them all.",
    )
    def blockers(
        self,
        record: strawberry.Parent[Any],
        status: Annotated[
            list[BlockerStatus] | None, strawberry.argument(description="In any of these states.")
        ] = None,
        stage: Annotated[list[JourneyStage] | None, strawberry.argument(description="Of any of these stages.")] = None,
        severity: Annotated[
            list[Severity] | None, strawberry.argument(description="Of any of these severities.")
        ] = None,
    ) -> list[Blocker]:
        found = blocker_rules.listed(blocker_rules.read(record.blockers))
        return [
            blocker  # type: ignore[misc]
            for blocker in found
            if (not status or blocker.status in status)
            and (not stage or blocker.stage in stage)
            and (not severity or blocker.severity in severity)
        ]

    @derived(
        "id",
        description="What a move to a stage waits for: every gate of every boundary on the way, with what was found "
        "and the call that would open it. None on the way back. Bounded by the gates there are.",
    )
    async def gates(
        self,
        record: strawberry.Parent[Any],
        info: Info,
        to: Annotated[
            JourneyStage | None, strawberry.argument(description="The stage; the next one when absent.")
        ] = None,
    ) -> list[Gate]:
        return await journey.gates(info, record.id, to)

    @derived("id", description="Every other stage, and whether the caller may move it there now. At most five.")
    async def allowed_transitions(self, record: strawberry.Parent[Any], info: Info) -> list[StageTransition]:
        return await journey.transitions(info, record.id)

    @derived("blockers", description="Its blockers in numbers.")
    def blocker_summary(self, record: strawberry.Parent[Any], info: Info) -> BlockerSummary:
        return summary(blocker_rules.read(record.blockers), info.context.writer.clock())  # type: ignore[return-value]

    @derived(
        "blockers",
        description="The line of open blockers, each waiting for the one before it, that holds up most: first to go "
        "first. Bounded: one document per company holds them all.",
    )
    def critical_path(self, record: strawberry.Parent[Any]) -> list[Blocker]:
        return critical_path(blocker_rules.read(record.blockers))  # type: ignore[return-value]

    @derived(
        "id",
        description="Named milestones, its products' included, in the order in which they were reached. Bounded: one "
        "for each code and product.",
    )
    async def milestones(
        self,
        record: strawberry.Parent[Any],
        info: Info,
        revoked: Annotated[
            bool, strawberry.argument(description="Whether those that do not hold any more are listed too.")
        ] = False,
    ) -> list[Milestone]:
        told = await info.context.loaders.milestones().load(record.id)
        return [each for each in named(told) if revoked or not each.revoked]  # type: ignore[misc]

    @derived(
        "id",
        description="Applications for market development funds, in the order in which they were begun. Bounded: a "
        "company has a few a year.",
    )
    async def mdf_applications(
        self,
        record: strawberry.Parent[Any],
        info: Info,
        status: Annotated[
            list[MdfStatus] | None, strawberry.argument(description="That stand in any of these.")
        ] = None,
    ) -> list[MdfApplication]:
        found = await applications_of(info, record.id)
        return [each for each in found if not status or each.status in status]  # type: ignore[misc]

    @derived(
        "next_recommended_actions",
        description="What to do next as it was stored with the last write that changed it, or another writer left it "
        "there. `nextActions` says what is to be done now: due dates come nearer without a write.",
    )
    def next_recommended_actions(self, record: strawberry.Parent[Any]) -> NextActions | None:
        return documents.read(documents.NextActions, record.next_recommended_actions)  # type: ignore[return-value]

    @derived(
        "id",
        "next_recommended_actions",
        description="What to do next, worked out from the facts as they are now: what matters most first, each with "
        "its reasons and, where one can do it, the call to send. What was dismissed is left out.",
    )
    async def next_actions(
        self,
        info: Info,
        record: strawberry.Parent[Any],
        first: Annotated[
            int | None, strawberry.argument(description="How many at most: 0 to 100; the policy may say fewer.")
        ] = 10,
    ) -> NextActions | None:
        return await next_actions_of(info.context, record, first)  # type: ignore[return-value]

    @derived(
        "id",
        "partner_tier",
        description="What is missing for a tier: what it needs, what was counted last, and how long ago. Null where "
        "the company has the last one already.",
    )
    async def tier_gap(
        self,
        record: strawberry.Parent[Any],
        info: Info,
        to: Annotated[
            PartnerTier | None, strawberry.argument(description="The tier; the next one when absent.")
        ] = None,
    ) -> TierGap | None:
        return await gap_of(info, record, to)  # type: ignore[return-value]

    owner = to_one(refs.User, t.User, "user_id", "Who entered it.")
    members = many(t.CompanyMember, "Who may see it.", by="company_id")
    products = many(t.Product, "Its products.", by="company_id")
    events = many(t.JourneyEvent, "Everything that happened to it.", by="company_id")
    chains = many(t.WorkflowChain, "Its workflow chains.", by="company_id")
    sessions = many(t.AgentSession, "Agent sessions about it.", by="company_id")
    snapshots = many(t.ContextSnapshot, "What was known about it at points in time.", by="company_id")
    contents = many(t.GeneratedContent, "Content generated for it.", by="company_id")
    compliance_reports = many(t.ComplianceReport, "Its compliance reports.", by="company_id")
    entitlements = many(t.MarketplaceEntitlement, "What customers bought of it in AWS Marketplace.", by="company_id")
    predictions = many(t.PerformancePrediction, "Predicted and measured performance of its content.", by="company_id")
    leads = many(t.DemoRequest, "The leads it came from.", by="company_id")
    tier_progress = many(t.TierProgress, "What was counted of it towards a tier.", by="company_id")
    approvals = many(t.Approval, "What agents asked to be allowed to do with it.", by="company_id")
