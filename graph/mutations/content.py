"""generatedContentRecord and generatedContentMarkUsed."""

from decimal import Decimal
from typing import Annotated

import strawberry

from actions.content import MarkUsed, RecordContent, mark_used, record_content
from db import tables as t
from domain.enums import ContentPurpose
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
from graph.mutations.told import plain
from graph.types import refs


@strawberry.input(description="Record content that was generated for a company.")
class GeneratedContentRecordInput:
    company_id: strawberry.ID = strawberry.field(description="The company it is for.")
    content_purpose: ContentPurpose = strawberry.field(description="What it is for.")
    title: str = strawberry.field(description="Its title. 1 to 255 characters.")
    output: str = strawberry.field(description="The content. At most 65,535 bytes.")
    input: str | None = strawberry.field(default=None, description="What was asked for. At most 65,535 bytes.")
    slug: str | None = strawberry.field(default=None, description="The template that made it. 1 to 255 characters.")
    quality_score: Decimal | None = strawberry.field(
        default=None, description="0 to 100, as the maker judged itself; two decimals are kept."
    )
    product_id: strawberry.ID | None = strawberry.field(default=None, description="The product it is for, if one.")
    parent_id: strawberry.ID | None = strawberry.field(
        default=None, description="The version it was made from, of the same company. A lineage has at most 50."
    )
    expected_version: int | None = expected_version_of_company()
    idempotency_key: str | None = idempotency_key()
    dry_run: bool = dry_run()


@strawberry.input(description="Say that content went into a submission.")
class GeneratedContentMarkUsedInput:
    content_id: strawberry.ID = strawberry.field(description="The content.")
    submission_ref: str = strawberry.field(
        description="What it went into: the fund request, the listing, the opportunity. 1 to 200 characters."
    )
    expected_version: int | None = expected_version_of_company()
    idempotency_key: str | None = idempotency_key()
    dry_run: bool = dry_run()


@payload("The content, and the event that tells of it.")
class GeneratedContentPayload(Payload):
    content = to_one(
        refs.GeneratedContent, t.GeneratedContent, "content_id", "The content; null on a dry run of a new one."
    )
    company = to_one(refs.Company, t.Company, "company_id", "The company as it is now.")
    event = to_one(refs.JourneyEvent, t.JourneyEvent, "event_id", "The event; an earlier one where it was known.")


@strawberry.type
class ContentMutations:
    @strawberry.mutation(
        description="Record content that was generated for a company: it has the company's stage of now, and keeps it."
    )
    async def generated_content_record(
        self, info: Info, input: Annotated[GeneratedContentRecordInput, strawberry.argument(description="What it is.")]
    ) -> GeneratedContentPayload:
        reading = Reading()
        ask = RecordContent(
            company_id=reading.key("Company", input.company_id, "companyId"),
            purpose=input.content_purpose,
            title=input.title,
            output=input.output,
            input=input.input,
            slug=input.slug,
            quality_score=plain(input.quality_score),
            product_id=reading.optional_key("Product", input.product_id, "productId"),
            parent_id=reading.optional_key("GeneratedContent", input.parent_id, "parentId"),
            expected_version=input.expected_version,
        )
        return await run(info, input, "generatedContentRecord", reading, ask, record_content)

    @strawberry.mutation(
        description="Say that content went into a submission, which is never taken back. A submission has one version "
        "of a lineage. Said again of the same submission, it changes nothing."
    )
    async def generated_content_mark_used(
        self, info: Info, input: Annotated[GeneratedContentMarkUsedInput, strawberry.argument(description="Where.")]
    ) -> GeneratedContentPayload:
        reading = Reading()
        ask = MarkUsed(
            content_id=reading.key("GeneratedContent", input.content_id, "contentId"),
            submission_ref=input.submission_ref,
            expected_version=input.expected_version,
        )
        return await run(info, input, "generatedContentMarkUsed", reading, ask, mark_used)
