"""Applications for market development funds, as their events tell."""

from datetime import datetime
from decimal import Decimal

import strawberry

from db import tables as t
from domain import mdf
from domain.enums import MdfStatus
from graph.fields import Info, to_one
from graph.types import refs


@strawberry.type(description="An application for market development funds, as its events tell.")
class MdfApplication:
    application_id: str = strawberry.field(description="The fund request in AWS Partner Central.")
    status: MdfStatus | None = strawberry.field(description="Where it stands; null while only later steps are known.")
    amount: Decimal | None = strawberry.field(description="Amount asked for.")
    approved_amount: Decimal | None = strawberry.field(description="Amount granted.")
    currency: str | None = strawberry.field(description="ISO 4217 code.")
    reason: str | None = strawberry.field(description="Why it stands there, where a reason was given.")
    submitted_at: datetime | None = strawberry.field(description="When it was last submitted.")
    decided_at: datetime | None = strawberry.field(description="When it was approved, rejected or canceled.")
    changed_at: datetime | None = strawberry.field(description="When its status changed.")
    leads_to: list[MdfStatus] = strawberry.field(
        description="Where `mdfApplicationMove` may take it from here. At most five."
    )
    out_of_order: bool = strawberry.field(
        description="Whether a step is known that waits for one before it that is not."
    )
    product = to_one(refs.Product, t.Product, "product_id", "The product it is for, if one.")
    event = to_one(refs.JourneyEvent, t.JourneyEvent, "event_id", "The event that told of its status.")


async def applications_of(info: Info, company_id: int) -> list[mdf.Application]:
    """In the order in which they were begun."""
    found = await info.context.loaders.fund_events().load(company_id)
    return list(mdf.applications(mdf.steps(found)).values())
