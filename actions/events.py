"""Events that are recorded as such: what happened at AWS, or at a customer's."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from actions import mdf
from actions.access import check_expected, company_for_writing, product_of
from actions.listings import live_on
from actions.perform import Facts, Work
from actions.record import record
from actions.sources import Told, once, told_as
from db import tables as t
from db.opaque import global_id
from db.queries import events
from domain import recording as rules
from domain.documents import Document
from domain.enums import EventType, LaunchStatus, MdfStatus
from domain.event_data import EVENT_DATA, read_event_data
from domain.facts import LIVE
from domain.refusals import Fix, Gate, GatesFailed, GateStatus, Refused
from domain.times import in_utc

STEPS = {EventType.MDF_SUBMITTED: MdfStatus.SUBMITTED, EventType.MDF_APPROVED: MdfStatus.APPROVED}


@dataclass(frozen=True, slots=True)
class RecordEvent(Told):
    """`data` has the names of the event type's own model."""

    company_id: int
    event_type: EventType
    data: dict[str, Any] = field(default_factory=dict)
    product_id: int | None = None
    occurred_at: datetime | None = None
    source_event_id: str | None = None
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class MoveApplication(Told):
    """`amount` is what is asked for, or granted."""

    company_id: int
    application_id: str
    to: MdfStatus
    amount: str | None = None
    currency: str | None = None
    reason: str | None = None
    product_id: int | None = None
    occurred_at: datetime | None = None
    source_event_id: str | None = None
    expected_status: MdfStatus | None = None
    expected_version: int | None = None


async def record_event(work: Work, ask: RecordEvent) -> Facts:
    """Facts: company_id, product_id, event_id (an earlier one's where it says the same), changed."""
    company = await company_for_writing(work, ask.company_id)
    check_expected("expectedVersion", ask.expected_version, company.version, "Company", company.id)
    product = await product_of(work, company.id, ask.product_id)
    data = told_as(work, EVENT_DATA[ask.event_type].model_validate(ask.data), ask)

    async def tell() -> Facts:
        if ask.event_type in STEPS:
            return await mdf.take(work, company.id, ask.product_id, STEPS[ask.event_type], data)
        return await _recorded(work, ask, data, product)

    facts: Facts = {"company_id": company.id, "product_id": ask.product_id}
    return facts | await once(work, company.id, ask.product_id, ask.event_type, data, tell)


async def _recorded(work: Work, ask: RecordEvent, data: Document, product: t.Product | None) -> Facts:
    company_id = ask.company_id
    found = [
        rules.Known(each.id, each.product_id, each.event_type, read_event_data(each.event_type, each.data))
        for each in await events.recorded(work.transaction.rows, company_id, tuple(rules.KINDS), work.scope)
    ]
    made = rules.record(ask.event_type, data, ask.product_id, found, work.actor, global_id("Company", company_id))
    listed = product if ask.event_type is EventType.LISTING_PUBLISHED else None
    if made.again is not None:
        return {"event_id": made.again, "changed": _dated(work, listed, ask.occurred_at)}
    if ask.event_type is EventType.LISTING_PUBLISHED:
        _check_live(product)
        _dated(work, listed, ask.occurred_at)
    event = await record(work, ask.event_type, company_id, made.data, product_id=ask.product_id)
    return {"event_id": event.id, "changed": True}


async def move_application(work: Work, ask: MoveApplication) -> Facts:
    """Facts: company_id, product_id, application_id, event_id, changed."""
    company = await company_for_writing(work, ask.company_id)
    check_expected("expectedVersion", ask.expected_version, company.version, "Company", company.id)
    await product_of(work, company.id, ask.product_id)
    event_type = EventType.MDF_APPROVED if ask.to is MdfStatus.APPROVED else EventType.MDF_SUBMITTED
    said: dict[str, Any] = {"application_id": ask.application_id, "currency": ask.currency}
    said |= (
        {"approved_amount": ask.amount}
        if ask.to is MdfStatus.APPROVED
        else {"amount": ask.amount, "status": ask.to, "reason": (ask.reason or "").strip() or None}
    )
    data = told_as(work, EVENT_DATA[event_type].model_validate(said), ask)

    async def tell() -> Facts:
        expected = ask.expected_status
        return await mdf.take(work, company.id, ask.product_id, ask.to, data, moved=True, expected=expected)

    told = await once(work, company.id, ask.product_id, event_type, data, tell)
    application = data.application_id  # type: ignore[attr-defined]
    return {"company_id": company.id, "product_id": ask.product_id, "application_id": application, **told}


def _check_live(product: t.Product | None) -> None:
    """What is listed is live: moving a product to GA records its listing by itself."""
    if product is not None and product.launch_status in LIVE:
        return
    fix = None
    if product is not None:
        args = {"productId": global_id("Product", product.id), "to": LaunchStatus.GA.name}
        fix = Fix("productTransitionStatus", args)
    detail = "Name a product that is live in `productId`." if product is None else "The product is not live."
    gate = Gate("PRODUCT_LIVE", "A product that is live", GateStatus.FAIL, detail, fix)
    raise Refused(GatesFailed(detail, "GATES_FAILED", ("listingPublished",), gates=(gate,)))


def _dated(work: Work, product: t.Product | None, occurred_at: datetime | None) -> bool:
    """Whether a live product has got the day of its listing, which other software may have left out."""
    if product is None or product.launch_status not in LIVE or product.listing_live_date is not None:
        return False
    return live_on(work, product, in_utc(occurred_at or work.now).date())
