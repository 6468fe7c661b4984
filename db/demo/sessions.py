"""Agent sessions: those that worked on a chain's steps, and those about something else."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from db.demo import handoffs
from db.demo.clock import later, public_id, whole
from db.demo.story import Story
from db.demo.world import Row, key
from db.tables import AgentSession, ChainSession
from domain.documents import Step
from domain.enums import AgentType, ChainStatus, JourneyStage, SessionStatus, StepStatus
from domain.templates import LOOSE, OUTCOMES, PLANS

S = SessionStatus
AGENTS = {template.slug: template.agent for plan in PLANS.values() for template in plan.steps}
FEWEST, MOST, SHOWCASE_MOST = 4, 9, 16
# In rotation, for sessions outside of chains.
LOOSE_STATUS = (S.COMPLETED, S.COMPLETED, S.ABANDONED, S.COMPLETED, S.ACTIVE, S.COMPLETED, S.PAUSED, S.ABANDONED)
SUCCESS = 0.78
TOPICS = {
    JourneyStage.DISCOVERY: "Find out whether AWS Marketplace fits",
    JourneyStage.PRE_LIST: "Get the listing ready",
    JourneyStage.LAUNCH: "Clear the way to launch",
    JourneyStage.POST_LAUNCH: "Win the first customers",
    JourneyStage.SCALE: "Grow Marketplace revenue",
    JourneyStage.CO_SELL: "Win joint opportunities",
}


def converse(story: Story) -> None:
    most = SHOWCASE_MOST if story.showcase else MOST
    worked = [chain for chain in story.chains if chain["status"] is not ChainStatus.DRAFT]
    for chain in worked:
        _work_on(story, chain, at_most=3 if story.showcase else max(1, min(3, most // len(worked))))
    wanted = max(FEWEST + story.number % 3, len(story.sessions) + 1)
    while len(story.sessions) < wanted:
        _talk(story)


def open_session(story: Story, agent: AgentType, at: datetime, product_id: int | None, user_id: int) -> Row:
    stage = story.visit_at(at).stage
    turns = story.rng.randint(3, 34)
    session = story.world.add(
        AgentSession,
        session_id=public_id(story.rng, at),
        user_id=user_id,
        company_id=story.company["id"],
        product_id=product_id,
        journey_stage=stage.value,
        agent_type=agent,
        status=S.ACTIVE,
        messages_count=turns * 2,
        tokens_used=turns * story.rng.randint(350, 1400),
        session_context={
            "goal": TOPICS[stage],
            "audience": story.rng.choice(("CTO", "Head of Alliances", "Cloud economist", "Security lead")),
            "constraints": story.rng.sample(
                ("EU data residency", "no customer names", "budget fixed", "launch in Q4"), 2
            ),
        },
        started_at=whole(at),
    )
    story.sessions.append(session)
    return session


def end(story: Story, session: Row, at: datetime, status: SessionStatus = S.COMPLETED) -> None:
    session |= {"status": status, "ended_at": whole(at)}
    if status is S.COMPLETED:
        succeeded = story.rng.random() < SUCCESS
        session |= {
            "successful_outcome": succeeded,
            "outcome_type": OUTCOMES[session["agent_type"]] if succeeded else "needs_more_input",
            "user_satisfaction": story.rng.choice((5, 4, 4, 5, None)) if succeeded else story.rng.choice((1, 2, 3)),
        }


def _work_on(story: Story, chain: Row, at_most: int) -> None:
    steps = [Step.model_validate(step) for step in chain["steps_config"]]
    begun = [step for step in steps if step.started_at]
    size = -(-len(begun) // at_most) or 1
    previous: Row | None = None
    for first in range(0, len(begun), size):
        previous = _shift(story, chain, begun[first : first + size], previous)


def _shift(story: Story, chain: Row, steps: Sequence[Step], previous: Row | None) -> Row:
    """One session works on some steps; another kind of agent before it may have handed them over."""
    agent = AGENTS.get(steps[0].template_slug or "", AgentType.TECHNICAL_BUILDER)
    began = max(chain["started_at"], _began(steps[0]) - timedelta(minutes=6))
    session = open_session(story, agent, began, chain["product_id"], chain["user_id"])
    if previous is not None and _was_handed_over(story, previous, session):
        handoffs.hand_over(story, previous, session, chain, steps)
    for step in steps:
        story.world.add(
            ChainSession,
            chain_id=chain["id"],
            session_id=session["id"],
            step_num=step.step_num,
            created_at=_began(step),
        )
    _leave(story, session, steps[-1])
    return session


def _was_handed_over(story: Story, source: Row, target: Row) -> bool:
    over = source["ended_at"] is not None and source["ended_at"] <= target["started_at"]
    return over and source["agent_type"] is not target["agent_type"] and (story.showcase or story.rng.random() < 0.6)


def _leave(story: Story, session: Row, last: Step) -> None:
    if last.status is StepStatus.RUNNING:
        return
    if last.status is StepStatus.WAITING_INPUT and story.now - _began(last) < timedelta(days=14):
        session["status"] = S.PAUSED
    elif last.completed_at:
        end(story, session, last.completed_at + timedelta(minutes=2))
    else:
        end(story, session, later(story.rng, _began(last), 0.1, 0.4, story.now), S.ABANDONED)


def _began(step: Step) -> datetime:
    if step.started_at is None:
        raise ValueError(f"step {step.step_num} has not begun")
    return step.started_at


def _talk(story: Story) -> None:
    rng, status = story.rng, story.world.turn("loose session", LOOSE_STATUS)
    agent = story.world.turn("loose agent", tuple(template.agent for template in LOOSE.values()))
    at = {
        S.ACTIVE: story.now - timedelta(hours=rng.uniform(0.2, 9)),
        S.PAUSED: story.now - timedelta(hours=rng.uniform(3, 20)),
    }.get(status) or later(rng, story.company["created_at"], 1, 300, story.visits[-1].left)
    product = story.product_at(at)
    session = open_session(story, agent, at, key(product), rng.choice(story.team))
    if status is S.PAUSED:
        session["status"] = S.PAUSED
        handoffs.offer(story, session)
    elif status is not S.ACTIVE:
        end(story, session, later(rng, at, 0.02, 0.3, story.now), status)
