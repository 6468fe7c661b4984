"""complianceCheckRecord: what was not looked at neither passes nor frees."""

import random
from typing import Any

from db import tables as t
from domain.enums import LaunchStatus
from graph import ids
from tests.actions.calls import CHECK, LAUNCH
from tests.actions.recounting import recounted
from tests.actions.scene import Scene, done, refused, rows

RESULTS, SEVERITIES = ("PASS", "FAIL", "NOT_EXECUTED", "EXEMPTION"), ("CRITICAL", "HIGH", "MEDIUM", "LOW")


def control(id_: str, result: str, severity: str = "HIGH") -> dict[str, Any]:
    return {"controlId": id_, "title": f"Control {id_}", "result": result, "severity": severity}


async def ready(scene: Scene) -> t.Product:
    """A product that only lacks its check."""
    return await scene.make.product(
        scene.company, launch_status=LaunchStatus.PRE_LAUNCH, aws_product_code="prod-new", launch_readiness_score=90
    )


async def check(scene: Scene, product: t.Product, *items: dict[str, Any], kind: str = "listing") -> dict[str, Any]:
    on = {"companyId": scene.company_id, "productId": ids.encode("Product", product.id), "reportType": kind}
    return await done(scene.as_(scene.editor), CHECK.document, **on, items=list(items))


async def stored(scene: Scene, product: t.Product) -> Any:
    return next(row for row in await rows(scene.engine, t.Product) if row.id == product.id)


async def closed(scene: Scene, product: t.Product) -> list[str]:
    """Codes of the gates that a launch is refused for; empty when it would be done."""
    on = {"productId": ids.encode("Product", product.id), "to": "GA", "dryRun": True}
    [found] = (await scene.as_(scene.editor).data(LAUNCH.document, input=on)).values()
    return [gate["code"] for error in found["errors"] for gate in error["gates"]]


async def test_a_check_that_looked_at_nothing_passes_nothing(scene: Scene) -> None:
    product = await ready(scene)
    await check(scene, product, control("LST-01", "NOT_EXECUTED"))
    report = (await rows(scene.engine, t.ComplianceReport))[-1]
    assert (report.status, report.score, report.valid_until) == ("incomplete", None, None)
    assert (await stored(scene, product)).last_compliance_check_at is None
    assert await closed(scene, product) == ["COMPLIANCE_FRESH"]
    await check(scene, product, control("LST-01", "PASS"))
    assert (await stored(scene, product)).last_compliance_check_at is not None
    assert await closed(scene, product) == []


async def test_what_failed_is_open_until_it_is_looked_at(scene: Scene) -> None:
    product = await ready(scene)
    failed = await check(scene, product, control("LST-01", "FAIL"), control("LST-02", "PASS"))
    for items in (
        [control("LST-01", "NOT_EXECUTED"), control("LST-02", "PASS")],
        [control("LST-02", "PASS")],
        [control("LST-01", "NOT_EXECUTED")],
    ):
        assert (await check(scene, product, *items))["resolved"] == []
        # The finding, and the blocker for it.
        assert (await stored(scene, product)).blocking_issues_count == 2
        assert "BLOCKING_ISSUES" in await closed(scene, product)
    await check(scene, product, control("LST-01", "PASS"), kind="other")
    assert (await stored(scene, product)).blocking_issues_count == 2
    assert (await check(scene, product, control("LST-01", "PASS")))["resolved"] == failed["opened"]
    assert (await stored(scene, product)).blocking_issues_count == 0
    assert await closed(scene, product) == []


async def test_a_critical_finding_that_was_not_looked_at_again_keeps_a_limited_listing_back(scene: Scene) -> None:
    product = await ready(scene)
    on = {"productId": ids.encode("Product", product.id), "to": "SOFT_LAUNCH"}
    await check(scene, product, control("LST-01", "FAIL", "CRITICAL"))
    await check(scene, product, control("LST-01", "NOT_EXECUTED", "CRITICAL"), control("LST-02", "PASS"))
    error = await refused(scene.as_(scene.editor), LAUNCH.document, **on)
    assert [(gate["code"], gate["detail"]) for gate in error["gates"]] == [
        ("NO_CRITICAL", "1 findings and 1 blockers are open and critical.")
    ]
    await check(scene, product, control("LST-01", "PASS", "CRITICAL"))
    assert (await done(scene.as_(scene.editor), LAUNCH.document, **on))["move"] == "FORWARD"


async def test_a_listing_waits_for_a_check_of_the_listing(scene: Scene) -> None:
    product = await ready(scene)
    await check(scene, product, control("C", "PASS"), kind="lunch menu")
    assert await closed(scene, product) == ["COMPLIANCE_FRESH"]
    await check(scene, product, control("C", "PASS"))
    assert await closed(scene, product) == []
    await check(scene, product, control("C", "FAIL", "LOW"))
    assert await closed(scene, product) == ["COMPLIANCE_FRESH"]


async def test_a_type_has_no_colon(scene: Scene) -> None:
    product = await ready(scene)
    on = {"companyId": scene.company_id, "productId": ids.encode("Product", product.id)}
    base = {**on, "items": [control("C", "PASS")]}
    error = await refused(scene.as_(scene.editor), CHECK.document, **base, reportType="listing:1")
    assert [(each["field"], each["code"]) for each in error["fieldErrors"]] == [("reportType", "MALFORMED")]
    await done(scene.as_(scene.editor), CHECK.document, **base, reportType="listing 1")


async def test_whatever_is_checked_the_count_is_right(scene: Scene) -> None:
    product, dice, seen = await ready(scene), random.Random(3), set[int]()
    for _ in range(25):
        names = dice.sample(("A", "B", "C", "D"), dice.randint(1, 3))
        items = [control(name, dice.choice(RESULTS), dice.choice(SEVERITIES)) for name in names]
        await check(scene, product, *items, kind=dice.choice(("listing", "listing", "ftr")))
        seen.add((await stored(scene, product)).blocking_issues_count)
        assert (await stored(scene, product)).blocking_issues_count == await recounted(scene.engine, product.id)
    assert len(seen) > 2


async def test_findings_of_other_software_without_a_control_go_with_the_next_check(scene: Scene) -> None:
    product, at = await ready(scene), scene.company.created_at
    of = {"company_id": scene.company.id, "product_id": product.id, "report_type": "listing", "status": "failed"}
    report = await scene.make.row(t.ComplianceReport(**of, created_at=at.replace(year=2020)))
    item = {"compliance_report_id": report.id, "result": "FAIL", "severity": "high", "created_at": at}
    await scene.make.row(t.ComplianceReportItem(**item))
    await check(scene, product, control("C", "NOT_EXECUTED"))
    assert (await stored(scene, product)).blocking_issues_count == 1
    await check(scene, product, control("C", "PASS"))
    assert (await stored(scene, product)).blocking_issues_count == 0
