"""What may be done to a blocker that is there: resolved, waived, opened again, changed."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.actors import Actor
from domain.blockers import (
    LONGEST_TEXT,
    each_once,
    is_open,
    read,
    replace,
    same_cause,
    unknown_before,
    wrong_pointer,
    wrong_words,
)
from domain.documents import Blocker, Reference, mapping
from domain.enums import BlockerStatus, Severity, TriggeredBy
from domain.fixes import blocker_fix
from domain.policy import Policy
from domain.refusals import (
    Conflict,
    FieldError,
    Fix,
    Forbidden,
    Gate,
    GatesFailed,
    GateStatus,
    Refused,
    invalid,
    not_found,
)

Ref = Callable[[str, int], str]
"""Makes the node id of a type's name and a key."""
WORST_FIRST = tuple(Severity)
CLOSING = {"resolved_at": None, "resolved_by": None, "resolution": None, "resolution_ref": None}


@dataclass(frozen=True, slots=True)
class Change:
    """`changed` is empty where there was nothing to do."""

    document: dict[str, Any]
    blocker: Blocker
    changed: tuple[Blocker, ...]


@dataclass(frozen=True, slots=True)
class Resolution:
    """`resolved` holds the blocker that was named last; with `cascade`, those in its way before it."""

    document: dict[str, Any]
    blocker: Blocker
    resolved: tuple[Blocker, ...]
    gating: frozenset[Severity]

    @property
    def unblocking(self) -> frozenset[str]:
        return unblocking(self.document, self.resolved, self.gating)


def unblocking(document: Any, closed: Iterable[Blocker], gating: Collection[Severity]) -> frozenset[str]:
    """Ids of those that were the last of their stage that closed its gate; `document` is that without them."""
    held_up = {blocker.stage for blocker in read(document) if is_open(blocker) and blocker.severity in gating}
    last = {blocker.stage: blocker.id for blocker in closed if blocker.severity in gating}
    return frozenset(id_ for stage, id_ in last.items() if stage not in held_up)


def resolve(
    raw: Any,
    blocker_id: str,
    *,
    company_id: int,
    ref: Ref,
    resolution: str,
    cascade: bool,
    actor: Actor,
    now: datetime,
    policy: Policy,
    resolution_ref: Reference | None = None,
) -> Resolution:
    """Resolves the blocker, or Refused. An already resolved one changes nothing."""
    text = _words("resolution", resolution, "RESOLUTION_REQUIRED", "how it was resolved")
    if errors := wrong_pointer("resolutionRef", resolution_ref):
        raise invalid(*errors)
    known = {blocker.id: blocker for blocker in read(raw)}
    named = _named(known, blocker_id)
    gating = frozenset(policy.stages.gating_severities)
    if named.status is BlockerStatus.WAIVED:
        raise _in_state("It was waived; a waived blocker is not resolved.", "BLOCKER_WAIVED", named, company_id)
    if not is_open(named):
        return Resolution(mapping(raw), named, (), gating)
    chain = _in_the_way(named, known) if cascade else [named]
    _check_resolvable(chain, known, company_id, ref, policy, cascade=cascade)
    changes = _closed(BlockerStatus.RESOLVED, text, actor, now) | {"resolution_ref": resolution_ref}
    done = tuple(blocker.model_copy(update=changes) for blocker in chain)
    return Resolution(replace(raw, done), done[-1], done, gating)


def close(
    raw: Any, ids: frozenset[str], *, resolution: str, ref: Reference, actor: Actor, now: datetime, policy: Policy
) -> Resolution:
    """Resolves those whose cause is gone: at least one. What still stands in their way stays where it is."""
    changes = _closed(BlockerStatus.RESOLVED, resolution, actor, now) | {"resolution_ref": ref}
    done = tuple(each.model_copy(update=changes) for each in read(raw) if each.id in ids)
    return Resolution(replace(raw, done), done[-1], done, frozenset(policy.stages.gating_severities))


def waive(raw: Any, blocker_id: str, *, company_id: int, reason: str, actor: Actor, now: datetime) -> Change:
    """A manager decides that it need not be resolved. Waiving it again changes nothing."""
    named = _named({blocker.id: blocker for blocker in read(raw)}, blocker_id)
    if not actor.is_manager:
        message = "Only a person with the role manager or admin waives a blocker. Resolve it, or ask one of them."
        raise Refused(Forbidden(message, "MANAGER_REQUIRED", ("blockerId",)))
    text = _words("reason", reason, "REASON_REQUIRED", "why it need not be resolved")
    if named.status is BlockerStatus.RESOLVED:
        raise _in_state("It is resolved: there is nothing to waive.", "BLOCKER_RESOLVED", named, company_id)
    if not is_open(named):
        return Change(mapping(raw), named, ())
    return _change(raw, named.model_copy(update=_closed(BlockerStatus.WAIVED, text, actor, now)))


def reopen(raw: Any, blocker_id: str, *, company_id: int, reason: str, actor: Actor) -> Change:
    """It came back. Reopening an open one changes nothing."""
    text = _words("reason", reason, "REASON_REQUIRED", "why it is open again")
    known = read(raw)
    named = _named({blocker.id: blocker for blocker in known}, blocker_id)
    if is_open(named):
        return Change(mapping(raw), named, ())
    if named.status is BlockerStatus.WAIVED and not actor.is_manager:
        message = "A manager has waived it: only a manager opens it again."
        raise Refused(Forbidden(message, "MANAGER_REQUIRED", ("blockerId",)))
    twin = next((each for each in known if is_open(each) and same_cause(each, named)), None)
    if twin is not None:
        raise _in_state(f"“{twin.title}” ({twin.id}) is open for the same cause.", "ALREADY_OPEN", named, company_id)
    return _change(raw, reopened(named, text))


def reopened(blocker: Blocker, reason: str) -> Blocker:
    changes = {"status": BlockerStatus.OPEN, "reopened_count": blocker.reopened_count + 1, "reopen_reason": reason}
    return blocker.model_copy(update={**CLOSING, **changes})


def update(
    raw: Any,
    blocker_id: str,
    changes: Mapping[str, Any],
    *,
    company_id: int,
    ref: Ref,
    actor: Actor,
    policy: Policy,
) -> Change:
    """Changes an open blocker's words, severity, owner, due date, or what comes before it."""
    known = read(raw)
    named = _named({blocker.id: blocker for blocker in known}, blocker_id)
    if not is_open(named):
        raise _in_state("It is closed: reopen it, or add a new one.", "BLOCKER_CLOSED", named, company_id)
    once = {"blocked_by": each_once(changes["blocked_by"])} if "blocked_by" in changes else {}
    changed = named.model_copy(update={**changes, **once})
    _check_severity(named, changed.severity, company_id, ref, actor, policy)
    others = [each for each in known if each.id != named.id]
    errors = [*wrong_words(changed), *unknown_before(set(changed.blocked_by) - {named.id}, others)]
    if circle := _circle(changed, others):
        message = f"`blockedBy` would wait for itself: {' → '.join(circle)}."
        errors.append(FieldError("blockedBy", "CYCLE", message))
    if errors:
        raise invalid(*errors)
    return Change(mapping(raw), named, ()) if changed == named else _change(raw, changed)


def _change(raw: Any, changed: Blocker) -> Change:
    return Change(replace(raw, (changed,)), changed, (changed,))


def _closed(status: BlockerStatus, text: str, actor: Actor, now: datetime) -> dict[str, Any]:
    return {"status": status, "resolved_at": now, "resolved_by": actor.user_id, "resolution": text}


def _words(field: str, text: str, code: str, what: str) -> str:
    words = text.strip()
    if not words or len(words) > LONGEST_TEXT:
        raise invalid(FieldError(field, code, f"Say in `{field}` {what}, in at most {LONGEST_TEXT} characters."))
    return words


def _named(known: Mapping[str, Blocker], blocker_id: str) -> Blocker:
    named = known.get(blocker_id)
    if named is None:
        raise not_found("blockerId", "blocker")
    return named


def _in_state(message: str, code: str, blocker: Blocker, company_id: int) -> Refused:
    return Refused(
        Conflict(
            message, code, ("blockerId",), expected=BlockerStatus.OPEN.name, actual=blocker.status.name,
            current_kind="Company", current_id=company_id,
        )
    )  # fmt: skip


def _in_the_way(blocker: Blocker, known: Mapping[str, Blocker]) -> list[Blocker]:
    """Open blockers that come before this one, in an order in which they can go, then this one."""
    ordered: dict[str, Blocker] = {}
    entered: set[str] = set()
    todo = [blocker]
    while todo:
        current = todo[-1]
        if current.id in entered:
            ordered.setdefault(current.id, todo.pop())
            continue
        entered.add(current.id)
        before = (known[other] for other in reversed(current.blocked_by) if other in known)
        todo += [other for other in before if other.id not in entered and is_open(other)]
    return list(ordered.values())


def _circle(changed: Blocker, others: list[Blocker]) -> list[str]:
    """The ids on the way from the blocker back to itself; empty when there is none."""
    known = {each.id: each for each in others} | {changed.id: changed}
    came_from: dict[str, str] = {}
    todo = [changed.id]
    while todo:
        current = todo.pop()
        for before in known[current].blocked_by:
            if before == changed.id:
                path = [current]
                while path[-1] != changed.id:
                    path.append(came_from[path[-1]])
                return [*reversed(path), changed.id]
            if before in known and before not in came_from:
                came_from[before] = current
                todo.append(before)
    return []


def _check_resolvable(
    chain: list[Blocker], known: Mapping[str, Blocker], company_id: int, ref: Ref, policy: Policy, *, cascade: bool
) -> None:
    gates = [
        _recheck(blocker, "is resolved only when a new check passes", _fix(blocker, company_id, ref, policy))
        for blocker in chain
        if blocker.source in policy.blockers.recheck_sources
    ]
    if not cascade:
        gates += [
            Gate("BLOCKED_BY", "Other blockers come first", GateStatus.FAIL,
                 f"“{known[other].title}” ({known[other].severity}) is still open.",
                 _fix(known[other], company_id, ref, policy), (("blocker", other),))
            for other in chain[-1].blocked_by if other in known and is_open(known[other])
        ]  # fmt: skip
    if gates:
        message = " ".join(dict.fromkeys(ADVICE[gate.code] for gate in gates))
        raise Refused(GatesFailed(message, "GATES_FAILED", ("blockerId",), gates=tuple(gates)))


def _check_severity(
    named: Blocker, severity: Severity, company_id: int, ref: Ref, actor: Actor, policy: Policy
) -> None:
    """Who lowers a severity opens gates with it, as who resolves the blocker does."""
    if severity is named.severity:
        return
    if named.source in policy.blockers.recheck_sources:
        gate = _recheck(named, "is as grave as the latest check says", _fix(named, company_id, ref, policy))
        message = (
            "The severity of what a compliance check found is not changed by hand: have the check run again, or ask a "
            "manager to waive the blocker."
        )
        raise Refused(GatesFailed(message, "GATES_FAILED", ("severity",), gates=(gate,)))
    is_lower = WORST_FIRST.index(severity) > WORST_FIRST.index(named.severity)
    if is_lower and actor.kind in (TriggeredBy.AGENT, TriggeredBy.WEBHOOK):
        message = "Agents and webhooks may raise the severity of a blocker; only a person lowers it."
        raise Refused(Forbidden(message, "PERSON_REQUIRED", ("severity",)))


def _recheck(blocker: Blocker, why: str, fix: Fix) -> Gate:
    detail = f"“{blocker.title}” {why}."
    return Gate("RECHECK", "Found by a compliance check", GateStatus.FAIL, detail, fix, (("blocker", blocker.id),))


def _fix(blocker: Blocker, company_id: int, ref: Ref, policy: Policy) -> Fix:
    product = None if blocker.product_id is None else ref("Product", blocker.product_id)
    return blocker_fix(blocker, ref("Company", company_id), product, policy)


ADVICE = {
    "RECHECK": "The blocker cannot be resolved by hand: have the compliance check run again.",
    "BLOCKED_BY": "The blocker cannot be resolved yet: see `gates`. `cascade: true` resolves what is in its way too.",
}
