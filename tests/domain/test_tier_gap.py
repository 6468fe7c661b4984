"""How far it is to a tier: what is unknown or stale is never met."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.enums import PartnerTier, TierRequirement
from domain.policy import DEFAULT, TierNeeds, TierPolicy
from domain.refusals import ValidationFailed
from domain.tier_gap import Figure, check, gap
from domain.tiers import following
from tests.domain.people import NOW, refusal

R, TODAY = TierRequirement, NOW.date()
ENOUGH = {each: Figure(1_000_000, TODAY) for each in R}


def test_the_requirements_are_those_of_the_policy() -> None:
    assert [each.value for each in R] == list(TierNeeds.model_fields)


def test_the_tiers_follow_each_other() -> None:
    path = [None, *PartnerTier]
    assert [following(each) for each in path] == [*PartnerTier, None]


def test_the_first_tier_needs_nothing() -> None:
    found = gap(PartnerTier.STANDARD, {}, DEFAULT.tiers, TODAY, "company")
    assert (found.met, found.requirements, found.fix) == (True, (), None)


def test_the_figures_are_those_of_2024() -> None:
    known = {R.ACCREDITED: Figure(4, TODAY), R.FOUNDATIONAL: Figure(1, TODAY), R.LAUNCHED: Figure(5, TODAY)}
    found = gap(PartnerTier.SELECT, known, DEFAULT.tiers, TODAY, "company")
    assert [(each.requirement, each.needed, each.missing, each.met) for each in found.requirements] == [
        (R.ACCREDITED, 4, 0, True), (R.FOUNDATIONAL, 2, 1, False), (R.TECHNICAL, 2, None, False),
        (R.PROFESSIONAL, 0, None, True), (R.LAUNCHED, 3, 0, True), (R.MONTHLY_REVENUE, 1500, None, False),
    ]  # fmt: skip
    assert found.fix is not None
    assert found.fix.args["figures"] == [{"requirement": "TECHNICAL"}, {"requirement": "MONTHLY_REVENUE"}]
    assert not found.met


@pytest.mark.parametrize("tier", [PartnerTier.SELECT, PartnerTier.ADVANCED, PartnerTier.PREMIER])
def test_who_has_everything_has_no_gap(tier: PartnerTier) -> None:
    found = gap(tier, ENOUGH, DEFAULT.tiers, TODAY, "company")
    assert (found.met, found.fix) == (True, None)


@pytest.mark.parametrize(
    ("as_of", "stale"),
    [(date(2025, 6, 16), False), (date(2025, 6, 15), True), (date(2025, 6, 14), True), (date(2026, 6, 15), False)],
)
def test_a_figure_is_good_for_twelve_months(as_of: date, stale: bool) -> None:
    known = ENOUGH | {R.LAUNCHED: Figure(50, as_of)}
    found = gap(PartnerTier.SELECT, known, DEFAULT.tiers, TODAY, "company")
    [launched] = [each for each in found.requirements if each.requirement is R.LAUNCHED]
    assert (launched.stale, launched.met, found.met) == (stale, not stale, not stale)
    assert (found.fix is None) is not stale


@given(
    st.dictionaries(st.sampled_from(R), st.builds(Figure, st.integers(0, 60), st.dates(date(2024, 1, 1), TODAY))),
    st.sampled_from(PartnerTier),
    st.integers(1, 24),
)
def test_a_tier_is_met_only_by_figures_that_are_known_and_new(
    known: dict[R, Figure], tier: PartnerTier, months: int
) -> None:
    found = gap(tier, known, TierPolicy(progress_months=months), TODAY, "company")
    for each in found.requirements:
        figure = known.get(each.requirement)
        if each.met and each.needed:
            assert figure is not None
            assert figure.value >= each.needed
            assert TODAY - figure.as_of < timedelta(days=31 * months)
    assert found.met == all(each.met for each in found.requirements)
    assert found.met or found.fix is not None or any(each.missing for each in found.requirements)


def test_everything_that_is_wrong_is_said_at_once() -> None:
    figures = [(R.LAUNCHED, -1), (R.LAUNCHED, 3)]
    problem = refusal(lambda: check(figures, TODAY + timedelta(days=1), "x" * 2001, TODAY))
    assert isinstance(problem, ValidationFailed)
    assert [each.code for each in problem.field_errors] == ["REPEATED", "OUT_OF_RANGE", "IN_THE_FUTURE", "TOO_LONG"]
    assert refusal(lambda: check([], TODAY, None, TODAY)).code == "REQUIRED"
