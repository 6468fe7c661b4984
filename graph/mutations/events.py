"""eventRecord."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import strawberry
from strawberry.utils.str_converters import to_camel_case

from actions.events import RecordEvent, record_event
from db import tables as t
from domain.enums import EventType
from graph.fields import Info, to_one
from graph.mutations.inputs import Payload, Reading, dry_run, expected_version, idempotency_key, payload, run
from graph.mutations.told import occurred_at, plain, source_event_id
from graph.types import refs


def _application() -> Any:
    return strawberry.field(description="The fund request in AWS Partner Central. 1 to 100 characters.")


def _opportunity() -> Any:
    return strawberry.field(description="The opportunity in AWS Partner Central. 1 to 100 characters.")


def _currency() -> Any:
    return strawberry.field(default=None, description="ISO 4217 code of the amount; what is not said stays as it is.")


@strawberry.input(description="Funds were asked for: once for each application.")
class MdfSubmittedInput:
    application_id: str = _application()
    amount: Decimal | None = strawberry.field(default=None, description="Amount asked for.")
    currency: str | None = _currency()


@strawberry.input(description="Funds were granted, after they were asked for: once for each application.")
class MdfApprovedInput:
    application_id: str = _application()
    approved_amount: Decimal | None = strawberry.field(default=None, description="Amount granted.")
    currency: str | None = _currency()


@strawberry.input(description="The first customer bought: once for each product.")
class FirstCustomerInput:
    customer: str | None = strawberry.field(default=None, description="Who bought. 1 to 255 characters.")


@strawberry.input(description="A co-sell opportunity was opened: once for each.")
class CoSellInitiatedInput:
    opportunity_id: str = _opportunity()
    opportunity_name: str | None = strawberry.field(default=None, description="Its title. 1 to 255 characters.")


@strawberry.input(description="A deal was registered, after its opportunity was opened: once for each.")
class DealRegisteredInput:
    opportunity_id: str = _opportunity()
    deal_value: Decimal | None = strawberry.field(default=None, description="Expected value of the deal.")
    currency: str = strawberry.field(default="USD", description="ISO 4217 code.")


@strawberry.input(description="A listing went live: once for each product, which is live.")
class ListingPublishedInput:
    listing_url: str | None = strawberry.field(
        default=None, description="Where the listing is seen: an http or https address of at most 2,000 characters."
    )


@strawberry.input(description="Record something that happened: exactly one of the kinds.")
class EventRecordInput:
    company_id: strawberry.ID = strawberry.field(description="The company it happened to.")
    product_id: strawberry.ID | None = strawberry.field(default=None, description="The product it is about, if one.")
    mdf_submitted: MdfSubmittedInput | None = strawberry.field(default=None, description="Funds were asked for.")
    mdf_approved: MdfApprovedInput | None = strawberry.field(
        default=None, description="Funds were granted. Agents do not say so."
    )
    first_customer: FirstCustomerInput | None = strawberry.field(default=None, description="The first customer bought.")
    co_sell_initiated: CoSellInitiatedInput | None = strawberry.field(
        default=None, description="A co-sell opportunity was opened."
    )
    deal_registered: DealRegisteredInput | None = strawberry.field(default=None, description="A deal was registered.")
    listing_published: ListingPublishedInput | None = strawberry.field(
        default=None, description="A listing went live. Moving a product to GA records it by itself."
    )
    occurred_at: datetime | None = occurred_at()
    source_event_id: str | None = source_event_id()
    expected_version: int | None = expected_version()
    idempotency_key: str | None = idempotency_key()
    dry_run: bool = dry_run()


@payload("The event, or the earlier one that says the same.")
class EventRecordPayload(Payload):
    event = to_one(refs.JourneyEvent, t.JourneyEvent, "event_id", "The event; an earlier one where it was known.")
    product = to_one(refs.Product, t.Product, "product_id", "The product it is about, if one.")
    company = to_one(refs.Company, t.Company, "company_id", "The company as it is now.")


KINDS = {
    "mdf_submitted": EventType.MDF_SUBMITTED,
    "mdf_approved": EventType.MDF_APPROVED,
    "first_customer": EventType.FIRST_CUSTOMER,
    "co_sell_initiated": EventType.CO_SELL_INITIATED,
    "deal_registered": EventType.DEAL_REGISTERED,
    "listing_published": EventType.LISTING_PUBLISHED,
}
ONE_KIND = f"Say exactly one of {', '.join(map(to_camel_case, KINDS))}."


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    return {name: plain(value) for name, value in data.items()}


@strawberry.type
class EventMutations:
    @strawberry.mutation(
        description="Record something that happened at AWS or at a customer's. What was recorded before changes "
        "nothing; what comes before its time is refused, and says what comes first. All other events are recorded by "
        "the changes that they tell of."
    )
    async def event_record(
        self, info: Info, input: Annotated[EventRecordInput, strawberry.argument(description="What happened.")]
    ) -> EventRecordPayload:
        reading = Reading()
        named = [name for name in KINDS if getattr(input, name) is not None]
        reading.check(len(named) == 1, to_camel_case(named[1]) if named[1:] else "", "ONE_KIND", ONE_KIND)
        name = named[0] if named else "first_customer"
        ask = RecordEvent(
            company_id=reading.key("Company", input.company_id, "companyId"),
            event_type=KINDS[name],
            data={} if not named else _plain(vars(getattr(input, name))),
            product_id=reading.optional_key("Product", input.product_id, "productId"),
            occurred_at=input.occurred_at,
            source_event_id=input.source_event_id,
            expected_version=input.expected_version,
        )
        return await run(info, input, "eventRecord", reading, ask, record_event)
