"""Blockers in numbers."""

from typing import Any

import strawberry

from domain.enums import Severity


@strawberry.type(description="How many blockers are of a severity.")
class SeverityCount:
    severity: Severity = strawberry.field(description="The severity.")
    count: int = strawberry.field(description="How many.")


@strawberry.type(description="A company's blockers in numbers.")
class BlockerSummary:
    open: int = strawberry.field(description="That are open.")
    overdue: int = strawberry.field(description="That are open and past their due date.")
    reopened: int = strawberry.field(description="That came back at least once.")
    resolved: int = strawberry.field(description="That were resolved lately: older ones live on in events alone.")
    waived: int = strawberry.field(description="That were waived lately.")
    oldest_age_days: int | None = strawberry.field(description="Days for which the oldest open one is there.")
    mean_hours_to_resolve: float | None = strawberry.field(
        description="Mean time from adding to resolution, of those that were resolved lately; null where none was."
    )

    @strawberry.field(description="Open ones by severity, worst first. At most one entry for each.")
    def by_severity(self, found: strawberry.Parent[Any]) -> list[SeverityCount]:
        return [SeverityCount(severity=severity, count=count) for severity, count in found.by_severity]
