"""What holds companies up, and how it was solved."""

from collections.abc import Collection
from datetime import datetime, timedelta

from db.demo.clock import iso, later, public_id
from db.demo.story import Actor, Story, Visit, lead, system, webhook
from db.demo.troubles import TROUBLES, Trouble
from db.demo.world import Row, document, key
from domain.documents import Blocker, Reference
from domain.enums import AgentType, BlockerSource, BlockerStatus, EventType, JourneyStage, Severity
from domain.reports import source_of

# Resolved blockers leave the company's row after a while and live on in the events.
KEPT = timedelta(days=90)
OPEN_SHARE = 0.6
# In rotation, for recent blockers and for older ones.
WAIVERS = (False, False, True, False, False, False)
RELAPSES = (False, False, False, True, False)
RELAPSED = "The first solution did not last."
WAIVER = "Accepted by the partner manager for this launch."
MISSING_ID = Trouble(
    "apn_id_missing", "No AWS partner ID on file", Severity.CRITICAL, BlockerSource.SYSTEM, "Partner ID entered.", False
)
BAND_DAYS = {Severity.CRITICAL: 3, Severity.HIGH: 7, Severity.MEDIUM: 21, Severity.LOW: 45}


def hit_trouble(story: Story, at: datetime, visit: Visit) -> None:
    met = {blocker["code"] for blocker in story.blockers}
    fresh = [trouble for trouble in TROUBLES[visit.stage] if trouble.code not in met]
    if not fresh:
        return
    trouble = story.rng.choice(fresh)
    blocker = add(story, at, visit.stage, trouble)
    if visit.current and _stays_open(story, visit):
        _wait_for_another(story, blocker)
    else:
        settle(story, blocker, later(story.rng, at, 1, 24, visit.left), trouble.resolution)


def _stays_open(story: Story, visit: Visit) -> bool:
    if story.showcase:
        # The first one is solved, so that both kinds can be seen.
        before = [blocker for blocker in story.blockers[:-1] if blocker["source"] != BlockerSource.COMPLIANCE]
        return any(blocker["added_at"] > iso(visit.entered) for blocker in before)
    return story.rng.random() < OPEN_SHARE


def add(
    story: Story,
    at: datetime,
    stage: JourneyStage,
    trouble: Trouble,
    product: Row | None = None,
    source_ref: Reference | None = None,
) -> Row:
    about = product or (story.product_at(at) if trouble.about_product else None)
    actor = _reporter(story, trouble.source)
    blocker = document(
        Blocker(
            id=public_id(story.rng, at),
            code=trouble.code,
            title=trouble.title,
            description=f"{trouble.title}. Reported for {about['name'] if about else story.company['name']}.",
            severity=trouble.severity,
            stage=stage,
            product_id=key(about),
            source=trouble.source,
            source_ref=source_ref,
            owner_user_id=story.rng.choice(story.team),
            due_at=at + timedelta(days=BAND_DAYS[trouble.severity]),
            added_at=at,
            added_by=actor.user_id,
            agent_id=actor.agent_id,
        )
    )
    story.blockers.append(blocker)
    _tell(story, EventType.BLOCKER_ADDED, at, actor, blocker, {})
    return blocker


def settle(story: Story, blocker: Row, at: datetime, resolution: str) -> None:
    if not story.showcase and story.world.turn(f"waiver {story.now - at < KEPT}", WAIVERS):
        _close(story, blocker, at, story.user(), BlockerStatus.WAIVED, WAIVER)
        return
    solver = story.user() if story.rng.random() < 0.6 else story.agent(AgentType.TECHNICAL_BUILDER)
    _close(story, blocker, at, solver, BlockerStatus.RESOLVED, resolution)
    if story.world.turn("relapse", RELAPSES):
        _relapse(story, blocker, at, solver, resolution)


def _relapse(story: Story, blocker: Row, at: datetime, solver: Actor, resolution: str) -> None:
    """It came back within hours, and was solved for good."""
    again = at + timedelta(hours=5)
    if again + timedelta(hours=20) > story.visits[-1].left:
        return
    blocker |= {"status": BlockerStatus.OPEN.value, "reopened_count": 1, "reopen_reason": RELAPSED}
    _tell(story, EventType.BLOCKER_ADDED, again, lead(story), blocker, {"reopened": True, "reason": RELAPSED})
    _close(story, blocker, again + timedelta(hours=20), solver, BlockerStatus.RESOLVED, resolution)


def pass_recheck(story: Story, controls: Collection[str], report: Row) -> None:
    """What a compliance check has blocked, only a later check can clear."""
    passed = {source_of(report["product_id"], report["report_type"], control)[1] for control in controls}
    for blocker in filter(is_open, story.blockers):
        if blocker["source"] == BlockerSource.COMPLIANCE and blocker["source_ref"]["id"] in passed:
            blocker["resolution_ref"] = document(Reference(type="compliance_report", id=str(report["id"])))
            _close(story, blocker, report["created_at"], system(), BlockerStatus.RESOLVED, "The recheck passed.")


def _close(story: Story, blocker: Row, at: datetime, actor: Actor, status: BlockerStatus, resolution: str) -> None:
    blocker |= {
        "status": status.value,
        "resolved_at": iso(at),
        "resolved_by": actor.user_id,
        "resolution": resolution,
    }
    _tell(
        story,
        EventType.BLOCKER_RESOLVED,
        at,
        actor,
        blocker,
        {"resolution": resolution, "status": status.value} | {"waived": status is BlockerStatus.WAIVED},
    )


def by_stage(story: Story) -> dict[str, list[Row]]:
    since = iso(story.now - KEPT)
    awaited = {other for blocker in filter(is_open, story.blockers) for other in blocker["blocked_by"]}
    kept: dict[str, list[Row]] = {}
    for blocker in sorted(story.blockers, key=lambda blocker: str(blocker["added_at"])):
        if is_open(blocker) or blocker["resolved_at"] >= since or blocker["id"] in awaited:
            kept.setdefault(blocker["stage"], []).append(blocker)
    return kept


def is_open(blocker: Row) -> bool:
    return bool(blocker["status"] == BlockerStatus.OPEN)


def _wait_for_another(story: Story, blocker: Row) -> None:
    others = [other for other in story.blockers if is_open(other) and other is not blocker]
    if others and (story.showcase or story.rng.random() < 0.7):
        blocker["blocked_by"] = [others[-1]["id"]]


def _reporter(story: Story, source: BlockerSource) -> Actor:
    if source is BlockerSource.USER:
        return story.user()
    if source is BlockerSource.AGENT:
        return story.agent(AgentType.SOLUTION_ADVISOR)
    return webhook() if source is BlockerSource.WEBHOOK else system()


def _tell(story: Story, event_type: EventType, at: datetime, actor: Actor, blocker: Row, more: Row) -> None:
    data = {key: blocker[key] for key in ("code", "title", "severity", "stage")}
    story.record(
        event_type, at, actor, {"blocker_id": blocker["id"]} | data | more, product_id=blocker.get("product_id")
    )
