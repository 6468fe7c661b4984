"""What other systems tell of: when it happened, and once for each name that the source has for it."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Protocol

from actions.perform import Facts, Work
from db import tables as t
from db.queries import events
from domain.documents import Document
from domain.enums import EventType, TriggeredBy
from domain.recording import trimmed
from domain.refusals import Conflict, FieldError, Refused, invalid, line
from domain.sources import said
from domain.times import in_utc

LONGEST_NAME = 200


class Told(Protocol):
    @property
    def occurred_at(self) -> datetime | None: ...
    @property
    def source_event_id(self) -> str | None: ...


def told_as(work: Work, data: Document, ask: Told) -> Document:
    """The data with when and by what name it was told, or Refused."""
    errors, name = [], ask.source_event_id
    at = None if ask.occurred_at is None else in_utc(ask.occurred_at)
    if at is not None and at > work.now:
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
    return trimmed(data).model_copy(update={"occurred_at": at, "source_event_id": name})


async def once(
    work: Work, company_id: int, product_id: int | None, event_type: EventType, data: Any,
    tell: Callable[[], Awaitable[Facts]],
) -> Facts:  # fmt: skip
    """Facts of `tell`, or of the event that the source has told of by this name before; Refused where that said
    something else. The name is kept whether or not there is a new event."""
    source, name = work.actor.scope, data.source_event_id
    if name is None:
        return await tell()
    words = said(company_id, product_id, event_type, data)
    if (known := await events.named(work.transaction, source, name)) is not None:
        if known.said == words:
            return {"event_id": known.event_id, "changed": False}
        message = "This source has told of something else under this `sourceEventId`. Nothing was recorded."
        raise Refused(Conflict(message, "SOURCE_EVENT_ID_REUSED", ("sourceEventId",)))
    facts = await tell()
    work.transaction.add(t.EventSource(event_id=facts["event_id"], source=source, source_event_id=name, said=words))
    return facts
