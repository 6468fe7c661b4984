"""All numbers of the rules that are our judgement, in one versioned document.

A rule takes the policy as an argument; none has a threshold of its own.
"""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, ValidationError, model_validator

from domain.documents import Document
from domain.enums import AgentType, BlockerSource, JourneyStage, LaunchStatus, PartnerTier, Severity
from domain.milestones import CODE, RESERVED


def _compiles(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"it is no regular expression: {error}") from None
    return text


def _names_a_milestone(code: str) -> str:
    if not CODE.fullmatch(code):
        raise ValueError(f"{code!r} is no code: lower-case letters, digits and underscores")
    for prefix, by in RESERVED.items():
        if code.startswith(prefix):
            raise ValueError(f"{code!r}: codes that begin with {prefix} are recorded by {by}, not by milestoneAchieve")
    return code


Pattern = Annotated[str, AfterValidator(_compiles)]
MilestoneCode = Annotated[str, AfterValidator(_names_a_milestone)]
Count = Annotated[int, Field(ge=0, le=2_000_000_000)]
ReportType = Annotated[str, Field(pattern=r"^[^\s:]([^:]*[^\s:])?$", max_length=50)]
Days = Annotated[int, Field(ge=1, le=3650)]


class _Section(Document):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StagePolicy(_Section):
    gating_severities: tuple[Severity, ...] = Field(
        (Severity.CRITICAL, Severity.HIGH),
        max_length=4,
        description="Open blockers of these close a stage's gates. At most four.",
    )
    warning_severities: tuple[Severity, ...] = Field(
        (Severity.MEDIUM,), max_length=4, description="Open blockers of these are warned of. At most four."
    )
    required_milestones: dict[JourneyStage, Annotated[tuple[MilestoneCode, ...], Field(max_length=10)]] = Field(
        default_factory=dict, description="Named milestones that a stage is left with, by stage: `{stage: [code]}`."
    )
    partner_id_pattern: Pattern = Field(
        r"[A-Za-z0-9][A-Za-z0-9_-]{2,99}", description="Regular expression that a whole AWS partner id matches."
    )
    forced_reason_length: int = Field(10, ge=1, le=2000, description="Characters that the reason of a forced move has.")
    tiers_for_co_sell: tuple[PartnerTier, ...] = Field(
        (PartnerTier.SELECT, PartnerTier.ADVANCED, PartnerTier.PREMIER),
        min_length=1,
        max_length=4,
        description="Tiers that may co-sell. At most four.",
    )
    entitlement_health: int = Field(60, ge=0, le=100, description="Median health of active entitlements for scale.")
    entitlements_to_judge: int = Field(5, ge=1, le=1000, description="Fewer active entitlements only warn.")


class LaunchPolicy(_Section):
    soft_launch_readiness: int = Field(60, ge=0, le=100, description="Readiness score for a limited listing.")
    readiness: int = Field(80, ge=0, le=100, description="Readiness score for a public listing.")
    compliance_days: int = Field(30, ge=1, le=365, description="Days for which a passed compliance check is fresh.")
    listing_report: ReportType = Field("listing", description="Type of the compliance report that a listing waits for.")
    approach_days: tuple[Days, ...] = Field(
        (30, 14, 7, 1),
        max_length=10,
        description="Days before the target date at which compliance is looked at. At most ten.",
    )
    validity_days: dict[str, Days] = Field(
        default_factory=lambda: {"listing": 365, "ftr": 730},
        description="Days for which a passed report is good where it does not say itself, by its type.",
    )
    recheck_days: int = Field(7, ge=0, le=365, description="Days for which a check that was made is enough then.")
    at_risk_days: int = Field(7, ge=0, le=365, description="Days before its due date from which a task is at risk.")


class BlockerPolicy(_Section):
    kept_days: int = Field(90, ge=1, le=3650, description="Days for which resolved blockers stay in the document.")
    most_open: int = Field(200, ge=1, le=10_000, description="Open blockers that a company may have.")
    recheck_sources: tuple[BlockerSource, ...] = Field(
        (BlockerSource.COMPLIANCE,),
        max_length=5,
        description="Blockers from these are resolved by a passing check. At most five.",
    )


class TierNeeds(_Section):
    """Services path of the AWS Partner Network, 2024."""

    accredited: Count = Field(description="Accredited people, technical and business.")
    foundational: Count = Field(description="People with a foundational certification.")
    technical: Count = Field(description="People with a technical certification.")
    professional: Count = Field(0, description="Of those, with a professional or specialty certification.")
    launched: Count = Field(description="Launched opportunities of the last twelve months.")
    monthly_revenue: Count = Field(description="Monthly recurring revenue of those together, in US dollars.")


class TierPolicy(_Section):
    select: TierNeeds = Field(
        TierNeeds(accredited=4, foundational=2, technical=2, launched=3, monthly_revenue=1500),
        description="What the Select tier needs.",
    )
    advanced: TierNeeds = Field(
        TierNeeds(accredited=8, foundational=4, technical=6, professional=3, launched=20, monthly_revenue=10_000),
        description="What the Advanced tier needs.",
    )
    premier: TierNeeds = Field(
        TierNeeds(accredited=20, foundational=10, technical=25, professional=10, launched=50, monthly_revenue=50_000),
        description="What the Premier tier needs.",
    )
    progress_months: int = Field(
        12, ge=1, le=120, description="Months after which a figure is stale: AWS looks at them anew every year."
    )
    lapse_severity: Severity = Field(
        Severity.HIGH, description="Severity of the blocker that a lapsed tier opens while co-selling."
    )


class ActionPolicy(_Section):
    """`priority = 100 x (weights x terms)`; each term is 0 to 1."""

    gate_weight: float = Field(0.40, ge=0, le=1, description="Weight of holding up the next stage.")
    severity_weight: float = Field(0.20, ge=0, le=1, description="Weight of severity.")
    urgency_weight: float = Field(0.15, ge=0, le=1, description="Weight of the due date: 1 - days left / the horizon.")
    history_weight: float = Field(0.15, ge=0, le=1, description="Weight of what helped others.")
    unblocks_weight: float = Field(0.10, ge=0, le=1, description="Weight of how much else it sets free.")
    warning_share: float = Field(0.5, ge=0, le=1, description="How much a gate counts that only warns.")
    urgency_days: int = Field(30, ge=1, le=365, description="The horizon of due dates.")
    most: int = Field(10, ge=1, le=50, description="Actions that are recommended at a time.")
    lifetime_hours: int = Field(24, ge=1, le=720, description="Hours after which advice lapses.")
    longest_dismissal_hours: int = Field(720, ge=1, le=8760, description="Hours for which advice may be dismissed.")

    @model_validator(mode="after")
    def _priorities_end_at_100(self) -> "ActionPolicy":
        weights = [value for name, value in self if name.endswith("_weight")]
        if round(sum(weights), 6) > 1:
            raise ValueError(f"the weights add up to {sum(weights):g}, which is more than 1")
        return self


class AgentPolicy(_Section):
    stages: dict[JourneyStage, tuple[AgentType, ...]] = Field(
        default_factory=lambda: {
            JourneyStage.DISCOVERY: (
                AgentType.SOLUTION_ADVISOR, AgentType.MARKET_ANALYST, AgentType.CONTENT_STRATEGIST,
                AgentType.MDF_ASSISTANT,
            ),
            JourneyStage.PRE_LIST: tuple(each for each in AgentType if each is not AgentType.CO_SELL_ADVISOR),
            JourneyStage.LAUNCH: tuple(AgentType),
            JourneyStage.POST_LAUNCH: tuple(AgentType),
            JourneyStage.SCALE: tuple(AgentType),
            JourneyStage.CO_SELL: tuple(AgentType),
        },
        description="Agents that have work in a stage, by stage: `{stage: [agent type]}`.",
    )  # fmt: skip


class ApprovalPolicy(_Section):
    first_guarded_stage: JourneyStage = Field(
        JourneyStage.LAUNCH, description="From this stage on, an agent advances a company only with an approval."
    )
    guarded_severities: tuple[Severity, ...] = Field(
        (Severity.CRITICAL,),
        max_length=4,
        description="Blockers of these an agent resolves only with an approval. At most four.",
    )
    guarded_statuses: tuple[LaunchStatus, ...] = Field(
        (LaunchStatus.SOFT_LAUNCH, LaunchStatus.GA, LaunchStatus.SUNSET),
        max_length=8,
        description="Launch statuses into which an agent moves a product only with an approval. At most eight.",
    )
    most_resolved_at_once: int = Field(
        1, ge=0, le=10_000, description="Blockers that an agent resolves with one call without an approval."
    )
    lifetime_hours: int = Field(24, ge=1, le=720, description="Hours for which a question, or its answer, is good.")


class Policy(_Section):
    version: str = Field("2026.1", description="Of this document. What deviates from it by setting ends in `+custom`.")
    stages: StagePolicy = Field(StagePolicy(), description="Stages of a company.")
    launch: LaunchPolicy = Field(LaunchPolicy(), description="Launch of a product.")
    blockers: BlockerPolicy = Field(BlockerPolicy(), description="Blockers.")
    tiers: TierPolicy = Field(TierPolicy(), description="Tiers of the AWS Partner Network.")
    actions: ActionPolicy = Field(ActionPolicy(), description="Next actions.")
    agents: AgentPolicy = Field(AgentPolicy(), description="Agents.")
    approvals: ApprovalPolicy = Field(ApprovalPolicy(), description="What agents need a manager's approval for.")


DEFAULT = Policy()


class BadPolicy(ValueError):
    """What was set is not a part of the policy, or not within its bounds."""


def with_overrides(changes: dict[str, Any]) -> Policy:
    """The policy with these parts replaced: `{section: {name: value}}`."""
    if "version" in changes:
        raise BadPolicy("version: it follows from what is replaced")
    try:
        found = Policy.model_validate(_merged(DEFAULT.model_dump(), changes, ()))
        return found if found == DEFAULT else found.model_copy(update={"version": f"{DEFAULT.version}+custom"})
    except ValidationError as error:
        first = error.errors()[0]
        raise BadPolicy(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def _merged(old: dict[str, Any], changes: Any, path: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(changes, dict):
        raise BadPolicy(f"{'.'.join(path) or 'policy'}: it is an object of names and values")
    merged = {**old}
    for name, value in changes.items():
        part = old.get(name)
        merged[name] = _merged(part, value, (*path, name)) if isinstance(part, dict) else value
    return merged
