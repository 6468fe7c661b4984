"""Gates: what is foretold is what happens, and doing what a gate asks for changes it."""

from random import Random
from typing import Any

import pytest

from domain.enums import JourneyStage, LaunchStatus
from domain.stages import STAGES
from graph import ids
from tests.actions.calls import ADD, EVENT_RECORD, LAUNCH, MOVE
from tests.actions.fixing import company_in_any_state, completed
from tests.actions.scene import Scene, done, payload, refused, set_up
from tests.make import READY, Make
from tests.sampling import in_turn
from tests.support import NOW, Graph

pytestmark = pytest.mark.slow

GATE = "code status detail fix { mutation args } evidence { type id }"
CHECKED = f"""query($id: ID!, $for: PrerequisitesFor!) {{ checkPrerequisites(companyId: $id, for: $for) {{
  allowed forbidden {{ code }} missing {{ {GATE} }} gates {{ {GATE} }} nextFix {{ mutation args }} }} }}"""
COMPANY = f"""query($id: ID!) {{ company(id: $id) {{ gates {{ {GATE} }} products(first: 9) {{ nodes {{ id launchStatus
  allowedTransitions {{ to allowed missing {{ {GATE} }} forbidden {{ code }} }} }} }}
  allowedTransitions {{ to allowed missing {{ {GATE} }} forbidden {{ code }} needsManager needsReason }} }} }}"""
REASON = "the partner asked for it"


async def checked(graph: Graph, company: str, **for_: Any) -> dict[str, Any]:
    return (await graph.data(CHECKED, id=company, **{"for": for_}))["checkPrerequisites"]


def callers(scene: Scene) -> list[Graph]:
    return [scene.as_(scene.editor), scene.as_(scene.manager), scene.agent]


@in_turn("seed", range(6))
async def test_what_is_foretold_of_a_stage_is_what_happens(scene: Scene, seed: int) -> None:
    dice = Random(seed)
    for stage in STAGES[:-1]:
        company = await company_in_any_state(scene, dice, stage)
        for number, graph in enumerate(callers(scene)):
            ways = (await graph.data(COMPANY, id=company))["company"]["allowedTransitions"]
            for way in ways:
                foretold = await checked(graph, company, stage=way["to"])
                assert (foretold["allowed"], foretold["missing"]) == (way["allowed"], way["missing"])
                asked = {"companyId": company, "to": way["to"], "reason": REASON}
                dry = await payload(graph, MOVE.document, **asked, dryRun=True)
                assert way["allowed"] == (dry["errors"] == []), (way, dry)
                _same_reasons(way, dry)
            # One of them in earnest, from the least to the most powerful.
            way = dice.choice(ways)
            real = await payload(graph, MOVE.document, companyId=company, to=way["to"], reason=REASON,
                                 idempotencyKey=f"{company}{number}")  # fmt: skip
            assert way["allowed"] == (real["errors"] == [])


def _same_reasons(way: dict[str, Any], dry: dict[str, Any]) -> None:
    [error] = dry["errors"] or [None]
    if error is not None and error["__typename"] == "GatesFailed":
        assert [gate["code"] for gate in error["gates"]] == [gate["code"] for gate in way["missing"]]
    elif error is not None:
        assert error["code"] == way["forbidden"]["code"]


@in_turn("seed", range(6))
async def test_what_is_foretold_of_a_product_is_what_happens(scene: Scene, seed: int) -> None:
    dice = Random(seed)
    company = await company_in_any_state(scene, dice, JourneyStage.PRE_LIST)
    for graph in callers(scene):
        for product in (await graph.data(COMPANY, id=company))["company"]["products"]["nodes"]:
            ways = {way["to"]: way for way in product["allowedTransitions"]}
            for to in LaunchStatus:
                asked = {"productId": product["id"], "to": to.name, "reason": REASON}
                dry = await payload(graph, LAUNCH.document, **asked, dryRun=True)
                foretold = await checked(graph, company, productStatus={"productId": product["id"], "to": to.name})
                assert foretold["allowed"] == (dry["errors"] == []), (product, to, dry, foretold)
                if to.name in ways:
                    assert ways[to.name]["allowed"] == foretold["allowed"]
                    _same_reasons(ways[to.name], dry)


@in_turn("seed", range(12))
async def test_each_fix_that_is_offered_changes_its_gate(scene: Scene, seed: int) -> None:
    dice, manager = Random(seed), scene.as_(scene.manager)
    for stage in STAGES[:-1]:
        company = await company_in_any_state(scene, dice, stage)
        for step in range(12):
            gates = (await manager.data(COMPANY, id=company))["company"]["gates"]
            fixable = [(gate, input) for gate in gates if (input := _input(gate, company, step)) is not None]
            if not fixable:
                break
            gate, input = dice.choice(fixable)
            made = await _carried_out(manager, gate["fix"]["mutation"], input)
            after = (await manager.data(COMPANY, id=company))["company"]["gates"]
            changed = next((each for each in after if each["code"] == gate["code"]), None)
            assert made["errors"] == [], (gate, input, made)
            assert changed != gate, (gate, input)


def _input(gate: dict[str, Any], company: str, step: int) -> dict[str, Any] | None:
    if gate["status"] != "FAIL" or gate["fix"] is None:
        return None
    return completed(gate, ids.decode(company)[1] * 100 + step)


async def _carried_out(graph: Graph, name: str, input: dict[str, Any]) -> dict[str, Any]:
    shape = f"{name[0].upper()}{name[1:]}Input"
    errors = "errors { __typename message ... on GatesFailed { gates { code status fix { mutation } } } }"
    document = f"mutation($input: {shape}!) {{ {name}(input: $input) {{ changed {errors} }} }}"
    return await payload(graph, document, **input)


async def test_what_a_manager_has_approved_is_foretold(scene: Scene, make: Make) -> None:
    """Of that move alone, until it is done."""
    ready = await set_up(scene.engine, make, partner_journey_stage=JourneyStage.PRE_LIST)
    agent, manager = ready.agent, ready.as_(ready.manager)
    asked = {"companyId": ready.company_id, "to": "LAUNCH", "idempotencyKey": "k"}
    for approved in (False, True):
        for to, allowed in (("LAUNCH", approved), ("PRE_LIST", True), ("POST_LAUNCH", False)):
            found = await checked(agent, ready.company_id, stage=to)
            assert found["allowed"] == allowed
        dry = await payload(agent, MOVE.document, **asked, dryRun=True)
        assert approved == (dry["errors"] == [])
        if not approved:
            error = await refused(agent, MOVE.document, **asked)
            decided = "mutation($input: ApprovalApproveInput!) { approvalApprove(input: $input) { errors { code } } }"
            await manager.data(decided, input={"approvalId": error["approvalId"]})
    other = ready.as_(ready.editor, agent_id="agent-8")
    assert not (await checked(other, ready.company_id, stage="LAUNCH"))["allowed"]
    await done(agent, MOVE.document, **asked)
    assert not (await checked(agent, ready.company_id, stage="LAUNCH"))["missing"]


async def test_what_was_approved_for_another_state_is_not_foretold(scene: Scene, make: Make) -> None:
    ready = await set_up(scene.engine, make, partner_journey_stage=JourneyStage.PRE_LIST)
    asked = {"companyId": ready.company_id, "to": "LAUNCH", "expectedVersion": ready.company.version}
    error = await refused(ready.agent, MOVE.document, **asked, idempotencyKey="k")
    decided = "mutation($input: ApprovalApproveInput!) { approvalApprove(input: $input) { errors { code } } }"
    await ready.as_(ready.manager).data(decided, input={"approvalId": error["approvalId"]})
    assert (await checked(ready.agent, ready.company_id, stage="LAUNCH"))["allowed"]
    await done(ready.as_(ready.editor), ADD.document, **{**await ADD.ready(ready), "severity": "LOW"})
    assert (await refused(ready.agent, MOVE.document, **asked, dryRun=True, idempotencyKey="l"))["code"] == "STALE"
    assert not (await checked(ready.agent, ready.company_id, stage="LAUNCH"))["allowed"]


async def test_a_manager_forces_and_the_event_keeps_it(scene: Scene, make: Make) -> None:
    bare = await set_up(scene.engine, make, gtm_goals=None, aws_partner_id=None)
    asked = {"companyId": bare.company_id, "to": "PRE_LIST", "reason": REASON}
    error = await refused(bare.as_(bare.editor), MOVE.document, **asked)
    assert ([gate["code"] for gate in error["gates"]], error["code"]) == (["GOALS"], "GATES_FAILED")
    assert (await refused(bare.as_(bare.editor), MOVE.document, **asked, force=True))["code"] == "MANAGER_REQUIRED"
    assert (await refused(bare.agent, MOVE.document, **asked, force=True, idempotencyKey="k"))["path"] == ["force"]
    made = await done(bare.as_(bare.manager), MOVE.document, **asked, force=True)
    event = """query($id: ID!) { journeyEvent(id: $id) {
      ... on StageTransitionEvent { data { forced overriddenGates reason } } } }"""
    data = (await bare.as_(bare.viewer).data(event, id=made["event"]["id"]))["journeyEvent"]["data"]
    assert data == {"forced": True, "overriddenGates": ["GOALS"], "reason": REASON}


async def test_who_goes_back_may_say_what_has_to_be_solved(scene: Scene, make: Make) -> None:
    late = await set_up(scene.engine, make, partner_journey_stage=JourneyStage.LAUNCH)
    cause = {"code": "listing", "title": "The listing was rejected", "severity": "HIGH"}
    asked = {"companyId": late.company_id, "to": "PRE_LIST", "reason": REASON, "blocker": cause}
    document = MOVE.document.replace("move company", "move blocker { title stage status } company")
    made = await done(late.as_(late.manager), document, **asked)
    assert made["blocker"] == {"title": cause["title"], "stage": "PRE_LIST", "status": "OPEN"}
    error = await refused(late.as_(late.manager), document, **{**asked, "to": "SCALE"}, force=True)
    assert error["code"] == "NOT_A_REGRESS"


async def test_the_batch_answers_in_order_and_hides_what_is_anothers(scene: Scene, make: Make) -> None:
    other = await make.company(**READY)
    document = """query($ids: [ID!]!, $for: PrerequisitesFor!) {
      checkPrerequisitesOfMany(companyIds: $ids, for: $for) { allowed company { id } } }"""
    graph, nobody = scene.as_(scene.editor), ids.encode("Company", 9_000_000)
    named = [ids.encode("Company", other.id), scene.company_id, nobody, scene.company_id]
    found = (await graph.data(document, ids=named, **{"for": {"stage": "PRE_LIST"}}))["checkPrerequisitesOfMany"]
    own = {"allowed": True, "company": {"id": scene.company_id}}
    assert found == [None, own, None, own]
    many = len(graph.statements)
    await graph.data(document, ids=[scene.company_id], **{"for": {"stage": "PRE_LIST"}})
    assert many == len(graph.statements)
    assert await graph.code(document, ids=[nobody] * 51, **{"for": {"stage": "PRE_LIST"}}) == "TOO_MANY_IDS"


async def test_products_are_asked_about_in_a_batch(scene: Scene, make: Make) -> None:
    theirs = await make.product(await make.company())
    own = [await make.product(scene.company, launch_status=LaunchStatus.DEVELOPMENT, marketplace_type=kind,
                              target_launch_date=NOW.date()) for kind in ("saas", None)]  # fmt: skip
    document = """query($ids: [ID!]!, $for: ProductPrerequisitesFor!) { checkPrerequisitesOfProducts(
      productIds: $ids, for: $for) { allowed product { id } missing { code fix { mutation } } } }"""
    graph, named = scene.as_(scene.editor), [ids.encode("Product", each.id) for each in (*own, theirs)]
    found = (await graph.data(document, ids=named, **{"for": {"status": "PRE_LAUNCH"}}))["checkPrerequisitesOfProducts"]
    many = len(graph.statements)
    assert [each and each["allowed"] for each in found] == [True, False, None]
    assert [each["product"]["id"] for each in found[:2]] == named[:2]
    assert found[1]["missing"] == [{"code": "MARKETPLACE_TYPE", "fix": {"mutation": "productUpdate"}}]
    for product in found[:2]:
        dry = await payload(graph, LAUNCH.document, productId=product["product"]["id"], to="PRE_LAUNCH", dryRun=True)
        assert product["allowed"] == (dry["errors"] == [])
    await graph.data(document, ids=named[:1], **{"for": {"status": "PRE_LAUNCH"}})
    assert many == len(graph.statements)
    for for_ in ({"chainType": "LISTING_CREATION"}, {"template": "listing-refresh"}):
        found = (await graph.data(document, ids=named[:1], **{"for": for_}))["checkPrerequisitesOfProducts"]
        alone = next(iter(for_.values()))
        one = {"chain": {"type": alone}} if "chainType" in for_ else {"template": {"slug": alone}}
        [of] = one.values()
        assert (await checked(graph, scene.company_id, **{next(iter(one)): {**of, "productId": named[0]}}))["allowed"] \
            == found[0]["allowed"]  # fmt: skip
    assert await graph.code(document, ids=named * 20, **{"for": {"status": "GA"}}) == "TOO_MANY_IDS"


async def test_who_may_not_write_starts_nothing(scene: Scene) -> None:
    for for_ in (
        {"chain": {"type": "CUSTOM"}},
        {"template": {"slug": "meeting-summary"}},
        {"agentType": "MDF_ASSISTANT"},
    ):
        assert (await checked(scene.as_(scene.editor), scene.company_id, **for_))["allowed"]
        found = await checked(scene.as_(scene.viewer), scene.company_id, **for_)
        assert (found["allowed"], found["forbidden"]) == (False, {"code": "EDITOR_REQUIRED"})


async def test_a_listing_without_a_day_gets_one(scene: Scene, make: Make) -> None:
    """As other software may have left it."""
    product = await make.product(scene.company, launch_status=LaunchStatus.GA)
    asked = {"companyId": scene.company_id, "productId": ids.encode("Product", product.id), "listingPublished": {}}
    document = EVENT_RECORD.document.replace("product { id }", "product { id listingLiveDate }")
    made = await done(scene.as_(scene.editor), document, **asked, occurredAt="2026-06-01T10:00:00Z")
    assert (made["changed"], made["product"]["listingLiveDate"]) == (True, "2026-06-01")
    again = await done(scene.as_(scene.editor), document, **asked)
    assert (again["changed"], again["product"]["listingLiveDate"], again["event"]) == (
        False,
        "2026-06-01",
        made["event"],
    )


@pytest.mark.parametrize(
    ("for_", "allowed"),
    [
        ({"chain": {"type": "MDF_APPLICATION"}}, False), ({"chain": {"type": "CUSTOM"}}, True),
        ({"chain": {"type": "CONTENT_CAMPAIGN"}}, True), ({"chain": {"type": "COMPLIANCE_REMEDIATION"}}, False),
        ({"chain": {"type": "LISTING_CREATION"}}, False), ({"chain": {"type": "CO_SELL_PREP"}}, False),
        ({"template": {"slug": "mdf-campaign-brief"}}, False), ({"template": {"slug": "campaign-landing-page"}}, True),
        ({"template": {"slug": "nowhere"}}, False), ({"agentType": "MDF_ASSISTANT"}, True),
        ({"agentType": "CO_SELL_ADVISOR"}, False),
    ],
)  # fmt: skip
async def test_chains_templates_and_agents(scene: Scene, for_: dict[str, Any], allowed: bool) -> None:
    found = await checked(scene.as_(scene.editor), scene.company_id, **for_)
    assert found["allowed"] is allowed
    if not allowed:
        assert found["missing"] or found["forbidden"]["code"] == "UNKNOWN_TEMPLATE"


async def test_anothers_product_is_none_of_ours(scene: Scene, make: Make) -> None:
    product = await make.product(await make.company())
    for key in (product.id, 9_000_000):
        named = {"productId": ids.encode("Product", key)}
        for for_ in ({"chain": {"type": "CUSTOM", **named}}, {"template": {"slug": "meeting-summary", **named}},
                     {"productStatus": {"to": "GA", **named}}):  # fmt: skip
            found = await checked(scene.as_(scene.editor), scene.company_id, **for_)
            assert (found["allowed"], found["gates"], found["forbidden"]) == (False, [], {"code": "NOT_FOUND"})


async def test_it_takes_as_many_statements_for_many_companies_as_for_one(demo_graph: Graph) -> None:
    document = """query($first: Int!) { companies(first: $first) { nodes {
      gates { code } allowedTransitions { allowed } milestones { code } } } }"""
    counts = []
    for first in (20, 40):
        await demo_graph.data(document, first=first)
        counts.append(len(demo_graph.statements))
    assert counts == [8, 8]
    products = "query($first: Int!) { products(first: $first) { nodes { allowedTransitions { allowed } } } }"
    for first in (20, 60):
        await demo_graph.data(products, first=first)
        counts.append(len(demo_graph.statements))
    assert counts[2] == counts[3]
