"""The policy and what may be replaced in it."""

import pytest

from domain.policy import DEFAULT, BadPolicy, with_overrides


def test_nothing_replaced_is_the_default() -> None:
    assert with_overrides({}) == DEFAULT


def test_a_part_is_replaced_and_the_version_says_so() -> None:
    changed = with_overrides({"launch": {"readiness": 90}})
    assert changed.launch.readiness == 90
    assert changed.launch.compliance_days == DEFAULT.launch.compliance_days
    assert changed.version == f"{DEFAULT.version}+custom"


def test_a_part_of_a_part_is_replaced() -> None:
    changed = with_overrides({"tiers": {"select": {"launched": 5}}})
    assert (changed.tiers.select.launched, changed.tiers.select.accredited) == (5, 4)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"lunch": {}}, "lunch"),
        ({"version": "9"}, "version"),
        ({"stages": {"partner_id_pattern": "("}}, "stages.partner_id_pattern"),
        ({"launch": {"readines": 1}}, "launch.readines"),
        ({"launch": {"readiness": 101}}, "launch.readiness"),
        ({"launch": 3}, "launch"),
        ({"stages": {"gating_severities": ["awful"]}}, "stages.gating_severities"),
    ],
)
def test_what_is_no_part_of_it_or_out_of_bounds_is_refused(changes: dict, says: str) -> None:
    with pytest.raises(BadPolicy, match=says):
        with_overrides(changes)
