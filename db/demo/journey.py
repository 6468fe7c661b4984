"""The moves between stages, as events; and what the company's row says of them."""

from typing import Any

from db.demo.clock import iso
from db.demo.story import STAGES, Actor, Story, Visit, system
from domain.enums import AgentType, EventType, JourneyStage

OVERRIDDEN = ("BLOCKERS",)
FORCED = "The launch window with AWS is fixed; the remaining finding is tracked as a follow-up."
SKIPPED = "Listing work was already finished in an earlier seller account, so this stage has nothing left to do."
FALLEN_BACK = "A review found the listing not ready for customers; the team repeats the preparation."
SHOWCASE_FALLBACK = "The first product line was restricted on AWS Marketplace; the next line goes through launch again."


def move_through(story: Story) -> None:
    for before, after in zip(story.visits, story.visits[1:], strict=False):
        _move(story, before, after)
    last = max((event["created_at"] for event in story.events), default=story.company["created_at"])
    story.company["updated_at"] = last
    story.company["journey_milestones"] = milestones(story)


def _move(story: Story, before: Visit, after: Visit) -> None:
    source, target = STAGES.index(before.stage), STAGES.index(after.stage)
    skipped = STAGES[source + 1 : target]
    forced = target == source + 1 and (story.number + source) % 11 == 5
    kind = "regress" if target < source else "skip" if skipped else "advance"
    data: dict[str, Any] = {"kind": kind, "forced": forced, "skipped_stages": [stage.value for stage in skipped]}
    if forced:
        data["overridden_gates"] = list(OVERRIDDEN)
    if reason := _reason(story, kind, forced):
        data["reason"] = reason
    story.record(
        EventType.STAGE_TRANSITION,
        before.left,
        _mover(story, kind, forced),
        data,
        stages=(before.stage, after.stage),
    )


def _reason(story: Story, kind: str, forced: bool) -> str | None:
    if kind == "regress":
        return SHOWCASE_FALLBACK if story.showcase else FALLEN_BACK
    return SKIPPED if kind == "skip" else FORCED if forced else None


def _mover(story: Story, kind: str, forced: bool) -> Actor:
    # Agents and the system only ever advance, and never by force.
    if kind != "advance" or forced:
        return Actor(story.user().kind, story.team[0])
    return story.rng.choice((story.user(), story.user(), story.agent(AgentType.SOLUTION_ADVISOR), system()))


def milestones(story: Story) -> dict[str, str]:
    """{stage: completed_at}. Falling back takes away what lay behind the stage that one falls back to."""
    done: dict[JourneyStage, str] = {}
    for before, after in zip(story.visits, story.visits[1:], strict=False):
        if STAGES.index(after.stage) > STAGES.index(before.stage):
            done[before.stage] = iso(before.left)
        else:
            done = {stage: at for stage, at in done.items() if STAGES.index(stage) < STAGES.index(after.stage)}
    return {stage.value: at for stage, at in done.items()}
