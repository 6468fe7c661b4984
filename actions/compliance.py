"""Compliance checks: the door to reports, to when a product was checked, and to what checks have blocked."""

from dataclasses import dataclass
from datetime import date

from actions.access import check_expected, company_for_writing
from actions.blocking import NewBlocker, close_rechecked, open_blocker
from actions.perform import Facts, Work
from actions.record import record
from actions.recount import recount
from db import tables as t
from db.queries import findings, locked
from domain import reports as rules
from domain.documents import Reference
from domain.enums import BlockerSource, EventType, JourneyStage
from domain.event_data import ComplianceCheckData
from domain.refusals import not_found


@dataclass(frozen=True, slots=True)
class RecordCheck:
    company_id: int
    report_type: str
    items: tuple[rules.Control, ...]
    product_id: int | None = None
    valid_until: date | None = None
    expected_version: int | None = None


async def record_check(work: Work, ask: RecordCheck) -> Facts:
    """Facts: company_id, product_id, report_id, event_id, opened and resolved (ids of blockers), changed."""
    company = await company_for_writing(work, ask.company_id)
    check_expected("expectedVersion", ask.expected_version, company.version, "Company", company.id)
    product = await _product(work, company.id, ask.product_id)
    report_type = ask.report_type.strip()
    made = rules.report(report_type, ask.items, ask.valid_until, work.now.date(), work.policy.launch)
    row = await _stored(work, ask, made)
    # A report that looked at nothing is no check.
    if product is not None and made.executed:
        product.last_compliance_check_at = work.now
        product.updated_at = work.now
    resolved = await _settle(work, company, ask.product_id, made, row.id)
    opened = [await _block(work, company, ask.product_id, report_type, each) for each in made.failed]
    await recount(work, company, (ask.product_id,))
    data = ComplianceCheckData(
        report_id=row.id, report_type=report_type, status=made.status, score=made.score, failed=len(made.failed)
    )
    event = await record(
        work, EventType.COMPLIANCE_CHECK, company.id, data, product_id=ask.product_id,
        related=("compliance_report", row.id),
    )  # fmt: skip
    return {
        "company_id": company.id, "product_id": ask.product_id, "report_id": row.id, "event_id": event.id,
        "opened": [each for each in opened if each is not None], "resolved": resolved, "changed": True,
    }  # fmt: skip


async def _product(work: Work, company_id: int, product_id: int | None) -> t.Product | None:
    if product_id is None:
        return None
    product = await locked.by_id(work.transaction, t.Product, product_id, work.scope)
    if product is None or product.company_id != company_id:
        raise not_found("productId", "product of this company")
    return product


async def _stored(work: Work, ask: RecordCheck, made: rules.Report) -> t.ComplianceReport:
    row = t.ComplianceReport(
        company_id=ask.company_id,
        product_id=ask.product_id,
        report_type=made.report_type,
        status=made.status,
        score=made.score,
        valid_until=made.valid_until,
        created_at=work.now,
        updated_at=work.now,
    )
    work.transaction.add(row)
    await work.transaction.flush()
    for each in ask.items:
        work.transaction.add(
            t.ComplianceReportItem(
                compliance_report_id=row.id,
                control_id=each.control_id,
                title=each.title,
                result=each.result.value,
                severity=each.severity.value,
                state=rules.STATES[each.result],
                detail=each.detail,
                created_at=work.now,
            )
        )
    await work.transaction.flush()
    return row


async def _settle(
    work: Work, company: t.Company, product_id: int | None, made: rules.Report, report_id: int
) -> list[str]:
    """What earlier reports had found and this one does not: their items are verified, their blockers resolved."""
    sources = {rules.source_of(product_id, made.report_type, control) for control in made.settled}
    earlier = await findings.open_before(
        work.transaction.rows, company.id, product_id, made.report_type, report_id, work.scope
    )
    for item_id, control_id in earlier:
        if control_id in made.settled:
            item = await locked.by_id(work.transaction, t.ComplianceReportItem, item_id, work.scope)
            assert item is not None
            item.state = "verified"
            sources.add((rules.ITEM, str(item_id)))
    settled = frozenset(sources)
    done = await close_rechecked(
        work, company, lambda blocker: rules.is_settled(blocker, settled), "The recheck passed.",
        Reference(type="compliance_report", id=str(report_id)),
    )  # fmt: skip
    return [blocker.id for blocker in done]


async def _block(
    work: Work, company: t.Company, product_id: int | None, report_type: str, control: rules.Control
) -> str | None:
    if control.severity not in rules.GRAVE:
        return None
    new = NewBlocker(
        code=f"control_{control.control_id}"[:100],
        title=f"Failing control: {control.title}"[:200],
        severity=control.severity,
        stage=company.partner_journey_stage or JourneyStage.DISCOVERY,
        source=BlockerSource.COMPLIANCE,
        description=control.detail,
        product_id=product_id,
        source_ref=rules.source_of(product_id, report_type, control.control_id),
    )
    blocker, event = await open_blocker(work, company, new)
    return None if event is None else blocker.id
