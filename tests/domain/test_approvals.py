"""What needs an approval, and what becomes of one."""

from datetime import timedelta
from typing import Any

import pytest

from domain import approvals, blocker_changes, stages
from domain.actors import Actor
from domain.enums import ApprovalDecision, ApprovalStatus, JourneyStage, Severity
from domain.policy import DEFAULT
from domain.refusals import Conflict, Forbidden
from tests.domain.people import AGENT, ALL, MANAGER, MANAGERS_AGENT, NOW, refusal

GUARDS = DEFAULT.approvals

MOVE, RESOLVE = "companyTransitionStage", "blockerResolve"
AGENTS = (AGENT, MANAGERS_AGENT)
D, S = ApprovalDecision, ApprovalStatus
SOON, PAST = NOW + timedelta(seconds=1), NOW - timedelta(seconds=1)


def moved(current: JourneyStage, to: JourneyStage) -> stages.Transition:
    return stages.transition(
        current, to, milestones={}, journey_started_at=None, reason="because", now=NOW
    )  # fmt: skip


def resolved(*severities: Severity) -> blocker_changes.Resolution:
    """The last is named, those before it are in its way."""
    entries: list[dict[str, Any]] = [
        {
            "id": str(number), "code": "C", "title": f"Title {number}", "severity": severity.value, "stage": "launch",
            "added_at": "2026-01-01T00:00:00Z", "blocked_by": [str(number - 1)] if number else [],
        }
        for number, severity in enumerate(severities)
    ]  # fmt: skip
    return blocker_changes.resolve(
        {"launch": entries}, str(len(severities) - 1), company_id=1, ref=lambda kind, key: kind, resolution="Done",
        cascade=True, actor=AGENT, now=NOW, policy=DEFAULT,
    )  # fmt: skip


@pytest.mark.parametrize("current", JourneyStage)
@pytest.mark.parametrize("to", JourneyStage)
def test_advancing_into_launch_or_beyond_needs_approval(current: JourneyStage, to: JourneyStage) -> None:
    order = stages.STAGES
    guarded = order.index(to) == order.index(current) + 1 and order.index(to) >= order.index(JourneyStage.LAUNCH)
    found = approvals.impact(MOVE, moved(current, to), "Acme", AGENT, GUARDS)
    assert (found is not None) == guarded
    if found is not None:
        assert found.summary == f"Move “Acme” from {current.name} to {to.name}."


CRITICAL, HIGH, MEDIUM, LOW = Severity


@pytest.mark.parametrize("severities", [(HIGH,), (MEDIUM,), (LOW,)])
def test_one_blocker_that_is_not_critical_needs_none(severities: tuple[Severity, ...]) -> None:
    assert approvals.impact(RESOLVE, resolved(*severities), "Acme", AGENT, GUARDS) is None


@pytest.mark.parametrize(
    ("severities", "summary", "why"),
    [
        ((CRITICAL,), "Resolve “Title 0”, of “Acme”.", "“Title 0” is CRITICAL."),
        ((LOW, LOW), "Resolve “Title 1” and 1 in its way, of “Acme”.", "This resolves several blockers at once."),
        ((LOW, CRITICAL, LOW), "Resolve “Title 2” and 2 in its way, of “Acme”.", "“Title 1” is CRITICAL."),
    ],
)
def test_a_critical_one_or_several_need_approval(severities: tuple[Severity, ...], summary: str, why: str) -> None:
    assert approvals.impact(RESOLVE, resolved(*severities), "Acme", AGENT, GUARDS) == approvals.Impact(summary, why)


@pytest.mark.parametrize("actor", ALL)
def test_only_agents_need_approval(actor: Actor) -> None:
    found = approvals.impact(MOVE, moved(JourneyStage.PRE_LIST, JourneyStage.LAUNCH), "Acme", actor, GUARDS)
    assert (found is not None) == (actor in AGENTS)


def test_other_operations_need_none() -> None:
    assert approvals.impact("blockerAdd", None, "Acme", AGENT, GUARDS) is None


def test_a_summary_is_one_line_whatever_the_company_is_called() -> None:
    made = moved(JourneyStage.PRE_LIST, JourneyStage.LAUNCH)
    for name in ("a\nb\tc", "word " * 500, "x" * 5000, "", None):
        found = approvals.impact(MOVE, made, name, AGENT, GUARDS)
        assert found is not None
        assert found.summary.isprintable()
        assert len(found.summary) < 200


def test_whose_request_it_is_makes_another_key() -> None:
    keys = {approvals.live_key(actor.scope, request) for actor in ALL for request in ("a" * 64, "b" * 64)}
    assert len(keys) == 2 * len(ALL)
    assert {len(key) for key in keys} == {64}


@pytest.mark.parametrize(
    ("decision", "used", "expires", "expected"),
    [
        (D.PENDING, None, SOON, S.PENDING), (D.PENDING, None, NOW, S.EXPIRED), (D.PENDING, None, None, S.EXPIRED),
        (D.APPROVED, None, SOON, S.APPROVED), (D.APPROVED, None, PAST, S.EXPIRED), (D.APPROVED, None, None, S.EXPIRED),
        (D.REJECTED, None, SOON, S.REJECTED), (D.REJECTED, None, PAST, S.REJECTED),
        (D.APPROVED, PAST, SOON, S.USED), (D.APPROVED, PAST, PAST, S.USED),
    ],
)  # fmt: skip
def test_where_it_stands(decision: ApprovalDecision, used: Any, expires: Any, expected: ApprovalStatus) -> None:
    assert approvals.status(decision, used, expires, NOW) is expected


@pytest.mark.parametrize("decision", [D.APPROVED, D.REJECTED])
@pytest.mark.parametrize("current", ApprovalStatus)
def test_what_is_pending_is_decided_once(current: ApprovalStatus, decision: ApprovalDecision) -> None:
    if current is S.PENDING:
        assert approvals.decide(current, decision, 1)
    elif current.value == decision.value:
        assert not approvals.decide(current, decision, 1)
    else:
        problem = refusal(lambda: approvals.decide(current, decision, 1))
        assert isinstance(problem, Conflict)
        assert (problem.code, problem.message) == approvals.TOO_LATE[current]
        assert (problem.current_kind, problem.current_id, problem.actual) == ("Approval", 1, current.name)


@pytest.mark.parametrize("actor", ALL)
def test_only_a_person_who_manages_decides(actor: Actor) -> None:
    if actor is MANAGER:
        approvals.check_decider(actor)
    else:
        assert isinstance(refusal(lambda: approvals.check_decider(actor)), Forbidden)


def test_the_agent_is_told_how_to_go_on() -> None:
    found = approvals.impact(MOVE, moved(JourneyStage.PRE_LIST, JourneyStage.LAUNCH), "Acme", AGENT, GUARDS)
    assert found is not None
    waiting, dry = approvals.required(MOVE, found, 24, 7), approvals.required(MOVE, found, 24)
    assert (waiting.code, waiting.path, waiting.approval_id) == ("APPROVAL_REQUIRED", ("to",), 7)
    for words in (found.summary, "manager or administrator", "within 24 hours", "send the same call again"):
        assert words in waiting.message
    assert (dry.approval_id, "Without `dryRun`" in dry.message) == (None, True)
    told = approvals.turned_down(MOVE, found, 7, "not now", NOW)
    assert (told.code, told.approval_id) == ("APPROVAL_REJECTED", 7)
    assert "not now" in told.message
