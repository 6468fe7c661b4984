"""blockerAdd and blockerResolve."""

from typing import Any

import pytest
from sqlalchemy import delete

from db import tables as t
from domain.enums import JourneyStage, TriggeredBy
from domain.times import iso
from graph import ids
from tests.actions.scene import ERRORS, NOBODY, Scene, done, everything, payload, refused, rows, set_up
from tests.make import Make
from tests.support import NOW

FIELDS = """
id code title description severity stage source status dueAt addedAt agentId blockedBy resolution resolvedAt
product { id } owner { id } addedBy { id } resolvedBy { id } sourceRef { type id }
"""
ADD = f"""
mutation Add($input: BlockerAddInput!) {{
  blockerAdd(input: $input) {{ changed replayed created blocker {{ {FIELDS} }} company {{ version blockers {{ id }} }}
    event {{ __typename triggeredBy agentId product {{ id }}
      ... on BlockerAddedEvent {{ data {{ blockerId code title severity stage reopened }} }} }}
    {ERRORS} }} }}
"""
RESOLVE = f"""
mutation Resolve($input: BlockerResolveInput!) {{
  blockerResolve(input: $input) {{ changed replayed unblocked resolved blocker {{ {FIELDS} }} company {{ version }}
    event {{ __typename product {{ id }}
      ... on BlockerResolvedEvent {{ data {{ blockerId code title severity stage resolution unblocked }} }} }}
    {ERRORS} }} }}
"""

WAIVED = f"""
mutation Waive($input: BlockerWaiveInput!) {{
  blockerWaive(input: $input) {{ changed replayed unblocked blocker {{ id }} {ERRORS} }} }}
"""


def asked(scene: Scene, **values: Any) -> dict[str, Any]:
    return {"companyId": scene.company_id, "code": "LOGO", "title": "No logo", "severity": "HIGH", **values}


async def add(scene: Scene, **values: Any) -> str:
    """The id of a new blocker."""
    made = await done(scene.as_(scene.editor), ADD, **asked(scene, **values))
    assert made["created"]
    return made["blocker"]["id"]


def way_out(scene: Scene, blocker: str, **values: Any) -> dict[str, Any]:
    return {"companyId": scene.company_id, "blockerId": blocker, "resolution": "New logo", **values}


async def store(scene: Scene, make: Make, raw: Any) -> Scene:
    """The same people around a company whose document others have written."""
    return await set_up(scene.engine, make, blockers=raw)


def stored(**values: Any) -> dict[str, Any]:
    base = {"id": "old", "code": "OLD", "title": "Old", "severity": "high", "stage": "discovery"}
    return {**base, "added_at": "2026-01-01T00:00:00Z", **values}


async def document(scene: Scene) -> Any:
    return next(row.blockers for row in await rows(scene.engine, t.Company) if row.id == scene.company.id)


# --- blockerAdd


async def test_an_editor_adds_a_blocker(scene: Scene, make: Make) -> None:
    product = await make.product(scene.company)
    references = {"productId": ids.encode("Product", product.id), "ownerId": ids.encode("User", scene.owner.id)}
    more = {"stage": "LAUNCH", "dueAt": "2026-07-01T02:00:00+02:00", "sourceRef": {"type": "ticket", "id": "7"}}
    made = await done(scene.as_(scene.editor), ADD, **asked(scene, **references, **more, description="Long story"))
    assert (made["created"], made["changed"], made["company"]["version"]) == (True, True, 2)
    assert made["company"]["blockers"] == [{"id": made["blocker"]["id"]}]
    assert {**made["blocker"], "id": None} == {
        "id": None, "code": "LOGO", "title": "No logo", "description": "Long story", "severity": "HIGH",
        "stage": "LAUNCH", "source": "USER", "status": "OPEN", "dueAt": "2026-07-01T00:00:00Z", "addedAt": iso(NOW),
        "agentId": None, "blockedBy": [], "resolution": None, "resolvedAt": None, "resolvedBy": None,
        "product": {"id": references["productId"]}, "owner": {"id": references["ownerId"]},
        "addedBy": {"id": ids.encode("User", scene.editor.id)}, "sourceRef": {"type": "ticket", "id": "7"},
    }  # fmt: skip


async def test_the_event_tells_of_the_blocker(scene: Scene, make: Make) -> None:
    product = ids.encode("Product", (await make.product(scene.company)).id)
    made = await done(scene.as_(scene.editor), ADD, **asked(scene, productId=product))
    assert made["event"] == {
        "__typename": "BlockerAddedEvent", "triggeredBy": "USER", "agentId": None, "product": {"id": product},
        "data": {
            "blockerId": made["blocker"]["id"], "code": "LOGO", "title": "No logo", "severity": "HIGH",
            "stage": "DISCOVERY", "reopened": False,
        },
    }  # fmt: skip
    [message] = await rows(scene.engine, t.OutboxMessage)
    assert message.payload["event_type"] == "blocker_added"


async def test_an_agent_is_named_as_the_source(scene: Scene) -> None:
    made = await done(scene.agent, ADD, **asked(scene, idempotencyKey="k"))
    assert (made["blocker"]["source"], made["blocker"]["agentId"]) == ("AGENT", "agent-7")
    assert (made["event"]["triggeredBy"], made["event"]["agentId"]) == ("AGENT", "agent-7")


@pytest.mark.parametrize("kind", [TriggeredBy.SYSTEM, TriggeredBy.WEBHOOK])
async def test_the_source_follows_from_who_adds_it(scene: Scene, kind: TriggeredBy) -> None:
    made = await done(scene.as_(scene.editor, kind), ADD, **asked(scene, idempotencyKey="k"))
    assert made["blocker"]["source"] == made["event"]["triggeredBy"] == kind.name


async def test_without_a_stage_it_holds_up_the_present_one(scene: Scene, make: Make) -> None:
    scene = await set_up(scene.engine, make, partner_journey_stage=JourneyStage.SCALE)
    made = await done(scene.as_(scene.editor), ADD, **asked(scene))
    assert made["blocker"]["stage"] == "SCALE"


@pytest.mark.parametrize("again", [{"title": "Other words"}, {"code": "OTHER", "sourceRef": {"type": "t", "id": "1"}}])
async def test_a_known_problem_is_not_added_again(scene: Scene, again: dict[str, Any]) -> None:
    first = await add(scene, sourceRef={"type": "t", "id": "1"})
    before = await everything(scene.engine)
    made = await done(scene.as_(scene.editor), ADD, **asked(scene, **again))
    assert (made["created"], made["changed"], made["event"]) == (False, False, None)
    assert (made["blocker"]["id"], made["blocker"]["title"]) == (first, "No logo")
    assert await everything(scene.engine) == before


@pytest.mark.parametrize("source", [{}, {"sourceRef": {"type": "t", "id": "1"}}])
@pytest.mark.parametrize("status", ["RESOLVED", "WAIVED"])
async def test_a_problem_that_was_closed_can_come_back(scene: Scene, source: dict[str, Any], status: str) -> None:
    first = await add(scene, **source)
    if status == "RESOLVED":
        await done(scene.as_(scene.editor), RESOLVE, **way_out(scene, first))
    else:
        on = {"companyId": scene.company_id, "blockerId": first, "reason": "not now"}
        await done(scene.as_(scene.manager), WAIVED, **on)
    made = await done(scene.as_(scene.editor), ADD, **asked(scene, **source, title="Lost again", severity="LOW"))
    assert (made["created"], made["event"]["data"]["reopened"]) == (True, False)
    assert (made["blocker"]["title"], made["blocker"]["severity"]) == ("Lost again", "LOW")
    [old, new] = (await document(scene))["discovery"]
    assert (old["id"], old["status"], new["id"]) == (first, status.lower(), made["blocker"]["id"])


@pytest.mark.parametrize("type_", ["compliance_control", "compliance_report_item", "company"])
async def test_nobody_says_first_what_the_system_would_find(scene: Scene, type_: str) -> None:
    before = await everything(scene.engine)
    error = await refused(scene.as_(scene.manager), ADD, **asked(scene, sourceRef={"type": type_, "id": "1"}))
    assert (error["__typename"], error["code"], error["path"]) == (
        "ValidationFailed",
        "RESERVED",
        ["sourceRef", "type"],
    )
    assert await everything(scene.engine) == before
    await add(scene, sourceRef={"type": "compliance_report", "id": "1"})


async def test_a_blocker_may_wait_for_others(scene: Scene) -> None:
    first = await add(scene)
    made = await done(scene.as_(scene.editor), ADD, **asked(scene, code="LISTING", blockedBy=[first, first]))
    assert made["blocker"]["blockedBy"] == [first]


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"blockedBy": ["nobody"]}, "blockedBy", "UNKNOWN_BLOCKER"),
        ({"blockedBy": ["nobody"] * 51}, "blockedBy", "TOO_MANY"),
        ({"title": " "}, "title", "LENGTH"),
        ({"code": "x" * 101}, "code", "LENGTH"),
        ({"description": "x" * 5001}, "description", "TOO_LONG"),
    ],
)
async def test_what_cannot_be_added(scene: Scene, values: dict[str, Any], field: str, code: str) -> None:
    before = await everything(scene.engine)
    error = await refused(scene.as_(scene.editor), ADD, **asked(scene, **values))
    assert (error["__typename"], error["path"]) == ("ValidationFailed", [field])
    assert [(each["field"], each["code"]) for each in error["fieldErrors"]] == [(field, code)]
    assert await everything(scene.engine) == before


async def test_a_blocker_of_another_company_is_unknown(scene: Scene, make: Make) -> None:
    other = await set_up(scene.engine, make)
    theirs = await add(other)
    error = await refused(scene.as_(scene.manager), ADD, **asked(scene, blockedBy=[theirs]))
    assert error["code"] == "UNKNOWN_BLOCKER"


@pytest.mark.parametrize("who", ["editor", "manager"])
async def test_the_product_must_be_the_companys_own(scene: Scene, make: Make, who: str) -> None:
    graph = scene.as_(getattr(scene, who))
    theirs = await make.product(await make.company())
    answers = [
        await refused(graph, ADD, **asked(scene, productId=ids.encode("Product", key))) for key in (theirs.id, NOBODY)
    ]
    assert answers[0] == answers[1]
    assert (answers[0]["__typename"], answers[0]["path"]) == ("NotFound", ["productId"])


async def test_the_owner_must_be_someone_the_caller_knows(scene: Scene) -> None:
    editor, manager = scene.as_(scene.editor), scene.as_(scene.manager)
    stranger, nobody = ids.encode("User", scene.stranger.id), ids.encode("User", NOBODY)
    answers = [await refused(editor, ADD, **asked(scene, ownerId=each)) for each in (stranger, nobody)]
    answers.append(await refused(manager, ADD, **asked(scene, ownerId=nobody)))
    assert answers[0] == answers[1] == answers[2]
    assert (answers[0]["__typename"], answers[0]["path"]) == ("NotFound", ["ownerId"])
    assert (await done(manager, ADD, **asked(scene, ownerId=stranger)))["created"]


async def test_a_dry_run_adds_nothing(scene: Scene) -> None:
    before = await everything(scene.engine)
    made = await done(scene.as_(scene.editor), ADD, **asked(scene, dryRun=True))
    assert (made["created"], made["changed"], made["event"], made["blocker"]) == (True, True, None, None)
    assert await everything(scene.engine) == before
    assert (await refused(scene.as_(scene.editor), ADD, **asked(scene, title="", dryRun=True)))["code"] == "LENGTH"


async def test_who_has_read_an_old_version_adds_nothing(scene: Scene) -> None:
    await add(scene)
    error = await refused(scene.as_(scene.editor), ADD, **asked(scene, code="OTHER", expectedVersion=1))
    assert (error["code"], error["current"]["version"]) == ("STALE", 2)
    await add(scene, code="OTHER", expectedVersion=2)


# --- blockerResolve


async def test_an_editor_resolves_a_blocker(scene: Scene, make: Make) -> None:
    product = ids.encode("Product", (await make.product(scene.company)).id)
    blocker = await add(scene, productId=product)
    made = await done(scene.as_(scene.editor), RESOLVE, **way_out(scene, blocker))
    assert (made["changed"], made["unblocked"], made["resolved"]) == (True, True, [blocker])
    assert made["company"]["version"] == 3
    resolved = made["blocker"]
    assert (resolved["status"], resolved["resolution"]) == ("RESOLVED", "New logo")
    assert (resolved["resolvedAt"], resolved["resolvedBy"]["id"]) == (iso(NOW), ids.encode("User", scene.editor.id))
    assert made["event"] == {
        "__typename": "BlockerResolvedEvent", "product": {"id": product},
        "data": {
            "blockerId": blocker, "code": "LOGO", "title": "No logo", "severity": "HIGH", "stage": "DISCOVERY",
            "resolution": "New logo", "unblocked": True,
        },
    }  # fmt: skip
    assert [message.payload["event_type"] for message in await rows(scene.engine, t.OutboxMessage)] == [
        "blocker_added", "blocker_resolved"
    ]  # fmt: skip


async def test_a_stage_with_another_grave_blocker_is_not_unblocked(scene: Scene) -> None:
    first = await add(scene)
    await add(scene, code="OTHER", severity="CRITICAL")
    made = await done(scene.as_(scene.editor), RESOLVE, **way_out(scene, first))
    assert (made["unblocked"], made["event"]["data"]["unblocked"]) == (False, False)


async def told(scene: Scene) -> list[tuple[str, bool]]:
    """The blockers that were closed, and whether that opened a gate, as the events tell."""
    found = [row.event_data for row in await rows(scene.engine, t.JourneyEvent) if row.event_type == "blocker_resolved"]
    return [(each["blocker_id"], each["unblocked"]) for each in found]


async def test_a_cascade_tells_that_it_opened_a_gate_on_its_way(scene: Scene) -> None:
    first = await add(scene)
    second = await add(scene, code="B", severity="LOW", blockedBy=[first])
    made = await done(scene.as_(scene.editor), RESOLVE, **way_out(scene, second, cascade=True))
    assert (made["unblocked"], await told(scene)) == (True, [(first, True), (second, False)])


async def test_a_waiver_opens_a_gate_as_a_resolution_does(scene: Scene) -> None:
    first, second, mild = await add(scene), await add(scene, code="B"), await add(scene, code="C", severity="LOW")
    for blocker, unblocked in ((mild, False), (first, False), (second, True), (second, False)):
        on = {"companyId": scene.company_id, "blockerId": blocker, "reason": "not now"}
        assert (await done(scene.as_(scene.manager), WAIVED, **on))["unblocked"] is unblocked
    assert await told(scene) == [(mild, False), (first, False), (second, True)]


async def test_resolving_twice_changes_nothing(scene: Scene) -> None:
    blocker = await add(scene)
    await done(scene.as_(scene.editor), RESOLVE, **way_out(scene, blocker))
    before = await everything(scene.engine)
    made = await done(scene.as_(scene.owner), RESOLVE, **way_out(scene, blocker, resolution="Again"))
    assert (made["changed"], made["resolved"], made["event"]) == (False, [], None)
    assert made["blocker"]["resolution"] == "New logo"
    assert await everything(scene.engine) == before


async def test_what_is_in_the_way_is_named_and_can_be_followed(scene: Scene) -> None:
    first = await add(scene)
    second = await add(scene, code="LISTING", blockedBy=[first])
    graph = scene.as_(scene.editor)
    error = await refused(graph, RESOLVE, **way_out(scene, second))
    [gate] = error["gates"]
    assert (error["__typename"], gate["code"], gate["status"]) == ("GatesFailed", "BLOCKED_BY", "FAIL")
    assert gate["fix"]["mutation"] == "blockerResolve"
    await done(graph, RESOLVE, **gate["fix"]["args"], resolution="As advised")
    await done(graph, RESOLVE, **way_out(scene, second))


async def test_a_cascade_resolves_all_in_order_with_an_event_each(scene: Scene) -> None:
    first = await add(scene)
    second = await add(scene, code="B", blockedBy=[first], stage="LAUNCH")
    third = await add(scene, code="C", blockedBy=[second, first])
    made = await done(scene.as_(scene.editor), RESOLVE, **way_out(scene, third, cascade=True))
    assert made["resolved"] == [first, second, third]
    assert made["blocker"]["id"] == made["event"]["data"]["blockerId"] == third
    assert made["company"]["version"] == 5
    told = [row.event_data["blocker_id"] for row in await rows(scene.engine, t.JourneyEvent)]
    assert told == [first, second, third, first, second, third]


@pytest.mark.parametrize(
    ("values", "kind", "code"),
    [
        ({"status": "waived"}, "Conflict", "BLOCKER_WAIVED"),
        ({"source": "compliance"}, "GatesFailed", "GATES_FAILED"),
        ({"id": "another"}, "NotFound", "NOT_FOUND"),
    ],
)
async def test_what_cannot_be_resolved(scene: Scene, make: Make, values: dict[str, Any], kind: str, code: str) -> None:
    fine = await store(scene, make, {"discovery": [stored()]})
    assert (await done(fine.as_(fine.editor), RESOLVE, **way_out(fine, "old")))["changed"]
    scene = await store(scene, make, {"discovery": [stored(**values)]})
    before = await everything(scene.engine)
    error = await refused(scene.as_(scene.editor), RESOLVE, **way_out(scene, "old", cascade=True))
    assert (error["__typename"], error["code"], error["path"]) == (kind, code, ["blockerId"])
    assert await everything(scene.engine) == before


async def test_a_resolution_needs_words(scene: Scene) -> None:
    blocker = await add(scene)
    error = await refused(scene.as_(scene.editor), RESOLVE, **way_out(scene, blocker, resolution=" "))
    assert [each["field"] for each in error["fieldErrors"]] == ["resolution"]


async def test_what_resolved_it_is_bounded(scene: Scene) -> None:
    blocker = await add(scene)
    long = {"resolutionRef": {"type": "x" * 500_000, "id": "7"}}
    error = await refused(scene.as_(scene.editor), RESOLVE, **way_out(scene, blocker, **long))
    assert (error["code"], error["path"]) == ("LENGTH", ["resolutionRef", "type"])
    await done(scene.as_(scene.editor), RESOLVE, **way_out(scene, blocker, resolutionRef={"type": "ticket", "id": "7"}))


async def test_a_blocker_outlives_its_product(scene: Scene, make: Make) -> None:
    product = await make.product(scene.company)
    blocker = await add(scene, productId=ids.encode("Product", product.id))
    async with scene.engine.begin() as connection:
        await connection.execute(delete(t.Product).where(t.Product.id == product.id))
    made = await done(scene.as_(scene.editor), RESOLVE, **way_out(scene, blocker))
    assert (made["changed"], made["event"]["product"]) == (True, None)


async def test_a_dry_run_resolves_nothing_and_says_what_it_would(scene: Scene) -> None:
    first = await add(scene)
    second = await add(scene, code="B", blockedBy=[first])
    graph, before = scene.as_(scene.editor), await everything(scene.engine)
    for cascade in (False, True):
        foretold = await payload(graph, RESOLVE, **way_out(scene, second, cascade=cascade, dryRun=True))
        assert await everything(scene.engine) == before
        came = await payload(graph, RESOLVE, **way_out(scene, second, cascade=cascade))
        for name in ("changed", "unblocked", "resolved", "errors"):
            assert foretold[name] == came[name]


async def test_who_has_read_an_old_version_resolves_nothing(scene: Scene) -> None:
    blocker = await add(scene)
    error = await refused(scene.as_(scene.editor), RESOLVE, **way_out(scene, blocker, expectedVersion=1))
    assert (error["code"], error["current"]["version"]) == ("STALE", 2)


# --- documents of others


@pytest.mark.parametrize("odd", [[], ["x"], [stored()], "text", True, {"discovery": "text"}, {"x": [None, {}]}])
async def test_an_odd_document_holds_nobody_up(scene: Scene, make: Make, odd: Any) -> None:
    scene = await store(scene, make, odd)
    blocker = await add(scene)
    made = await done(scene.as_(scene.editor), RESOLVE, **way_out(scene, blocker))
    assert made["resolved"] == [blocker]


async def test_what_others_wrote_survives_our_writes(scene: Scene, make: Make) -> None:
    foreign = {"discovery": [None, stored(colour="red", gone=None), {"note": 1}], "later": "text"}
    scene = await store(scene, make, foreign)
    await add(scene)
    await done(scene.as_(scene.editor), RESOLVE, **way_out(scene, "old"))
    kept = await document(scene)
    [nothing, old, note, new] = kept["discovery"]
    assert (nothing, note, kept["later"], new["code"]) == (None, {"note": 1}, "text", "LOGO")
    assert {**stored(colour="red", gone=None), "status": "resolved"}.items() <= old.items()
