"""partnerTierProgressRecord and companyStartJourney."""

from datetime import date, datetime
from typing import Annotated

import strawberry

from actions.journey import StartJourney, start_journey
from actions.tier_progress import RecordProgress, record_progress
from db import tables as t
from domain.enums import TierRequirement
from graph.fields import Info, to_one
from graph.mutations.inputs import Payload, Reading, dry_run, expected_version, idempotency_key, payload, run
from graph.types import refs

MOST = len(TierRequirement)


@strawberry.input(description="A figure.")
class TierFigureInput:
    requirement: TierRequirement = strawberry.field(description="What was counted.")
    value: int = strawberry.field(description="How many; of revenue, US dollars.")


@strawberry.input(description="Record what was counted of a partner towards a tier.")
class PartnerTierProgressRecordInput:
    company_id: strawberry.ID = strawberry.field(description="The company.")
    figures: list[TierFigureInput] = strawberry.field(description="What was counted: one to six, each once.")
    as_of: date | None = strawberry.field(
        default=None, description="The day for which it was counted, not in the future; today when absent."
    )
    note: str | None = strawberry.field(
        default=None, description="Where the figures come from. At most 2,000 characters."
    )
    expected_version: int | None = expected_version()
    idempotency_key: str | None = idempotency_key()
    dry_run: bool = dry_run()


@strawberry.input(description="Say that a company's journey has begun.")
class CompanyStartJourneyInput:
    company_id: strawberry.ID = strawberry.field(description="The company.")
    started_at: datetime | None = strawberry.field(
        default=None, description="When, not in the future and not before 2000; now when absent."
    )
    expected_version: int | None = expected_version()
    idempotency_key: str | None = idempotency_key()
    dry_run: bool = dry_run()


@payload("The company; its `tierGap` counts the figures.")
class PartnerTierProgressRecordPayload(Payload):
    company = to_one(refs.Company, t.Company, "company_id", "The company as it is now.")


@payload("The company with the start of its journey.")
class CompanyStartJourneyPayload(Payload):
    company = to_one(refs.Company, t.Company, "company_id", "The company as it is now.")


@strawberry.type
class TierMutations:
    @strawberry.mutation(
        description="Record what was counted of a partner towards a tier. Figures are kept; the latest day counts, and "
        "of one day what was said last. What is known already changes nothing."
    )
    async def partner_tier_progress_record(
        self,
        info: Info,
        input: Annotated[PartnerTierProgressRecordInput, strawberry.argument(description="What was counted.")],
    ) -> PartnerTierProgressRecordPayload:
        reading = Reading()
        message = f"`figures` takes one to {MOST} figures."
        reading.check(1 <= len(input.figures) <= MOST, "figures", "TOO_MANY", message)
        ask = RecordProgress(
            company_id=reading.key("Company", input.company_id, "companyId"),
            figures=tuple((each.requirement, each.value) for each in input.figures),
            as_of=input.as_of,
            note=input.note,
            expected_version=input.expected_version,
        )
        return await run(info, input, "partnerTierProgressRecord", reading, ask, record_progress)

    @strawberry.mutation(
        description="Say that a company's journey has begun, before it leaves DISCOVERY. Said once: a start that is "
        "known stays as it is."
    )
    async def company_start_journey(
        self, info: Info, input: Annotated[CompanyStartJourneyInput, strawberry.argument(description="What to do.")]
    ) -> CompanyStartJourneyPayload:
        reading = Reading()
        ask = StartJourney(
            company_id=reading.key("Company", input.company_id, "companyId"),
            started_at=input.started_at,
            expected_version=input.expected_version,
        )
        return await run(info, input, "companyStartJourney", reading, ask, start_journey)
