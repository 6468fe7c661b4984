"""What a compliance report comes to."""

from datetime import timedelta
from itertools import product

import pytest

from domain.enums import Severity
from domain.policy import DEFAULT
from domain.reports import Control, ControlResult, Report, report
from tests.domain.people import NOW, refusal

R, S, TODAY = ControlResult, Severity, NOW.date()


def made(*results: tuple[ControlResult, Severity], kind: str = "listing") -> Report:
    controls = [Control(f"C{n}", f"Control {n}", result, severity) for n, (result, severity) in enumerate(results)]
    return report(kind, controls, None, TODAY, DEFAULT.launch)


@pytest.mark.parametrize(
    ("results", "status", "score"),
    [
        ([(R.PASS, S.HIGH)], "passed", 100),
        ([(R.PASS, S.LOW), (R.NOT_EXECUTED, S.MEDIUM)], "passed", 100),
        ([(R.PASS, S.LOW), (R.EXEMPTION, S.CRITICAL)], "passed", 100),
        ([(R.NOT_EXECUTED, S.LOW)], "incomplete", None),
        ([(R.PASS, S.LOW), (R.NOT_EXECUTED, S.HIGH)], "incomplete", 100),
        ([(R.PASS, S.LOW), (R.NOT_EXECUTED, S.CRITICAL)], "incomplete", 100),
        ([(R.EXEMPTION, S.LOW)], "incomplete", 100),
        ([(R.FAIL, S.LOW), (R.NOT_EXECUTED, S.CRITICAL), (R.PASS, S.LOW)], "failed", 50),
        ([(R.FAIL, S.LOW)], "failed", 0),
    ],
)
def test_only_what_was_looked_at_can_pass(
    results: list[tuple[ControlResult, Severity]], status: str, score: int | None
) -> None:
    found = made(*results)
    assert (found.status, found.score) == (status, score)
    assert found.valid_until == (TODAY + timedelta(days=365) if status == "passed" else None)


@pytest.mark.parametrize(("result", "severity"), list(product(R, S)))
def test_what_was_not_looked_at_settles_and_fails_nothing(result: ControlResult, severity: Severity) -> None:
    found = made((result, severity))
    assert (found.settled == {"C0"}) == (result in (R.PASS, R.EXEMPTION))
    assert bool(found.failed) == (result is R.FAIL)
    assert found.executed == (result is not R.NOT_EXECUTED)


def test_a_type_stands_apart_from_the_control_in_what_a_blocker_points_to() -> None:
    assert made((R.PASS, S.LOW), kind="a b").report_type == "a b"
    problem = refusal(lambda: made((R.PASS, S.LOW), kind="a:b"))
    assert [(each.field, each.code) for each in problem.field_errors] == [("reportType", "MALFORMED")]  # type: ignore[attr-defined]
