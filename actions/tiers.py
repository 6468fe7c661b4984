"""A company's tier: the door to `companies.partner_tier`. A lapse opens a blocker, and never moves the company."""

from dataclasses import dataclass

from actions import milestones
from actions.access import check_expected, company_for_writing
from actions.blocking import NewBlocker, close_caused, find_again, open_blocker
from actions.perform import Facts, Work
from db import tables as t
from domain import tiers as rules
from domain.blockers import COMPANY
from domain.documents import Reference
from domain.enums import BlockerSource, JourneyStage, PartnerTier


@dataclass(frozen=True, slots=True)
class ChangeTier:
    company_id: int
    to: PartnerTier
    reason: str | None = None
    expected_tier: PartnerTier | None = None
    expected_version: int | None = None


async def change_tier(work: Work, ask: ChangeTier) -> Facts:
    """Facts: company_id, event_id (of the last milestone), blocker_id (that a lapse has opened), resolved, changed."""
    company = await company_for_writing(work, ask.company_id)
    check_expected("expectedVersion", ask.expected_version, company.version, "Company", company.id)
    check_expected("expectedTier", ask.expected_tier, company.partner_tier, "Company", company.id)
    made = rules.change(company.partner_tier, ask.to, ask.reason, work.actor)
    facts: Facts = {"company_id": company.id, "event_id": None, "resolved": [], "changed": False}
    if made.before is made.after:
        return facts
    company.partner_tier = made.after
    company.updated_at = work.now
    event = await _tell(work, company.id, made)
    facts |= {"event_id": None if event is None else event.id, "changed": True}
    return facts | await _consequences(work, company, made.before)


async def _tell(work: Work, company_id: int, made: rules.TierChange) -> t.JourneyEvent | None:
    """The standing milestones tell which tiers the company has."""
    known = {code for of, code in await milestones.standing(work, company_id) if of is None}
    event = None
    for tier in reversed(made.lost):
        if rules.PREFIX + tier in known:
            event = await milestones.tell(work, company_id, rules.PREFIX + tier, revoked=True, reason=made.reason)
    for tier in rules.held(made.after):
        if rules.PREFIX + tier not in known:
            title = f"Partner tier {tier.name.capitalize()}"
            event = await milestones.tell(work, company_id, rules.PREFIX + tier, title=title, reason=made.reason)
    return event


async def _consequences(work: Work, company: t.Company, before: PartnerTier | None) -> Facts:
    stage = company.partner_journey_stage or JourneyStage.DISCOVERY
    source = (COMPANY, str(company.id))
    if rules.co_sells(company.partner_tier, work.policy.stages):
        ref = Reference(type=source[0], id=source[1])
        gone = await close_caused(work, company, rules.LAPSED, "The company has a tier to co-sell with again.", ref)
        return {"resolved": [blocker.id for blocker in gone]}
    if not rules.is_lapse(stage, company.partner_tier, work.policy.stages):
        return {}
    new = NewBlocker(
        code=rules.LAPSED,
        title="The tier to co-sell with has lapsed",
        severity=work.policy.tiers.lapse_severity,
        stage=JourneyStage.CO_SELL,
        source=BlockerSource.SYSTEM,
        source_ref=source,
    )
    # A lapse that begins is not the one before it, whatever was decided on that.
    lasts = rules.is_lapse(stage, before, work.policy.stages)
    blocker, _ = await (find_again if lasts else open_blocker)(work, company, new)
    return {"blocker_id": blocker.id}
