"""What a company's events say about it, told from the first to the last: its stage, when it completed which, its named
milestones and its open blockers."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from domain.documents import Blocker, Document
from domain.enums import EventType, JourneyStage, Severity
from domain.event_data import (
    BlockerAddedData,
    BlockerResolvedData,
    MilestoneData,
    StageTransitionData,
    read_event_data,
)
from domain.stages import STAGES, Move, classify, stage_or_none
from domain.times import iso


class Told(NamedTuple):
    """An event, as far as it changes a company."""

    event_type: EventType
    product_id: int | None
    from_stage: str | None
    to_stage: str | None
    data: Any
    created_at: datetime


class OpenBlocker(NamedTuple):
    title: str | None
    severity: Severity | None
    stage: JourneyStage | None


@dataclass(slots=True)
class Replayed:
    """`completed` has the time of each completed stage, as ISO-8601; `milestones` are (product, code)."""

    stage: JourneyStage = JourneyStage.DISCOVERY
    completed: dict[str, str] = field(default_factory=dict)
    milestones: set[tuple[int | None, str]] = field(default_factory=set)
    blockers: dict[str, OpenBlocker] = field(default_factory=dict)


FOLDED = (
    EventType.STAGE_TRANSITION,
    EventType.MILESTONE_ACHIEVED,
    EventType.BLOCKER_ADDED,
    EventType.BLOCKER_RESOLVED,
)
"""All others tell of something else."""


def replay(events: Iterable[Told]) -> Replayed:
    """`events` in the order in which they were recorded."""
    known = Replayed()
    for event in events:
        if event.event_type in FOLDED:
            _fold(known, event, read_event_data(event.event_type, event.data))
    return known


def _fold(known: Replayed, event: Told, data: Document) -> None:
    match data:
        case StageTransitionData():
            _move(known, stage_or_none(event.from_stage), stage_or_none(event.to_stage), event.created_at)
        case MilestoneData(code=str(code), revoked=True):
            known.milestones.discard((event.product_id, code))
        case MilestoneData(code=str(code)):
            known.milestones.add((event.product_id, code))
        case BlockerAddedData(blocker_id=str(id_)):
            known.blockers[id_] = OpenBlocker(data.title, data.severity, data.stage)
        case BlockerResolvedData(blocker_id=str(id_)):
            known.blockers.pop(id_, None)


def _move(known: Replayed, before: JourneyStage | None, to: JourneyStage | None, at: datetime) -> None:
    if to is None:
        return
    before = before or known.stage
    if classify(before, to) is Move.REGRESS:
        for stage in STAGES[STAGES.index(to) :]:
            known.completed.pop(stage, None)
    else:
        known.completed[before.value] = iso(at)
    known.stage = to


class Difference(NamedTuple):
    """`code` is STAGE, COMPLETED or BLOCKER; `replayed` is what the events say and `stored` what the company has."""

    code: str
    subject: str
    replayed: str | None
    stored: str | None


def differences(
    replayed: Replayed, stage: JourneyStage | None, completed: dict[str, Any], blockers: Iterable[Blocker]
) -> list[Difference]:
    """Between the events and the company; `blockers` are the open ones."""
    now = stage or JourneyStage.DISCOVERY
    found = []
    if replayed.stage is not now:
        found.append(Difference("STAGE", "stage", replayed.stage, now))
    stored = {name: str(at) for name, at in completed.items() if name in STAGES}
    found += _unequal("COMPLETED", replayed.completed, stored)
    have = {each.id: _worded(OpenBlocker(each.title, each.severity, each.stage)) for each in blockers}
    told = {id_: _worded(each) for id_, each in replayed.blockers.items()}
    return [*found, *_unequal("BLOCKER", told, have)]


def _worded(blocker: OpenBlocker) -> str:
    return f"{blocker.severity} in {blocker.stage}: {blocker.title}"


def _unequal(code: str, told: dict[str, str], stored: dict[str, str]) -> list[Difference]:
    names = dict.fromkeys((*told, *stored))
    return [
        Difference(code, name, told.get(name), stored.get(name)) for name in names if told.get(name) != stored.get(name)
    ]
