"""Compliance reports: what was checked, what failed, and what a recheck found."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from db.demo.clock import later
from db.demo.controls import KINDS, Control
from db.demo.story import Story, Visit, system
from db.demo.world import Row
from db.tables import ComplianceReport, ComplianceReportItem
from domain.enums import AgentType, EventType, Severity

VALID_DAYS = {"listing": 365, "ftr": 730}
GRAVE = (Severity.CRITICAL, Severity.HIGH)
FIRST_FAILS, NEXT_FAILS = 0.75, 0.2


def inspect(story: Story, at: datetime, visit: Visit, kind: str, product: Row | None) -> None:
    """A check, and after a failed one the recheck. What the current stage has found may still be open."""
    product_id = product and product["id"]
    before = [report for report in story.reports if (report["report_type"], report["product_id"]) == (kind, product_id)]
    passed = story.rng.random() > (NEXT_FAILS if before else FIRST_FAILS)
    check(story, at, kind, product_id, passed)
    if not passed and not (visit.current and story.rng.random() < 0.65):
        check(story, later(story.rng, at, 5, 13, visit.left), kind, product_id, passed=True)


def check(story: Story, at: datetime, kind: str, product_id: int | None, passed: bool) -> Row:
    controls = KINDS[kind]
    failing = set() if passed else {control.id for control in story.rng.sample(controls, story.rng.randint(2, 4))}
    report = story.world.add(
        ComplianceReport,
        company_id=story.company["id"],
        product_id=product_id,
        report_type=kind,
        status="passed" if passed else "failed",
        score=round(100 * (len(controls) - len(failing)) / len(controls)),
        valid_until=(at + timedelta(days=VALID_DAYS[kind])).date() if passed else None,
        created_at=at,
        updated_at=at,
        assigned_to=None if passed else story.team[1],
        auto_fix_attempted=False,
    )
    story.reports.append(report)
    exempt = story.rng.choice([None, *(control.id for control in controls)])
    for control in controls:
        _item(story, report, control, control.id in failing, control.id == exempt)
    _announce(story, report, len(failing))
    return report


def items_of(story: Story, report: Row) -> list[Row]:
    rows = story.world.rows[ComplianceReportItem.__tablename__]
    size = len(KINDS[report["report_type"]])
    return rows[_first_item(story, report) : _first_item(story, report) + size]


def _first_item(story: Story, report: Row) -> int:
    reports = story.world.rows[ComplianceReport.__tablename__]
    return sum(len(KINDS[earlier["report_type"]]) for earlier in reports[: report["id"] - 1])
