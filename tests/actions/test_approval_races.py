"""Many callers and one approval: asked for once, decided once, used once."""

import asyncio
from collections import Counter
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from actions import approvals
from actions.access import company_for_writing
from actions.journey import TransitionStage
from actions.perform import Call, Facts, Outcome, Work, perform
from actions.record import outbox
from db import tables as t
from domain import stages
from domain.enums import JourneyStage
from domain.refusals import ApprovalRequired
from tests.actions.approving import LAUNCH, Scene, about_to, approve, asked, input_of
from tests.actions.approving import approvals as all_approvals
from tests.actions.calls import APPROVE, REJECT
from tests.actions.scene import payload, rows
from tests.make import Make
from tests.support import Graph

pytestmark = pytest.mark.slow

CALLERS = 50


@pytest.fixture
async def launching(engine: AsyncEngine, make: Make) -> Scene:
    return await about_to(engine, make, LAUNCH)


def patient(graph: Graph, number: int) -> Graph:
    """Callers wait for different times before they try again, as they do in earnest."""
    graph.writer = replace(graph.writer, jitter=Random(number).random)
    return graph


async def at_once(scene: Scene, *, keys: bool) -> list[dict[str, Any]]:
    graphs = [patient(scene.agent, number) for number in range(CALLERS)]
    inputs = [input_of(scene, LAUNCH, key=f"k{number}" if keys else "k") for number in range(CALLERS)]
    return await asyncio.gather(
        *(payload(graph, LAUNCH.call.document, **input) for graph, input in zip(graphs, inputs, strict=True))
    )


@pytest.mark.parametrize("keys", [True, False], ids=["keys of their own", "one key"])
async def test_what_many_ask_for_at_once_is_asked_for_once(launching: Scene, keys: bool) -> None:
    answers = await at_once(launching, keys=keys)
    assert len({answer["errors"][0]["approvalId"] for answer in answers}) == 1
    assert {answer["errors"][0]["code"] for answer in answers} == {"APPROVAL_REQUIRED"}
    [approval] = await all_approvals(launching)
    assert approval.decision == "pending"
    assert [message.topic for message in await rows(launching.engine, t.OutboxMessage)] == ["approval_requested"]
    assert await rows(launching.engine, t.IdempotencyKey) == []


async def test_one_of_many_identical_calls_acts(launching: Scene) -> None:
    await approve(launching, (await asked(launching))["approvalId"])
    answers = await at_once(launching, keys=True)
    # Who comes later finds the company where it was to go.
    assert Counter((answer["changed"], len(answer["errors"])) for answer in answers) == {(True, 0): 1, (False, 0): 49}
    assert len(await rows(launching.engine, t.JourneyEvent)) == 1
    [approval] = await all_approvals(launching)
    assert approval.used_at is not None


async def _launch_over_and_over(work: Work, ask: TransitionStage) -> Facts:
    """Has its effect each time that it is let through."""
    company = await company_for_writing(work, ask.company_id)
    made = stages.transition(
        JourneyStage.PRE_LIST, ask.to, milestones={}, journey_started_at=None, reason=None,
        now=work.now,
    )  # fmt: skip
    await approvals.clear(work, company, made)
    outbox(work, "effect", {}, company_id=company.id, event_id=None)
    return {"changed": True}


async def _repeated(scene: Scene, number: int) -> Outcome:
    graph = patient(scene.agent, number)
    ask = TransitionStage(scene.company.id, JourneyStage.LAUNCH)
    call = Call(graph.actor, f"k{number}")
    return await perform(
        graph.writer, call, "companyTransitionStage", ask, lambda work: _launch_over_and_over(work, ask)
    )


async def test_one_approval_is_one_effect(launching: Scene) -> None:
    given = (await asked(launching))["approvalId"]
    await approve(launching, given)
    outcomes = await asyncio.gather(*(_repeated(launching, number) for number in range(CALLERS)))
    assert Counter(bool(outcome.facts) for outcome in outcomes) == {True: 1, False: CALLERS - 1}
    problems = [problem for outcome in outcomes for problem in outcome.problems]
    assert {type(problem) for problem in problems} == {ApprovalRequired}
    used, pending = await all_approvals(launching)
    assert {problem.approval_id for problem in problems} == {pending.id}
    assert (used.used_at is not None, pending.used_at, pending.decision) == (True, None, "pending")
    topics = Counter(message.topic for message in await rows(launching.engine, t.OutboxMessage))
    assert topics == {"approval_requested": 2, "approval_approved": 1, "effect": 1}


async def test_one_decision_stands(launching: Scene) -> None:
    given = (await asked(launching))["approvalId"]
    calls = [(APPROVE, {"approvalId": given}), (REJECT, {"approvalId": given, "reason": "no"})] * (CALLERS // 2)
    answers = await asyncio.gather(
        *(
            payload(patient(launching.as_(launching.manager), number), call.document, **input)
            for number, (call, input) in enumerate(calls)
        )
    )
    assert sum(answer["changed"] for answer in answers) == 1
    [approval] = await all_approvals(launching)
    lost = Counter(answer["errors"][0]["code"] for answer in answers if answer["errors"])
    assert lost == {f"ALREADY_{approval.decision.name}": CALLERS // 2}
    assert len(await rows(launching.engine, t.OutboxMessage)) == 2


async def test_asking_deciding_and_acting_at_once_do_not_lock_each_other_out(launching: Scene) -> None:
    given = (await asked(launching))["approvalId"]
    manager = launching.as_(launching.manager)
    answers, decided = await asyncio.gather(
        at_once(launching, keys=True), payload(manager, APPROVE.document, approvalId=given)
    )
    assert decided["changed"]
    changed = sum(answer["changed"] for answer in answers)
    events = await rows(launching.engine, t.JourneyEvent)
    [approval] = await all_approvals(launching)
    assert changed == len(events) == (approval.used_at is not None)
