"""What lies inside the JSON columns.

Unknown keys are kept on a round trip (`extra="allow"`): a document that an older or foreign writer left behind loses
nothing when we change one of its entries. Times are ISO-8601 in UTC.
"""

from datetime import date, datetime
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

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

    def stored(self) -> dict[str, Any]:
        """As it goes into the JSON column."""
        return self.model_dump(mode="json", exclude_none=True)


D = TypeVar("D", bound=Document)
KEPT = "_kept"


def read(model: type[D], raw: Any) -> D | None:
    """The document, or None where the stored JSON does not have its shape (written by something older or foreign)."""
    try:
        return model.model_validate(raw)
    except ValidationError:
        return None


def read_list(model: type[D], raw: Any) -> list[D]:
    """The entries that have the model's shape, in their order; a reader must not fail on the others."""
    entries = raw if isinstance(raw, list) else []
    return [document for entry in entries if (document := read(model, entry)) is not None]


def mapping(raw: Any) -> dict[str, Any]:
    return raw if isinstance(raw, dict) else {}


def writable(raw: Any) -> dict[str, Any]:
    """The document to write into. What others stored in another form is kept under `_kept`, not thrown away."""
    if isinstance(raw, dict):
        return raw
    return {KEPT: raw} if raw else {}  # an empty document may be stored as [] or ""


class Reference(Document):
    """A pointer to a row: table-like type name and primary key (or public id)."""

    type: str = Field(description="What kind of thing is meant, for example `compliance_report`.")
    id: str = Field(description="Its key or public id, as text.")


class Blocker(Document):
    """`companies.blockers` holds `{stage: [Blocker]}`."""

    id: str = Field(description="Stable within the company.")
    code: str = Field(description="What kind of problem it is, machine-readable.")
    title: str = Field(description="One line for people.")
    description: str | None = Field(None, description="The whole story.")
    severity: Severity = Field(description="How much it holds up.")
    stage: JourneyStage = Field(description="The journey stage it holds up.")
    product_id: int | None = None
    source: BlockerSource = Field(BlockerSource.USER, description="Who or what found it.")
    source_ref: Reference | None = Field(None, description="What it was found in.")
    blocked_by: tuple[str, ...] = Field((), description="Ids of blockers that must be gone first.")
    owner_user_id: int | None = None
    due_at: datetime | None = Field(None, description="When it should be gone.")
    added_at: datetime = Field(description="When it was added.")
    added_by: int | None = None
    agent_id: str | None = Field(None, description="The agent that added it.")
    status: BlockerStatus = Field(BlockerStatus.OPEN, description="Whether it still stands in the way.")
    resolved_at: datetime | None = Field(None, description="When it was resolved or waived.")
    resolved_by: int | None = None
    resolution: str | None = Field(None, description="How it was resolved, or why it was waived.")
    resolution_ref: Reference | None = Field(None, description="What resolved it.")
    reopened_count: int = Field(0, description="How often it came back.")
    reopen_reason: str | None = Field(None, description="Why it is open again.")


class PrerequisiteTask(Document):
    """`products.prerequisite_tasks` holds `[PrerequisiteTask]`; the seed's `{task, status, due_date}` is accepted:
    see `task_documents`."""

    # Others number their tasks.
    model_config = ConfigDict(coerce_numbers_to_str=True)

    id: str | None = Field(None, description="Stable within the product; absent in documents of the oldest form.")
    task: str = Field(description="What is to be done.")
    status: TaskStatus = Field(TaskStatus.TODO, description="Where it stands.")
    due_date: date | None = Field(None, description="When it should be done.")
    required: bool = Field(True, description="Whether a launch waits for it.")
    gate: LaunchStatus | None = Field(None, description="The launch status it must be done for.")
    depends_on: tuple[str, ...] = Field((), description="Ids of tasks that come first.")
    owner: str | None = Field(None, description="Who does it.")
    done_at: datetime | None = Field(None, description="When it was done.")
    done_by: int | None = None
    waiver_reason: str | None = Field(None, description="Why it was waived.")


class StepError(Document):
    code: str = Field(description="What kind of failure it was.")
    message: str = Field(description="What happened, in words.")
    retryable: bool = Field(True, description="Whether trying again can help.")


class StepLease(Document):
    token: str
    holder: str = Field(description="Who works on the step.")
    until: datetime = Field(description="When the lease ends and the step may be claimed by another.")


class StepWaiver(Document):
    by: int
    reason: str = Field(description="Why the step was waived.")


class Step(Document):
    """`workflow_chains.steps_config` holds `[Step]`, numbered 1..n."""

    step_num: int = Field(description="Position, from 1.")
    template_slug: str | None = Field(None, description="The template the step runs.")
    required: bool = Field(True, description="Whether the chain needs it to complete.")
    status: StepStatus = Field(StepStatus.PENDING, description="Where the step stands.")
    output_id: int | None = None
    depends_on: tuple[int, ...] = Field((), description="Steps it waits for. Bounded by the chain's steps.")
    attempts: int = Field(0, description="Times it was tried.")
    max_attempts: int = Field(3, description="Times it may be tried.")
    error: StepError | None = Field(None, description="The last failure.")
    lease: StepLease | None = Field(None, description="Who works on it now.")
    started_at: datetime | None = Field(None, description="When it was first started.")
    completed_at: datetime | None = Field(None, description="When it was completed.")
    approval_required: bool = Field(False, description="Whether a person must approve its output.")
    waived: StepWaiver | None = Field(None, description="Set when it was waived.")
    est_minutes: int | None = Field(None, description="Expected duration in minutes.")


class PriorityTerm(Document):
    name: str = Field(description="Which part of the formula: gate_blocking, severity, due_urgency, …")
    value: float = Field(description="How far it applies, 0 to 1.")
    points: float = Field(description="Its share of the priority: 100 × weight × value.")


class NextAction(Document):
    id: str = Field(description="Stable while the same inputs give the same advice.")
    action_code: str = Field(description="What kind of advice it is.")
    title: str = Field(description="One line for people.")
    why: tuple[str, ...] = Field((), description="The reasons, strongest first. Bounded by the inputs of the advice.")
    kind: str = Field(description="The family of the action, for example `resolve_blocker`.")
    target: Reference | None = Field(None, description="What it is done to.")
    mutation: str | None = Field(None, description="The mutation that does it.")
    args: dict[str, Any] = Field(default_factory=dict, description="Arguments of the mutation, ready to send.")
    priority: float = Field(0, description="0 to 100, highest first.")
    terms: tuple[PriorityTerm, ...] = Field((), description="What the priority is the sum of. At most five.")
    stage: JourneyStage | None = Field(None, description="The stage it serves.")
    due_at: datetime | None = Field(None, description="When it should be done.")
    confidence: float | None = Field(None, description="0 to 1.")
    support_n: int | None = Field(None, description="Past cases it rests on.")
    source: str = Field("rule", description="Where the advice comes from: rule, history or agent.")
    template_slug: str | None = Field(None, description="A template that helps.")
    agent_type: AgentType | None = Field(None, description="The kind of agent that can do it.")
    expires_at: datetime | None = Field(None, description="When the advice lapses.")


class Dismissal(Document):
    id: str = Field(description="The action that is not shown.")
    until: datetime = Field(description="When it is shown again, if it is still to be done.")
    reason: str = Field(description="Why.")
    by: int | None = None
    agent_id: str | None = Field(None, description="The agent that dismissed it.")
    at: datetime = Field(description="When it was dismissed.")


class NextActions(Document):
    """`companies.next_recommended_actions`."""

    generated_at: datetime = Field(description="When they were computed.")
    input_hash: str = Field("", description="Changes when the inputs do.")
    version: int = Field(1, description="Version of the rules that made them.")
    actions: tuple[NextAction, ...] = Field(
        (), description="At most as many as the policy says, highest priority first."
    )
    dismissed: tuple[Dismissal, ...] = Field(
        (), description="What is left out for a while. Bounded: each was advised once, and runs out by itself."
    )


class AutoFixResult(Document):
    """`compliance_reports.auto_fix_results` holds `[AutoFixResult]`."""

    item_id: int
    control_id: str = Field(description="The control that was to be fixed.")
    outcome: str = Field(description="fixed, partial, failed or skipped.")
    generation_id: int | None = None
    attempts: int = Field(1, description="Times it was tried.")
    detail: str | None = Field(None, description="What happened.")


class PopularQuery(Document):
    """`platform_knowledge_bases.popular_queries` holds `[PopularQuery]`."""

    query: str = Field(description="The query as most users phrase it.")
    canonical: str | None = Field(None, description="Its normalised form.")
    count: int = Field(0, description="Times it was asked.")
    users: int = Field(0, description="Users who asked it.")
    answer_rate: float | None = Field(None, description="Share that was answered, 0 to 1.")
    last_asked_at: datetime | None = Field(None, description="When it was last asked.")


class GapTopic(Document):
    """`platform_knowledge_bases.gap_topics` holds `[GapTopic]`."""

    topic: str = Field(description="What users ask about without finding an answer.")
    examples: tuple[str, ...] = Field((), description="Up to three queries.")
    n: int = Field(0, description="Queries seen.")
    users: int = Field(0, description="Users who asked.")
    answer_rate: float | None = Field(None, description="Share that was answered, 0 to 1.")
    status: str = Field("open", description="open, planned or closed.")


class SuggestedAddition(Document):
    """`platform_knowledge_bases.suggested_additions` holds `[SuggestedAddition]`."""

    topic: str = Field(description="What to add.")
    rank: float = Field(0, description="Highest first.")
    template_slug: str | None = Field(None, description="The template that would write it.")
    reason: str | None = Field(None, description="Why it is suggested.")


class ActualPerformance(Document):
    """`performance_predictions.actual_performance`."""

    exposures: int = Field(description="How often it was shown.")
    conversions: int = Field(description="How often it worked.")
    revenue: float | None = Field(None, description="What it brought.")
    window_start: date | None = Field(None, description="First day measured.")
    window_end: date | None = Field(None, description="Last day measured.")
