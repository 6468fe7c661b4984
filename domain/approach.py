"""A launch that comes nearer asks for a compliance check: from set days before its date, unless one was just made."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from domain.enums import EventType, LaunchStatus
from domain.event_data import ComplianceCheckData, read_event_data
from domain.policy import LaunchPolicy

DUE, TRIGGER = "due", "launch_approaching"
BEFORE_LAUNCH = frozenset(
    {LaunchStatus.IDEATION, LaunchStatus.DEVELOPMENT, LaunchStatus.PRE_LAUNCH, LaunchStatus.SOFT_LAUNCH}
)
Key = tuple[int | None, int, date]
"""Product, threshold and target date: what is asked for once. Another target date is asked for anew."""


@dataclass(frozen=True, slots=True)
class ComplianceDue:
    """`threshold_days` is the newest threshold that was crossed."""

    product_id: int
    threshold_days: int
    target_date: date
    days_left: int

    @property
    def key(self) -> Key:
        return self.product_id, self.threshold_days, self.target_date

    @property
    def data(self) -> ComplianceCheckData:
        return ComplianceCheckData(
            status=DUE, trigger=TRIGGER, threshold_days=self.threshold_days, target_date=self.target_date
        )


def due(
    product_id: int, status: LaunchStatus | None, target: date | None, checked: datetime | None, policy: LaunchPolicy,
    today: date,
) -> ComplianceDue | None:  # fmt: skip
    """None: it is launched, too far off, past its day, or was checked within the days of the policy. They count from
    today, whenever the threshold was crossed: a date that is moved asks anew."""
    if target is None or (status or LaunchStatus.IDEATION) not in BEFORE_LAUNCH:
        return None
    left = (target - today).days
    crossed = [days for days in policy.approach_days if days >= left >= 0]
    if not crossed:
        return None
    threshold = min(crossed)
    if checked is not None and checked.date() >= today - timedelta(days=policy.recheck_days):
        return None
    return ComplianceDue(product_id, threshold, target, left)


def asked(events: Iterable[tuple[int | None, Any]]) -> set[Key]:
    """`events` are (product, data) of compliance events."""
    found = set()
    for product_id, raw in events:
        data = read_event_data(EventType.COMPLIANCE_CHECK, raw)
        if isinstance(data, ComplianceCheckData) and data.status == DUE and data.target_date is not None:
            found.add((product_id, data.threshold_days or 0, data.target_date))
    return found


def unasked(found: Iterable[ComplianceDue | None], before: Collection[Key]) -> list[ComplianceDue]:
    return [each for each in found if each is not None and each.key not in before]
