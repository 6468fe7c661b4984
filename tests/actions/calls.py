"""The mutations, each with a call that succeeds and a change that makes it another: for what holds of them all."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.enums import AgentType, EventType, LaunchStatus
from graph import ids
from tests.actions.scene import ERRORS, Scene, done

Input = dict[str, Any]
BLOCKER = {
    "id": "old", "code": "OLD", "title": "Old", "severity": "medium", "stage": "discovery",
    "added_at": "2026-01-01T00:00:00Z",
}  # fmt: skip
GONE = {**BLOCKER, "id": "gone", "code": "GONE", "status": "resolved", "resolved_at": "2026-06-01T00:00:00Z"}
BLOCKERS = {"discovery": [BLOCKER, GONE]}


@dataclass(frozen=True)
class Call:
    """`ready` makes what the call needs and returns its input; `other` is a change that makes it another call."""

    name: str
    document: str
    ready: Callable[[Scene], Awaitable[Input]]
    other: Input
    target: str
    kind: str
    events: int = 1
    """How many events it records: none, where no type of event tells of such a change."""

    def of_nobody(self, input: Input, key: int) -> Input:
        return {**input, self.target: ids.encode(self.kind, key)}


def _document(name: str, fields: str) -> str:
    shape = name[0].upper() + name[1:]
    return f"mutation Call($input: {shape}Input!) {{ {name}(input: $input) {{ changed replayed {fields} {ERRORS} }} }}"


async def _move(scene: Scene) -> Input:
    return {"companyId": scene.company_id, "to": "PRE_LIST"}


async def _add(scene: Scene) -> Input:
    return {"companyId": scene.company_id, "code": "NEW", "title": "New", "severity": "LOW"}


async def _resolve(scene: Scene) -> Input:
    return {"companyId": scene.company_id, "blockerId": "old", "resolution": "Done"}


async def _hand_off(scene: Scene) -> Input:
    session = await scene.make.session(scene.company, scene.owner)
    to = AgentType.VISUAL_CREATOR.name
    return {"sessionId": ids.encode("AgentSession", session.id), "toAgentType": to, "reason": "pictures are next"}


SHOWN = "company { id version } event { id }"
MOVE = Call(
    "companyTransitionStage", _document("companyTransitionStage", f"move {SHOWN}"), _move, {"reason": "x"},
    "companyId", "Company",
)  # fmt: skip
ADD = Call(
    "blockerAdd", _document("blockerAdd", f"created blocker {{ id }} {SHOWN}"), _add, {"code": "OTHER"},
    "companyId", "Company",
)  # fmt: skip
RESOLVE = Call(
    "blockerResolve", _document("blockerResolve", f"resolved blocker {{ id }} {SHOWN}"), _resolve,
    {"resolution": "Other"}, "companyId", "Company",
)  # fmt: skip
HAND_OFF = Call(
    "sessionHandOff",
    _document("sessionHandOff", "session { id } source { id status } handoff { id } snapshot { id } event { id }"),
    _hand_off, {"reason": "other"}, "sessionId", "AgentSession",
)  # fmt: skip


async def _reopen(scene: Scene) -> Input:
    return {"companyId": scene.company_id, "blockerId": "gone", "reason": "It came back"}


async def _update(scene: Scene) -> Input:
    return {"companyId": scene.company_id, "blockerId": "old", "title": "Other words"}


async def _achieve(scene: Scene) -> Input:
    return {"companyId": scene.company_id, "code": "kickoff_held"}


async def _revoke(scene: Scene) -> Input:
    data = {"code": "kickoff_held"}
    await scene.make.event(scene.company, scene.owner, event_type=EventType.MILESTONE_ACHIEVED, event_data=data)
    return {"companyId": scene.company_id, "code": "kickoff_held", "reason": "It was another company"}


async def _waive(scene: Scene) -> Input:
    return {"companyId": scene.company_id, "blockerId": "old", "reason": "Not needed for this launch"}


def _on_company(name: str, shown: str, ready: Callable[[Scene], Awaitable[Input]], other: Input) -> Call:
    return Call(name, _document(name, f"{shown} {SHOWN}"), ready, other, "companyId", "Company")


REOPEN = _on_company("blockerReopen", "blocker { id }", _reopen, {"reason": "x"})
UPDATE = _on_company("blockerUpdate", "blocker { id }", _update, {"title": "x"})
ACHIEVE = _on_company("milestoneAchieve", "", _achieve, {"code": "pilot_done"})
REVOKE = _on_company("milestoneRevoke", "", _revoke, {"reason": "x"})
WAIVE = _on_company("blockerWaive", "blocker { id }", _waive, {"reason": "x"})


async def _create(scene: Scene) -> Input:
    return {"companyId": scene.company_id, "name": "Another product"}


async def _check(scene: Scene) -> Input:
    item = {"controlId": "LST-01", "title": "Logo", "result": "FAIL", "severity": "MEDIUM"}
    return {"companyId": scene.company_id, "reportType": "listing", "items": [item]}


def _on_product(**more: Any) -> Callable[[Scene], Awaitable[Input]]:
    async def ready(scene: Scene) -> Input:
        tasks = [
            {"id": "draft", "task": "Draft"}, {"id": "done", "task": "Done", "status": "done"},
        ]  # fmt: skip
        product = await scene.make.product(scene.company, launch_status=LaunchStatus.IDEATION, prerequisite_tasks=tasks)
        return {"productId": ids.encode("Product", product.id), **more}

    return ready


def _of_product(name: str, shown: str, ready: Callable[[Scene], Awaitable[Input]], other: Input) -> Call:
    document = _document(name, f"{shown} product {{ id version }} company {{ id version }}")
    return Call(name, document, ready, other, "productId", "Product", int("event" in shown))


CREATE = Call(
    "productCreate", _document("productCreate", "product { id } company { id version }"), _create, {"name": "x"},
    "companyId", "Company", 0,
)  # fmt: skip
CHECK = Call(
    "complianceCheckRecord",
    _document("complianceCheckRecord", f"opened resolved report {{ id }} product {{ id }} {SHOWN}"), _check,
    {"reportType": "x"}, "companyId", "Company",
)  # fmt: skip
CHANGE = _of_product("productUpdate", "", _on_product(name="Renamed"), {"name": "x"})
LAUNCH = _of_product("productTransitionStatus", "move event { id }", _on_product(to="DEVELOPMENT"), {"reason": "x"})
SCORE = _of_product("readinessRecord", "score { id }", _on_product(score=50), {"score": 51})
TASK_ADD = _of_product("taskAdd", "task { id }", _on_product(task="Draw the logo"), {"task": "x"})
TASK_START = _of_product("taskStart", "task { id }", _on_product(taskId="draft"), {"taskId": "x"})
TASK_FINISH = _of_product("taskFinish", "task { id }", _on_product(taskId="draft"), {"taskId": "x"})
TASK_UPDATE = _of_product("taskUpdate", "task { id }", _on_product(taskId="draft", task="Words"), {"task": "x"})
TASK_REOPEN = _of_product("taskReopen", "task { id }", _on_product(taskId="done"), {"taskId": "x"})
TASK_WAIVE = _of_product("taskWaive", "task { id }", _on_product(taskId="draft", reason="Not needed"), {"reason": "x"})


async def _company_update(scene: Scene) -> Input:
    return {"companyId": scene.company_id, "gtmGoals": {"primary": "co-sell"}, "country": "DE"}


async def _event_record(scene: Scene) -> Input:
    return {"companyId": scene.company_id, "mdfSubmitted": {"applicationId": "MDF-1", "amount": "5000.00"}}


async def _change_tier(scene: Scene) -> Input:
    return {"companyId": scene.company_id, "to": "ADVANCED"}


async def _progress(scene: Scene) -> Input:
    return {"companyId": scene.company_id, "figures": [{"requirement": "LAUNCHED", "value": 3}]}


async def _start(scene: Scene) -> Input:
    return {"companyId": scene.company_id, "startedAt": "2026-06-01T00:00:00Z"}


PROGRESS = Call(
    "partnerTierProgressRecord", _document("partnerTierProgressRecord", "company { id version }"), _progress,
    {"note": "x"}, "companyId", "Company", 0,
)  # fmt: skip
START = Call(
    "companyStartJourney", _document("companyStartJourney", "company { id version }"), _start,
    {"startedAt": "2026-06-02T00:00:00Z"}, "companyId", "Company", 0,
)  # fmt: skip


async def _near(scene: Scene) -> Input:
    await scene.make.product(scene.company, launch_status=LaunchStatus.PRE_LAUNCH, target_launch_date=date(2026, 6, 20))
    return {"companyId": scene.company_id}


NEAR = _on_company("companyRequestChecks", "due { thresholdDays product { id } }", _near, {"expectedVersion": 9})


async def _mdf(scene: Scene) -> Input:
    return {"companyId": scene.company_id, "applicationId": "MDF-1", "to": "SUBMITTED", "amount": "5000.00"}


MDF = _on_company("mdfApplicationMove", "application { applicationId status }", _mdf, {"applicationId": "MDF-2"})


async def _content(scene: Scene) -> Input:
    return {
        "companyId": scene.company_id, "contentPurpose": "CO_SELL_MATERIALS", "title": "One-pager", "output": "Words.",
        "qualityScore": "81.255",
    }  # fmt: skip


async def _used(scene: Scene) -> Input:
    made = await scene.make.content(scene.company, scene.owner)
    return {"contentId": ids.encode("GeneratedContent", made.id), "submissionRef": "ACE-1"}


CONTENT = _on_company("generatedContentRecord", "content { id }", _content, {"title": "x"})
USED = Call(
    "generatedContentMarkUsed", _document("generatedContentMarkUsed", f"content {{ id usedInSubmission }} {SHOWN}"),
    _used, {"submissionRef": "x"}, "contentId", "GeneratedContent",
)  # fmt: skip
COMPANY_UPDATE = Call(
    "companyUpdate", _document("companyUpdate", "company { id version }"), _company_update, {"country": "FR"},
    "companyId", "Company", 0,
)  # fmt: skip
EVENT_RECORD = _on_company("eventRecord", "product { id }", _event_record, {"mdfSubmitted": {"applicationId": "MDF-2"}})
CHANGE_TIER = _on_company("companyChangeTier", "resolved blocker { id }", _change_tier, {"reason": "x"})
CALLS = (MOVE, ADD, RESOLVE, REOPEN, HAND_OFF, CREATE, CHECK, LAUNCH, TASK_FINISH, EVENT_RECORD)
ALIKE = (
    UPDATE, ACHIEVE, CHANGE, SCORE, TASK_ADD, TASK_START, TASK_UPDATE, COMPANY_UPDATE, MDF, PROGRESS, START, NEAR,
    CONTENT, USED,
)  # fmt: skip
"""Written as one of `CALLS` is: not tried at every fault and in every race."""
IN_PERSON = (REVOKE, TASK_REOPEN)
"""What agents may not do."""
MANAGED = (WAIVE, TASK_WAIVE, CHANGE_TIER)
"""What a company's editors may not do."""


async def _approval(scene: Scene) -> Input:
    made = await scene.make.approval(scene.company, scene.editor)
    return {"approvalId": ids.encode("Approval", made.id)}


async def _rejection(scene: Scene) -> Input:
    return {**await _approval(scene), "reason": "not this week"}


async def _dismissal(scene: Scene) -> Input:
    action = "resolve_blocker:blocker:old"
    return {"companyId": scene.company_id, "actionId": action, "untilHours": 24, "reason": "Legal is on holiday"}


async def _restoration(scene: Scene) -> Input:
    dismissal = await _dismissal(scene)
    await done(scene.as_(scene.editor), DISMISS.document, **dismissal)
    return {"companyId": scene.company_id, "actionId": dismissal["actionId"]}


DISMISS = Call(
    "nextActionDismiss", _document("nextActionDismiss", "dismissal { id until reason by { id } } company { id }"),
    _dismissal, {"untilHours": 48}, "companyId", "Company",
)  # fmt: skip
RESTORE = Call(
    "nextActionRestore", _document("nextActionRestore", "company { id }"), _restoration, {"actionId": "other"},
    "companyId", "Company",
)  # fmt: skip
ADVICE = (DISMISS, RESTORE)
"""What changes no more than which advice is shown: no event tells of it."""

DECIDED = "approval { id version status decision note decidedAt decidedBy { id } usedAt }"
APPROVE = Call(
    "approvalApprove", _document("approvalApprove", DECIDED), _approval, {"note": "x"}, "approvalId", "Approval"
)  # fmt: skip
REJECT = Call(
    "approvalReject", _document("approvalReject", DECIDED), _rejection, {"reason": "x"}, "approvalId", "Approval"
)  # fmt: skip
DECISIONS = (APPROVE, REJECT)
"""What only a manager may do."""
