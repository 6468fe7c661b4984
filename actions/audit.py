"""What is to be remembered of a write, whoever asked for it and however it ended."""

from dataclasses import dataclass
from datetime import datetime

from domain.actors import Actor


@dataclass(frozen=True, slots=True)
class Written:
    """`outcome` is `done`, `unchanged`, `failed`, or the code of the refusal; `cost` is in points, where known."""

    actor: Actor
    operation: str
    company_id: int | None
    outcome: str
    dry_run: bool
    replayed: bool
    begun: datetime
    ended: datetime
    correlation_id: str = ""
    cost: int | None = None


def forget(entry: Written) -> None:
    """For tests and tools that keep no audit."""
