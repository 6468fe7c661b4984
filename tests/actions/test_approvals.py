"""What an agent may do only when a manager has approved it: asking, acting, and what an approval is good for."""

from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from actions.perform import Request
from db import tables as t
from domain.actors import Actor
from domain.enums import AgentType, GlobalRole, TriggeredBy
from domain.times import iso
from graph import ids
from tests.actions.approving import (
    DAY,
    GUARDED,
    LAUNCH,
    OPEN,
    SECOND,
    Attempt,
    about_to,
    acted,
    approvals,
    approve,
    asked,
    input_of,
    later,
    reject,
    resolve,
    the_rest,
    topics,
)
from tests.actions.scene import Scene, done, everything, payload, refused, rows
from tests.make import READY, Make
from tests.support import NOW, Graph

REGRESS = {"to": "PRE_LIST", "reason": "the listing was withdrawn"}


@pytest.fixture
async def launching(engine: AsyncEngine, make: Make) -> Scene:
    return await about_to(engine, make, LAUNCH)


@pytest.mark.parametrize("attempt", GUARDED, ids=str)
async def test_what_an_agent_may_not_do_alone_is_asked_for(engine: AsyncEngine, make: Make, attempt: Attempt) -> None:
    scene = await about_to(engine, make, attempt)
    before = await the_rest(scene)
    error = await asked(scene, attempt)
    field = "to" if "to" in attempt.input else "blockerId"
    assert (error["code"], error["path"]) == ("APPROVAL_REQUIRED", [field])
    assert error["approval"]["id"] == error["approvalId"]
    assert (error["approval"]["status"], error["approval"]["agentId"]) == ("PENDING", "agent-7")
    assert error["approval"]["summary"] in error["message"]
    assert await the_rest(scene) == before
    assert await topics(scene) == ["approval_requested"]


@pytest.mark.parametrize("attempt", GUARDED, ids=str)
async def test_once_approved_the_same_call_passes(engine: AsyncEngine, make: Make, attempt: Attempt) -> None:
    scene = await about_to(engine, make, attempt)
    await approve(scene, (await asked(scene, attempt))["approvalId"])
    made = await acted(scene, attempt)
    assert (made["changed"], made["replayed"]) == (True, False)
    [approval] = await approvals(scene)
    assert (approval.decision, approval.used_at, approval.live_key) == ("approved", NOW, None)


@pytest.mark.parametrize("attempt", OPEN, ids=str)
async def test_the_rest_an_agent_does_alone(engine: AsyncEngine, make: Make, attempt: Attempt) -> None:
    scene = await about_to(engine, make, attempt)
    await acted(scene, attempt)
    assert await approvals(scene) == []


@pytest.mark.parametrize("attempt", GUARDED, ids=str)
@pytest.mark.parametrize("who", ["editor", "owner", "manager", TriggeredBy.SYSTEM, TriggeredBy.WEBHOOK])
async def test_nobody_else_is_asked_for_approval(engine: AsyncEngine, make: Make, attempt: Attempt, who: str) -> None:
    scene = await about_to(engine, make, attempt)
    graph = scene.as_(scene.editor, who) if isinstance(who, TriggeredBy) else scene.as_(getattr(scene, who))
    assert (await acted(scene, attempt, graph))["changed"]
    assert await approvals(scene) == []


async def test_an_agent_of_a_manager_has_to_ask_too(launching: Scene) -> None:
    await asked(launching, graph=launching.as_(launching.manager, agent_id="agent-7"))


async def test_what_is_kept_of_a_question(launching: Scene) -> None:
    await asked(launching, reason="all is ready")
    [approval] = await approvals(launching)
    request = {
        "company_id": launching.company.id, "to": "launch", "reason": "all is ready", "force": False,
        "blocker": None, "expected_version": None, "expected_stage": None,
    }  # fmt: skip
    assert (approval.operation, approval.request) == ("companyTransitionStage", request)
    assert approval.request_hash == Request.of("companyTransitionStage", request).hash
    assert approval.summary == f"Move “{launching.company.name}” from PRE_LIST to LAUNCH."
    assert (approval.company_id, approval.user_id) == (launching.company.id, launching.editor.id)
    assert (approval.agent_id, approval.agent_type) == ("agent-7", AgentType.MDF_ASSISTANT)
    assert (approval.decision, approval.created_at, approval.expires_at) == ("pending", NOW, NOW + DAY)
    assert (approval.decided_at, approval.decided_by, approval.note, approval.used_at) == (None, None, None, None)
    [message] = await rows(launching.engine, t.OutboxMessage)
    assert (message.company_id, message.event_id) == (launching.company.id, None)
    assert message.payload["public_id"] == approval.public_id


async def test_asking_again_asks_once(launching: Scene) -> None:
    first = await asked(launching)
    assert await asked(launching) == first
    assert await asked(launching, key="another") == first
    assert len(await approvals(launching)) == 1
    assert await topics(launching) == ["approval_requested"]


async def test_silence_is_not_consent(launching: Scene) -> None:
    await asked(launching)
    await asked(launching, graph=later(launching.agent, DAY - SECOND))


@pytest.mark.parametrize(
    "more",
    [{"expectedVersion": 7}, {"expectedStage": "SCALE"}, {"to": "SCALE"}, {"reason": "x" * 3000}, {"companyId": "x"}],
)
async def test_nobody_is_asked_for_what_would_be_refused_anyway(launching: Scene, more: dict[str, Any]) -> None:
    error = await refused(launching.agent, LAUNCH.call.document, **{**input_of(launching, LAUNCH), **more})
    assert error["__typename"] != "ApprovalRequired"
    assert await approvals(launching) == []


@pytest.mark.parametrize(("who", "code"), [("viewer", "EDITOR_REQUIRED"), ("stranger", "NOT_FOUND")])
async def test_an_agent_asks_for_nothing_that_its_user_may_not_do(launching: Scene, who: str, code: str) -> None:
    graph = launching.as_(getattr(launching, who), agent_id="agent-7")
    assert (await refused(graph, LAUNCH.call.document, **input_of(launching, LAUNCH)))["code"] == code
    assert await approvals(launching) == []


# --- what an approval is good for


async def _others(scene: Scene, which: str) -> tuple[Graph, Attempt, dict[str, Any]]:
    if which == "another input":
        return scene.agent, LAUNCH, {"reason": "x"}
    if which == "another expectation":
        return scene.agent, LAUNCH, {"expectedVersion": scene.company.version}
    if which == "another agent":
        return scene.as_(scene.editor, agent_id="agent-8"), LAUNCH, {}
    if which == "another user":
        return scene.as_(scene.owner, agent_id="agent-7"), LAUNCH, {}
    if which == "another operation":
        return scene.agent, resolve("worst"), {}
    company = await scene.make.company(partner_journey_stage="pre_list", **READY)
    await scene.make.member(scene.editor, company)
    await scene.make.evidence(company, scene.owner)
    return scene.agent, LAUNCH, {"companyId": ids.encode("Company", company.id)}


@pytest.mark.parametrize(
    "which",
    ["another input", "another expectation", "another agent", "another user", "another operation", "another company"],
)
async def test_it_holds_for_nothing_else(launching: Scene, which: str) -> None:
    given = (await asked(launching))["approvalId"]
    await approve(launching, given)
    graph, attempt, more = await _others(launching, which)
    error = await refused(graph, attempt.call.document, **{**input_of(launching, attempt, key="o"), **more})
    assert (error["code"], error["approval"]["status"]) == ("APPROVAL_REQUIRED", "PENDING")
    assert error["approvalId"] != given
    assert (await acted(launching))["changed"]


async def test_it_holds_once(launching: Scene) -> None:
    first = (await asked(launching))["approvalId"]
    await approve(launching, first)
    await acted(launching)
    await done(launching.as_(launching.manager), LAUNCH.call.document, companyId=launching.company_id, **REGRESS)
    again = await asked(launching, key="again")
    assert again["approvalId"] != first
    assert (again["code"], again["approval"]["status"]) == ("APPROVAL_REQUIRED", "PENDING")
    await approve(launching, again["approvalId"])
    assert (await acted(launching, key="again"))["changed"]


async def test_a_call_that_changes_nothing_uses_none_up(launching: Scene) -> None:
    await approve(launching, (await asked(launching))["approvalId"])
    await done(launching.as_(launching.editor), LAUNCH.call.document, companyId=launching.company_id, to="LAUNCH")
    assert not (await acted(launching))["changed"]
    [approval] = await approvals(launching)
    assert approval.used_at is None


async def test_a_refused_call_uses_none_up(launching: Scene) -> None:
    await approve(launching, (await asked(launching))["approvalId"])
    await done(
        launching.as_(launching.manager),
        LAUNCH.call.document,
        companyId=launching.company_id,
        to="SCALE",
        reason="agreed long ago",
        force=True,
    )
    error = await refused(launching.agent, LAUNCH.call.document, **input_of(launching, LAUNCH))
    assert error["code"] == "MANAGER_REQUIRED"
    [approval] = await approvals(launching)
    assert (approval.used_at, approval.decision) == (None, "approved")


async def test_a_question_ends_after_a_day(launching: Scene) -> None:
    first = (await asked(launching))["approvalId"]
    late = await approve(launching, first, later(launching.as_(launching.manager), DAY))
    assert (late["errors"][0]["code"], late["errors"][0]["current"]["became"]) == ("APPROVAL_EXPIRED", "EXPIRED")
    anew = await asked(launching, graph=later(launching.agent, DAY))
    assert anew["approvalId"] != first
    [old, new] = await approvals(launching)
    assert (old.live_key, new.expires_at) == (None, NOW + DAY + DAY)


async def test_a_question_can_be_answered_up_to_its_last_second(launching: Scene) -> None:
    given = (await asked(launching))["approvalId"]
    assert (await approve(launching, given, later(launching.as_(launching.manager), DAY - SECOND)))["errors"] == []
    assert (await acted(launching, graph=later(launching.agent, DAY - SECOND)))["changed"]


async def test_an_answer_ends_with_its_question(launching: Scene) -> None:
    first = (await asked(launching))["approvalId"]
    await approve(launching, first)
    anew = await asked(launching, graph=later(launching.agent, DAY))
    assert (anew["code"], anew["approval"]["status"]) == ("APPROVAL_REQUIRED", "PENDING")
    assert anew["approvalId"] != first
    assert [approval.used_at for approval in await approvals(launching)] == [None, None]


async def test_who_was_rejected_is_told_and_asks_nobody_again(launching: Scene) -> None:
    given = (await asked(launching))["approvalId"]
    await reject(launching, given)
    before = await everything(launching.engine)
    error = await asked(launching, graph=later(launching.agent, DAY - SECOND))
    assert (error["code"], error["approvalId"], error["path"]) == ("APPROVAL_REJECTED", given, ["to"])
    assert "not this week" in error["message"]
    assert iso(NOW + DAY) in error["message"]
    assert await everything(launching.engine) == before
    assert (await asked(launching, reason="another reason"))["approval"]["status"] == "PENDING"
    assert (await asked(launching, graph=later(launching.agent, DAY)))["approval"]["status"] == "PENDING"


async def test_the_right_to_write_is_asked_for_when_it_is_used(launching: Scene) -> None:
    """An approval is no right of its own: who has lost theirs meanwhile cannot act on it."""
    member = Actor(launching.stranger.id, TriggeredBy.AGENT, "agent-7", roles=frozenset({GlobalRole.MANAGER}))
    graph = Graph(launching.engine, member)
    await approve(launching, (await asked(launching, graph=graph))["approvalId"])
    graph = launching.as_(launching.stranger, agent_id="agent-7")
    assert (await refused(graph, LAUNCH.call.document, **input_of(launching, LAUNCH)))["code"] == "NOT_FOUND"


# --- keys and dry runs


async def test_a_refused_call_leaves_its_key_usable(launching: Scene) -> None:
    given = await asked(launching)
    assert await rows(launching.engine, t.IdempotencyKey) == []
    await approve(launching, given["approvalId"])
    first = await acted(launching)
    before = await everything(launching.engine)
    again = await acted(launching)
    assert (first["replayed"], again["replayed"]) == (False, True)
    assert {**again, "replayed": False} == first
    assert await everything(launching.engine) == before


async def test_a_dry_run_asks_for_nothing(launching: Scene) -> None:
    before = await everything(launching.engine)
    error = await asked(launching, key=None, dryRun=True)
    assert (error["code"], error["approvalId"], error["approval"]) == ("APPROVAL_REQUIRED", None, None)
    assert await everything(launching.engine) == before


async def test_a_dry_run_names_what_was_asked_for(launching: Scene) -> None:
    given = await asked(launching)
    assert await asked(launching, dryRun=True) == given
    late = await asked(launching, graph=later(launching.agent, DAY), dryRun=True)
    assert late["approvalId"] is None
    assert len(await approvals(launching)) == 1


async def test_a_dry_run_uses_nothing_up(launching: Scene) -> None:
    await approve(launching, (await asked(launching))["approvalId"])
    before = await everything(launching.engine)
    foretold = await payload(launching.agent, LAUNCH.call.document, **input_of(launching, LAUNCH, dryRun=True))
    assert (foretold["errors"], foretold["changed"]) == ([], True)
    assert await everything(launching.engine) == before
    assert (await acted(launching))["changed"]
