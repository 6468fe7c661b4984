"""Filter inputs of the lists, as a frontend would ask: by kind, status, stage, time and product."""

from datetime import date, datetime

import strawberry

from domain import enums as e
from graph.conditions import where


@strawberry.input(description="Which users. All conditions must hold.")
class UserFilter:
    search: str | None = where("contains", "name", "Part of the name, whatever its case.")


@strawberry.input(description="Which memberships. All conditions must hold.")
class CompanyMemberFilter:
    role: list[e.MemberRole] | None = where("in", "role", "Any of these roles.")


@strawberry.input(description="Which companies. All conditions must hold.")
class CompanyFilter:
    search: str | None = where("contains", "name", "Part of the name, whatever its case.")
    partner_journey_stage: list[e.JourneyStage] | None = where("in", "partner_journey_stage", "In any of these stages.")
    partner_tier: list[e.PartnerTier] | None = where("in", "partner_tier", "In any of these tiers.")
    industry: list[str] | None = where("in", "industry", "In any of these industries.")
    country: list[str] | None = where("in", "country", "In any of these countries (ISO 3166 alpha-2).")
    journey_started_from: datetime | None = where("from", "journey_started_at", "Started at this instant or later.")
    journey_started_before: datetime | None = where("before", "journey_started_at", "Started before this instant.")
    created_from: datetime | None = where("from", "created_at", "Created at this instant or later.")
    created_before: datetime | None = where("before", "created_at", "Created before this instant.")
    has_aws_partner_id: bool | None = where("is_set", "aws_partner_id", "Whether an AWS partner id is known.")


@strawberry.input(description="Which products. All conditions must hold.")
class ProductFilter:
    search: str | None = where("contains", "name", "Part of the name, whatever its case.")
    launch_status: list[e.LaunchStatus] | None = where("in", "launch_status", "In any of these launch statuses.")
    marketplace_type: list[str] | None = where("in", "marketplace_type", "Of any of these marketplace types.")
    company_id: strawberry.ID | None = where("equals", "company_id", "Of this company.", of="Company")
    target_launch_from: date | None = where("from", "target_launch_date", "To be launched on this day or later.")
    target_launch_before: date | None = where("before", "target_launch_date", "To be launched before this day.")
    is_listed: bool | None = where("is_set", "listing_live_date", "Whether its listing has gone live.")


@strawberry.input(description="Which journey events. All conditions must hold.")
class JourneyEventFilter:
    event_type: list[e.EventType] | None = where("in", "event_type", "Of any of these types.")
    triggered_by: list[e.TriggeredBy] | None = where("in", "triggered_by", "Caused by any of these.")
    agent_id: str | None = where("equals", "agent_id", "Caused by this agent.")
    company_id: strawberry.ID | None = where("equals", "company_id", "About this company.", of="Company")
    product_id: strawberry.ID | None = where("equals", "product_id", "About this product.", of="Product")
    from_stage: list[e.JourneyStage] | None = where("in", "from_stage", "Leaving any of these stages.")
    to_stage: list[e.JourneyStage] | None = where("in", "to_stage", "Entering any of these stages.")
    created_from: datetime | None = where("from", "created_at", "At this instant or later.")
    created_before: datetime | None = where("before", "created_at", "Before this instant.")


@strawberry.input(description="Which workflow chains. All conditions must hold.")
class WorkflowChainFilter:
    search: str | None = where("contains", "name", "Part of the name, whatever its case.")
    status: list[e.ChainStatus] | None = where("in", "status", "In any of these states.")
    chain_type: list[e.ChainType] | None = where("in", "chain_type", "Of any of these types.")
    company_id: strawberry.ID | None = where("equals", "company_id", "For this company.", of="Company")
    product_id: strawberry.ID | None = where("equals", "product_id", "For this product.", of="Product")
    created_from: datetime | None = where("from", "created_at", "Created at this instant or later.")
    created_before: datetime | None = where("before", "created_at", "Created before this instant.")


@strawberry.input(description="Which agent sessions. All conditions must hold.")
class AgentSessionFilter:
    status: list[e.SessionStatus] | None = where("in", "status", "In any of these states.")
    agent_type: list[e.AgentType] | None = where("in", "agent_type", "Of any of these agent types.")
    journey_stage: list[e.JourneyStage] | None = where("in", "journey_stage", "Held in any of these stages.")
    successful_outcome: bool | None = where("equals", "successful_outcome", "Whether it reached its goal.")
    company_id: strawberry.ID | None = where("equals", "company_id", "About this company.", of="Company")
    product_id: strawberry.ID | None = where("equals", "product_id", "About this product.", of="Product")
    started_from: datetime | None = where("from", "started_at", "Started at this instant or later.")
    started_before: datetime | None = where("before", "started_at", "Started before this instant.")


@strawberry.input(description="Which handoffs. All conditions must hold.")
class SessionHandoffFilter:
    status: list[e.HandoffStatus] | None = where("in", "status", "In any of these states.")
    to_agent_type: list[e.AgentType] | None = where("in", "to_agent_type", "To any of these agent types.")


@strawberry.input(description="Which context snapshots. All conditions must hold.")
class ContextSnapshotFilter:
    snapshot_type: list[e.SnapshotType] | None = where("in", "snapshot_type", "Of any of these types.")
    company_id: strawberry.ID | None = where("equals", "company_id", "Of this company.", of="Company")
    product_id: strawberry.ID | None = where("equals", "product_id", "Of this product.", of="Product")
    created_from: datetime | None = where("from", "created_at", "Taken at this instant or later.")
    created_before: datetime | None = where("before", "created_at", "Taken before this instant.")


@strawberry.input(description="Which generated content. All conditions must hold.")
class GeneratedContentFilter:
    content_purpose: list[e.ContentPurpose] | None = where("in", "content_purpose", "For any of these purposes.")
    journey_stage: list[e.JourneyStage] | None = where("in", "journey_stage", "Made in any of these stages.")
    used_in_submission: bool | None = where("equals", "used_in_submission", "Whether it was used in a submission.")
    company_id: strawberry.ID | None = where("equals", "company_id", "For this company.", of="Company")
    product_id: strawberry.ID | None = where("equals", "product_id", "For this product.", of="Product")
    created_from: datetime | None = where("from", "created_at", "Made at this instant or later.")
    created_before: datetime | None = where("before", "created_at", "Made before this instant.")


@strawberry.input(description="Which leads. All conditions must hold.")
class PartnerLeadFilter:
    search: str | None = where("contains", "company_name", "Part of the company's name, whatever its case.")
    status: list[str] | None = where("in", "status", "In any of these states.")
    partner_potential: list[e.PartnerPotential] | None = where("in", "partner_potential", "Of any of these potentials.")
    journey_started: bool | None = where("equals", "journey_started", "Whether it became a company.")
    created_from: datetime | None = where("from", "created_at", "Came in at this instant or later.")
    created_before: datetime | None = where("before", "created_at", "Came in before this instant.")


@strawberry.input(description="Which compliance reports. All conditions must hold.")
class ComplianceReportFilter:
    report_type: list[str] | None = where("in", "report_type", "Of any of these types.")
    status: list[str] | None = where("in", "status", "In any of these states.")
    company_id: strawberry.ID | None = where("equals", "company_id", "Of this company.", of="Company")
    product_id: strawberry.ID | None = where("equals", "product_id", "Of this product.", of="Product")
    created_from: datetime | None = where("from", "created_at", "Made at this instant or later.")
    created_before: datetime | None = where("before", "created_at", "Made before this instant.")


@strawberry.input(description="Which findings. All conditions must hold.")
class ComplianceReportItemFilter:
    result: list[str] | None = where("in", "result", "With any of these results: PASS, FAIL, NOT_EXECUTED, EXEMPTION.")
    severity: list[str] | None = where("in", "severity", "Of any of these severities: critical, high, medium, low.")
    state: list[str] | None = where("in", "state", "In any of these states.")


@strawberry.input(description="Which entitlements. All conditions must hold.")
class MarketplaceEntitlementFilter:
    status: list[str] | None = where("in", "status", "In any of these states.")
    usage_trend: list[e.UsageTrend] | None = where("in", "usage_trend", "With any of these trends.")
    churn_risk: list[e.ChurnRisk] | None = where("in", "churn_risk", "At any of these risks.")
    company_id: strawberry.ID | None = where("equals", "company_id", "Sold by this company.", of="Company")
    product_id: strawberry.ID | None = where("equals", "product_id", "For this product.", of="Product")
    expires_from: datetime | None = where("from", "expires_at", "Expiring at this instant or later.")
    expires_before: datetime | None = where("before", "expires_at", "Expiring before this instant.")


@strawberry.input(description="Which readiness scores. All conditions must hold.")
class LaunchReadinessScoreFilter:
    score_trend: list[e.ScoreTrend] | None = where("in", "score_trend", "With any of these trends.")
    created_from: datetime | None = where("from", "created_at", "Taken at this instant or later.")
    created_before: datetime | None = where("before", "created_at", "Taken before this instant.")


@strawberry.input(description="Which knowledge bases. All conditions must hold.")
class KnowledgeBaseFilter:
    search: str | None = where("contains", "name", "Part of the name, whatever its case.")


@strawberry.input(description="Which predictions. All conditions must hold.")
class PerformancePredictionFilter:
    experiment_key: str | None = where("equals", "experiment_key", "Of this experiment.")
    is_control: bool | None = where("equals", "is_control", "Whether it is the control arm.")
    company_id: strawberry.ID | None = where("equals", "company_id", "Of this company.", of="Company")


@strawberry.input(
    description="Which approvals. All conditions must hold. What waits for a manager is `decision: [PENDING]` with "
    "`expiresFrom` now: a filter has no clock of its own."
)
class ApprovalFilter:
    decision: list[e.ApprovalDecision] | None = where("in", "decision", "With any of these decisions.")
    is_used: bool | None = where("is_set", "used_at", "Whether the agent has acted on it.")
    expires_from: datetime | None = where("from", "expires_at", "Good up to this instant or longer.")
    expires_before: datetime | None = where("before", "expires_at", "Over before this instant.")
    operation: list[str] | None = where("in", "operation", "For any of these mutations.")
    agent_id: str | None = where("equals", "agent_id", "Asked for by this agent.")
    company_id: strawberry.ID | None = where("equals", "company_id", "About this company.", of="Company")
    created_from: datetime | None = where("from", "created_at", "Asked for at this instant or later.")
    created_before: datetime | None = where("before", "created_at", "Asked for before this instant.")


@strawberry.input(description="Which figures towards a tier. All conditions must hold.")
class TierProgressFilter:
    requirement: list[e.TierRequirement] | None = where("in", "requirement", "Of any of these.")
    as_of_from: date | None = where("from", "as_of", "Counted for this day or later.")
    as_of_before: date | None = where("before", "as_of", "Counted for a day before this.")
