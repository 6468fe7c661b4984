"""A launch that comes nearer asks for a check, once for each threshold and target date."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import approach
from domain.enums import LaunchStatus
from domain.policy import DEFAULT
from tests.domain.people import NOW

TODAY = NOW.date()


def due(left: int, checked: datetime | None = None, status: Any = LaunchStatus.PRE_LAUNCH) -> Any:
    return approach.due(1, status, TODAY + timedelta(days=left), checked, DEFAULT.launch, TODAY)


@pytest.mark.parametrize(
    ("left", "threshold"),
    [(31, None), (30, 30), (29, 30), (15, 30), (14, 14), (8, 14), (7, 7), (2, 7), (1, 1), (0, 1), (-1, None)],
)
def test_each_threshold_holds_until_the_next(left: int, threshold: int | None) -> None:
    found = due(left)
    assert (found and found.threshold_days) == threshold


@pytest.mark.parametrize("status", LaunchStatus)
def test_what_is_launched_or_gone_asks_for_nothing(status: LaunchStatus) -> None:
    assert (due(7, status=status) is not None) == (status in approach.BEFORE_LAUNCH)


def test_a_product_without_a_status_or_a_date() -> None:
    assert due(7, status=None) is not None
    assert approach.due(1, LaunchStatus.IDEATION, None, None, DEFAULT.launch, TODAY) is None


@pytest.mark.parametrize("left", [30, 10, 4, 0])
@pytest.mark.parametrize(("days_ago", "is_due"), [(0, False), (7, False), (8, True), (90, True)])
def test_a_check_of_the_last_days_is_enough(left: int, days_ago: int, is_due: bool) -> None:
    """Whenever the threshold was crossed."""
    assert (due(left, NOW - timedelta(days=days_ago)) is not None) == is_due


@given(st.lists(st.integers(-5, 40), max_size=30), st.integers(0, 40))
def test_looking_every_day_or_now_and_then_asks_once(days: list[int], start: int) -> None:
    target, known = TODAY + timedelta(days=40), set[approach.Key]()
    fired = []
    for left in sorted({*days, start}, reverse=True):
        found = approach.due(1, LaunchStatus.PRE_LAUNCH, target, None, DEFAULT.launch, target - timedelta(days=left))
        for each in approach.unasked([found, found], known)[:1]:
            fired.append(each.threshold_days)
            known |= approach.asked([(1, each.data.stored())])
    assert fired == sorted(set(fired), reverse=True)
    assert set(fired) <= set(DEFAULT.launch.approach_days)


def test_a_moved_date_asks_anew() -> None:
    first = due(7)
    known = approach.asked([(1, first.data.stored()), (1, {"status": "passed"}), (1, None)])
    assert known == {(1, 7, TODAY + timedelta(days=7))}
    assert approach.unasked([first], known) == []
    assert approach.unasked([due(6)], known) != []
