"""companyUpdate and companyChangeTier."""

from typing import Annotated

import strawberry
from strawberry.scalars import JSON

from actions.companies import UpdateCompany, update_company
from actions.tiers import ChangeTier, change_tier
from db import tables as t
from domain.enums import PartnerTier
from graph.fields import Info, to_one
from graph.mutations.blockers import blocker_of
from graph.mutations.inputs import Payload, Reading, dry_run, expected_version, given, idempotency_key, payload, run
from graph.types import refs


@strawberry.input(description="Change a company. What is left out stays as it is; null empties what may be empty.")
class CompanyUpdateInput:
    company_id: strawberry.ID = strawberry.field(description="The company.")
    name: str | None = strawberry.field(
        default=strawberry.UNSET, description="Trading name. 1 to 255 characters; not null."
    )
    website: str | None = strawberry.field(default=strawberry.UNSET, description="Address of its web site.")
    industry: str | None = strawberry.field(default=strawberry.UNSET, description="What it does. 1 to 255 characters.")
    country: str | None = strawberry.field(default=strawberry.UNSET, description="ISO 3166 alpha-2 code.")
    description: str | None = strawberry.field(
        default=strawberry.UNSET, description="A few sentences about it. At most 10,000 characters."
    )
    gtm_goals: JSON | None = strawberry.field(
        default=strawberry.UNSET, description="Go-to-market goals: an object of at most 20,000 bytes."
    )
    aws_partner_id: str | None = strawberry.field(
        default=strawberry.UNSET, description="Its id in AWS Partner Central. From LAUNCH on it is not null."
    )
    expected_version: int | None = expected_version()
    idempotency_key: str | None = idempotency_key()
    dry_run: bool = dry_run()


@strawberry.input(description="Say which tier AWS has given a company.")
class CompanyChangeTierInput:
    company_id: strawberry.ID = strawberry.field(description="The company.")
    to: PartnerTier = strawberry.field(description="The tier that it has now.")
    reason: str | None = strawberry.field(
        default=None, description="Why. Needed where it is a lower one. At most 2,000 characters."
    )
    expected_tier: PartnerTier | None = strawberry.field(
        default=None, description="Act only if it has this tier; Conflict with the current company otherwise."
    )
    expected_version: int | None = expected_version()
    idempotency_key: str | None = idempotency_key()
    dry_run: bool = dry_run()


@payload("The company as it is now.")
class CompanyUpdatePayload(Payload):
    company = to_one(refs.Company, t.Company, "company_id", "The company as it is now.")


@payload("The company with its tier, and what follows from it.")
class CompanyChangeTierPayload(Payload):
    resolved: list[strawberry.ID] | None = strawberry.field(
        description="Ids of blockers that are resolved by it. Bounded by the company's blockers."
    )
    blocker = strawberry.field(
        resolver=blocker_of, description="The blocker that a lapse has opened, where the company co-sells."
    )
    company = to_one(refs.Company, t.Company, "company_id", "The company as it is now. A lapse never moves it.")
    event = to_one(
        refs.JourneyEvent, t.JourneyEvent, "event_id", "The event of the milestone; null when nothing was changed."
    )


@strawberry.type
class CompanyMutations:
    @strawberry.mutation(description="Change a company: words, goals, AWS partner id.")
    async def company_update(
        self, info: Info, input: Annotated[CompanyUpdateInput, strawberry.argument(description="What to do.")]
    ) -> CompanyUpdatePayload:
        reading = Reading()
        names = ("name", "website", "industry", "country", "description", "gtm_goals", "aws_partner_id")
        ask = UpdateCompany(
            company_id=reading.key("Company", input.company_id, "companyId"),
            changes=given(input, *names),
            expected_version=input.expected_version,
        )
        return await run(info, input, "companyUpdate", reading, ask, update_company)

    @strawberry.mutation(
        description="Say which tier AWS has given a company: managers, and what AWS sends, do. The tiers it has stand "
        "among its milestones as `tier_…`. Where a company that co-sells loses the tier for it, a blocker says so."
    )
    async def company_change_tier(
        self, info: Info, input: Annotated[CompanyChangeTierInput, strawberry.argument(description="What to do.")]
    ) -> CompanyChangeTierPayload:
        reading = Reading()
        ask = ChangeTier(
            company_id=reading.key("Company", input.company_id, "companyId"),
            to=input.to,
            reason=input.reason,
            expected_tier=input.expected_tier,
            expected_version=input.expected_version,
        )
        return await run(info, input, "companyChangeTier", reading, ask, change_tier)
