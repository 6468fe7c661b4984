"""Approvals: asked for by what an agent may not do alone, decided by a manager, used up by the write. The only door."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from actions.access import check_expected
from actions.perform import Facts, Postponed, Work
from actions.record import outbox
from db import tables as t
from db.queries import approvals as queries
from db.queries import locked
from domain import approvals as rules
from domain.enums import ApprovalDecision
from domain.refusals import Problem, Refused, not_found


@dataclass(frozen=True, slots=True)
class Decide:
    approval_id: int
    decision: ApprovalDecision
    note: str | None = None
    expected_version: int | None = None


async def clear(work: Work, company: t.Company, made: Any) -> None:
    """Returns where the write may go on: to be called when nothing else stands in its way, with the company locked and
    what the rule has made. An approval is used up here, in the write's own transaction."""
    found = rules.impact(work.request.operation, made, company.name, work.actor, work.policy.approvals)
    if found is None:
        return
    approval = await _live(work)
    if approval is None or rules.is_over(approval.expires_at, work.now):
        hours = work.policy.approvals.lifetime_hours
        raise Postponed(
            rules.required(work.request.operation, found, hours),
            company.id,
            partial(_ask, company_id=company.id, found=found),
        )
    if approval.decision is not ApprovalDecision.APPROVED:
        raise Refused(_told(work, found, approval))
    approval.used_at = work.now
    approval.live_key = None


async def _ask(work: Work, *, company_id: int, found: rules.Impact) -> Problem:
    """In a transaction of its own. It locks the company first, as `clear` does: who asks alike meanwhile waits there,
    and finds what was asked."""
    if await locked.by_id(work.transaction, t.Company, company_id, work.scope) is None:
        raise not_found("companyId", "company")
    approval = await _live(work)
    if approval is not None and not rules.is_over(approval.expires_at, work.now):
        return _told(work, found, approval)
    if approval is not None:
        approval.live_key = None
    return _told(work, found, await _asked(work, company_id, found))


async def _asked(work: Work, company_id: int, found: rules.Impact) -> t.Approval:
    assert work.actor.agent_id is not None
    approval = t.Approval(
        public_id=work.new_id(),
        company_id=company_id,
        user_id=work.actor.user_id,
        agent_id=work.actor.agent_id,
        agent_type=work.actor.agent_type,
        operation=work.request.operation,
        request=work.request.input,
        request_hash=work.request.hash,
        live_key=_live_key(work),
        summary=found.summary,
        decision=ApprovalDecision.PENDING,
        created_at=work.now,
        expires_at=work.now + timedelta(hours=work.policy.approvals.lifetime_hours),
    )
    work.transaction.add(approval)
    await work.transaction.flush()
    _announce(work, approval, rules.REQUESTED)
    return approval


async def decide(work: Work, ask: Decide) -> Facts:
    """Facts: approval_id, company_id, changed. It locks the company first, as all who write do."""
    company_id = await locked.company_of(work.transaction, t.Approval, ask.approval_id, work.scope)
    if company_id is not None:
        await locked.by_id(work.transaction, t.Company, company_id, work.scope)
    approval = await locked.by_id(work.transaction, t.Approval, ask.approval_id, work.scope)
    if approval is None:
        raise not_found("approvalId", "approval")
    rules.check_decider(work.actor)
    note = rules.note(ask.decision, ask.note)
    check_expected("expectedVersion", ask.expected_version, approval.version, "Approval", approval.id)
    current = rules.status(approval.decision, approval.used_at, approval.expires_at, work.now)
    changed = rules.decide(current, ask.decision, approval.id)
    if changed:
        approval.decision = ask.decision
        approval.decided_at = work.now
        approval.decided_by = work.actor.user_id
        approval.note = note
        _announce(work, approval, rules.DECIDED[ask.decision])
    return {"approval_id": approval.id, "company_id": approval.company_id, "changed": changed}


def _live_key(work: Work) -> str:
    return rules.live_key(work.actor.scope, work.request.hash)


async def _live(work: Work) -> t.Approval | None:
    return await queries.live(work.transaction, _live_key(work))


def _told(work: Work, found: rules.Impact, approval: t.Approval) -> Problem:
    operation = work.request.operation
    if approval.decision is ApprovalDecision.REJECTED:
        return rules.turned_down(operation, found, approval.id, approval.note, approval.expires_at or work.now)
    return rules.required(operation, found, work.policy.approvals.lifetime_hours, approval.id)


def _announce(work: Work, approval: t.Approval, topic: str) -> None:
    payload = {
        "public_id": approval.public_id,
        "operation": approval.operation,
        "summary": approval.summary,
        "agent_id": approval.agent_id,
        "user_id": approval.user_id,
        "decision": approval.decision.value,
        "decided_by": approval.decided_by,
        "note": approval.note,
    }
    outbox(work, topic, payload, company_id=approval.company_id, event_id=None)
