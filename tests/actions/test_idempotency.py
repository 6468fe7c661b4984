"""Idempotency keys: a call that is sent again acts once."""

import pytest

from db import tables as t
from domain.enums import TriggeredBy
from tests.actions.calls import ADD, MOVE, RESOLVE, Call
from tests.actions.scene import Scene, done, everything, payload, refused, rows

pytestmark = pytest.mark.slow


async def test_the_same_call_again_is_answered_alike_and_does_nothing(blocked: Scene, call: Call) -> None:
    graph, input = blocked.as_(blocked.editor), await call.ready(blocked)
    first = await done(graph, call.document, **input, idempotencyKey="k")
    before = await everything(blocked.engine)
    again = await done(graph, call.document, **input, idempotencyKey="k")
    assert (first["changed"], first["replayed"], again["replayed"]) == (True, False, True)
    assert {**again, "replayed": False} == first
    assert await everything(blocked.engine) == before


async def test_an_answer_that_changed_nothing_is_kept_too(scene: Scene) -> None:
    graph = scene.as_(scene.editor)
    same = {"companyId": scene.company_id, "to": "DISCOVERY", "idempotencyKey": "k"}
    first, again = await done(graph, MOVE.document, **same), await done(graph, MOVE.document, **same)
    assert (first["changed"], again["changed"], again["replayed"], again["move"]) == (False, False, True, "SAME")


async def test_a_key_is_for_one_input(blocked: Scene, call: Call) -> None:
    graph, input = blocked.as_(blocked.editor), await call.ready(blocked)
    await done(graph, call.document, **input, idempotencyKey="k")
    before = await everything(blocked.engine)
    error = await refused(graph, call.document, **{**input, **call.other}, idempotencyKey="k")
    assert (error["__typename"], error["code"], error["path"]) == (
        "Conflict", "IDEMPOTENCY_KEY_REUSED", ["idempotencyKey"]
    )  # fmt: skip
    assert await everything(blocked.engine) == before


async def test_a_key_is_for_one_operation(blocked: Scene) -> None:
    graph = blocked.as_(blocked.editor)
    await done(graph, MOVE.document, **await MOVE.ready(blocked), idempotencyKey="k")
    error = await refused(graph, ADD.document, **await ADD.ready(blocked), idempotencyKey="k")
    assert error["code"] == "IDEMPOTENCY_KEY_REUSED"


async def test_everyone_has_keys_of_their_own(scene: Scene) -> None:
    callers = [
        scene.as_(scene.editor), scene.as_(scene.owner), scene.as_(scene.editor, agent_id="a"),
        scene.as_(scene.editor, agent_id="b"), scene.as_(scene.editor, TriggeredBy.SYSTEM),
    ]  # fmt: skip
    for number, graph in enumerate(callers):
        input = {**await ADD.ready(scene), "code": str(number)}
        assert not (await done(graph, ADD.document, **input, idempotencyKey="k"))["replayed"]
    assert len(await rows(scene.engine, t.JourneyEvent)) == len(callers)


async def test_keys_that_look_alike_are_different_keys(scene: Scene) -> None:
    graph = scene.as_(scene.editor)
    for number, key in enumerate(["k", "K", "k k", "é", "e", "E", "ß", "ss"]):
        input = {**await ADD.ready(scene), "code": str(number)}
        assert not (await done(graph, ADD.document, **input, idempotencyKey=key))["replayed"], key


@pytest.mark.parametrize("kind", [TriggeredBy.AGENT, TriggeredBy.WEBHOOK])
async def test_agents_and_webhooks_must_send_a_key(blocked: Scene, call: Call, kind: TriggeredBy) -> None:
    agent_id = "agent-7" if kind is TriggeredBy.AGENT else None
    graph, input = blocked.as_(blocked.editor, kind, agent_id), await call.ready(blocked)
    before = await everything(blocked.engine)
    error = await refused(graph, call.document, **input)
    assert (error["__typename"], error["code"], error["path"]) == ("ValidationFailed", "REQUIRED", ["idempotencyKey"])
    assert (await payload(graph, call.document, **input, dryRun=True))["errors"] == []
    assert await everything(blocked.engine) == before
    await done(graph, call.document, **input, idempotencyKey="k")


@pytest.mark.parametrize("key", ["", "x" * 201, "a\nb", "a\0b", " k", "k ", " "])
async def test_a_key_that_cannot_be_kept_is_refused(scene: Scene, key: str) -> None:
    graph, input = scene.as_(scene.editor), await MOVE.ready(scene)
    error = await refused(graph, MOVE.document, **input, idempotencyKey=key)
    assert (error["__typename"], error["code"], error["path"]) == ("ValidationFailed", "MALFORMED", ["idempotencyKey"])
    await done(graph, MOVE.document, **input, idempotencyKey="ü" * 200)


async def test_a_refused_call_does_not_use_up_its_key(scene: Scene) -> None:
    graph = scene.as_(scene.editor)
    first = (await done(graph, ADD.document, **await ADD.ready(scene)))["blocker"]["id"]
    waiting = {**await ADD.ready(scene), "code": "B", "blockedBy": [first]}
    second = (await done(graph, ADD.document, **waiting))["blocker"]["id"]
    resolve = {"companyId": scene.company_id, "resolution": "Done"}
    error = await refused(graph, RESOLVE.document, **resolve, blockerId=second, idempotencyKey="k")
    assert error["code"] == "GATES_FAILED"
    assert await rows(scene.engine, t.IdempotencyKey) == []
    await done(graph, RESOLVE.document, **resolve, blockerId=first)
    assert not (await done(graph, RESOLVE.document, **resolve, blockerId=second, idempotencyKey="k"))["replayed"]


async def test_a_dry_run_uses_no_key_and_finds_what_the_call_would(blocked: Scene, call: Call) -> None:
    graph, input = blocked.as_(blocked.editor), await call.ready(blocked)
    dry = {**input, "idempotencyKey": "k", "dryRun": True}
    await done(graph, call.document, **dry)
    assert await rows(blocked.engine, t.IdempotencyKey) == []
    first = await done(graph, call.document, **input, idempotencyKey="k")
    assert not first["replayed"]
    before = await everything(blocked.engine)
    again = await done(graph, call.document, **dry)
    assert (again["replayed"], {**again, "replayed": False}) == (True, first)
    error = await refused(graph, call.document, **{**dry, **call.other})
    assert (error["__typename"], error["code"], error["path"]) == (
        "Conflict", "IDEMPOTENCY_KEY_REUSED", ["idempotencyKey"]
    )  # fmt: skip
    assert await everything(blocked.engine) == before
