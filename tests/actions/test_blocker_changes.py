"""blockerWaive, blockerReopen, blockerUpdate, milestones, and the count of what blocks a product."""

import random
from typing import Any

from db import tables as t
from graph import ids
from tests.actions.calls import ACHIEVE, ADD, REOPEN, RESOLVE, REVOKE, UPDATE, WAIVE
from tests.actions.recounting import recounted
from tests.actions.scene import Scene, done, refused, rows
from tests.make import Make

SHOWN = """
query Shown($id: ID!) { company(id: $id) {
  blockerSummary { open overdue reopened resolved waived oldestAgeDays meanHoursToResolve }
  criticalPath { id ageDays isOverdue } milestones(revoked: true) { code title revoked reason product { id }
    event { id ... on MilestoneAchievedEvent { data { code revoked } } } } standing: milestones { code } } }
"""


async def shown(scene: Scene) -> dict[str, Any]:
    return (await scene.as_(scene.viewer).data(SHOWN, id=scene.company_id))["company"]


async def add(scene: Scene, code: str, **values: Any) -> str:
    base = {**await ADD.ready(scene), "code": code, "title": code, **values}
    return (await done(scene.as_(scene.editor), ADD.document, **base))["blocker"]["id"]


async def test_the_life_of_a_blocker_in_its_events(scene: Scene) -> None:
    first = await add(scene, "FIRST", severity="HIGH")
    second = await add(scene, "SECOND", severity="CRITICAL", dueAt="2026-06-01T00:00:00Z")
    on = {"companyId": scene.company_id, "blockerId": second}
    editor, manager = scene.as_(scene.editor), scene.as_(scene.manager)
    await done(editor, UPDATE.document, **on, blockedBy=[first], title="Other words")
    assert [each["id"] for each in (await shown(scene))["criticalPath"]] == [first, second]
    error = await refused(editor, RESOLVE.document, **on, resolution="done")
    assert [gate["fix"]["args"]["blockerId"] for gate in error["gates"]] == [first]
    await done(manager, WAIVE.document, **on, reason="fine for now")
    await done(manager, REOPEN.document, **on, reason="it is not")
    await done(editor, RESOLVE.document, **on, resolution="done", cascade=True)
    told = [row for row in await rows(scene.engine, t.JourneyEvent) if row.event_data.get("blocker_id") == second]
    assert [(row.event_type, *map(row.event_data.get, ("updated", "reopened", "waived"))) for row in told] == [
        ("blocker_added", False, False, None), ("blocker_added", True, False, None),
        ("blocker_resolved", None, None, True), ("blocker_added", False, True, None),
        ("blocker_resolved", None, None, False),
    ]  # fmt: skip
    summary = (await shown(scene))["blockerSummary"]
    assert (summary["open"], summary["resolved"], summary["reopened"], summary["oldestAgeDays"]) == (0, 2, 1, None)


async def test_a_blocker_that_waits_for_itself_is_refused(scene: Scene) -> None:
    first = await add(scene, "FIRST")
    second = await add(scene, "SECOND", blockedBy=[first])
    on = {"companyId": scene.company_id, "blockerId": first}
    error = await refused(scene.as_(scene.editor), UPDATE.document, **on, blockedBy=[second], title="")
    assert [each["code"] for each in error["fieldErrors"]] == ["LENGTH", "CYCLE"]
    assert f"{first} → {second} → {first}" in error["message"]


async def test_nobody_opens_a_gate_by_lowering_a_severity(scene: Scene) -> None:
    on = {"companyId": scene.company_id, "blockerId": await add(scene, "FIRST", severity="HIGH")}
    lowered = {**on, "severity": "LOW", "idempotencyKey": "k"}
    error = await refused(scene.agent, UPDATE.document, **lowered)
    assert (error["__typename"], error["code"], error["path"]) == ("Forbidden", "PERSON_REQUIRED", ["severity"])
    assert (await done(scene.agent, UPDATE.document, **{**lowered, "severity": "CRITICAL"}))["changed"]
    assert (await done(scene.as_(scene.editor), UPDATE.document, **lowered))["changed"]


async def test_a_milestone_holds_once_until_it_is_taken_back(scene: Scene) -> None:
    product = await scene.make.product(scene.company)
    of_product = {"productId": ids.encode("Product", product.id)}
    graph, base = scene.as_(scene.editor), await ACHIEVE.ready(scene)
    made = await done(graph, ACHIEVE.document, **base, title="Kickoff held")
    again = await done(graph, ACHIEVE.document, **base)
    assert (again["changed"], again["event"]) == (False, made["event"])
    assert (await done(graph, ACHIEVE.document, **base, **of_product))["changed"]
    assert len((await shown(scene))["standing"]) == 2
    back = await done(graph, REVOKE.document, **base, reason="wrong partner")
    assert (await refused(graph, REVOKE.document, **base, reason="again"))["code"] == "NOT_FOUND"
    found = await shown(scene)
    assert [each["code"] for each in found["standing"]] == ["kickoff_held"]
    assert [
        (each["revoked"], each["reason"], each["event"]) for each in found["milestones"] if not each["product"]
    ] == [(True, "wrong partner", {**back["event"], "data": {"code": "kickoff_held", "revoked": True}})]
    assert (await done(graph, ACHIEVE.document, **base))["changed"]


async def test_the_count_of_what_blocks_a_product_is_always_right(scene: Scene, make: Make) -> None:
    product = await make.product(scene.company)
    report = await make.row(t.ComplianceReport(company_id=scene.company.id, product_id=product.id, status="failed",
                                               created_at=scene.company.created_at))  # fmt: skip
    for severity, state in (("high", "open"), ("critical", "verified"), ("critical", None), ("low", "open")):
        item = {"compliance_report_id": report.id, "result": "FAIL", "severity": severity, "state": state}
        await make.row(t.ComplianceReportItem(**item, created_at=scene.company.created_at))
    dice, known = random.Random(7), list[str]()
    manager, of_product = scene.as_(scene.manager), {"productId": ids.encode("Product", product.id)}
    for step in range(24):
        on = {"companyId": scene.company_id, "blockerId": dice.choice(known)} if known else {}
        action = dice.choice((ADD, RESOLVE, WAIVE, REOPEN, UPDATE)) if known else ADD
        if action is ADD:
            severity = dice.choice(("CRITICAL", "HIGH", "MEDIUM"))
            known.append(await add(scene, f"CODE{step}", severity=severity, **of_product))
        else:
            words = {"blockerResolve": {"resolution": "x"}, "blockerUpdate": {"severity": dice.choice(("HIGH", "LOW"))}}
            await manager.data(action.document, input={**on, **words.get(action.name, {"reason": "x"})})
        stored = next(row for row in await rows(scene.engine, t.Product) if row.id == product.id)
        assert stored.blocking_issues_count == await recounted(scene.engine, product.id) >= 2
