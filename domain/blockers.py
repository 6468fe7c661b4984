"""Blockers: what may be added and resolved, and what that does to the document `{stage: [Blocker]}`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.actors import Actor
from domain.documents import Blocker, mapping, read_list, writable
from domain.enums import BlockerSource, BlockerStatus, JourneyStage, Severity
from domain.refusals import (
    Conflict,
    FieldError,
    Fix,
    Gate,
    GatesFailed,
    GateStatus,
    Refused,
    invalid,
    line,
    not_found,
)
from domain.times import iso

LONGEST_TITLE, LONGEST_CODE, LONGEST_TEXT = 200, 100, 5000
GATING = frozenset({Severity.CRITICAL, Severity.HIGH})


@dataclass(frozen=True, slots=True)
class Resolution:
    """`resolved` holds the blocker that was named last; with `cascade`, those in its way before it."""

    document: dict[str, Any]
    blocker: Blocker
    resolved: tuple[Blocker, ...]

    @property
    def unblocking(self) -> frozenset[str]:
        """Ids of those that were the last critical or high ones of their stage."""
        held_up = {b.stage for b in read(self.document) if is_open(b) and b.severity in GATING}
        last = {blocker.stage: blocker.id for blocker in self.resolved if blocker.severity in GATING}
        return frozenset(id_ for stage, id_ in last.items() if stage not in held_up)


def read(raw: Any) -> list[Blocker]:
    """All blockers of the document that have a blocker's shape."""
    return [blocker for entries in mapping(raw).values() for blocker in read_list(Blocker, entries)]


def listed(blockers: Iterable[Blocker]) -> list[Blocker]:
    """Open ones first, then worst first, then oldest first."""
    statuses, severities = list(BlockerStatus), list(Severity)
    return sorted(
        blockers, key=lambda b: (statuses.index(b.status), severities.index(b.severity), iso(b.added_at), b.id)
    )


def is_open(blocker: Blocker) -> bool:
    return blocker.status is BlockerStatus.OPEN


def add(raw: Any, new: Blocker) -> tuple[dict[str, Any], Blocker, bool]:
    """The document, the blocker, and whether it is new: an open one for the same cause is kept instead."""
    known = read(raw)
    _check_new(new, known)
    for blocker in known:
        if is_open(blocker) and _same_cause(blocker, new):
            return mapping(raw), blocker, False
    document = {**writable(raw)}
    document[new.stage.value] = [*_entries(document, new.stage.value), new.stored()]
    return document, new, True


def resolve(
    raw: Any,
    blocker_id: str,
    *,
    company_id: int,
    company_ref: str,
    resolution: str,
    cascade: bool,
    actor: Actor,
    now: datetime,
) -> Resolution:
    """Resolves the blocker, or Refused. An already resolved one changes nothing. `company_ref` goes into the fixes."""
    text = resolution.strip()
    if not text or len(text) > LONGEST_TEXT:
        message = f"Say in `resolution` how it was resolved, in at most {LONGEST_TEXT} characters."
        raise invalid(FieldError("resolution", "RESOLUTION_REQUIRED", message))
    known = {blocker.id: blocker for blocker in read(raw)}
    named = known.get(blocker_id)
    if named is None:
        raise not_found("blockerId", "blocker")
    if named.status is BlockerStatus.WAIVED:
        raise Refused(
            Conflict(
                "The blocker was waived; a waived blocker is not resolved.",
                "BLOCKER_WAIVED",
                ("blockerId",),
                current_kind="Company",
                current_id=company_id,
            )
        )
    if not is_open(named):
        return Resolution(mapping(raw), named, ())
    chain = _in_the_way(named, known) if cascade else [named]
    _check_resolvable(chain, known, company_ref, cascade=cascade)
    changes = {
        "status": BlockerStatus.RESOLVED, "resolved_at": now, "resolved_by": actor.user_id, "resolution": text
    }  # fmt: skip
    done = tuple(blocker.model_copy(update=changes) for blocker in chain)
    return Resolution(_replace(raw, done), done[-1], done)


def _check_new(new: Blocker, known: list[Blocker]) -> None:
    ref = new.source_ref
    errors = [
        *line("title", new.title, LONGEST_TITLE),
        *line("code", new.code, LONGEST_CODE),
        *(() if ref is None else line("sourceRef.type", ref.type, LONGEST_CODE)),
        *(() if ref is None else line("sourceRef.id", ref.id, LONGEST_TITLE)),
    ]
    if new.description is not None and len(new.description) > LONGEST_TEXT:
        errors.append(FieldError("description", "TOO_LONG", f"`description` takes at most {LONGEST_TEXT} characters."))
    missing = sorted(set(new.blocked_by) - {blocker.id for blocker in known})
    if missing:
        message = f"`blockedBy` names blockers that this company does not have: {', '.join(missing)}."
        errors.append(FieldError("blockedBy", "UNKNOWN_BLOCKER", message))
    if errors:
        raise invalid(*errors)


def _same_cause(old: Blocker, new: Blocker) -> bool:
    if old.stage != new.stage:
        return False
    if new.source_ref is not None and _points_to(old) == _points_to(new):
        return True
    return old.code == new.code and old.product_id == new.product_id


def _points_to(blocker: Blocker) -> tuple[str, str] | None:
    return None if blocker.source_ref is None else (blocker.source_ref.type, blocker.source_ref.id)


def _in_the_way(blocker: Blocker, known: dict[str, Blocker]) -> list[Blocker]:
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


def _check_resolvable(chain: list[Blocker], known: dict[str, Blocker], company_ref: str, *, cascade: bool) -> None:
    gates = [
        Gate("RECHECK", "Found by a compliance check", GateStatus.FAIL,
             f"“{blocker.title}” is resolved only when a new check passes.",
             evidence=(("blocker", blocker.id),))
        for blocker in chain if blocker.source is BlockerSource.COMPLIANCE
    ]  # fmt: skip
    if not cascade:
        gates += [
            Gate("BLOCKED_BY", "Other blockers come first", GateStatus.FAIL,
                 f"“{known[other].title}” ({known[other].severity}) is still open.",
                 Fix("blockerResolve", {"companyId": company_ref, "blockerId": other}),
                 evidence=(("blocker", other),))
            for other in chain[-1].blocked_by if other in known and is_open(known[other])
        ]  # fmt: skip
    if gates:
        raise Refused(
            GatesFailed(
                " ".join(dict.fromkeys(ADVICE[gate.code] for gate in gates)),
                "GATES_FAILED",
                ("blockerId",),
                gates=tuple(gates),
            )
        )


ADVICE = {
    "RECHECK": "The blocker cannot be resolved by hand: have the compliance check run again.",
    "BLOCKED_BY": "The blocker cannot be resolved yet: see `gates`. `cascade: true` resolves what is in its way too.",
}


def _entries(document: dict[str, Any], stage: str) -> list[Any]:
    """What the stage holds. What is no list becomes the first entry of one: it is not ours to throw away."""
    entries = document.get(stage)
    if isinstance(entries, list):
        return entries
    return [] if entries is None else [entries]


def _replace(raw: Any, done: tuple[Blocker, ...]) -> dict[str, Any]:
    stored = {blocker.id: blocker.stored() for blocker in done}

    def entry(old: Any) -> Any:
        """Only what was read as a blocker is one; and what it holds besides stays, nulls included."""
        known = read_list(Blocker, [old])
        return {**old, **stored[known[0].id]} if known and known[0].id in stored else old

    return {
        stage: [entry(old) for old in entries] if isinstance(entries, list) else entries
        for stage, entries in mapping(raw).items()
    }


def stage_named(text: JourneyStage | None, current: JourneyStage | None) -> JourneyStage:
    """A blocker without a stage holds up the one the company is in."""
    return text or current or JourneyStage.DISCOVERY
