"""A company's stage. `transition_stage` is the only door to `partner_journey_stage` and what goes with it."""

from dataclasses import dataclass
from datetime import datetime

from actions import approvals
from actions.access import check_expected, company_for_writing
from actions.blocking import SOURCES, NewBlocker, open_blocker
from actions.perform import Facts, Work
from actions.record import record
from db import tables as t
from db.queries.facts import company_facts
from domain import gates, stages
from domain.documents import writable
from domain.enums import EventType, JourneyStage, Severity
from domain.refusals import FieldError, Gate, closed, invalid


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a company goes back, as a blocker."""

    code: str
    title: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class TransitionStage:
    company_id: int
    to: JourneyStage
    reason: str | None = None
    force: bool = False
    blocker: Cause | None = None
    expected_version: int | None = None
    expected_stage: JourneyStage | None = None


async def transition_stage(work: Work, ask: TransitionStage) -> Facts:
    """Facts: company_id, event_id (None when nothing changed), blocker_id, changed, move."""
    company = await company_for_writing(work, ask.company_id)
    current = company.partner_journey_stage or JourneyStage.DISCOVERY
    check_expected("expectedVersion", ask.expected_version, company.version, "Company", company.id)
    check_expected("expectedStage", ask.expected_stage, current, "Company", company.id)
    stages.check(current, ask.to, reason=ask.reason, force=ask.force, actor=work.actor, policy=work.policy.stages)
    made = stages.transition(
        current,
        ask.to,
        milestones=writable(company.journey_milestones),
        journey_started_at=company.journey_started_at,
        reason=ask.reason,
        now=work.now,
        closed=await _closed(work, company.id, current, ask.to),
        force=ask.force,
    )
    _check_cause(made.move, ask.blocker)
    facts: Facts = {"company_id": company.id, "event_id": None, "changed": False, "move": made.move.value}
    if made.move is stages.Move.SAME:
        return facts
    await approvals.clear(work, company, made)
    company.partner_journey_stage = made.to_stage
    company.journey_milestones = made.milestones
    company.journey_started_at = made.journey_started_at
    company.updated_at = work.now
    event = await record(
        work, EventType.STAGE_TRANSITION, company.id, made.data, from_stage=made.from_stage, to_stage=made.to_stage
    )
    blocker_id = await _open(work, company, made, ask.blocker)
    return {**facts, "event_id": event.id, "blocker_id": blocker_id, "changed": True}


@dataclass(frozen=True, slots=True)
class StartJourney:
    company_id: int
    started_at: datetime | None = None
    expected_version: int | None = None


async def start_journey(work: Work, ask: StartJourney) -> Facts:
    """Facts: company_id, changed. No event type of the journey tells of it."""
    company = await company_for_writing(work, ask.company_id)
    check_expected("expectedVersion", ask.expected_version, company.version, "Company", company.id)
    at = stages.started(ask.started_at, work.now)
    if company.journey_started_at is not None:
        return {"company_id": company.id, "changed": False}
    company.journey_started_at = at
    company.updated_at = work.now
    return {"company_id": company.id, "changed": True}


async def _closed(work: Work, company_id: int, current: JourneyStage, to: JourneyStage) -> tuple[Gate, ...]:
    if stages.classify(current, to) not in stages.GATED:
        return ()
    found = await company_facts(work.transaction.rows, (company_id,), work.scope, work.now)
    return closed(gates.stage_gates(found[company_id], to, work.policy, work.now.date()))


def _check_cause(move: stages.Move, cause: Cause | None) -> None:
    if cause is not None and move is not stages.Move.REGRESS:
        message = "`blocker` says why a company goes back: leave it out of other moves, or use `blockerAdd`."
        raise invalid(FieldError("blocker", "NOT_A_REGRESS", message))


async def _open(work: Work, company: t.Company, made: stages.Transition, cause: Cause | None) -> str | None:
    """What has to be solved before the company moves on again."""
    if cause is None:
        return None
    new = NewBlocker(cause.code, cause.title, cause.severity, made.to_stage, SOURCES[work.actor.kind])
    blocker, _ = await open_blocker(work, company, new)
    return blocker.id
