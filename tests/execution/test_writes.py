"""Mutations: both executors give the same answers and leave the same behind, and nothing is done twice."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from db.engine import engine_for
from graph import ids
from tests.actions.calls import (
    ADVICE,
    ALIKE,
    APPROVE,
    BLOCKER,
    CALLS,
    DECISIONS,
    GONE,
    HAND_OFF,
    IN_PERSON,
    MANAGED,
    TASK_START,
    USED,
    Call,
)
from tests.actions.scene import NOBODY, set_up
from tests.conftest import Databases
from tests.execution.faults import Injection, injected
from tests.execution.twins import Twins, same_ids, urls
from tests.graph.shape import core
from tests.make import Make
from tests.sampling import in_turn
from tests.support import empty

pytestmark = pytest.mark.slow

TEXT = (Path(__file__).parent / "writes.graphql").read_text()
OPERATIONS = {
    "companyTransitionStage": "Move", "blockerAdd": "Add", "blockerResolve": "Resolve", "sessionHandOff": "HandOff",
    "blockerWaive": "Waive", "blockerReopen": "Reopen", "blockerUpdate": "Update", "milestoneAchieve": "Achieve",
    "milestoneRevoke": "Revoke", "productCreate": "Create", "productUpdate": "Change",
    "productTransitionStatus": "Launch", "readinessRecord": "Score", "complianceCheckRecord": "Check",
    "taskAdd": "TaskAdd", "taskStart": "TaskStart", "taskFinish": "TaskFinish", "taskReopen": "TaskReopen",
    "taskWaive": "TaskWaive", "taskUpdate": "TaskUpdate", "companyUpdate": "UpdateCompany",
    "companyChangeTier": "ChangeTier", "eventRecord": "RecordEvent", "mdfApplicationMove": "MoveFunds",
    "partnerTierProgressRecord": "CountTier", "companyStartJourney": "StartJourney",
    "companyRequestChecks": "RequestChecks", "generatedContentRecord": "RecordContent",
    "generatedContentMarkUsed": "UseContent",
    "approvalApprove": "Approve", "approvalReject": "Reject",
    "nextActionDismiss": "Dismiss", "nextActionRestore": "Restore",
}  # fmt: skip
COMPLIANCE = {**BLOCKER, "id": "checked", "source": "compliance"}
BLOCKERS = {"discovery": [BLOCKER, {**BLOCKER, "id": "late", "blocked_by": ["old"]}, COMPLIANCE, GONE]}
# Fields that are completed after a blocker was added.
AFTER = (
    "Company.owner", "Company.version", "Company.events", "Blocker.id", "BlockerAddPayload.company",
    "BlockerAddPayload.changed", "BlockerAddPayload.errors", "BlockerAddPayload.blocker", "BlockerAddedEvent.data",
    "User.name", "JourneyEventConnection.totalCount",
)  # fmt: skip
FAULTS = ("returns null", "is late", "is late and returns an exception", "returns what it should")
WHO = ("owner", "editor", "viewer", "stranger", "manager", "agent", "nobody")
SOME = ("editor", "manager", "agent", "nobody")
COMPANY, PRODUCT = ids.encode("Company", NOBODY), ids.encode("Product", 1)
NEXT, LATE = {"to": "PRE_LIST"}, {"blockerId": "late", "resolution": "x"}
NEW, OVER = {"code": "A", "title": "B", "severity": "LOW"}, {"toAgentType": "CO_SELL_ADVISOR", "reason": "x"}
FOUND = {"controlId": "A", "title": "A", "result": "FAIL", "severity": "HIGH"}
TEXT_ = {"contentPurpose": "OTHER", "title": "A", "output": "B"}
FIGURE = {"requirement": "LAUNCHED", "value": 3}
LATE_ = {"blockerId": "late", "reason": "x"}
LATER = {"actionId": "resolve_blocker:blocker:old", "untilHours": 24, "reason": "x"}
# By operation: what is sent beside the id of the company or session.
WRONG: dict[str, list[dict[str, Any]]] = {
    "Move": [
        {"to": "LAUNCH"}, {"to": "LAUNCH", "reason": "x"}, {"to": "DISCOVERY"}, {**NEXT, "expectedVersion": 7},
        {**NEXT, "expectedStage": "SCALE"}, {**NEXT, "companyId": COMPANY}, {**NEXT, "companyId": "x"},
        {**NEXT, "companyId": PRODUCT}, {**NEXT, "idempotencyKey": " "}, {**NEXT, "reason": "x" * 3000}, {"to": None},
        {"to": "NOPE"}, {**NEXT, "dryRun": None}, {**NEXT, "expectedVersion": 2**31}, {},
    ],
    "Add": [
        {"code": "", "title": "", "severity": "LOW"}, {"code": "A\n", "title": "x" * 300, "severity": "LOW"},
        {**NEW, "productId": "x", "ownerId": "y", "companyId": "z"}, {**NEW, "blockedBy": ["nope"] * 51},
        {**NEW, "blockedBy": "nope"}, {**NEW, "expectedVersion": 99}, {**NEW, "sourceRef": {"type": "x"}},
    ],
    "Resolve": [
        {**LATE, "blockerId": "nope"}, LATE, {**LATE, "blockerId": "checked"}, {**LATE, "resolution": " "},
        {**LATE, "expectedVersion": 5}, {"blockerId": "late", "cascade": None},
    ],
    "Waive": [
        {**LATE_, "blockerId": "nope"}, LATE_, {**LATE_, "reason": " "}, {**LATE_, "expectedVersion": 5}, {},
    ],
    "Reopen": [{**LATE_, "blockerId": "nope"}, LATE_, {**LATE_, "reason": ""}, {**LATE_, "expectedVersion": 5}],
    "Update": [
        {"blockerId": "late", "title": None, "severity": None}, {"blockerId": "old", "blockedBy": ["late"]},
        {"blockerId": "late", "blockedBy": ["nope"], "title": ""}, {"blockerId": "late", "ownerId": PRODUCT},
        {"blockerId": "late", "dueAt": None, "description": None}, {"blockerId": "gone", "title": "x"},
    ],
    "Achieve": [
        {"code": "A b"}, {"code": "tier_select"}, {"code": "a", "title": "", "achievedAt": "2999-01-01T00:00:00Z"},
        {"code": "a", "productId": PRODUCT}, {"code": "a", "expectedVersion": 7},
    ],
    "Revoke": [{"code": "a", "reason": "x"}, {"code": "A", "reason": ""}, {"code": "a", "reason": None}],
    "UpdateCompany": [
        {"name": None, "country": "de"}, {"gtmGoals": [1]}, {"awsPartnerId": "!", "website": "x"}, {"description": 5},
        {"country": "DE", "expectedVersion": 9},
    ],
    "ChangeTier": [{"to": "STANDARD"}, {"to": "STANDARD", "expectedTier": "PREMIER"}, {"to": "NOPE"}],
    "CountTier": [
        {"figures": []}, {"figures": [FIGURE, {**FIGURE, "value": -1}], "asOf": "2999-01-01"},
        {"figures": [FIGURE] * 7}, {"figures": FIGURE, "expectedVersion": 9},
        {"figures": [{**FIGURE, "requirement": "NOPE"}]},
        {"figures": [FIGURE], "note": "x" * 3000}, {"figures": [FIGURE], "asOf": "x"}, {"figures": None},
        {"figures": [FIGURE], "companyId": COMPANY},
    ],
    "StartJourney": [
        {"startedAt": "2999-01-01T00:00:00Z"}, {"startedAt": "1969-12-31T23:59:59Z"}, {"expectedVersion": 9},
        {"companyId": PRODUCT}, {"startedAt": "x"},
    ],
    "RecordContent": [
        TEXT_, {**TEXT_, "title": "", "output": "", "qualityScore": "101"}, {**TEXT_, "contentPurpose": "NOPE"},
        {**TEXT_, "parentId": COMPANY, "productId": PRODUCT}, {**TEXT_, "expectedVersion": 9},
    ],
    "UseContent": [{"submissionRef": ""}, {"submissionRef": "x" * 201}, {"contentId": COMPANY, "submissionRef": "x"}],
    "RecordEvent": [
        {}, {"firstCustomer": {}, "mdfSubmitted": {"applicationId": "x"}}, {"mdfApproved": {"applicationId": "x"}},
        {"mdfSubmitted": {"applicationId": "", "amount": -1, "currency": "usd"}}, {"listingPublished": {}},
        {"dealRegistered": {"opportunityId": "x"}}, {"firstCustomer": {"customer": ""}},
    ],
    "Create": [{"name": ""}, {"name": "x", "marketplaceType": "S A A S"}, {"name": None}, {"name": "x" * 300}],
    "Change": [
        {"name": None, "awsProductCode": "!"}, {"expectedVersion": 9, "name": "x"}, {"productId": COMPANY},
        {"targetLaunchDate": "x"}, {"description": "x" * 10_001},
    ],
    "Launch": [
        {"to": "MATURE"}, {"to": "PRE_LAUNCH"}, {"to": "SUNSET"}, {"to": "SUNSET", "reason": "x", "force": True},
        {"to": "DEVELOPMENT", "expectedStatus": "GA"}, {"to": "NOPE"},
    ],
    "Score": [{"score": 101}, {"score": -1}, {"score": 50, "expectedVersion": 8}, {"score": "x"}],
    "Check": [
        {"reportType": "", "items": []}, {"reportType": "x", "items": [{**FOUND, "controlId": ""}, FOUND, FOUND]},
        {"reportType": "x", "items": [FOUND], "validUntil": "2020-01-01"}, {"items": [FOUND]},
        {"reportType": "x", "items": [FOUND], "productId": PRODUCT[:-1]},
    ],
    "TaskAdd": [{"task": ""}, {"task": "x", "dependsOn": ["nope"]}, {"task": "x", "gate": "MATURE"}, {"task": None}],
    "TaskStart": [{"taskId": "nope"}, {"taskId": "done"}, {"taskId": "#99"}],
    "TaskFinish": [{"taskId": "nope"}, {"taskId": "#0"}, {"taskId": "late"}],
    "TaskReopen": [{"taskId": "nope"}, {"taskId": "#"}, {"taskId": None}],
    "TaskWaive": [{"taskId": "nope", "reason": "x"}, {"taskId": "draft", "reason": ""}, {"taskId": "draft"}],
    "TaskUpdate": [
        {"taskId": "draft", "dependsOn": ["draft"]}, {"taskId": "draft", "task": None, "required": None},
        {"taskId": "nope", "task": "x"}, {"taskId": "draft", "owner": ""},
    ],
    "HandOff": [
        {**OVER, "reason": ""}, {**OVER, "keys": "a"}, {**OVER, "policy": "KEYS"}, {**OVER, "expectedVersion": 5},
        {**OVER, "redact": ["", "a\n"], "openQuestions": ["x" * 2000]}, {**OVER, "toAgentType": 5},
        {**OVER, "toAgentType": "CONTENT_STRATEGIST"},
    ],
    "Approve": [
        {"note": "x" * 3000}, {"expectedVersion": 5}, {"approvalId": COMPANY}, {"approvalId": "x"}, {"note": None},
        {"approvalId": ids.encode("Approval", NOBODY)}, {"approvalId": None},
    ],
    "Dismiss": [
        {**LATER, "actionId": "nope"}, {**LATER, "untilHours": 0, "reason": " "}, {**LATER, "untilHours": 721},
        {**LATER, "reason": "x" * 3000}, {**LATER, "expectedVersion": 5}, {**LATER, "untilHours": None},
    ],
    "Restore": [{"actionId": "nope"}, {"actionId": "nope", "expectedVersion": 5}, {"actionId": None}],
    "Reject": [{"reason": ""}, {"reason": "x" * 3000}, {"reason": "x", "expectedVersion": 5}, {"reason": None}, {}],
}  # fmt: skip
ON_PRODUCT = (
    "Change",
    "Launch",
    "Score",
    "TaskAdd",
    "TaskStart",
    "TaskFinish",
    "TaskReopen",
    "TaskWaive",
    "TaskUpdate",
)
TARGETS = {
    **{operation: ["productId"] for operation in ON_PRODUCT},
    "HandOff": ["sessionId"],
    "Approve": ["approvalId"],
    "Reject": ["approvalId"],
    "UseContent": ["contentId"],
}


@pytest.fixture
def twin_urls(databases: Databases, tmp_path: Path) -> tuple[str, str]:
    return urls(databases, tmp_path)


@pytest.fixture
async def twins(twin_urls: tuple[str, str]) -> AsyncIterator[Twins]:
    async with AsyncExitStack() as stack:
        engines = [await stack.enter_async_context(engine_for(url)) for url in twin_urls]
        with same_ids() as again:
            ours = await set_up(engines[0], Make(engines[0]), blockers=BLOCKERS)
            again()
            stock = await set_up(engines[1], Make(engines[1]), blockers=BLOCKERS)
        assert ours.company_id == stock.company_id
        yield Twins(ours, stock)
        for engine in engines:
            await empty(engine)


@pytest.mark.slow
@in_turn("call", [*CALLS, *ALIKE, *IN_PERSON, *MANAGED, *DECISIONS, *ADVICE], ids=lambda call: call.name)
async def test_by_everyone(twins: Twins, call: Call) -> None:
    """Tried, done, asked again with the same key, and with that key for something else. Who may do what of it is tried
    in tests/actions/test_roles.py: here, a few of them are enough for what is like others."""
    operation = OPERATIONS[call.name]
    for number, who in enumerate(WHO if call in CALLS else SOME):
        given = await twins.ready(call)
        keyed = {**given, "idempotencyKey": f"key-{number}"}
        await twins.ask(who, TEXT, operation, input={**keyed, "dryRun": True})
        for input in (keyed, keyed, {**keyed, **call.other}, given):
            await twins.ask(who, TEXT, operation, input=input)


@in_turn("operation", WRONG)
async def test_refusals(twins: Twins, operation: str) -> None:
    made = (
        await twins.ready(HAND_OFF)
        | await twins.ready(APPROVE)
        | await twins.ready(TASK_START)
        | await twins.ready(USED)
    )
    target = {name: made[name] for name in TARGETS.get(operation, ())} or {"companyId": twins.stock.company_id}
    typed = 0
    for wrong in WRONG[operation]:
        for who in ("editor", "manager", "agent"):
            found = await twins.ask(who, TEXT, operation, input={**target, **wrong})
            typed += found.data is not None and bool(found.data["done"]["errors"])
    assert typed >= len(WRONG[operation])


async def test_what_stands_in_the_way_is_shown_as_it_is_now(twins: Twins) -> None:
    given = await twins.ready(HAND_OFF)
    await twins.ask("editor", TEXT, "HandOff", input=given)
    again = await twins.ask("editor", TEXT, "HandOff", input=given)
    [error] = again.data["done"]["errors"]
    assert (error["__typename"], error["current"]["__typename"]) == ("Conflict", "SessionHandoff")


async def test_several_in_one_document(twins: Twins) -> None:
    """One after the other, each seeing what the one before has done, whatever becomes of it."""
    document = """
      mutation Several($id: ID!, $key: String, $move: CompanyTransitionStageInput!, $seen: Boolean = true) {
        first: blockerAdd(input: {companyId: $id, code: "A", title: "A", severity: LOW, blockedBy: "old"}) {
          created blocker { id } company { version blockers { title } } }
        same: blockerAdd(input: {companyId: $id, code: "A", title: "A", severity: LOW, idempotencyKey: $key}) {
          created company { ...Seen } again: company @include(if: $seen) { name ...Seen } event { id } }
        wrong: blockerResolve(input: {companyId: $id, blockerId: "late", resolution: "x"}) { ...Why company { id } }
        move: companyTransitionStage(input: $move) { ...Why move company { ...Seen } event { company { ...Seen } } }
        stale: companyTransitionStage(input: {companyId: $id, to: LAUNCH, expectedVersion: 1}) { ...Why }
        cascade: blockerResolve(input: {companyId: $id, blockerId: "late", resolution: "x", cascade: true}) {
          resolved unblocked company { ...Seen } }
        dry: blockerAdd(input: {companyId: $id, code: "B", title: "B", severity: HIGH, dryRun: true}) {
          changed blocker { id } event { id } company { ...Seen } }
        nothing: blockerAdd(input: {companyId: $id, code: "C", title: "C", severity: HIGH}) {
          __typename @skip(if: $seen) }
        skipped: blockerAdd(input: {companyId: $id, code: "D", title: "D", severity: HIGH}) @skip(if: $seen) { changed }
      }
      fragment Seen on Company { version partnerJourneyStage events(first: 1) { totalCount nodes { eventType } } }
      fragment Why on Payload { errors { code ... on Conflict { current { ... on Company { ...Seen } } }
        ... on GatesFailed { gates { fix { args } } } } }
    """
    move = {"companyId": twins.stock.company_id, "to": "PRE_LIST"}
    for who in ("editor", "manager", "viewer", "agent"):
        await twins.ask(who, document, id=twins.stock.company_id, key="one", move=move)
    await twins.ask("editor", document, id="x", move=move, seen=False)


def _calls_of_the_owner(twins: Twins) -> dict[str, str]:
    id_ = twins.stock.company_id
    return {
        "a list from one value": f'blockerAdd(input: {{companyId: "{id_}", code: "A", title: "A", severity: LOW,'
        ' blockedBy: "old"}) { blocker { blockedBy } }',
        "everything null": f'blockerAdd(input: {{companyId: "{id_}", code: "N", title: "N", severity: LOW, stage: null,'
        " description: null, productId: null, blockedBy: null, ownerId: null, dueAt: null, sourceRef: null,"
        " expectedVersion: null, idempotencyKey: null, dryRun: false}) { blocker { stage dueAt } errors { code } }",
        "a time with an offset": f'blockerAdd(input: {{companyId: "{id_}", code: "T", title: "T", severity: LOW,'
        ' dueAt: "2026-07-01T00:30:00+02:00"}) { blocker { dueAt } }',
        "merged": f'companyTransitionStage(input: {{companyId: "{id_}", to: PRE_LIST}}) {{ company {{ id }}'
        " ... on Payload { changed } company { name } event { company { id } } event { id } }",
        "null in a non-null place": f'blockerAdd(input: {{companyId: "{id_}", code: null, title: "A", severity: LOW}})'
        " { changed }",
    }


async def test_inputs_in_other_forms(twins: Twins) -> None:
    for call in _calls_of_the_owner(twins).values():
        await twins.ask("owner", f"mutation {{ {call} }}")


@pytest.mark.parametrize("field", AFTER)
@pytest.mark.parametrize("fault", ["raises", *(pytest.param(each, marks=pytest.mark.slow) for each in FAULTS)])
async def test_what_fails_after_the_write_does_not_write_again(twins: Twins, field: str, fault: str) -> None:
    given = {"companyId": twins.stock.company_id, "code": "A", "title": "A", "severity": "LOW"}
    with injected(Injection(*field.split("."), fault, half=False)) as hit:
        await twins.ask("editor", f"{TEXT} # {field} {fault}", "Add", input=given)
    assert hit
    await twins.ask("editor", TEXT, "Add", input={**given, "code": "B"})


async def test_what_an_agent_has_to_ask_for(twins: Twins) -> None:
    """Asked for, named, rejected, and approved in the end: to both executors the same."""
    launch = {"companyId": twins.stock.company_id, "to": "LAUNCH", "idempotencyKey": "k"}
    await twins.ask("manager", TEXT, "Move", input={"companyId": twins.stock.company_id, "to": "PRE_LIST"})
    await twins.ask("agent", TEXT, "Move", input={**launch, "dryRun": True})
    for decision, more in (("Reject", {"reason": "no"}), ("Approve", {})):
        asked = await twins.ask("agent", TEXT, "Move", input={**launch, "reason": decision})
        [error] = asked.data["done"]["errors"]
        await twins.ask("manager", TEXT, decision, input={"approvalId": error["approvalId"], **more})
        moved = await twins.ask("agent", TEXT, "Move", input={**launch, "reason": decision})
        assert moved.data["done"]["changed"] == (decision == "Approve")


def test_every_mutation_is_there() -> None:
    assert (
        set(OPERATIONS)
        == set(core.mutation_type.fields)
        == {call.name for call in (*CALLS, *ALIKE, *IN_PERSON, *MANAGED, *DECISIONS, *ADVICE)}
    )
