"""Times that look like a working year, and identifiers that a seed decides."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

OFFICE_HOURS = range(7, 18)
WEEKEND_WORK = 0.06
PAUSE = 0.18


def pace(rng: Random, start: datetime, end: datetime, n: int) -> list[datetime]:
    """`n` ascending times between two: bursts with a longer pause now and then."""
    gaps = [rng.uniform(6, 16) if rng.random() < PAUSE else rng.uniform(0.1, 1.6) for _ in range(n + 1)]
    unit = (end - start) / sum(gaps)
    times, at = [], start
    for gap in gaps[:-1]:
        at += unit * gap
        times.append(at_work(rng, at, start, end))
    return sorted(times)


def later(rng: Random, at: datetime, low: float, high: float, limit: datetime) -> datetime:
    """Between `low` and `high` days after `at`; where the limit is nearer, somewhere before the limit."""
    room = (limit - at) / timedelta(days=1)
    if room <= 0:
        return at
    days = rng.uniform(low, high) if high < room else room * rng.uniform(0.3, 0.9)
    return at_work(rng, at + timedelta(days=days), at, limit)


def at_work(rng: Random, at: datetime, low: datetime, high: datetime) -> datetime:
    moved = at
    if at.weekday() > 4 and rng.random() > WEEKEND_WORK:
        moved += timedelta(days=7 - at.weekday())
    if moved.hour not in OFFICE_HOURS:
        moved = moved.replace(hour=rng.choice(OFFICE_HOURS))
    return whole(moved if low < moved < high else at)


def whole(at: datetime) -> datetime:
    return at.replace(microsecond=0)


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def iso(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def public_id(rng: Random, at: datetime) -> str:
    """A version 7 UUID whose random part comes from the seed."""
    milliseconds = int(at.timestamp() * 1000)
    return str(UUID(int=milliseconds << 80 | 7 << 76 | rng.getrandbits(12) << 64 | 2 << 62 | rng.getrandbits(62)))
