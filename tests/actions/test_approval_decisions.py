"""approvalApprove and approvalReject: who may, when, and what is kept of it."""

from datetime import timedelta
from typing import Any

import pytest

from db import tables as t
from domain.actors import Actor
from domain.enums import ApprovalDecision, GlobalRole, TriggeredBy
from domain.times import iso
from graph import ids
from tests.actions.approving import approve, reject
from tests.actions.calls import APPROVE, DECISIONS, Call
from tests.actions.scene import NOBODY, Scene, done, everything, refused, rows
from tests.support import NOW, Graph

D = ApprovalDecision
# Rows in each state, and what becomes of them when they are approved and rejected: None where nothing changes.
STATES: dict[str, tuple[dict[str, Any], str | None, str | None]] = {
    "PENDING": ({}, "APPROVED", "REJECTED"),
    "APPROVED": ({"decision": D.APPROVED}, None, "ALREADY_APPROVED"),
    "REJECTED": ({"decision": D.REJECTED}, "ALREADY_REJECTED", None),
    "REJECTED, long ago": ({"decision": D.REJECTED, "expires_at": NOW}, "ALREADY_REJECTED", None),
    "USED": ({"decision": D.APPROVED, "used_at": NOW}, "ALREADY_USED", "ALREADY_USED"),
    "USED, long ago": (
        {"decision": D.APPROVED, "used_at": NOW - timedelta(days=2), "expires_at": NOW - timedelta(days=1)},
        "ALREADY_USED",
        "ALREADY_USED",
    ),
    "EXPIRED": ({"expires_at": NOW}, "APPROVAL_EXPIRED", "APPROVAL_EXPIRED"),
    "EXPIRED, approved": ({"decision": D.APPROVED, "expires_at": NOW}, "APPROVAL_EXPIRED", "APPROVAL_EXPIRED"),
    "EXPIRED, without an end": ({"expires_at": None}, "APPROVAL_EXPIRED", "APPROVAL_EXPIRED"),
}


@pytest.fixture(params=DECISIONS, ids=lambda call: call.name)
def decision(request: pytest.FixtureRequest) -> Call:
    return request.param


async def in_state(scene: Scene, state: str) -> str:
    made = await scene.make.approval(scene.company, scene.editor, **STATES[state][0])
    return ids.encode("Approval", made.id)


async def test_a_manager_decides(scene: Scene, decision: Call) -> None:
    input = await decision.ready(scene)
    made = await done(scene.as_(scene.manager), decision.document, **{**input, **decision.other})
    status = "APPROVED" if decision is APPROVE else "REJECTED"
    assert (made["changed"], made["replayed"]) == (True, False)
    assert made["approval"] == {
        "id": input["approvalId"], "version": 2, "status": status, "decision": status, "note": "x",
        "decidedAt": iso(NOW), "decidedBy": {"id": ids.encode("User", scene.manager.id)}, "usedAt": None,
    }  # fmt: skip
    [message] = await rows(scene.engine, t.OutboxMessage)
    assert (message.topic, message.company_id) == (f"approval_{status.lower()}", scene.company.id)
    assert (message.payload["decision"], message.payload["note"]) == (status.lower(), "x")
    assert message.payload["decided_by"] == scene.manager.id


@pytest.mark.parametrize("state", STATES)
async def test_each_state_knows_what_may_become_of_it(scene: Scene, state: str, decision: Call) -> None:
    _, approved, rejected = STATES[state]
    expected = approved if decision is APPROVE else rejected
    given = await in_state(scene, state)
    before = await everything(scene.engine)
    made = await (approve if decision is APPROVE else reject)(scene, given)
    if expected in ("APPROVED", "REJECTED"):
        assert (made["changed"], made["approval"]["status"]) == (True, expected)
        return
    assert await everything(scene.engine) == before
    if expected is None:
        assert (made["changed"], made["errors"], made["approval"]["status"]) == (False, [], state[:8])
        return
    [error] = made["errors"]
    assert (error["__typename"], error["code"], error["path"]) == ("Conflict", expected, ["approvalId"])
    assert (error["expected"], error["actual"]) == ("PENDING", state.partition(",")[0])
    assert error["current"] == {
        "__typename": "Approval", "id": given, "version": 1, "became": state.partition(",")[0]
    }  # fmt: skip


@pytest.mark.parametrize("who", ["owner", "editor", "viewer", "agent", "manager's agent", "system", "webhook"])
async def test_nobody_else_decides(scene: Scene, decision: Call, who: str) -> None:
    input = await decision.ready(scene)
    before = await everything(scene.engine)
    error = await refused(_as(scene, who), decision.document, **input, idempotencyKey="k")
    assert (error["__typename"], error["code"], error["path"]) == ("Forbidden", "MANAGER_REQUIRED", ["approvalId"])
    assert await everything(scene.engine) == before
    await done(scene.as_(scene.manager), decision.document, **input)


def _as(scene: Scene, who: str) -> Graph:
    manages = frozenset({GlobalRole.MANAGER})
    if who == "agent":
        return scene.agent
    if who == "manager's agent":
        return scene.as_(scene.manager, agent_id="agent-7")
    if who in ("system", "webhook"):
        return Graph(scene.engine, Actor(scene.manager.id, TriggeredBy(who), roles=manages))
    return scene.as_(getattr(scene, who))


@pytest.mark.parametrize("more", [{}, {"expectedVersion": 7}, {"dryRun": True}, {"idempotencyKey": "k"}])
async def test_to_a_stranger_it_is_not_there(scene: Scene, decision: Call, more: dict[str, Any]) -> None:
    input = {**await decision.ready(scene), **more}
    graph = scene.as_(scene.stranger)
    before = await everything(scene.engine)
    theirs = await graph(decision.document, input=input)
    assert theirs == await graph(decision.document, input=decision.of_nobody(input, NOBODY))
    [error] = theirs["data"][decision.name]["errors"]
    assert (error["__typename"], error["code"], error["path"]) == ("NotFound", "NOT_FOUND", ["approvalId"])
    assert await everything(scene.engine) == before


async def test_a_key_is_one_decision(scene: Scene, decision: Call) -> None:
    graph, input = scene.as_(scene.manager), await decision.ready(scene)
    first = await done(graph, decision.document, **input, idempotencyKey="k")
    before = await everything(scene.engine)
    again = await done(graph, decision.document, **input, idempotencyKey="k")
    assert {**again, "replayed": False} == first
    assert again["replayed"]
    other = await refused(graph, decision.document, **{**input, **decision.other}, idempotencyKey="k")
    assert other["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert await everything(scene.engine) == before


async def test_a_dry_run_decides_nothing(scene: Scene, decision: Call) -> None:
    graph, input = scene.as_(scene.manager), await decision.ready(scene)
    before = await everything(scene.engine)
    made = await done(graph, decision.document, **input, dryRun=True)
    assert (made["changed"], made["approval"]["status"]) == (True, "PENDING")
    assert await everything(scene.engine) == before


async def test_who_has_read_an_old_version_gets_the_present_one(scene: Scene, decision: Call) -> None:
    graph, input = scene.as_(scene.manager), await decision.ready(scene)
    error = await refused(graph, decision.document, **input, expectedVersion=7)
    assert (error["__typename"], error["code"], error["expected"], error["actual"]) == ("Conflict", "STALE", "7", "1")
    assert error["current"]["became"] == "PENDING"
    assert (await done(graph, decision.document, **input, expectedVersion=1))["changed"]


@pytest.mark.parametrize(
    ("reason", "code"), [("", "REASON_REQUIRED"), (" \n", "REASON_REQUIRED"), ("x" * 2001, "TOO_LONG")]
)
async def test_a_rejection_says_why(scene: Scene, reason: str, code: str) -> None:
    made = await reject(scene, await in_state(scene, "PENDING"), reason=reason)
    [error] = made["errors"]
    assert (error["__typename"], error["code"], error["path"]) == ("ValidationFailed", code, ["reason"])


async def test_a_note_has_its_length(scene: Scene) -> None:
    given = await in_state(scene, "PENDING")
    [error] = (await approve(scene, given, note="x" * 2001))["errors"]
    assert (error["code"], error["path"]) == ("TOO_LONG", ["note"])
    assert (await approve(scene, given, note=" x " * 600))["changed"]


async def test_the_id_of_something_else_is_an_answer_of_the_payload(scene: Scene, decision: Call) -> None:
    input = await decision.ready(scene)
    error = await refused(scene.as_(scene.manager), decision.document, **{**input, "approvalId": scene.company_id})
    assert (error["__typename"], error["code"]) == ("ValidationFailed", "WRONG_ID_TYPE")


# --- as they are read

LIST = """query Q($filter: ApprovalFilter, $id: ID!, $public: String) {
  approvals(filter: $filter, orderBy: CREATED_ASC) { totalCount nodes { status decision } }
  approval(id: $id) { status company { approvals(filter: $filter) { totalCount } } user { id } decidedBy { id } }
  named: approval(publicId: $public) { id request } }"""


@pytest.mark.parametrize("stock", [False, True], ids=["levels", "stock"])
async def test_where_it_stands_follows_from_the_time(scene: Scene, stock: bool) -> None:
    for hours, state in enumerate(STATES):
        values = {"created_at": NOW - timedelta(hours=100 - hours), **STATES[state][0]}
        last = await scene.make.approval(scene.company, scene.editor, **values)
    graph = Graph(scene.engine, stock=stock)
    given = {"id": ids.encode("Approval", last.id), "public": last.public_id}
    data = await graph.data(LIST, **given)
    assert [node["status"] for node in data["approvals"]["nodes"]] == [state.partition(",")[0] for state in STATES]
    assert data["approval"]["user"] == {"id": ids.encode("User", scene.editor.id)}
    assert data["named"] == {"id": given["id"], "request": last.request}
    waiting = {"decision": ["PENDING"], "expiresFrom": iso(NOW + timedelta(seconds=1))}
    data = await graph.data(LIST, **given, filter=waiting)
    assert (data["approvals"]["totalCount"], data["approval"]["company"]["approvals"]["totalCount"]) == (1, 1)
    assert data["approvals"]["nodes"] == [{"status": "PENDING", "decision": "PENDING"}]
    used = await graph.data(LIST, **given, filter={"isUsed": True})
    assert {node["status"] for node in used["approvals"]["nodes"]} == {"USED"}
    tomorrow = Graph(scene.engine, now=NOW + timedelta(hours=24), stock=stock)
    later = {node["status"] for node in (await tomorrow.data(LIST, **given))["approvals"]["nodes"]}
    assert later == {"EXPIRED", "USED", "REJECTED"}


async def test_a_member_reads_them_and_a_stranger_does_not(scene: Scene) -> None:
    made = await scene.make.approval(scene.company, scene.editor)
    given = {"id": ids.encode("Approval", made.id), "public": made.public_id}
    seen = await scene.as_(scene.viewer).data(LIST, **given)
    assert (seen["approvals"]["totalCount"], seen["approval"]["status"]) == (1, "PENDING")
    unseen = await scene.as_(scene.stranger).data(LIST, **given)
    assert unseen == {"approvals": {"totalCount": 0, "nodes": []}, "approval": None, "named": None}


async def test_they_go_with_their_company_and_their_user(scene: Scene) -> None:
    await scene.make.approval(scene.company, scene.editor)
    async with scene.engine.begin() as connection:
        await connection.execute(t.Company.__table__.delete().where(t.Company.id == scene.company.id))
    assert await rows(scene.engine, t.Approval) == []
