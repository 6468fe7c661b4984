"""Applications for market development funds, as AWS Partner Central moves them, read off a company's events."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from domain.actors import Actor
from domain.enums import EventType, MdfStatus, TriggeredBy
from domain.event_data import MdfApprovedData, MdfSubmittedData, read_event_data
from domain.machines import Edge, Machine
from domain.refusals import FieldError, Forbidden, Refused, invalid
from domain.stages import LONGEST_REASON
from domain.times import precise

S = MdfStatus
EDGES: dict[tuple[MdfStatus | None, MdfStatus], str] = {
    (None, S.DRAFT): "begun",
    (None, S.SUBMITTED): "asked for",
    (S.DRAFT, S.SUBMITTED): "asked for",
    (S.DRAFT, S.CANCELED): "reason",
    (S.SUBMITTED, S.DRAFT): "recalled, reason",
    (S.SUBMITTED, S.ACTION_REQUIRED): "AWS asks back",
    (S.SUBMITTED, S.APPROVED): "AWS grants",
    (S.SUBMITTED, S.REJECTED): "AWS declines, reason",
    (S.SUBMITTED, S.CANCELED): "reason",
    (S.ACTION_REQUIRED, S.SUBMITTED): "answered",
    (S.ACTION_REQUIRED, S.CANCELED): "reason",
}
NEEDS_REASON = frozenset({(S.SUBMITTED, S.DRAFT), *((a, b) for a, b in EDGES if b in (S.REJECTED, S.CANCELED))})
DECIDED = (S.APPROVED, S.REJECTED, S.CANCELED)
BY_AWS = frozenset({S.ACTION_REQUIRED, S.APPROVED, S.REJECTED})
ASKS = (S.DRAFT, S.SUBMITTED)
MACHINE = Machine(
    "Application for market development funds",
    "`mdfApplicationMove` moves it, and `Company.mdfApplications` lists them. What AWS decides, a person or a webhook "
    "records, not an agent. A webhook may bring the steps in any order: they are told by when they happened.",
    S.DRAFT,
    tuple(Edge(before, after, label) for (before, after), label in EDGES.items() if before is not None),
    last=DECIDED,
)


class Step(NamedTuple):
    """A recorded step of an application; `status` is where it has led."""

    event_id: int
    product_id: int | None
    status: MdfStatus
    data: MdfSubmittedData | MdfApprovedData
    at: datetime


@dataclass(frozen=True, slots=True)
class Application:
    """`pending` are steps that came before what they follow: they count once that is known."""

    application_id: str
    status: MdfStatus | None = None
    amount: Decimal | None = None
    approved_amount: Decimal | None = None
    currency: str | None = None
    reason: str | None = None
    product_id: int | None = None
    event_id: int | None = None
    changed_at: datetime | None = None
    submitted_at: datetime | None = None
    decided_at: datetime | None = None
    pending: tuple[Step, ...] = ()

    @property
    def out_of_order(self) -> bool:
        return bool(self.pending)

    @property
    def leads_to(self) -> tuple[MdfStatus, ...]:
        return tuple(after for before, after in EDGES if before is self.status)


def steps(events: Iterable[tuple[int, int | None, EventType, Any, datetime]]) -> list[Step]:
    """Of events (id, product, type, data, when it was recorded), in their order."""
    found = []
    for id_, product_id, event_type, raw, created_at in events:
        data = read_event_data(event_type, raw)
        if isinstance(data, MdfSubmittedData | MdfApprovedData) and data.application_id is not None:
            status = S.APPROVED if isinstance(data, MdfApprovedData) else data.status or S.SUBMITTED
            found.append(Step(id_, product_id, status, data, data.occurred_at or created_at))
    return found


def applications(steps: Iterable[Step]) -> dict[str, Application]:
    """By application id, in the order in which they were begun; `steps` in the order in which they were recorded."""
    found: dict[str, Application] = {}
    for each in sorted(steps, key=lambda each: each.at):
        name = each.data.application_id
        assert name is not None
        found[name] = _fold(found.get(name, Application(name)), each)
    return found


def _fold(known: Application, each: Step) -> Application:
    if each.status is known.status:
        return known
    if (known.status, each.status) not in EDGES:
        # What a decided application is told afterwards came too late, and changes nothing.
        return known if known.status in DECIDED else replace(known, pending=(*known.pending, each))
    moved = _moved(known, each)
    waiting, rest = moved.pending, replace(moved, pending=())
    for later in waiting:
        rest = _fold(rest, later)
    return rest


def _moved(known: Application, each: Step) -> Application:
    status = each.status
    return replace(
        _with_amounts(known, each),
        status=status,
        reason=getattr(each.data, "reason", None),
        product_id=each.product_id or known.product_id,
        event_id=each.event_id,
        # A step that has waited counts from when what it waited for happened.
        changed_at=max(each.at, known.changed_at or each.at),
        submitted_at=each.at if status is S.SUBMITTED else known.submitted_at,
        decided_at=each.at if status in DECIDED else known.decided_at,
    )


def _with_amounts(known: Application, each: Step) -> Application:
    """What AWS answers says nothing of what was asked for."""
    data = each.data
    if isinstance(data, MdfApprovedData):
        granted = data.approved_amount or known.approved_amount
        return replace(known, approved_amount=granted, currency=known.currency or data.currency)
    if each.status in ASKS:
        return replace(known, amount=data.amount or known.amount, currency=data.currency or known.currency)
    return known


EVENTS = (EventType.MDF_SUBMITTED, EventType.MDF_APPROVED)


@dataclass(frozen=True, slots=True)
class Telling:
    """A step that is told of: when it happened, where that was said, and by whom. `moved`: it leads somewhere now,
    while what is only told stays true after the decision."""

    to: MdfStatus
    at: datetime | None
    actor: Actor
    moved: bool = False


def said_before(known: Application, told: Telling, steps: Iterable[Step]) -> int | None:
    """The event that says the same. An application may be submitted more than once: with an instant of its own, a step
    is the same as one of that instant only."""
    same = [each for each in steps if each.data.application_id == known.application_id and each.status is told.to]
    if told.at is not None:
        return next((each.event_id for each in same if each.at == told.at), None)
    waits = told.actor.kind is TriggeredBy.WEBHOOK and any(each in known.pending for each in same)
    still = known.status is told.to or waits or (not told.moved and known.status in DECIDED)
    return same[-1].event_id if same and still else None


def happened(known: Application, told: Telling, now: datetime) -> datetime | None:
    """When the step is said to have happened, or Refused: who is not a webhook tells of steps in their order. Without
    an instant it is now, which is said where the second of the record alone would put it before the last step."""
    last = known.changed_at
    if told.at is None:
        return max(now, last) if last is not None and now.replace(microsecond=0) < last else None
    if last is not None and told.at < last and told.actor.kind is not TriggeredBy.WEBHOOK:
        message = f"`occurredAt` is before the last step of this application, which happened at {precise(last)}."
        raise invalid(FieldError("occurredAt", "BEFORE_THE_LAST_STEP", message))
    return told.at


def check(known: Application, to: MdfStatus, reason: str | None, actor: Actor) -> bool:
    """Whether the step comes in order; what comes before its time is taken from webhooks alone. Refused otherwise."""
    if to in BY_AWS and actor.kind is TriggeredBy.AGENT:
        message = "AWS decides on funds: a person, or what AWS sends, records that; an agent does not."
        raise Refused(Forbidden(message, "PERSON_REQUIRED", ("to",)))
    words = (reason or "").strip()
    if len(words) > LONGEST_REASON:
        raise invalid(FieldError("reason", "TOO_LONG", f"`reason` takes at most {LONGEST_REASON} characters."))
    if (known.status, to) not in EDGES:
        if actor.kind is TriggeredBy.WEBHOOK:
            return False
        here = "It is not known yet" if known.status is None else f"It is {known.status.name}"
        ways = ", ".join(each.name for each in known.leads_to) or "nothing: begin a new application"
        raise invalid(FieldError("to", "NO_SUCH_MOVE", f"{here}, which leads to {ways}."))
    if (known.status, to) in NEEDS_REASON and not words and actor.kind is not TriggeredBy.WEBHOOK:
        raise invalid(FieldError("reason", "REASON_REQUIRED", "This step needs a reason: say why in `reason`."))
    return True
