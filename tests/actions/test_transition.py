"""companyTransitionStage."""

from itertools import product
from typing import Any

import pytest

from db import tables as t
from domain.enums import JourneyStage, TriggeredBy
from domain.stages import STAGES
from domain.times import iso
from graph import ids
from tests.actions.scene import ERRORS, Scene, done, everything, payload, refused, rows
from tests.make import READY
from tests.support import NOW, Graph

MOVE = f"""
mutation Move($input: CompanyTransitionStageInput!) {{
  companyTransitionStage(input: $input) {{ changed replayed move
    company {{ id version partnerJourneyStage journeyStartedAt journeyMilestones {{ stage completedAt }} }}
    event {{ __typename id fromStage toStage triggeredBy agentId createdAt user {{ id }}
      ... on StageTransitionEvent {{ data {{ kind reason forced skippedStages }} }} }}
    {ERRORS} }} }}
"""
REASON = "the partner asked for it"


async def company_in(scene: Scene, stage: JourneyStage | None, **values: Any) -> str:
    """One whose gates are open."""
    made = await scene.make.company(partner_journey_stage=stage, **READY, **values)
    await scene.make.member(scene.editor, made)
    await scene.make.evidence(made, scene.owner, listed=True)
    return ids.encode("Company", made.id)


async def test_an_editor_moves_a_company_to_the_next_stage(scene: Scene) -> None:
    made = await done(scene.as_(scene.editor), MOVE, companyId=scene.company_id, to="PRE_LIST")
    assert (made["changed"], made["replayed"], made["move"]) == (True, False, "ADVANCE")
    assert made["company"] == {
        "id": scene.company_id,
        "version": scene.company.version + 1,
        "partnerJourneyStage": "PRE_LIST",
        "journeyStartedAt": iso(NOW),
        "journeyMilestones": [{"stage": "DISCOVERY", "completedAt": iso(NOW)}],
    }
    event = {**made["event"], "id": None}
    assert event == {
        "__typename": "StageTransitionEvent", "id": None, "fromStage": "discovery", "toStage": "pre_list",
        "triggeredBy": "USER", "agentId": None, "createdAt": iso(NOW),
        "user": {"id": ids.encode("User", scene.editor.id)},
        "data": {"kind": "ADVANCE", "reason": None, "forced": False, "skippedStages": []},
    }  # fmt: skip


async def test_the_outbox_carries_the_event_on(scene: Scene) -> None:
    made = await done(scene.as_(scene.editor), MOVE, companyId=scene.company_id, to="PRE_LIST")
    [message] = await rows(scene.engine, t.OutboxMessage)
    assert ids.encode("JourneyEvent", message.event_id) == made["event"]["id"]
    assert (message.topic, message.company_id, message.dispatched_at) == ("journey_event", scene.company.id, None)
    assert message.payload["event_type"] == "stage_transition"


async def test_a_manager_skips_stages(scene: Scene) -> None:
    company = await company_in(scene, JourneyStage.PRE_LIST)
    made = await done(scene.as_(scene.manager), MOVE, companyId=company, to="SCALE", reason=REASON)
    assert made["move"] == "SKIP"
    assert made["event"]["data"] == {
        "kind": "SKIP", "reason": REASON, "forced": False, "skippedStages": ["LAUNCH", "POST_LAUNCH"]
    }  # fmt: skip
    assert [each["stage"] for each in made["company"]["journeyMilestones"]] == ["PRE_LIST"]


async def test_a_manager_moves_a_company_back(scene: Scene) -> None:
    done_before = {"discovery": "2026-01-01T00:00:00Z", "pre_list": "2026-02-01T00:00:00Z"}
    company = await company_in(scene, JourneyStage.LAUNCH, journey_milestones=done_before, journey_started_at=NOW)
    made = await done(scene.as_(scene.manager), MOVE, companyId=company, to="PRE_LIST", reason=REASON)
    assert made["move"] == "REGRESS"
    assert [each["stage"] for each in made["company"]["journeyMilestones"]] == ["DISCOVERY"]
    assert made["company"]["journeyStartedAt"] == iso(NOW)


async def test_an_editor_may_neither_skip_nor_go_back(scene: Scene) -> None:
    company = await company_in(scene, JourneyStage.LAUNCH)
    for to in ("SCALE", "DISCOVERY"):
        error = await refused(scene.as_(scene.editor), MOVE, companyId=company, to=to, reason=REASON)
        assert (error["__typename"], error["code"], error["path"]) == ("Forbidden", "MANAGER_REQUIRED", ["to"])


async def test_a_manager_needs_a_reason_to_skip(scene: Scene) -> None:
    company = await company_in(scene, JourneyStage.LAUNCH)
    error = await refused(scene.as_(scene.manager), MOVE, companyId=company, to="SCALE")
    assert error["__typename"] == "ValidationFailed"
    assert [(each["field"], each["code"]) for each in error["fieldErrors"]] == [("reason", "REASON_REQUIRED")]


async def test_moving_where_it_stands_changes_nothing(scene: Scene) -> None:
    before = await everything(scene.engine)
    made = await done(scene.as_(scene.editor), MOVE, companyId=scene.company_id, to="DISCOVERY")
    assert (made["changed"], made["move"], made["event"]) == (False, "SAME", None)
    assert made["company"]["version"] == scene.company.version
    assert await everything(scene.engine) == before


async def test_a_company_without_a_stage_is_in_discovery(scene: Scene) -> None:
    company = await company_in(scene, None)
    made = await done(scene.as_(scene.editor), MOVE, companyId=company, to="PRE_LIST")
    assert (made["move"], made["event"]["fromStage"]) == ("ADVANCE", "discovery")


@pytest.mark.parametrize("odd", [[], ["discovery"], "discovery", True, {"discovery": [], "elsewhere": 1}])
async def test_odd_milestones_do_not_hold_a_company_up(scene: Scene, odd: Any) -> None:
    company = await company_in(scene, JourneyStage.PRE_LIST, journey_milestones=odd)
    made = await done(scene.as_(scene.editor), MOVE, companyId=company, to="LAUNCH")
    assert [each["stage"] for each in made["company"]["journeyMilestones"]] == ["PRE_LIST"]


async def test_an_agent_is_named_in_what_it_did(scene: Scene) -> None:
    made = await done(scene.agent, MOVE, companyId=scene.company_id, to="PRE_LIST", idempotencyKey="k")
    assert (made["event"]["triggeredBy"], made["event"]["agentId"]) == ("AGENT", "agent-7")
    assert made["event"]["user"] == {"id": ids.encode("User", scene.editor.id)}


@pytest.mark.parametrize("kind", [TriggeredBy.SYSTEM, TriggeredBy.WEBHOOK])
async def test_what_no_person_did_is_marked_as_such(scene: Scene, kind: TriggeredBy) -> None:
    made = await done(
        scene.as_(scene.editor, kind), MOVE, companyId=scene.company_id, to="PRE_LIST", idempotencyKey="k"
    )
    assert (made["event"]["triggeredBy"], made["event"]["agentId"]) == (kind.name, None)


@pytest.mark.parametrize("kind", ["manager", "editor", "agent"])
async def test_a_dry_run_foretells_the_real_one_and_leaves_nothing(scene: Scene, kind: str) -> None:
    graph = scene.agent if kind == "agent" else scene.as_(getattr(scene, kind))
    pairs = list(product(STAGES, STAGES))
    companies = [await company_in(scene, current) for current, _ in pairs]
    asked = [
        {"companyId": company, "to": to.name, "reason": REASON}
        for company, (_, to) in zip(companies, pairs, strict=True)
    ]
    before = await everything(scene.engine)
    foretold = [await payload(graph, MOVE, **each, dryRun=True) for each in asked]
    assert await everything(scene.engine) == before
    assert not any(each["event"] for each in foretold)
    events = len(before["partner_journey_events"])
    came = [await payload(graph, MOVE, **each, idempotencyKey=each["companyId"]) for each in asked]
    assert [_outcome(each) for each in foretold] == [_outcome(each) for each in came]
    assert len(await rows(scene.engine, t.JourneyEvent)) - events == sum(each["changed"] for each in came)


def _outcome(made: dict[str, Any]) -> Any:
    return made["changed"], made["move"], [_as_foretold(error) for error in made["errors"]]


def _as_foretold(error: dict[str, Any]) -> Any:
    """A dry run foretells that a manager will be asked; it does not ask, so there is no approval to name yet."""
    if error["__typename"] != "ApprovalRequired":
        return error
    return error["__typename"], error["code"], error["path"]


async def test_a_dry_run_does_all_that_the_real_one_does(scene: Scene) -> None:
    graph = scene.as_(scene.editor)
    await done(graph, MOVE, companyId=scene.company_id, to="PRE_LIST", dryRun=True)
    dry = _writes(graph)
    await done(graph, MOVE, companyId=scene.company_id, to="PRE_LIST")
    assert dry == _writes(graph)
    # The company, its event, the event's seal and what is sent on.
    assert len(dry) == 4


def _writes(graph: Graph) -> list[str]:
    """Without the advice that follows from a change: it refuses nothing, so that a dry run does without."""
    found = (each for each in graph.statements if each.startswith(("INSERT", "UPDATE", "DELETE")))
    return sorted(each for each in found if not each.startswith("UPDATE companies SET next_recommended_actions"))


@pytest.mark.parametrize("dry", [False, True])
async def test_who_has_read_an_old_version_gets_the_present_company(scene: Scene, dry: bool) -> None:
    graph, version = scene.as_(scene.editor), scene.company.version
    first = {"companyId": scene.company_id, "to": "PRE_LIST", "expectedVersion": version}
    await done(graph, MOVE, **first)
    before = await everything(scene.engine)
    error = await _conflict(graph, dryRun=dry, companyId=scene.company_id, to="LAUNCH", expectedVersion=version)
    assert (error["code"], error["path"]) == ("STALE", ["expectedVersion"])
    assert (error["expected"], error["actual"]) == (str(version), str(version + 1))
    assert error["current"] == {
        "__typename": "Company", "id": scene.company_id, "version": version + 1, "partnerJourneyStage": "PRE_LIST"
    }  # fmt: skip
    assert await everything(scene.engine) == before
    await done(graph, MOVE, companyId=scene.company_id, to="LAUNCH", expectedVersion=version + 1)


async def test_who_believes_in_another_stage_gets_the_present_company(scene: Scene) -> None:
    graph = scene.as_(scene.editor)
    error = await _conflict(graph, companyId=scene.company_id, to="PRE_LIST", expectedStage="LAUNCH")
    assert (error["code"], error["path"]) == ("STALE", ["expectedStage"])
    assert (error["expected"], error["actual"]) == ("LAUNCH", "DISCOVERY")
    assert error["current"]["partnerJourneyStage"] == "DISCOVERY"
    await done(graph, MOVE, companyId=scene.company_id, to="PRE_LIST", expectedStage="DISCOVERY")


async def _conflict(graph: Graph, **input: Any) -> dict[str, Any]:
    [error] = (await payload(graph, MOVE, **input))["errors"]
    assert error["__typename"] == "Conflict"
    return error
