"""Orders of the lists. Every one is made unique by the id."""

from graph.conditions import orders

UserOrder = orders("UserOrder", "users", name=("name", "name"), created=("created_at", "creation"))
CompanyMemberOrder = orders("CompanyMemberOrder", "memberships", created=("created_at", "creation"))
CompanyOrder = orders(
    "CompanyOrder",
    "companies",
    name=("name", "name"),
    created=("created_at", "creation"),
    journey_started=("journey_started_at", "start of the journey"),
)
ProductOrder = orders(
    "ProductOrder",
    "products",
    name=("name", "name"),
    created=("created_at", "creation"),
    target_launch=("target_launch_date", "target launch date"),
    readiness=("launch_readiness_score", "launch readiness"),
)
JourneyEventOrder = orders("JourneyEventOrder", "journey events", created=("created_at", "time"))
WorkflowChainOrder = orders(
    "WorkflowChainOrder",
    "workflow chains",
    created=("created_at", "creation"),
    updated=("updated_at", "last change"),
    name=("name", "name"),
    estimated_completion=("estimated_completion", "estimated completion"),
)
AgentSessionOrder = orders(
    "AgentSessionOrder",
    "agent sessions",
    started=("started_at", "start"),
    tokens_used=("tokens_used", "tokens used"),
    messages_count=("messages_count", "messages"),
)
SessionHandoffOrder = orders("SessionHandoffOrder", "handoffs", created=("created_at", "time"))
ContextSnapshotOrder = orders("ContextSnapshotOrder", "context snapshots", created=("created_at", "time"))
GeneratedContentOrder = orders(
    "GeneratedContentOrder",
    "generated content",
    created=("created_at", "creation"),
    quality_score=("quality_score", "quality score"),
)
PartnerLeadOrder = orders(
    "PartnerLeadOrder",
    "leads",
    created=("created_at", "arrival"),
    lead_score=("lead_score", "lead score"),
    estimated_arr=("estimated_arr", "estimated revenue"),
)
ComplianceReportOrder = orders(
    "ComplianceReportOrder", "compliance reports", created=("created_at", "creation"), score=("score", "score")
)
ComplianceReportItemOrder = orders("ComplianceReportItemOrder", "findings", number=("id", "position in the report"))
MarketplaceEntitlementOrder = orders(
    "MarketplaceEntitlementOrder",
    "entitlements",
    created=("created_at", "creation"),
    health_score=("health_score", "health score"),
    expires=("expires_at", "expiry"),
)
LaunchReadinessScoreOrder = orders("LaunchReadinessScoreOrder", "readiness scores", created=("created_at", "time"))
KnowledgeBaseOrder = orders("KnowledgeBaseOrder", "knowledge bases", name=("name", "name"))
PerformancePredictionOrder = orders("PerformancePredictionOrder", "predictions", created=("created_at", "creation"))
ApprovalOrder = orders("ApprovalOrder", "approvals", created=("created_at", "time"), expires=("expires_at", "expiry"))
TierProgressOrder = orders("TierProgressOrder", "figures towards a tier", created=("created_at", "time"))
