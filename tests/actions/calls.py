"""The mutations, each with a call that succeeds and a change that makes it another: for what holds of them all."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from domain.enums import AgentType, EventType
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
CALLS = (MOVE, ADD, RESOLVE, REOPEN, UPDATE, ACHIEVE, HAND_OFF)
IN_PERSON = (REVOKE,)
"""What agents may not do."""
MANAGED = (WAIVE,)
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
