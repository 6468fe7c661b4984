"""Handoffs: who may hand over to whom, and what goes along."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import handoffs
from domain.enums import AgentType, SessionStatus
from domain.handoffs import HANDOFF_KEY, MOST_HOPS, ContextPolicy, Visit, fingerprint, handed_over
from domain.refusals import Conflict, ValidationFailed
from tests.domain.people import refusal

A, B, C = AgentType.CONTENT_STRATEGIST, AgentType.VISUAL_CREATOR, AgentType.MARKET_ANALYST
CONTEXT = {
    "goal": "list",
    "count": 3,
    "nothing": None,
    "long": "x" * 501,
    "brief": "x" * 500,
    "nested": {"a": 1},
    "items": [1, 2],
    HANDOFF_KEY: {"from_session": "earlier"},
}
NAMES = {key for key in CONTEXT if key != HANDOFF_KEY}


def check(
    *line: AgentType,
    to: AgentType = B,
    status: SessionStatus | None = SessionStatus.ACTIVE,
    reason: str = "next",
    live: int | None = None,
    moved: bool = False,
) -> int:
    visits = [Visit(agent_type, moved_since=moved) for agent_type in line or (A,)]
    return handoffs.check(status, visits, to, reason, session_id=5, live=live)


def test_each_handoff_is_one_hop_further() -> None:
    assert check(A) == 1
    assert check(A, B, to=C) == 2


@pytest.mark.parametrize("status", [*SessionStatus, None])
def test_only_an_open_session_hands_over(status: SessionStatus | None) -> None:
    if status in (SessionStatus.ACTIVE, SessionStatus.PAUSED):
        assert check(status=status) == 1
        return
    problem = refusal(lambda: check(status=status))
    assert isinstance(problem, Conflict)
    assert (problem.code, problem.current_kind, problem.current_id) == ("SESSION_NOT_OPEN", "AgentSession", 5)


def test_a_session_hands_over_once() -> None:
    problem = refusal(lambda: check(live=9, status=SessionStatus.COMPLETED))
    assert isinstance(problem, Conflict)
    assert (problem.code, problem.current_kind, problem.current_id) == ("HANDOFF_EXISTS", "SessionHandoff", 9)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 2001])
def test_a_handoff_needs_a_reason(reason: str) -> None:
    assert check(reason="x" * 2000) == 1
    problem = refusal(lambda: check(reason=reason))
    assert isinstance(problem, ValidationFailed)
    assert (problem.code, problem.path) == ("REASON_REQUIRED", ("reason",))


def test_nobody_hands_over_to_their_own_kind() -> None:
    assert refusal(lambda: check(A, B, to=B)).code == "SAME_AGENT_TYPE"


def test_a_line_has_at_most_eight_handoffs() -> None:
    types = list(AgentType)
    line = [types[n % len(types)] for n in range(MOST_HOPS)]
    assert check(*line, to=types[-2]) == MOST_HOPS
    assert refusal(lambda: check(*line, A, to=types[-2])).code == "TOO_MANY_HOPS"


def test_back_again_is_allowed() -> None:
    assert check(A, B, to=A) == 2


def test_a_third_visit_is_a_loop_unless_the_journey_went_on() -> None:
    assert check(A, B, A, B, to=A, moved=True) == 4
    assert check(A, B, A, B, to=C) == 4
    problem = refusal(lambda: check(A, B, A, B, to=A))
    assert isinstance(problem, Conflict)
    assert problem.code == "HANDOFF_LOOP"


@pytest.mark.parametrize(
    ("policy", "keys", "kept"),
    [
        (ContextPolicy.FULL, (), NAMES),
        (ContextPolicy.SUMMARY, (), {"goal", "count", "nothing", "brief"}),
        (ContextPolicy.KEYS, ("goal", "nested", "unknown"), {"goal", "nested"}),
        (ContextPolicy.KEYS, (HANDOFF_KEY,), set()),
        (ContextPolicy.NONE, (), set()),
    ],
)
def test_the_policy_says_what_goes_along(policy: ContextPolicy, keys: tuple[str, ...], kept: set[str]) -> None:
    given_, omitted = handed_over(CONTEXT, policy, keys, ())
    assert given_ == {key: CONTEXT[key] for key in kept}
    assert omitted == sorted(NAMES - kept)


@pytest.mark.parametrize("policy", ContextPolicy)
def test_what_is_redacted_stays_behind_under_every_policy(policy: ContextPolicy) -> None:
    kept, omitted = handed_over(CONTEXT, policy, ("goal", "brief"), ("goal", "not there"))
    assert "goal" not in kept
    assert "goal" in omitted
    assert "not there" not in omitted


@pytest.mark.parametrize("context", [None, {}, {HANDOFF_KEY: {"hop": 1}}, [], [1], "text", 5])
@pytest.mark.parametrize("policy", ContextPolicy)
def test_a_session_without_a_readable_context_hands_over_none(policy: ContextPolicy, context: Any) -> None:
    assert handed_over(context, policy, ("a",), ()) == ({}, [])


@given(
    context=st.dictionaries(st.text(max_size=4), st.none() | st.text(max_size=3) | st.just({"a": 1}), max_size=6),
    policy=st.sampled_from(ContextPolicy),
    keys=st.lists(st.text(max_size=4), max_size=4).map(tuple),
    redact=st.lists(st.text(max_size=4), max_size=4).map(tuple),
)
def test_every_key_either_goes_along_or_is_listed(
    context: dict[str, Any], policy: ContextPolicy, keys: tuple[str, ...], redact: tuple[str, ...]
) -> None:
    kept, omitted = handed_over({**context, HANDOFF_KEY: "old"}, policy, keys, redact)
    assert set(kept) | set(omitted) == set(context) - {HANDOFF_KEY}
    assert not set(kept) & {*omitted, *redact}


def test_a_fingerprint_does_not_depend_on_the_order_of_keys() -> None:
    assert fingerprint({"a": 1, "b": {"c": "é", "d": 2}}) == fingerprint({"b": {"d": 2, "c": "é"}, "a": 1})
    assert fingerprint({"a": 1}) != fingerprint({"a": 2})
    assert fingerprint({"a": [1, 2]}) != fingerprint({"a": [2, 1]})
