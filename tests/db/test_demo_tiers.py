"""The demo data's tiers: what the events tell is what the companies have, and every kind of figure is there."""

from collections import defaultdict
from datetime import date
from typing import Any

import pytest

from domain.enums import BlockerStatus
from domain.milestones import standing
from domain.policy import DEFAULT
from domain.tier_gap import Figure, Need, gap
from domain.tiers import LAPSED, PREFIX, following, held, is_lapse
from tests.db.test_demo import Rows, history, stored_blockers
from tests.db.test_demo import rows as rows  # the fixture

pytestmark = pytest.mark.slow


def needs(rows: Rows) -> list[Need]:
    """What the companies that were counted need for the tier above."""
    today: date = rows["now"].date()  # type: ignore[attr-defined]
    known: dict[int, dict[Any, Figure]] = defaultdict(dict)
    for row in rows["partner_tier_progress"]:
        known[row["company_id"]][row["requirement"]] = Figure(row["value"], row["as_of"])
    found = []
    for company in rows["companies"]:
        to = following(company["partner_tier"])
        if to is not None and company["id"] in known:
            found += gap(to, known[company["id"]], DEFAULT.tiers, today, "company").requirements
    return found


def test_the_standing_milestones_are_the_tiers_that_a_company_has(rows: Rows) -> None:
    events = history(rows)
    for company in rows["companies"]:
        told = [(e["id"], e["product_id"], e["event_data"]) for e in events[company["id"]]
                if e["event_type"] == "milestone_achieved"]  # fmt: skip
        codes = {code for of, code in standing(told) if of is None and code.startswith(PREFIX)}
        assert codes == {PREFIX + tier for tier in held(company["partner_tier"])}


def test_who_co_sells_without_a_tier_for_it_is_blocked_and_nobody_else_is(rows: Rows) -> None:
    lapsed = 0
    for company in rows["companies"]:
        ref = str(company["id"])
        blockers = [
            each for each in stored_blockers(company)
            if each.code == LAPSED and each.status is BlockerStatus.OPEN and each.source_ref is not None
        ]  # fmt: skip
        expected = is_lapse(company["partner_journey_stage"], company["partner_tier"], DEFAULT.stages)
        assert [(each.source_ref.type, each.source_ref.id) for each in blockers if each.source_ref] == (
            [("company", ref)] if expected else []
        )
        lapsed += expected
    assert 0 < lapsed < len(rows["companies"]) / 10


def test_partners_are_counted_some_of_them_long_ago_and_some_in_part(rows: Rows) -> None:
    partners = {company["id"] for company in rows["companies"] if company["aws_partner_id"] is not None}
    assert {row["company_id"] for row in rows["partner_tier_progress"]} == partners
    found = needs(rows)
    assert any(each.stale for each in found)
    assert any(each.value is None for each in found)
    assert any(each.missing and not each.stale for each in found)
    assert any(each.met for each in found)


def test_the_showcase_still_fits_on_a_page(rows: Rows) -> None:
    assert len(history(rows)[1]) <= 100
