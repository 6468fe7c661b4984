"""Whether a caller may move a product now: the same rules, in the same order, as the move itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain import approvals, launch
from domain.actors import Actor
from domain.approvals import Granted
from domain.enums import LaunchStatus, TriggeredBy
from domain.facts import ProductFacts
from domain.launch import EDGES, Launch, LaunchMove
from domain.launch_gates import launch_gates
from domain.outlook import READ_ONLY, Outlook
from domain.policy import Policy
from domain.refusals import Problem, Refused, closed
from domain.stages import LONGEST_REASON

TRANSITION = "productTransitionStatus"


@dataclass(frozen=True, slots=True)
class AllowedLaunch:
    to: LaunchStatus
    move: LaunchMove
    outlook: Outlook
    needs_reason: bool
    needs_manager: bool
    needs_approval: bool


def of_status(
    product: ProductFacts, to: LaunchStatus, actor: Actor, policy: Policy, today: date, *, may_write: bool,
    granted: Sequence[Granted] = (),
) -> Outlook:  # fmt: skip
    """Of a move for which a reason would be given where one is needed, nothing is acknowledged, and that is sent as it
    was approved."""
    gates = launch_gates(product, to, policy, today)
    problem: Problem | None = None if may_write else READ_ONLY
    problem = problem or _forbidden(product, to, actor, policy)
    guarded = _guarded(product, to, actor, policy)
    if guarded is not None and _is_granted(product, to, granted):
        guarded = None
    if problem is None and not closed(gates) and guarded is not None:
        problem = approvals.required(TRANSITION, guarded, policy.approvals.lifetime_hours)
    return Outlook(gates, problem)


def transitions(
    product: ProductFacts, actor: Actor, policy: Policy, today: date, *, may_write: bool,
    granted: Sequence[Granted] = (),
) -> list[AllowedLaunch]:  # fmt: skip
    """To every status that the present one leads to."""
    return [
        AllowedLaunch(
            to,
            move,
            of_status(product, to, actor, policy, today, may_write=may_write, granted=granted),
            needs_reason=move in launch.NEEDS_REASON,
            needs_manager=move is LaunchMove.REOPEN,
            needs_approval=_guarded(product, to, actor, policy) is not None,
        )
        for (of, to), move in EDGES.items()
        if of is product.launch_status
    ]


def _guarded(product: ProductFacts, to: LaunchStatus, actor: Actor, policy: Policy) -> approvals.Impact | None:
    move = launch.move_of(product.launch_status, to)
    if actor.kind is not TriggeredBy.AGENT or move is None:
        return None
    made = Launch(move, product.launch_status, to, None, None, ())
    return approvals.impact(TRANSITION, made, product.company_name, actor, policy.approvals)


def _is_granted(product: ProductFacts, to: LaunchStatus, granted: Sequence[Granted]) -> bool:
    expected = {"expected_version": product.version, "expected_status": product.launch_status.value}
    return approvals.is_granted(granted, TRANSITION, expected, product_id=product.id, to=to.value)


def _forbidden(product: ProductFacts, to: LaunchStatus, actor: Actor, policy: Policy) -> Problem | None:
    try:
        reason = "x" * LONGEST_REASON
        live = product.listing_live_date
        launch.check(product.launch_status, to, live, reason=reason, force=False, actor=actor, policy=policy)
    except Refused as refused:
        return refused.problems[0]
    return None
