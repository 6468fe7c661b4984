"""What gates of several moves look at in a product, with the calls that change it."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from domain.blockers import first_to_go, is_open, listed
from domain.documents import PrerequisiteTask
from domain.facts import ProductFacts, ReportFacts
from domain.fixes import blocker_fix, recheck
from domain.policy import Policy
from domain.refusals import Fix, Gate, GateStatus
from domain.reports import FAILED, GRAVE, PASSED
from domain.tasks import DONE

FRESH = "COMPLIANCE_FRESH", "Its compliance check is fresh"


def unblocking(product: ProductFacts, policy: Policy) -> Fix:
    """What removes one of its blocking issues: an open blocker, or else what the last check has found."""
    held = [each for each in listed(product.blockers) if is_open(each) and each.severity in GRAVE]
    if not held:
        return recheck_of(product, lambda report: report.open_grave)
    first = first_to_go(held[0], (*product.blockers, *product.awaited))
    return blocker_fix(first, product.company_ref, product.ref if first.product_id == product.id else None, policy)


def recheck_of(product: ProductFacts, open_items: Callable[[ReportFacts], int]) -> Fix:
    """A check of the type that has found what is open, where one has."""
    found = next((report.report_type for report in product.reports if open_items(report)), None)
    return recheck(product.company_ref, product.ref, found)


def fresh(product: ProductFacts, policy: Policy, today: date) -> Gate:
    """A check of the listing was passed within the policy's days, is not past its end, and none has failed since."""
    kind = policy.launch.listing_report
    found = [report for report in product.reports if report.report_type == kind and report.status in (PASSED, FAILED)]
    fix = recheck(product.company_ref, product.ref, kind)
    if not any(report.status == PASSED for report in found):
        return Gate(*FRESH, GateStatus.FAIL, f"“{product.name}” has passed no `{kind}` check.", fix)
    report = max(found, key=lambda each: (each.created_at, each.id))
    evidence, made = (("compliance_report", report.ref),), report.created_at.date()
    if report.status == FAILED:
        detail = f"The last `{kind}` check, of {made}, failed."
    elif report.valid_until is not None and report.valid_until < today:
        detail = f"The check that was passed on {made} was good until {report.valid_until}."
    elif made < today - timedelta(days=policy.launch.compliance_days):
        detail = f"The last one was passed on {made}: more than {policy.launch.compliance_days} days ago."
    else:
        return Gate(*FRESH, GateStatus.PASS, f"“{product.name}” passed one on {made}.", None, evidence)
    return Gate(*FRESH, GateStatus.FAIL, detail, fix, evidence)


def tasks_left(product: ProductFacts, left: Sequence[PrerequisiteTask]) -> tuple[str, Fix, tuple[tuple[str, str], ...]]:
    """In words, the call that finishes the first that can be, and what is left."""
    first = first_task(product, left)
    detail = f"{len(left)} required tasks of “{product.name}” are left: " + "; ".join(task.task for task in left)
    fix = Fix("taskFinish", {"productId": product.ref} | ({} if first.id is None else {"taskId": first.id}))
    return f"{detail}.", fix, tuple(("prerequisite_task", task.id) for task in left if task.id is not None)


def first_task(product: ProductFacts, left: Sequence[PrerequisiteTask]) -> PrerequisiteTask:
    """One that nothing has to come before: of these, or else, as deep as it takes, of what the first waits for."""
    unfinished = {task.id: task for task in product.tasks if task.status not in DONE and task.id is not None}
    free = next((task for task in left if not unfinished.keys() & set(task.depends_on)), None)
    found, seen = free or left[0], {left[0].id}
    while True:
        ahead = [id_ for id_ in found.depends_on if id_ in unfinished and id_ not in seen]
        if not ahead:
            return found
        seen.add(ahead[0])
        found = unfinished[ahead[0]]
