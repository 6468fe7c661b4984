"""Many callers at once: nothing is lost, nothing happens twice, and who comes too late is told so."""

import asyncio
from collections import Counter
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from db import tables as t
from domain.actors import Actor
from domain.enums import AgentType, TriggeredBy
from graph import ids
from tests.actions.calls import ADD, CHANGE, EVENT_RECORD, HAND_OFF, MOVE, Call
from tests.actions.scene import Scene, payload, rows, set_up
from tests.actions.test_event_log import verified
from tests.make import Make
from tests.support import Graph

pytestmark = pytest.mark.slow
CALLERS, RACERS = 50, 20


async def at_once(scene: Scene, call: Call, inputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One caller for each input, all at the same time. Callers wait for different times before they try again, as they
    do in earnest: waiting alike, they would meet again."""
    graphs = [caller(scene, number) for number in range(len(inputs))]
    return await asyncio.gather(
        *(payload(graph, call.document, **input) for graph, input in zip(graphs, inputs, strict=True))
    )


def caller(scene: Scene, number: int) -> Graph:
    graph = scene.as_(scene.editor)
    graph.writer = replace(graph.writer, jitter=Random(number).random)
    return graph


def codes(answers: list[dict[str, Any]]) -> Counter[str | None]:
    return Counter(answer["errors"][0]["code"] if answer["errors"] else None for answer in answers)


async def company(scene: Scene) -> Any:
    return next(row for row in await rows(scene.engine, t.Company) if row.id == scene.company.id)


async def test_no_blocker_is_lost(scene: Scene) -> None:
    base = await ADD.ready(scene)
    answers = await at_once(scene, ADD, [{**base, "code": f"CODE-{n}"} for n in range(CALLERS)])
    assert codes(answers) == {None: CALLERS}
    made = await company(scene)
    assert {each["code"] for each in made.blockers["discovery"]} == {f"CODE-{n}" for n in range(CALLERS)}
    assert len(made.blockers["discovery"]) == CALLERS
    assert made.version == 1 + CALLERS
    assert len(await rows(scene.engine, t.JourneyEvent)) == len(await rows(scene.engine, t.OutboxMessage)) == CALLERS


async def test_the_same_problem_is_added_once(scene: Scene) -> None:
    answers = await at_once(scene, ADD, [await ADD.ready(scene)] * RACERS)
    assert Counter(answer["created"] for answer in answers) == {True: 1, False: RACERS - 1}
    assert len({answer["blocker"]["id"] for answer in answers}) == 1
    assert len(await rows(scene.engine, t.JourneyEvent)) == 1


async def test_one_of_many_moves_the_company(scene: Scene) -> None:
    asked = {**await MOVE.ready(scene), "expectedVersion": 1}
    answers = await at_once(scene, MOVE, [asked] * CALLERS)
    assert codes(answers) == {None: 1, "STALE": CALLERS - 1}
    assert all(_is_present(answer["errors"][0]["current"]) for answer in answers if answer["errors"])
    made = await company(scene)
    assert (made.partner_journey_stage, made.version) == ("pre_list", 2)
    assert len(await rows(scene.engine, t.JourneyEvent)) == 1


def _is_present(current: dict[str, Any]) -> bool:
    return (current["partnerJourneyStage"], current["version"]) == ("PRE_LIST", 2)


async def test_one_of_many_hands_the_session_over(scene: Scene) -> None:
    base = await HAND_OFF.ready(scene)
    types = [each.name for each in AgentType if each is not AgentType.CONTENT_STRATEGIST]
    asked = [{**base, "toAgentType": types[n % len(types)]} for n in range(RACERS)]
    answers = await at_once(scene, HAND_OFF, asked)
    assert codes(answers) == {None: 1, "HANDOFF_EXISTS": RACERS - 1}
    [handoff] = await rows(scene.engine, t.SessionHandoff)
    current = {answer["errors"][0]["current"]["id"] for answer in answers if answer["errors"]}
    assert current == {ids.encode("SessionHandoff", handoff.id)}
    assert len(await rows(scene.engine, t.AgentSession)) == 2
    assert len(await rows(scene.engine, t.ContextSnapshot)) == len(await rows(scene.engine, t.JourneyEvent)) == 1


async def test_one_key_is_one_effect(blocked: Scene, call: Call) -> None:
    asked = {**await call.ready(blocked), "idempotencyKey": "k"}
    answers = await at_once(blocked, call, [asked] * CALLERS)
    assert codes(answers) == {None: CALLERS}
    assert Counter(answer.pop("replayed") for answer in answers) == {False: 1, True: CALLERS - 1}
    assert all(answer == answers[0] for answer in answers)
    assert len(await rows(blocked.engine, t.JourneyEvent)) == call.events
    assert len(await rows(blocked.engine, t.IdempotencyKey)) == 1


async def test_one_key_of_refused_calls_is_no_effect(scene: Scene) -> None:
    asked = {**await MOVE.ready(scene), "to": "SCALE", "idempotencyKey": "k"}
    answers = await at_once(scene, MOVE, [asked] * RACERS)
    assert codes(answers) == {"MANAGER_REQUIRED": RACERS}
    assert await rows(scene.engine, t.IdempotencyKey) == []


async def test_moves_blockers_and_handoffs_at_once_leave_each_other_alone(scene: Scene) -> None:
    base, sessions = await ADD.ready(scene), [await HAND_OFF.ready(scene) for _ in range(10)]
    answers = await asyncio.gather(
        at_once(scene, ADD, [{**base, "code": f"CODE-{n}"} for n in range(10)]),
        at_once(scene, MOVE, [await MOVE.ready(scene)]),
        at_once(scene, HAND_OFF, sessions),
    )
    assert codes([each for some in answers for each in some]) == {None: 21}
    made = await company(scene)
    assert (made.version, sum(map(len, made.blockers.values()))) == (12, 10)
    assert len(await rows(scene.engine, t.JourneyEvent)) == 21


async def test_a_source_that_repeats_itself_at_once_is_heard_once(scene: Scene, make: Make) -> None:
    """In two companies: the name is the source's own, whoever it tells of."""
    other = await set_up(scene.engine, make)
    await make.member(scene.editor, other.company)
    graph = Graph(scene.engine, Actor(scene.editor.id, TriggeredBy.WEBHOOK, source="partner-central"))
    base = {"sourceEventId": "evt-1", "firstCustomer": {}}
    asked = [{**base, "companyId": (scene, other)[n % 2].company_id, "idempotencyKey": str(n)} for n in range(RACERS)]
    answers = await asyncio.gather(*(payload(graph, EVENT_RECORD.document, **each) for each in asked))
    assert codes(answers) == {None: RACERS // 2, "SOURCE_EVENT_ID_REUSED": RACERS // 2}
    assert sum(answer["changed"] for answer in answers) == 1
    assert len(await rows(scene.engine, t.JourneyEvent)) == len(await rows(scene.engine, t.EventSource)) == 1


async def test_two_products_do_not_get_one_code(scene: Scene, make: Make) -> None:
    other = await set_up(scene.engine, make)
    asked = []
    for each in (scene, other):
        product = await make.product(each.company)
        asked.append({"productId": ids.encode("Product", product.id), "awsProductCode": "prod-same"})
    answers = await asyncio.gather(
        *(payload(each.as_(each.editor), CHANGE.document, **input)
          for each, input in zip((scene, other), asked, strict=True))
    )  # fmt: skip
    assert codes(answers) == {None: 1, "CODE_IN_USE": 1}


async def test_the_log_stays_whole_under_many_writers(scene: Scene) -> None:
    base = await ADD.ready(scene)
    await at_once(scene, ADD, [{**base, "code": f"CODE-{n}"} for n in range(CALLERS)])
    found = await verified(scene)
    assert (found["isIntact"], found["agrees"], found["sealed"], found["events"]) == (True, True, CALLERS, CALLERS)
