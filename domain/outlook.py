"""Whether a caller may make a move now: the same rules, in the same order, as the move itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain import approvals, stages
from domain.actors import NO_EDITOR, Actor
from domain.approvals import Granted
from domain.enums import JourneyStage, TriggeredBy
from domain.facts import CompanyFacts
from domain.gates import stage_gates
from domain.policy import Policy
from domain.refusals import Fix, Forbidden, Gate, GateStatus, Problem, Refused, closed, next_fix
from domain.stages import LONGEST_REASON, Move

TRANSITION = "companyTransitionStage"
READ_ONLY = Forbidden(NO_EDITOR, "EDITOR_REQUIRED")


@dataclass(frozen=True, slots=True)
class Outlook:
    """`problem` is why the caller may not, whatever the gates say."""

    gates: tuple[Gate, ...]
    problem: Problem | None = None

    @property
    def allowed(self) -> bool:
        return self.problem is None and not self.missing

    @property
    def missing(self) -> tuple[Gate, ...]:
        return closed(self.gates)

    @property
    def warnings(self) -> tuple[Gate, ...]:
        return tuple(gate for gate in self.gates if gate.status is GateStatus.WARN)

    @property
    def next_fix(self) -> Fix | None:
        return next_fix(self.gates)


@dataclass(frozen=True, slots=True)
class AllowedTransition:
    to: JourneyStage
    move: Move
    outlook: Outlook
    needs_reason: bool
    needs_manager: bool
    needs_approval: bool


def of_stage(
    facts: CompanyFacts, to: JourneyStage, actor: Actor, policy: Policy, today: date, *, may_write: bool,
    granted: Sequence[Granted] = (),
) -> Outlook:  # fmt: skip
    """Of a move for which a reason would be given where one is needed, and that is sent as it was approved."""
    gates = stage_gates(facts, to, policy, today)
    problem: Problem | None = None if may_write else READ_ONLY
    if problem is None:
        problem = _forbidden(facts, to, actor, policy)
    guarded = _guarded(facts, to, actor, policy)
    if guarded is not None and _is_granted(facts, to, granted):
        guarded = None
    if problem is None and not closed(gates) and guarded is not None:
        problem = approvals.required(TRANSITION, guarded, policy.approvals.lifetime_hours)
    return Outlook(gates, problem)


def transitions(
    facts: CompanyFacts, actor: Actor, policy: Policy, today: date, *, may_write: bool, granted: Sequence[Granted] = ()
) -> list[AllowedTransition]:
    """To every other stage."""
    return [
        AllowedTransition(
            to,
            (move := stages.classify(facts.stage, to)),
            of_stage(facts, to, actor, policy, today, may_write=may_write, granted=granted),
            needs_reason=move in stages.NEEDS_REASON,
            needs_manager=move in stages.NEEDS_MANAGER,
            needs_approval=_guarded(facts, to, actor, policy) is not None,
        )
        for to in JourneyStage
        if to is not facts.stage
    ]


def _guarded(facts: CompanyFacts, to: JourneyStage, actor: Actor, policy: Policy) -> approvals.Impact | None:
    if actor.kind is not TriggeredBy.AGENT:
        return None
    return approvals.of_advance(facts.stage, to, facts.name, policy.approvals)


def _is_granted(facts: CompanyFacts, to: JourneyStage, granted: Sequence[Granted]) -> bool:
    expected = {"expected_version": facts.version, "expected_stage": facts.stage.value}
    return approvals.is_granted(granted, TRANSITION, expected, company_id=facts.id, to=to.value)


def _forbidden(facts: CompanyFacts, to: JourneyStage, actor: Actor, policy: Policy) -> Problem | None:
    try:
        reason = "x" * LONGEST_REASON
        stages.check(facts.stage, to, reason=reason, force=False, actor=actor, policy=policy.stages)
    except Refused as refused:
        return refused.problems[0]
    return None
