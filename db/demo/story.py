"""One company's story while it is being told: when it was where, who acts, what has happened so far."""

from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from db.demo.people import SYSTEM
from db.demo.world import Row, World
from db.tables import JourneyEvent
from domain.enums import AgentType, EventType, JourneyStage, TriggeredBy

STAGES = tuple(JourneyStage)


@dataclass(frozen=True, slots=True)
class Visit:
    """A stay in a stage. A visit that is still going on ends a little before now."""

    stage: JourneyStage
    entered: datetime
    left: datetime
    current: bool


@dataclass(frozen=True, slots=True)
class Actor:
    kind: TriggeredBy
    user_id: int
    agent_id: str | None = None


@dataclass(slots=True)
class Story:
    world: World
    number: int
    rng: Random
    company: Row
    team: list[int]
    visits: list[Visit]
    products: list[Row] = field(default_factory=list)
    retired: dict[int, datetime] = field(default_factory=dict)
    events: list[Row] = field(default_factory=list)
    blockers: list[Row] = field(default_factory=list)
    contents: list[Row] = field(default_factory=list)
    reports: list[Row] = field(default_factory=list)
    findings: dict[int, list[Row]] = field(default_factory=dict)
    chains: list[Row] = field(default_factory=list)
    sessions: list[Row] = field(default_factory=list)
    milestones: set[tuple[int | None, str]] = field(default_factory=set)
    applications: list[Row] = field(default_factory=list)
    opportunities: list[Row] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        return self.world.now

    @property
    def showcase(self) -> bool:
        """The first company is the one that newcomers open: it has a bit of everything."""
        return self.number == 1

    @property
    def stage(self) -> JourneyStage:
        return self.visits[-1].stage

    def visit_at(self, at: datetime) -> Visit:
        return next((visit for visit in reversed(self.visits) if visit.entered <= at), self.visits[0])

    def product_at(self, at: datetime) -> Row | None:
        """The product that people are busy with at a time; mostly the oldest one that is not retired yet."""
        alive = self.alive_at(at)
        if not alive:
            return None
        return alive[0] if self.rng.random() < 0.6 else self.rng.choice(alive)

    def alive_at(self, at: datetime) -> list[Row]:
        return [row for row in self.products if row["created_at"] <= at < self.retired.get(row["id"], self.now)]

    def user(self) -> Actor:
        return Actor(TriggeredBy.USER, self.rng.choice(self.team))

    def agent(self, agent: AgentType) -> Actor:
        return Actor(TriggeredBy.AGENT, self.rng.choice(self.team), agent_id(agent))

    def record(
        self,
        event_type: EventType,
        at: datetime,
        actor: Actor,
        data: dict[str, Any],
        product_id: int | None = None,
        related: tuple[str, int] | None = None,
        stages: tuple[JourneyStage | None, JourneyStage | None] = (None, None),
    ) -> Row:
        event = self.world.add(
            JourneyEvent,
            company_id=self.company["id"],
            product_id=product_id,
            user_id=actor.user_id,
            event_type=event_type,
            from_stage=stages[0],
            to_stage=stages[1],
            related_entity_type=related and related[0],
            related_entity_id=related and related[1],
            event_data=data,
            triggered_by=actor.kind,
            agent_id=actor.agent_id,
            created_at=at,
        )
        self.events.append(event)
        return event


def agent_id(agent: AgentType) -> str:
    return f"{agent.value.replace('_', '-')}-01"


def system() -> Actor:
    return Actor(TriggeredBy.SYSTEM, SYSTEM)


def webhook() -> Actor:
    return Actor(TriggeredBy.WEBHOOK, SYSTEM)


def lead(story: Story) -> Actor:
    """Somebody of the team, always the same: what is told of them changes nothing else of the story."""
    return Actor(TriggeredBy.USER, story.team[0])
