"""companyRequestChecks."""

from types import SimpleNamespace
from typing import Annotated, Any

import strawberry

from actions.approach import RequestChecks, request_checks
from db import tables as t
from graph.fields import Info, to_one
from graph.mutations.inputs import Payload, Reading, dry_run, expected_version, idempotency_key, payload, run
from graph.types import refs


@strawberry.input(description="Ask for the checks that launches are near enough for.")
class CompanyRequestChecksInput:
    company_id: strawberry.ID = strawberry.field(description="The company.")
    expected_version: int | None = expected_version()
    idempotency_key: str | None = idempotency_key()
    dry_run: bool = dry_run()


@strawberry.type(description="A product of which a check was asked for.")
class RequestedCheck:
    threshold_days: int = strawberry.field(description="Days before the target date at which it became due.")
    product = to_one(refs.Product, t.Product, "product_id", "The product.")


def _due(source: strawberry.Parent[Any]) -> list[RequestedCheck] | None:
    return None if source.due is None else [SimpleNamespace(**each) for each in source.due]  # type: ignore[misc]


@payload("The checks that were asked for now.")
class CompanyRequestChecksPayload(Payload):
    due = strawberry.field(
        resolver=_due, description="The checks that were asked for now. Bounded by the company's products."
    )
    company = to_one(refs.Company, t.Company, "company_id", "The company as it is now.")
    event = to_one(refs.JourneyEvent, t.JourneyEvent, "event_id", "The last event; null when nothing was due.")


@strawberry.type
class ApproachMutations:
    @strawberry.mutation(
        description="Ask for compliance checks of a company's products whose launch comes nearer: an event "
        "`compliance_check` with the status `due` for each. Asked for once for each threshold and target date, so it "
        "may be called every day; a moved date asks anew."
    )
    async def company_request_checks(
        self, info: Info, input: Annotated[CompanyRequestChecksInput, strawberry.argument(description="What to do.")]
    ) -> CompanyRequestChecksPayload:
        reading = Reading()
        ask = RequestChecks(
            company_id=reading.key("Company", input.company_id, "companyId"), expected_version=input.expected_version
        )
        return await run(info, input, "companyRequestChecks", reading, ask, request_checks)
