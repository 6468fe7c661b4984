"""Checks and the blockers of what they found: how grave it is, who frees it, and what is counted."""

from typing import Any

from db import tables as t
from graph import ids
from tests.actions.calls import ADD, CHECK, UPDATE
from tests.actions.scene import Scene, done, refused, rows
from tests.actions.test_event_log import verified
from tests.actions.test_products import control, state
from tests.make import Make


async def checked(scene: Scene, product: str, *severities: str) -> list[Any]:
    """The blockers of a control that fails again and again, with these severities."""
    base = {"companyId": scene.company_id, "productId": product, "reportType": "listing"}
    for severity in severities:
        await done(scene.as_(scene.editor), CHECK.document, **base, items=[control("FAIL", severity)])
    [company] = [row for row in await rows(scene.engine, t.Company) if row.id == scene.company.id]
    return [(each["severity"], each["status"]) for each in company.blockers["discovery"]]


async def test_what_is_open_is_as_grave_as_the_latest_check_says(scene: Scene, make: Make) -> None:
    product = ids.encode("Product", (await make.product(scene.company)).id)
    assert await checked(scene, product, "HIGH", "HIGH", "CRITICAL") == [("critical", "open")]
    told = [row.event_data for row in await rows(scene.engine, t.JourneyEvent) if row.event_type == "blocker_added"]
    assert [(each["severity"], each["updated"]) for each in told] == [("high", False), ("critical", True)]
    assert (await state(scene, product)).blocking_issues_count == 2
    assert await checked(scene, product, "LOW") == [("low", "open")]
    assert ((await state(scene, product)).blocking_issues_count, (await verified(scene))["agrees"]) == (0, True)


async def test_what_comes_back_is_as_grave_as_the_check_says(scene: Scene, make: Make) -> None:
    product = ids.encode("Product", (await make.product(scene.company)).id)
    base = {"companyId": scene.company_id, "productId": product, "reportType": "listing"}
    assert await checked(scene, product, "HIGH") == [("high", "open")]
    await done(scene.as_(scene.editor), CHECK.document, **base, items=[control()])
    assert await checked(scene, product, "CRITICAL") == [("critical", "open")]
    assert (await verified(scene))["agrees"]


async def test_nobody_makes_a_finding_less_grave_by_hand(scene: Scene, make: Make) -> None:
    product = ids.encode("Product", (await make.product(scene.company)).id)
    base = {"companyId": scene.company_id, "productId": product, "reportType": "listing"}
    [blocker] = (await done(scene.as_(scene.editor), CHECK.document, **base, items=[control("FAIL")]))["opened"]
    on = {"companyId": scene.company_id, "blockerId": blocker, "title": "Other words"}
    for graph in (scene.as_(scene.editor), scene.as_(scene.manager), scene.agent):
        error = await refused(graph, UPDATE.document, **on, severity="LOW", idempotencyKey="k")
        assert [gate["fix"]["mutation"] for gate in error["gates"]] == ["complianceCheckRecord"]
        assert (error["code"], error["path"]) == ("GATES_FAILED", ["severity"])
    assert (await done(scene.as_(scene.editor), UPDATE.document, **on))["changed"]


async def test_words_for_a_control_are_not_taken_for_what_a_check_finds(scene: Scene, make: Make) -> None:
    product = await make.product(scene.company)
    editor, on = (
        scene.as_(scene.editor),
        {"companyId": scene.company_id, "productId": ids.encode("Product", product.id)},
    )
    words = {"code": "control_LST-01", "title": "Somebody's", "severity": "LOW"}
    mine = (await done(editor, ADD.document, **on, **words))["blocker"]["id"]
    made = await done(editor, CHECK.document, **on, reportType="listing", items=[control("FAIL")])
    assert len(made["opened"]) == 1
    assert mine not in made["opened"]
