"""Named milestones: the door to the events that tell of them."""

from dataclasses import dataclass
from datetime import datetime

from actions.access import check_expected, check_product_of, company_for_writing
from actions.perform import Facts, Work
from actions.record import record
from db import tables as t
from db.queries import milestones
from domain import milestones as rules
from domain.enums import EventType
from domain.event_data import MilestoneData
from domain.refusals import not_found


@dataclass(frozen=True, slots=True)
class AchieveMilestone:
    company_id: int
    code: str
    title: str | None = None
    product_id: int | None = None
    achieved_at: datetime | None = None
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class RevokeMilestone:
    company_id: int
    code: str
    reason: str
    product_id: int | None = None
    expected_version: int | None = None


async def achieve_milestone(work: Work, ask: AchieveMilestone) -> Facts:
    """Facts: company_id, event_id (of the one that stands), changed."""
    company = await _company(work, ask.company_id, ask.product_id, ask.expected_version)
    data = rules.achieved(ask.code, ask.title, ask.achieved_at, work.now)
    known = await standing(work, company.id)
    key = (ask.product_id, data.code or "")
    if key in known:
        return {"company_id": company.id, "event_id": known[key], "changed": False}
    event = await record(work, EventType.MILESTONE_ACHIEVED, company.id, data, product_id=ask.product_id)
    return {"company_id": company.id, "event_id": event.id, "changed": True}


async def revoke_milestone(work: Work, ask: RevokeMilestone) -> Facts:
    """Facts: company_id, event_id, changed."""
    company = await _company(work, ask.company_id, ask.product_id, ask.expected_version)
    data = rules.revoked(ask.code, ask.reason, work.actor)
    if (ask.product_id, data.code) not in await standing(work, company.id):
        raise not_found("code", "milestone that was achieved")
    event = await record(work, EventType.MILESTONE_ACHIEVED, company.id, data, product_id=ask.product_id)
    return {"company_id": company.id, "event_id": event.id, "changed": True}


async def tell(
    work: Work,
    company_id: int,
    code: str,
    *,
    title: str | None = None,
    product_id: int | None = None,
    revoked: bool = False,
    reason: str | None = None,
) -> t.JourneyEvent:
    """For what is reached by a change of something else: whoever calls it knows that it does not stand, or does."""
    data = MilestoneData(code=code, title=title, revoked=revoked, reason=reason)
    return await record(work, EventType.MILESTONE_ACHIEVED, company_id, data, product_id=product_id)


async def standing(work: Work, company_id: int) -> rules.Standing:
    """To be called with the company locked."""
    return rules.standing(await milestones.told(work.transaction.rows, company_id, work.scope))


async def _company(work: Work, company_id: int, product_id: int | None, expected_version: int | None) -> t.Company:
    company = await company_for_writing(work, company_id)
    check_expected("expectedVersion", expected_version, company.version, "Company", company.id)
    await check_product_of(work, company_id, product_id)
    return company
