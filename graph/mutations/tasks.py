"""taskAdd, taskStart, taskFinish, taskWaive, taskReopen and taskUpdate."""

from datetime import date
from typing import Annotated, Any

import strawberry

from actions.tasks import (
    AddTask,
    ChangeTask,
    UpdateTask,
    WaiveTask,
    add_task,
    finish_task,
    reopen_task,
    start_task,
    update_task,
    waive_task,
)
from db import tables as t
from db.base import table_of
from domain.enums import LaunchStatus
from domain.tasks import placed
from graph.fields import Info
from graph.mutations.inputs import Reading, dry_run, expected_version, given, idempotency_key, payload, run
from graph.mutations.products import ProductPayload
from graph.types.documents import PrerequisiteTask


@strawberry.input(description="Add something that a product needs before it may be launched.")
class TaskAddInput:
    product_id: strawberry.ID = strawberry.field(description="The product.")
    task: str = strawberry.field(description="What is to be done. 1 to 200 characters.")
    due_date: date | None = strawberry.field(default=None, description="When it should be done.")
    required: bool = strawberry.field(default=True, description="Whether a launch waits for it.")
    gate: LaunchStatus | None = strawberry.field(
        default=None, description="The status it must be done for: SOFT_LAUNCH, or GA. For GA when absent."
    )
    depends_on: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Ids of tasks of this product that come first, or places. At most 50."
    )
    owner: str | None = strawberry.field(default=None, description="Who does it. 1 to 200 characters.")
    expected_version: int | None = expected_version()
    idempotency_key: str | None = idempotency_key()
    dry_run: bool = dry_run()


def _task_id() -> Any:
    return strawberry.field(description="The task's `id`; of a task without one its place, as `#1`.")


@strawberry.input(description="Begin a task.")
class TaskStartInput:
    product_id: strawberry.ID = strawberry.field(description="The product.")
    task_id: strawberry.ID = _task_id()
    expected_version: int | None = expected_version()
    idempotency_key: str | None = idempotency_key()
    dry_run: bool = dry_run()


@strawberry.input(description="Say that a task is done.")
class TaskFinishInput:
    product_id: strawberry.ID = strawberry.field(description="The product.")
    task_id: strawberry.ID = _task_id()
    expected_version: int | None = expected_version()
    idempotency_key: str | None = idempotency_key()
    dry_run: bool = dry_run()


@strawberry.input(description="Open a task again that was done or waived.")
class TaskReopenInput:
    product_id: strawberry.ID = strawberry.field(description="The product.")
    task_id: strawberry.ID = _task_id()
    expected_version: int | None = expected_version()
    idempotency_key: str | None = idempotency_key()
    dry_run: bool = dry_run()


@strawberry.input(description="Decide that a task need not be done.")
class TaskWaiveInput:
    product_id: strawberry.ID = strawberry.field(description="The product.")
    task_id: strawberry.ID = _task_id()
    reason: str = strawberry.field(description="Why it need not be done. 1 to 2,000 characters.")
    expected_version: int | None = expected_version()
    idempotency_key: str | None = idempotency_key()
    dry_run: bool = dry_run()


@strawberry.input(description="Change a task. What is left out stays as it is; null empties what may be empty.")
class TaskUpdateInput:
    product_id: strawberry.ID = strawberry.field(description="The product.")
    task_id: strawberry.ID = _task_id()
    task: str | None = strawberry.field(
        default=strawberry.UNSET, description="What is to be done. 1 to 200 characters; not null."
    )
    due_date: date | None = strawberry.field(default=strawberry.UNSET, description="When it should be done.")
    required: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether a launch waits for it; not null."
    )
    gate: LaunchStatus | None = strawberry.field(
        default=strawberry.UNSET, description="The status it must be done for: SOFT_LAUNCH, or GA."
    )
    depends_on: list[strawberry.ID] | None = strawberry.field(
        default=strawberry.UNSET,
        description="Ids of tasks of this product that come first, or places: all of them, and no circle. At most 50.",
    )
    owner: str | None = strawberry.field(default=strawberry.UNSET, description="Who does it. 1 to 200 characters.")
    expected_version: int | None = expected_version()
    idempotency_key: str | None = idempotency_key()
    dry_run: bool = dry_run()


async def _task(self: Any, info: Info, source: strawberry.Parent[Any]) -> PrerequisiteTask | None:
    """Read back from the product's document, so that the payload shows what is stored."""
    if source.task_id is None:
        return None
    products = info.context.loaders.one(("task",), table_of(t.Product), "id", ("prerequisite_tasks", "id"))
    product = await products.load(source.product_id)
    found = () if product is None else placed(product.prerequisite_tasks)
    return next((task for task in found if task.id == source.task_id), None)  # type: ignore[return-value]


@strawberry.type
class TaskPayload(ProductPayload):
    """What the payloads of all changes to a task have: no type of the schema by itself."""

    task = strawberry.field(resolver=_task, description="The task; null when nothing was kept.")


@payload("The task that was added.")
class TaskAddPayload(TaskPayload):
    pass


@payload("The task that was begun.")
class TaskStartPayload(TaskPayload):
    pass


@payload("The task that is done.")
class TaskFinishPayload(TaskPayload):
    pass


@payload("The task that is open again.")
class TaskReopenPayload(TaskPayload):
    pass


@payload("The task that was waived.")
class TaskWaivePayload(TaskPayload):
    pass


@payload("The task as it is now.")
class TaskUpdatePayload(TaskPayload):
    pass


@strawberry.type
class TaskMutations:
    @strawberry.mutation(description="Add a task to what a product needs before its launch.")
    async def task_add(
        self, info: Info, input: Annotated[TaskAddInput, strawberry.argument(description="What to do.")]
    ) -> TaskAddPayload:
        reading = Reading()
        ask = AddTask(
            product_id=reading.key("Product", input.product_id, "productId"),
            task=input.task,
            due_date=input.due_date,
            required=input.required,
            gate=_gate(reading, input.gate),
            depends_on=reading.bounded(input.depends_on, "dependsOn"),
            owner=input.owner,
            expected_version=input.expected_version,
        )
        return await run(info, input, "taskAdd", reading, ask, add_task)

    @strawberry.mutation(description="Begin a task. One that waits for others is refused, and they are named.")
    async def task_start(
        self, info: Info, input: Annotated[TaskStartInput, strawberry.argument(description="What to do.")]
    ) -> TaskStartPayload:
        reading = Reading()
        return await run(info, input, "taskStart", reading, _change(reading, input), start_task)

    @strawberry.mutation(description="Finish a task, begun or not. Those that waited for it alone become free.")
    async def task_finish(
        self, info: Info, input: Annotated[TaskFinishInput, strawberry.argument(description="What to do.")]
    ) -> TaskFinishPayload:
        reading = Reading()
        return await run(info, input, "taskFinish", reading, _change(reading, input), finish_task)

    @strawberry.mutation(description="Open a task again: people do, and managers what was waived.")
    async def task_reopen(
        self, info: Info, input: Annotated[TaskReopenInput, strawberry.argument(description="What to do.")]
    ) -> TaskReopenPayload:
        reading = Reading()
        return await run(info, input, "taskReopen", reading, _change(reading, input), reopen_task)

    @strawberry.mutation(description="Waive a task: managers decide that it need not be done.")
    async def task_waive(
        self, info: Info, input: Annotated[TaskWaiveInput, strawberry.argument(description="What to do.")]
    ) -> TaskWaivePayload:
        reading = Reading()
        ask = WaiveTask(
            product_id=reading.key("Product", input.product_id, "productId"),
            task_id=input.task_id,
            reason=input.reason,
            expected_version=input.expected_version,
        )
        return await run(info, input, "taskWaive", reading, ask, waive_task)

    @strawberry.mutation(description="Change a task: its words, date, owner, and what comes first.")
    async def task_update(
        self, info: Info, input: Annotated[TaskUpdateInput, strawberry.argument(description="What to do.")]
    ) -> TaskUpdatePayload:
        reading = Reading()
        ask = UpdateTask(
            product_id=reading.key("Product", input.product_id, "productId"),
            task_id=input.task_id,
            changes=_named(reading, input),
            expected_version=input.expected_version,
        )
        return await run(info, input, "taskUpdate", reading, ask, update_task)


def _change(reading: Reading, input: TaskStartInput | TaskFinishInput | TaskReopenInput) -> ChangeTask:
    return ChangeTask(
        product_id=reading.key("Product", input.product_id, "productId"),
        task_id=input.task_id,
        expected_version=input.expected_version,
    )


def _gate(reading: Reading, gate: LaunchStatus | None) -> LaunchStatus | None:
    known = (None, LaunchStatus.SOFT_LAUNCH, LaunchStatus.GA)
    reading.check(gate in known, "gate", "NO_GATE", "`gate` is SOFT_LAUNCH or GA: tasks are looked at for these.")
    return gate


def _named(reading: Reading, input: TaskUpdateInput) -> dict[str, Any]:
    changes = given(input, "task", "due_date", "required", "gate", "owner")
    for name in ("task", "required"):
        reading.check(changes.get(name, ...) is not None, name, "NOT_NULL", f"`{name}` cannot be null.")
    _gate(reading, changes.get("gate"))
    if input.depends_on is not strawberry.UNSET:
        changes["depends_on"] = reading.bounded(input.depends_on, "dependsOn")
    return changes
