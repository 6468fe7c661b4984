"""Compliance reports: what was checked, what failed, how it was remedied, and what a recheck found."""

from datetime import datetime, timedelta

from db.demo import blockers, chains
from db.demo.clock import later
from db.demo.controls import KINDS, Control
from db.demo.story import Story, Visit, system
from db.demo.troubles import Trouble
from db.demo.world import Row, document, key
from db.tables import ComplianceReport, ComplianceReportItem
from domain.documents import AutoFixResult, Reference
from domain.enums import AgentType, BlockerSource, ChainType, EventType, Severity
from domain.reports import source_of
from domain.templates import Template

VALID_DAYS = {"listing": 365, "ftr": 730}
GRAVE = (Severity.CRITICAL, Severity.HIGH)
RANK = tuple(Severity)
# Leaves room for the chains that later stages need.
MOST_CHAINS = 3
FIRST_FAILS, NEXT_FAILS = 0.75, 0.2


def inspect(story: Story, at: datetime, visit: Visit, kind: str, product: Row | None) -> None:
    """A check and, after a failed one, the remedy and the recheck. What the current stage found may still be open."""
    known = any(_subject(report) == (kind, key(product)) for report in story.reports)
    passed = story.rng.random() > (NEXT_FAILS if known else FIRST_FAILS)
    report = check(story, at, visit, kind, product, passed=passed)
    if passed:
        return
    recheck = None if visit.current and story.rng.random() < 0.65 else later(story.rng, at, 5, 13, visit.left)
    _remedy(story, report, visit, product, recheck)
    if recheck:
        check(story, recheck, visit, kind, product, passed=True)
    else:
        _block(story, report, visit, product)


def check(story: Story, at: datetime, visit: Visit, kind: str, product: Row | None, *, passed: bool) -> Row:
    controls = KINDS[kind]
    failing = [] if passed else story.rng.sample(controls, story.rng.randint(2, 4))
    aside = story.rng.choice([None, *(control for control in controls if control.severity not in GRAVE)])
    results = [_result(story, control in failing, control is aside) for control in controls]
    executed = len(controls) - results.count("NOT_EXECUTED")
    report = story.world.add(
        ComplianceReport,
        company_id=story.company["id"],
        product_id=key(product),
        report_type=kind,
        status="passed" if passed else "failed",
        score=round(100 * (executed - len(failing)) / executed),
        valid_until=(at + timedelta(days=VALID_DAYS[kind])).date() if passed else None,
        created_at=at,
        updated_at=at,
        assigned_to=None if passed else story.team[1],
    )
    story.reports.append(report)
    story.findings[report["id"]] = [
        _item(story, report, control, result) for control, result in zip(controls, results, strict=True)
    ]
    _announce(story, report, len(failing))
    return report


def _subject(report: Row) -> tuple[str, int | None]:
    return report["report_type"], report["product_id"]


def _result(story: Story, failing: bool, aside: bool) -> str:
    if failing:
        return "FAIL"
    return story.world.turn("aside", ("EXEMPTION", "NOT_EXECUTED")) if aside else "PASS"


STATES = {"FAIL": "open", "EXEMPTION": "waived", "NOT_EXECUTED": "open", "PASS": "verified"}


def _item(story: Story, report: Row, control: Control, result: str) -> Row:
    return story.world.add(
        ComplianceReportItem,
        compliance_report_id=report["id"],
        control_id=control.id,
        title=control.title,
        result=result,
        severity=control.severity.value,
        state=STATES[result],
        detail=control.finding if result == "FAIL" else None,
        created_at=report["created_at"],
        remediation_template_slug=control.template if result == "FAIL" else None,
    )


def _announce(story: Story, report: Row, failed: int) -> None:
    story.record(
        EventType.COMPLIANCE_CHECK,
        report["created_at"],
        story.rng.choice((system(), system(), story.agent(AgentType.TECHNICAL_BUILDER))),
        {"report_id": report["id"], "status": report["status"], "score": report["score"], "failed": failed},
        product_id=report["product_id"],
        related=("compliance_report", report["id"]),
    )


def _failures(story: Story, report: Row) -> list[Row]:
    items = [item for item in story.findings[report["id"]] if item["result"] == "FAIL"]
    return sorted(items, key=lambda item: RANK.index(Severity(item["severity"])))


def _remedy(story: Story, report: Row, visit: Visit, product: Row | None, recheck: datetime | None) -> None:
    """A chain with a step for every finding that a text can fix."""
    items = [item for item in _failures(story, report) if item["remediation_template_slug"]]
    crowded = len(story.chains) >= MOST_CHAINS and not story.showcase
    if not items or crowded or story.rng.random() < 0.15:
        return
    templates = [
        Template(item["remediation_template_slug"], f"Fix: {item['title']}", AgentType.TECHNICAL_BUILDER, 40, after=())
        for item in items
    ]
    cause = story.events[-1]
    at: datetime = report["created_at"]
    chain = chains.grow(
        story, at, visit, ChainType.COMPLIANCE_REMEDIATION, product, templates, cause=cause, until=recheck
    )
    report["remediation_chain_id"] = chain["chain_id"]
    _credit(report, items, chain)


def _credit(report: Row, items: list[Row], chain: Row) -> None:
    """Note on each finding what its step has come to. A finding counts as fixed only after the recheck."""
    results = []
    for item, step in zip(items, chain["steps_config"], strict=True):
        item["remediation_generation_id"] = step.get("output_id")
        done = step["status"] in ("completed", "skipped", "waived")
        item["state"] = "awaiting_recheck" if done else "remediating" if step["status"] != "pending" else "open"
        outcome = {"completed": "fixed", "failed": "failed", "waived": "skipped"}.get(step["status"])
        if outcome:
            results.append(
                document(
                    AutoFixResult(
                        item_id=item["id"],
                        control_id=item["control_id"],
                        outcome=outcome,
                        generation_id=step.get("output_id"),
                        attempts=max(1, step["attempts"]),
                    )
                )
            )
    report |= {"auto_fix_attempted": bool(results), "auto_fix_results": results or None}


def _block(story: Story, report: Row, visit: Visit, product: Row | None) -> None:
    worst = _failures(story, report)[0]
    if Severity(worst["severity"]) not in GRAVE or story.rng.random() < 0.4:
        return
    trouble = Trouble(
        f"control_{worst['control_id'].lower().replace('-', '_')}",
        f"Failing control: {worst['title']}",
        Severity(worst["severity"]),
        BlockerSource.COMPLIANCE,
        "",
        about_product=False,
    )
    of, control = source_of(key(product), report["report_type"], worst["control_id"])
    blockers.add(story, report["created_at"], visit.stage, trouble, product, Reference(type=of, id=control))
