"""Blockers as they lie in the document `{stage: [Blocker]}`: read, listed, added, replaced; nothing else is lost."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from domain.actors import Actor
from domain.documents import Blocker, Reference, mapping, read_list, writable
from domain.enums import BlockerSource, BlockerStatus, JourneyStage, Severity, TriggeredBy
from domain.machines import Edge, Machine
from domain.policy import BlockerPolicy
from domain.refusals import FieldError, invalid, line
from domain.reports import CONTROL, ITEM
from domain.times import iso

LONGEST_TITLE, LONGEST_CODE, LONGEST_TEXT = 200, 100, 5000
MACHINE = Machine(
    "Blockers",
    "What a check has found is closed only by a check that passes, or waived by a manager.",
    BlockerStatus.OPEN,
    (
        Edge(BlockerStatus.OPEN, BlockerStatus.RESOLVED, "blockerResolve, or a recheck that passes"),
        Edge(BlockerStatus.OPEN, BlockerStatus.WAIVED, "blockerWaive, manager and reason"),
        Edge(BlockerStatus.RESOLVED, BlockerStatus.OPEN, "blockerReopen, reason, or a recheck that fails"),
        Edge(BlockerStatus.WAIVED, BlockerStatus.OPEN, "blockerReopen, manager and reason"),
    ),
)
FIELDS = frozenset(Blocker.model_fields)
COMPANY = "company"
RESERVED = frozenset({CONTROL, ITEM, COMPANY})
"""Types of the sources at which the system itself finds something: nobody says first what it would find there."""


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


def stage_named(text: JourneyStage | None, current: JourneyStage | None) -> JourneyStage:
    """A blocker without a stage holds up the one the company is in."""
    return text or current or JourneyStage.DISCOVERY


def add(raw: Any, new: Blocker, policy: BlockerPolicy) -> tuple[dict[str, Any], Blocker, bool]:
    """The document, the blocker, and whether it is new: an open one for the same cause is kept instead. What a check
    finds is never too much."""
    known = read(raw)
    new = new.model_copy(update={"blocked_by": each_once(new.blocked_by)})
    _check_new(new, known)
    for blocker in known:
        if is_open(blocker) and same_cause(blocker, new):
            return mapping(raw), blocker, False
    if new.source not in policy.recheck_sources and sum(map(is_open, known)) >= policy.most_open:
        message = f"The company has {policy.most_open} open blockers, which is the most: resolve some first."
        raise invalid(FieldError("companyId", "TOO_MANY_OPEN", message))
    document = {**writable(raw)}
    document[new.stage.value] = [*_entries(document, new.stage.value), new.stored()]
    return document, new, True


def replace(raw: Any, done: Sequence[Blocker]) -> dict[str, Any]:
    """The document with these in the places of the old ones."""
    stored = {blocker.id: blocker.stored() for blocker in done}

    def entry(old: Any) -> Any:
        """Only what was read as a blocker is one; and what it holds besides stays, nulls included."""
        known = read_list(Blocker, [old])
        if not known or known[0].id not in stored:
            return old
        kept = {name: value for name, value in old.items() if name not in FIELDS or value is None}
        return kept | stored[known[0].id]

    return {
        stage: [entry(old) for old in entries] if isinstance(entries, list) else entries
        for stage, entries in mapping(raw).items()
    }


def aged_out(raw: Any, now: datetime, policy: BlockerPolicy) -> dict[str, Any]:
    """The document without what was closed long ago, unless an open blocker names it: events keep the rest."""
    known, since = read(raw), now - timedelta(days=policy.kept_days)
    awaited = {other for blocker in known if is_open(blocker) for other in blocker.blocked_by}

    def is_old(entry: Any) -> bool:
        found = read_list(Blocker, [entry])
        if not found or is_open(found[0]) or found[0].id in awaited or found[0].resolved_at is None:
            return False
        return iso(found[0].resolved_at) < iso(since)

    return {
        stage: [entry for entry in entries if not is_old(entry)] if isinstance(entries, list) else entries
        for stage, entries in mapping(raw).items()
    }


def same_cause(old: Blocker, new: Blocker) -> bool:
    """The same stage, and either the same source, or the same code and product."""
    if old.stage != new.stage:
        return False
    if new.source_ref is not None and new.source_ref.type in RESERVED:
        # What somebody has said in the same words is not taken for what the system finds.
        return points_to(old) == points_to(new) and old.source is new.source
    if new.source_ref is not None and points_to(old) == points_to(new):
        return True
    return old.code == new.code and old.product_id == new.product_id


def points_to(blocker: Blocker) -> tuple[str, str] | None:
    return None if blocker.source_ref is None else (blocker.source_ref.type, blocker.source_ref.id)


def found_before(
    known: Iterable[Blocker], ref: tuple[str, str], source: BlockerSource, stage: JourneyStage
) -> Blocker | None:
    """What the system had found there: an open one, or else the newest."""
    same = [each for each in known if (points_to(each), each.source, each.stage) == (ref, source, stage)]
    return max(reversed(same), key=lambda each: (is_open(each), iso(each.added_at)), default=None)


def may_regrade(blocker: Blocker, severity: Severity, actor: Actor) -> bool:
    """An agent makes nothing less grave, whichever way it says so."""
    grades = list(Severity)
    return actor.kind is not TriggeredBy.AGENT or grades.index(severity) < grades.index(blocker.severity)


def reserved(source: tuple[str, str] | None) -> tuple[FieldError, ...]:
    """What is wrong with a source that a caller names."""
    if source is None or source[0].strip().lower() not in RESERVED:
        return ()
    message = f"`{source[0].strip()}` is for what the system finds itself: {', '.join(sorted(RESERVED))} are reserved."
    return (FieldError("sourceRef.type", "RESERVED", message),)


def first_to_go(blocker: Blocker, known: Sequence[Blocker]) -> Blocker:
    """The blocker itself, or the open one that has to go first, as deep as it takes."""
    still_open = {each.id: each for each in known if is_open(each)}
    seen = {blocker.id}
    while True:
        before = next((still_open[id_] for id_ in blocker.blocked_by if id_ in still_open and id_ not in seen), None)
        if before is None:
            return blocker
        seen.add(before.id)
        blocker = before


def awaited(these: Sequence[Blocker], known: Sequence[Blocker]) -> tuple[Blocker, ...]:
    """The others that these wait for, directly or behind others."""
    found, todo = {each.id for each in these}, list(these)
    others = {each.id: each for each in known}
    while todo:
        new = set(todo.pop().blocked_by) & others.keys() - found
        found |= new
        todo += [others[id_] for id_ in new]
    own = {each.id for each in these}
    return tuple(each for each in known if each.id in found - own)


def wrong_words(blocker: Blocker) -> list[FieldError]:
    errors = [
        *line("title", blocker.title, LONGEST_TITLE),
        *line("code", blocker.code, LONGEST_CODE),
        *wrong_pointer("sourceRef", blocker.source_ref),
    ]
    if blocker.description is not None and len(blocker.description) > LONGEST_TEXT:
        errors.append(FieldError("description", "TOO_LONG", f"`description` takes at most {LONGEST_TEXT} characters."))
    return errors


def wrong_pointer(field: str, ref: Reference | None) -> tuple[FieldError, ...]:
    if ref is None:
        return ()
    return (*line(f"{field}.type", ref.type, LONGEST_CODE), *line(f"{field}.id", ref.id, LONGEST_TITLE))


def each_once(blocked_by: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(blocked_by))


def unknown_before(blocked_by: Iterable[str], known: Iterable[Blocker]) -> list[FieldError]:
    missing = sorted(set(blocked_by) - {blocker.id for blocker in known})
    if not missing:
        return []
    message = f"`blockedBy` names blockers that this company does not have: {', '.join(missing)}."
    return [FieldError("blockedBy", "UNKNOWN_BLOCKER", message)]


def _check_new(new: Blocker, known: list[Blocker]) -> None:
    errors = [*wrong_words(new), *unknown_before(new.blocked_by, known)]
    if errors:
        raise invalid(*errors)


def _entries(document: dict[str, Any], stage: str) -> list[Any]:
    """What the stage holds. What is no list becomes the first entry of one: it is not ours to throw away."""
    entries = document.get(stage)
    if isinstance(entries, list):
        return entries
    return [] if entries is None else [entries]
