"""Handing an agent session over: the only door to what that changes."""

from dataclasses import dataclass
from typing import Any

from actions.access import check_expected, session_for_writing
from actions.perform import Facts, Work
from actions.record import outbox, record
from db import tables as t
from db.queries import handoffs as queries
from db.queries import locked
from domain import handoffs as rules
from domain.blockers import is_open, listed, read
from domain.documents import Step, read_list
from domain.enums import AgentType, EventType, HandoffStatus, SessionStatus, SnapshotType, StepStatus
from domain.event_data import MilestoneData
from domain.times import iso

UNDONE = frozenset({StepStatus.PENDING, StepStatus.RUNNING, StepStatus.WAITING_INPUT, StepStatus.FAILED})


@dataclass(frozen=True, slots=True)
class HandOff:
    session_id: int
    to_agent_type: AgentType
    reason: str
    policy: rules.ContextPolicy = rules.ContextPolicy.FULL
    keys: tuple[str, ...] = ()
    redact: tuple[str, ...] = ()
    open_questions: tuple[str, ...] = ()
    expected_version: int | None = None


async def hand_off(work: Work, ask: HandOff) -> Facts:
    """Offers and accepts at once. Facts: company_id, session_id (the new one), source_id, handoff_id, snapshot_id,
    event_id."""
    source = await session_for_writing(work, ask.session_id)
    check_expected("expectedVersion", ask.expected_version, source.version, "AgentSession", source.id)
    line = await queries.line_of(work.transaction, source)
    live = await queries.live_handoff(work.transaction, source.id)
    hop = rules.check(source.status, line, ask.to_agent_type, ask.reason, session_id=source.id, live=live)
    company = None
    if source.company_id is not None:
        company = await locked.by_id(work.transaction, t.Company, source.company_id, work.scope)
    kept, omitted = rules.handed_over(source.session_context, ask.policy, ask.keys, ask.redact)
    snapshot = await _snapshot(work, source, company, kept)
    handoff = await _handoff(work, source, ask, hop, snapshot)
    chains = await queries.open_chains(work.transaction, source.id)
    note = _note(work, source, company, ask, handoff, snapshot, chains, omitted)
    target = await _target(work, source, company, ask.to_agent_type, {**kept, rules.HANDOFF_KEY: note})
    handoff.to_session_id = target.id
    _complete(source, work, ask.to_agent_type)
    event_id = await _record(work, source, target, handoff, company, chains)
    return {
        "company_id": source.company_id,
        "session_id": target.id,
        "source_id": source.id,
        "handoff_id": handoff.id,
        "snapshot_id": snapshot.id,
        "event_id": event_id,
    }


async def _snapshot(
    work: Work, source: t.AgentSession, company: t.Company | None, kept: dict[str, Any]
) -> t.ContextSnapshot:
    """What the receiver gets, not what the source knew: a redaction would be worth nothing if the snapshot kept it."""
    content: dict[str, Any] = {
        "session": {"session_id": source.session_id, "agent_type": source.agent_type, "context": kept},
        "company": None if company is None else _company_facts(company),
    }
    snapshot = t.ContextSnapshot(
        snapshot_id=work.new_id(),
        user_id=source.user_id,
        company_id=source.company_id,
        product_id=source.product_id,
        snapshot_type=SnapshotType.HANDOFF,
        context_data={"schema_version": rules.SCHEMA_VERSION, "sha256": rules.fingerprint(content), **content},
        trigger_event=rules.MILESTONE,
        agent_session_id=source.session_id,
        expires_at=work.now + rules.SNAPSHOT_KEPT,
        created_at=work.now,
    )
    work.transaction.add(snapshot)
    await work.transaction.flush()
    return snapshot


def _company_facts(company: t.Company) -> dict[str, Any]:
    return {
        "id": company.id,
        "name": company.name,
        "stage": company.partner_journey_stage,
        "tier": company.partner_tier,
        "milestones": company.journey_milestones,
        "open_blockers": [blocker.stored() for blocker in listed(read(company.blockers)) if is_open(blocker)],
        "version": company.version,
    }


async def _handoff(
    work: Work, source: t.AgentSession, ask: HandOff, hop: int, snapshot: t.ContextSnapshot
) -> t.SessionHandoff:
    handoff = t.SessionHandoff(
        from_session_id=source.id,
        live_source_id=source.id,
        to_agent_type=ask.to_agent_type,
        status=HandoffStatus.ACCEPTED,
        snapshot_id=snapshot.id,
        reason=ask.reason.strip(),
        policy={"mode": ask.policy.name, **({"keys": list(ask.keys)} if ask.keys else {})},
        redactions=list(ask.redact),
        open_questions=list(ask.open_questions),
        hop=hop,
        created_by=work.actor.user_id,
        created_at=work.now,
        decided_at=work.now,
        decided_by=work.actor.user_id,
    )
    work.transaction.add(handoff)
    await work.transaction.flush()
    return handoff


def _note(
    work: Work,
    source: t.AgentSession,
    company: t.Company | None,
    ask: HandOff,
    handoff: t.SessionHandoff,
    snapshot: t.ContextSnapshot,
    chains: list[queries.OpenChain],
    omitted: list[str],
) -> dict[str, Any]:
    """What the new session finds under `_handoff` in its context."""
    return {
        "from_session": source.session_id,
        "handoff_id": handoff.id,
        "snapshot_id": snapshot.snapshot_id,
        "snapshot_sha256": snapshot.context_data["sha256"],
        "hop": handoff.hop,
        "reason": handoff.reason,
        "open_questions": list(ask.open_questions),
        "pending_steps": [
            {"chain_id": chain.chain_id, "step_num": step.step_num, "template_slug": step.template_slug}
            for chain in chains
            for step in read_list(Step, chain.steps_config)
            if step.status in UNDONE
        ],
        "stage_at_handoff": None if company is None else company.partner_journey_stage,
        "handed_over_at": iso(work.now),
        "omitted": omitted,
    }


async def _target(
    work: Work, source: t.AgentSession, company: t.Company | None, agent_type: AgentType, context: dict[str, Any]
) -> t.AgentSession:
    target = t.AgentSession(
        session_id=work.new_id(),
        user_id=source.user_id,
        company_id=source.company_id,
        product_id=source.product_id,
        journey_stage=source.journey_stage if company is None else company.partner_journey_stage,
        agent_type=agent_type,
        status=SessionStatus.ACTIVE,
        session_context=context,
        started_at=work.now,
    )
    work.transaction.add(target)
    await work.transaction.flush()
    return target


def _complete(source: t.AgentSession, work: Work, agent_type: AgentType) -> None:
    source.status = SessionStatus.COMPLETED
    source.outcome_type = rules.OUTCOME
    source.handoff_to_agent = agent_type
    source.ended_at = work.now if source.started_at is None else max(work.now, source.started_at)


async def _record(
    work: Work,
    source: t.AgentSession,
    target: t.AgentSession,
    handoff: t.SessionHandoff,
    company: t.Company | None,
    chains: list[queries.OpenChain],
) -> int | None:
    """A journey event where there is (still) a company; the outbox hears of every handoff."""
    event_id = None
    if company is not None:
        title = f"{source.agent_type.name} handed over to {target.agent_type.name}"
        event = await record(
            work,
            EventType.MILESTONE_ACHIEVED,
            company.id,
            MilestoneData(code=rules.MILESTONE, title=title),
            product_id=source.product_id,
            related=(rules.ENTITY, handoff.id),
            chain_ids=[chain.id for chain in chains],
        )
        event_id = event.id
    payload = {"handoff_id": handoff.id, "from_session": source.session_id, "to_session": target.session_id}
    outbox(work, rules.MILESTONE, payload, company_id=source.company_id, event_id=event_id)
    return event_id
