"""Companies, and the way each of them took through the stages."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from db.demo import names
from db.demo.clock import at_work, whole
from db.demo.people import enrol, team_for
from db.demo.story import STAGES, Story, Visit
from db.demo.world import World
from db.tables import Company
from domain.enums import JourneyStage, PartnerTier

DISCOVERY, PRE_LIST, LAUNCH, POST_LAUNCH, SCALE, CO_SELL = STAGES

# In rotation; the first one is the showcase's.
STAGE_TURNS = (
    LAUNCH,
    PRE_LIST,
    CO_SELL,
    POST_LAUNCH,
    DISCOVERY,
    SCALE,
    LAUNCH,
    PRE_LIST,
    POST_LAUNCH,
    SCALE,
    CO_SELL,
    PRE_LIST,
    LAUNCH,
    DISCOVERY,
    POST_LAUNCH,
    SCALE,
    PRE_LIST,
    LAUNCH,
    CO_SELL,
    POST_LAUNCH,
)
TIERS: dict[JourneyStage, tuple[PartnerTier | None, ...]] = {
    DISCOVERY: (None, None, PartnerTier.STANDARD),
    PRE_LIST: (PartnerTier.STANDARD, PartnerTier.STANDARD, PartnerTier.SELECT),
    LAUNCH: (PartnerTier.SELECT, PartnerTier.STANDARD),
    POST_LAUNCH: (PartnerTier.SELECT, PartnerTier.STANDARD, PartnerTier.ADVANCED),
    SCALE: (PartnerTier.SELECT, PartnerTier.ADVANCED),
    CO_SELL: (PartnerTier.ADVANCED, PartnerTier.SELECT, PartnerTier.PREMIER),
}
WEIGHTS = {DISCOVERY: 1.0, PRE_LIST: 1.5, LAUNCH: 1.5, POST_LAUNCH: 1.3, SCALE: 1.6, CO_SELL: 1.2}
DAYS = {DISCOVERY: 80, PRE_LIST: 170, LAUNCH: 240, POST_LAUNCH: 300, SCALE: 345, CO_SELL: 360}
# The showcase listed a first product line, retired it, and is launching the next one.
SHOWCASE_ROUTE = [DISCOVERY, PRE_LIST, LAUNCH, POST_LAUNCH, LAUNCH]
SHOWCASE_DAYS = 365


def tell(world: World, number: int, name: str) -> Story:
    rng = Random(f"company {number}")  # noqa: S311
    stage = STAGE_TURNS[(number - 1) % len(STAGE_TURNS)]
    visits = _visits(rng, world.now, number, stage)
    company = _company(world, rng, number, name, visits)
    team = team_for(rng, number)
    company["user_id"] = team[0]
    enrol(world, company, team)
    return Story(world, number, rng, company, team, visits)


def route(rng: Random, number: int, stage: JourneyStage) -> list[JourneyStage]:
    """Most go straight; some fall back and try again, and some skip a stage."""
    last = STAGES.index(stage)
    path = list(STAGES[: last + 1])
    if number == 1:
        return list(SHOWCASE_ROUTE)
    if number % 6 == 1 and last >= 2:
        again = rng.randrange(2, last + 1)
        return [*path[: again + 1], STAGES[again - 1], *path[again:]]
    if number % 6 == 4 and last >= 2:
        path.pop(rng.randrange(1, last))
    return path


def _visits(rng: Random, now: datetime, number: int, stage: JourneyStage) -> list[Visit]:
    path = route(rng, number, stage)
    days = SHOWCASE_DAYS if number == 1 else DAYS[stage] * rng.uniform(0.8, 1.04)
    end = now - timedelta(hours=rng.uniform(3, 40))
    begin = whole(now - timedelta(days=days))
    weights = [WEIGHTS[at] * rng.uniform(0.6, 1.4) for at in path]
    borders = [begin]
    for weight in weights[:-1]:
        border = borders[-1] + (end - begin) * (weight / sum(weights))
        borders.append(at_work(rng, border, borders[-1], end))
    borders.append(whole(end))
    spans = zip(path, borders, borders[1:], strict=False)
    return [Visit(at, entered, left, left == borders[-1]) for at, entered, left in spans]


def _company(world: World, rng: Random, number: int, name: str, visits: Sequence[Visit]) -> dict[str, Any]:
    stage, began = visits[-1].stage, visits[0].entered
    industry = names.INDUSTRIES[(number - 1) % len(names.INDUSTRIES)]
    tier = PartnerTier.SELECT if number == 1 else world.turn(f"tier {stage}", TIERS[stage])
    started = visits[0].left if len(visits) > 1 else None
    return world.add(
        Company,
        name=name,
        website=f"https://{names.slug(name)}.example",
        industry=industry.name,
        country=names.COUNTRIES[(number - 1) % len(names.COUNTRIES)],
        description=f"{name} {industry.does}.",
        gtm_goals=_goals(rng, number, stage),
        created_at=began,
        partner_journey_stage=stage,
        # Somebody may start the journey by hand before the first stage is done.
        journey_started_at=started or (None if number % 2 else began + (visits[0].left - began) / 2),
        partner_tier=tier,
        aws_partner_id=_partner_id(world, rng, stage, number),
    )


def _partner_id(world: World, rng: Random, stage: JourneyStage, number: int) -> str | None:
    if stage is DISCOVERY or (stage is PRE_LIST and world.turn("no partner id", (False, True, False, False))):
        return None
    return f"APN-{number * 7919 % 900000 + 100000}"


def _goals(rng: Random, number: int, stage: JourneyStage) -> dict[str, Any] | None:
    if stage is DISCOVERY and number % 2:
        return None
    return {
        "primary": names.PLAN_GOALS[min(STAGES.index(stage), len(names.PLAN_GOALS) - 1)],
        "secondary": rng.sample(names.PLAN_GOALS, 2),
        "target_regions": rng.sample(names.REGIONS, rng.randint(1, 3)),
        "target_marketplace_arr_usd": rng.randrange(100, 3000, 50) * 1000,
        "route_to_market": rng.choice(["private_offers", "public_listing", "channel_partners"]),
    }
