"""The stage machine of companies: which moves are legal, who may make them, and what they change."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import pairwise
from typing import Any

from domain.actors import Actor
from domain.enums import JourneyStage, TriggeredBy
from domain.event_data import StageTransitionData
from domain.machines import Edge, Machine
from domain.policy import StagePolicy
from domain.refusals import FieldError, Forbidden, Gate, GatesFailed, Refused, invalid
from domain.times import in_utc, iso

STAGES = tuple(JourneyStage)
LONGEST_REASON = 2000
# A TIMESTAMP of MySQL begins in 1970.
EARLIEST_START = datetime(2000, 1, 1, tzinfo=UTC)


class Move(StrEnum):
    ADVANCE = "advance"
    SKIP = "skip"
    REGRESS = "regress"
    SAME = "same"


MACHINE = Machine(
    "Stages of a company",
    "`companyTransitionStage` moves it. Every boundary has gates: the query `company.gates(to:)` lists them. A manager "
    "may skip stages, which takes the gates of all boundaries that are crossed, and go back; both need a reason.",
    STAGES[0],
    tuple(
        edge
        for stage, following in pairwise(STAGES)
        for edge in (
            Edge(stage, following, "ADVANCE, its gates"),
            Edge(following, stage, "REGRESS, manager and reason"),
        )
    ),
)

NEEDS_REASON = frozenset({Move.SKIP, Move.REGRESS})
GATED = frozenset({Move.ADVANCE, Move.SKIP})
NEEDS_MANAGER = frozenset({Move.SKIP, Move.REGRESS})


@dataclass(frozen=True, slots=True)
class Transition:
    """What a move does to a company; `milestones` is the whole new document."""

    move: Move
    from_stage: JourneyStage
    to_stage: JourneyStage
    milestones: dict[str, Any]
    journey_started_at: datetime | None
    data: StageTransitionData


def stage_or_none(text: str | None) -> JourneyStage | None:
    """The stage a free-text column names; None for text that an older or foreign writer left there."""
    return JourneyStage(text) if text in STAGES else None


def classify(current: JourneyStage, to: JourneyStage) -> Move:
    distance = STAGES.index(to) - STAGES.index(current)
    if distance == 0:
        return Move.SAME
    if distance < 0:
        return Move.REGRESS
    return Move.ADVANCE if distance == 1 else Move.SKIP


def transition(
    current: JourneyStage,
    to: JourneyStage,
    *,
    milestones: dict[str, Any],
    journey_started_at: datetime | None,
    reason: str | None,
    now: datetime,
    closed: tuple[Gate, ...] = (),
    force: bool = False,
) -> Transition:
    """The move from `current` to `to`, which `check` has let pass, or Refused for the gates that are `closed`. What is
    forced without need is an ordinary move."""
    move = classify(current, to)
    reason = (reason or "").strip() or None
    if closed and not force:
        message = f"{current.name} cannot be left for {to.name} yet: {len(closed)} of its gates are closed. {ADVICE}"
        raise Refused(GatesFailed(message, "GATES_FAILED", ("to",), gates=closed))
    skipped = STAGES[STAGES.index(current) + 1 : STAGES.index(to)] if move is Move.SKIP else ()
    leaves_discovery = current is JourneyStage.DISCOVERY and move in (Move.ADVANCE, Move.SKIP)
    return Transition(
        move=move,
        from_stage=current,
        to_stage=to,
        milestones=_milestones(move, current, to, milestones, now),
        journey_started_at=now if leaves_discovery and journey_started_at is None else journey_started_at,
        data=StageTransitionData(
            kind=move.name,
            reason=reason,
            forced=bool(closed),
            skipped_stages=skipped,
            overridden_gates=tuple(gate.code for gate in closed),
        ),
    )


def started(at: datetime | None, now: datetime) -> datetime:
    """When a journey has begun that was begun by hand."""
    if at is not None and in_utc(at) > now:
        raise invalid(FieldError("startedAt", "IN_THE_FUTURE", "`startedAt` is in the future."))
    if at is not None and in_utc(at) < EARLIEST_START:
        raise invalid(FieldError("startedAt", "TOO_EARLY", f"`startedAt` is not before {EARLIEST_START.year}."))
    return now if at is None else in_utc(at).replace(microsecond=0)


def check(
    current: JourneyStage, to: JourneyStage, *, reason: str | None, force: bool, actor: Actor, policy: StagePolicy
) -> None:
    """Whether this actor may make the move at all, and has said why where that is needed."""
    move, reason = classify(current, to), (reason or "").strip() or None
    if force and not actor.is_manager:
        message = "Only a person with the role manager or admin forces a move: see `gates` for what would open them."
        raise Refused(Forbidden(message, "MANAGER_REQUIRED", ("force",)))
    system_regress = move is Move.REGRESS and actor.kind is TriggeredBy.SYSTEM
    if move in NEEDS_MANAGER and not actor.is_manager and not system_regress:
        raise Refused(
            Forbidden(
                f"Moving from {current.name} to {to.name} is a {move.name}: only a manager may do that. "
                f"{_allowed(current)}",
                "MANAGER_REQUIRED",
                ("to",),
            )
        )
    if move in NEEDS_REASON and reason is None:
        raise invalid(FieldError("reason", "REASON_REQUIRED", f"A {move.name} needs a reason: say why in `reason`."))
    least = policy.forced_reason_length
    if force and len(reason or "") < least:
        message = f"A forced move needs a reason of at least {least} characters: it is kept with the gates."
        raise invalid(FieldError("reason", "REASON_TOO_SHORT", message))
    if reason is not None and len(reason) > LONGEST_REASON:
        raise invalid(FieldError("reason", "TOO_LONG", f"`reason` takes at most {LONGEST_REASON} characters."))


ADVICE = "`gates` says of each what was found and which call would open it."


def _allowed(current: JourneyStage) -> str:
    following = STAGES[STAGES.index(current) + 1 :]
    return f"The next stage is {following[0].name}." if following else f"{current.name} is the last stage."


def _milestones(
    move: Move, current: JourneyStage, to: JourneyStage, milestones: dict[str, Any], now: datetime
) -> dict[str, Any]:
    if move in (Move.ADVANCE, Move.SKIP):
        return {**milestones, current.value: iso(now)}
    if move is Move.REGRESS:
        undone = set(STAGES[STAGES.index(to) :])
        return {stage: at for stage, at in milestones.items() if stage not in undone}
    return milestones
