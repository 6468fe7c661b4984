"""The door to `companies.blockers`: whoever changes a blocker, and for whatever reason, does it here."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from actions.perform import Work
from actions.record import record
from actions.recount import recount
from db import tables as t
from domain import blocker_changes as changes
from domain import blockers as rules
from domain.documents import Blocker, Reference
from domain.enums import BlockerSource, BlockerStatus, EventType, JourneyStage, Severity, TriggeredBy
from domain.event_data import BlockerAddedData, BlockerResolvedData

# What found a blocker follows from who adds it; COMPLIANCE is for reports alone.
SOURCES = {
    TriggeredBy.USER: BlockerSource.USER,
    TriggeredBy.AGENT: BlockerSource.AGENT,
    TriggeredBy.SYSTEM: BlockerSource.SYSTEM,
    TriggeredBy.WEBHOOK: BlockerSource.WEBHOOK,
}
CAME_BACK = "It was found again."


@dataclass(frozen=True, slots=True)
class NewBlocker:
    code: str
    title: str
    severity: Severity
    stage: JourneyStage
    source: BlockerSource
    description: str | None = None
    product_id: int | None = None
    source_ref: tuple[str, str] | None = None
    blocked_by: tuple[str, ...] = ()
    owner_user_id: int | None = None
    due_at: datetime | None = None


async def open_blocker(work: Work, company: t.Company, new: NewBlocker) -> tuple[Blocker, t.JourneyEvent | None]:
    """The blocker, and its event: None where an open one for the same cause is there."""
    document, kept, created = rules.add(company.blockers, _made(work, new), work.policy.blockers)
    if not created:
        return kept, None
    await keep(work, company, document, (kept,))
    return kept, await tell_added(work, company.id, kept)


async def find_again(work: Work, company: t.Company, new: NewBlocker) -> tuple[Blocker, t.JourneyEvent | None]:
    """As `open_blocker`, for what the system finds at a source as long as its cause lasts: what was found there before,
    and was resolved, is opened again; what a manager has waived stays waived."""
    assert new.source_ref is not None
    before = rules.found_before(rules.read(company.blockers), new.source_ref, new.source, new.stage)
    if before is None or rules.is_open(before):
        return await open_blocker(work, company, new)
    if before.status is BlockerStatus.WAIVED:
        return before, None
    back = changes.reopened(before, CAME_BACK).model_copy(update={"severity": new.severity})
    await keep(work, company, rules.replace(company.blockers, (back,)), (back,))
    return back, await tell_added(work, company.id, back, reopened=True)


async def regrade(
    work: Work, company: t.Company, severities: Mapping[tuple[str, str] | None, Severity]
) -> tuple[Blocker, ...]:
    """What checks had found at these sources, and is open: as grave as the latest check says."""
    checked = work.policy.blockers.recheck_sources
    held = tuple(
        each
        for each in rules.read(company.blockers)
        if rules.is_open(each) and each.source in checked and rules.points_to(each) in severities
    )
    for each in held:
        severity = severities[rules.points_to(each)]
        if each.severity is not severity and rules.may_regrade(each, severity, work.actor):
            changed = each.model_copy(update={"severity": severity})
            await keep(work, company, rules.replace(company.blockers, (changed,)), (changed,))
            await tell_added(work, company.id, changed, updated=True)
    return held


def _made(work: Work, new: NewBlocker) -> Blocker:
    return Blocker(
        id=work.new_id(),
        code=new.code.strip(),
        title=new.title.strip(),
        description=new.description,
        severity=new.severity,
        stage=new.stage,
        product_id=new.product_id,
        source=new.source,
        source_ref=None if new.source_ref is None else Reference(type=new.source_ref[0], id=new.source_ref[1]),
        blocked_by=new.blocked_by,
        owner_user_id=new.owner_user_id,
        due_at=new.due_at,
        added_at=work.now,
        added_by=work.actor.user_id,
        agent_id=work.actor.agent_id,
    )


async def close_rechecked(
    work: Work, company: t.Company, passed: Callable[[Blocker], bool], resolution: str, ref: Reference
) -> tuple[Blocker, ...]:
    """Resolves what checks had found and this one, `ref`, did not find any more."""
    sources = work.policy.blockers.recheck_sources
    return await _close(work, company, lambda each: each.source in sources and passed(each), resolution, ref)


async def close_caused(
    work: Work, company: t.Company, code: str, resolution: str, ref: Reference
) -> tuple[Blocker, ...]:
    """Resolves what was opened with this code for `ref`, and has lost its cause."""
    cause = (ref.type, ref.id)
    return await _close(
        work, company, lambda each: (each.code, rules.points_to(each)) == (code, cause), resolution, ref
    )


async def _close(
    work: Work, company: t.Company, gone: Callable[[Blocker], bool], resolution: str, ref: Reference
) -> tuple[Blocker, ...]:
    ids = frozenset(each.id for each in rules.read(company.blockers) if rules.is_open(each) and gone(each))
    if not ids:
        return ()
    made = changes.close(
        company.blockers, ids, resolution=resolution, ref=ref, actor=work.actor, now=work.now, policy=work.policy
    )
    await keep_closed(work, company, made)
    return made.resolved


async def keep_closed(work: Work, company: t.Company, made: changes.Resolution) -> t.JourneyEvent | None:
    """The event of the last one."""
    if not made.resolved:
        return None
    await keep(work, company, made.document, made.resolved)
    event = None
    for blocker in made.resolved:
        event = await tell_closed(work, company.id, blocker, unblocked=blocker.id in made.unblocking)
    return event


async def keep(work: Work, company: t.Company, document: dict[str, Any], changed: Iterable[Blocker]) -> None:
    company.blockers = rules.aged_out(document, work.now, work.policy.blockers)
    company.updated_at = work.now
    await recount(work, company, {blocker.product_id for blocker in changed})


async def tell_added(
    work: Work, company_id: int, blocker: Blocker, *, reopened: bool = False, updated: bool = False
) -> t.JourneyEvent:
    data = BlockerAddedData(
        blocker_id=blocker.id,
        code=blocker.code,
        title=blocker.title,
        severity=blocker.severity,
        stage=blocker.stage,
        reopened=reopened,
        updated=updated,
        reason=blocker.reopen_reason if reopened else None,
    )
    return await record(work, EventType.BLOCKER_ADDED, company_id, data, product_id=blocker.product_id)


async def tell_closed(work: Work, company_id: int, blocker: Blocker, *, unblocked: bool) -> t.JourneyEvent:
    data = BlockerResolvedData(
        blocker_id=blocker.id,
        code=blocker.code,
        title=blocker.title,
        severity=blocker.severity,
        stage=blocker.stage,
        resolution=blocker.resolution,
        unblocked=unblocked,
        waived=blocker.status is BlockerStatus.WAIVED,
    )
    return await record(work, EventType.BLOCKER_RESOLVED, company_id, data, product_id=blocker.product_id)
