"""Prerequisite tasks of a product: the door to `products.prerequisite_tasks`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from actions.access import check_expected, product_for_writing
from actions.perform import Facts, Work
from db.opaque import global_id
from domain import tasks as rules
from domain.documents import PrerequisiteTask
from domain.enums import LaunchStatus
from domain.tasks import TaskList


@dataclass(frozen=True, slots=True)
class AddTask:
    product_id: int
    task: str
    due_date: date | None = None
    required: bool = True
    gate: LaunchStatus | None = None
    depends_on: tuple[str, ...] = ()
    owner: str | None = None
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class ChangeTask:
    """Starts, finishes or reopens."""

    product_id: int
    task_id: str
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class WaiveTask:
    product_id: int
    task_id: str
    reason: str
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class UpdateTask:
    """`changes` holds what was named, by the names of the document."""

    product_id: int
    task_id: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    expected_version: int | None = None


async def add_task(work: Work, ask: AddTask) -> Facts:
    """Facts of all of these: company_id, product_id, task_id, changed."""
    new = PrerequisiteTask(
        id=work.new_id(),
        task=ask.task.strip(),
        due_date=ask.due_date,
        required=ask.required,
        gate=ask.gate,
        depends_on=ask.depends_on,
        owner=ask.owner,
    )
    return await _changed(work, ask, new.id or "", lambda tasks, key, ref: rules.add(tasks, new))


async def start_task(work: Work, ask: ChangeTask) -> Facts:
    return await _changed(work, ask, ask.task_id, rules.start)


async def finish_task(work: Work, ask: ChangeTask) -> Facts:
    return await _changed(
        work, ask, ask.task_id, lambda tasks, key, ref: rules.finish(tasks, key, ref, work.actor, work.now)
    )


async def reopen_task(work: Work, ask: ChangeTask) -> Facts:
    return await _changed(work, ask, ask.task_id, lambda tasks, key, ref: rules.reopen(tasks, key, work.actor))


async def waive_task(work: Work, ask: WaiveTask) -> Facts:
    return await _changed(
        work, ask, ask.task_id, lambda tasks, key, ref: rules.waive(tasks, key, ask.reason, work.actor, work.now)
    )


async def update_task(work: Work, ask: UpdateTask) -> Facts:
    return await _changed(work, ask, ask.task_id, lambda tasks, key, ref: rules.update(tasks, key, ask.changes))


Ask = AddTask | ChangeTask | WaiveTask | UpdateTask
Change = Callable[[TaskList, str, str], TaskList]
"""Given the list, the task's id and the product's node id."""


async def _changed(work: Work, ask: Ask, task_id: str, change: Change) -> Facts:
    company, product = await product_for_writing(work, ask.product_id)
    check_expected("expectedVersion", ask.expected_version, product.version, "Product", product.id)
    before = rules.listed(product.prerequisite_tasks, work.new_id)
    key = rules.id_of(before, task_id)
    after = change(before, key, global_id("Product", product.id))
    changed = after != before
    if changed:
        product.prerequisite_tasks = after.stored()
        product.updated_at = work.now
    elif key not in {each.id for each in rules.placed(product.prerequisite_tasks)}:
        # The id that a write would have given it was not kept: it goes by its place.
        key = task_id
    return {"company_id": company.id, "product_id": product.id, "task_id": key, "changed": changed}
