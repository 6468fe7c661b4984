"""Scores of launch readiness."""

from domain.enums import ScoreTrend
from domain.refusals import FieldError, invalid

# From one score to the next; over longer histories the trend is fitted.
NOTABLE = 3


def check(score: int) -> None:
    if not 0 <= score <= 100:
        raise invalid(FieldError("score", "OUT_OF_RANGE", "`score` is a whole number from 0 to 100."))


def trend(before: int | None, score: int) -> ScoreTrend | None:
    """None: there is nothing to compare with."""
    if before is None:
        return None
    if abs(score - before) < NOTABLE:
        return ScoreTrend.STABLE
    return ScoreTrend.IMPROVING if score > before else ScoreTrend.DECLINING
