"""What agents asked managers to approve: whatever they did of high impact, and what they want to do next."""

from datetime import datetime, timedelta
from random import Random

from db.demo.clock import public_id
from db.demo.people import MANAGER_IDS
from db.demo.story import STAGES, Story, agent_id
from db.demo.world import Row
from db.tables import Approval
from domain.actors import Actor
from domain.approvals import live_key, moving, resolving
from domain.enums import AgentType, ApprovalDecision, BlockerStatus, EventType, JourneyStage, TriggeredBy
from domain.policy import DEFAULT
from domain.requests import Request

D = ApprovalDecision
GUARDED = DEFAULT.approvals
TRADES = {agent_id(trade): trade for trade in AgentType}
# In rotation: what was decided about the next stage, and how many hours ago it was asked for.
NEXT = ((D.PENDING, 1), (D.APPROVED, 5), (D.REJECTED, 9), (D.PENDING, 31), (D.APPROVED, 50))
NOTES = {
    D.APPROVED: "Checked with the partner; go ahead.",
    D.REJECTED: "The partner's legal review is not finished. Ask again next week.",
}


def gather(story: Story) -> None:
    rng = Random(f"approvals {story.number}")  # noqa: S311
    if STAGES.index(JourneyStage.PRE_LIST) <= STAGES.index(story.stage) < len(STAGES) - 1:
        _ask(story, rng)
    for event in story.events:
        if event["agent_id"] is not None:
            _recall(story, rng, event)


def _ask(story: Story, rng: Random) -> None:
    decision, hours = story.world.turn("approval", NEXT)
    at = story.now - timedelta(hours=hours, minutes=-rng.randint(0, 50))
    to = STAGES[STAGES.index(story.stage) + 1]
    agent = story.world.turn("asker", tuple(TRADES))
    approval = _approval(story, rng, at, agent, story.team[1], "companyTransitionStage", _to(story, to))
    approval["summary"] = moving(story.company["name"], story.stage, to)
    scope = Actor(story.team[1], TriggeredBy.AGENT, approval["agent_id"]).scope
    approval["live_key"] = live_key(scope, approval["request_hash"])
    if decision is not D.PENDING:
        _decide(story, approval, decision, at + timedelta(minutes=rng.randint(5, 50)))


def _recall(story: Story, rng: Random, event: Row) -> None:
    """An agent did something of high impact, so somebody had approved it."""
    data, company = event["event_data"], story.company["name"]
    if event["event_type"] is EventType.STAGE_TRANSITION:
        before, after = event["from_stage"], event["to_stage"]
        if STAGES.index(after) < STAGES.index(GUARDED.first_guarded_stage):
            return
        operation, request, summary = "companyTransitionStage", _to(story, after), moving(company, before, after)
    elif event["event_type"] is EventType.BLOCKER_RESOLVED:
        if data["severity"] not in GUARDED.guarded_severities or data["status"] != BlockerStatus.RESOLVED:
            return
        operation, request = "blockerResolve", _gone(story, data)
        summary = resolving(company, data["title"])
    else:
        return
    at: datetime = event["created_at"] - timedelta(minutes=rng.randint(40, 300))
    approval = _approval(story, rng, at, event["agent_id"], event["user_id"], operation, request)
    _decide(story, approval, D.APPROVED, at + timedelta(minutes=rng.randint(5, 35)))
    approval |= {"summary": summary, "used_at": event["created_at"], "version": 3}


def _approval(story: Story, rng: Random, at: datetime, agent: str, user_id: int, operation: str, request: Row) -> Row:
    return story.world.add(
        Approval,
        public_id=public_id(rng, at),
        company_id=story.company["id"],
        user_id=user_id,
        agent_id=agent,
        agent_type=TRADES[agent],
        operation=operation,
        request=request,
        # As a write's own: the agent can act on what is approved here.
        request_hash=Request.of(operation, request).hash,
        created_at=at,
        expires_at=at + timedelta(hours=GUARDED.lifetime_hours),
    )


def _decide(story: Story, approval: Row, decision: ApprovalDecision, at: datetime) -> None:
    manager = MANAGER_IDS[story.number % len(MANAGER_IDS)]
    approval |= {
        "decision": decision, "decided_at": at, "decided_by": manager, "note": NOTES[decision], "version": 2
    }  # fmt: skip


def _to(story: Story, stage: JourneyStage) -> Row:
    return {
        "company_id": story.company["id"], "to": stage.value, "reason": None, "force": False, "blocker": None,
        "expected_version": None, "expected_stage": None,
    }  # fmt: skip


def _gone(story: Story, data: Row) -> Row:
    return {
        "company_id": story.company["id"], "blocker_id": data["blocker_id"], "resolution": data["resolution"],
        "cascade": False, "resolution_ref": None, "expected_version": None,
    }  # fmt: skip
