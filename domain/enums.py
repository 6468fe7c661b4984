"""The closed vocabularies. Values are what the database stores; members are what the API shows."""

from enum import StrEnum


class JourneyStage(StrEnum):
    DISCOVERY = "discovery"
    PRE_LIST = "pre_list"
    LAUNCH = "launch"
    POST_LAUNCH = "post_launch"
    SCALE = "scale"
    CO_SELL = "co_sell"


class PartnerTier(StrEnum):
    STANDARD = "standard"
    SELECT = "select"
    ADVANCED = "advanced"
    PREMIER = "premier"


class LaunchStatus(StrEnum):
    IDEATION = "ideation"
    DEVELOPMENT = "development"
    PRE_LAUNCH = "pre_launch"
    SOFT_LAUNCH = "soft_launch"
    GA = "ga"
    GROWTH = "growth"
    MATURE = "mature"
    SUNSET = "sunset"


class EventType(StrEnum):
    STAGE_TRANSITION = "stage_transition"
    MILESTONE_ACHIEVED = "milestone_achieved"
    BLOCKER_ADDED = "blocker_added"
    BLOCKER_RESOLVED = "blocker_resolved"
    CONTENT_GENERATED = "content_generated"
    COMPLIANCE_CHECK = "compliance_check"
    MDF_SUBMITTED = "mdf_submitted"
    MDF_APPROVED = "mdf_approved"
    LISTING_PUBLISHED = "listing_published"
    FIRST_CUSTOMER = "first_customer"
    CO_SELL_INITIATED = "co_sell_initiated"
    DEAL_REGISTERED = "deal_registered"


class TriggeredBy(StrEnum):
    USER = "user"
    AGENT = "agent"
    SYSTEM = "system"
    WEBHOOK = "webhook"


class ContentPurpose(StrEnum):
    LISTING_CONTENT = "listing_content"
    MDF_APPLICATION = "mdf_application"
    CO_SELL_MATERIALS = "co_sell_materials"
    CUSTOMER_FACING = "customer_facing"
    INTERNAL_PLANNING = "internal_planning"
    COMPLIANCE = "compliance"
    OTHER = "other"


class ChainType(StrEnum):
    MDF_APPLICATION = "mdf_application"
    LISTING_CREATION = "listing_creation"
    CO_SELL_PREP = "co_sell_prep"
    CONTENT_CAMPAIGN = "content_campaign"
    COMPLIANCE_REMEDIATION = "compliance_remediation"
    CUSTOM = "custom"


class ChainStatus(StrEnum):
    DRAFT = "draft"
    IN_PROGRESS = "in_progress"
    PAUSED = "paused"
    COMPLETED = "completed"
    FAILED = "failed"


class StepStatus(StrEnum):
    PENDING = "pending"
    RUNNING = "running"
    WAITING_INPUT = "waiting_input"
    COMPLETED = "completed"
    FAILED = "failed"
    SKIPPED = "skipped"
    WAIVED = "waived"


class PartnerPotential(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    ENTERPRISE = "enterprise"


class AgentType(StrEnum):
    CONTENT_STRATEGIST = "content_strategist"
    VISUAL_CREATOR = "visual_creator"
    CONTENT_OPTIMIZER = "content_optimizer"
    MARKET_ANALYST = "market_analyst"
    TECHNICAL_BUILDER = "technical_builder"
    SOLUTION_ADVISOR = "solution_advisor"
    MDF_ASSISTANT = "mdf_assistant"
    CO_SELL_ADVISOR = "co_sell_advisor"


class SessionStatus(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"
    ABANDONED = "abandoned"


class UsageTrend(StrEnum):
    DECLINING = "declining"
    STABLE = "stable"
    GROWING = "growing"
    SPIKING = "spiking"


class ChurnRisk(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class SnapshotType(StrEnum):
    AUTO = "auto"
    MANUAL = "manual"
    MILESTONE = "milestone"
    HANDOFF = "handoff"


class ScoreTrend(StrEnum):
    DECLINING = "declining"
    STABLE = "stable"
    IMPROVING = "improving"


class Severity(StrEnum):
    """Of blockers and of compliance findings alike, worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class BlockerStatus(StrEnum):
    OPEN = "open"
    RESOLVED = "resolved"
    WAIVED = "waived"


class BlockerSource(StrEnum):
    USER = "user"
    AGENT = "agent"
    COMPLIANCE = "compliance"
    SYSTEM = "system"
    WEBHOOK = "webhook"


class TaskStatus(StrEnum):
    TODO = "todo"
    IN_PROGRESS = "in_progress"
    BLOCKED = "blocked"
    DONE = "done"
    WAIVED = "waived"


class TierRequirement(StrEnum):
    ACCREDITED = "accredited"
    FOUNDATIONAL = "foundational"
    TECHNICAL = "technical"
    PROFESSIONAL = "professional"
    LAUNCHED = "launched"
    MONTHLY_REVENUE = "monthly_revenue"


class MdfStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    ACTION_REQUIRED = "action_required"
    APPROVED = "approved"
    REJECTED = "rejected"
    CANCELED = "canceled"


class MemberRole(StrEnum):
    OWNER = "owner"
    EDITOR = "editor"
    VIEWER = "viewer"


class GlobalRole(StrEnum):
    VIEWER = "viewer"
    EDITOR = "editor"
    MANAGER = "manager"
    ADMIN = "admin"


class HandoffStatus(StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class ApprovalDecision(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"


class ApprovalStatus(StrEnum):
    """What became of a decision: follows from it, its use and the time, and is stored nowhere."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    USED = "used"
    EXPIRED = "expired"


class ChainMention(StrEnum):
    """How an event and a chain belong together."""

    STARTED = "started"
    MENTIONS = "mentions"
