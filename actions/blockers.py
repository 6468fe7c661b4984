"""What may be done with a company's blockers, by those who may write the company."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from actions import approvals, findings
from actions.access import check_expected, company_for_writing
from actions.blocking import SOURCES, NewBlocker, keep, keep_closed, open_blocker, tell_added, tell_closed
from actions.perform import Facts, Work
from db import tables as t
from db.opaque import global_id
from db.queries import locked
from domain import blocker_changes as rules
from domain.blockers import reserved, stage_named
from domain.documents import Reference
from domain.enums import JourneyStage, Severity
from domain.refusals import invalid, not_found


@dataclass(frozen=True, slots=True)
class AddBlocker:
    company_id: int
    code: str
    title: str
    severity: Severity
    description: str | None = None
    stage: JourneyStage | None = None
    product_id: int | None = None
    blocked_by: tuple[str, ...] = ()
    owner_user_id: int | None = None
    due_at: datetime | None = None
    source_ref: tuple[str, str] | None = None
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class ResolveBlocker:
    company_id: int
    blocker_id: str
    resolution: str
    cascade: bool = False
    resolution_ref: tuple[str, str] | None = None
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class ChangeBlocker:
    """Waives or reopens."""

    company_id: int
    blocker_id: str
    reason: str
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class UpdateBlocker:
    """`changes` holds what was named, by the names of the document."""

    company_id: int
    blocker_id: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    expected_version: int | None = None


async def add_blocker(work: Work, ask: AddBlocker) -> Facts:
    """Facts: company_id, blocker_id, event_id (None when it was there already), created, changed."""
    company = await _company(work, ask.company_id, ask.expected_version)
    await _check_references(work, company.id, ask.product_id, ask.owner_user_id)
    if errors := reserved(ask.source_ref):
        raise invalid(*errors)
    new = NewBlocker(
        code=ask.code,
        title=ask.title,
        severity=ask.severity,
        stage=stage_named(ask.stage, company.partner_journey_stage),
        source=SOURCES[work.actor.kind],
        description=ask.description,
        product_id=ask.product_id,
        source_ref=ask.source_ref,
        blocked_by=ask.blocked_by,
        owner_user_id=ask.owner_user_id,
        due_at=ask.due_at,
    )
    blocker, event = await open_blocker(work, company, new)
    created = event is not None
    return {**_facts(company.id, blocker.id, event), "created": created, "changed": created}


async def resolve_blocker(work: Work, ask: ResolveBlocker) -> Facts:
    """Facts: company_id, blocker_id, event_id (None when it was resolved already), changed, unblocked, resolved ids."""
    company = await _company(work, ask.company_id, ask.expected_version)
    pointer = ask.resolution_ref
    made = rules.resolve(
        company.blockers,
        ask.blocker_id,
        company_id=company.id,
        ref=global_id,
        resolution=ask.resolution,
        cascade=ask.cascade,
        actor=work.actor,
        now=work.now,
        policy=work.policy,
        resolution_ref=None if pointer is None else Reference(type=pointer[0], id=pointer[1]),
    )
    await approvals.clear(work, company, made)
    event = await keep_closed(work, company, made)
    return {
        **_facts(company.id, made.blocker.id, event),
        "changed": bool(made.resolved),
        "unblocked": bool(made.unblocking),
        "resolved": [blocker.id for blocker in made.resolved],
    }


async def waive_blocker(work: Work, ask: ChangeBlocker) -> Facts:
    """Facts: company_id, blocker_id, event_id, changed, unblocked."""
    company = await _company(work, ask.company_id, ask.expected_version)
    made = rules.waive(
        company.blockers,
        ask.blocker_id,
        company_id=company.id,
        reason=ask.reason,
        actor=work.actor,
        now=work.now,
    )
    unblocked = bool(rules.unblocking(made.document, made.changed, work.policy.stages.gating_severities))
    event = None
    if made.changed:
        await findings.waive(work, made.blocker, company.id)
        await keep(work, company, made.document, made.changed)
        event = await tell_closed(work, company.id, made.blocker, unblocked=unblocked)
    return {**_facts(company.id, made.blocker.id, event), "changed": bool(made.changed), "unblocked": unblocked}


async def reopen_blocker(work: Work, ask: ChangeBlocker) -> Facts:
    """Facts: company_id, blocker_id, event_id, changed."""
    company = await _company(work, ask.company_id, ask.expected_version)
    made = rules.reopen(company.blockers, ask.blocker_id, company_id=company.id, reason=ask.reason, actor=work.actor)
    event = None
    if made.changed:
        await findings.open_again(work, made.blocker, company.id)
        await keep(work, company, made.document, made.changed)
        event = await tell_added(work, company.id, made.blocker, reopened=True)
    return {**_facts(company.id, made.blocker.id, event), "changed": bool(made.changed)}


async def update_blocker(work: Work, ask: UpdateBlocker) -> Facts:
    """Facts: company_id, blocker_id, event_id, changed."""
    company = await _company(work, ask.company_id, ask.expected_version)
    await _check_references(work, company.id, None, ask.changes.get("owner_user_id"))
    made = rules.update(
        company.blockers,
        ask.blocker_id,
        ask.changes,
        company_id=company.id,
        ref=global_id,
        actor=work.actor,
        policy=work.policy,
    )
    event = None
    if made.changed:
        await keep(work, company, made.document, made.changed)
        event = await tell_added(work, company.id, made.blocker, updated=True)
    return {**_facts(company.id, made.blocker.id, event), "changed": bool(made.changed)}


async def _company(work: Work, company_id: int, expected_version: int | None) -> t.Company:
    company = await company_for_writing(work, company_id)
    check_expected("expectedVersion", expected_version, company.version, "Company", company.id)
    return company


def _facts(company_id: int, blocker_id: str, event: t.JourneyEvent | None) -> Facts:
    return {"company_id": company_id, "blocker_id": blocker_id, "event_id": None if event is None else event.id}


async def _check_references(work: Work, company_id: int, product_id: int | None, owner_user_id: int | None) -> None:
    if product_id is not None and not await locked.is_visible(
        work.transaction, t.Product, product_id, work.scope, company_id=company_id
    ):
        raise not_found("productId", "product of this company")
    if owner_user_id is not None and not await locked.is_visible(work.transaction, t.User, owner_user_id, work.scope):
        raise not_found("ownerId", "user")
