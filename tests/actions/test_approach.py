"""companyRequestChecks and Product.complianceDue."""

from datetime import date, timedelta

from db import tables as t
from domain.enums import EventType, LaunchStatus
from graph import ids
from tests.actions.calls import CHANGE, CHECK, NEAR
from tests.actions.scene import Scene, done, rows
from tests.support import NOW

DUE = "query Due($id: ID!) { product(id: $id) { complianceDue { thresholdDays targetDate daysLeft } } }"


async def test_a_check_is_asked_for_once_until_the_date_moves(scene: Scene) -> None:
    product = await scene.make.product(
        scene.company, launch_status=LaunchStatus.PRE_LAUNCH, target_launch_date=date(2026, 6, 25)
    )
    id_, on = ids.encode("Product", product.id), {"companyId": scene.company_id}
    editor, found = scene.as_(scene.editor), {"thresholdDays": 14, "targetDate": "2026-06-25", "daysLeft": 10}
    assert (await editor.data(DUE, id=id_))["product"]["complianceDue"] == found
    made = await done(scene.agent, NEAR.document, **on, idempotencyKey="1")
    assert (made["changed"], made["due"]) == (True, [{"thresholdDays": 14, "product": {"id": id_}}])
    again = await done(editor, NEAR.document, **on)
    assert (again["changed"], again["due"], again["event"]) == (False, [], None)
    await done(editor, CHANGE.document, productId=id_, targetLaunchDate="2026-06-24")
    assert (await done(editor, NEAR.document, **on))["changed"]
    told = [row for row in await rows(scene.engine, t.JourneyEvent) if row.event_type == EventType.COMPLIANCE_CHECK]
    assert [(row.product_id, row.event_data["trigger"], row.event_data["target_date"]) for row in told] == [
        (product.id, "launch_approaching", "2026-06-25"), (product.id, "launch_approaching", "2026-06-24"),
    ]  # fmt: skip


async def test_a_check_that_was_made_is_enough(scene: Scene) -> None:
    ready = await CHECK.ready(scene)
    product = await scene.make.product(
        scene.company, launch_status=LaunchStatus.PRE_LAUNCH, target_launch_date=date(2026, 6, 20)
    )
    id_, editor = ids.encode("Product", product.id), scene.as_(scene.editor)
    await done(editor, CHECK.document, **{**ready, "productId": id_})
    assert (await editor.data(DUE, id=id_))["product"]["complianceDue"] is None
    assert not (await done(editor, NEAR.document, companyId=scene.company_id))["changed"]


async def test_a_date_that_is_moved_nearer_asks_for_a_check(scene: Scene) -> None:
    product = await scene.make.product(
        scene.company, launch_status=LaunchStatus.PRE_LAUNCH, target_launch_date=date(2026, 12, 1),
        last_compliance_check_at=NOW - timedelta(days=8),
    )  # fmt: skip
    id_, editor = ids.encode("Product", product.id), scene.as_(scene.editor)
    assert (await editor.data(DUE, id=id_))["product"]["complianceDue"] is None
    await done(editor, CHANGE.document, productId=id_, targetLaunchDate="2026-06-19")
    assert (await editor.data(DUE, id=id_))["product"]["complianceDue"]["thresholdDays"] == 7
    assert (await done(editor, NEAR.document, companyId=scene.company_id))["changed"]
