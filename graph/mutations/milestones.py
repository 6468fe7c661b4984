"""milestoneAchieve and milestoneRevoke."""

from datetime import datetime
from typing import Annotated

import strawberry

from actions.milestones import AchieveMilestone, RevokeMilestone, achieve_milestone, revoke_milestone
from db import tables as t
from graph.fields import Info, to_one
from graph.mutations.inputs import Payload, Reading, dry_run, expected_version, idempotency_key, payload, run
from graph.types import refs


@strawberry.input(description="Say that a company, or a product of it, has reached something.")
class MilestoneAchieveInput:
    company_id: strawberry.ID = strawberry.field(description="The company.")
    code: str = strawberry.field(
        description="Which milestone: lower-case letters, digits and underscores, at most 100. It holds once for the "
        "company, and once for each product. `tier_`, `product_` and `journey_` are taken."
    )
    title: str | None = strawberry.field(default=None, description="One line for people. 1 to 200 characters.")
    product_id: strawberry.ID | None = strawberry.field(default=None, description="The product that reached it.")
    achieved_at: datetime | None = strawberry.field(default=None, description="When it was reached; now when absent.")
    expected_version: int | None = expected_version()
    idempotency_key: str | None = idempotency_key()
    dry_run: bool = dry_run()


@strawberry.input(description="Take back that something was reached.")
class MilestoneRevokeInput:
    company_id: strawberry.ID = strawberry.field(description="The company.")
    code: str = strawberry.field(description="Which milestone.")
    reason: str = strawberry.field(description="Why it does not hold any more. 1 to 2,000 characters.")
    product_id: strawberry.ID | None = strawberry.field(default=None, description="The product that reached it.")
    expected_version: int | None = expected_version()
    idempotency_key: str | None = idempotency_key()
    dry_run: bool = dry_run()


@payload("The event by which the milestone holds.")
class MilestoneAchievePayload(Payload):
    company = to_one(refs.Company, t.Company, "company_id", "The company as it is now.")
    event = to_one(refs.JourneyEvent, t.JourneyEvent, "event_id", "The event; an earlier one where it held already.")


@payload("The event that takes the milestone back.")
class MilestoneRevokePayload(Payload):
    company = to_one(refs.Company, t.Company, "company_id", "The company as it is now.")
    event = to_one(refs.JourneyEvent, t.JourneyEvent, "event_id", "The event.")


@strawberry.type
class MilestoneMutations:
    @strawberry.mutation(
        description="Record that a named milestone was reached. Where it holds already, nothing changes."
    )
    async def milestone_achieve(
        self, info: Info, input: Annotated[MilestoneAchieveInput, strawberry.argument(description="What to do.")]
    ) -> MilestoneAchievePayload:
        reading = Reading()
        ask = AchieveMilestone(
            company_id=reading.key("Company", input.company_id, "companyId"),
            code=input.code,
            title=input.title,
            product_id=reading.optional_key("Product", input.product_id, "productId"),
            achieved_at=input.achieved_at,
            expected_version=input.expected_version,
        )
        return await run(info, input, "milestoneAchieve", reading, ask, achieve_milestone)

    @strawberry.mutation(description="Take a named milestone back: people do, agents do not. It may be reached again.")
    async def milestone_revoke(
        self, info: Info, input: Annotated[MilestoneRevokeInput, strawberry.argument(description="What to do.")]
    ) -> MilestoneRevokePayload:
        reading = Reading()
        ask = RevokeMilestone(
            company_id=reading.key("Company", input.company_id, "companyId"),
            code=input.code,
            reason=input.reason,
            product_id=reading.optional_key("Product", input.product_id, "productId"),
            expected_version=input.expected_version,
        )
        return await run(info, input, "milestoneRevoke", reading, ask, revoke_milestone)
