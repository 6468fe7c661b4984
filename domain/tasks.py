"""Prerequisite tasks of a product: the list, what may be done to an entry, and what waits for what."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from domain.actors import Actor
from domain.documents import PrerequisiteTask
from domain.enums import TaskStatus, TriggeredBy
from domain.machines import Edge, Machine
from domain.refusals import (
    Conflict,
    FieldError,
    Fix,
    Forbidden,
    Gate,
    GatesFailed,
    GateStatus,
    Refused,
    invalid,
    line,
    not_found,
)
from domain.task_documents import read_task

T = TaskStatus
DONE = frozenset({T.DONE, T.WAIVED})
LONGEST_TASK, LONGEST_REASON, MOST = 200, 2000, 200
MACHINE = Machine(
    "Prerequisite tasks of a product",
    "A task is blocked while one that it depends on is neither done nor waived, and becomes free by itself: then it "
    "is to be begun again, if it was. One that was blocked by hand may be begun and finished, while nothing that it "
    "depends on is open.",
    T.TODO,
    (
        Edge(T.TODO, T.BLOCKED, "one it depends on is open"),
        Edge(T.IN_PROGRESS, T.BLOCKED, "one it depends on is open"),
        Edge(T.BLOCKED, T.TODO, "all it depends on are done or waived"),
        Edge(T.BLOCKED, T.IN_PROGRESS, "taskStart, if blocked by hand"),
        Edge(T.BLOCKED, T.DONE, "taskFinish, if blocked by hand"),
        Edge(T.TODO, T.IN_PROGRESS, "taskStart"),
        Edge(T.TODO, T.DONE, "taskFinish"),
        Edge(T.IN_PROGRESS, T.DONE, "taskFinish"),
        Edge(T.TODO, T.WAIVED, "taskWaive, manager and reason"),
        Edge(T.BLOCKED, T.WAIVED, "taskWaive, manager and reason"),
        Edge(T.IN_PROGRESS, T.WAIVED, "taskWaive, manager and reason"),
        Edge(T.DONE, T.TODO, "taskReopen"),
        Edge(T.DONE, T.BLOCKED, "taskReopen, one it depends on is open"),
        Edge(T.WAIVED, T.TODO, "taskReopen, manager"),
        Edge(T.WAIVED, T.BLOCKED, "taskReopen, manager, one it depends on is open"),
    ),
)


@dataclass(frozen=True, slots=True)
class TaskList:
    """The document as it lies there, in which each task has an id; what is no task keeps its place."""

    entries: tuple[Any, ...]
    changed: tuple[str, ...] = field(default=(), compare=False)

    @property
    def tasks(self) -> list[PrerequisiteTask]:
        return [each for each in self.entries if isinstance(each, PrerequisiteTask)]

    def named(self, task_id: str) -> PrerequisiteTask:
        found = next((task for task in self.tasks if task.id == task_id), None)
        if found is None:
            raise not_found("taskId", "task of this product")
        return found

    def with_(self, new: PrerequisiteTask) -> "TaskList":
        """With the task in the place of the old one, or at the end; those that wait are blocked or freed."""
        known = any(task.id == new.id for task in self.tasks)
        entries = [new if isinstance(each, PrerequisiteTask) and each.id == new.id else each for each in self.entries]
        return TaskList(_settled(entries if known else [*entries, new]), (new.id or "",))

    def stored(self) -> list[Any]:
        return [each.stored() if isinstance(each, PrerequisiteTask) else each for each in self.entries]


def listed(raw: Any, new_id: Callable[[], str]) -> TaskList:
    """What lies in the column; tasks of the oldest form get an id."""
    entries = raw if isinstance(raw, list) else [] if raw is None else [raw]
    return _by_ids(_with_ids([read_task(entry) or entry for entry in entries], new_id))


def _by_ids(entries: Iterable[Any]) -> TaskList:
    """What waits for a place waits for the task that is there."""
    known = TaskList(tuple(entries))
    return TaskList(
        tuple(
            each.model_copy(update={"depends_on": ids_of(known, each.depends_on)})
            if isinstance(each, PrerequisiteTask) and each.depends_on
            else each
            for each in known.entries
        )
    )


def _with_ids(entries: Iterable[Any], new_id: Callable[[], str]) -> Iterator[Any]:
    """Of two with the same id, the later has none: a change of one would be a change of both."""
    known: set[str] = set()
    for entry in entries:
        if not isinstance(entry, PrerequisiteTask):
            yield entry
            continue
        named = entry if entry.id and entry.id not in known else entry.model_copy(update={"id": new_id()})
        known.add(named.id or "")
        yield named


def placed(raw: Any) -> list[PrerequisiteTask]:
    """For readers: a task of the oldest form goes by its place, as `#3`, until a write gives it an id."""
    entries = listed(raw, str).entries
    return [
        each if each.id else each.model_copy(update={"id": f"#{place}"})
        for place, each in enumerate(entries, start=1)
        if isinstance(each, PrerequisiteTask)
    ]


def id_of(tasks: TaskList, text: str) -> str:
    """The id itself, or of the task at a place: `#3` is the third one."""
    if text.startswith("#") and text[1:].isdecimal() and len(text) < 6:
        place = int(text[1:]) - 1
        entry = tasks.entries[place] if 0 <= place < len(tasks.entries) else None
        return entry.id or "" if isinstance(entry, PrerequisiteTask) else ""
    return text


def ids_of(tasks: TaskList, texts: Iterable[str]) -> tuple[str, ...]:
    """As `id_of`, of several, each once; what is at no place stays as it was said."""
    return tuple(dict.fromkeys(id_of(tasks, text) or text for text in texts))


def add(tasks: TaskList, task: PrerequisiteTask) -> TaskList:
    new = task.model_copy(update={"depends_on": ids_of(tasks, task.depends_on)})
    errors = _wrong(new, tasks)
    if len(tasks.tasks) >= MOST:
        errors.append(FieldError("productId", "TOO_MANY_TASKS", f"A product has at most {MOST} tasks."))
    if errors:
        raise invalid(*errors)
    return tasks.with_(new)


def update(tasks: TaskList, task_id: str, changes: Mapping[str, Any]) -> TaskList:
    """Changes the words, date, owner, gate, whether it is required, or what comes before it."""
    old = tasks.named(task_id)
    new = old.model_copy(update=dict(changes))
    if "depends_on" in changes:
        new = new.model_copy(update={"depends_on": ids_of(tasks, new.depends_on)})
    if old.depends_on and not new.depends_on and old.status is T.BLOCKED:
        new = new.model_copy(update={"status": T.TODO})
    if errors := _wrong(new, tasks):
        raise invalid(*errors)
    return tasks if new == old else tasks.with_(new)


def start(tasks: TaskList, task_id: str, product_ref: str) -> TaskList:
    task = tasks.named(task_id)
    if task.status is T.IN_PROGRESS:
        return tasks
    _check_open(task)
    _check_free(task, tasks, product_ref)
    return tasks.with_(task.model_copy(update={"status": T.IN_PROGRESS}))


def finish(tasks: TaskList, task_id: str, product_ref: str, actor: Actor, now: datetime) -> TaskList:
    task = tasks.named(task_id)
    if task.status is T.DONE:
        return tasks
    _check_open(task)
    _check_free(task, tasks, product_ref)
    return tasks.with_(task.model_copy(update={"status": T.DONE, "done_at": now, "done_by": actor.user_id}))


def waive(tasks: TaskList, task_id: str, reason: str, actor: Actor, now: datetime) -> TaskList:
    task = tasks.named(task_id)
    _check_manager(actor, "Only a person with the role manager or admin waives a task.")
    words = _reason(reason)
    if task.status is T.WAIVED:
        return tasks
    _check_open(task)
    changes = {"status": T.WAIVED, "waiver_reason": words, "done_at": now, "done_by": actor.user_id}
    return tasks.with_(task.model_copy(update=changes))


def reopen(tasks: TaskList, task_id: str, actor: Actor) -> TaskList:
    task = tasks.named(task_id)
    if task.status not in DONE:
        return tasks
    if task.status is T.WAIVED:
        _check_manager(actor, "A manager has waived it: only a manager opens it again.")
    if actor.kind is TriggeredBy.AGENT:
        message = "An agent does not open a task again: ask a person who may write the company."
        raise Refused(Forbidden(message, "PERSON_REQUIRED", ("taskId",)))
    return tasks.with_(
        task.model_copy(update={"status": T.TODO, "done_at": None, "done_by": None, "waiver_reason": None})
    )


def is_overdue(task: PrerequisiteTask, today: date) -> bool:
    return task.status not in DONE and task.due_date is not None and task.due_date < today


def is_at_risk(task: PrerequisiteTask, today: date, days: int) -> bool:
    """Overdue, or due within so many days and not begun."""
    if task.status in DONE or task.due_date is None:
        return False
    return (task.due_date - today).days <= days and (task.status is not T.IN_PROGRESS or is_overdue(task, today))


def _settled(entries: list[Any]) -> tuple[Any, ...]:
    done = {each.id for each in entries if isinstance(each, PrerequisiteTask) and each.status in DONE}
    known = {each.id for each in entries if isinstance(each, PrerequisiteTask)}

    def settled(entry: Any) -> Any:
        # What nobody waits for was blocked by hand, and stays so.
        if not isinstance(entry, PrerequisiteTask) or not entry.depends_on or entry.status in DONE:
            return entry
        waits = any(id_ in known and id_ not in done for id_ in entry.depends_on)
        if waits:
            return entry.model_copy(update={"status": T.BLOCKED})
        return entry.model_copy(update={"status": T.TODO}) if entry.status is T.BLOCKED else entry

    return tuple(settled(entry) for entry in entries)


def _check_open(task: PrerequisiteTask) -> None:
    if task.status in DONE:
        message = f"It is {task.status.value}: `taskReopen` opens it again."
        raise Refused(Conflict(message, "TASK_CLOSED", ("taskId",), actual=task.status.name))


def _check_free(task: PrerequisiteTask, tasks: TaskList, product_ref: str) -> None:
    waiting = [each for each in tasks.tasks if each.id in task.depends_on and each.status not in DONE]
    if not waiting:
        return
    gates = tuple(
        Gate(
            "DEPENDS_ON", "Other tasks come first", GateStatus.FAIL, f"“{each.task}” is {each.status.value}.",
            Fix("taskFinish", {"productId": product_ref, "taskId": each.id}), (("prerequisite_task", each.id or ""),),
        )
        for each in waiting
    )  # fmt: skip
    message = f"{len(gates)} tasks come first: see `gates`."
    raise Refused(GatesFailed(message, "GATES_FAILED", ("taskId",), gates=gates))


def _check_manager(actor: Actor, message: str) -> None:
    if not actor.is_manager:
        raise Refused(Forbidden(message, "MANAGER_REQUIRED", ("taskId",)))


def _reason(text: str) -> str:
    words = text.strip()
    if not words or len(words) > LONGEST_REASON:
        message = f"Say in `reason` why it need not be done, in at most {LONGEST_REASON} characters."
        raise invalid(FieldError("reason", "REASON_REQUIRED", message))
    return words


def _wrong(task: PrerequisiteTask, tasks: TaskList) -> list[FieldError]:
    known = {each.id: each for each in tasks.tasks if each.id != task.id}
    errors = [*line("task", task.task, LONGEST_TASK)]
    if task.owner is not None:
        errors += line("owner", task.owner, LONGEST_TASK)
    missing = sorted(set(task.depends_on) - known.keys() - {task.id or ""})
    if missing:
        message = f"`dependsOn` names tasks that this product does not have: {', '.join(missing)}."
        errors.append(FieldError("dependsOn", "UNKNOWN_TASK", message))
    if path := _circle(task, known):
        errors.append(FieldError("dependsOn", "CYCLE", f"`dependsOn` would wait for itself: {' → '.join(path)}."))
    return errors


def _circle(task: PrerequisiteTask, known: Mapping[str | None, PrerequisiteTask]) -> list[str]:
    """The ids on the way from the task back to itself; empty when there is none."""
    came_from: dict[str, str] = {}
    todo = [task]
    while todo:
        current = todo.pop()
        for before in current.depends_on:
            if before == task.id:
                path = [current.id or ""]
                while path[-1] != task.id:
                    path.append(came_from[path[-1]])
                return [*reversed(path), before]
            if before in known and before not in came_from:
                came_from[before] = current.id or ""
                todo.append(known[before])
    return []
