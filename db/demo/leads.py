"""Leads: companies that asked for a demo, and some that became partners."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from db.demo import names
from db.demo.clock import at_work
from db.demo.story import Story
from db.demo.world import World
from db.tables import DemoRequest
from domain.enums import PartnerPotential

WEIGHTS = {
    "aws_usage": 15,
    "company_size": 15,
    "target_industry": 10,
    "has_product_saas": 10,
    "demo_attended": 15,
    "pricing_view": 10,
    "marketplace_question": 10,
    "email_reply": 8,
    "doc_views": 7,
    "free_email": -10,
    "competitor": -30,
    "unsubscribed": -20,
}
FIT = ("aws_usage", "company_size", "target_industry", "has_product_saas")
# How warm a lead is, in rotation: the likelihood of each good signal and of each bad one.
WARMTH = ((0.95, 0.0), (0.7, 0.05), (0.45, 0.1), (0.25, 0.3), (0.85, 0.0), (0.6, 0.1))
STATUSES = ("new", "contacted", "qualified", "contacted", "new", "disqualified")
MESSAGES = (
    "We would like to list on AWS Marketplace this year. What does it take?",
    "Could you show us how private offers work?",
    "We are new to the AWS Partner Network and look for a plan.",
    "Our customers ask to buy through their AWS commitment.",
)
TEMPLATES = (
    "onboarding-gtm-goals",
    "onboarding-ideal-customer",
    "listing-positioning-brief",
    "mdf-campaign-brief",
    "co-sell-value-statement",
)
ENTERPRISE_ARR = 100_000
# Fewer known signals than this say too little for a verdict.
ENOUGH_SIGNALS = 4


def gather(world: World, stories: Sequence[Story], unused: Sequence[str]) -> None:
    """About three leads for four companies; every fourth lead became one of the companies."""
    rng = Random("leads")  # noqa: S311
    for number, name in enumerate(unused):
        story = stories[number // 4 * 5 % len(stories)] if number % 4 == 3 else None
        company = story.company["name"] if story else name
        latest = story.company["created_at"] if story else world.now - timedelta(hours=5)
        _lead(world, rng, number, company, latest, story)


def _lead(world: World, rng: Random, number: int, company: str, latest: datetime, story: Story | None) -> None:
    asked = latest - timedelta(days=rng.uniform(2, 60))
    asked = at_work(rng, asked, asked - timedelta(days=2), latest)
    warm, bad = (0.9, 0.0) if story else WARMTH[number % len(WARMTH)]
    signals = _signals(rng, warm, bad)
    score = max(0, min(100, round(sum(WEIGHTS[signal] * value for signal, value in signals.items()))))
    arr = rng.randrange(8, 160) * 1000 if "company_size" in signals else None
    contact = names.CONTACTS[number % len(names.CONTACTS)]
    world.add(
        DemoRequest,
        name=contact,
        email=f"{names.slug(contact).replace('-', '.')}@{_domain(signals, company)}",
        company_name=company,
        website=f"https://{names.slug(company)}.example",
        message=rng.choice(MESSAGES),
        status="converted" if story else STATUSES[number % len(STATUSES)],
        created_at=asked,
        updated_at=latest if story else asked,
        lead_score=score,
        lead_signals=signals,
        recommended_plan_id=1 + (score >= 40) + (score >= 65),
        recommended_templates=rng.sample(TEMPLATES, 2),
        partner_potential=_potential(score, arr, len(signals)),
        estimated_arr=Decimal(arr) if arr else None,
        journey_started=story is not None,
        company_id=story.company["id"] if story else None,
    )


def _signals(rng: Random, warm: float, bad: float) -> dict[str, float]:
    return {
        signal: round(rng.uniform(0.4, 1), 2) if weight > 0 else 1.0
        for signal, weight in WEIGHTS.items()
        if rng.random() < (bad if weight < 0 else warm + 0.1 * (signal in FIT))
    }


def _potential(score: int, arr: int | None, known: int) -> PartnerPotential | None:
    if known < ENOUGH_SIGNALS:
        return None
    if arr and arr >= ENTERPRISE_ARR:
        return PartnerPotential.ENTERPRISE
    if score >= 65:
        return PartnerPotential.HIGH
    return PartnerPotential.MEDIUM if score >= 40 else PartnerPotential.LOW


def _domain(signals: dict[str, float], company: str) -> str:
    return "freemail.example" if "free_email" in signals else f"{names.slug(company)}.example"
