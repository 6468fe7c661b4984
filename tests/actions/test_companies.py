"""companyUpdate, companyChangeTier and eventRecord."""

from dataclasses import replace
from typing import Any

import pytest

from db import tables as t
from domain.enums import JourneyStage, LaunchStatus, PartnerTier, TriggeredBy
from domain.policy import DEFAULT
from graph import ids
from tests.actions.calls import CHANGE_TIER, COMPANY_UPDATE, EVENT_RECORD, WAIVE
from tests.actions.scene import Scene, done, refused, rows, set_up
from tests.make import Make

SHOWN = """query($id: ID!) { company(id: $id) { partnerJourneyStage partnerTier milestones { code }
  blockers(status: OPEN) { code severity source } } }"""


async def shown(scene: Scene) -> dict[str, Any]:
    return (await scene.as_(scene.viewer).data(SHOWN, id=scene.company_id))["company"]


async def test_a_lapse_opens_a_blocker_and_never_moves_the_company(scene: Scene, make: Make) -> None:
    co_sells = await set_up(scene.engine, make, partner_journey_stage=JourneyStage.CO_SELL,
                            partner_tier=PartnerTier.ADVANCED)  # fmt: skip
    manager, on = co_sells.as_(co_sells.manager), {"companyId": co_sells.company_id}
    error = await refused(manager, CHANGE_TIER.document, **on, to="STANDARD")
    assert error["code"] == "REASON_REQUIRED"
    made = await done(manager, CHANGE_TIER.document, **on, to="STANDARD", reason="the yearly review")
    again = await shown(co_sells)
    assert (again["partnerJourneyStage"], again["partnerTier"]) == ("CO_SELL", "STANDARD")
    assert again["blockers"] == [{"code": "tier_lapsed", "severity": "HIGH", "source": "SYSTEM"}]
    assert [each["code"] for each in again["milestones"]] == ["tier_standard"]
    back = await done(manager, CHANGE_TIER.document, **on, to="SELECT")
    assert back["resolved"] == [made["blocker"]["id"]]
    found = await shown(co_sells)
    assert (found["blockers"], [each["code"] for each in found["milestones"]]) == ([], ["tier_standard", "tier_select"])
    assert not (await done(manager, CHANGE_TIER.document, **on, to="SELECT"))["changed"]


async def test_a_waiver_is_for_the_lapse_that_it_was_given_for(scene: Scene, make: Make) -> None:
    stages = DEFAULT.stages.model_copy(update={"tiers_for_co_sell": (PartnerTier.ADVANCED, PartnerTier.PREMIER)})
    co_sells = await set_up(scene.engine, make, partner_journey_stage=JourneyStage.CO_SELL,
                            partner_tier=PartnerTier.ADVANCED)  # fmt: skip
    manager, on = co_sells.as_(co_sells.manager), {"companyId": co_sells.company_id, "reason": "the yearly review"}
    manager.writer = replace(manager.writer, policy=DEFAULT.model_copy(update={"stages": stages}))
    first = (await done(manager, CHANGE_TIER.document, **on, to="SELECT"))["blocker"]["id"]
    await done(manager, WAIVE.document, **on, blockerId=first)
    deeper = await done(manager, CHANGE_TIER.document, **on, to="STANDARD")
    assert (deeper["blocker"]["id"], (await shown(co_sells))["blockers"]) == (first, [])
    assert (await done(manager, CHANGE_TIER.document, **on, to="PREMIER"))["resolved"] == []
    second = (await done(manager, CHANGE_TIER.document, **on, to="STANDARD"))["blocker"]["id"]
    assert second != first
    assert [each["code"] for each in (await shown(co_sells))["blockers"]] == ["tier_lapsed"]
    assert (await done(manager, CHANGE_TIER.document, **on, to="PREMIER"))["resolved"] == [second]


async def test_elsewhere_a_lower_tier_is_no_lapse(scene: Scene) -> None:
    made = await done(
        scene.as_(scene.manager), CHANGE_TIER.document, companyId=scene.company_id, to="STANDARD", reason="a mistake"
    )
    assert (made["blocker"], (await shown(scene))["blockers"]) == (None, [])


async def test_every_wrong_field_is_named(scene: Scene) -> None:
    wrong = {"name": "", "website": "x", "country": "Germany", "gtmGoals": [1], "awsPartnerId": "!"}
    error = await refused(scene.as_(scene.editor), COMPANY_UPDATE.document, companyId=scene.company_id, **wrong)
    assert [each["field"] for each in error["fieldErrors"]] == [
        "name",
        "website",
        "country",
        "gtmGoals",
        "awsPartnerId",
    ]


async def test_null_empties_and_what_is_left_out_stays(scene: Scene) -> None:
    editor, on = scene.as_(scene.editor), {"companyId": scene.company_id}
    await done(editor, COMPANY_UPDATE.document, **on, industry="Software", country="DE")
    await done(editor, COMPANY_UPDATE.document, **on, country=None)
    [company] = [row for row in await rows(scene.engine, t.Company) if row.id == scene.company.id]
    assert (company.industry, company.country, company.aws_partner_id) == ("Software", None, "APN-1001")
    assert not (await done(editor, COMPANY_UPDATE.document, **on, industry="Software"))["changed"]


async def test_who_is_listed_keeps_a_partner_id(scene: Scene, make: Make) -> None:
    listed = await set_up(scene.engine, make, partner_journey_stage=JourneyStage.LAUNCH)
    for where, code in ((scene, None), (listed, "NOT_NULL")):
        graph, on = where.as_(where.editor), {"companyId": where.company_id, "awsPartnerId": None}
        if code is None:
            await done(graph, COMPANY_UPDATE.document, **on)
        else:
            assert (await refused(graph, COMPANY_UPDATE.document, **on))["code"] == code


async def test_what_comes_too_early_from_a_webhook_is_kept(scene: Scene) -> None:
    on = {"companyId": scene.company_id, "mdfApproved": {"applicationId": "A", "approvedAmount": "100.50"}}
    error = await refused(scene.as_(scene.editor), EVENT_RECORD.document, **on)
    fix = {"mutation": "eventRecord", "args": {"companyId": scene.company_id, "mdfSubmitted": {"applicationId": "A"}}}
    assert [gate["fix"] for gate in error["gates"]] == [fix]
    webhook = scene.as_(scene.editor, TriggeredBy.WEBHOOK)
    made = await done(webhook, EVENT_RECORD.document, **on, idempotencyKey="1")
    again = await done(webhook, EVENT_RECORD.document, **on, idempotencyKey="2")
    assert (again["changed"], again["event"]) == (False, made["event"])
    [event] = await rows(scene.engine, t.JourneyEvent)
    assert (event.event_data["out_of_order"], event.event_data["approved_amount"]) == (True, "100.5")


@pytest.mark.parametrize("status", LaunchStatus)
async def test_what_is_listed_is_live(scene: Scene, make: Make, status: LaunchStatus) -> None:
    product = await make.product(scene.company, launch_status=status)
    on = {"companyId": scene.company_id, "productId": ids.encode("Product", product.id), "listingPublished": {}}
    if status in (LaunchStatus.GA, LaunchStatus.GROWTH, LaunchStatus.MATURE):
        assert (await done(scene.as_(scene.editor), EVENT_RECORD.document, **on))["changed"]
        return
    error = await refused(scene.as_(scene.editor), EVENT_RECORD.document, **on)
    assert [gate["code"] for gate in error["gates"]] == ["PRODUCT_LIVE"]


async def test_exactly_one_kind_is_said(scene: Scene) -> None:
    for kinds in ({}, {"firstCustomer": {}, "listingPublished": {}}):
        error = await refused(scene.as_(scene.editor), EVENT_RECORD.document, companyId=scene.company_id, **kinds)
        assert error["code"] == "ONE_KIND"
