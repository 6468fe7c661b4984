"""Tasks that other software has written: they count, whatever form their status and date have."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import tasks as rules
from domain.enums import LaunchStatus, TaskStatus
from domain.task_documents import read_task
from tests.domain.people import MANAGER, NOW

T = TaskStatus


def read(**values: Any) -> Any:
    return read_task({"task": "Logo", **values})


@pytest.mark.parametrize(
    ("status", "meant"),
    [
        *((each.value, each) for each in T), *((each.value.upper(), each) for each in T),
        ("Done", T.DONE), (" done ", T.DONE), ("completed", T.DONE), ("Complete", T.DONE), ("pending", T.TODO),
        ("OPEN", T.TODO), ("in progress", T.IN_PROGRESS), ("In-Progress", T.IN_PROGRESS), ("nearly done", T.TODO),
        ("", T.TODO), (None, T.TODO), (5, T.TODO), (True, T.TODO), (["done"], T.TODO), ({}, T.TODO),
    ],
)  # fmt: skip
def test_a_status_in_other_words(status: Any, meant: TaskStatus) -> None:
    assert read(status=status).status is meant
    assert read().status is T.TODO


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-01-31", date(2026, 1, 31)), ("2026-01-31T17:30:00Z", date(2026, 1, 31)),
        ("2026-01-31T23:30:00-05:00", date(2026, 1, 31)), ("", None), ("soon", None), (None, None), (5.5, None),
        ([], None),
    ],
)  # fmt: skip
def test_a_date_that_cannot_be_read_is_none(text: Any, day: date | None) -> None:
    found = read(due_date=text, status="Done")
    assert (found.due_date, found.status) == (day, T.DONE)


def test_a_gate_in_other_words_is_that_gate() -> None:
    assert read(gate="SOFT_LAUNCH").gate is LaunchStatus.SOFT_LAUNCH
    assert [read(gate=gate).gate for gate in ("the last", 5, None)] == [None] * 3


def test_what_cannot_be_read_leaves_the_rest() -> None:
    found = read(required="perhaps", depends_on="x", done_at="then", id=7, owner=["x"], note="kept")
    assert (found.required, found.depends_on, found.done_at, found.owner, found.id) == (True, (), None, None, "7")
    assert found.stored()["note"] == "kept"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
NAMES = st.sampled_from(
    ["id", "status", "due_date", "required", "gate", "depends_on", "owner", "done_at", "done_by", "x"]
)


@given(st.text(), st.dictionaries(NAMES, JSON))
def test_whatever_has_a_text_is_a_task(text: str, more: dict[str, Any]) -> None:
    [found] = rules.placed([{**more, "task": text}])
    assert found.task == text
    assert found.id


@pytest.mark.parametrize("raw", [None, "Logo", 5, [], {}, {"task": None}, {"task": 5}, {"status": "done"}])
def test_whatever_has_none_is_no_task(raw: Any) -> None:
    assert read_task(raw) is None


def test_what_was_stored_is_kept_until_a_task_is_written() -> None:
    raw = [{"task": "A", "status": "waiting for legal", "due_date": "soon", "note": 1}, {"task": "B"}, "odd"]
    made = rules.listed(raw, iter("ab").__next__)
    stored = rules.waive(made, "b", "not now", MANAGER, NOW).stored()
    assert (stored[0]["status"], stored[0]["note"], "due_date" in stored[0]) == ("todo", 1, False)
    assert (stored[1]["status"], stored[2]) == ("waived", "odd")


def test_two_with_one_id_are_two() -> None:
    raw = [{"task": "A", "id": "x"}, {"task": "B", "id": "x"}, {"task": "C", "id": ""}]
    assert [each.id for each in rules.placed(raw)] == ["x", "#2", "#3"]
    made = rules.listed(raw, iter("bc").__next__)
    after = rules.start(made, rules.id_of(made, "#2"), "p")
    assert [(each.task, each.status) for each in after.tasks] == [("A", T.TODO), ("B", T.IN_PROGRESS), ("C", T.TODO)]
