"""Applications for funds: where each step leads, who records it, and that the order of arrival does not matter."""

from datetime import timedelta
from decimal import Decimal
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
