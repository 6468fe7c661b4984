"""Products through the API: from an idea to sunset, with checks, scores and tasks on the way."""

from typing import Any

import pytest

from db import tables as t
from domain.enums import LaunchStatus
from domain.replay import Told, replay
from graph import ids
from tests.actions.calls import CHANGE, CHECK, CREATE, LAUNCH, SCORE, TASK_ADD, TASK_FINISH, TASK_WAIVE
from tests.actions.scene import Scene, done, refused, rows
from tests.make import Make
from tests.support import NOW, Graph

REASON = "the partner asked for it"


def control(result: str = "PASS", severity: str = "HIGH", id_: str = "LST-01") -> dict[str, Any]:
    return {"controlId": id_, "title": f"Control {id_}", "result": result, "severity": severity}


async def state(scene: Scene, product: str) -> Any:
    key = ids.decode(product)[1]
    return next(row for row in await rows(scene.engine, t.Product) if row.id == key)


async def launch(graph: Graph, product: str, to: str, **more: Any) -> dict[str, Any]:
    return await done(graph, LAUNCH.document, productId=product, to=to, **more)


async def test_the_way_to_market(scene: Scene) -> None:
    editor, manager = scene.as_(scene.editor), scene.as_(scene.manager)
    product = (await done(editor, CREATE.document, companyId=scene.company_id, name="Fresh"))["product"]["id"]
    on = {"productId": product}
    assert (await launch(editor, product, "DEVELOPMENT"))["move"] == "FORWARD"
    error = await refused(editor, LAUNCH.document, **on, to="PRE_LAUNCH")
    assert [gate["code"] for gate in error["gates"]] == ["TARGET_DATE", "MARKETPLACE_TYPE"]
    await done(editor, CHANGE.document, **on, targetLaunchDate="2026-09-01", marketplaceType="saas")
    await launch(editor, product, "PRE_LAUNCH")
    error = await refused(editor, LAUNCH.document, **on, to="GA")
    assert [gate["code"] for gate in error["gates"]] == ["PRODUCT_CODE", "READINESS", "COMPLIANCE_FRESH"]
    await done(editor, CHANGE.document, **on, awsProductCode="prod-fresh-1")
    await done(editor, SCORE.document, **on, score=88)
    await done(editor, CHECK.document, companyId=scene.company_id, **on, reportType="listing", items=[control()])
    first = (await done(editor, TASK_ADD.document, **on, task="Draw the logo"))["task"]["id"]
    second = (await done(editor, TASK_ADD.document, **on, task="Show it", dependsOn=[first]))["task"]["id"]
    error = await refused(editor, LAUNCH.document, **on, to="GA")
    assert [gate["code"] for gate in error["gates"]] == ["TASKS"]
    assert error["gates"][0]["fix"] == {"mutation": "taskFinish", "args": {**on, "taskId": first}}
    await done(editor, TASK_FINISH.document, **on, taskId=first)
    await done(manager, TASK_WAIVE.document, **on, taskId=second, reason="Everybody has seen it")
    await launch(editor, product, "GA")
    stored = await state(scene, product)
    assert (stored.launch_status, str(stored.listing_live_date)) == (LaunchStatus.GA, "2026-06-15")
    told = [row for row in await rows(scene.engine, t.JourneyEvent) if row.product_id == stored.id]
    codes = [row.event_data.get("code") for row in told if row.event_type == "milestone_achieved"]
    assert codes == ["product_development", "product_pre_launch", "product_ga"]
    assert [row.event_type for row in told].count("listing_published") == 1
    assert (await refused(editor, CHANGE.document, **on, awsProductCode="prod-2"))["code"] == "CODE_IS_FINAL"


async def test_going_back_takes_back_what_was_reached(scene: Scene, make: Make) -> None:
    editor = scene.as_(scene.editor)
    product = (await done(editor, CREATE.document, companyId=scene.company_id, name="Fresh"))["product"]["id"]
    await launch(editor, product, "DEVELOPMENT")
    await launch(editor, product, "IDEATION", reason=REASON)
    told = [
        row.event_data for row in await rows(scene.engine, t.JourneyEvent) if row.event_type == "milestone_achieved"
    ]
    assert [(each["code"], each["revoked"]) for each in told] == [
        ("product_development", False), ("product_development", True), ("product_ideation", False)
    ]  # fmt: skip


ROUND = [
    ("development", "pre_launch", "development", "pre_launch"),
    ("ga", "growth", "mature", "growth", "mature", "growth"),
]


@pytest.mark.parametrize("way", ROUND, ids="-".join)
async def test_a_milestone_that_stands_is_not_told_again(scene: Scene, make: Make, way: tuple[str, ...]) -> None:
    begin, *steps = map(LaunchStatus, way)
    today = NOW.date()
    product = await make.product(
        scene.company, launch_status=begin, target_launch_date=today, marketplace_type="saas", listing_live_date=today
    )
    await make.row(
        t.MarketplaceEntitlement(company_id=scene.company.id, product_id=product.id, status="active", created_at=NOW)
    )
    reached = {"code": f"product_{begin}"}
    await make.event(
        scene.company, scene.owner, product_id=product.id, event_type="milestone_achieved", event_data=reached
    )
    id_, seen = ids.encode("Product", product.id), 1
    for status in steps:
        assert (await launch(scene.as_(scene.editor), id_, status.name, reason=REASON))["event"] is not None
        told = [row for row in await rows(scene.engine, t.JourneyEvent) if row.product_id == product.id]
        assert len(told) > seen, "each move is told"
        seen = len(told)
        standing = await standing_of(scene, id_)
        assert standing == {f"product_{each}" for each in way[: way.index(status) + 1]}
    for code in {row.event_data["code"] for row in told}:
        revoked = [row.event_data.get("revoked", False) for row in told if row.event_data["code"] == code]
        assert revoked == [bool(place % 2) for place in range(len(revoked))]
    taken_back = [row.event_data for row in told if row.event_data.get("revoked")]
    assert {each["reason"] for each in taken_back} == {REASON}
    replayed = replay(Told(row.event_type, row.product_id, None, None, row.event_data, row.created_at) for row in told)
    assert replayed.milestones == {(product.id, code) for code in standing}


async def standing_of(scene: Scene, product: str) -> set[str]:
    document = "query($id: ID!) { company(id: $id) { milestones { code revoked product { id } } } }"
    found = (await scene.as_(scene.editor).data(document, id=scene.company_id))["company"]["milestones"]
    return {each["code"] for each in found if not each["revoked"] and each["product"] == {"id": product}}


async def test_a_move_back_of_which_nothing_was_told_is_told(scene: Scene, make: Make) -> None:
    product = await make.product(scene.company, launch_status=LaunchStatus.PRE_LAUNCH)
    reached = {"code": "product_development"}
    await make.event(
        scene.company, scene.owner, product_id=product.id, event_type="milestone_achieved", event_data=reached
    )
    id_ = ids.encode("Product", product.id)
    assert (await launch(scene.as_(scene.editor), id_, "DEVELOPMENT", reason=REASON))["event"] is not None
    assert await standing_of(scene, id_) == {"product_development"}


async def test_what_was_sunset_keeps_its_code_and_nobody_says_it_was_listed(scene: Scene, make: Make) -> None:
    product = await make.product(scene.company, launch_status=LaunchStatus.SUNSET, aws_product_code="prod-1")
    on = {"productId": ids.encode("Product", product.id), "awsProductCode": "prod-2"}
    error = await refused(scene.as_(scene.editor), CHANGE.document, **on)
    assert (error["code"], "listed" in error["message"]) == ("CODE_IS_FINAL", False)


async def test_a_product_with_customers_is_sunset_knowingly(scene: Scene) -> None:
    [product] = [row for row in await rows(scene.engine, t.Product) if row.company_id == scene.company.id]
    on, editor = {"productId": ids.encode("Product", product.id), "to": "SUNSET", "reason": REASON}, scene.editor
    for said in ({}, {"acknowledgeActiveEntitlements": 2}):
        forced = await refused(scene.as_(scene.manager), LAUNCH.document, **on, **said, force=True)
        error = await refused(scene.as_(editor), LAUNCH.document, **on, **said)
        assert forced["gates"] == error["gates"]
        assert error["gates"][0]["fix"]["args"]["acknowledgeActiveEntitlements"] == 1
    made = await done(scene.as_(editor), LAUNCH.document, **on, acknowledgeActiveEntitlements=1)
    assert made["move"] == "SUNSET"
    error = await refused(scene.as_(editor), LAUNCH.document, productId=on["productId"], to="DEVELOPMENT", reason="x")
    assert error["code"] == "NO_SUCH_MOVE"


async def test_nobody_acknowledges_customers_that_are_not_there(scene: Scene, make: Make) -> None:
    product = await make.product(scene.company, launch_status=LaunchStatus.GA)
    on = {"productId": ids.encode("Product", product.id), "to": "SUNSET", "reason": REASON}
    for said in (5, -1):
        error = await refused(scene.as_(scene.editor), LAUNCH.document, **on, acknowledgeActiveEntitlements=said)
        assert error["gates"][0]["fix"]["args"]["acknowledgeActiveEntitlements"] == 0
    await launch(scene.as_(scene.editor), on["productId"], "SUNSET", reason=REASON, acknowledgeActiveEntitlements=0)


async def test_an_agent_asks_before_customers_see_it(scene: Scene, make: Make) -> None:
    product = await make.product(scene.company, launch_status=LaunchStatus.GROWTH)
    on = {"productId": ids.encode("Product", product.id), "to": "SUNSET", "reason": REASON, "idempotencyKey": "k"}
    error = await refused(scene.agent, LAUNCH.document, **on)
    assert (error["__typename"], error["approval"]["status"]) == ("ApprovalRequired", "PENDING")
    assert (await state(scene, on["productId"])).launch_status is LaunchStatus.GROWTH


async def test_a_code_is_one_of_a_kind_and_nobody_learns_whose(scene: Scene, make: Make) -> None:
    await make.product(await make.company(), aws_product_code="prod-theirs")
    product = await make.product(scene.company)
    on = {"productId": ids.encode("Product", product.id)}
    error = await refused(scene.as_(scene.editor), CHANGE.document, **on, awsProductCode="prod-theirs")
    assert (error["code"], error["current"], error["actual"]) == ("CODE_IN_USE", None, None)


async def test_a_check_blocks_and_only_a_check_frees(scene: Scene, make: Make) -> None:
    product = await make.product(scene.company)
    editor, on = scene.as_(scene.editor), {"productId": ids.encode("Product", product.id)}
    base = {"companyId": scene.company_id, **on, "reportType": "listing"}
    failed = [control("FAIL"), control("FAIL", "LOW", "LST-02"), control("FAIL", "CRITICAL", "LST-03")]
    made = await done(editor, CHECK.document, **base, items=failed)
    assert len(made["opened"]) == 2
    # Two findings, and a blocker for each.
    assert (await state(scene, on["productId"])).blocking_issues_count == 4
    again = await done(editor, CHECK.document, **base, items=failed)
    assert (again["opened"], again["resolved"]) == ([], [])
    passed = await done(editor, CHECK.document, **base, items=[control(), control("PASS", "LOW", "LST-02"), failed[2]])
    assert passed["resolved"] == made["opened"][:1]
    assert (await state(scene, on["productId"])).blocking_issues_count == 2
    items = [row for row in await rows(scene.engine, t.ComplianceReportItem) if row.control_id == "LST-01"]
    assert {row.state for row in items} == {"verified"}
    back = await done(editor, CHECK.document, **base, items=[control("FAIL"), failed[2]])
    assert back["opened"] == made["opened"][:1]
    document = "query($id: ID!) { company(id: $id) { blockers(status: OPEN) { id reopenedCount source } } }"
    found = (await editor.data(document, id=scene.company_id))["company"]["blockers"]
    assert [each for each in found if each["id"] in back["opened"]] == [
        {"id": back["opened"][0], "reopenedCount": 1, "source": "COMPLIANCE"}
    ]


async def test_a_dry_run_of_a_check_leaves_nothing(scene: Scene) -> None:
    made = await done(scene.as_(scene.editor), CHECK.document, **await CHECK.ready(scene), dryRun=True)
    assert (made["changed"], made["report"], made["event"]) == (True, None, None)
    assert await rows(scene.engine, t.ComplianceReportItem) == []
