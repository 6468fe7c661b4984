"""What is advised: known answers of the formula, and what holds for every company."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.documents import NextAction, Reference, Step, StepError
from domain.enums import (
    AgentType,
    BlockerSource,
    ChainStatus,
    ChurnRisk,
    JourneyStage,
    LaunchStatus,
    PartnerTier,
    Severity,
    StepStatus,
    TaskStatus,
)
from domain.facts import CompanyFacts
from domain.next_actions import recommend, severity_term
from domain.policy import DEFAULT, Policy, with_overrides
from domain.reports import source_of
from domain.waiting import ApprovalFacts, ChainFacts, EntitlementFacts, HandoffFacts, Waiting
from tests.domain.advising import NOBODY, blocker, company, in_days, product, task
from tests.domain.people import NOW

S = JourneyStage


def advice(facts: CompanyFacts, waiting: Waiting = NOBODY, policy: Policy = DEFAULT) -> tuple[NextAction, ...]:
    return recommend(facts, waiting, policy, NOW).actions


def only(facts: CompanyFacts, waiting: Waiting = NOBODY, kind: str | None = None) -> NextAction:
    [action] = [each for each in advice(facts, waiting) if kind in (None, each.kind)]
    return action


def points(action: NextAction) -> dict[str, float]:
    return {term.name: term.points for term in action.terms if term.points}


def test_nothing_is_in_the_way_but_the_move_itself() -> None:
    action = only(company())
    assert (action.id, action.mutation, action.args) == (
        "transition:company:company-1", "companyTransitionStage", {"companyId": "company-1", "to": "LAUNCH"}
    )  # fmt: skip
    assert (action.priority, action.why) == (40.0, ("All gates to LAUNCH are open.",))
    assert action.expires_at == NOW + timedelta(hours=24)


def test_the_end_of_the_journey_needs_no_move() -> None:
    assert advice(company(stage=S.CO_SELL)) == ()


@pytest.mark.parametrize(
    ("severity", "days", "expected"),
    [
        (Severity.CRITICAL, None, {"gate_blocking": 40.0, "severity": 20.0}),
        (Severity.HIGH, 15, {"gate_blocking": 40.0, "severity": 15.0, "due_urgency": 7.5}),
        (Severity.HIGH, -4, {"gate_blocking": 40.0, "severity": 15.0, "due_urgency": 15.0}),
        (Severity.MEDIUM, 40, {"gate_blocking": 20.0, "severity": 10.0}),
        (Severity.LOW, 0, {"severity": 5.0, "due_urgency": 15.0}),
    ],
)
def test_the_formula(severity: Severity, days: int | None, expected: dict[str, float]) -> None:
    due = None if days is None else NOW + timedelta(days=days)
    action = only(company(blocker("b", severity, due_at=due)), kind="resolve_blocker")
    assert (points(action), action.priority) == (expected, sum(expected.values()))


def test_it_says_why_the_strongest_reason_first() -> None:
    first = blocker("b", Severity.CRITICAL, due_at=NOW + timedelta(days=3))
    action = only(company(first, blocker("c", Severity.LOW, blocked_by=("b",))))
    assert action.why == (
        "“B” holds up the move to LAUNCH.", "Its severity is CRITICAL.", "It is due in 3 days.",
        "1 blocker can go after it.", "“C” waits for it.",
    )  # fmt: skip
    assert points(action) == {"gate_blocking": 40.0, "severity": 20.0, "due_urgency": 13.5, "unblocks": 5.0}


def test_the_example_of_the_documentation_is_right() -> None:
    page = (Path(__file__).parents[2] / "docs" / "next-actions.md").read_text()
    first = blocker("b", Severity.CRITICAL, title="Metering missing", due_at=NOW + timedelta(days=3))
    action = only(company(first, blocker("c", Severity.LOW, title="Logo quality", blocked_by=("b",))))
    for term in action.terms:
        assert f"| `{term.name}` | {term.value:g} | {term.points:g} |" in page
    assert f"Its priority is {action.priority:g}, and it says why:\n\n- " + "\n- ".join(action.why) in page
    weights = [value for name, value in DEFAULT.actions if name.endswith("_weight")]
    names = ("gate_blocking", "severity", "due_urgency", "history_lift", "unblocks")
    assert " + ".join(f"{weight:.2f}·{name}" for weight, name in zip(weights, names, strict=True)) in page


def test_severities_go_down_in_even_steps() -> None:
    assert [severity_term(each) for each in (*Severity, None)] == [1, 0.75, 0.5, 0.25, 0]


def test_what_a_check_has_found_goes_by_a_check() -> None:
    action = only(company(blocker("b", source=BlockerSource.COMPLIANCE, product_id=1)))
    assert (action.id, action.mutation) == ("run_compliance:compliance_check:product-1", "complianceCheckRecord")
    assert action.args == {"companyId": "company-1", "productId": "product-1"}


GATES = [
    (company(stage=S.DISCOVERY, has_goals=False), "complete_prereq:gate:GOALS", "companyUpdate", 45.0),
    (company(stage=S.DISCOVERY, aws_partner_id=None), "complete_prereq:gate:APN", "companyUpdate", 20.0),
    (company(aws_partner_id=None), "complete_prereq:gate:APN_ID", "companyUpdate", 45.0),
    (company(products=(product(readiness=5),)), "complete_prereq:gate:PRODUCT_READY", "readinessRecord", 55.0),
    (
        company(products=(product(reports=()),)),
        "run_compliance:compliance_check:product-1/listing",
        "complianceCheckRecord",
        55.0,
    ),
    (company(stage=S.LAUNCH), "complete_prereq:gate:LISTED", "productTransitionStatus", 55.0),
    (company(stage=S.POST_LAUNCH), "complete_prereq:gate:FIRST_CUSTOMER", "eventRecord", 45.0),
    (company(stage=S.SCALE, tier=PartnerTier.STANDARD), "complete_prereq:gate:TIER", "companyChangeTier", 40.0),
    (company(stage=S.SCALE), "run_compliance:compliance_check:company-1/ftr", "complianceCheckRecord", 40.0),
    (company(stage=S.SCALE), "complete_prereq:gate:COSELL_KIT", "generatedContentRecord", 40.0),
]


@pytest.mark.parametrize(("facts", "id_", "mutation", "priority"), GATES)
def test_a_gate_that_is_closed_or_warns_is_advised(
    facts: CompanyFacts, id_: str, mutation: str | None, priority: float
) -> None:
    """What is the only one that is closed sets the move free."""
    [action] = [each for each in advice(facts) if each.id == id_]
    assert (action.mutation, action.priority) == (mutation, priority)
    assert ("No call of this API does it." in action.why) == (mutation is None)


def test_a_task_is_advised_once_with_the_reasons_of_its_gate() -> None:
    tasks = (task("a", 3), task("b", 2, depends_on=("a",)), task("c", 20, required=False), task("d", -1, status="done"))
    action = only(company(products=(product(tasks=tasks),)))
    assert (action.id, action.mutation) == ("complete_prereq:prerequisite_task:product-1/a", "taskFinish")
    assert action.args == {"productId": "product-1", "taskId": "a"}
    assert points(action) == {"gate_blocking": 40.0, "due_urgency": 13.5, "unblocks": 5.0}


def test_tasks_of_the_oldest_form_are_told_apart() -> None:
    old = task(None, -1, task="Old", status=TaskStatus.DONE)
    tasks = (old, task(None, -1, task="Logo"), task(None, -1, task="EULA"))
    found = advice(company(products=(product(tasks=tasks),)))
    assert sorted(each.title for each in found) == ["Finish “EULA” for “P1”", "Finish “Logo” for “P1”"]
    assert len({each.id for each in found}) == 2


def test_a_launch_that_is_late_is_advised() -> None:
    late = product(target_launch_date=in_days(-2))
    action = only(company(products=(late,)), kind="complete_prereq")
    assert (action.action_code, action.mutation, action.priority) == ("OVERDUE", "productUpdate", 15.0)
    for status in (LaunchStatus.GA, LaunchStatus.SUNSET):
        gone = replace(late, launch_status=status)
        assert "OVERDUE" not in {each.action_code for each in advice(company(products=(gone, product(2))))}


def _step(number: int, status: StepStatus, **more: Any) -> Step:
    return Step(step_num=number, status=status, template_slug=f"t{number}", **more)


def test_chains_that_stand_still_are_taken_up() -> None:
    failed = _step(2, StepStatus.FAILED, error=StepError(code="X", message="It broke."))
    steps = (_step(1, StepStatus.COMPLETED), failed, _step(3, StepStatus.PENDING))
    for status, code in (
        (ChainStatus.PAUSED, "CHAIN_PAUSED"), (ChainStatus.FAILED, "CHAIN_FAILED"),
        (ChainStatus.IN_PROGRESS, "STEP_FAILED"),
    ):  # fmt: skip
        action = only(company(), Waiting(chains=(ChainFacts("chain", "Chain", status, steps),)), "run_chain")
        assert (action.action_code, action.mutation, action.template_slug) == (code, None, "t2")
        assert action.why == (
            "It holds up 1 step.", "Step 2 of 3 is FAILED.", "It broke.", "No call of this API does it."
        )  # fmt: skip
    going = ChainFacts("chain", "Chain", ChainStatus.IN_PROGRESS, steps[:1])
    assert {each.kind for each in advice(company(), Waiting(chains=(going,)))} == {"transition"}


def test_what_waits_for_a_decision_is_advised_until_it_runs_out() -> None:
    for left, there in ((timedelta(hours=30), True), (timedelta(0), False)):
        waiting = Waiting(
            handoffs=(HandoffFacts("h", AgentType.VISUAL_CREATOR, "Pictures are next.", NOW + left),),
            approvals=(ApprovalFacts("a", "Move it.", "agent-7", NOW + left),),
        )
        found = {each.id: each for each in advice(company(), waiting)}
        handoff, approval = found.get("review_handoff:session_handoff:h"), found.get("review_approval:approval:a")
        assert (handoff is not None, approval is not None) == (there, there)
        if handoff and approval:
            assert (handoff.agent_type, handoff.mutation) == (AgentType.VISUAL_CREATOR, None)
            assert (approval.mutation, approval.args) == ("approvalApprove", {"approvalId": "a"})
            assert approval.priority == 14.5


@pytest.mark.parametrize(
    ("entitlement", "kind", "confidence"),
    [
        (EntitlementFacts("e", "Acme", ChurnRisk.HIGH, "plus", 0.9, NOW + timedelta(days=9)), "retain", 1.0),
        (EntitlementFacts("e", "Acme", ChurnRisk.LOW, "plus", 0.9, NOW + timedelta(days=30)), "renew", 1.0),
        (EntitlementFacts("e", "Acme", ChurnRisk.LOW, "plus", 0.9, NOW + timedelta(days=31)), "upsell", 0.9),
        (EntitlementFacts("e", "Acme", None, None, 0.9, NOW + timedelta(days=31)), None, None),
        (EntitlementFacts("e", "Acme", ChurnRisk.HIGH, "plus", 0.9, NOW), None, None),
    ],
)
def test_a_customer_is_kept_before_renewed_before_offered_more(
    entitlement: EntitlementFacts, kind: str | None, confidence: float | None
) -> None:
    [*found] = [each for each in advice(company(), Waiting(entitlements=(entitlement,))) if each.kind != "transition"]
    assert [(each.kind, each.confidence) for each in found] == ([] if kind is None else [(kind, confidence)])


def test_equals_stand_in_the_order_of_their_ids() -> None:
    found = advice(company(*(blocker(id_) for id_ in "cab")))
    assert [each.id[-1] for each in found] == ["a", "b", "c"]


def test_the_policy_says_how_many_and_what_counts() -> None:
    blockers = [blocker(f"b{n:02}") for n in range(15)]
    assert len(advice(company(*blockers))) == 10
    weights = {name: 0 for name, _ in DEFAULT.actions if name.endswith("_weight")} | {"gate_weight": 1}
    custom = with_overrides({"actions": {"most": 3, **weights}})
    assert [each.priority for each in advice(company(*blockers), policy=custom)] == [100.0] * 3


def test_checks_of_different_types_are_different_actions() -> None:
    """What one of them waits for does not hide behind the other, and is not put off with it."""
    type_, id_ = source_of(None, "security", "SEC-1")
    leak = blocker("b", Severity.CRITICAL, source=BlockerSource.COMPLIANCE, source_ref=Reference(type=type_, id=id_),
                   stage=S.SCALE, title="Bucket is public")  # fmt: skip
    found = {each.id: each for each in advice(company(leak, stage=S.SCALE))}
    review, check = (
        found["run_compliance:compliance_check:company-1/ftr"],
        "run_compliance:compliance_check:company-1/security",
    )
    assert review.args["reportType"] == "ftr"
    assert found[check].args == {"companyId": "company-1", "reportType": "security"}
    assert "“Bucket is public” holds up the move to CO_SELL." in found[check].why


def test_one_check_names_all_that_it_frees() -> None:
    refs = [Reference(type=type_, id=id_) for type_, id_ in (source_of(1, "listing", each) for each in "AB")]
    found = [blocker(id_, source=BlockerSource.COMPLIANCE, product_id=1, source_ref=ref)
             for id_, ref in zip("ab", refs, strict=True)]  # fmt: skip
    action = only(company(*found))
    assert {"“A” holds up the move to LAUNCH.", "“B” holds up the move to LAUNCH."} <= set(action.why)
