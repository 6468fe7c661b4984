"""A company's stage. `transition_stage` is the only door to `partner_journey_stage` and what goes with it."""

from dataclasses import dataclass

from actions import approvals
from actions.access import check_expected, company_for_writing
from actions.perform import Facts, Work
from actions.record import record
from domain import stages
from domain.documents import writable
from domain.enums import EventType, JourneyStage


@dataclass(frozen=True, slots=True)
class TransitionStage:
    company_id: int
    to: JourneyStage
    reason: str | None = None
    expected_version: int | None = None
    expected_stage: JourneyStage | None = None


async def transition_stage(work: Work, ask: TransitionStage) -> Facts:
    """Facts: company_id, event_id (None when nothing changed), changed, move."""
    company = await company_for_writing(work, ask.company_id)
    current = company.partner_journey_stage or JourneyStage.DISCOVERY
    check_expected("expectedVersion", ask.expected_version, company.version, "Company", company.id)
    check_expected("expectedStage", ask.expected_stage, current, "Company", company.id)
    made = stages.transition(
        current,
        ask.to,
        milestones=writable(company.journey_milestones),
        journey_started_at=company.journey_started_at,
        reason=ask.reason,
        actor=work.actor,
        now=work.now,
    )
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
    return {**facts, "event_id": event.id, "changed": True}
