"""Named milestones."""

from datetime import datetime

import strawberry

from db import tables as t
from graph.fields import to_one
from graph.types import refs


@strawberry.type(description="Something that a company, or a product of it, has reached.")
class Milestone:
    code: str = strawberry.field(description="Which milestone; one of a code for the company, and for each product.")
    title: str | None = strawberry.field(description="One line for people.")
    achieved_at: datetime = strawberry.field(description="When it was reached.")
    revoked: bool = strawberry.field(description="Whether it does not hold any more.")
    reason: str | None = strawberry.field(description="Why it does not hold any more.")
    product = to_one(refs.Product, t.Product, "product_id", "The product that reached it, if one.")
    event = to_one(refs.JourneyEvent, t.JourneyEvent, "event_id", "The event that reached it, or took it back.")
