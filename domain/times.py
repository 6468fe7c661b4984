"""Instants as JSON columns hold them: ISO-8601 in UTC, whole seconds, with Z."""

from datetime import UTC, datetime
from typing import Any


def iso(instant: datetime) -> str:
    return precise(instant.replace(microsecond=0))


def precise(instant: datetime) -> str:
    """With the fraction of its second, where it has one."""
    return in_utc(instant).isoformat().replace("+00:00", "Z")


def instant(text: Any) -> datetime | None:
    """The instant a stored text names; None when it names none."""
    try:
        return in_utc(datetime.fromisoformat(text))
    except (ValueError, TypeError, OverflowError):
        return None


def in_utc(instant: datetime) -> datetime:
    """A time without offset is UTC, whatever the server's own zone is."""
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
