"""What each move of a product waits for: gates as those of stages are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from domain.enums import LaunchStatus, Severity
from domain.facts import LIVE, ProductFacts
from domain.launch import EDGES, ENTITLEMENTS, LaunchMove
from domain.policy import Policy
from domain.product_checks import fresh, recheck_of, tasks_left, unblocking
from domain.refusals import Fix, Gate, GateStatus, next_fix
from domain.tasks import DONE

S = LaunchStatus
PASS, FAIL, WARN, WAIVED = GateStatus.PASS, GateStatus.FAIL, GateStatus.WARN, GateStatus.WAIVED


@dataclass(frozen=True, slots=True)
class Looking:
    """`acknowledged` is how many active entitlements the caller knows of; None when they have not said."""

    product: ProductFacts
    policy: Policy
    today: date
    acknowledged: int | None

    @property
    def update(self) -> Fix:
        return Fix("productUpdate", {"productId": self.product.ref})

    @property
    def evidence(self) -> tuple[tuple[str, str], ...]:
        return (("product", self.product.ref),)


Check = Callable[[Looking], Gate]


def launch_gates(
    product: ProductFacts, to: LaunchStatus, policy: Policy, today: date, acknowledged: int | None = None
) -> tuple[Gate, ...]:
    """All gates of a move; none where there is no such move, or none are asked."""
    looking, move = Looking(product, policy, today, acknowledged), EDGES.get((product.launch_status, to))
    checks = (*GATES.get((product.launch_status, to), ()), *((_acknowledged,) if move is LaunchMove.SUNSET else ()))
    found = tuple(check(looking) for check in checks)
    overdue = _overdue(looking) if move is LaunchMove.FORWARD else None
    return found if overdue is None else (*found, overdue)


def way_to(product: ProductFacts, to: LaunchStatus, policy: Policy, today: date) -> Fix:
    """The move, or what has to come before it."""
    move = Fix("productTransitionStatus", {"productId": product.ref, "to": to.name})
    return next_fix(launch_gates(product, to, policy, today)) or move


EARLY = {S.IDEATION: S.DEVELOPMENT, S.DEVELOPMENT: S.PRE_LAUNCH}
"""What comes next for a product that is far from its launch."""
NEARLY = (S.SOFT_LAUNCH, S.PRE_LAUNCH)


def nearest(products: Sequence[ProductFacts]) -> ProductFacts | None:
    """The one that is about to be listed, if one is; of equals, the oldest."""
    coming = [each for each in products if each.launch_status in NEARLY]
    return min(coming, key=lambda each: (NEARLY.index(each.launch_status), each.id), default=None)


def way_to_market(products: Sequence[ProductFacts], policy: Policy, today: date) -> Fix | None:
    """What brings a listing closer; None where no product is on its way."""
    coming = nearest(products)
    if coming is not None:
        return way_to(coming, S.GA, policy, today)
    early = next((each for each in products if each.launch_status in EARLY), None)
    return None if early is None else way_to(early, EARLY[early.launch_status], policy, today)


def is_past(target: date | None, status: LaunchStatus | None, today: date) -> bool:
    """Its day has passed, and it is not live."""
    return target is not None and target < today and status not in LIVE and status is not S.SUNSET


def _overdue(looking: Looking) -> Gate | None:
    if not is_past(looking.product.target_launch_date, looking.product.launch_status, looking.today):
        return None
    detail = f"It was to be launched on {looking.product.target_launch_date}."
    return Gate("OVERDUE", "Launched in time", WARN, detail, looking.update, looking.evidence)


def _target_date(looking: Looking) -> Gate:
    label, target = "Target launch date set", looking.product.target_launch_date
    if target is None:
        return Gate("TARGET_DATE", label, FAIL, "`targetLaunchDate` is missing.", looking.update)
    return Gate("TARGET_DATE", label, PASS, f"It is {target}.", None, looking.evidence)


def _marketplace_type(looking: Looking) -> Gate:
    label, kind = "Marketplace type chosen", looking.product.marketplace_type
    if not kind:
        return Gate("MARKETPLACE_TYPE", label, FAIL, "`marketplaceType` is missing.", looking.update)
    return Gate("MARKETPLACE_TYPE", label, PASS, f"It is {kind}.", None, looking.evidence)


def _code(looking: Looking) -> Gate:
    label, code = "AWS product code known", looking.product.aws_product_code
    if not code:
        return Gate("PRODUCT_CODE", label, FAIL, "`awsProductCode` is missing.", looking.update)
    return Gate("PRODUCT_CODE", label, PASS, f"It is {code}.", None, looking.evidence)


def _readiness(looking: Looking, needed: int) -> Gate:
    score = looking.product.readiness
    label, detail = f"Readiness of {needed} or more", f"It is {score}."
    if score >= needed:
        return Gate("READINESS", label, PASS, detail, None, looking.evidence)
    return Gate("READINESS", label, FAIL, detail, Fix("readinessRecord", {"productId": looking.product.ref}))


def _limited_readiness(looking: Looking) -> Gate:
    return _readiness(looking, looking.policy.launch.soft_launch_readiness)


def _full_readiness(looking: Looking) -> Gate:
    return _readiness(looking, looking.policy.launch.readiness)


def _tasks(looking: Looking, label: str, gates: tuple[LaunchStatus | None, ...]) -> Gate:
    product = looking.product
    meant = [task for task in product.tasks if task.required and task.gate in gates]
    left = [task for task in meant if task.status not in DONE]
    if left:
        detail, fix, evidence = tasks_left(product, left)
        return Gate("TASKS", label, FAIL, detail, fix, evidence)
    waived = any(task.waiver_reason is not None for task in meant)
    return Gate("TASKS", label, WAIVED if waived else PASS, f"{len(meant)} are done or waived.")


def _first_tasks(looking: Looking) -> Gate:
    return _tasks(looking, "Required tasks of the limited listing done", (S.SOFT_LAUNCH,))


def _all_tasks(looking: Looking) -> Gate:
    return _tasks(looking, "Required tasks done", (None, *S))


def _no_critical(looking: Looking) -> Gate:
    label, product = "No critical issue", looking.product
    found = sum(report.open_critical for report in product.reports)
    held = [b for b in product.blockers if b.status == "open" and b.severity is Severity.CRITICAL]
    if not found and not held:
        return Gate("NO_CRITICAL", label, PASS, "None is open.")
    detail = f"{found} findings and {len(held)} blockers are open and critical."
    fix = unblocking(product, looking.policy) if held else recheck_of(product, lambda report: report.open_critical)
    return Gate("NO_CRITICAL", label, FAIL, detail, fix, tuple(("blocker", each.id) for each in held))


def _issues(looking: Looking) -> Gate:
    label, count = "No blocking issue", looking.product.blocking_issues
    if not count:
        return Gate("BLOCKING_ISSUES", label, PASS, "None is open.")
    fix = unblocking(looking.product, looking.policy)
    detail = f"`blockingIssuesCount` is {count}: findings and blockers, a finding and its blocker each counted."
    return Gate("BLOCKING_ISSUES", label, FAIL, detail, fix, looking.evidence)


def _fresh(looking: Looking) -> Gate:
    return fresh(looking.product, looking.policy, looking.today)


def _customer(looking: Looking) -> Gate:
    label, product = "A first customer", looking.product
    if product.first_customer is not None:
        return Gate("FIRST_CUSTOMER", label, PASS, "There is one.", None, (("journey_event", product.first_customer),))
    if product.active:
        return Gate("FIRST_CUSTOMER", label, PASS, f"{product.active} entitlements are active.")
    args = {"companyId": product.company_ref, "productId": product.ref, "firstCustomer": {}}
    return Gate("FIRST_CUSTOMER", label, FAIL, "Nobody has bought it yet.", Fix("eventRecord", args))


def _acknowledged(looking: Looking) -> Gate:
    label, product = "Active entitlements acknowledged", looking.product
    if (looking.acknowledged or 0) == product.active:
        return Gate(ENTITLEMENTS, label, PASS, f"{product.active} are active.")
    args = {"productId": product.ref, "to": S.SUNSET.name, "acknowledgeActiveEntitlements": product.active}
    said = "nothing was said" if looking.acknowledged is None else f"{looking.acknowledged} were acknowledged"
    detail = f"{product.active} stay active: {said}."
    return Gate(ENTITLEMENTS, label, FAIL, detail, Fix("productTransitionStatus", args))


PUBLIC = (_code, _full_readiness, _issues, _fresh, _all_tasks)
GATES: dict[tuple[LaunchStatus, LaunchStatus], tuple[Check, ...]] = {
    (S.DEVELOPMENT, S.PRE_LAUNCH): (_target_date, _marketplace_type),
    (S.PRE_LAUNCH, S.SOFT_LAUNCH): (_code, _limited_readiness, _first_tasks, _no_critical),
    (S.PRE_LAUNCH, S.GA): PUBLIC,
    (S.SOFT_LAUNCH, S.GA): PUBLIC,
    (S.GA, S.GROWTH): (_customer,),
}
"""What each move asks for, besides what is asked of all of its kind."""
