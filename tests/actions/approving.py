"""A company about to launch, an agent that wants to go on, and a manager who decides."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from db import tables as t
from domain.enums import JourneyStage
from tests.actions.calls import APPROVE, MOVE, REJECT, RESOLVE, Call
from tests.actions.scene import Scene, done, everything, payload, refused, rows, set_up
from tests.make import Make
from tests.support import NOW, Graph

DAY = timedelta(hours=24)
SECOND = timedelta(seconds=1)


def blocker(id_: str, severity: str, *blocked_by: str, **more: Any) -> dict[str, Any]:
    return {
        "id": id_, "code": id_, "title": f"Title of {id_}", "severity": severity, "stage": "discovery",
        "added_at": "2026-01-01T00:00:00Z", "blocked_by": blocked_by, **more,
    }  # fmt: skip


BLOCKERS = {
    "discovery": [
        blocker("worst", "critical"), blocker("bad", "high"), blocker("small", "low"),
        blocker("behind-small", "low", "small"), blocker("behind-worst", "low", "worst"),
        blocker("gone", "critical", status="resolved"),
    ]
}  # fmt: skip


@dataclass(frozen=True)
class Attempt:
    """Something that may be tried from a stage: the call, and its input beside the company's id."""

    name: str
    stage: JourneyStage
    call: Call
    input: dict[str, Any]

    def __str__(self) -> str:
        return self.name


def move(stage: JourneyStage, to: JourneyStage) -> Attempt:
    return Attempt(f"from {stage} to {to}", stage, MOVE, {"to": to.name})


def resolve(id_: str, *, cascade: bool = False) -> Attempt:
    input = {"blockerId": id_, "resolution": "Done", "cascade": cascade}
    return Attempt(f"{id_}{' and more' if cascade else ''}", JourneyStage.PRE_LIST, RESOLVE, input)


S = JourneyStage
LAUNCH = move(S.PRE_LIST, S.LAUNCH)
GUARDED = [
    LAUNCH, move(S.LAUNCH, S.POST_LAUNCH), move(S.POST_LAUNCH, S.SCALE), move(S.SCALE, S.CO_SELL), resolve("worst"),
    resolve("worst", cascade=True), resolve("behind-small", cascade=True), resolve("behind-worst", cascade=True),
]  # fmt: skip
OPEN = [
    move(S.DISCOVERY, S.PRE_LIST), move(S.LAUNCH, S.LAUNCH), resolve("bad"), resolve("small"),
    resolve("small", cascade=True), resolve("gone"),
]  # fmt: skip


async def about_to(engine: AsyncEngine, make: Make, attempt: Attempt) -> Scene:
    # They are in the way out of discovery alone.
    blockers = None if attempt.stage is S.DISCOVERY else BLOCKERS
    scene = await set_up(engine, make, partner_journey_stage=attempt.stage, blockers=blockers)
    if attempt.call is MOVE and attempt.stage is S.LAUNCH:
        await make.evidence(scene.company, scene.owner, listed=True)
    return scene


def input_of(scene: Scene, attempt: Attempt, key: str | None = "k", **more: Any) -> dict[str, Any]:
    return {"companyId": scene.company_id, **attempt.input, "idempotencyKey": key, **more}


async def asked(scene: Scene, attempt: Attempt = LAUNCH, graph: Graph | None = None, **more: Any) -> dict[str, Any]:
    """The error of a call that needs an approval."""
    error = await refused(graph or scene.agent, attempt.call.document, **input_of(scene, attempt, **more))
    assert error["__typename"] == "ApprovalRequired"
    return error


async def acted(scene: Scene, attempt: Attempt = LAUNCH, graph: Graph | None = None, **more: Any) -> dict[str, Any]:
    return await done(graph or scene.agent, attempt.call.document, **input_of(scene, attempt, **more))


async def approve(scene: Scene, approval_id: str, graph: Graph | None = None, **more: Any) -> dict[str, Any]:
    return await payload(graph or scene.as_(scene.manager), APPROVE.document, approvalId=approval_id, **more)


async def reject(scene: Scene, approval_id: str, graph: Graph | None = None, **more: Any) -> dict[str, Any]:
    input = {"approvalId": approval_id, "reason": "not this week", **more}
    return await payload(graph or scene.as_(scene.manager), REJECT.document, **input)


def at(graph: Graph, now: datetime) -> Graph:
    """The same caller at another time."""
    graph.writer = replace(graph.writer, clock=lambda: now)
    return graph


def later(graph: Graph, by: timedelta) -> Graph:
    return at(graph, NOW + by)


async def approvals(scene: Scene) -> list[Any]:
    return await rows(scene.engine, t.Approval)


async def topics(scene: Scene) -> list[str]:
    return [message.topic for message in await rows(scene.engine, t.OutboxMessage)]


async def the_rest(scene: Scene) -> dict[str, list[Any]]:
    """All rows but those that asking for an approval makes, and the advice to decide on it."""
    advice = list(t.Company.__table__.columns.keys()).index("next_recommended_actions")
    found = await everything(scene.engine)
    found["companies"] = [(*row[:advice], *row[advice + 1 :]) for row in found["companies"]]
    return {table: rows for table, rows in found.items() if table not in ("approvals", "outbox")}
