"""The mutation: the rows that actions/journey.py writes, in one transaction."""

from datetime import UTC, datetime
from typing import Any

import orjson
from asyncmy.connection import Connection
from asyncmy.cursors import Cursor

from bench.data import VIEWER
from bench.limit import rows as r
from bench.limit.reads import MINE, Answer, Variables
from domain.enums import JourneyStage

STAGES = [stage.value for stage in JourneyStage]
LOCKED = f"""SELECT name, partner_journey_stage, journey_milestones, journey_started_at, version,
(SELECT role FROM company_members m WHERE m.company_id = companies.id AND m.user_id = {VIEWER})
FROM companies WHERE id = %s AND id {MINE} FOR UPDATE"""
CHANGE = """UPDATE companies SET partner_journey_stage = %s, journey_milestones = %s, journey_started_at = %s,
updated_at = %s, version = %s WHERE id = %s AND version = %s"""
DATA = '{"kind":"ADVANCE","forced":false,"skipped_stages":[],"overridden_gates":[]}'
EVENT = f"""INSERT INTO partner_journey_events
(company_id, user_id, event_type, from_stage, to_stage, event_data, triggered_by, created_at)
VALUES (%s, {VIEWER}, 'stage_transition', %s, %s, '{DATA}', 'user', %s)"""
OUTBOX = """INSERT INTO outbox (topic, company_id, event_id, payload, created_at)
VALUES ('journey_event', %s, %s, %s, %s)"""


async def write(connection: Connection, cursor: Cursor, variables: Variables) -> Answer:
    ask = variables["input"]
    key, to = r.decode(ask["companyId"]), ask["to"].lower()
    await connection.begin()
    try:
        await cursor.execute(LOCKED, (key,))
        found = await cursor.fetchone()
        if found is None or not _may_advance(found, to):
            raise ValueError("nothing but allowed moves to the next stage is asked for here")
        shown = await _advance(cursor, key, found, to)
        await connection.commit()
    except BaseException:
        await connection.rollback()
        raise
    return {"companyTransitionStage": shown}


def _may_advance(found: r.Row, to: str) -> bool:
    return found[5] in ("editor", "owner") and STAGES.index(to) == STAGES.index(found[1] or STAGES[0]) + 1


async def _advance(cursor: Cursor, key: int, found: r.Row, to: str) -> dict[str, Any]:
    name, stage, milestones, started, version, _ = found
    now = datetime.now(UTC).replace(microsecond=0, tzinfo=None)
    done = {**orjson.loads(milestones or b"{}"), stage: f"{now.isoformat()}Z"}
    changed = (to, orjson.dumps(done).decode(), started or now, now, version + 1, key, version)
    await cursor.execute(CHANGE, changed)
    await cursor.execute(EVENT, (key, stage, to, now))
    event = cursor.lastrowid
    payload = f'{{"event_type":"stage_transition","event_id":{event},"company_id":{key}}}'
    await cursor.execute(OUTBOX, (key, event, payload, now))
    return {
        "company": {
            "id": r.encode(r.COMPANY, key),
            "name": name,
            "partnerJourneyStage": r.STAGES[to],
            "version": version + 1,
        },
        "event": {"id": r.encode(r.EVENT, event), "eventType": "STAGE_TRANSITION", "createdAt": now},
        "errors": [],
    }
