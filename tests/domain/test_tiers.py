"""Tiers: who changes them, what is won and lost, and what a lapse is."""

from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.enums import JourneyStage, PartnerTier
from domain.policy import DEFAULT
from domain.refusals import Forbidden, ValidationFailed
from domain.tiers import TIERS, change, held, is_lapse
from tests.domain.people import AGENT, ALL, MANAGER, MANAGERS_AGENT, PERSON, refusal

NONE_TOO = (None, *TIERS)


@pytest.mark.parametrize(("before", "after"), list(product(NONE_TOO, TIERS)))
def test_what_is_won_and_lost(before: PartnerTier | None, after: PartnerTier) -> None:
    made = change(before, after, "the yearly review", MANAGER)
    assert set(held(before)) - set(made.lost) | set(made.won) == set(held(after))
    assert not set(made.won) & set(held(before))
    assert not (made.won and made.lost)


@pytest.mark.parametrize("actor", ALL, ids=lambda actor: actor.scope)
def test_who_may_say_so(actor: object) -> None:
    if actor in (PERSON, AGENT, MANAGERS_AGENT):
        assert isinstance(refusal(lambda: change(None, PartnerTier.SELECT, None, actor)), Forbidden)
    else:
        assert change(None, PartnerTier.SELECT, None, actor).after is PartnerTier.SELECT


def test_a_lower_one_needs_a_reason_and_a_higher_one_does_not() -> None:
    for lower, higher in pairwise(TIERS):
        assert change(lower, higher, None, MANAGER).reason is None
        problem = refusal(lambda pair=(higher, lower): change(*pair, " ", MANAGER))
        assert isinstance(problem, ValidationFailed)
        assert problem.code == "REASON_REQUIRED"


@given(walk=st.lists(st.sampled_from(TIERS), min_size=1, max_size=12))
def test_what_stands_after_a_long_way_is_what_the_last_tier_comes_with(walk: list[PartnerTier]) -> None:
    before, standing = None, set[PartnerTier]()
    for after in walk:
        made = change(before, after, "x", MANAGER)
        standing = standing - set(made.lost) | set(made.won)
        before = after
    assert standing == set(held(walk[-1]))


@pytest.mark.parametrize(("stage", "tier"), list(product(JourneyStage, NONE_TOO)))
def test_only_who_co_sells_can_lapse(stage: JourneyStage, tier: PartnerTier | None) -> None:
    accepted = tier in (PartnerTier.SELECT, PartnerTier.ADVANCED, PartnerTier.PREMIER)
    assert is_lapse(stage, tier, DEFAULT.stages) == (stage is JourneyStage.CO_SELL and not accepted)
