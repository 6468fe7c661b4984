"""What there is to say about a company's blockers at a time."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from domain.blockers import is_open, listed
from domain.documents import Blocker
from domain.enums import BlockerStatus, Severity
from domain.times import in_utc


@dataclass(frozen=True, slots=True)
class BlockerSummary:
    """`mean_hours_to_resolve` is of those that were resolved and still lie in the document."""

    open: int
    by_severity: tuple[tuple[Severity, int], ...]
    overdue: int
    reopened: int
    waived: int
    resolved: int
    oldest_age_days: int | None
    mean_hours_to_resolve: float | None


def age_days(blocker: Blocker, now: datetime) -> int:
    """Whole days for which it stands, or stood, in the way."""
    return max(0, (in_utc(blocker.resolved_at or now) - in_utc(blocker.added_at)).days)


def is_overdue(blocker: Blocker, now: datetime) -> bool:
    return is_open(blocker) and blocker.due_at is not None and in_utc(blocker.due_at) < now


def summary(blockers: list[Blocker], now: datetime) -> BlockerSummary:
    held = [blocker for blocker in blockers if is_open(blocker)]
    counts = Counter(blocker.severity for blocker in held)
    statuses = Counter(blocker.status for blocker in blockers)
    hours = [
        (in_utc(blocker.resolved_at) - in_utc(blocker.added_at)).total_seconds() / 3600
        for blocker in blockers
        if blocker.status is BlockerStatus.RESOLVED and blocker.resolved_at is not None
    ]
    return BlockerSummary(
        open=len(held),
        by_severity=tuple((severity, counts[severity]) for severity in Severity if counts[severity]),
        overdue=sum(is_overdue(blocker, now) for blocker in held),
        reopened=sum(blocker.reopened_count > 0 for blocker in blockers),
        waived=statuses[BlockerStatus.WAIVED],
        resolved=statuses[BlockerStatus.RESOLVED],
        oldest_age_days=max((age_days(blocker, now) for blocker in held), default=None),
        mean_hours_to_resolve=round(sum(hours) / len(hours), 1) if hours else None,
    )


Weight = tuple[tuple[int, ...], int]


def critical_path(blockers: list[Blocker]) -> list[Blocker]:
    """The line of open blockers, each waiting for the one before it, that holds up most: the one with more critical
    ones, then with more high ones and so on, then the longer one. Of equals, the one that is listed first."""
    held = [blocker for blocker in listed(blockers) if is_open(blocker)]
    known = {blocker.id: blocker for blocker in held}
    best: dict[str, tuple[Weight, str | None]] = {}
    for blocker in held:
        _weigh(blocker, known, best)
    last = max(held, key=lambda blocker: best[blocker.id][0], default=None)
    path = []
    seen: set[str] = set()
    while last is not None and last.id not in seen:
        path.append(last)
        seen.add(last.id)
        before = best[last.id][1]
        last = None if before is None else known[before]
    return path[::-1]


def _weigh(blocker: Blocker, known: dict[str, Blocker], best: dict[str, tuple[Weight, str | None]]) -> None:
    """Of the blocker and all before it, the heaviest line that ends with each. A circle is cut where it closes."""
    todo, entered = [blocker], set[str]()
    while todo:
        current = todo[-1]
        if current.id in best:
            todo.pop()
            continue
        waiting = [known[id_] for id_ in current.blocked_by if id_ in known and id_ not in best and id_ not in entered]
        if current.id not in entered and waiting:
            entered.add(current.id)
            todo += waiting
            continue
        todo.pop()
        before = max((id_ for id_ in current.blocked_by if id_ in best), key=lambda id_: best[id_][0], default=None)
        counts, length = ((0,) * len(Severity), 0) if before is None else best[before][0]
        place = list(Severity).index(current.severity)
        counts = (*counts[:place], counts[place] + 1, *counts[place + 1 :])
        best[current.id] = (counts, length + 1), before
