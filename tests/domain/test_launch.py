"""The launch machine of products: which ways there are, who may take them, and what a long life adds up to."""

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domain import launch as rules
from domain.actors import Actor
from domain.documents import PrerequisiteTask
from domain.enums import GlobalRole, LaunchStatus, Severity, TaskStatus
from domain.facts import ProductFacts, ReportFacts
from domain.launch_gates import launch_gates
from domain.policy import DEFAULT
from domain.refusals import Forbidden, Gate, GatesFailed, GateStatus, Refused, ValidationFailed, closed
from tests.domain.people import AGENT, ALL, MANAGER, NOW, PERSON, SYSTEM, refusal
from tests.domain.test_blockers import blocker

S, TODAY, DAY = LaunchStatus, NOW.date(), timedelta(days=1)
ADMIN = Actor(9, roles=frozenset({GlobalRole.ADMIN}))
REASON = "the partner asked for it"
FORWARD = {
    (S.IDEATION, S.DEVELOPMENT), (S.DEVELOPMENT, S.PRE_LAUNCH), (S.PRE_LAUNCH, S.SOFT_LAUNCH), (S.PRE_LAUNCH, S.GA),
    (S.SOFT_LAUNCH, S.GA), (S.GA, S.GROWTH), (S.GROWTH, S.MATURE), (S.MATURE, S.GROWTH),
}  # fmt: skip
BACK = {(S.DEVELOPMENT, S.IDEATION), (S.PRE_LAUNCH, S.DEVELOPMENT), (S.SOFT_LAUNCH, S.PRE_LAUNCH)}


def move(
    before: S, after: S, actor: Actor = ADMIN, reason: str | None = REASON, live: date | None = None,
    gates: tuple[Gate, ...] = (), force: bool = False,
) -> rules.Launch:  # fmt: skip
    """What an action does with the rules."""
    rules.check(before, after, live, reason=reason, force=force, actor=actor, policy=DEFAULT)
    return rules.launch(before, after, live, reason=reason, closed=gates, force=force, today=TODAY)


@pytest.mark.parametrize(("before", "after"), list(product(S, S)))
def test_which_ways_there_are(before: S, after: S) -> None:
    known = (before, after) in FORWARD | BACK or before is after or after is S.SUNSET
    if known or (before, after) == (S.SUNSET, S.DEVELOPMENT):
        assert move(before, after).after is after
        return
    problem = refusal(lambda: move(before, after))
    assert isinstance(problem, ValidationFailed)
    assert problem.code == "NO_SUCH_MOVE"


@pytest.mark.parametrize("actor", ALL, ids=lambda actor: actor.scope)
def test_who_goes_which_way(actor: Actor) -> None:
    assert move(S.GA, S.GROWTH, actor, None).move is rules.LaunchMove.FORWARD
    if actor.agent_id is None:
        assert move(S.PRE_LAUNCH, S.DEVELOPMENT, actor).move is rules.LaunchMove.BACK
    else:
        assert refusal(lambda: move(S.PRE_LAUNCH, S.DEVELOPMENT, actor)).code == "PERSON_REQUIRED"
    assert refusal(lambda: move(S.SUNSET, S.DEVELOPMENT, actor)).code == "ADMIN_REQUIRED"


def test_what_was_listed_stays_in_sunset() -> None:
    assert move(S.SUNSET, S.DEVELOPMENT).move is rules.LaunchMove.REOPEN
    assert refusal(lambda: move(S.SUNSET, S.DEVELOPMENT, live=TODAY)).code == "NO_SUCH_MOVE"


@pytest.mark.parametrize("pair", [*BACK, (S.GA, S.SUNSET), (S.SUNSET, S.DEVELOPMENT)])
@pytest.mark.parametrize("reason", [None, " \n", "x" * 2001])
def test_the_ways_out_need_a_reason(pair: tuple[S, S], reason: str | None) -> None:
    assert move(*pair, reason="x" * 2000).reason
    problem = refusal(lambda: move(*pair, reason=reason))
    assert problem.code in ("REASON_REQUIRED", "TOO_LONG")


def test_closed_gates_are_listed_or_forced() -> None:
    gates = (Gate("A", "a", GateStatus.FAIL, ""), Gate("B", "b", GateStatus.FAIL, ""))
    problem = refusal(lambda: move(S.SOFT_LAUNCH, S.GA, gates=gates))
    assert isinstance(problem, GatesFailed)
    assert problem.gates == gates
    made = move(S.SOFT_LAUNCH, S.GA, MANAGER, gates=gates, force=True)
    assert (made.overridden, made.listing_live_date) == (("A", "B"), TODAY)
    for actor in (PERSON, AGENT, SYSTEM):
        problem = refusal(lambda actor=actor: move(S.SOFT_LAUNCH, S.GA, actor, gates=gates, force=True))
        assert isinstance(problem, Forbidden)
    assert refusal(lambda: move(S.SOFT_LAUNCH, S.GA, reason="short", force=True)).code == "REASON_TOO_SHORT"


@pytest.mark.parametrize(("live", "then"), [(None, TODAY), (TODAY - DAY, TODAY - DAY), (TODAY + DAY, TODAY)])
def test_what_goes_live_has_been_live_since_then(live: date | None, then: date) -> None:
    assert move(S.SOFT_LAUNCH, S.GA, live=live).listing_live_date == then
    assert move(S.GA, S.GROWTH, live=live).listing_live_date == live


# --- gates

READY: dict[str, Any] = {
    "marketplace_type": "saas", "aws_product_code": "prod-1", "readiness": 80, "blocking_issues": 0,
    "target_launch_date": TODAY, "listing_live_date": None, "tasks": (), "active": 1,
    "reports": (ReportFacts(1, "r", "listing", "passed", None, NOW - 30 * DAY),),
}  # fmt: skip


def facts(status: S, **values: Any) -> ProductFacts:
    base = {"id": 1, "ref": "p", "company_id": 1, "company_ref": "c", "name": "P", "version": 1}
    return ProductFacts(**base, launch_status=status, **{**READY, **values})


def missing(status: S, to: S, acknowledged: int | None = None, **values: Any) -> list[str]:
    found = launch_gates(facts(status, **values), to, DEFAULT, TODAY, acknowledged)
    assert all(gate.fix is not None for gate in closed(found))
    return [gate.code for gate in closed(found)]


TASK = PrerequisiteTask(id="t", task="T", gate=S.SOFT_LAUNCH)
WAIVED = PrerequisiteTask(id="t", task="T", status=TaskStatus.WAIVED, waiver_reason="x")
OLD = ReportFacts(1, "r", "listing", "passed", None, NOW - 31 * DAY)
ENDED = ReportFacts(1, "r", "listing", "passed", TODAY - DAY, NOW)
MENU = ReportFacts(3, "r", "lunch menu", "passed", None, NOW)
CRITICAL = ReportFacts(2, "r", "ftr", "incomplete", None, NOW, 1, 1, 1)
FAILING = ReportFacts(4, "r", "listing", "failed", None, NOW - 29 * DAY)
UNSEEN = ReportFacts(5, "r", "listing", "incomplete", None, NOW)
WORST = blocker(severity=Severity.CRITICAL, product_id=1)


@pytest.mark.parametrize(
    ("pair", "values", "codes"),
    [
        ((S.DEVELOPMENT, S.PRE_LAUNCH), {"target_launch_date": None, "marketplace_type": ""},
         ["TARGET_DATE", "MARKETPLACE_TYPE"]),
        ((S.PRE_LAUNCH, S.SOFT_LAUNCH), {"aws_product_code": None, "readiness": 59}, ["PRODUCT_CODE", "READINESS"]),
        ((S.PRE_LAUNCH, S.SOFT_LAUNCH), {"readiness": 60, "blocking_issues": 3, "reports": ()}, []),
        ((S.PRE_LAUNCH, S.SOFT_LAUNCH), {"tasks": (TASK,), "reports": (CRITICAL,)}, ["TASKS", "NO_CRITICAL"]),
        ((S.PRE_LAUNCH, S.SOFT_LAUNCH), {"blockers": (WORST,)}, ["NO_CRITICAL"]),
        ((S.PRE_LAUNCH, S.SOFT_LAUNCH), {"tasks": (TASK.model_copy(update={"gate": None}),)}, []),
        ((S.SOFT_LAUNCH, S.GA), {"readiness": 79, "blocking_issues": 1, "reports": (OLD,)},
         ["READINESS", "BLOCKING_ISSUES", "COMPLIANCE_FRESH"]),
        ((S.PRE_LAUNCH, S.GA), {"reports": (ENDED,), "tasks": (TASK,)}, ["COMPLIANCE_FRESH", "TASKS"]),
        ((S.PRE_LAUNCH, S.GA), {"reports": (MENU,)}, ["COMPLIANCE_FRESH"]),
        ((S.PRE_LAUNCH, S.GA), {"reports": (*READY["reports"], FAILING, UNSEEN)}, ["COMPLIANCE_FRESH"]),
        ((S.PRE_LAUNCH, S.GA), {"reports": (*READY["reports"], UNSEEN, CRITICAL, MENU)}, []),
        ((S.PRE_LAUNCH, S.GA), {"tasks": (WAIVED,)}, []),
        ((S.GA, S.GROWTH), {"active": 0}, ["FIRST_CUSTOMER"]),
        ((S.GA, S.GROWTH), {"active": 0, "first_customer": "e"}, []),
        ((S.GA, S.SUNSET), {}, ["ENTITLEMENTS"]),
        ((S.GA, S.SUNSET), {"active": 0}, []),
        ((S.SOFT_LAUNCH, S.PRE_LAUNCH), {"aws_product_code": None}, []),
    ],
)  # fmt: skip
def test_what_each_way_asks_for(pair: tuple[S, S], values: dict[str, Any], codes: list[str]) -> None:
    assert missing(*pair, **values) == codes


@pytest.mark.parametrize(
    ("active", "said", "enough"),
    [(3, None, False), (3, 2, False), (3, 0, False), (3, 3, True), (0, None, True), (0, 0, True), (0, 5, False),
     (0, -1, False)],
)  # fmt: skip
def test_the_customers_of_what_is_sunset_are_named_by_their_number(active: int, said: int | None, enough: bool) -> None:
    assert missing(S.MATURE, S.SUNSET, said, active=active) == ([] if enough else ["ENTITLEMENTS"])


def test_force_does_not_know_the_customers() -> None:
    gates = (Gate("A", "a", GateStatus.FAIL, ""), Gate("ENTITLEMENTS", "b", GateStatus.FAIL, ""))
    assert move(S.GA, S.SUNSET, MANAGER, gates=gates[:1], force=True).overridden == ("A",)
    problem = refusal(lambda: move(S.GA, S.SUNSET, MANAGER, gates=gates, force=True))
    assert isinstance(problem, GatesFailed)
    assert problem.gates == gates[1:]


def test_a_day_that_has_passed_is_warned_of() -> None:
    late = facts(S.SOFT_LAUNCH, target_launch_date=TODAY - DAY)
    found = {gate.code: gate.status for gate in launch_gates(late, S.GA, DEFAULT, TODAY)}
    assert found["OVERDUE"] is GateStatus.WARN
    assert not closed(launch_gates(late, S.GA, DEFAULT, TODAY))
    assert "OVERDUE" not in {gate.code for gate in launch_gates(facts(S.GA), S.GROWTH, DEFAULT, TODAY)}


class Life(RuleBasedStateMachine):
    """A product that anybody tries to move anywhere, whatever is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.status, self.live = S.IDEATION, None
        self.was_live = False
        self.standing: set[str] = set()

    @rule(
        to=st.sampled_from(S), actor=st.sampled_from([*ALL, ADMIN]), reason=st.sampled_from([None, "x", REASON]),
        closed=st.booleans(), force=st.booleans(),
    )  # fmt: skip
    def tries(self, to: S, actor: Actor, reason: str | None, closed: bool, force: bool) -> None:
        gates = (Gate("A", "a", GateStatus.FAIL, ""),) if closed else ()
        try:
            made = move(self.status, to, actor, reason, self.live, gates, force)
        except Refused:
            return
        assert force or not closed
        assert (made.before, made.after) == (self.status, to)
        if made.move is rules.LaunchMove.SAME:
            return
        left = rules.codes_left(self.status, to, self.standing)
        assert left or rules.PREFIX + to not in self.standing, "each move is told"
        self.standing = {*self.standing.difference(left), rules.PREFIX + to}
        self.status, self.live = to, made.listing_live_date
        self.was_live |= to is S.GA

    @invariant()
    def what_is_live_has_a_day_and_never_goes_back(self) -> None:
        assert (self.live is not None) == self.was_live
        if self.was_live:
            assert self.status in (S.GA, S.GROWTH, S.MATURE, S.SUNSET)

    @invariant()
    def the_present_status_stands_among_the_milestones(self) -> None:
        assert self.status is S.IDEATION or rules.PREFIX + self.status in self.standing

    @invariant()
    def nothing_stands_that_lies_ahead(self) -> None:
        ahead = rules.STATUSES[rules.STATUSES.index(self.status) + 1 :]
        assert not self.standing & {rules.PREFIX + status for status in ahead}


class TestLife(Life.TestCase):
    settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
