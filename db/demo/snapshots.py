"""What was known about a company at moments that mattered."""

from datetime import datetime, timedelta

from db.demo.clock import iso, public_id
from db.demo.story import Story
from db.demo.world import Row
from db.tables import ContextSnapshot
from domain.enums import EventType, SnapshotType

T = SnapshotType
KEPT = {T.AUTO: timedelta(days=30), T.HANDOFF: timedelta(days=180)}
SCHEMA_VERSION = 1


def remember(story: Story) -> None:
    for event in story.events:
        if event["event_type"] is EventType.STAGE_TRANSITION:
            capture(story, event["created_at"], T.MILESTONE, trigger="stage_transition")
        elif event["event_type"] is EventType.LISTING_PUBLISHED:
            capture(story, event["created_at"], T.MILESTONE, trigger="listing_published")
    for chain in story.chains:
        if chain["completed_at"] and story.now - chain["completed_at"] < KEPT[T.AUTO]:
            capture(story, chain["completed_at"], T.AUTO, trigger="chain_completed", chain=chain)
    for session in story.sessions:
        if session["ended_at"] and story.now - session["ended_at"] < KEPT[T.AUTO]:
            capture(story, session["ended_at"], T.AUTO, trigger="session_ended", session=session)
    if story.showcase or story.number % 4 == 2:
        capture(story, story.visits[-1].left, T.MANUAL, trigger="before_partner_call")


def capture(
    story: Story, at: datetime, kind: SnapshotType, trigger: str, chain: Row | None = None, session: Row | None = None
) -> Row:
    product_id = (chain or session or {}).get("product_id")
    return story.world.add(
        ContextSnapshot,
        snapshot_id=public_id(story.rng, at),
        user_id=session["user_id"] if session else story.team[0],
        company_id=story.company["id"],
        product_id=product_id,
        snapshot_type=kind,
        context_data=_context(story, at),
        trigger_event=trigger,
        workflow_chain_id=chain and chain["chain_id"],
        agent_session_id=session and session["session_id"],
        expires_at=at + KEPT[kind] if kind in KEPT else None,
        created_at=at,
    )


def _context(story: Story, at: datetime) -> Row:
    company, moment = story.company, iso(at)
    return {
        "schema_version": SCHEMA_VERSION,
        "company": {key: company[key] for key in ("id", "name", "partner_tier", "aws_partner_id")},
        "stage": story.visit_at(at).stage.value,
        "products": [
            {"id": product["id"], "name": product["name"]} for product in story.products if product["created_at"] <= at
        ],
        "open_blockers": [
            {key: blocker[key] for key in ("id", "code", "severity")}
            for blocker in story.blockers
            if blocker["added_at"] <= moment < blocker.get("resolved_at", "9999")
        ],
        "chains": [
            {"chain_id": chain["chain_id"], "name": chain["name"]}
            for chain in story.chains
            if chain["created_at"] <= at and not (chain["completed_at"] and chain["completed_at"] <= at)
        ],
        "events": sum(event["created_at"] <= at for event in story.events),
    }
