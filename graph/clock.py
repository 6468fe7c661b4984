"""The clock that is passed in wherever the time is needed."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    return datetime.now(UTC)
