"""Who may write: the same for every mutation."""

from typing import Any

import pytest

from domain.actors import Actor
from domain.enums import GlobalRole, MemberRole
from tests.actions.calls import HAND_OFF, Call
from tests.actions.scene import NOBODY, Scene, done, everything, refused
from tests.support import Graph


@pytest.mark.parametrize("who", ["editor", "owner", "manager"])
async def test_who_may_write(blocked: Scene, call: Call, who: str) -> None:
    assert (await done(blocked.as_(getattr(blocked, who)), call.document, **await call.ready(blocked)))["changed"]


async def test_a_viewer_may_read_but_not_write(blocked: Scene, call: Call) -> None:
    input = await call.ready(blocked)
    before = await everything(blocked.engine)
    error = await refused(blocked.as_(blocked.viewer), call.document, **input)
    assert (error["__typename"], error["code"], error["path"]) == ("Forbidden", "EDITOR_REQUIRED", [call.target])
    assert await everything(blocked.engine) == before


@pytest.mark.parametrize("more", [{}, {"expectedVersion": 7}, {"dryRun": True}, {"idempotencyKey": "k"}])
async def test_a_stranger_cannot_tell_it_from_what_is_not_there(
    blocked: Scene, call: Call, more: dict[str, Any]
) -> None:
    input = {**await call.ready(blocked), **more}
    before = await everything(blocked.engine)
    graph = blocked.as_(blocked.stranger)
    theirs = await graph(call.document, input=input)
    nobodys = await graph(call.document, input=call.of_nobody(input, NOBODY))
    assert theirs == nobodys
    [error] = theirs["data"][call.name]["errors"]
    assert (error["__typename"], error["code"], error["path"]) == ("NotFound", "NOT_FOUND", [call.target])
    assert await everything(blocked.engine) == before


async def test_to_a_manager_what_is_not_there_is_not_found_in_the_same_words(blocked: Scene, call: Call) -> None:
    input = await call.ready(blocked)
    stranger = await refused(blocked.as_(blocked.stranger), call.document, **input)
    assert stranger == await refused(
        blocked.as_(blocked.manager), call.document, **call.of_nobody(input, NOBODY)
    )  # fmt: skip


async def test_a_strangers_agent_is_a_stranger(blocked: Scene, call: Call) -> None:
    graph = blocked.as_(blocked.stranger, agent_id="agent-7")
    error = await refused(graph, call.document, **await call.ready(blocked), idempotencyKey="k")
    assert error["code"] == "NOT_FOUND"


async def test_a_role_in_another_company_is_none_here(blocked: Scene, call: Call) -> None:
    await blocked.make.member(blocked.viewer, await blocked.make.company(), MemberRole.OWNER)
    error = await refused(blocked.as_(blocked.viewer), call.document, **await call.ready(blocked))
    assert error["code"] == "EDITOR_REQUIRED"


async def test_an_editor_of_the_programme_needs_a_role_in_the_company(blocked: Scene, call: Call) -> None:
    graph = Graph(blocked.engine, Actor(blocked.viewer.id, roles=frozenset({GlobalRole.EDITOR})))
    assert (await refused(graph, call.document, **await call.ready(blocked)))["code"] == "EDITOR_REQUIRED"


async def test_a_viewer_hands_over_a_session_of_their_own(scene: Scene) -> None:
    session = await scene.make.session(scene.company, scene.viewer)
    input = HAND_OFF.of_nobody(await HAND_OFF.ready(scene), session.id)
    assert (await done(scene.as_(scene.viewer), HAND_OFF.document, **input))["changed"]


async def test_a_session_without_a_company_is_its_users_alone(scene: Scene) -> None:
    session = await scene.make.session(None, scene.owner)
    input = HAND_OFF.of_nobody(await HAND_OFF.ready(scene), session.id)
    assert (await refused(scene.as_(scene.editor), HAND_OFF.document, **input))["code"] == "NOT_FOUND"
    assert (await done(scene.as_(scene.owner), HAND_OFF.document, **input))["changed"]


async def test_who_has_left_the_company_cannot_hand_over_their_sessions_there(scene: Scene) -> None:
    session = await scene.make.session(scene.company, scene.stranger)
    input = HAND_OFF.of_nobody(await HAND_OFF.ready(scene), session.id)
    assert (await refused(scene.as_(scene.stranger), HAND_OFF.document, **input))["code"] == "NOT_FOUND"
