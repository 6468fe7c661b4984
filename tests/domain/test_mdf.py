"""Applications for funds: where each step leads, who records it, and that the order of arrival does not matter."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import mdf
from domain.enums import EventType, MdfStatus
from domain.event_data import MdfApprovedData, MdfSubmittedData
from domain.refusals import Forbidden, ValidationFailed
from tests.domain.people import AGENT, ALL, MANAGER, NOW, PERSON, SYSTEM, WEBHOOK, refusal

S = MdfStatus
Event = tuple[int, int | None, EventType, Any, Any]


def told(number: int, status: MdfStatus, *, arrived: int | None = None, **more: Any) -> Event:
    """Happened `number` hours after the first; `arrived` in place of that."""
    at = {"application_id": "A", "occurred_at": NOW + timedelta(hours=number), **more}
    data = (
        MdfApprovedData(**{"approved_amount": Decimal(number), **at})
        if status is S.APPROVED
        else MdfSubmittedData(**{"amount": Decimal(number), "status": status, **at})
    )
    event_type = EventType.MDF_APPROVED if status is S.APPROVED else EventType.MDF_SUBMITTED
    recorded = NOW + timedelta(days=30, seconds=number if arrived is None else arrived)
    return number, None, event_type, data.stored(), recorded


def one(*events: Event) -> mdf.Application:
    [found] = mdf.applications(mdf.steps(events)).values()
    return found


@st.composite
def histories(draw: st.DrawFn) -> list[MdfStatus]:
    found: list[MdfStatus] = []
    status: MdfStatus | None = None
    for _ in range(draw(st.integers(1, 8))):
        ways = [to for before, to in mdf.EDGES if before is status]
        if not ways:
            break
        status = draw(st.sampled_from(ways))
        found.append(status)
    return found


@given(histories(), st.randoms())
def test_the_order_of_arrival_does_not_matter(history: list[MdfStatus], dice: Any) -> None:
    arrivals = list(range(len(history)))
    dice.shuffle(arrivals)
    events = [told(n, status, arrived=arrivals[n]) for n, status in enumerate(history)]
    found = one(*sorted(events, key=lambda event: event[4]))
    assert (found.status, found.out_of_order, found.event_id) == (history[-1], False, len(history) - 1)
    assert (found.decided_at is not None) == (history[-1] in mdf.DECIDED)
    assert found == one(*events)


def heard(events: Sequence[Event]) -> mdf.Application:
    """What a webhook tells in this order, each recorded unless it was said before."""
    kept: list[Event] = []
    for arrived, event in enumerate(events):
        [step] = mdf.steps([event])
        known = mdf.applications(mdf.steps(kept)).get("A", mdf.Application("A"))
        told = mdf.Telling(step.status, step.at, WEBHOOK)
        if mdf.said_before(known, told, mdf.steps(kept)) is None:
            kept.append((*event[:4], NOW + timedelta(days=30, seconds=arrived)))
    return one(*kept)


@given(histories(), st.data())
def test_however_webhooks_tell_it_and_how_often_it_ends_alike(history: list[MdfStatus], data: st.DataObject) -> None:
    events = [told(n, status) for n, status in enumerate(history)]
    again = data.draw(st.lists(st.sampled_from(events), max_size=4))
    found = heard(data.draw(st.permutations([*events, *again])))
    assert found == one(*events)
    assert (found.status, found.out_of_order) == (history[-1], False)


@pytest.mark.parametrize(
    "history",
    [
        (S.SUBMITTED, S.ACTION_REQUIRED, S.SUBMITTED, S.APPROVED),
        (S.DRAFT, S.SUBMITTED, S.DRAFT, S.SUBMITTED, S.REJECTED),
        (S.SUBMITTED, S.ACTION_REQUIRED, S.SUBMITTED, S.ACTION_REQUIRED, S.CANCELED),
    ],
)
def test_in_every_order_of_arrival(history: tuple[MdfStatus, ...]) -> None:
    events = [told(n, status) for n, status in enumerate(history)]
    assert {heard(order) for order in permutations(events)} == {one(*events)}


def test_steps_within_a_second_keep_their_order() -> None:
    parts = {"occurred_at": NOW + timedelta(microseconds=500)}, {"occurred_at": NOW + timedelta(microseconds=501)}
    events = [told(1, S.DRAFT, **parts[0]), told(2, S.SUBMITTED, **parts[1])]
    assert heard(events) == heard(events[::-1])
    assert heard(events).status is S.SUBMITTED


LATER = NOW + timedelta(hours=5)


@pytest.mark.parametrize(("at", "is_same"), [(None, True), (NOW + timedelta(hours=1), True), (LATER, False)])
def test_with_an_instant_of_its_own_a_step_is_the_same_as_one_of_that_instant(at: Any, is_same: bool) -> None:
    steps = mdf.steps([told(1, S.SUBMITTED)])
    for actor in ALL:
        found = mdf.said_before(mdf.applications(steps)["A"], mdf.Telling(S.SUBMITTED, at, actor), steps)
        assert found == (1 if is_same else None)


def test_what_waits_was_said_before_by_webhooks_alone() -> None:
    steps = mdf.steps([told(2, S.APPROVED)])
    for actor in ALL:
        found = mdf.said_before(mdf.applications(steps)["A"], mdf.Telling(S.APPROVED, None, actor), steps)
        assert found == (2 if actor is WEBHOOK else None)


def test_who_is_no_webhook_tells_of_steps_in_their_order() -> None:
    known = one(told(1, S.DRAFT), told(3, S.APPROVED))
    before, at, after = (NOW + timedelta(hours=hours) for hours in (0, 1, 2))
    for actor in ALL:
        for right in (at, after):
            assert mdf.happened(known, mdf.Telling(S.SUBMITTED, right, actor), LATER) == right
        early = mdf.Telling(S.SUBMITTED, before, actor)
        if actor is WEBHOOK:
            assert mdf.happened(known, early, LATER) == before
            continue
        problem = refusal(lambda early=early: mdf.happened(known, early, LATER))
        assert isinstance(problem, ValidationFailed)
        assert (problem.code, problem.path) == ("BEFORE_THE_LAST_STEP", ("occurredAt",))
        assert "2026-06-15T13:00:00Z" in problem.message


def test_now_comes_after_a_step_of_this_very_second() -> None:
    known = one(told(1, S.DRAFT, occurred_at=NOW + timedelta(microseconds=7)))
    now = mdf.Telling(S.SUBMITTED, None, PERSON)
    assert mdf.happened(known, now, NOW + timedelta(microseconds=9)) == NOW + timedelta(microseconds=9)
    assert mdf.happened(known, now, NOW + timedelta(seconds=1)) is None
    assert mdf.happened(mdf.Application("A"), now, NOW) is None


def test_a_step_that_has_waited_counts_from_when_it_could() -> None:
    found = one(told(1, S.ACTION_REQUIRED), told(2, S.SUBMITTED))
    assert (found.status, found.changed_at) == (S.ACTION_REQUIRED, NOW + timedelta(hours=2))


@pytest.mark.parametrize("answer", [S.ACTION_REQUIRED, S.REJECTED, S.CANCELED, S.APPROVED])
def test_what_is_answered_says_nothing_of_what_was_asked(answer: MdfStatus) -> None:
    found = one(told(5, S.SUBMITTED, currency="EUR"), told(9, answer, currency="USD"))
    assert (found.amount, found.currency) == (5, "EUR")
    assert found.approved_amount == (9 if answer is S.APPROVED else None)


def test_what_is_granted_waits_for_what_was_asked() -> None:
    early = told(2, S.APPROVED)
    found = one(early)
    assert (found.status, found.out_of_order) == (None, True)
    found = one(early, told(1, S.SUBMITTED))
    assert (found.status, found.amount, found.approved_amount, found.out_of_order) == (S.APPROVED, 1, 2, False)


def test_without_a_time_of_its_own_a_step_happened_when_it_was_recorded() -> None:
    events = [told(1, S.APPROVED, occurred_at=None), told(2, S.SUBMITTED, occurred_at=None)]
    found = one(*events)
    assert (found.status, found.out_of_order, found.event_id) == (S.APPROVED, False, 1)


def test_what_is_decided_stays() -> None:
    found = one(told(1, S.SUBMITTED), told(2, S.REJECTED), told(3, S.APPROVED), told(4, S.DRAFT))
    assert (found.status, found.leads_to, found.out_of_order) == (S.REJECTED, (), False)


def test_older_events_without_a_status_are_submissions() -> None:
    event = (1, 5, EventType.MDF_SUBMITTED, {"application_id": "A", "amount": "7"}, NOW)
    found = one(event)
    assert (found.status, found.amount, found.submitted_at, found.product_id) == (S.SUBMITTED, 7, NOW, 5)
    assert mdf.steps([(1, None, EventType.MDF_SUBMITTED, {"amount": "x"}, NOW)]) == []


@pytest.mark.parametrize("before", [None, *S])
@pytest.mark.parametrize("to", S)
def test_each_step_is_allowed_by_the_table_and_to_whom_it_says(before: MdfStatus | None, to: MdfStatus) -> None:
    known = mdf.Application("A", status=before)
    for actor in ALL:
        if to in mdf.BY_AWS and actor.agent_id is not None:
            assert isinstance(refusal(lambda actor=actor: mdf.check(known, to, "why", actor)), Forbidden)
        elif (before, to) in mdf.EDGES:
            assert mdf.check(known, to, "why", actor)
        elif actor is WEBHOOK:
            assert not mdf.check(known, to, None, actor)
        else:
            problem = refusal(lambda actor=actor: mdf.check(known, to, "why", actor))
            assert problem.code == "NO_SUCH_MOVE"
            assert all(way.name in problem.message for way in known.leads_to)


@pytest.mark.parametrize(("before", "to"), sorted(mdf.NEEDS_REASON))
def test_a_step_back_or_out_says_why(before: MdfStatus, to: MdfStatus) -> None:
    known = mdf.Application("A", status=before)
    for actor in (PERSON, MANAGER, SYSTEM):
        for reason in (None, "  "):
            problem = refusal(lambda actor=actor, reason=reason: mdf.check(known, to, reason, actor))
            assert isinstance(problem, ValidationFailed)
    assert mdf.check(known, to, None, WEBHOOK)
    assert refusal(lambda: mdf.check(known, to, "x" * 2001, PERSON)).code == "TOO_LONG"


def test_an_agent_may_ask_for_funds() -> None:
    assert mdf.check(mdf.Application("A"), S.SUBMITTED, None, AGENT)
