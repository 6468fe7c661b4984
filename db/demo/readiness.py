"""Weekly readiness scores of the products on their way to launch, and the trend one would have seen each week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations
from math import ceil, sqrt
from statistics import NormalDist, median

from db.demo.clock import whole
from db.demo.story import Story
from db.demo.world import Row
from db.tables import LaunchReadinessScore
from domain.enums import LaunchStatus, ScoreTrend

TRACKED = (LaunchStatus.DEVELOPMENT, LaunchStatus.PRE_LAUNCH, LaunchStatus.SOFT_LAUNCH, LaunchStatus.GA)
# Points lost or won per week, in rotation: most products get on, some stand still, some slide.
PACES = (2.6, 1.8, 0.1, 3.4, -1.7)
READY = 80
WINDOW_DAYS, WINDOW_POINTS = 90, 12
MOST_WEEKS = 30
NOTABLE = 3

Point = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Line:
    slope: float
    low: float
    high: float


def measure(story: Story) -> None:
    for product in story.products:
        if product["launch_status"] in TRACKED:
            _history(story, product)


def _history(story: Story, product: Row) -> None:
    points = _points(story, product)
    for place, (at, score) in enumerate(points):
        seen = [point for point in points[: place + 1] if at - point[0] <= timedelta(days=WINDOW_DAYS)][-WINDOW_POINTS:]
        target = product["target_launch_date"]
        story.world.add(
            LaunchReadinessScore,
            product_id=product["id"],
            score=score,
            created_at=at,
            previous_score=points[place - 1][1] if place else None,
            score_trend=trend(seen),
            days_until_target=(target - at.date()).days if target else None,
            predicted_ready_date=_ready_date(seen),
        )


def _points(story: Story, product: Row) -> list[Point]:
    """Told backwards, from the score that the product has now."""
    rng, pace = story.rng, story.world.turn("pace", PACES)
    newest = whole(story.visits[-1].left)
    weeks = min(MOST_WEEKS, (newest - product["created_at"]).days // 7)
    points = [(newest, product["launch_readiness_score"])]
    for week in range(1, weeks + 1):
        score = product["launch_readiness_score"] - pace * week + rng.gauss(0, 1.2)
        points.append((newest - timedelta(weeks=week), max(3, min(98, round(score)))))
    return points[::-1]


def trend(points: Sequence[Point]) -> ScoreTrend | None:
    if len(points) < 2:
        return None
    change = points[-1][1] - points[0][1] if len(points) < 4 else 14 * _line(points).slope
    if abs(change) < NOTABLE:
        return ScoreTrend.STABLE
    return ScoreTrend.IMPROVING if change > 0 else ScoreTrend.DECLINING


def _ready_date(points: Sequence[Point]) -> date | None:
    at, score = points[-1]
    if score >= READY:
        return at.date()
    if len(points) < 4 or at - points[0][0] < timedelta(days=14):
        return None
    line = _line(points)
    if line.low <= 0:
        return None
    days = ceil((READY - score) / line.slope)
    return at.date() + timedelta(days=days) if days <= 365 else None


def _line(points: Sequence[Point]) -> Line:
    """Theil-Sen with Sen's rank interval. Written out: the demo data should not need scipy to be loaded."""
    slopes = sorted((b[1] - a[1]) / ((b[0] - a[0]) / timedelta(days=1)) for a, b in combinations(points, 2))
    n = len(points)
    spread = NormalDist().inv_cdf(0.975) * sqrt(n * (n - 1) * (2 * n + 5) / 18)
    low = max(round((len(slopes) - spread) / 2) - 1, 0)
    high = min(round((len(slopes) + spread) / 2), len(slopes) - 1)
    return Line(median(slopes), slopes[low], slopes[high])
