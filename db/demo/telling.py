"""One company's story from its first call to now. The order matters: later parts read what earlier ones left."""

from collections.abc import Callable
from datetime import datetime, timedelta

from db.demo import (
    approach,
    approvals,
    blockers,
    chains,
    commerce,
    companies,
    compliance,
    content,
    journey,
    prerequisites,
    products,
    readiness,
    sessions,
    snapshots,
    statuses,
    tiers,
    verdicts,
)
from db.demo.clock import pace
from db.demo.playbook import BEATS, ENCORE, MILESTONES, Beat, Kind
from db.demo.story import Story, Visit, lead
from db.demo.world import World
from domain.enums import ChainType, ContentPurpose, EventType, JourneyStage

REVOKED = (*(False,) * 9, True)


def tell(world: World, number: int, name: str) -> Story:
    story = companies.tell(world, number, name)
    products.line_up(story)
    journey.move_through(story)
    commerce.release(story)
    prerequisites.prepare(story)
    for visit in story.visits:
        _live_through(story, visit)
    _fill_up(story)
    readiness.measure(story)
    sessions.converse(story)
    verdicts.pronounce(story)
    snapshots.remember(story)
    approvals.gather(story)
    statuses.reach(story)
    tiers.rank(story)
    approach.ask(story)
    _sum_up(story)
    return story


def _live_through(story: Story, visit: Visit) -> None:
    rich = story.showcase and visit.current
    planned = [beat for beat in BEATS[visit.stage] if rich or story.rng.random() < beat.chance]
    planned += ENCORE if rich else ()
    for beat, at in zip(planned, pace(story.rng, visit.entered, visit.left, len(planned)), strict=True):
        PLAYERS[beat.kind](story, at, visit, beat)


def _milestone(story: Story, at: datetime, visit: Visit, beat: Beat) -> None:
    if (None, beat.what) in story.milestones:
        return
    story.milestones.add((None, beat.what))
    data = {"code": beat.what, "title": MILESTONES[beat.what]}
    story.record(EventType.MILESTONE_ACHIEVED, at, story.user(), data)
    # It did not hold: some are taken back the next day.
    if story.world.turn("revoked", REVOKED) and at + timedelta(days=1) < story.visits[-1].left:
        taken_back = {"code": beat.what, "revoked": True, "reason": "Entered for the wrong partner."}
        story.record(EventType.MILESTONE_ACHIEVED, at + timedelta(days=1), lead(story), taken_back)


def _check_listing(story: Story, at: datetime, visit: Visit) -> None:
    if product := story.product_at(at):
        compliance.inspect(story, at, visit, "listing", product)


PLAYERS: dict[Kind, Callable[[Story, datetime, Visit, Beat], None]] = {
    Kind.MILESTONE: _milestone,
    Kind.CONTENT: lambda story, at, visit, beat: content.write_loose(story, at, ContentPurpose(beat.what), visit.left),
    Kind.BLOCKER: lambda story, at, visit, beat: blockers.hit_trouble(story, at, visit),
    Kind.CHECK: lambda story, at, visit, beat: _check_listing(story, at, visit),
    Kind.REVIEW: lambda story, at, visit, beat: compliance.inspect(story, at, visit, "ftr", None),
    Kind.CHAIN: lambda story, at, visit, beat: chains.start(story, at, visit, ChainType(beat.what)),
    Kind.MDF_SUBMIT: lambda story, at, visit, beat: commerce.submit_mdf(story, at),
    Kind.MDF_DECIDE: lambda story, at, visit, beat: commerce.decide_mdf(story, at),
    Kind.CO_SELL: lambda story, at, visit, beat: commerce.initiate_co_sell(story, at),
    Kind.DEAL: lambda story, at, visit, beat: commerce.register_deal(story, at),
}


def _fill_up(story: Story) -> None:
    """From pre-listing on, a company has two chains at least; and without a partner ID it is held up."""
    visit = story.visits[-1]
    if story.stage is JourneyStage.DISCOVERY:
        return
    for at in pace(story.rng, visit.entered, visit.left, max(0, 2 - len(story.chains))):
        chains.start(story, at, visit, ChainType.CUSTOM)
    if story.company["aws_partner_id"] is None:
        blockers.add(story, pace(story.rng, visit.entered, visit.left, 1)[0], visit.stage, blockers.MISSING_ID)


def _sum_up(story: Story) -> None:
    story.company["blockers"] = blockers.by_stage(story)
    story.company["updated_at"] = max(event["created_at"] for event in story.events)
