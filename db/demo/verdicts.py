"""After the story is told: which findings a later report has closed, and what each product is left with."""

from datetime import timedelta

from db.demo import blockers
from db.demo.story import Story
from db.demo.world import Row
from domain.enums import Severity
from domain.reports import SETTLING

GRAVE = (Severity.CRITICAL, Severity.HIGH)
RECHECK_DAYS = {Severity.CRITICAL: 1, Severity.HIGH: 3, Severity.MEDIUM: 7, Severity.LOW: 14}
CLOSED = ("verified", "waived")


def pronounce(story: Story) -> None:
    reports = sorted(story.reports, key=lambda report: (report["created_at"], report["id"]))
    for place, report in enumerate(reports):
        if report["status"] == "failed":
            _follow_up(story, report, reports[place + 1 :])
    for product in story.products:
        _sum_up(story, product, [report for report in reports if report["product_id"] == product["id"]])


def _follow_up(story: Story, report: Row, rest: list[Row]) -> None:
    subject = (report["report_type"], report["product_id"])
    recheck = next((later for later in rest if (later["report_type"], later["product_id"]) == subject), None)
    failures = [item for item in story.findings[report["id"]] if item["result"] == "FAIL"]
    if recheck is None:
        mild = [item for item in failures if Severity(item["severity"]) not in GRAVE and item["state"] == "open"]
        if mild and story.number % 3 == 0:
            mild[0]["state"] = "waived"
        worst = min((item["severity"] for item in failures), key=[*Severity].index)
        report["next_check_scheduled_at"] = story.now + timedelta(days=RECHECK_DAYS[Severity(worst)])
        return
    report["next_check_scheduled_at"] = recheck["created_at"]
    in_order = {item["control_id"] for item in story.findings[recheck["id"]] if item["result"] in SETTLING}
    blockers.pass_recheck(story, {item["control_id"] for item in failures} & in_order, recheck)
    for item in failures:
        item["state"] = "verified" if item["control_id"] in in_order else "open"


def _sum_up(story: Story, product: Row, reports: list[Row]) -> None:
    if reports:
        product["last_compliance_check_at"] = product["updated_at"] = reports[-1]["created_at"]
    open_items = [item for item in story.findings[reports[-1]["id"]] if _counts(item)] if reports else []
    open_blockers = [
        blocker
        for blocker in story.blockers
        if blocker.get("product_id") == product["id"] and blockers.is_open(blocker) and blocker["severity"] in GRAVE
    ]
    product["blocking_issues_count"] = len(open_items) + len(open_blockers)


def _counts(item: Row) -> bool:
    return item["result"] == "FAIL" and item["severity"] in GRAVE and item["state"] not in CLOSED
