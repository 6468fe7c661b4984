"""The product that a company goes into launch with: the one that is nearest to being ready."""

from datetime import date, timedelta

from domain.blockers import first_to_go, is_open, listed
from domain.documents import PrerequisiteTask
from domain.enums import LaunchStatus, TaskStatus
from domain.facts import CompanyFacts, ProductFacts
from domain.fixes import blocker_fix, recheck
from domain.policy import Policy
from domain.refusals import Fix, Gate, GateStatus
from domain.reports import FAILED, PASSED

READY = "PRODUCT_READY", "A product is ready to launch"
FRESH = "COMPLIANCE_FRESH", "Its compliance check is fresh"
PREREQ = "PREREQ", "Its prerequisites are done"
EARLY = {LaunchStatus.IDEATION: LaunchStatus.DEVELOPMENT, LaunchStatus.DEVELOPMENT: LaunchStatus.PRE_LAUNCH}
"""What comes next for a product that is far from its launch."""
DONE = frozenset({TaskStatus.DONE, TaskStatus.WAIVED})
OPEN = (GateStatus.PASS, GateStatus.WAIVED)


def ready_product(facts: CompanyFacts, policy: Policy, today: date) -> tuple[Gate, ...]:
    """Its three gates. The product is the one with most of them open; of equals, the one with the fewest things
    missing, then the oldest."""
    alive = [product for product in facts.products if product.launch_status is not LaunchStatus.SUNSET]
    if not alive:
        fix, detail = Fix("productCreate", {"companyId": facts.ref}), "The company has no product that is not sunset."
        return tuple(Gate(code, label, GateStatus.FAIL, detail, fix) for code, label in (READY, FRESH, PREREQ))
    judged = [(product, _gates(product, policy, today)) for product in alive]
    _, gates = max(
        judged,
        key=lambda pair: (
            sum(gate.status in OPEN for gate in pair[1]),
            -len(_missing(pair[0], policy)),
            -pair[0].id,
        ),
    )
    return gates


def _gates(product: ProductFacts, policy: Policy, today: date) -> tuple[Gate, ...]:
    return _ready(product, policy), fresh(product, policy, today), _prerequisites(product)


def _ready(product: ProductFacts, policy: Policy) -> Gate:
    missing, evidence = _missing(product, policy), (("product", product.ref),)
    if not missing:
        return Gate(*READY, GateStatus.PASS, f"“{product.name}” is.", None, evidence)
    detail = f"“{product.name}” is the nearest: " + "; ".join(what for what, _ in missing) + "."
    return Gate(*READY, GateStatus.FAIL, detail, missing[0][1], evidence)


def _missing(product: ProductFacts, policy: Policy) -> list[tuple[str, Fix]]:
    """What it lacks, in words, each with what supplies it."""
    found = []
    if product.launch_status in EARLY:
        args = {"productId": product.ref, "to": EARLY[product.launch_status].name}
        found.append((f"it is in {product.launch_status.name}", Fix("productTransitionStatus", args)))
    if not product.aws_product_code:
        found.append(("it has no AWS product code", Fix("productUpdate", {"productId": product.ref})))
    if product.readiness < policy.launch.readiness:
        what = f"its readiness is {product.readiness} of {policy.launch.readiness}"
        found.append((what, Fix("readinessRecord", {"productId": product.ref})))
    if product.blocking_issues:
        found.append((f"its `blockingIssuesCount` is {product.blocking_issues}", unblocking(product, policy)))
    return found


def unblocking(product: ProductFacts, policy: Policy) -> Fix:
    """What removes one of its blocking issues: an open blocker, or else what the last check has found."""
    gating = policy.stages.gating_severities
    held = [each for each in listed(product.blockers) if is_open(each) and each.severity in gating]
    if not held:
        return recheck(product.company_ref, product.ref)
    return blocker_fix(first_to_go(held[0], product.blockers), product.company_ref, product.ref, policy)


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


def _prerequisites(product: ProductFacts) -> Gate:
    if product.target_launch_date is None:
        fix = Fix("productUpdate", {"productId": product.ref})
        return Gate(*PREREQ, GateStatus.FAIL, f"“{product.name}” has no target launch date.", fix)
    required = [task for task in product.tasks if task.required]
    left = [task for task in required if task.status not in DONE]
    if left:
        detail, fix, evidence = tasks_left(product, left)
        return Gate(*PREREQ, GateStatus.FAIL, detail, fix, evidence)
    waived = [task for task in required if task.status is TaskStatus.WAIVED]
    if waived:
        evidence = tuple(("prerequisite_task", task.id) for task in waived if task.id is not None)
        return Gate(*PREREQ, GateStatus.WAIVED, f"{len(waived)} required tasks were waived.", None, evidence)
    return Gate(*PREREQ, GateStatus.PASS, f"{len(required)} required tasks are done.")


def tasks_left(product: ProductFacts, left: list[PrerequisiteTask]) -> tuple[str, Fix, tuple[tuple[str, str], ...]]:
    """In words, the call that finishes the first that can be, and what is left."""
    finished = {task.id for task in product.tasks if task.status in DONE}
    first = next((task for task in left if set(task.depends_on) <= finished), left[0])
    detail = f"{len(left)} required tasks of “{product.name}” are left: " + "; ".join(task.task for task in left)
    fix = Fix("taskFinish", {"productId": product.ref} | ({} if first.id is None else {"taskId": first.id}))
    return f"{detail}.", fix, tuple(("prerequisite_task", task.id) for task in left if task.id is not None)
