"""The log of events: never changed, sealed, told once by each source, and enough to tell the company's story again."""

import random
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker

from db import tables as t
from domain.actors import Actor
from domain.enums import EventType, JourneyStage, TriggeredBy
from graph import ids
from tests.actions.calls import ACHIEVE, ADD, EVENT_RECORD, MDF, MOVE, REOPEN, RESOLVE, REVOKE, UPDATE, WAIVE
from tests.actions.scene import Scene, done, refused, rows, set_up
from tests.make import Make
from tests.support import Graph

VERIFY = """
query Verify($id: ID!, $head: String) { verifyEventLog(companyId: $id, head: $head) {
  isIntact events sealed head headKnown agrees faults { code eventNumber position }
  differences { code subject replayed stored } company { id } } }
"""
FUNDS = """
query Funds($id: ID!) { company(id: $id) { mdfApplications {
  applicationId status amount approvedAmount currency reason leadsTo outOfOrder product { id } event { id } } } }
"""
STAGES = [each.name for each in JourneyStage]


async def verified(scene: Scene, head: str | None = None) -> dict[str, Any]:
    return (await scene.as_(scene.viewer).data(VERIFY, id=scene.company_id, head=head))["verifyEventLog"]


async def funds(scene: Scene) -> list[dict[str, Any]]:
    return (await scene.as_(scene.viewer).data(FUNDS, id=scene.company_id))["company"]["mdfApplications"]


def source(scene: Scene, name: str = "partner-central") -> Graph:
    return Graph(scene.engine, Actor(scene.editor.id, TriggeredBy.WEBHOOK, source=name))


def _random(dice: random.Random, known: list[str]) -> tuple[str, dict[str, Any]]:
    """A document and its input, most of which make sense."""
    blocker = {"blockerId": dice.choice(known) if known else "none"}
    severity = dice.choice(("CRITICAL", "HIGH", "LOW"))
    stage = dice.choice(STAGES)
    back = {"code": "back", "title": "Went back", "severity": "HIGH"}
    return dice.choice(
        [
            (MOVE.document, {"to": stage, "reason": "a reason that is long enough", "force": True}),
            (MOVE.document, {"to": stage, "reason": "a reason that is long enough", "blocker": back}),
            (ADD.document, {"code": f"C{dice.random()}", "title": "A problem", "severity": severity, "stage": stage}),
            (UPDATE.document, {**blocker, "severity": severity, "title": f"Words {dice.random()}"}),
            (RESOLVE.document, {**blocker, "resolution": "done", "cascade": True}),
            (WAIVE.document, {**blocker, "reason": "fine"}),
            (REOPEN.document, {**blocker, "reason": "it is not"}),
            (ACHIEVE.document, {"code": dice.choice(("kickoff", "demo_held"))}),
            (REVOKE.document, {"code": dice.choice(("kickoff", "demo_held")), "reason": "no"}),
        ]
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_the_events_tell_the_company_again(engine: AsyncEngine, make: Make, seed: int) -> None:
    scene, dice, known = await set_up(engine, make), random.Random(seed), list[str]()
    manager, moved = scene.as_(scene.manager), set[str]()
    for _ in range(40):
        document, input_ = _random(dice, known)
        data = await manager.data(document, input={"companyId": scene.company_id, **input_})
        [(name, payload)] = data.items()
        moved |= {name} if payload["changed"] else set()
        if payload["changed"] and (blocker := payload.get("blocker")):
            known.append(blocker["id"])
    found = await verified(scene)
    assert (found["agrees"], found["differences"], found["isIntact"]) == (True, [], True)
    assert found["events"] == found["sealed"] > 10
    assert len(moved) >= 6


async def test_what_was_changed_past_us_shows(scene: Scene) -> None:
    await done(scene.as_(scene.editor), ADD.document, **await ADD.ready(scene))
    company = scene.company.id
    moved = "UPDATE companies SET partner_journey_stage = 'scale', blockers = '{}' WHERE id = "
    async with scene.engine.begin() as connection:
        await connection.execute(text(f"{moved}{company}"))
    found = await verified(scene)
    assert [(each["code"], each["replayed"] is None) for each in found["differences"]] == [
        ("STAGE", False), ("BLOCKER", False),
    ]  # fmt: skip
    assert (found["isIntact"], found["agrees"]) == (True, False)


@pytest.mark.parametrize("table", ["partner_journey_events", "journey_event_seals"])
async def test_the_database_refuses_to_change_the_log(scene: Scene, table: str) -> None:
    await done(scene.as_(scene.editor), EVENT_RECORD.document, **await EVENT_RECORD.ready(scene))
    for statement in (f"UPDATE {table} SET company_id = company_id + 1", f"DELETE FROM {table}"):
        with pytest.raises(DBAPIError, match="never changed or removed"):
            async with scene.engine.begin() as connection:
                await connection.execute(text(statement))
    assert (await verified(scene))["isIntact"]


async def test_the_orm_refuses_it_too(scene: Scene) -> None:
    await done(scene.as_(scene.editor), EVENT_RECORD.document, **await EVENT_RECORD.ready(scene))
    [event] = await rows(scene.engine, t.JourneyEvent)
    for removed in (False, True):
        async with async_sessionmaker(scene.engine)() as session:
            row = await session.get_one(t.JourneyEvent, event.id)
            if removed:
                await session.delete(row)
            else:
                row.agent_id = "x"
            with pytest.raises(TypeError, match="never changed"):
                await session.flush()


async def test_foreign_keys_still_do_what_they_do(scene: Scene, make: Make) -> None:
    product = await make.product(scene.company)
    on = {"companyId": scene.company_id, "productId": ids.encode("Product", product.id), "firstCustomer": {}}
    await done(scene.as_(scene.editor), EVENT_RECORD.document, **on)
    async with scene.engine.begin() as connection:
        await connection.execute(text(f"DELETE FROM products WHERE id = {product.id}"))
    [event] = await rows(scene.engine, t.JourneyEvent)
    assert (event.product_id, (await verified(scene))["isIntact"]) == (None, True)
    async with scene.engine.begin() as connection:
        await connection.execute(text(f"DELETE FROM companies WHERE id = {scene.company.id}"))
    assert await rows(scene.engine, t.JourneyEvent) == await rows(scene.engine, t.EventSeal) == []


async def test_the_log_of_a_stranger_is_not_there(scene: Scene) -> None:
    data = await scene.as_(scene.stranger).data(VERIFY, id=scene.company_id)
    assert data["verifyEventLog"] is None


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


async def test_an_application_goes_all_its_way(scene: Scene) -> None:
    editor, base = scene.as_(scene.editor), {"companyId": scene.company_id, "applicationId": "MDF-7"}
    for to, more in (
        ("DRAFT", {"amount": "100", "currency": "EUR"}), ("SUBMITTED", {}), ("DRAFT", {"reason": "too low"}),
        ("SUBMITTED", {"amount": "200"}), ("ACTION_REQUIRED", {"reason": "where is the plan?"}), ("SUBMITTED", {}),
        ("APPROVED", {"amount": "150.50"}),
    ):  # fmt: skip
        made = await done(editor, MDF.document, **base, to=to, **more)
        assert (made["changed"], made["application"]["status"]) == (True, to)
    [found] = await funds(scene)
    assert (found["status"], found["amount"], found["approvedAmount"], found["currency"], found["leadsTo"]) == (
        "APPROVED", "200", "150.5", "EUR", [],
    )  # fmt: skip
    types = [row.event_type for row in await rows(scene.engine, t.JourneyEvent)]
    assert types == [EventType.MDF_SUBMITTED] * 6 + [EventType.MDF_APPROVED]
    assert (await refused(editor, MDF.document, **base, to="CANCELED", reason="x"))["code"] == "NO_SUCH_MOVE"
    assert not (await done(editor, MDF.document, **base, to="APPROVED"))["changed"]
    again = {"companyId": scene.company_id, "mdfSubmitted": {"applicationId": "MDF-7"}}
    assert not (await done(editor, EVENT_RECORD.document, **again))["changed"]


async def test_what_a_webhook_brings_too_early_counts_once_it_fits(scene: Scene) -> None:
    base = {"companyId": scene.company_id, "applicationId": "MDF-7"}
    at = {"to": "APPROVED", "amount": "90", "occurredAt": "2026-06-02T00:00:00Z"}
    await done(source(scene), MDF.document, **base, **at, idempotencyKey="1")
    [found] = await funds(scene)
    assert (found["status"], found["outOfOrder"]) == (None, True)
    early = {"to": "SUBMITTED", "amount": "100", "occurredAt": "2026-06-01T00:00:00Z"}
    made = await done(source(scene), MDF.document, **base, **early, idempotencyKey="2")
    assert made["application"]["status"] == "APPROVED"
    [found] = await funds(scene)
    assert (found["status"], found["outOfOrder"], found["amount"], found["approvedAmount"]) == (
        "APPROVED", False, "100", "90",
    )  # fmt: skip


async def test_what_a_webhook_says_after_the_decision_is_kept_once(scene: Scene) -> None:
    base = {"companyId": scene.company_id, "applicationId": "MDF-7"}
    webhook, kept = source(scene), [True, True, True, False, False]
    steps = ("SUBMITTED", "REJECTED", "APPROVED", "APPROVED", "SUBMITTED")
    for number, (to, changes) in enumerate(zip(steps, kept, strict=True)):
        made = await done(webhook, MDF.document, **base, to=to, reason="so", idempotencyKey=str(number))
        assert made["changed"] is changes, (number, to)
    [found] = await funds(scene)
    assert (found["status"], found["outOfOrder"]) == ("REJECTED", False)


async def test_who_decides_on_funds(scene: Scene) -> None:
    base = await MDF.ready(scene)
    await done(scene.agent, MDF.document, **base, idempotencyKey="1")
    for to in ("APPROVED", "REJECTED", "ACTION_REQUIRED"):
        error = await refused(scene.agent, MDF.document, **{**base, "to": to}, reason="x", idempotencyKey=to)
        assert (error["__typename"], error["code"]) == ("Forbidden", "PERSON_REQUIRED")
    stale = await refused(scene.as_(scene.editor), MDF.document, **{**base, "to": "REJECTED"}, expectedStatus="DRAFT")
    assert (stale["code"], stale["actual"]) == ("STALE", "SUBMITTED")
