"""All or nothing: each statement of each mutation is made to fail in turn, and so is its commit."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from actions.retrying import ATTEMPTS, FIRST_PAUSE, LONGEST_PAUSE
from db import tables as t
from tests.actions.calls import MOVE, Call
from tests.actions.scene import Scene, done, everything, rows
from tests.support import Graph

pytestmark = pytest.mark.slow

SECRET = "near 'SELECT password FROM /var/lib/secret.sock'"
SYNTAX, DEADLOCK, LOCK_WAIT, READ_CHANGED, CERTIFICATION = 1064, 1213, 1205, 1020, 1047
MOST_STATEMENTS = 60


def broken(code: int = SYNTAX) -> OperationalError:
    return OperationalError(f"SELECT {SECRET}", {}, Exception(code, SECRET))


class Faults:
    """Raises `error` at the statements, or commits, whose number is in `at`."""

    def __init__(self, at: range, error: Callable[[], Exception] = broken) -> None:
        self.at, self.error = at, error
        self.seen = 0
        self.raised = False

    def __call__(self, *_: Any) -> None:
        self.seen += 1
        if self.seen in self.at:
            self.raised = True
            raise self.error()


@contextmanager
def at_statements(engine: AsyncEngine, faults: Faults) -> Iterator[None]:
    event.listen(engine.sync_engine, "before_cursor_execute", faults)
    try:
        yield
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", faults)


@contextmanager
def at_commits(engine: AsyncEngine, faults: Faults) -> Iterator[None]:
    event.listen(engine.sync_engine, "commit", faults)
    try:
        yield
    finally:
        event.remove(engine.sync_engine, "commit", faults)


def check_masked(answer: dict[str, Any], code: str = "INTERNAL") -> None:
    [error] = answer["errors"]
    assert error["extensions"]["code"] == code
    assert set(error["extensions"]) == {"code", "correlationId"}
    # Any digits may occur in an id.
    shown = str(answer).replace(error["extensions"]["correlationId"], "")
    for trace in ("SELECT", "INSERT", "secret", "password", "1064", "Operational", "sqlalche", "Traceback", ".py"):
        assert trace not in shown


async def fail_at(graph: Graph, call: Call, input: dict[str, Any], number: int) -> tuple[dict[str, Any], bool]:
    """The answer when the n-th statement fails, and whether there was an n-th."""
    faults = Faults(range(number, number + 1))
    with at_statements(graph.engine, faults):
        answer = await graph(call.document, input=input)
    return answer, faults.raised


@pytest.mark.parametrize("key", [None, "k"])
async def test_a_fault_at_any_statement_leaves_nothing_or_all(blocked: Scene, call: Call, key: str | None) -> None:
    graph, input = blocked.as_(blocked.editor), {**await call.ready(blocked), "idempotencyKey": key}
    before = await everything(blocked.engine)
    for number in range(1, MOST_STATEMENTS):
        answer, failed = await fail_at(graph, call, input, number)
        if await everything(blocked.engine) != before:
            break
        assert failed
        check_masked(answer)
    else:
        pytest.fail("it never succeeded")
    assert number > 4
    await _check_all_is_there(blocked, graph, call, input, answer)


async def _check_all_is_there(
    scene: Scene, graph: Graph, call: Call, input: dict[str, Any], answer: dict[str, Any]
) -> None:
    """Once it is done, only reading the answer can fail: with a key, the same call then gives the whole answer."""
    if "errors" in answer:
        check_masked(answer)
    assert len(await rows(scene.engine, t.JourneyEvent)) == call.events
    assert len(await rows(scene.engine, t.OutboxMessage)) == (2 if call.name == "sessionHandOff" else call.events)
    if input["idempotencyKey"] is not None:
        after = await everything(scene.engine)
        again = await done(graph, call.document, **input)
        assert (again["changed"], again["replayed"]) == (True, True)
        assert again.get("event") or not call.events
        assert await everything(scene.engine) == after


@pytest.mark.parametrize("key", [None, "k"])
async def test_after_a_fault_the_same_call_works(blocked: Scene, call: Call, key: str | None) -> None:
    graph, input = blocked.as_(blocked.editor), {**await call.ready(blocked), "idempotencyKey": key}
    statements = await _statements_until_done(blocked, call, input)
    for number in (1, statements // 2, statements):
        answer, failed = await fail_at(graph, call, input, number)
        assert failed
        check_masked(answer)
    made = await done(graph, call.document, **input)
    assert (made["changed"], made["replayed"]) == (True, False)


async def _statements_until_done(scene: Scene, call: Call, input: dict[str, Any]) -> int:
    """How many statements a dry run takes before it has its answer."""
    faults = Faults(range(0))
    ends: list[int] = []
    with at_statements(scene.engine, faults):
        event.listen(scene.engine.sync_engine, "rollback", lambda _: ends.append(faults.seen), once=True)
        await done(scene.as_(scene.editor), call.document, **{**input, "idempotencyKey": None}, dryRun=True)
    return ends[0]


@pytest.mark.parametrize("key", [None, "k"])
async def test_a_fault_at_the_commit_leaves_nothing(blocked: Scene, call: Call, key: str | None) -> None:
    graph, input = blocked.as_(blocked.editor), {**await call.ready(blocked), "idempotencyKey": key}
    before = await everything(blocked.engine)
    with at_commits(blocked.engine, Faults(range(1, 2))):
        check_masked(await graph(call.document, input=input))
    assert await everything(blocked.engine) == before
    assert not (await done(graph, call.document, **input))["replayed"]


async def test_a_fault_that_is_no_database_error_leaves_nothing_either(blocked: Scene, call: Call) -> None:
    graph, input = blocked.as_(blocked.editor), await call.ready(blocked)
    before = await everything(blocked.engine)
    with at_statements(blocked.engine, Faults(range(4, 5), lambda: RuntimeError(SECRET))):
        check_masked(await graph(call.document, input=input))
    assert await everything(blocked.engine) == before


@pytest.mark.parametrize(
    ("code", "number"),
    [(DEADLOCK, 1), (DEADLOCK, 4), (DEADLOCK, 6), (LOCK_WAIT, 4), (READ_CHANGED, 4), (CERTIFICATION, 4)],
)
async def test_what_another_try_can_mend_is_tried_again(blocked: Scene, call: Call, code: int, number: int) -> None:
    graph, input = blocked.as_(blocked.editor), {**await call.ready(blocked), "idempotencyKey": "k"}
    faults = Faults(range(number, number + 1), lambda: broken(code))
    with at_statements(blocked.engine, faults):
        made = await done(graph, call.document, **input)
    assert faults.raised
    assert (made["changed"], made["replayed"]) == (True, False)
    assert len(await rows(blocked.engine, t.JourneyEvent)) == call.events


async def test_a_deadlock_at_the_commit_is_tried_again(blocked: Scene, call: Call) -> None:
    graph, input = blocked.as_(blocked.editor), await call.ready(blocked)
    with at_commits(blocked.engine, Faults(range(1, 3), lambda: broken(DEADLOCK))):
        assert (await done(graph, call.document, **input))["changed"]
    assert len(await rows(blocked.engine, t.JourneyEvent)) == call.events


async def test_trying_again_has_an_end(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    async def wait(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("actions.retrying.asyncio.sleep", wait)
    graph, input = scene.as_(scene.editor), await MOVE.ready(scene)
    before = await everything(scene.engine)
    with at_commits(scene.engine, Faults(range(1, 100), lambda: broken(DEADLOCK))):
        check_masked(await graph(MOVE.document, input=input), "DATABASE_UNAVAILABLE")
    # Twice as long each time, up to the longest; each by chance a half shorter to a half longer.
    assert waited[0] < 2 * FIRST_PAUSE < LONGEST_PAUSE / 2 <= waited[-1] < 2 * LONGEST_PAUSE
    assert len(waited) == ATTEMPTS - 1
    assert await everything(scene.engine) == before


async def test_a_lock_that_is_not_given_up_is_the_databases_fault(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def wait(seconds: float) -> None:
        pass

    monkeypatch.setattr("actions.retrying.asyncio.sleep", wait)
    with at_commits(scene.engine, Faults(range(1, 100), lambda: broken(LOCK_WAIT))):
        code = await scene.as_(scene.editor).code(MOVE.document, input=await MOVE.ready(scene))
    assert code == "DATABASE_UNAVAILABLE"
