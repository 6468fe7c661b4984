"""Next actions: stored with every change of a company, dismissed and restored, and worth doing."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from actions.perform import Call, Facts, Work, perform
from db import demo
from db import tables as t
from db.queries.facts import company_facts
from db.queries.waiting import waiting
from db.reader import Reader
from db.scope import Scope
from domain.documents import NextActions
from domain.enums import ChainStatus, HandoffStatus
from domain.next_actions import recommend
from graph import ids
from tests.actions import calls
from tests.actions.approving import LAUNCH, about_to, asked, later
from tests.actions.calls import ADD, ADVICE, CALLS, DECISIONS, DISMISS, MOVE, RESTORE
from tests.actions.scene import Scene, done, everything, payload, refused, rows
from tests.make import Make
from tests.support import NOW, Graph, recorded

SHOWN = """query($id: ID!) { company(id: $id) { version nextActions { generatedAt inputHash version stale actions { id }
  dismissed { id } } nextRecommendedActions { inputHash stale actions { id } dismissed { id } } } }"""
OLD = "resolve_blocker:blocker:old"


async def computed(engine: AsyncEngine, company_id: int) -> NextActions:
    everyone = Scope(0, everything=True)
    async with Reader(engine) as reader:
        facts = (await company_facts(reader.fetch, [company_id], everyone, NOW))[company_id]
        waits = (await waiting(reader.fetch, [company_id], everyone))[company_id]
    return recommend(facts, waits, Graph(engine).writer.policy, NOW)


async def kept(scene: Scene) -> Any:
    [company] = await rows(scene.engine, t.Company)
    return company.next_recommended_actions


async def must_be_current(scene: Scene) -> NextActions:
    stored = NextActions.model_validate(await kept(scene))
    new = await computed(scene.engine, scene.company.id)
    hidden = {each.id for each in stored.dismissed}
    assert stored.input_hash == new.input_hash
    assert stored.actions == tuple(each for each in new.actions if each.id not in hidden)
    return stored


def shown_to(graph: Graph, scene: Scene) -> Any:
    return graph.data(SHOWN, id=scene.company_id)


@pytest.mark.parametrize("call", [*CALLS, *DECISIONS, *ADVICE], ids=lambda call: call.name)
async def test_after_every_write_the_advice_is_what_the_facts_give(blocked: Scene, call: calls.Call) -> None:
    manager = blocked.as_(blocked.manager)
    input = {**await call.ready(blocked), "idempotencyKey": "k"}
    before = await kept(blocked)
    await done(manager, call.document, **input, dryRun=True)
    assert await kept(blocked) == before
    made = await done(manager, call.document, **input)
    stored = await must_be_current(blocked)
    assert ("company" not in made) or made["company"]["id"] == blocked.company_id
    again = await done(manager, call.document, **input)
    assert (again["replayed"], NextActions.model_validate(await kept(blocked))) == (True, stored)
    assert not [each for each in manager.statements if "next_recommended_actions=" in each]


async def test_what_an_agent_asks_for_is_advised_at_once(engine: AsyncEngine, make: Make) -> None:
    scene = await about_to(engine, make, LAUNCH)
    approval = (await asked(scene))["approvalId"]
    assert f"review_approval:approval:{approval}" in [each.id for each in (await must_be_current(scene)).actions]


async def test_a_write_that_changes_nothing_leaves_the_advice_alone(blocked: Scene) -> None:
    graph = blocked.as_(blocked.editor)
    await done(graph, MOVE.document, companyId=blocked.company_id, to="DISCOVERY")
    assert await kept(blocked) is None


async def test_advice_does_not_make_a_company_another_version(blocked: Scene) -> None:
    """One write counts once, and who dismisses has written nothing that others read."""
    graph, before = blocked.as_(blocked.editor), blocked.company.version
    made = await done(graph, ADD.document, **await ADD.ready(blocked))
    assert made["company"]["version"] == before + 1
    await done(graph, DISMISS.document, **await DISMISS.ready(blocked), expectedVersion=before + 1)
    [company] = await rows(blocked.engine, t.Company)
    assert (company.version, company.updated_at) == (before + 1, NOW)


@dataclass(frozen=True)
class Touch:
    company_id: int


async def test_it_is_written_again_only_where_its_inputs_have_changed(blocked: Scene) -> None:
    graph = blocked.as_(blocked.editor)

    async def touched(hours: int) -> list[str]:
        async def touch(work: Work) -> Facts:
            return {"company_id": blocked.company.id}

        writer = later(graph, timedelta(hours=hours)).writer
        with recorded(blocked.engine) as statements:
            await perform(writer, Call(graph.actor), "touch", Touch(blocked.company.id), touch)
        return [each for each in statements if each.startswith("UPDATE companies SET next_recommended_actions")]

    assert [len(await touched(hours)) for hours in (0, 1, 11, 12, 13)] == [1, 0, 0, 1, 0]
    assert (await kept(blocked))["generated_at"] == "2026-06-16T00:00:00Z"


async def test_what_it_costs(blocked: Scene) -> None:
    """A change of a company takes this many statements more for its advice."""
    graph = blocked.as_(blocked.editor)
    bare = blocked.as_(blocked.editor)
    bare.writer = replace(bare.writer, reactions=())
    counts = []
    for number, each in enumerate((bare, graph)):
        await payload(each, ADD.document, **{**await ADD.ready(blocked), "code": f"N{number}"})
        counts.append(len(each.statements))
    assert counts[1] - counts[0] == 12


@pytest.mark.parametrize("raw", [["Call them"], {"actions": "Call them"}, {"theirs": 1}])
async def test_what_others_have_stored_is_kept(blocked: Scene, raw: Any) -> None:
    company = await blocked.make.company(user_id=blocked.owner.id, next_recommended_actions=raw)
    scene = replace(blocked, company=company)
    await done(scene.as_(scene.manager), ADD.document, **await ADD.ready(scene))
    *_, stored = await rows(scene.engine, t.Company)
    assert stored.next_recommended_actions["_kept"] == raw
    assert stored.next_recommended_actions["actions"]


async def test_a_dismissed_action_is_left_out_for_its_time(blocked: Scene) -> None:
    graph = blocked.as_(blocked.editor)
    assert OLD in [each["id"] for each in (await shown_to(graph, blocked))["company"]["nextActions"]["actions"]]
    made = await done(graph, DISMISS.document, **await DISMISS.ready(blocked))
    assert made["dismissal"] == {
        "id": OLD, "until": "2026-06-16T12:00:00Z", "reason": "Legal is on holiday",
        "by": {"id": ids.encode("User", blocked.editor.id)},
    }  # fmt: skip
    await done(graph, ADD.document, **await ADD.ready(blocked))
    for hours, there in ((23, False), (24, True)):
        company = (await shown_to(later(graph, timedelta(hours=hours)), blocked))["company"]
        fresh = company["nextActions"]
        assert (OLD in [each["id"] for each in fresh["actions"]]) == there
        assert ([each["id"] for each in fresh["dismissed"]] == [OLD]) != there
        assert OLD not in [each["id"] for each in company["nextRecommendedActions"]["actions"]]


async def test_dismissing_and_restoring_twice_changes_nothing(blocked: Scene) -> None:
    graph = blocked.as_(blocked.editor)
    input = await DISMISS.ready(blocked)
    assert (await done(graph, DISMISS.document, **input))["changed"]
    before = await everything(blocked.engine)
    assert not (await done(graph, DISMISS.document, **{**input, "untilHours": 99}))["changed"]
    assert await everything(blocked.engine) == before
    restore = {"companyId": blocked.company_id, "actionId": OLD}
    assert [(await done(graph, RESTORE.document, **restore))["changed"] for _ in range(2)] == [True, False]
    assert OLD in [each.id for each in (await must_be_current(blocked)).actions]


async def test_an_agent_dismisses_too(blocked: Scene) -> None:
    input = {**await DISMISS.ready(blocked), "idempotencyKey": "k"}
    await done(blocked.agent, DISMISS.document, **input)
    [dismissal] = NextActions.model_validate(await kept(blocked)).dismissed
    assert (dismissal.agent_id, dismissal.by) == ("agent-7", blocked.editor.id)


@pytest.mark.parametrize("call", ADVICE, ids=lambda call: call.name)
async def test_what_is_not_advised_is_not_found(blocked: Scene, call: calls.Call) -> None:
    graph, input = blocked.as_(blocked.editor), await call.ready(blocked)
    before = await everything(blocked.engine)
    error = await refused(graph, call.document, **{**input, "actionId": "nope"})
    assert (error["__typename"], error["path"]) == ("NotFound", ["actionId"])
    assert await everything(blocked.engine) == before


async def test_every_wrong_field_of_a_dismissal_is_told(blocked: Scene) -> None:
    input = {**await DISMISS.ready(blocked), "untilHours": 721, "reason": " "}
    error = await refused(blocked.as_(blocked.editor), DISMISS.document, **input)
    assert [each["field"] for each in error["fieldErrors"]] == ["untilHours", "reason"]


async def test_what_waits_is_bounded_and_its_own_companys(scene: Scene, make: Make) -> None:
    other = await make.company()
    for company in (scene.company, other):
        for _ in range(22):
            await make.chain(company, scene.owner, status=ChainStatus.PAUSED)
        session = await make.session(company, scene.owner)
        await make.row(
            t.SessionHandoff(
                from_session_id=session.id, to_agent_type="visual_creator", status=HandoffStatus.PENDING, reason="x",
                policy={}, hop=1, created_by=scene.owner.id, created_at=NOW,
            )
        )  # fmt: skip
        await make.approval(company, scene.owner)
    async with Reader(scene.engine) as reader:
        keys, nobody = [scene.company.id, other.id], Scope(scene.stranger.id)
        all_of_it = await waiting(reader.fetch, keys, Scope(0, everything=True))
        own = await waiting(reader.fetch, keys, Scope(scene.viewer.id))
        none = await waiting(reader.fetch, keys, nobody)
    sizes = {key: [len(found.chains), len(found.handoffs), len(found.approvals)] for key, found in all_of_it.items()}
    assert sizes == {scene.company.id: [20, 1, 1], other.id: [20, 1, 1]}
    assert own == {scene.company.id: all_of_it[scene.company.id], other.id: none[other.id]}
    assert none[scene.company.id] == type(none[other.id])()


# What only the caller knows, by mutation.
COMPLETED: dict[str, dict[str, Any]] = {
    "blockerResolve": {"resolution": "Done"}, "companyTransitionStage": {}, "approvalApprove": {},
}  # fmt: skip
ADVISED = """query($id: ID!) { company(id: $id) {
  nextActions { inputHash actions { id priority mutation args } } } }"""


async def test_doing_the_first_action_that_a_call_does_changes_the_advice(engine: AsyncEngine) -> None:
    """Again and again, for every company, until nothing is left that these calls do."""
    await demo.load(engine, companies=24, now=NOW)
    graph, done_in = Graph(engine), set()
    for company in await rows(engine, t.Company):
        before = await _advised(graph, company.id)
        while action := next((each for each in before["actions"] if each["mutation"] in COMPLETED), None):
            made = await _carried_out(graph, action)
            assert made["changed"], action
            after = await _advised(graph, company.id)
            assert action not in after["actions"]
            assert after["inputHash"] != before["inputHash"]
            done_in.add((company.partner_journey_stage, action["mutation"]))
            before = after
    assert {mutation for _, mutation in done_in} == set(COMPLETED)
    assert len({stage for stage, _ in done_in}) >= 4


async def _carried_out(graph: Graph, action: dict[str, Any]) -> dict[str, Any]:
    name = action["mutation"]
    shape = f"{name[0].upper()}{name[1:]}Input"
    document = f"mutation($input: {shape}!) {{ {name}(input: $input) {{ changed errors {{ message }} }} }}"
    return await done(graph, document, **action["args"], **COMPLETED[name])


async def _advised(graph: Graph, company_id: int) -> dict[str, Any]:
    data = await graph.data(ADVISED, id=ids.encode("Company", company_id))
    return data["company"]["nextActions"]
