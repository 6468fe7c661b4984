"""complianceCheckRecord and readinessRecord."""

from datetime import date
from typing import Annotated

import strawberry

from actions.compliance import RecordCheck, record_check
from actions.readiness import RecordReadiness, record_readiness
from db import tables as t
from domain.enums import Severity
from domain.reports import Control, ControlResult
from graph.fields import Info, to_one
from graph.mutations.inputs import (
    Payload,
    Reading,
    dry_run,
    expected_version,
    expected_version_of_company,
    idempotency_key,
    payload,
    run,
)
from graph.mutations.products import ProductPayload
from graph.types import refs


@strawberry.input(description="What was found of one control.")
class ControlInput:
    control_id: str = strawberry.field(description="The control, once in a report. 1 to 100 characters.")
    title: str = strawberry.field(description="What it asks for. 1 to 255 characters.")
    result: ControlResult = strawberry.field(description="What was found.")
    severity: Severity = strawberry.field(description="How much a failure holds up.")
    detail: str | None = strawberry.field(default=None, description="What is wrong. At most 5,000 characters.")


@strawberry.input(description="Record what a compliance check has found.")
class ComplianceCheckRecordInput:
    company_id: strawberry.ID = strawberry.field(description="The company.")
    product_id: strawberry.ID | None = strawberry.field(
        default=None, description="The product that was checked; null when it was the company."
    )
    report_type: str = strawberry.field(description="`listing`, `ftr` or another type. 1 to 50 characters, no colon.")
    items: list[ControlInput] = strawberry.field(description="Its controls: 1 to 200.")
    valid_until: date | None = strawberry.field(
        default=None, description="Until when it is good, if it passes; by its type, as the policy says, when absent."
    )
    expected_version: int | None = expected_version_of_company()
    idempotency_key: str | None = idempotency_key()
    dry_run: bool = dry_run()


@strawberry.input(description="Record how ready a product is.")
class ReadinessRecordInput:
    product_id: strawberry.ID = strawberry.field(description="The product.")
    score: int = strawberry.field(description="0 to 100.")
    expected_version: int | None = expected_version()
    idempotency_key: str | None = idempotency_key()
    dry_run: bool = dry_run()


@payload("The report, and what it has opened and closed.")
class ComplianceCheckRecordPayload(Payload):
    opened: list[strawberry.ID] | None = strawberry.field(
        description="Ids of blockers that it has opened, or opened again. Bounded by its controls."
    )
    resolved: list[strawberry.ID] | None = strawberry.field(
        description="Ids of blockers that it has resolved. Bounded by the company's blockers."
    )
    report = to_one(refs.ComplianceReport, t.ComplianceReport, "report_id", "The report; null on a dry run.")
    product = to_one(refs.Product, t.Product, "product_id", "The product as it is now, if one was checked.")
    company = to_one(refs.Company, t.Company, "company_id", "The company as it is now.")
    event = to_one(refs.JourneyEvent, t.JourneyEvent, "event_id", "The event that tells of it.")


@payload("The score, and the product as it is now.")
class ReadinessRecordPayload(ProductPayload):
    score = to_one(refs.LaunchReadinessScore, t.LaunchReadinessScore, "score_id", "The score; null on a dry run.")


@strawberry.type
class ComplianceMutations:
    @strawberry.mutation(
        description="Record a compliance check of a product, or of the company. Failing critical and high controls "
        "open blockers, or open them again; those that pass resolve what they had blocked, which nothing else does. "
        "A report that passed nothing, or left out a critical or high control, is incomplete: it opens no gate."
    )
    async def compliance_check_record(
        self, info: Info, input: Annotated[ComplianceCheckRecordInput, strawberry.argument(description="What to do.")]
    ) -> ComplianceCheckRecordPayload:
        reading = Reading()
        ask = RecordCheck(
            company_id=reading.key("Company", input.company_id, "companyId"),
            product_id=reading.optional_key("Product", input.product_id, "productId"),
            report_type=input.report_type,
            items=tuple(
                Control(each.control_id.strip(), each.title.strip(), each.result, each.severity, each.detail)
                for each in input.items
            ),
            valid_until=input.valid_until,
            expected_version=input.expected_version,
        )
        return await run(info, input, "complianceCheckRecord", reading, ask, record_check)

    @strawberry.mutation(description="Record how ready a product is to be launched. Its earlier scores stay.")
    async def readiness_record(
        self, info: Info, input: Annotated[ReadinessRecordInput, strawberry.argument(description="What to do.")]
    ) -> ReadinessRecordPayload:
        reading = Reading()
        ask = RecordReadiness(
            product_id=reading.key("Product", input.product_id, "productId"),
            score=input.score,
            expected_version=input.expected_version,
        )
        return await run(info, input, "readinessRecord", reading, ask, record_readiness)
