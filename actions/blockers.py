"""A company's blockers. The functions here are the only doors to `companies.blockers`."""

from dataclasses import dataclass
from datetime import datetime

from actions import approvals
from actions.access import check_expected, company_for_writing
from actions.perform import Facts, Work
from actions.record import record
from db import tables as t
from db.queries import locked
from domain import blockers as rules
from domain.documents import Blocker, Reference
from domain.enums import BlockerSource, EventType, JourneyStage, Severity, TriggeredBy
from domain.event_data import BlockerAddedData, BlockerResolvedData
from domain.refusals import not_found

# What found a blocker follows from who adds it; COMPLIANCE is for reports alone.
SOURCES = {
    TriggeredBy.USER: BlockerSource.USER,
    TriggeredBy.AGENT: BlockerSource.AGENT,
    TriggeredBy.SYSTEM: BlockerSource.SYSTEM,
    TriggeredBy.WEBHOOK: BlockerSource.WEBHOOK,
}


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
    expected_version: int | None = None
    company_ref: str = ""


async def add_blocker(work: Work, ask: AddBlocker) -> Facts:
    """Facts: company_id, blocker_id, event_id (None when it was there already), created, changed."""
    company = await company_for_writing(work, ask.company_id)
    check_expected("expectedVersion", ask.expected_version, company.version, "Company", company.id)
    await _check_references(work, ask)
    new = Blocker(
        id=work.new_id(),
        code=ask.code.strip(),
        title=ask.title.strip(),
        description=ask.description,
        severity=ask.severity,
        stage=rules.stage_named(ask.stage, company.partner_journey_stage),
        product_id=ask.product_id,
        source=SOURCES[work.actor.kind],
        source_ref=None if ask.source_ref is None else Reference(type=ask.source_ref[0], id=ask.source_ref[1]),
        blocked_by=ask.blocked_by,
        owner_user_id=ask.owner_user_id,
        due_at=ask.due_at,
        added_at=work.now,
        added_by=work.actor.user_id,
        agent_id=work.actor.agent_id,
    )
    document, blocker, created = rules.add(company.blockers, new)
    facts: Facts = {
        "company_id": company.id,
        "blocker_id": blocker.id,
        "event_id": None,
        "created": created,
        "changed": created,
    }
    if not created:
        return facts
    company.blockers = document
    company.updated_at = work.now
    data = BlockerAddedData(
        blocker_id=new.id, code=new.code, title=new.title, severity=new.severity, stage=new.stage, reopened=False
    )
    event = await record(work, EventType.BLOCKER_ADDED, company.id, data, product_id=new.product_id)
    return {**facts, "event_id": event.id}


async def resolve_blocker(work: Work, ask: ResolveBlocker) -> Facts:
    """Facts: company_id, blocker_id, event_id (None when it was resolved already), changed, unblocked, resolved ids."""
    company = await company_for_writing(work, ask.company_id)
    check_expected("expectedVersion", ask.expected_version, company.version, "Company", company.id)
    made = rules.resolve(
        company.blockers,
        ask.blocker_id,
        company_id=company.id,
        company_ref=ask.company_ref,
        resolution=ask.resolution,
        cascade=ask.cascade,
        actor=work.actor,
        now=work.now,
    )
    await approvals.clear(work, company, made)
    if made.resolved:
        company.blockers = made.document
        company.updated_at = work.now
    event_id = None
    for blocker in made.resolved:
        event_id = (await _record_resolved(work, company.id, blocker, unblocked=blocker.id in made.unblocking)).id
    return {
        "company_id": company.id,
        "blocker_id": made.blocker.id,
        "event_id": event_id,
        "changed": bool(made.resolved),
        "unblocked": made.blocker.id in made.unblocking,
        "resolved": [blocker.id for blocker in made.resolved],
    }


async def _record_resolved(work: Work, company_id: int, blocker: Blocker, *, unblocked: bool) -> t.JourneyEvent:
    data = BlockerResolvedData(
        blocker_id=blocker.id,
        code=blocker.code,
        title=blocker.title,
        severity=blocker.severity,
        stage=blocker.stage,
        resolution=blocker.resolution,
        unblocked=unblocked,
    )
    return await record(work, EventType.BLOCKER_RESOLVED, company_id, data, product_id=blocker.product_id)


async def _check_references(work: Work, ask: AddBlocker) -> None:
    if ask.product_id is not None and not await locked.is_visible(
        work.transaction, t.Product, ask.product_id, work.scope, company_id=ask.company_id
    ):
        raise not_found("productId", "product of this company")
    if ask.owner_user_id is not None and not await locked.is_visible(
        work.transaction, t.User, ask.owner_user_id, work.scope
    ):
        raise not_found("ownerId", "user")
