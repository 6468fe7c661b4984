"""What holds for the advice of every company, and what of it is stored."""

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.documents import NextActions
from domain.facts import CompanyFacts
from domain.next_actions import VERSION, is_stale, known, recommend, stored
from domain.policy import DEFAULT, Policy, with_overrides
from domain.waiting import Waiting
from tests.domain.advising import COMPANIES, NOBODY, WAITING, company
from tests.domain.people import NOW

pytestmark = pytest.mark.slow


@settings(max_examples=150, deadline=None)
@given(facts=COMPANIES, waiting=WAITING, seed=st.integers(0, 9))
def test_the_same_facts_give_the_same_advice_in_whatever_order_they_come(
    facts: CompanyFacts, waiting: Waiting, seed: int
) -> None:
    def shuffled(values: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(Random(seed).sample(values, len(values)))

    other = replace(
        facts,
        **{name: shuffled(getattr(facts, name)) for name in ("blockers", "products", "health", "first_customers")},
    )
    waits = Waiting(*(shuffled(getattr(waiting, name)) for name in ("chains", "handoffs", "approvals", "entitlements")))
    assert recommend(other, waits, DEFAULT, NOW) == recommend(facts, waiting, DEFAULT, NOW)


@settings(max_examples=150, deadline=None)
@given(facts=COMPANIES, waiting=WAITING)
def test_what_holds_for_all_advice(facts: CompanyFacts, waiting: Waiting) -> None:
    found, all_ids = recommend(facts, waiting, DEFAULT, NOW).actions, known(facts, waiting, DEFAULT, NOW)
    assert len(set(all_ids)) == len(all_ids)
    assert [each.id for each in found] == all_ids[:10]
    assert list(found) == sorted(found, key=lambda each: (-each.priority, each.id))
    for action in found:
        assert action.target is not None
        assert action.id == f"{action.kind}:{action.target.type}:{action.target.id}"
        assert 0 <= action.priority <= 100
        assert action.priority == pytest.approx(sum(term.points for term in action.terms), abs=0.01)
        assert all(0 <= term.value <= 1 for term in action.terms)
        assert action.why
        assert all(action.why)
        assert (action.mutation is None) == ("No call of this API does it." in action.why) == (action.args == {})
    moves = [each for each in found if each.kind == "transition"]
    assert not moves or not any(term.points == 40 for each in found if each not in moves for term in each.terms)


@settings(max_examples=60, deadline=None)
@given(facts=COMPANIES, waiting=WAITING)
def test_the_hash_is_of_the_inputs_and_not_of_the_hour(facts: CompanyFacts, waiting: Waiting) -> None:
    def hash_of(facts: CompanyFacts, days: float = 0, policy: Policy = DEFAULT) -> str:
        still = replace(waiting, handoffs=(), approvals=(), entitlements=())
        return recommend(facts, still, policy, NOW + timedelta(days=days)).input_hash

    written = replace(facts, version=7, products=tuple(replace(each, version=9) for each in facts.products))
    assert hash_of(facts) == hash_of(facts, 0.01) == hash_of(written)
    others = [hash_of(replace(facts, has_goals=not facts.has_goals)), hash_of(facts, 1),
              hash_of(facts, policy=with_overrides({"launch": {"readiness": 85}}))]  # fmt: skip
    assert len({hash_of(facts), *others}) == 4


# --- what is stored


def test_what_has_not_changed_is_not_stored_again() -> None:
    old = recommend(company(), NOBODY, DEFAULT, NOW)
    later = recommend(company(), NOBODY, DEFAULT, NOW + timedelta(minutes=5))
    assert stored(old.stored(), later) is None
    assert stored(old.stored(), recommend(company(has_goals=False), NOBODY, DEFAULT, NOW)) is not None
    assert stored({**old.stored(), "version": VERSION - 1}, later) == later.stored()


@pytest.mark.parametrize("raw", [None, [], {}, "", "Call them", ["Call them"], {"actions": "Call them"}, 5])
def test_what_others_have_stored_is_kept(raw: Any) -> None:
    new = recommend(company(), NOBODY, DEFAULT, NOW)
    document = stored(raw, new)
    assert document is not None
    assert document == ({"_kept": raw} if raw else {}) | new.stored()
    changed = recommend(company(has_goals=False), NOBODY, DEFAULT, NOW)
    assert (stored({**document, "theirs": 1}, changed) or {}).get("_kept") == (raw or None)


def test_advice_is_stale_on_another_day_and_by_other_rules() -> None:
    new = recommend(company(), NOBODY, DEFAULT, NOW)
    assert not is_stale(new, NOW)
    assert is_stale(new, NOW + timedelta(days=1))
    assert is_stale(NextActions(generated_at=NOW, version=VERSION - 1), NOW)
