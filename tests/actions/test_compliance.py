"""Checks and the blockers of what they found: how grave it is, who frees it, and what is counted."""

import random
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from db import tables as t
from graph import ids
from tests.actions.calls import ADD, BLOCKER, CHECK, REOPEN, UPDATE, WAIVE
from tests.actions.recounting import recounted
from tests.actions.scene import Scene, done, refused, rows
from tests.actions.test_event_log import verified
from tests.actions.test_products import control, state
from tests.make import Make
from tests.support import NOW


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


async def findings(scene: Scene, control_id: str = "LST-01") -> list[str]:
    """The states of a control's items, oldest report first."""
    return [row.state for row in await rows(scene.engine, t.ComplianceReportItem) if row.control_id == control_id]


async def test_a_waiver_frees_the_product_until_the_blocker_is_open_again(scene: Scene, make: Make) -> None:
    product = ids.encode("Product", (await make.product(scene.company)).id)
    base = {"companyId": scene.company_id, "productId": product, "reportType": "listing"}
    failed = [control("FAIL"), control("FAIL", "CRITICAL", "LST-02")]
    for _ in range(2):
        made = await done(scene.as_(scene.editor), CHECK.document, **base, items=failed)
    [company] = [row for row in await rows(scene.engine, t.Company) if row.id == scene.company.id]
    on = {"companyId": scene.company_id, "blockerId": company.blockers["discovery"][0]["id"], "reason": "not for us"}
    assert (made["opened"], (await state(scene, product)).blocking_issues_count) == ([], 4)
    assert (await refused(scene.as_(scene.editor), WAIVE.document, **on))["code"] == "MANAGER_REQUIRED"
    await done(scene.as_(scene.manager), WAIVE.document, **on, dryRun=True)
    assert await findings(scene) == ["open", "open"]
    waived = await done(scene.as_(scene.manager), WAIVE.document, **on)
    assert waived["company"]["version"] == company.version + 1
    assert (await findings(scene), (await state(scene, product)).blocking_issues_count) == (["open", "waived"], 2)
    await done(scene.as_(scene.editor), CHECK.document, **base, items=failed)
    assert (await findings(scene), (await state(scene, product)).blocking_issues_count) == (
        ["open", "waived", "waived"], 2,
    )  # fmt: skip
    assert (await refused(scene.as_(scene.editor), REOPEN.document, **on))["code"] == "MANAGER_REQUIRED"
    await done(scene.as_(scene.manager), REOPEN.document, **on)
    assert (await findings(scene), (await state(scene, product)).blocking_issues_count) == (
        ["open", "waived", "open"], 4,
    )  # fmt: skip
    assert await findings(scene, "LST-02") == ["open"] * 3


@pytest.mark.parametrize("type_", ["compliance_control", "compliance_report_item"])
async def test_only_the_findings_of_a_waived_blocker_are_waived(scene: Scene, make: Make, type_: str) -> None:
    """Of the same control: not those of another type, another product, or what somebody has said of it."""
    products = [await make.product(scene.company) for _ in range(2)]
    items = []
    for number, (product, kind) in enumerate([(products[0], "a:b"), (products[0], "a"), (products[1], "a:b")]):
        report = t.ComplianceReport(company_id=scene.company.id, product_id=product.id, report_type=kind,
                                    status="failed", created_at=NOW + timedelta(hours=number))  # fmt: skip
        row = t.ComplianceReportItem(compliance_report_id=(await make.row(report)).id, control_id="C", result="FAIL",
                                     severity="high", created_at=NOW)  # fmt: skip
        items.append(await make.row(row))
    id_ = f"{products[0].id}:a:b:C" if type_ == "compliance_control" else str(items[0].id)
    base = {**BLOCKER, "product_id": products[0].id, "source_ref": {"type": type_, "id": id_}}
    blockers = {"discovery": [{**base, "source": "compliance"}, {**base, "id": "said", "source": "user"}]}
    async with scene.engine.begin() as connection:
        await connection.execute(update(t.Company).where(t.Company.id == scene.company.id).values(blockers=blockers))
    for blocker, states in (("said", [None] * 3), ("old", ["waived", None, None])):
        on = {"companyId": scene.company_id, "blockerId": blocker, "reason": "not for us"}
        await done(scene.as_(scene.manager), WAIVE.document, **on)
        assert await findings(scene, "C") == states


@pytest.mark.parametrize("seed", [1, 2])
async def test_the_count_is_right_whatever_checks_and_managers_do(scene: Scene, make: Make, seed: int) -> None:
    dice, known = random.Random(seed), list[str]()
    product = await make.product(scene.company)
    base = {"companyId": scene.company_id, "productId": ids.encode("Product", product.id)}
    manager, seen = scene.as_(scene.manager), set[int]()
    for _ in range(25):
        action = dice.choice((CHECK, CHECK, WAIVE, REOPEN)) if known else CHECK
        if action is CHECK:
            items = [
                control(
                    dice.choice(("FAIL", "FAIL", "PASS", "EXEMPTION")), dice.choice(("CRITICAL", "HIGH", "LOW")), id_
                )
                for id_ in ("LST-01", "LST-02")
            ]
            of = dice.choice(("listing", "ftr"))
            known += (await done(manager, CHECK.document, **base, reportType=of, items=items))["opened"]
        else:
            on = {"companyId": scene.company_id, "blockerId": dice.choice(known), "reason": "x"}
            await manager.data(action.document, input=on)
        stored = next(row for row in await rows(scene.engine, t.Product) if row.id == product.id)
        assert stored.blocking_issues_count == await recounted(scene.engine, product.id)
        seen.add(stored.blocking_issues_count)
    assert (len(seen) > 2, (await verified(scene))["agrees"]) == (True, True)


async def test_an_agents_report_frees_nothing_but_what_passes(scene: Scene, make: Make) -> None:
    product = ids.encode("Product", (await make.product(scene.company)).id)
    base = {"companyId": scene.company_id, "productId": product, "reportType": "listing"}
    await done(scene.as_(scene.editor), CHECK.document, **base, items=[control("FAIL", "CRITICAL")])
    exempt = [control("FAIL", "CRITICAL"), control("EXEMPTION", "HIGH", "LST-02")]
    error = await refused(scene.agent, CHECK.document, **base, items=exempt, idempotencyKey="1")
    assert (error["code"], error["path"]) == ("PERSON_REQUIRED", ["items", "1", "result"])
    await done(scene.agent, CHECK.document, **base, items=[control("FAIL", "LOW")], idempotencyKey="2")
    [company] = [row for row in await rows(scene.engine, t.Company) if row.id == scene.company.id]
    assert [(each["severity"], each["status"]) for each in company.blockers["discovery"]] == [("critical", "open")]
    await done(scene.agent, CHECK.document, **base, items=[control()], idempotencyKey="3")
    assert (await state(scene, product)).blocking_issues_count == 0
    await done(scene.as_(scene.editor), CHECK.document, **base, items=exempt[1:])


async def test_a_waiver_reaches_the_finding_that_stands(scene: Scene, make: Make) -> None:
    """The last report that looked at the control, whatever others have left out since."""
    product = ids.encode("Product", (await make.product(scene.company)).id)
    base = {"companyId": scene.company_id, "productId": product, "reportType": "listing"}
    [blocker] = (await done(scene.as_(scene.editor), CHECK.document, **base, items=[control("FAIL")]))["opened"]
    left_out = [control("NOT_EXECUTED"), control("PASS", "LOW", "LST-02")]
    await done(scene.as_(scene.editor), CHECK.document, **base, items=left_out)
    on, manager = {"companyId": scene.company_id, "blockerId": blocker, "reason": "no"}, scene.as_(scene.manager)
    for action, count in ((WAIVE, 0), (REOPEN, 2)):
        await done(manager, action.document, **on)
        assert (await state(scene, product)).blocking_issues_count == count


async def test_what_a_check_finds_is_never_too_much(scene: Scene) -> None:
    base = {"companyId": scene.company_id, "reportType": "listing"}
    items = [control("FAIL", "HIGH", f"C-{number}") for number in range(200)]
    await done(scene.as_(scene.editor), ADD.document, **await ADD.ready(scene))
    assert len((await done(scene.as_(scene.editor), CHECK.document, **base, items=items))["opened"]) == 200
    error = await refused(scene.as_(scene.editor), ADD.document, **{**await ADD.ready(scene), "code": "ONE_MORE"})
    assert error["code"] == "TOO_MANY_OPEN"
