"""Customers on AWS Marketplace, and how they are doing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from db.demo import names
from db.demo.clock import later, whole
from db.demo.story import Story
from db.demo.world import Row
from db.tables import MarketplaceEntitlement
from domain.enums import ChurnRisk, LaunchStatus, UsageTrend


@dataclass(frozen=True, slots=True)
class Profile:
    trend: UsageTrend | None
    health: tuple[int, int]
    idle_days: tuple[float, float]


# In rotation: most customers are well, or no company would get past the health gate.
PROFILES = (
    Profile(UsageTrend.GROWING, (76, 96), (0, 4)),
    Profile(UsageTrend.STABLE, (71, 90), (1, 9)),
    Profile(UsageTrend.SPIKING, (73, 92), (0, 2)),
    Profile(UsageTrend.STABLE, (55, 69), (8, 20)),
    Profile(UsageTrend.DECLINING, (42, 62), (10, 28)),
    Profile(UsageTrend.GROWING, (72, 91), (0, 5)),
    Profile(UsageTrend.DECLINING, (12, 37), (22, 60)),
)
DIMENSIONS = {
    "saas": ("users", "api_calls_million"),
    "container": ("vcpu_hours", "clusters"),
    "ami": ("instances",),
    "data": ("data_sets", "queries_million"),
    "professional_services": ("project_days",),
    "ai_agent": ("agent_runs_thousand",),
}
UPGRADES = ("business", "enterprise", "enterprise-plus")
CONTRACT_DAYS = (180, 365, 365, 365, 730)


def subscribe(story: Story, product: Row, first: datetime) -> tuple[Row, str]:
    """The first customer and those who followed. Returns the first one with the customer's name."""
    more = story.rng.randint(1, 3 if product["launch_status"] in (LaunchStatus.GA, LaunchStatus.SUNSET) else 6)
    customers = story.rng.sample(names.CUSTOMERS, more + 1)
    bought = [first, *sorted(later(story.rng, first, 3, 160, story.visits[-1].left) for _ in range(more))]
    rows = [_entitlement(story, product, at, customer) for at, customer in zip(bought, customers, strict=True)]
    return rows[0], customers[0]


def _entitlement(story: Story, product: Row, at: datetime, customer: str) -> Row:
    rng, profile = story.rng, story.world.turn("profile", PROFILES)
    health = rng.randint(*profile.health)
    risk = ChurnRisk.HIGH if health < 40 else ChurnRisk.LOW if health >= 70 else ChurnRisk.MEDIUM
    expires = at + timedelta(days=rng.choice(CONTRACT_DAYS))
    signals = _signals(story, profile)
    engaged = max(at, whole(story.now - timedelta(days=rng.uniform(*profile.idle_days), hours=1)))
    # Four full weeks of use are needed before one can speak of a trend.
    young = story.now - at < timedelta(days=28)
    return story.world.add(
        MarketplaceEntitlement,
        company_id=story.company["id"],
        product_id=product["id"],
        customer_identifier=f"{names.slug(customer)}-{rng.getrandbits(24):06x}",
        dimension=rng.choice(DIMENSIONS[product["marketplace_type"]]),
        value=rng.choice((5, 10, 25, 50, 100, 250)),
        status=_status(story, expires, risk),
        expires_at=expires,
        created_at=at,
        updated_at=engaged,
        usage_trend=None if young else profile.trend,
        upsell_signals=signals,
        recommended_upgrade=rng.choice(UPGRADES) if max(signals.values()) >= 0.6 and health >= 60 else None,
        churn_risk=risk,
        last_engagement_at=engaged,
        health_score=health,
    )


def _status(story: Story, expires: datetime, risk: ChurnRisk) -> str:
    if expires < story.now:
        return "expired"
    return "unsubscribe_pending" if risk is ChurnRisk.HIGH and story.number % 2 else "active"


def _signals(story: Story, profile: Profile) -> dict[str, float]:
    high = 1.0 if profile.trend in (UsageTrend.GROWING, UsageTrend.SPIKING) else 0.45
    kinds = ("near_limit", "overage", "growth", "seats", "adjacent_dimension")
    return {kind: round(story.rng.uniform(0, high), 2) for kind in kinds}
