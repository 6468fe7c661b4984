"""What other systems tell of: once for each name that a source has for it."""

from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from db import tables as t
from graph import ids
from tests.actions.calls import EVENT_RECORD, MDF
from tests.actions.scene import Scene, done, refused, rows, set_up, source
from tests.make import Make

keys = map(str, count(1))


async def told(scene: Scene, **on: Any) -> dict[str, Any]:
    return await done(source(scene), EVENT_RECORD.document, companyId=scene.company_id, **on, idempotencyKey=next(keys))


async def refusal(scene: Scene, **on: Any) -> str:
    on = {"companyId": scene.company_id, **on, "idempotencyKey": next(keys)}
    return (await refused(source(scene), EVENT_RECORD.document, **on))["code"]


async def test_a_source_tells_of_each_event_once(scene: Scene, make: Make) -> None:
    on = {**await MDF.ready(scene), "sourceEventId": "evt-1"}
    made = await done(source(scene), MDF.document, **on, idempotencyKey="1")
    again = await done(source(scene), MDF.document, **on, idempotencyKey="2")
    assert (again["changed"], again["event"]) == (False, made["event"])
    error = await refused(source(scene), MDF.document, **{**on, "amount": "1"}, idempotencyKey="3")
    assert (error["__typename"], error["code"]) == ("Conflict", "SOURCE_EVENT_ID_REUSED")
    assert (await refused(scene.as_(scene.editor), MDF.document, **on))["code"] == "WEBHOOK_REQUIRED"
    other = {**on, "applicationId": "other"}
    assert (await done(source(scene, "crm"), MDF.document, **other, idempotencyKey="4"))["changed"]
    assert len(await rows(scene.engine, t.JourneyEvent)) == len(await rows(scene.engine, t.EventSource)) == 2


async def test_one_name_of_a_source_for_two_companies_is_refused(scene: Scene, make: Make) -> None:
    other = await set_up(scene.engine, make)
    editor = replace(other, editor=scene.editor)
    await make.member(scene.editor, other.company)
    on = {"sourceEventId": "evt-1", "firstCustomer": {}}
    await done(source(scene), EVENT_RECORD.document, companyId=scene.company_id, **on, idempotencyKey="1")
    error = await refused(source(editor), EVENT_RECORD.document, companyId=other.company_id, **on, idempotencyKey="2")
    assert error["code"] == "SOURCE_EVENT_ID_REUSED"


async def test_a_name_is_kept_where_the_event_was_known_already(scene: Scene) -> None:
    first = {"mdfSubmitted": {"applicationId": "A", "amount": "5"}}
    other = {"mdfSubmitted": {"applicationId": "A", "amount": "6"}}
    made = await told(scene, **first, sourceEventId="one")
    for again in (first, other):
        name = f"again-{again['mdfSubmitted']['amount']}"
        for _ in range(2):
            found = await told(scene, **again, sourceEventId=name)
            assert (found["changed"], found["event"]) == (False, made["event"])
        assert await refusal(scene, mdfSubmitted={"applicationId": "B"}, sourceEventId=name) == "SOURCE_EVENT_ID_REUSED"
    assert await refusal(scene, **other, sourceEventId="one") == "SOURCE_EVENT_ID_REUSED"
    names = await rows(scene.engine, t.EventSource)
    assert [row.source_event_id for row in names] == ["one", "again-5", "again-6"]
    assert len({row.event_id for row in names}) == len(await rows(scene.engine, t.JourneyEvent)) == 1


async def test_a_refused_call_and_a_dry_run_use_up_no_name(scene: Scene) -> None:
    on = {"sourceEventId": "one"}
    await refusal(scene, **on, firstCustomer={"customer": ""})
    await told(scene, **on, firstCustomer={}, dryRun=True)
    assert await rows(scene.engine, t.EventSource) == []
    assert (await told(scene, **on, mdfSubmitted={"applicationId": "A"}))["changed"]


async def test_one_name_of_a_source_for_two_products_is_refused(scene: Scene, make: Make) -> None:
    one, other = [ids.encode("Product", (await make.product(scene.company)).id) for _ in range(2)]
    on = {"sourceEventId": "one", "firstCustomer": {}}
    await told(scene, **on, productId=one)
    assert not (await told(scene, **on, productId=one))["changed"]
    for product in (other, None):
        assert await refusal(scene, **on, productId=product) == "SOURCE_EVENT_ID_REUSED"


@pytest.mark.parametrize("amount", ["5.00", "5.0", "+5", "05", 5, 5.0])
async def test_a_number_is_the_same_however_it_is_written(scene: Scene, amount: Any) -> None:
    def of(amount: Any) -> dict[str, Any]:
        return {"dealRegistered": {"opportunityId": "O", "dealValue": amount}}

    await told(scene, coSellInitiated={"opportunityId": "O"})
    made = await told(scene, **of("5"), sourceEventId="one")
    found = await told(scene, **of(amount), sourceEventId="one")
    assert (found["changed"], found["event"]) == (False, made["event"])
    assert await refusal(scene, **of("5.01"), sourceEventId="one") == "SOURCE_EVENT_ID_REUSED"
    editor, on = scene.as_(scene.editor), {"companyId": scene.company_id, "idempotencyKey": "k"}
    for number, again in enumerate(("5", amount)):
        assert (await done(editor, EVENT_RECORD.document, **on, **of(again)))["replayed"] is bool(number)


async def test_the_name_of_an_opportunity_is_trimmed(scene: Scene) -> None:
    made = await told(scene, coSellInitiated={"opportunityId": " O-1 ", "opportunityName": " A deal "})
    assert not (await told(scene, coSellInitiated={"opportunityId": "O-1"}))["changed"]
    assert (await told(scene, dealRegistered={"opportunityId": "\tO-1"}))["changed"]
    kept = (await rows(scene.engine, t.JourneyEvent))[0].event_data
    assert (made["changed"], kept["opportunity_id"], kept["opportunity_name"]) == (True, "O-1", "A deal")


async def test_what_cannot_be_kept_is_refused_with_its_field(scene: Scene, make: Make) -> None:
    [product] = [row for row in await rows(scene.engine, t.Product) if row.company_id == scene.company.id]
    on = {"companyId": scene.company_id, "productId": ids.encode("Product", product.id)}
    editor = scene.as_(scene.editor)
    for wrong, path in (
        ({"coSellInitiated": {"opportunityId": "O", "opportunityName": "x" * 600_000}}, "opportunityName"),
        ({"listingPublished": {"listingUrl": "javascript:alert(1)"}}, "listingUrl"),
    ):
        error = await refused(editor, EVENT_RECORD.document, **on, **wrong)
        [kind] = wrong
        assert (error["__typename"], error["path"]) == ("ValidationFailed", [kind, path])
    right = {"listingPublished": {"listingUrl": "https://aws.amazon.com/marketplace/pp/prodview-1"}}
    assert (await done(editor, EVENT_RECORD.document, **on, **right))["changed"]


async def test_one_kind_is_told_at_a_time(scene: Scene) -> None:
    editor, on = scene.as_(scene.editor), {"companyId": scene.company_id}
    kinds = ("mdfSubmitted", "mdfApproved", "firstCustomer", "coSellInitiated", "dealRegistered", "listingPublished")
    two = {"firstCustomer": {}, "coSellInitiated": {"opportunityId": "O"}}
    for named, path in (({}, []), (two, ["coSellInitiated"])):
        error = await refused(editor, EVENT_RECORD.document, **on, **named)
        assert (error["code"], error["path"]) == ("ONE_KIND", path)
        assert all(kind in error["message"] for kind in kinds)
    assert (await done(editor, EVENT_RECORD.document, **on, firstCustomer={}))["changed"]
