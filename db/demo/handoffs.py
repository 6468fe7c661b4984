"""How one agent's session passes its work to the next."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from db.demo import snapshots
from db.demo.clock import later
from db.demo.story import Story, system
from db.demo.world import Row
from db.tables import SessionHandoff
from domain.documents import Step
from domain.enums import AgentType, EventType, HandoffStatus, SessionStatus, SnapshotType
from domain.handoffs import ENTITY, HANDOFF_KEY, MILESTONE, OUTCOME

H = HandoffStatus
TERM = timedelta(hours=24)
# In rotation. An offer that nobody took leaves its session as it was.
OFFERS = (H.PENDING, H.REJECTED, H.PENDING, H.EXPIRED, H.CANCELLED)
REASONS = {
    AgentType.CONTENT_STRATEGIST: "The positioning is settled; the copy comes next.",
    AgentType.VISUAL_CREATOR: "The text is final and needs its pictures.",
    AgentType.CONTENT_OPTIMIZER: "The draft is complete and should be tightened.",
    AgentType.MARKET_ANALYST: "The case needs numbers about the market.",
    AgentType.TECHNICAL_BUILDER: "The remaining questions are technical.",
    AgentType.SOLUTION_ADVISOR: "The partner asks for advice on the whole plan.",
    AgentType.MDF_ASSISTANT: "There is a budget to apply for.",
    AgentType.CO_SELL_ADVISOR: "The customer story is ready for the AWS field teams.",
}
TAKERS = tuple(reversed(REASONS))
QUESTIONS = (
    "Which customer may be named?",
    "Is the price list of last quarter still valid?",
    "Who approves the final text?",
    "Does the launch date move with the code freeze?",
)
REDACTED = ["audience"]


def hand_over(story: Story, source: Row, target: Row, chain: Row, pending: Sequence[Step]) -> None:
    """Accepted at once: the source ends as the target begins."""
    at: datetime = target["started_at"]
    snapshot = snapshots.capture(story, at, SnapshotType.HANDOFF, MILESTONE, chain=chain, session=source)
    hop = source["session_context"].get(HANDOFF_KEY, {}).get("hop", 0) + 1
    handoff = _offer(story, source, target["agent_type"], at, H.ACCEPTED, snapshot, hop)
    handoff |= {"to_session_id": target["id"], "decided_at": at, "decided_by": target["user_id"]}
    source |= {
        "status": SessionStatus.COMPLETED,
        "ended_at": at,
        "outcome_type": OUTCOME,
        "successful_outcome": None,
        "user_satisfaction": None,
        "handoff_to_agent": target["agent_type"].value,
    }
    passed = {key: value for key, value in source["session_context"].items() if key not in (HANDOFF_KEY, *REDACTED)}
    target["session_context"] = passed | {HANDOFF_KEY: _note(story, source, handoff, snapshot, chain, pending)}
    _record(story, source, target, handoff, chain)


def offer(story: Story, session: Row) -> None:
    status = story.world.turn("offer", OFFERS)
    at = later(story.rng, session["started_at"], 0.005, 0.05, story.now)
    to = story.world.turn("offer to", TAKERS)
    if to is session["agent_type"]:
        to = story.world.turn("offer to", TAKERS)
    snapshot = snapshots.capture(story, at, SnapshotType.HANDOFF, "session_handoff_offered", session=session)
    handoff = _offer(story, session, to, at, status, snapshot, hop=1)
    if status is H.EXPIRED:
        # An offer has to be older than its term to have run out, and so has the session that made it.
        at -= TERM + timedelta(hours=3)
        session["started_at"] -= TERM + timedelta(hours=4)
        snapshot["created_at"] = handoff["created_at"] = at
        handoff |= {"expires_at": at + TERM, "decided_at": at + TERM}
    elif status is not H.PENDING:
        handoff |= {"decided_at": later(story.rng, at, 0.005, 0.1, story.now), "decided_by": session["user_id"]}


def _offer(
    story: Story, source: Row, to: AgentType, at: datetime, status: HandoffStatus, snapshot: Row, hop: int
) -> Row:
    live = status in (H.PENDING, H.ACCEPTED)
    return story.world.add(
        SessionHandoff,
        from_session_id=source["id"],
        live_source_id=source["id"] if live else None,
        to_agent_type=to,
        status=status,
        snapshot_id=snapshot["id"],
        reason=REASONS[to],
        policy={"mode": "FULL"} if hop == 1 else {"mode": "KEYS", "keys": ["goal", "constraints"]},
        redactions=REDACTED,
        open_questions=story.rng.sample(QUESTIONS, 2),
        hop=hop,
        created_by=source["user_id"],
        created_at=at,
        expires_at=at + TERM,
    )


def _note(story: Story, source: Row, handoff: Row, snapshot: Row, chain: Row, pending: Sequence[Step]) -> Row:
    return {
        "from_session": source["session_id"],
        "handoff_id": handoff["id"],
        "snapshot_id": snapshot["snapshot_id"],
        "hop": handoff["hop"],
        "reason": handoff["reason"],
        "open_questions": handoff["open_questions"],
        "pending_steps": [
            {"chain_id": chain["chain_id"], "step_num": step.step_num, "template_slug": step.template_slug}
            for step in pending
        ],
        "stage_at_handoff": story.visit_at(handoff["created_at"]).stage.value,
        "omitted": [key for key in REDACTED if key in source["session_context"]],
    }


def _record(story: Story, source: Row, target: Row, handoff: Row, chain: Row) -> None:
    title = f"{source['agent_type'].name} handed over to {target['agent_type'].name}"
    event = story.record(
        EventType.MILESTONE_ACHIEVED,
        handoff["created_at"],
        system(),
        {"code": MILESTONE, "title": title},
        product_id=source["product_id"],
        related=(ENTITY, handoff["id"]),
    )
    story.world.mention(event, chain["id"])
