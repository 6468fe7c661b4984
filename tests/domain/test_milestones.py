"""Named milestones: which stand, and what may be said of them."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.milestones import achieved, named, revoked, standing
from domain.refusals import Forbidden, ValidationFailed
from tests.domain.people import AGENT, NOW, PERSON, refusal

CODES = st.sampled_from(["a", "b"])
TOLD = st.lists(st.tuples(st.sampled_from([None, 1]), CODES, st.booleans()), max_size=12)


@given(told=TOLD)
def test_what_stands_is_what_was_reached_and_not_taken_back_since(told: list[tuple[int | None, str, bool]]) -> None:
    events = [(n, product, {"code": code, "revoked": back}) for n, (product, code, back) in enumerate(told)]
    expected: dict[Any, int] = {}
    for n, (product, code, back) in enumerate(told):
        if back:
            expected.pop((product, code), None)
        elif (product, code) not in expected:
            expected[product, code] = n
    assert standing(events) == expected
    shown = named([(*event, NOW + timedelta(days=event[0])) for event in events])
    assert {(each.product_id, each.code): each.event_id for each in shown if not each.revoked} == expected
    assert len(shown) == len({(each.product_id, each.code) for each in shown})


@pytest.mark.parametrize(
    "raw", [None, [], "text", {}, {"code": None}, {"code": 5}, {"code": "a", "revoked": "perhaps"}]
)
def test_what_names_no_milestone_is_none(raw: Any) -> None:
    assert standing([(1, None, raw)]) == {}
    assert named([(1, None, raw, NOW)]) == []


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ({"code": "Kick off"}, ["MALFORMED"]),
        ({"code": "x" * 101}, ["MALFORMED"]),
        ({"code": "tier_select"}, ["RESERVED"]),
        (
            {"code": "", "title": "", "achieved_at": NOW + timedelta(seconds=1)},
            ["MALFORMED", "LENGTH", "IN_THE_FUTURE"],
        ),
    ],
)
def test_what_cannot_be_said(values: dict[str, Any], codes: list[str]) -> None:
    fitting = {"code": "kickoff", "title": "Kickoff", "achieved_at": NOW, "now": NOW}
    assert achieved(**fitting).code == "kickoff"
    problem = refusal(lambda: achieved(**{**fitting, **values}))
    assert isinstance(problem, ValidationFailed)
    assert [error.code for error in problem.field_errors] == codes


def test_people_take_back_with_a_reason() -> None:
    assert revoked("a", " wrong ", PERSON).reason == "wrong"
    assert isinstance(refusal(lambda: revoked("a", "wrong", AGENT)), Forbidden)
    assert isinstance(refusal(lambda: revoked("a", "", PERSON)), ValidationFailed)
