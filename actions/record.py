"""Writes events, and the outbox rows that carry them on, into the transaction of the change they tell of."""

from collections.abc import Iterable, Mapping

from actions.perform import Work
from db import tables as t
from db.queries import events, locked
from domain.documents import Document
from domain.enums import EventType, JourneyStage
from domain.sealing import seal

TOPIC = "journey_event"


async def record(
    work: Work,
    event_type: EventType,
    company_id: int,
    data: Document,
    *,
    product_id: int | None = None,
    from_stage: JourneyStage | None = None,
    to_stage: JourneyStage | None = None,
    related: tuple[str, int] | None = None,
    chain_ids: Iterable[int] = (),
) -> t.JourneyEvent:
    """`related` is the kind and key of what the event is about, `chain_ids` are of the chains it speaks of. Blockers
    and sessions outlive their product: the event of one that is gone names none."""
    if product_id is not None and not await locked.is_visible(work.transaction, t.Product, product_id, work.scope):
        product_id = None
    event = t.JourneyEvent(
        company_id=company_id,
        product_id=product_id,
        user_id=work.actor.user_id,
        event_type=event_type,
        from_stage=from_stage,
        to_stage=to_stage,
        related_entity_type=related[0] if related else None,
        related_entity_id=related[1] if related else None,
        event_data=data.stored(),
        triggered_by=work.actor.kind,
        agent_id=work.actor.agent_id,
        created_at=work.now,
    )
    work.transaction.add(event)
    await work.transaction.flush()
    await _seal(work, event)
    work.transaction.add(*(t.EventChain(event_id=event.id, chain_id=key) for key in chain_ids))
    payload = {"event_type": event_type.value, "event_id": event.id, "company_id": company_id}
    outbox(work, TOPIC, payload, company_id=company_id, event_id=event.id)
    return event


async def _seal(work: Work, event: t.JourneyEvent) -> None:
    """The company is locked by all who write: nobody else adds to its log meanwhile."""
    last = await events.last_seal(work.transaction, event.company_id)
    position, previous = (0, None) if last is None else last
    work.transaction.add(
        t.EventSeal(
            event_id=event.id,
            company_id=event.company_id,
            position=position + 1,
            product_id=event.product_id,
            previous_seal=previous,
            seal=seal(vars(event), previous),
        )
    )


def outbox(
    work: Work, topic: str, payload: Mapping[str, object], *, company_id: int | None, event_id: int | None
) -> None:
    work.transaction.add(
        t.OutboxMessage(
            topic=topic, company_id=company_id, event_id=event_id, payload=dict(payload), created_at=work.now
        )
    )
