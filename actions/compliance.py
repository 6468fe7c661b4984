"""Compliance checks: the door to reports, to when a product was checked, and to what checks have blocked."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from actions import findings
from actions.access import check_expected, company_for_writing, product_of
from actions.blocking import NewBlocker, close_rechecked, find_again, regrade
from actions.perform import Facts, Work
from actions.record import record
from actions.recount import recount
from db import tables as t
from db.queries.findings import open_before
from domain import reports as rules
from domain.blockers import points_to, read, stage_named
from domain.documents import Reference
from domain.enums import BlockerSource, EventType, JourneyStage
from domain.event_data import ComplianceCheckData


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
    product = await product_of(work, company.id, ask.product_id)
    report_type = ask.report_type.strip()
    rules.check_exemptions(ask.items, work.actor)
    made = rules.report(report_type, ask.items, ask.valid_until, work.now.date(), work.policy.launch)
    row = await _stored(work, company, ask, made)
    # A report that looked at nothing is no check.
    if product is not None and made.executed:
        product.last_compliance_check_at = work.now
        product.updated_at = work.now
    subject = await _subject(work, ask, report_type, row.id)
    resolved = await _settle(work, company, subject, made.settled, row.id)
    opened = await _block(work, company, subject, made.failed)
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
        "opened": opened, "resolved": resolved, "changed": True,
    }  # fmt: skip


async def _stored(work: Work, company: t.Company, ask: RecordCheck, made: rules.Report) -> t.ComplianceReport:
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
    known, stage = read(company.blockers), _stage(company)
    for each in ask.items:
        source = rules.source_of(ask.product_id, made.report_type, each.control_id)
        work.transaction.add(
            t.ComplianceReportItem(
                compliance_report_id=row.id,
                control_id=each.control_id,
                title=each.title,
                result=each.result.value,
                severity=each.severity.value,
                state=findings.state(known, each, source, stage),
                detail=each.detail,
                created_at=work.now,
            )
        )
    await work.transaction.flush()
    return row


@dataclass(frozen=True, slots=True)
class Subject:
    """What is checked. `earlier` has the findings of earlier reports that are not settled, by control."""

    product_id: int | None
    report_type: str
    earlier: Mapping[str | None, Sequence[int]]

    def sources(self, control_id: str) -> set[tuple[str, str]]:
        """What blockers of the control point to: the control, or what an earlier report has found of it."""
        items = {(rules.ITEM, str(item_id)) for item_id in self.earlier.get(control_id, ())}
        return {rules.source_of(self.product_id, self.report_type, control_id), *items}


async def _subject(work: Work, ask: RecordCheck, report_type: str, report_id: int) -> Subject:
    earlier = defaultdict[str | None, list[int]](list)
    for item_id, control_id in await open_before(
        work.transaction.rows, ask.company_id, ask.product_id, report_type, report_id, work.scope
    ):
        earlier[control_id].append(item_id)
    return Subject(ask.product_id, report_type, earlier)


async def _settle(
    work: Work, company: t.Company, subject: Subject, settled: Iterable[str], report_id: int
) -> list[str]:
    """What earlier reports had found and this one does not: their items are verified, their blockers resolved."""
    sources = frozenset(source for control in settled for source in subject.sources(control))
    await findings.verify(work, (each for control in settled for each in subject.earlier.get(control, ())))
    done = await close_rechecked(
        work, company, lambda blocker: rules.is_settled(blocker, sources), "The recheck passed.",
        Reference(type="compliance_report", id=str(report_id)),
    )  # fmt: skip
    return [blocker.id for blocker in done]


async def _block(work: Work, company: t.Company, subject: Subject, failed: Iterable[rules.Control]) -> list[str]:
    """Ids of what is opened, or opened again. What is open takes the severity that its control has now."""
    stage = _stage(company)
    found = [(control, subject.sources(control.control_id)) for control in failed]
    held = await regrade(work, company, {source: control.severity for control, sources in found for source in sources})
    known = {points_to(blocker) for blocker in held if blocker.stage is stage}
    opened = [
        await _open(work, company, subject, control, stage)
        for control, sources in found
        if control.severity in rules.GRAVE and not sources & known
    ]
    return [each for each in opened if each is not None]


def _stage(company: t.Company) -> JourneyStage:
    return stage_named(None, company.partner_journey_stage)


async def _open(
    work: Work, company: t.Company, subject: Subject, control: rules.Control, stage: JourneyStage
) -> str | None:
    new = NewBlocker(
        code=f"control_{control.control_id}"[:100],
        title=f"Failing control: {control.title}"[:200],
        severity=control.severity,
        stage=stage,
        source=BlockerSource.COMPLIANCE,
        description=control.detail,
        product_id=subject.product_id,
        source_ref=rules.source_of(subject.product_id, subject.report_type, control.control_id),
    )
    blocker, event = await find_again(work, company, new)
    return None if event is None else blocker.id
