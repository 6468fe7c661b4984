"""Tasks that other software has written, through the API: they hold the gates, and go by their places."""

from typing import Any

import pytest

from db import tables as t
from domain.enums import LaunchStatus
from graph import ids
from tests.actions.calls import LAUNCH, TASK_ADD, TASK_FINISH, TASK_START, TASK_UPDATE
from tests.actions.scene import Scene, done, refused, rows

LISTED = "query($id: ID!) { product(id: $id) { prerequisiteTasks { id task status dueDate dependsOn } } }"


async def product_with(scene: Scene, *tasks: Any) -> str:
    made = await scene.make.product(
        scene.company, launch_status=LaunchStatus.PRE_LAUNCH, aws_product_code="prod-seed", launch_readiness_score=90,
        prerequisite_tasks=list(tasks),
    )  # fmt: skip
    return ids.encode("Product", made.id)


async def listed(scene: Scene, product: str) -> list[dict[str, Any]]:
    return (await scene.as_(scene.editor).data(LISTED, id=product))["product"]["prerequisiteTasks"]


@pytest.mark.parametrize("status", ["pending", "Blocked", "nearly", None])
async def test_a_status_that_is_not_known_holds_the_gate(scene: Scene, status: Any) -> None:
    entry = {"task": "Logo", "status": status, "due_date": "", "gate": "soft_launch", "note": "theirs"}
    product, editor = await product_with(scene, entry), scene.as_(scene.editor)
    on = {"productId": product}
    error = await refused(editor, LAUNCH.document, **on, to="SOFT_LAUNCH")
    assert [gate["code"] for gate in error["gates"]] == ["TASKS"]
    [found] = await listed(scene, product)
    assert (found["id"], found["task"], found["dueDate"]) == ("#1", "Logo", None)
    assert error["gates"][0]["fix"] == {"mutation": "taskFinish", "args": {**on, "taskId": "#1"}}
    assert [row.prerequisite_tasks for row in await rows(scene.engine, t.Product)][-1] == [entry]
    await done(editor, TASK_FINISH.document, **on, taskId="#1")
    [written] = [row.prerequisite_tasks for row in await rows(scene.engine, t.Product)][-1]
    assert (written["status"], written["note"]) == ("done", "theirs")
    assert (await done(editor, LAUNCH.document, **on, to="SOFT_LAUNCH"))["move"] == "FORWARD"


@pytest.mark.parametrize("status", ["done", "Done", "COMPLETED"])
async def test_what_is_done_in_other_words_is_done(scene: Scene, status: str) -> None:
    entry = {"task": "Logo", "status": status, "due_date": "", "gate": "soft_launch"}
    product = await product_with(scene, entry)
    assert [each["status"] for each in await listed(scene, product)] == ["DONE"]
    editor = scene.as_(scene.editor)
    again = await done(editor, TASK_FINISH.document, productId=product, taskId="#1")
    assert (again["changed"], again["task"]) == (False, {"id": "#1"})
    assert (await done(editor, LAUNCH.document, productId=product, to="SOFT_LAUNCH"))["move"] == "FORWARD"


async def test_a_place_is_taken_wherever_an_id_is(scene: Scene) -> None:
    product, editor = await product_with(scene, {"task": "A"}, {"task": "B"}), scene.as_(scene.editor)
    assert [each["id"] for each in await listed(scene, product)] == ["#1", "#2"]
    error = await refused(editor, TASK_ADD.document, productId=product, task="C", dependsOn=["#9"])
    assert error["code"] == "UNKNOWN_TASK"
    await done(editor, TASK_ADD.document, productId=product, task="C", dependsOn=["#1"])
    await done(editor, TASK_UPDATE.document, productId=product, taskId="#2", dependsOn=["#1"])
    first, second, third = await listed(scene, product)
    assert second["dependsOn"] == third["dependsOn"] == [first["id"]]
    assert (await refused(editor, TASK_START.document, productId=product, taskId="#3"))["code"] == "GATES_FAILED"
    assert (await done(editor, TASK_START.document, productId=product, taskId="#1"))["task"] == {"id": first["id"]}
