"""Generated content: what is taken, where a lineage begins, and which of it goes into a submission."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import content
from domain.content import DEEPEST, LONGEST_TEXT, Use
from domain.refusals import Conflict, ValidationFailed
from tests.domain.people import refusal


def test_what_is_wrong_is_told_all_at_once() -> None:
    problem = refusal(lambda: content.check("", " ", "ä" * LONGEST_TEXT, "a\nb", Decimal("100.01")))
    assert isinstance(problem, ValidationFailed)
    assert [each.field for each in problem.field_errors] == ["title", "slug", "output", "input", "qualityScore"]


def test_what_is_right_is_taken() -> None:
    for quality in (None, Decimal(0), Decimal(100)):
        content.check("x" * 255, "x" * LONGEST_TEXT, None, None, quality)


@given(st.integers(1, 60))
def test_a_lineage_begins_where_nothing_is_above(size: int) -> None:
    parents = {number: number - 1 if number > 1 else None for number in range(1, size + 1)}
    assert content.root(size, parents) == (1, size)
    # As seen by somebody who may not see the first.
    del parents[1]
    assert content.root(size, parents) == (min(2, size), max(1, size - 1))


def test_a_circle_ends_too() -> None:
    assert content.root(1, {1: 2, 2: 3, 3: 1}) == (3, 3)
    assert content.root(1, {1: 1}) == (1, 1)


def test_a_lineage_has_an_end() -> None:
    content.check_depth(DEEPEST - 1)
    assert refusal(lambda: content.check_depth(DEEPEST)).code == "TOO_DEEP"


def test_a_submission_has_one_version() -> None:
    uses = [Use(7, 1, "ACE-1"), Use(8, 2, "ACE-2")]
    assert content.use(1, " ACE-1 ", uses) == 7
    assert content.use(1, "ACE-3", uses) is None
    problem = refusal(lambda: content.use(1, "ACE-2", uses))
    assert isinstance(problem, Conflict)
    assert (problem.code, problem.current_kind, problem.current_id) == ("ANOTHER_VERSION_USED", "GeneratedContent", 2)


@pytest.mark.parametrize("ref", ["", "  ", "x" * 201, "a\tb"])
def test_a_submission_has_a_name(ref: str) -> None:
    assert refusal(lambda: content.use(1, ref, ())).path == ("submissionRef",)
