"""Reading what others have stored: never a failure, and nothing lost on the way back."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.documents import Blocker, PrerequisiteTask, Step, read, read_list
from domain.enums import EventType, JourneyStage, StepStatus, TaskStatus
from domain.event_data import EVENT_DATA, StageTransitionData, read_event_data
from domain.times import instant, iso
from tests.domain.people import NOW

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
ODD = [None, [], "text", 5, [1], {"kind": {}}, {"forced": "maybe"}]


def test_a_list_keeps_what_has_the_shape_in_its_order() -> None:
    raw = [{"step_num": 2}, None, "x", {"step_num": "no"}, {"step_num": 1, "status": "running"}]
    assert [(step.step_num, step.status) for step in read_list(Step, raw)] == [
        (2, StepStatus.PENDING),
        (1, StepStatus.RUNNING),
    ]


@pytest.mark.parametrize("raw", [None, {}, "text", 5, {"step_num": 1}])
def test_what_is_no_list_has_no_entries(raw: Any) -> None:
    assert read_list(Step, raw) == []


def test_the_oldest_form_of_a_task_is_read() -> None:
    [task] = read_list(PrerequisiteTask, [{"task": "Logo", "status": "done", "due_date": "2026-01-31"}])
    assert (task.id, task.task, task.status, task.required) == (None, "Logo", TaskStatus.DONE, True)


@pytest.mark.parametrize("model", [Blocker, Step, PrerequisiteTask])
@given(raw=JSON)
def test_reading_never_fails(model: Any, raw: Any) -> None:
    read(model, raw)
    read_list(model, raw)


def test_unknown_keys_come_back_as_they_were() -> None:
    raw = {"step_num": 1, "x": {"y": [1, None]}, "z": ""}
    step = read(Step, raw)
    assert step is not None
    assert raw.items() <= step.stored().items()


def test_every_event_type_has_its_data() -> None:
    assert list(EVENT_DATA) == list(EventType)


@pytest.mark.parametrize("event_type", EventType)
@pytest.mark.parametrize("raw", ODD, ids=repr)
def test_event_data_of_any_shape_is_read(event_type: EventType, raw: Any) -> None:
    assert isinstance(read_event_data(event_type, raw), EVENT_DATA[event_type])


def test_event_data_of_the_right_shape_is_read_in_full() -> None:
    stored = {"kind": "SKIP", "reason": "r", "forced": True, "skipped_stages": ["launch"], "batch": 7}
    stored["overridden_gates"] = ["BLOCKERS"]
    data = read_event_data(EventType.STAGE_TRANSITION, stored)
    assert isinstance(data, StageTransitionData)
    assert (data.kind, data.forced, data.skipped_stages) == ("SKIP", True, (JourneyStage.LAUNCH,))
    assert data.stored() == stored


@given(at=st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))])))
def test_a_time_comes_back_to_the_second(at: datetime) -> None:
    if at.year > 1:
        assert instant(iso(at)) == at.replace(microsecond=0)


def test_a_time_is_written_in_utc_with_whole_seconds() -> None:
    east = timezone(timedelta(hours=2))
    assert iso(datetime(2026, 6, 15, 14, 0, 0, 999_999, tzinfo=east)) == "2026-06-15T12:00:00Z"


@pytest.mark.parametrize(
    "text", ["2026-06-15T12:00:00Z", "2026-06-15T12:00:00", "2026-06-15 14:00:00+02:00", "2026-06-15T12:00:00+00:00"]
)
def test_a_time_is_read_in_every_form(text: str) -> None:
    assert instant(text) == NOW


@pytest.mark.parametrize("text", [None, "", "soon", 5, [], {}, "2026-13-01", "0001-01-01T00:00:00+10:00"])
def test_what_is_no_time_is_none(text: Any) -> None:
    assert instant(text) is None


@pytest.fixture
def far_east(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A server that is not set to UTC."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("far_east")
def test_a_time_without_offset_is_utc_wherever_the_server_stands() -> None:
    naive = NOW.replace(tzinfo=None)
    assert iso(naive) == iso(NOW)
    assert instant(naive.isoformat()) == NOW
