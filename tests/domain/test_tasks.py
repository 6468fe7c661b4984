"""Prerequisite tasks: what may be done to them, what waits for what, and what nobody may lose."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from domain import tasks as rules
from domain.documents import PrerequisiteTask
from domain.enums import TaskStatus
from domain.refusals import Conflict, Forbidden, GatesFailed, NotFound, Refused, ValidationFailed
from domain.tasks import TaskList
from tests.domain.people import AGENT, MANAGER, MANAGERS_AGENT, NOW, PERSON, refusal

T, TODAY, DAY = TaskStatus, NOW.date(), timedelta(days=1)


def task(id_: str = "a", **values: Any) -> PrerequisiteTask:
    return PrerequisiteTask(**{"id": id_, "task": f"Task {id_}", **values})


def tasks(*found: PrerequisiteTask) -> TaskList:
    return rules.listed([each.stored() for each in found], str)


def finish(given: TaskList, id_: str = "a") -> TaskList:
    return rules.finish(given, id_, "p", PERSON, NOW)


def waive(given: TaskList, id_: str = "a", reason: str = "not now", actor: Any = MANAGER) -> TaskList:
    return rules.waive(given, id_, reason, actor, NOW)


def test_the_oldest_form_gets_ids_and_nothing_is_lost() -> None:
    raw = [{"task": "A", "status": "todo", "due_date": "2026-01-01", "note": 1}, "odd", None, {"status": "todo"}]
    numbers = count(1)
    made = rules.listed(raw, lambda: f"id{next(numbers)}")
    stored = rules.add(made, task("new")).stored()
    assert stored[0] == {**raw[0], "id": "id1", "required": True, "depends_on": []}
    assert (stored[1:4], stored[4]["id"]) == (raw[1:], "new")


def test_a_task_without_an_id_goes_by_its_place() -> None:
    raw = ["odd", {"task": "A"}, {"task": "B", "id": "b"}]
    assert [each.id for each in rules.placed(raw)] == ["#2", "b"]
    made = rules.listed(raw, lambda: "new")
    assert [rules.id_of(made, text) for text in ("#2", "#3", "b", "#1", "#9", "#x")] == ["new", "b", "b", "", "", "#x"]


@given(raw=st.recursive(st.none() | st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(
    st.sampled_from(["id", "task", "status", "x"]), inner)))  # fmt: skip
def test_no_document_is_too_odd(raw: Any) -> None:
    assert isinstance(rules.placed(raw), list)
    assert len(rules.add(rules.listed(raw, lambda: "new"), task("mine")).stored()) >= 1


def test_what_comes_first_blocks_and_frees() -> None:
    made = rules.add(tasks(task("a")), task("b", depends_on=("a",)))
    assert made.named("b").status is T.BLOCKED
    for step in (rules.start, finish):
        problem = refusal(lambda step=step: step(made, "b", "p") if step is rules.start else step(made, "b"))
        assert isinstance(problem, GatesFailed)
        assert [gate.fix.args for gate in problem.gates if gate.fix] == [{"productId": "p", "taskId": "a"}]
    assert finish(made).named("b").status is T.TODO
    assert waive(made).named("b").status is T.TODO
    assert rules.reopen(finish(made), "a", PERSON).named("b").status is T.BLOCKED


def test_a_circle_is_shown() -> None:
    made = tasks(task("a"), task("b", depends_on=("a",)), task("c", depends_on=("b",)))
    problem = refusal(lambda: rules.update(made, "a", {"depends_on": ("c",)}))
    assert isinstance(problem, ValidationFailed)
    assert (problem.code, "a → c → b → a" in problem.message) == ("CYCLE", True)
    assert refusal(lambda: rules.update(made, "a", {"depends_on": ("a",)})).code == "CYCLE"
    assert refusal(lambda: rules.add(made, task("d", depends_on=("x",)))).code == "UNKNOWN_TASK"


def test_places_are_named_as_what_comes_first() -> None:
    made = rules.listed([{"task": "A"}, "odd", {"task": "B", "id": "b"}], lambda: "a")
    assert rules.add(made, task("c", depends_on=("#1", "#3", "a"))).named("c").depends_on == ("a", "b")
    assert rules.update(made, "b", {"depends_on": ("#1",)}).named("b").status is T.BLOCKED
    assert refusal(lambda: rules.update(made, "b", {"depends_on": ("#3",)})).code == "CYCLE"
    for place in ("#2", "#9"):
        problem = refusal(lambda place=place: rules.update(made, "b", {"depends_on": (place,)}))
        assert (problem.code, place in problem.message) == ("UNKNOWN_TASK", True)


def test_what_was_begun_is_blocked_when_something_comes_first() -> None:
    made = rules.start(rules.add(tasks(task("a", status=T.DONE)), task("b", depends_on=("a",))), "b", "p")
    assert made.named("b").status is T.IN_PROGRESS
    blocked = rules.reopen(made, "a", PERSON)
    assert blocked.named("b").status is T.BLOCKED
    assert finish(blocked).named("b").status is T.TODO


def test_what_was_blocked_by_hand_may_be_begun_and_finished() -> None:
    by_hand = tasks(task("a"), task("b", status=T.BLOCKED))
    assert rules.start(by_hand, "b", "p").named("b").status is T.IN_PROGRESS
    assert finish(by_hand, "b").named("b").status is T.DONE
    assert finish(by_hand, "a").named("b").status is T.BLOCKED


def test_done_says_who_and_when_and_twice_changes_nothing() -> None:
    made = finish(tasks(task()))
    assert (made.named("a").done_at, made.named("a").done_by) == (NOW, PERSON.user_id)
    assert finish(made) == made
    assert isinstance(refusal(lambda: rules.start(made, "a", "p")), Conflict)
    again = rules.reopen(made, "a", PERSON)
    assert again.named("a").done_at is None
    assert rules.reopen(again, "a", PERSON) == again


@pytest.mark.parametrize("actor", [PERSON, AGENT, MANAGERS_AGENT])
def test_managers_waive_and_take_that_back(actor: Any) -> None:
    assert isinstance(refusal(lambda: waive(tasks(task()), actor=actor)), Forbidden)
    waived = waive(tasks(task()))
    assert waived.named("a").waiver_reason == "not now"
    assert isinstance(refusal(lambda: rules.reopen(waived, "a", actor)), Forbidden)
    assert rules.reopen(waived, "a", MANAGER).named("a").status is T.TODO
    assert refusal(lambda: waive(tasks(task()), reason=" ")).code == "REASON_REQUIRED"


def test_agents_open_nothing_again() -> None:
    assert refusal(lambda: rules.reopen(finish(tasks(task())), "a", AGENT)).code == "PERSON_REQUIRED"


def test_what_is_not_there_is_not_found() -> None:
    for step in (
        lambda: rules.start(tasks(), "a", "p"),
        lambda: finish(tasks()),
        lambda: rules.update(tasks(), "a", {}),
    ):
        assert isinstance(refusal(step), NotFound)


def test_late_and_at_risk() -> None:
    assert [rules.is_overdue(task(due_date=TODAY + n * DAY), TODAY) for n in (-1, 0)] == [True, False]
    assert [rules.is_at_risk(task(due_date=TODAY + n * DAY), TODAY, 7) for n in (-1, 7, 8)] == [True, True, False]
    begun = task(status=T.IN_PROGRESS, due_date=TODAY)
    assert not rules.is_at_risk(begun, TODAY, 7)
    assert rules.is_at_risk(begun, TODAY + DAY, 7)
    assert not rules.is_at_risk(task(status=T.DONE, due_date=TODAY - DAY), TODAY, 7)


WAYS = {(edge.source, edge.to) for edge in rules.MACHINE.edges}


class Machine(RuleBasedStateMachine):
    """A list under random steps: whatever a task becomes, the table of the machine has that way."""

    def __init__(self) -> None:
        super().__init__()
        self.list = tasks()
        self.number = 0

    def named(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from([each.id or "" for each in self.list.tasks]))

    def some(self, data: st.DataObject) -> tuple[str, ...]:
        known = [each.id or "" for each in self.list.tasks]
        return tuple(data.draw(st.lists(st.sampled_from(known), max_size=2, unique=True))) if known else ()

    @rule(data=st.data())
    def add(self, data: st.DataObject) -> None:
        self.number += 1
        self.list = rules.add(self.list, task(str(self.number), depends_on=self.some(data)))

    @precondition(lambda self: self.list.tasks)
    @rule(data=st.data(), step=st.sampled_from(["start", "finish", "waive", "reopen", "depend"]))
    def change(self, data: st.DataObject, step: str) -> None:
        id_ = self.named(data)
        steps = {
            "start": lambda: rules.start(self.list, id_, "p"), "finish": lambda: finish(self.list, id_),
            "waive": lambda: waive(self.list, id_), "reopen": lambda: rules.reopen(self.list, id_, MANAGER),
            "depend": lambda: rules.update(self.list, id_, {"depends_on": self.some(data)}),
        }  # fmt: skip
        before = {each.id: each.status for each in self.list.tasks}
        try:
            self.list = steps[step]()
        except Refused:
            return
        changed = {(before[each.id], each.status) for each in self.list.tasks if before[each.id] is not each.status}
        assert changed <= WAYS

    @invariant()
    def what_waits_is_blocked_and_nothing_else(self) -> None:
        done = {each.id for each in self.list.tasks if each.status in rules.DONE}
        for each in self.list.tasks:
            waits = not set(each.depends_on) <= done
            if each.status not in rules.DONE:
                assert (each.status is T.BLOCKED) == waits

    @invariant()
    def nothing_waits_for_itself(self) -> None:
        known = {each.id: set(each.depends_on) for each in self.list.tasks}
        while free := [id_ for id_, before in known.items() if not before & known.keys()]:
            known = {id_: before for id_, before in known.items() if id_ not in free}
        assert not known


class TestMachine(Machine.TestCase):
    settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


def test_what_waits_for_a_place_waits_for_the_task_there() -> None:
    raw = [{"task": "A", "status": "pending"}, {"task": "C", "status": "todo", "depends_on": ["#1"]}]
    assert [task.depends_on for task in rules.placed(raw)] == [(), ("#1",)]
    numbers = iter("xy")
    known = rules.listed(raw, lambda: next(numbers))
    assert [task.depends_on for task in known.tasks] == [(), ("x",)]
    assert isinstance(refusal(lambda: rules.start(known, "y", "product")), GatesFailed)
