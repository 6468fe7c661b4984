"""What lies inside the JSON columns.

Unknown keys are kept on a round trip (`extra="allow"`): a document that an older or foreign writer left behind loses
nothing when we change one of its entries. Times are ISO-8601 in UTC.
"""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from domain.enums import (
    AgentType,
    BlockerSource,
    BlockerStatus,
    JourneyStage,
    LaunchStatus,
    Severity,
    StepStatus,
    TaskStatus,
)


class Document(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)


class Reference(Document):
    """A pointer to a row: table-like type name and primary key (or public id)."""

    type: str
    id: str


class Blocker(Document):
    """`companies.blockers` holds `{stage: [Blocker]}`."""

    id: str
    code: str
    title: str
    description: str | None = None
    severity: Severity
    stage: JourneyStage
    product_id: int | None = None
    source: BlockerSource = BlockerSource.USER
    source_ref: Reference | None = None
    blocked_by: tuple[str, ...] = ()
    owner_user_id: int | None = None
    due_at: datetime | None = None
    added_at: datetime
    added_by: int | None = None
    agent_id: str | None = None
    status: BlockerStatus = BlockerStatus.OPEN
    resolved_at: datetime | None = None
    resolved_by: int | None = None
    resolution: str | None = None
    resolution_ref: Reference | None = None
    reopened_count: int = 0


class PrerequisiteTask(Document):
    """`products.prerequisite_tasks` holds `[PrerequisiteTask]`; the seed's `{task, status, due_date}` is accepted."""

    id: str | None = None
    task: str
    status: TaskStatus = TaskStatus.TODO
    due_date: date | None = None
    required: bool = True
    gate: LaunchStatus | None = None
    depends_on: tuple[str, ...] = ()
    owner: str | None = None
    done_at: datetime | None = None
    done_by: int | None = None
    waiver_reason: str | None = None


class StepError(Document):
    code: str
    message: str
    retryable: bool = True


class StepLease(Document):
    token: str
    holder: str
    until: datetime


class StepWaiver(Document):
    by: int
    reason: str


class Step(Document):
    """`workflow_chains.steps_config` holds `[Step]`, numbered 1..n."""

    step_num: int
    template_slug: str | None = None
    required: bool = True
    status: StepStatus = StepStatus.PENDING
    output_id: int | None = None
    depends_on: tuple[int, ...] = ()
    attempts: int = 0
    max_attempts: int = 3
    error: StepError | None = None
    lease: StepLease | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    approval_required: bool = False
    waived: StepWaiver | None = None
    est_minutes: int | None = None


class NextAction(Document):
    id: str
    action_code: str
    title: str
    why: tuple[str, ...] = ()
    kind: str
    target: Reference | None = None
    mutation: str | None = None
    args: dict[str, Any] = Field(default_factory=dict)
    priority: float = 0
    stage: JourneyStage | None = None
    due_at: datetime | None = None
    confidence: float | None = None
    support_n: int | None = None
    source: str = "rule"
    template_slug: str | None = None
    agent_type: AgentType | None = None
    expires_at: datetime | None = None


class NextActions(Document):
    """`companies.next_recommended_actions`."""

    generated_at: datetime
    input_hash: str = ""
    version: int = 1
    actions: tuple[NextAction, ...] = ()


class AutoFixResult(Document):
    """`compliance_reports.auto_fix_results` holds `[AutoFixResult]`."""

    item_id: int
    control_id: str
    outcome: str
    generation_id: int | None = None
    attempts: int = 1
    detail: str | None = None


class PopularQuery(Document):
    """`platform_knowledge_bases.popular_queries` holds `[PopularQuery]`."""

    query: str
    canonical: str | None = None
    count: int = 0
    users: int = 0
    answer_rate: float | None = None
    last_asked_at: datetime | None = None


class GapTopic(Document):
    """`platform_knowledge_bases.gap_topics` holds `[GapTopic]`."""

    topic: str
    examples: tuple[str, ...] = ()
    n: int = 0
    users: int = 0
    answer_rate: float | None = None
    status: str = "open"


class SuggestedAddition(Document):
    """`platform_knowledge_bases.suggested_additions` holds `[SuggestedAddition]`."""

    topic: str
    rank: float = 0
    template_slug: str | None = None
    reason: str | None = None


class ActualPerformance(Document):
    """`performance_predictions.actual_performance`."""

    exposures: int
    conversions: int
    revenue: float | None = None
    window_start: date | None = None
    window_end: date | None = None
