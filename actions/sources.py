"""What other systems tell of: when it happened, and once for each name that the source has for it."""

from datetime import datetime
from typing import Any, Protocol

from actions.perform import Work
from db import tables as t
from db.queries import events
from domain.documents import Document
from domain.enums import EventType, TriggeredBy
from domain.refusals import Conflict, FieldError, Refused, invalid, line
from domain.times import in_utc

LONGEST_NAME = 200
MARKS = ("out_of_order", "occurred_at")
"""What two tellings of one thing may differ in."""


class Told(Protocol):
    @property
    def occurred_at(self) -> datetime | None: ...
    @property
    def source_event_id(self) -> str | None: ...


def told_as(work: Work, data: Document, ask: Told) -> Document:
    """The data with when and by what name it was told, or Refused."""
    errors, name = [], ask.source_event_id
    if ask.occurred_at is not None and in_utc(ask.occurred_at) > work.now:
        errors.append(FieldError("occurredAt", "IN_THE_FUTURE", "`occurredAt` is in the future."))
    if name is not None and work.actor.kind is not TriggeredBy.WEBHOOK:
        message = "`sourceEventId` is for webhooks, whose token names their source. Use `idempotencyKey`."
        errors.append(FieldError("sourceEventId", "WEBHOOK_REQUIRED", message))
    if name is not None:
        errors += line("sourceEventId", name, LONGEST_NAME)
        if name != name.strip():
            errors.append(FieldError("sourceEventId", "MALFORMED", "`sourceEventId` has no spaces at its ends."))
    if errors:
        raise invalid(*errors)
    at = None if ask.occurred_at is None else in_utc(ask.occurred_at).replace(microsecond=0)
    return data.model_copy(update={"occurred_at": at, "source_event_id": name})


async def again(work: Work, company_id: int, event_type: EventType, data: Any) -> int | None:
    """The event that the source has told of by this name before; Refused where that says something else."""
    name = data.source_event_id
    if name is None:
        return None
    found = await events.named(work.transaction.rows, work.actor.scope, name, work.scope)
    if found is None:
        return None
    of, event = found
    if of == company_id and event.event_type is event_type and _said(event.data) == _said(data.stored()):
        return event.id
    message = "This source has told of something else under this `sourceEventId`. Nothing was recorded."
    raise Refused(Conflict(message, "SOURCE_EVENT_ID_REUSED", ("sourceEventId",)))


def _said(data: dict[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (data or {}).items() if name not in MARKS}


def name_of_source(work: Work, event: t.JourneyEvent) -> None:
    """Keeps what the source calls the event, so that it is told of once."""
    called = (event.event_data or {}).get("source_event_id")
    if called is not None:
        work.transaction.add(t.EventSource(event_id=event.id, source=work.actor.scope, source_event_id=called))
