"""sessionHandOff."""

from typing import Any

import pytest
from sqlalchemy import delete, update

from db import tables as t
from domain.enums import AgentType, JourneyStage, SessionStatus, SnapshotType
from domain.handoffs import MOST_HOPS, fingerprint
from domain.times import iso
from graph import ids
from tests.actions.scene import ERRORS, Scene, done, everything, payload, refused, rows, set_up
from tests.make import Make
from tests.support import NOW, Graph

SESSION = "id sessionId agentType status outcomeType successfulOutcome handoffToAgent endedAt version journeyStage"
HAND_OFF = f"""
mutation HandOff($input: SessionHandOffInput!) {{
  sessionHandOff(input: $input) {{ changed replayed
    session {{ {SESSION} sessionContext messagesCount tokensUsed user {{ id }} company {{ id }} product {{ id }}
      handoffsIn {{ nodes {{ id hop fromSession {{ id }} }} }} }}
    source {{ {SESSION} handoffsOut {{ nodes {{ id toSession {{ id }} }} }} }}
    handoff {{ id status hop reason redactions openQuestions toAgentType createdBy {{ id }} decidedAt
      fromSession {{ id }} toSession {{ id }} snapshot {{ id }} }}
    snapshot {{ id snapshotId snapshotType contextData triggerEvent agentSessionId expiresAt }}
    event {{ __typename relatedEntityType relatedEntityId ... on MilestoneAchievedEvent {{ data {{ code title }} }} }}
    {ERRORS} }} }}
"""
A, B, C = AgentType.CONTENT_STRATEGIST, AgentType.VISUAL_CREATOR, AgentType.MARKET_ANALYST
CONTEXT = {"goal": "list", "draft": {"title": "x"}, "secret": "hunter2", "_handoff": {"hop": 0}}


def asked(session: t.AgentSession | str, to: AgentType = B, **values: Any) -> dict[str, Any]:
    key = session if isinstance(session, str) else ids.encode("AgentSession", session.id)
    return {"sessionId": key, "toAgentType": to.name, "reason": "pictures are next", **values}


async def begin(scene: Scene, **values: Any) -> t.AgentSession:
    return await scene.make.session(scene.company, scene.editor, **{"session_context": CONTEXT, **values})


async def pass_on(graph: Graph, session: str, *types: AgentType) -> str:
    """Hands the session on from type to type; the id of the last one."""
    for each in types:
        session = (await done(graph, HAND_OFF, **asked(session, each)))["session"]["id"]
    return session


async def test_the_next_agent_goes_on_where_the_last_one_was(scene: Scene, make: Make) -> None:
    product = await make.product(scene.company)
    source = await begin(scene, product_id=product.id, messages_count=9, tokens_used=900)
    made = await done(scene.as_(scene.editor), HAND_OFF, **asked(source))
    session = made["session"]
    assert (session["agentType"], session["status"], session["journeyStage"]) == (
        "VISUAL_CREATOR",
        "ACTIVE",
        "DISCOVERY",
    )
    assert session["company"] == {"id": scene.company_id}
    assert (session["user"]["id"], session["product"]["id"]) == (
        ids.encode("User", scene.editor.id), ids.encode("Product", product.id)
    )  # fmt: skip
    assert (session["messagesCount"], session["tokensUsed"], session["endedAt"]) == (0, 0, None)


async def test_the_source_is_completed(scene: Scene) -> None:
    source = (await done(scene.as_(scene.editor), HAND_OFF, **asked(await begin(scene))))["source"]
    assert (source["status"], source["endedAt"], source["version"]) == ("COMPLETED", iso(NOW), 2)
    assert (source["outcomeType"], source["successfulOutcome"]) == ("handed_off", None)
    assert source["handoffToAgent"] == "visual_creator"


async def test_the_handoff_links_the_two(scene: Scene) -> None:
    made = await done(scene.as_(scene.editor), HAND_OFF, **asked(await begin(scene)))
    handoff, session, source = made["handoff"], made["session"], made["source"]
    assert (handoff["fromSession"], handoff["toSession"]) == ({"id": source["id"]}, {"id": session["id"]})
    assert session["handoffsIn"]["nodes"] == [{"id": handoff["id"], "hop": 1, "fromSession": {"id": source["id"]}}]
    assert source["handoffsOut"]["nodes"] == [{"id": handoff["id"], "toSession": {"id": session["id"]}}]
    assert (handoff["status"], handoff["decidedAt"], handoff["snapshot"]["id"]) == (
        "ACCEPTED", iso(NOW), made["snapshot"]["id"]
    )  # fmt: skip


async def test_the_note_says_where_the_work_comes_from(scene: Scene, make: Make) -> None:
    source = await begin(scene)
    steps = [{"step_num": 1, "status": "completed"}, {"step_num": 2, "template_slug": "logo"}, "odd"]
    chain = await make.chain(scene.company, scene.editor, status="in_progress", total_steps=2, steps_config=steps)
    await make.row(t.ChainSession(chain_id=chain.id, session_id=source.id, step_num=2, created_at=NOW))
    more = {"openQuestions": ["which colour?"], "redact": ["secret"]}
    made = await done(scene.as_(scene.editor), HAND_OFF, **asked(source, **more))
    note = made["session"]["sessionContext"].pop("_handoff")
    assert note.pop("handoff_id") == ids.decode(made["handoff"]["id"])[1]
    assert note == {
        "from_session": source.session_id, "snapshot_id": made["snapshot"]["snapshotId"],
        "snapshot_sha256": made["snapshot"]["contextData"]["sha256"], "hop": 1, "reason": "pictures are next",
        "open_questions": ["which colour?"], "stage_at_handoff": "discovery", "handed_over_at": iso(NOW),
        "pending_steps": [{"chain_id": chain.chain_id, "step_num": 2, "template_slug": "logo"}], "omitted": ["secret"],
    }  # fmt: skip
    assert [row.chain_id for row in await rows(scene.engine, t.EventChain)] == [chain.id]


async def test_the_snapshot_holds_what_was_handed_over(scene: Scene, make: Make) -> None:
    blockers = {"launch": [{"id": "b", "code": "c", "title": "t", "severity": "low", "stage": "launch"}]}
    blockers["launch"][0]["added_at"] = "2026-01-01T00:00:00Z"
    scene = await set_up(scene.engine, make, partner_journey_stage=JourneyStage.LAUNCH, blockers=blockers)
    source = await begin(scene)
    snapshot = (await done(scene.as_(scene.editor), HAND_OFF, **asked(source)))["snapshot"]
    assert (snapshot["snapshotType"], snapshot["agentSessionId"]) == (SnapshotType.HANDOFF.name, source.session_id)
    assert snapshot["expiresAt"] == "2026-12-12T12:00:00Z"
    data = snapshot["contextData"]
    assert data["session"]["context"] == {key: value for key, value in CONTEXT.items() if key != "_handoff"}
    assert (data["company"]["stage"], data["company"]["version"]) == ("launch", 1)
    assert [each["id"] for each in data["company"]["open_blockers"]] == ["b"]
    assert data["sha256"] == fingerprint({"session": data["session"], "company": data["company"]})


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        ({}, {"goal", "draft", "secret"}),
        ({"redact": ["secret"]}, {"goal", "draft"}),
        ({"policy": "SUMMARY", "redact": ["secret"]}, {"goal"}),
        ({"policy": "KEYS", "keys": ["draft", "secret"], "redact": ["secret"]}, {"draft"}),
        ({"policy": "NONE"}, set()),
    ],
)
async def test_what_stays_behind_is_in_no_new_row(scene: Scene, values: dict[str, Any], kept: set[str]) -> None:
    made = await done(scene.as_(scene.editor), HAND_OFF, **asked(await begin(scene), **values))
    context = made["session"]["sessionContext"]
    assert context["_handoff"]["omitted"] == sorted({"goal", "draft", "secret"} - kept)
    assert {key: value for key, value in context.items() if key != "_handoff"} == {key: CONTEXT[key] for key in kept}
    assert set(made["snapshot"]["contextData"]["session"]["context"]) == kept
    assert ("hunter2" in str(made)) is ("secret" in kept)


@pytest.mark.parametrize("values", [{"policy": "KEYS"}, {"policy": "KEYS", "keys": []}, {"keys": ["goal"]}])
async def test_keys_go_with_their_policy(scene: Scene, values: dict[str, Any]) -> None:
    source = await begin(scene)
    error = await refused(scene.as_(scene.editor), HAND_OFF, **asked(source, **values))
    assert (error["code"], error["path"]) == ("KEYS_AND_POLICY", ["keys"])


@pytest.mark.parametrize("field", ["keys", "redact", "openQuestions"])
async def test_lists_have_an_end(scene: Scene, field: str) -> None:
    source, policy = await begin(scene), "KEYS" if field == "keys" else "FULL"
    error = await refused(scene.as_(scene.editor), HAND_OFF, **asked(source, policy=policy, **{field: ["x"] * 51}))
    assert (error["code"], error["path"]) == ("TOO_MANY", [field])
    await done(scene.as_(scene.editor), HAND_OFF, **asked(source, policy=policy, **{field: ["x"] * 50}))


async def test_an_event_and_a_message_tell_of_it(scene: Scene) -> None:
    made = await done(scene.as_(scene.editor), HAND_OFF, **asked(await begin(scene)))
    assert made["event"] == {
        "__typename": "MilestoneAchievedEvent", "relatedEntityType": "session_handoff",
        "relatedEntityId": str(ids.decode(made["handoff"]["id"])[1]),
        "data": {"code": "session_handed_off", "title": "CONTENT_STRATEGIST handed over to VISUAL_CREATOR"},
    }  # fmt: skip
    topics = [message.topic for message in await rows(scene.engine, t.OutboxMessage)]
    assert topics == ["journey_event", "session_handed_off"]


async def test_a_session_without_a_company_hands_over_without_an_event(scene: Scene, make: Make) -> None:
    source = await make.session(None, scene.stranger, journey_stage="launch")
    made = await done(scene.as_(scene.stranger), HAND_OFF, **asked(source))
    assert (made["event"], made["session"]["company"], made["session"]["journeyStage"]) == (None, None, "LAUNCH")
    assert made["snapshot"]["contextData"]["company"] is None
    assert [message.topic for message in await rows(scene.engine, t.OutboxMessage)] == ["session_handed_off"]


@pytest.mark.parametrize("gone", [t.Company, t.Product])
async def test_a_session_outlives_what_it_was_about(scene: Scene, make: Make, gone: Any) -> None:
    product = await make.product(scene.company)
    source = await begin(scene, product_id=product.id)
    async with scene.engine.begin() as connection:
        await connection.execute(delete(gone))
    made = await done(scene.as_(scene.manager), HAND_OFF, **asked(source))
    assert made["session"]["status"] == "ACTIVE"
    assert (made["event"] is None) is (gone is t.Company)


@pytest.mark.parametrize("context", [None, [], ["x"], "text", True])
async def test_a_context_of_an_odd_shape_is_left_behind(scene: Scene, context: Any) -> None:
    made = await done(scene.as_(scene.editor), HAND_OFF, **asked(await begin(scene, session_context=context)))
    assert list(made["session"]["sessionContext"]) == ["_handoff"]


async def test_a_session_hands_over_once(scene: Scene) -> None:
    source, graph = await begin(scene), scene.as_(scene.editor)
    first = await done(graph, HAND_OFF, **asked(source))
    before = await everything(scene.engine)
    error = await refused(graph, HAND_OFF, **asked(source, C))
    assert (error["__typename"], error["code"]) == ("Conflict", "HANDOFF_EXISTS")
    assert error["current"] == {"__typename": "SessionHandoff", "id": first["handoff"]["id"]}
    assert await everything(scene.engine) == before


@pytest.mark.parametrize("status", [SessionStatus.COMPLETED, SessionStatus.ABANDONED])
async def test_a_closed_session_hands_nothing_over(scene: Scene, status: SessionStatus) -> None:
    paused = await begin(scene, status=SessionStatus.PAUSED)
    await done(scene.as_(scene.editor), HAND_OFF, **asked(paused))
    error = await refused(scene.as_(scene.editor), HAND_OFF, **asked(await begin(scene, status=status)))
    assert (error["code"], error["current"]["status"]) == ("SESSION_NOT_OPEN", status.name)


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"to": A}, "toAgentType", "SAME_AGENT_TYPE"),
        ({"reason": " "}, "reason", "REASON_REQUIRED"),
        ({"reason": "x" * 2001}, "reason", "REASON_REQUIRED"),
    ],
)
async def test_what_is_wrong_is_said(scene: Scene, values: dict[str, Any], field: str, code: str) -> None:
    source, graph = await begin(scene), scene.as_(scene.editor)
    error = await refused(graph, HAND_OFF, **asked(source, **values))
    assert [(each["field"], each["code"]) for each in error["fieldErrors"]] == [(field, code)]
    await done(graph, HAND_OFF, **asked(source))


async def test_a_line_of_handoffs_has_an_end(scene: Scene) -> None:
    graph, types = scene.as_(scene.editor), list(AgentType)
    source = await begin(scene)
    last = await pass_on(graph, ids.encode("AgentSession", source.id), *(types[n % 8] for n in range(1, MOST_HOPS + 1)))
    error = await refused(graph, HAND_OFF, **asked(last, B))
    assert error["code"] == "TOO_MANY_HOPS"
    assert [row.hop for row in await rows(scene.engine, t.SessionHandoff)] == list(range(1, MOST_HOPS + 1))


async def test_going_round_in_circles_is_refused_until_something_happens(scene: Scene, make: Make) -> None:
    graph, source = scene.as_(scene.editor), await begin(scene)
    last = await pass_on(graph, ids.encode("AgentSession", source.id), B, A, B)
    assert (await refused(graph, HAND_OFF, **asked(last, A)))["code"] == "HANDOFF_LOOP"
    await make.event(scene.company, scene.editor, created_at=NOW)
    await done(graph, HAND_OFF, **asked(last, A))


async def test_who_has_read_an_old_version_gets_the_present_session(scene: Scene) -> None:
    source, graph = await begin(scene), scene.as_(scene.editor)
    async with scene.engine.begin() as connection:
        await connection.execute(update(t.AgentSession.__table__).values(version=4))
    error = await refused(graph, HAND_OFF, **asked(source, expectedVersion=1))
    assert (error["code"], error["current"]["__typename"], error["current"]["version"]) == ("STALE", "AgentSession", 4)
    await done(graph, HAND_OFF, **asked(source, expectedVersion=4))


async def test_a_dry_run_hands_nothing_over(scene: Scene) -> None:
    source, graph = await begin(scene), scene.as_(scene.editor)
    before = await everything(scene.engine)
    made = await payload(graph, HAND_OFF, **asked(source, dryRun=True))
    assert (made["changed"], made["errors"], made["source"]["status"]) == (True, [], "ACTIVE")
    assert {made[name] for name in ("session", "handoff", "snapshot", "event")} == {None}
    error = await refused(graph, HAND_OFF, **asked(source, A, dryRun=True))
    assert error["code"] == "SAME_AGENT_TYPE"
    assert await everything(scene.engine) == before


async def test_an_agent_hands_over_for_its_user(scene: Scene) -> None:
    made = await done(scene.agent, HAND_OFF, **asked(await begin(scene), idempotencyKey="k"))
    [event] = await rows(scene.engine, t.JourneyEvent)
    assert (event.triggered_by, event.agent_id) == ("agent", "agent-7")
    assert made["handoff"]["createdBy"] == {"id": ids.encode("User", scene.editor.id)}
