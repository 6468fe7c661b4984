"""The log of events: never changed, sealed, and enough to tell the company's story again."""

import random
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker

from db import tables as t
from db.base import Base
from domain.enums import JourneyStage
from graph import ids
from tests.actions.calls import ACHIEVE, ADD, EVENT_RECORD, MOVE, REOPEN, RESOLVE, REVOKE, UPDATE, WAIVE
from tests.actions.scene import Scene, done, rows, set_up, source
from tests.make import Make

VERIFY = """
query Verify($id: ID!, $head: String) { verifyEventLog(companyId: $id, head: $head) {
  isIntact events sealed head headKnown agrees faults { code eventNumber position }
  differences { code subject replayed stored } company { id } } }
"""
STAGES = [each.name for each in JourneyStage]


async def verified(scene: Scene, head: str | None = None) -> dict[str, Any]:
    return (await scene.as_(scene.viewer).data(VERIFY, id=scene.company_id, head=head))["verifyEventLog"]


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


GUARDED = {t.JourneyEvent: "company_id", t.EventSeal: "company_id", t.EventSource: "event_id"}


@pytest.mark.parametrize(("kind", "column"), GUARDED.items())
async def test_the_database_refuses_to_change_the_log(scene: Scene, kind: type[Base], column: str) -> None:
    table, named = kind.__tablename__, {"sourceEventId": "evt-1", "idempotencyKey": "1"}
    await done(source(scene), EVENT_RECORD.document, **await EVENT_RECORD.ready(scene), **named)
    for statement in (f"UPDATE {table} SET {column} = {column} + 1", f"DELETE FROM {table}"):
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
    await done(source(scene), EVENT_RECORD.document, **on, sourceEventId="evt-1", idempotencyKey="1")
    async with scene.engine.begin() as connection:
        await connection.execute(text(f"DELETE FROM products WHERE id = {product.id}"))
    [event] = await rows(scene.engine, t.JourneyEvent)
    assert (event.product_id, (await verified(scene))["isIntact"]) == (None, True)
    async with scene.engine.begin() as connection:
        await connection.execute(text(f"DELETE FROM companies WHERE id = {scene.company.id}"))
    for kind in GUARDED:
        assert await rows(scene.engine, kind) == []


async def test_the_log_of_a_stranger_is_not_there(scene: Scene) -> None:
    data = await scene.as_(scene.stranger).data(VERIFY, id=scene.company_id)
    assert data["verifyEventLog"] is None
