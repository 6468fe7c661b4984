"""Tiers of the AWS Partner Network: those a company has reached, what was counted, and one that was lost."""

from datetime import UTC, datetime, time, timedelta
from random import Random

from db.demo.clock import public_id, whole
from db.demo.story import Story, lead, system
from db.demo.world import document
from db.tables import TierProgress
from domain.documents import Blocker, Reference
from domain.enums import BlockerSource, EventType, JourneyStage, PartnerTier, Severity, TierRequirement
from domain.policy import DEFAULT
from domain.tiers import LAPSED, PREFIX, following, held

STALE_DAYS = 400
LAPSES = (True, False, False)


def rank(story: Story) -> None:
    """Told last, by dice of its own: what else happened stays as it was."""
    _reach(story)
    _count(story)
    co_sells = story.stage is JourneyStage.CO_SELL and not story.showcase
    if co_sells and story.world.turn("lapse", LAPSES):
        _lapse(story)


def _reach(story: Story) -> None:
    tiers = held(story.company["partner_tier"])
    begin, end = story.visits[0].entered, story.visits[-1].left
    for place, tier in enumerate(tiers, 1):
        at = whole(begin + (end - begin) * place / (len(tiers) + 1))
        data = {"code": PREFIX + tier, "title": f"Partner tier {tier.name.capitalize()}"}
        story.record(EventType.MILESTONE_ACHIEVED, at, lead(story), data)


def _count(story: Story) -> None:
    """Nobody has counted the professionals of every third; the figures of every fifth are stale."""
    company = story.company
    if company["aws_partner_id"] is None:
        return
    days = STALE_DAYS if story.number % 5 == 0 else 10 + story.number % 90
    as_of = (story.now - timedelta(days=days)).date()
    needs = getattr(DEFAULT.tiers, following(company["partner_tier"]) or PartnerTier.PREMIER, DEFAULT.tiers.select)
    for place, requirement in enumerate(TierRequirement):
        if requirement is TierRequirement.PROFESSIONAL and story.number % 3 == 1:
            continue
        share = 1.2 if (place + story.number) % 3 else 0.6
        story.world.add(
            TierProgress,
            company_id=company["id"],
            user_id=story.team[0],
            requirement=requirement,
            value=round(getattr(needs, requirement) * share),
            as_of=as_of,
            note="From the scorecard in AWS Partner Central.",
            created_at=min(story.now, max(company["created_at"], datetime.combine(as_of, time(12), UTC))),
        )


def _lapse(story: Story) -> None:
    """AWS took the tiers for co-selling back two days ago: people have to decide what follows."""
    at = whole(story.visits[-1].left - timedelta(hours=2))
    for tier in reversed(held(story.company["partner_tier"])[1:]):
        data = {"code": PREFIX + tier, "revoked": True, "reason": "The yearly review was missed."}
        story.record(EventType.MILESTONE_ACHIEVED, at, lead(story), data)
    story.company["partner_tier"] = PartnerTier.STANDARD
    blocker = document(
        Blocker(
            id=public_id(Random(story.number), at),  # noqa: S311
            code=LAPSED,
            title="The tier to co-sell with has lapsed",
            severity=Severity.HIGH,
            stage=JourneyStage.CO_SELL,
            source=BlockerSource.SYSTEM,
            source_ref=Reference(type="company", id=str(story.company["id"])),
            added_at=at,
            added_by=system().user_id,
        )
    )
    story.blockers.append(blocker)
    told = {name: blocker[name] for name in ("code", "title", "severity", "stage")}
    story.record(EventType.BLOCKER_ADDED, at, system(), {"blocker_id": blocker["id"], **told})
