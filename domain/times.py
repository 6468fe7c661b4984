"""Instants as JSON columns hold them: ISO-8601 in UTC, whole seconds, with Z."""

from datetime import UTC, datetime
from typing import Any


def iso(instant: datetime) -> str:
    return instant.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def instant(text: Any) -> datetime | None:
    """The instant a stored text names; None when it names none. A time without offset is UTC."""
    try:
        parsed = datetime.fromisoformat(text)
    except (ValueError, TypeError):
        return None
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
