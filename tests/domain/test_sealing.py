"""Seals: whatever is changed, removed or slipped in shows."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.sealing import FIELDS, Fault, Seal, chain, document, faults, seal
from tests.domain.people import NOW

Log = tuple[dict[int, dict[str, Any]], list[Seal]]


def log(size: int = 4) -> Log:
    base = {**dict.fromkeys(FIELDS), "product_id": 7, "created_at": NOW}
    events = {number: {**base, "id": number, "event_data": {"n": number}} for number in range(1, size + 1)}
    return events, list(chain(events.values()))


def test_an_untouched_log_has_no_faults() -> None:
    assert faults(*log()) == []
    assert faults({}, []) == []


@given(st.integers(1, 4), st.sampled_from([name for name in FIELDS if name != "product_id"]))
def test_a_changed_event_shows(number: int, name: str) -> None:
    events, seals = log()
    events[number] = {**events[number], name: NOW.replace(year=2020) if name == "created_at" else "other"}
    assert faults(events, seals) == [Fault("EVENT_CHANGED", number, number)]


def test_a_product_may_be_gone_but_not_another() -> None:
    events, seals = log()
    events[2] = {**events[2], "product_id": None}
    assert faults(events, seals) == []
    events[2] = {**events[2], "product_id": 8}
    assert faults(events, seals) == [Fault("EVENT_CHANGED", 2, 2)]


def test_a_removed_event_shows_with_and_without_its_seal() -> None:
    events, seals = log()
    del events[2]
    assert faults(events, seals) == [Fault("EVENT_MISSING", 2, 2)]
    assert faults(events, [seals[0], *seals[2:]]) == [Fault("CHAIN_BROKEN", 3, 3)]


def test_a_log_without_its_seals_shows_event_by_event() -> None:
    events, seals = log()
    assert faults(events, []) == [Fault("EVENT_UNSEALED", number, None) for number in events]
    assert faults(events, seals[:3]) == [Fault("EVENT_UNSEALED", 4, None)]
    assert Fault("EVENT_UNSEALED", 1, None) in faults(events, seals[1:])


def test_what_cannot_be_read_is_sealed_as_its_text() -> None:
    assert document('{"a": [1.0]}') == {"a": [1.0]}
    assert [document(odd) for odd in (None, 5, "{", '"\\ud83e"', b"\xff")] == [None, 5, "{", '"\\ud83e"', "\ufffd"]


def test_an_event_sealed_anew_breaks_the_chain() -> None:
    events, seals = log()
    events[2] = {**events[2], "agent_id": "x"}
    seals[1] = Seal(2, 2, 7, seals[0].seal, seal(events[2], seals[0].seal))
    assert faults(events, seals) == [Fault("CHAIN_BROKEN", 3, 3)]
