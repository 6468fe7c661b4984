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
        ({"stages": {"gating_severities": ["low"] * 5}}, "stages.gating_severities"),
        ({"stages": {"required_milestones": {"discovery": ["Has Space"]}}}, "stages.required_milestones.discovery"),
        ({"stages": {"required_milestones": {"discovery": ["tier_select"]}}}, "companyChangeTier"),
        ({"launch": {"validity_days": {"listing": -3}}}, "launch.validity_days.listing"),
        ({"launch": {"approach_days": [-5]}}, "launch.approach_days"),
        ({"launch": {"approach_days": [*range(1, 12)]}}, "launch.approach_days"),
        ({"tiers": {"select": {"accredited": 3_000_000_000}}}, "tiers.select.accredited"),
        ({"launch": {"listing_report": "a:b"}}, "launch.listing_report"),
        ({"launch": {"listing_report": " listing "}}, "launch.listing_report"),
        ({"stages": {"tiers_for_co_sell": []}}, "stages.tiers_for_co_sell"),
        ({"actions": {"gate_weight": 1}}, "actions: .*the weights add up to 1.6"),
    ],
)
def test_what_is_no_part_of_it_or_out_of_bounds_is_refused(changes: dict, says: str) -> None:
    with pytest.raises(BadPolicy, match=says):
        with_overrides(changes)


@pytest.mark.parametrize("changes", [{"launch": {}}, {"launch": {"readiness": DEFAULT.launch.readiness}}])
def test_what_replaces_nothing_is_the_default(changes: dict) -> None:
    assert with_overrides(changes) == DEFAULT
