"""What an agent may do only with a manager's approval, and how an approval is asked for, decided and used up."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from textwrap import shorten
from typing import Any, NamedTuple

from domain.actors import Actor
from domain.blocker_changes import Resolution
from domain.enums import ApprovalDecision, ApprovalStatus, JourneyStage, TriggeredBy
from domain.launch import Launch, LaunchMove
from domain.policy import ApprovalPolicy
from domain.refusals import ApprovalRequired, Conflict, FieldError, Forbidden, Refused, invalid
from domain.stages import STAGES, Move, Transition, classify
from domain.times import iso

LONGEST_NOTE = 2000
LONGEST_NAME = 120
# What the outbox calls it.
REQUESTED = "approval_requested"
DECIDED = {ApprovalDecision.APPROVED: "approval_approved", ApprovalDecision.REJECTED: "approval_rejected"}


@dataclass(frozen=True, slots=True)
class Impact:
    """What would be done, in one line for the manager, and why that is not for an agent to decide."""

    summary: str
    why: str


class Granted(NamedTuple):
    """That an agent may send this once; `request` is the input as it was approved."""

    operation: str
    request: Mapping[str, Any]


def is_granted(granted: Iterable[Granted], operation: str, expected: Mapping[str, Any], **named: Any) -> bool:
    """Whether some call was approved that names these things and, if it expects any of `expected`, expects that."""
    return any(
        each.operation == operation
        and all(each.request.get(name) == value for name, value in named.items())
        and all(each.request.get(name) in (None, value) for name, value in expected.items())
        for each in granted
    )


@dataclass(frozen=True, slots=True)
class Guard:
    """`impact` looks at what the operation's rule has made, at the company's name, and at what the policy guards; None
    lets it pass."""

    field: str
    impact: Callable[[Any, str, ApprovalPolicy], Impact | None]


def _of_move(made: Transition, company: str, policy: ApprovalPolicy) -> Impact | None:
    return of_advance(made.from_stage, made.to_stage, company, policy)


def of_advance(before: JourneyStage, after: JourneyStage, company: str, policy: ApprovalPolicy) -> Impact | None:
    first = policy.first_guarded_stage
    if classify(before, after) is not Move.ADVANCE or STAGES.index(after) < STAGES.index(first):
        return None
    return Impact(moving(company, before, after), f"From {first.name} on, customers and AWS rely on the stage.")


def _of_launch(made: Launch, company: str, policy: ApprovalPolicy) -> Impact | None:
    if made.move is LaunchMove.SAME or made.after not in policy.guarded_statuses:
        return None
    summary = f"Move a product of {_named(company)} from {made.before.name} to {made.after.name}."
    return Impact(summary, "Customers see it.")


def _of_resolution(made: Resolution, company: str, policy: ApprovalPolicy) -> Impact | None:
    count = len(made.resolved)
    worst = next((blocker for blocker in made.resolved if blocker.severity in policy.guarded_severities), None)
    if worst is None and count <= policy.most_resolved_at_once:
        return None
    summary = resolving(company, made.blocker.title, count)
    if worst is None:
        return Impact(summary, "This resolves several blockers at once.")
    return Impact(summary, f"{_named(worst.title)} is {worst.severity.name}.")


def moving(company: str, before: JourneyStage, after: JourneyStage) -> str:
    """A move in one line."""
    return f"Move {_named(company)} from {before.name} to {after.name}."


def resolving(company: str, title: str, count: int = 1) -> str:
    """A resolution in one line; `count` with the blockers in its way."""
    others = f" and {count - 1} in its way" if count > 1 else ""
    return f"Resolve {_named(title)}{others}, of {_named(company)}."


def _named(text: str) -> str:
    return f"“{shorten(text, LONGEST_NAME, placeholder='…')}”"


HIGH_IMPACT = {
    "companyTransitionStage": Guard("to", _of_move),
    "blockerResolve": Guard("blockerId", _of_resolution),
    "productTransitionStatus": Guard("to", _of_launch),
}


def impact(operation: str, made: Any, company: str | None, actor: Actor, policy: ApprovalPolicy) -> Impact | None:
    """None where nobody needs to be asked: whoever is no agent answers for what they do."""
    guard = HIGH_IMPACT.get(operation)
    if guard is None or actor.kind is not TriggeredBy.AGENT:
        return None
    return guard.impact(made, company or "", policy)


def live_key(scope: str, request_hash: str) -> str:
    """One for each agent, the user it acts for, operation and input: the hash is of operation and input."""
    return hashlib.sha256(f"{scope}\n{request_hash}".encode()).hexdigest()


def is_over(expires_at: datetime | None, now: datetime) -> bool:
    return expires_at is None or now >= expires_at


def status(
    decision: ApprovalDecision, used_at: datetime | None, expires_at: datetime | None, now: datetime
) -> ApprovalStatus:
    if used_at is not None:
        return ApprovalStatus.USED
    if decision is not ApprovalDecision.REJECTED and is_over(expires_at, now):
        return ApprovalStatus.EXPIRED
    return ApprovalStatus(decision)


def required(operation: str, found: Impact, hours: int, approval_id: int | None = None) -> ApprovalRequired:
    """What the agent is told when a manager has not decided yet; without an id, on a dry run that finds nothing.
    `hours` is how long the question is good for."""
    if approval_id is None:
        then = "Without `dryRun`, this call asks for it."
    else:
        then = (
            f"It is asked for: a manager or administrator answers, within {hours} hours, with `approvalApprove` or "
            "`approvalReject`. Once it is approved, send the same call again, with the same input."
        )
    message = f"An agent needs a manager's approval for this: {found.summary} {found.why} {then}"
    return ApprovalRequired(message, "APPROVAL_REQUIRED", (HIGH_IMPACT[operation].field,), approval_id=approval_id)


def turned_down(operation: str, found: Impact, approval_id: int, note: str | None, until: datetime) -> ApprovalRequired:
    message = (
        f"A manager has rejected this: {found.summary} The reason given: {note or 'none'}. Do something else, or ask a "
        f"person; the same call asks again only after {iso(until)}."
    )
    return ApprovalRequired(message, "APPROVAL_REJECTED", (HIGH_IMPACT[operation].field,), approval_id=approval_id)


def check_decider(actor: Actor) -> None:
    if not actor.is_manager:
        message = "Only a person with the role manager or admin decides what an agent may do; an agent never does."
        raise Refused(Forbidden(message, "MANAGER_REQUIRED", ("approvalId",)))


def note(decision: ApprovalDecision, text: str | None) -> str | None:
    """The words that go with a decision: needed to reject, so that the agent learns why."""
    field = "reason" if decision is ApprovalDecision.REJECTED else "note"
    words = (text or "").strip()
    if not words and decision is ApprovalDecision.REJECTED:
        raise invalid(FieldError(field, "REASON_REQUIRED", "Say in `reason` why not: the agent is told."))
    if len(words) > LONGEST_NOTE:
        raise invalid(FieldError(field, "TOO_LONG", f"`{field}` takes at most {LONGEST_NOTE} characters."))
    return words or None


TOO_LATE = {
    ApprovalStatus.APPROVED: ("ALREADY_APPROVED", "It is approved already; the agent may be acting on it."),
    ApprovalStatus.REJECTED: ("ALREADY_REJECTED", "It is rejected already; a person may do it instead of the agent."),
    ApprovalStatus.USED: ("ALREADY_USED", "It was approved, and the agent has acted on it: it holds for one call."),
    ApprovalStatus.EXPIRED: ("APPROVAL_EXPIRED", "Its time is over. The agent asks anew when it sends its call again."),
}


def decide(current: ApprovalStatus, decision: ApprovalDecision, approval_id: int) -> bool:
    """Whether the decision changes anything: it does not where the same was decided before."""
    if current is ApprovalStatus.PENDING:
        return True
    if current.value == decision.value:
        return False
    code, message = TOO_LATE[current]
    raise Refused(
        Conflict(
            message,
            code,
            ("approvalId",),
            expected=ApprovalStatus.PENDING.name,
            actual=current.name,
            current_kind="Approval",
            current_id=approval_id,
        )
    )
