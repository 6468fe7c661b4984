"""generatedContentRecord and generatedContentMarkUsed."""

from dataclasses import replace
from typing import Any

from db import tables as t
from domain.enums import EventType, JourneyStage
from graph import ids
from tests.actions.calls import CONTENT, USED
from tests.actions.scene import Scene, done, refused, rows, set_up
from tests.make import Make

GATES = "query($id: ID!) { company(id: $id) { gates { code status fix { mutation args templateSlug } } } }"


async def kit(scene: Scene) -> dict[str, Any]:
    gates = (await scene.as_(scene.viewer).data(GATES, id=scene.company_id))["company"]["gates"]
    return next(gate for gate in gates if gate["code"] == "COSELL_KIT")


def version(scene: Scene, **more: Any) -> dict[str, Any]:
    given = {"companyId": scene.company_id, "contentPurpose": "CO_SELL_MATERIALS", "title": "One-pager", "output": "W"}
    return {**given, **more}


async def test_it_has_the_stage_of_its_time_and_an_event(scene: Scene, make: Make) -> None:
    product = await make.product(scene.company)
    of = {"productId": ids.encode("Product", product.id), "slug": "co-sell-one-pager", "input": "Write."}
    made = await done(scene.agent, CONTENT.document, **await CONTENT.ready(scene), **of, idempotencyKey="1")
    *_, row = await rows(scene.engine, t.GeneratedContent)
    assert (row.journey_stage, str(row.quality_score), row.used_in_submission) == ("discovery", "81.26", False)
    assert (row.title, row.slug, row.input, row.product_id) == ("One-pager", of["slug"], "Write.", product.id)
    [event] = await rows(scene.engine, t.JourneyEvent)
    assert (event.event_type, event.related_entity_type, event.related_entity_id, event.agent_id) == (
        EventType.CONTENT_GENERATED, "user_openai", row.id, "agent-7",
    )  # fmt: skip
    assert event.event_data == {"content_id": row.id, "purpose": "co_sell_materials", "title": "One-pager"}
    assert made["event"]["id"] == ids.encode("JourneyEvent", event.id)


async def test_the_gate_of_the_kit_leads_through(scene: Scene, make: Make) -> None:
    scale = replace(scene, company=await make.company(partner_journey_stage=JourneyStage.SCALE))
    for user in (scale.editor, scale.viewer):
        await make.member(user, scale.company)
    editor, gate = scale.as_(scale.editor), await kit(scale)
    assert (gate["status"], gate["fix"]["mutation"], gate["fix"]["templateSlug"]) == (
        "FAIL", "generatedContentRecord", "co-sell-one-pager",
    )  # fmt: skip
    await done(editor, CONTENT.document, **gate["fix"]["args"], title="One-pager", output="Words.")
    gate = await kit(scale)
    assert (gate["status"], gate["fix"]["mutation"]) == ("FAIL", "generatedContentMarkUsed")
    await done(editor, USED.document, **gate["fix"]["args"], submissionRef="ACE-1")
    assert (await kit(scale))["status"] == "PASS"


async def test_a_submission_has_one_version_of_a_lineage(scene: Scene) -> None:
    editor, made = scene.as_(scene.editor), list[str]()
    for parent in (None, 0, 0, 1):
        of = {} if parent is None else {"parentId": made[parent]}
        made.append((await done(editor, CONTENT.document, **version(scene, **of)))["content"]["id"])
    first = await done(editor, USED.document, contentId=made[3], submissionRef="ACE-1")
    again = await done(editor, USED.document, contentId=made[3], submissionRef=" ACE-1 ")
    assert (first["changed"], again["changed"], again["event"]) == (True, False, first["event"])
    for other in made[:3]:
        error = await refused(editor, USED.document, contentId=other, submissionRef="ACE-1")
        assert (error["code"], error["current"]["id"]) == ("ANOTHER_VERSION_USED", made[3])
    assert (await done(editor, USED.document, contentId=made[0], submissionRef="ACE-2"))["changed"]
    assert (await done(editor, USED.document, contentId=made[3], submissionRef="ACE-3"))["changed"]
    used = {row.id: row.used_in_submission for row in await rows(scene.engine, t.GeneratedContent)}
    assert [used[ids.decode(each)[1]] for each in made] == [True, False, False, True]


async def test_what_is_no_parent_and_no_product(scene: Scene, make: Make) -> None:
    other = await set_up(scene.engine, make)
    theirs = ids.encode("GeneratedContent", (await make.content(other.company, other.owner)).id)
    product = ids.encode("Product", (await make.product(other.company)).id)
    manager = scene.as_(scene.manager)
    for named in ({"parentId": theirs}, {"productId": product}):
        error = await refused(manager, CONTENT.document, **version(scene, **named))
        assert (error["__typename"], error["path"]) == ("NotFound", list(named))


async def test_a_lineage_of_fifty_is_long_enough(scene: Scene, make: Make) -> None:
    parent = None
    for _ in range(50):
        parent = (await make.content(scene.company, scene.owner, parent_generation_id=parent)).id
    last = ids.encode("GeneratedContent", parent)
    error = await refused(scene.as_(scene.editor), CONTENT.document, **version(scene, parentId=last))
    assert error["code"] == "TOO_DEEP"
    assert (await done(scene.as_(scene.editor), USED.document, contentId=last, submissionRef="ACE-1"))["changed"]


async def test_content_of_no_company_goes_nowhere(scene: Scene, make: Make) -> None:
    loose = await make.content(scene.company, scene.editor, company_id=None)
    of = {"contentId": ids.encode("GeneratedContent", loose.id), "submissionRef": "x"}
    assert (await refused(scene.as_(scene.editor), USED.document, **of))["code"] == "NO_COMPANY"
    assert (await refused(scene.as_(scene.owner), USED.document, **of))["code"] == "NOT_FOUND"


async def test_what_is_wrong_with_it_is_told(scene: Scene) -> None:
    wrong = {"title": " ", "output": "", "qualityScore": "-1", "slug": ""}
    error = await refused(scene.as_(scene.editor), CONTENT.document, **version(scene, **wrong))
    assert [each["field"] for each in error["fieldErrors"]] == ["title", "slug", "output", "qualityScore"]
