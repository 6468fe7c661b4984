"""Who can do everything with the database can change its log; it shows."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from db import migrate
from db import tables as t
from tests.actions.calls import MDF
from tests.actions.scene import done, rows, set_up
from tests.actions.test_event_log import verified
from tests.make import Make


async def test_tampering_shows_even_without_the_guards(bare: AsyncEngine) -> None:
    await migrate.upgrade(bare)
    scene = await set_up(bare, Make(bare))
    for number in "123":
        await done(scene.as_(scene.editor), MDF.document, **{**await MDF.ready(scene), "applicationId": number})
    head = (await verified(scene))["head"]
    first, second, third = await rows(scene.engine, t.JourneyEvent)
    async with scene.engine.begin() as connection:
        for table in ("partner_journey_events", "journey_event_seals"):
            for what in ("update", "delete"):
                await connection.execute(text(f"DROP TRIGGER {table}_no_{what}"))
        await connection.execute(text(f"UPDATE partner_journey_events SET agent_id = 'x' WHERE id = {first.id}"))
        await connection.execute(text(f"DELETE FROM partner_journey_events WHERE id = {second.id}"))
        await connection.execute(text(f"DELETE FROM journey_event_seals WHERE event_id = {third.id}"))
    found = await verified(scene, head)
    assert [(each["code"], int(each["eventNumber"])) for each in found["faults"]] == [
        ("EVENT_CHANGED", first.id), ("EVENT_MISSING", second.id), ("EVENT_UNSEALED", third.id),
    ]  # fmt: skip
    assert (found["isIntact"], found["headKnown"], found["sealed"]) == (False, False, 2)
