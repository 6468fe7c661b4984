"""All or nothing: an approval is used up with its write or not at all, and a question is asked or it is not."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from db import tables as t
from db.writing import Transaction
from tests.actions.approving import (
    GUARDED,
    LAUNCH,
    Attempt,
    about_to,
    acted,
    approvals,
    approve,
    asked,
    input_of,
    later,
    topics,
)
from tests.actions.calls import DECISIONS, Call
from tests.actions.scene import Scene, done, everything, payload, rows
from tests.actions.test_atomicity import (
    DEADLOCK,
    MOST_STATEMENTS,
    Faults,
    at_commits,
    at_statements,
    broken,
    check_masked,
)
from tests.make import Make
from tests.support import Graph

pytestmark = pytest.mark.slow

BOTH = [LAUNCH, GUARDED[5]]


async def until_it_is_done(graph: Graph, document: str, input: dict[str, Any]) -> int:
    """Fails the first statement, the second and so on, until something is kept; how many left nothing."""
    before = await everything(graph.engine)
    for number in range(1, MOST_STATEMENTS):
        faults = Faults(range(number, number + 1))
        with at_statements(graph.engine, faults):
            answer = await graph(document, input=input)
        if await everything(graph.engine) != before:
            return number - 1
        assert faults.raised
        check_masked(answer)
    pytest.fail("it never succeeded")


@pytest.mark.parametrize("attempt", BOTH, ids=str)
async def test_a_fault_at_any_statement_leaves_neither_use_nor_write(
    engine: AsyncEngine, make: Make, attempt: Attempt
) -> None:
    scene = await about_to(engine, make, attempt)
    await approve(scene, (await asked(scene, attempt))["approvalId"])
    assert await until_it_is_done(scene.agent, attempt.call.document, input_of(scene, attempt)) > 6
    [approval] = await approvals(scene)
    assert (approval.used_at is not None, approval.live_key) == (True, None)
    assert await rows(engine, t.JourneyEvent)
    after = await everything(engine)
    assert (await acted(scene, attempt))["replayed"]
    assert await everything(engine) == after


@pytest.mark.parametrize("attempt", BOTH, ids=str)
async def test_a_fault_at_any_statement_leaves_no_half_question(
    engine: AsyncEngine, make: Make, attempt: Attempt
) -> None:
    scene = await about_to(engine, make, attempt)
    await asked(scene, attempt)
    # The old question is over: it is put aside and a new one is asked, together.
    graph = later(scene.agent, timedelta(hours=24))
    assert await until_it_is_done(graph, attempt.call.document, input_of(scene, attempt)) > 8
    old, new = await approvals(scene)
    assert (old.live_key, new.live_key is not None) == (None, True)
    assert await topics(scene) == ["approval_requested"] * 2
    assert await rows(engine, t.IdempotencyKey) == []


async def test_a_fault_at_a_commit_leaves_nothing(engine: AsyncEngine, make: Make) -> None:
    scene = await about_to(engine, make, LAUNCH)
    before = await everything(engine)
    with at_commits(engine, Faults(range(1, 2))):
        check_masked(await scene.agent(LAUNCH.call.document, input=input_of(scene, LAUNCH)))
    assert await everything(engine) == before
    await approve(scene, (await asked(scene))["approvalId"])
    before = await everything(engine)
    with at_commits(engine, Faults(range(1, 2))):
        check_masked(await scene.agent(LAUNCH.call.document, input=input_of(scene, LAUNCH)))
    assert await everything(engine) == before
    assert (await acted(scene))["changed"]


async def test_a_deadlock_is_tried_again_when_asking_and_when_acting(engine: AsyncEngine, make: Make) -> None:
    scene = await about_to(engine, make, LAUNCH)
    deadlocked = Faults(range(1, 3), lambda: broken(DEADLOCK))
    with at_commits(engine, deadlocked):
        given = await asked(scene)
    assert deadlocked.seen == 3
    assert len(await approvals(scene)) == 1
    await approve(scene, given["approvalId"])
    with at_commits(engine, Faults(range(1, 3), lambda: broken(DEADLOCK))):
        assert (await acted(scene))["changed"]
    assert len(await rows(engine, t.JourneyEvent)) == 1


@pytest.mark.parametrize("call", DECISIONS, ids=lambda call: call.name)
async def test_a_decision_is_made_and_told_or_not_at_all(scene: Scene, call: Call) -> None:
    graph, input = scene.as_(scene.manager), {**await call.ready(scene), "idempotencyKey": "k"}
    assert await until_it_is_done(graph, call.document, input) > 3
    [approval] = await approvals(scene)
    assert await topics(scene) == [f"approval_{approval.decision}"]
    assert (await done(graph, call.document, **input))["replayed"]


async def test_who_loses_sight_of_the_company_meanwhile_asks_for_nothing(engine: AsyncEngine, make: Make) -> None:
    scene = await about_to(engine, make, LAUNCH)

    class Late(Transaction):
        async def __aenter__(self) -> "Late":
            async with engine.begin() as connection:
                await connection.execute(t.CompanyMember.__table__.delete())
            return await super().__aenter__()

    kinds = iter([Transaction, Late])
    graph = scene.agent
    graph.writer = replace(graph.writer, transactions=lambda: next(kinds)(engine))
    answer = await payload(graph, LAUNCH.call.document, **input_of(scene, LAUNCH))
    assert [error["code"] for error in answer["errors"]] == ["NOT_FOUND"]
    assert await approvals(scene) == []
