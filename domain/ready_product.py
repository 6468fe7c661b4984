"""The product that a company goes into launch with: the one that is nearest to being ready."""

from datetime import date

from domain.enums import LaunchStatus, TaskStatus
from domain.facts import CompanyFacts, ProductFacts
from domain.launch_gates import EARLY, way_to
from domain.policy import Policy
from domain.product_checks import FRESH, fresh, tasks_left, unblocking
from domain.refusals import Fix, Gate, GateStatus
from domain.tasks import DONE

READY = "PRODUCT_READY", "A product is ready to launch"
PREREQ = "PREREQ", "Its prerequisites are done"
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
            -len(_missing(pair[0], policy, today)),
            -pair[0].id,
        ),
    )
    return gates


def _gates(product: ProductFacts, policy: Policy, today: date) -> tuple[Gate, ...]:
    return _ready(product, policy, today), fresh(product, policy, today), _prerequisites(product)


def _ready(product: ProductFacts, policy: Policy, today: date) -> Gate:
    missing, evidence = _missing(product, policy, today), (("product", product.ref),)
    if not missing:
        return Gate(*READY, GateStatus.PASS, f"“{product.name}” is.", None, evidence)
    detail = f"“{product.name}” is the nearest: " + "; ".join(what for what, _ in missing) + "."
    return Gate(*READY, GateStatus.FAIL, detail, missing[0][1], evidence)


def _missing(product: ProductFacts, policy: Policy, today: date) -> list[tuple[str, Fix]]:
    """What it lacks, in words, each with what supplies it."""
    found = []
    if product.launch_status in EARLY:
        fix = way_to(product, EARLY[product.launch_status], policy, today)
        found.append((f"it is in {product.launch_status.name}", fix))
    if not product.aws_product_code:
        found.append(("it has no AWS product code", Fix("productUpdate", {"productId": product.ref})))
    if product.readiness < policy.launch.readiness:
        what = f"its readiness is {product.readiness} of {policy.launch.readiness}"
        found.append((what, Fix("readinessRecord", {"productId": product.ref})))
    if product.blocking_issues:
        found.append((f"its `blockingIssuesCount` is {product.blocking_issues}", unblocking(product, policy)))
    return found


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
