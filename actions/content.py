"""Generated content: the door to new pieces, and to `used_in_submission`, which never goes back."""

from dataclasses import dataclass
from decimal import Decimal

from actions.access import check_expected, check_may_write, check_product_of, company_for_writing
from actions.perform import Facts, Work
from actions.record import record
from db import tables as t
from db.queries import lineage, locked
from domain import content as rules
from domain.enums import ContentPurpose, EventType
from domain.event_data import ContentGeneratedData
from domain.refusals import FieldError, invalid, not_found


@dataclass(frozen=True, slots=True)
class RecordContent:
    company_id: int
    purpose: ContentPurpose
    title: str
    output: str
    input: str | None = None
    slug: str | None = None
    quality_score: str | None = None
    product_id: int | None = None
    parent_id: int | None = None
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class MarkUsed:
    content_id: int
    submission_ref: str
    expected_version: int | None = None


async def record_content(work: Work, ask: RecordContent) -> Facts:
    """Facts: company_id, content_id, event_id, changed."""
    company = await company_for_writing(work, ask.company_id)
    check_expected("expectedVersion", ask.expected_version, company.version, "Company", company.id)
    quality = None if ask.quality_score is None else Decimal(ask.quality_score)
    rules.check(ask.title, ask.output, ask.input, ask.slug, quality)
    await check_product_of(work, company.id, ask.product_id)
    await _check_parent(work, company.id, ask.parent_id)
    row = t.GeneratedContent(
        user_id=work.actor.user_id,
        company_id=company.id,
        product_id=ask.product_id,
        title=ask.title.strip(),
        slug=ask.slug,
        input=ask.input,
        output=ask.output,
        content_purpose=ask.purpose,
        journey_stage=company.partner_journey_stage,
        parent_generation_id=ask.parent_id,
        quality_score=None if quality is None else round(quality, 2),
        used_in_submission=False,
        created_at=work.now,
        updated_at=work.now,
    )
    work.transaction.add(row)
    await work.transaction.flush()
    return await _tell(work, company.id, row, None)


async def _check_parent(work: Work, company_id: int, parent_id: int | None) -> None:
    if parent_id is None:
        return
    parents = await lineage.parents(work.transaction.rows, company_id, parent_id, work.scope)
    if parent_id not in parents:
        raise not_found("parentId", "content of this company")
    rules.check_depth(rules.root(parent_id, parents)[1])


async def mark_used(work: Work, ask: MarkUsed) -> Facts:
    """Facts: company_id, content_id, event_id (an earlier one where it is used there already), changed."""
    company, content = await _content_for_writing(work, ask.content_id)
    check_expected("expectedVersion", ask.expected_version, company.version, "Company", company.id)
    fetch, ref = work.transaction.rows, ask.submission_ref.strip()
    parents = await lineage.parents(fetch, company.id, content.id, work.scope)
    family = await lineage.family(fetch, company.id, rules.root(content.id, parents)[0], work.scope)
    known = rules.use(content.id, ref, await lineage.uses(fetch, company.id, family, work.scope))
    if known is not None:
        return {"company_id": company.id, "content_id": content.id, "event_id": known, "changed": False}
    if not content.used_in_submission:
        content.used_in_submission = True
        content.updated_at = work.now
    return await _tell(work, company.id, content, ref)


async def _content_for_writing(work: Work, content_id: int) -> tuple[t.Company, t.GeneratedContent]:
    """Its company is locked first, as by all who write."""
    if not await locked.is_visible(work.transaction, t.GeneratedContent, content_id, work.scope):
        raise not_found("contentId", "content")
    company_id = await locked.company_of(work.transaction, t.GeneratedContent, content_id, work.scope)
    if company_id is None:
        message = "This content belongs to no company: nothing is submitted of it."
        raise invalid(FieldError("contentId", "NO_COMPANY", message))
    company = await locked.by_id(work.transaction, t.Company, company_id, work.scope)
    await check_may_write(work, company_id, "contentId")
    content = await locked.by_id(work.transaction, t.GeneratedContent, content_id, work.scope)
    if company is None or content is None:
        raise not_found("contentId", "content")
    return company, content


async def _tell(work: Work, company_id: int, content: t.GeneratedContent, submission_ref: str | None) -> Facts:
    data = ContentGeneratedData(
        content_id=content.id, purpose=content.content_purpose, title=content.title, submission_ref=submission_ref
    )
    event = await record(
        work, EventType.CONTENT_GENERATED, company_id, data, product_id=content.product_id,
        related=(lineage.ENTITY, content.id),
    )  # fmt: skip
    return {"company_id": company_id, "content_id": content.id, "event_id": event.id, "changed": True}
