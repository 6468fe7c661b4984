"""mdfApplicationMove."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import strawberry

from actions.events import MoveApplication, move_application
from db import tables as t
from domain.enums import MdfStatus
from graph.fields import Info, to_one
from graph.mutations.inputs import (
    Payload,
    Reading,
    dry_run,
    expected_version_of_company,
    idempotency_key,
    payload,
    run,
)
from graph.mutations.told import occurred_at, plain, source_event_id
from graph.types import refs
from graph.types.mdf import MdfApplication, applications_of


@strawberry.input(description="Move an application for market development funds a step on, or begin one.")
class MdfApplicationMoveInput:
    company_id: strawberry.ID = strawberry.field(description="The company that applies.")
    application_id: str = strawberry.field(description="The fund request in AWS Partner Central. 1 to 100 characters.")
    to: MdfStatus = strawberry.field(description="Where it stands now.")
    amount: Decimal | None = strawberry.field(
        default=None,
        description="With DRAFT and SUBMITTED, the amount asked for; with APPROVED, the amount granted. Other steps "
        "change neither.",
    )
    currency: str | None = strawberry.field(default=None, description="ISO 4217 code of the amount.")
    reason: str | None = strawberry.field(
        default=None, description="Why. Needed to recall, reject and cancel. At most 2,000 characters."
    )
    product_id: strawberry.ID | None = strawberry.field(default=None, description="The product it is for, if one.")
    occurred_at: datetime | None = occurred_at()
    source_event_id: str | None = source_event_id()
    expected_status: MdfStatus | None = strawberry.field(
        default=None, description="Act only if it stands here; Conflict otherwise."
    )
    expected_version: int | None = expected_version_of_company()
    idempotency_key: str | None = idempotency_key()
    dry_run: bool = dry_run()


async def _application(self: Any, info: Info, source: strawberry.Parent[Any]) -> MdfApplication | None:
    if source.company_id is None:
        return None
    found = await applications_of(info, source.company_id)
    return next((each for each in found if each.application_id == source.application_id), None)  # type: ignore[return-value]


@payload("The application as it is now.")
class MdfApplicationMovePayload(Payload):
    application = strawberry.field(
        resolver=_application, description="The application as it is now; on a dry run, as it was."
    )
    event = to_one(refs.JourneyEvent, t.JourneyEvent, "event_id", "The event; an earlier one where it was known.")
    company = to_one(refs.Company, t.Company, "company_id", "The company as it is now.")


@strawberry.type
class MdfMutations:
    @strawberry.mutation(
        description="Move an application for market development funds: begin, submit, recall, answer, cancel it, and "
        "record what AWS decides, which agents do not. A step that the application's status does not lead to is "
        "refused; from a webhook it is kept, and counts once what comes before it is known."
    )
    async def mdf_application_move(
        self, info: Info, input: Annotated[MdfApplicationMoveInput, strawberry.argument(description="What to do.")]
    ) -> MdfApplicationMovePayload:
        reading = Reading()
        ask = MoveApplication(
            company_id=reading.key("Company", input.company_id, "companyId"),
            application_id=input.application_id.strip(),
            to=input.to,
            amount=plain(input.amount),
            currency=input.currency,
            reason=input.reason,
            product_id=reading.optional_key("Product", input.product_id, "productId"),
            occurred_at=input.occurred_at,
            source_event_id=input.source_event_id,
            expected_status=input.expected_status,
            expected_version=input.expected_version,
        )
        return await run(info, input, "mdfApplicationMove", reading, ask, move_application)
