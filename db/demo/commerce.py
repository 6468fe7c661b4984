"""What turns a listing into revenue: publication, customers, funding, co-selling."""

from datetime import datetime, timedelta

from db.demo import compliance, names
from db.demo.clock import later
from db.demo.entitlements import subscribe
from db.demo.products import released
from db.demo.story import STAGES, Story, system, webhook
from db.demo.world import Row, key
from domain.enums import AgentType, EventType, LaunchStatus, MdfStatus, PartnerTier

DECISIONS = (
    MdfStatus.APPROVED, MdfStatus.APPROVED, MdfStatus.ACTION_REQUIRED, MdfStatus.APPROVED, MdfStatus.REJECTED,
    MdfStatus.CANCELED,
)  # fmt: skip
REASONS = {
    MdfStatus.ACTION_REQUIRED: "The quote of the agency is missing.",
    MdfStatus.REJECTED: "The activity is not eligible for funding.",
    MdfStatus.CANCELED: "The event was called off.",
}
FUNDED_TIERS = (PartnerTier.SELECT, PartnerTier.ADVANCED, PartnerTier.PREMIER)


def release(story: Story) -> None:
    for place, product in enumerate(released(story)):
        gate = next(visit for visit in story.visits if STAGES.index(visit.stage) > 2)
        if place == 0:
            # The first listing is what opens the stage after launch.
            listed = gate.entered - timedelta(hours=story.rng.uniform(20, 90))
            listed = max(listed, product["created_at"] + timedelta(hours=2)).replace(microsecond=0)
        else:
            listed = later(story.rng, max(gate.entered, product["created_at"]), 8, 90, story.visits[-1].left)
        _publish(story, product, listed)
        sold = later(story.rng, listed, 6, 40, gate.left if place == 0 else story.visits[-1].left)
        if product["launch_status"] is not LaunchStatus.GA or story.rng.random() < 0.4:
            _first_customer(story, product, sold)


def _publish(story: Story, product: Row, at: datetime) -> None:
    checked = later(story.rng, max(product["created_at"], at - timedelta(days=7)), 0.1, 3, at)
    compliance.check(story, checked, story.visit_at(at), "listing", product, passed=True)
    product["listing_live_date"] = at.date()
    product["target_launch_date"] = at.date() + timedelta(days=story.rng.randint(-6, 4))
    story.record(
        EventType.LISTING_PUBLISHED,
        at,
        webhook(),
        {
            "aws_product_code": product["aws_product_code"],
            "listing_url": f"https://marketplace.example/pp/{product['aws_product_code']}",
        },
        product_id=product["id"],
    )


def _first_customer(story: Story, product: Row, at: datetime) -> None:
    entitlement, customer = subscribe(story, product, at)
    story.record(
        EventType.FIRST_CUSTOMER,
        at,
        webhook(),
        {"customer": customer, "entitlement_id": entitlement["id"]},
        product_id=product["id"],
        related=("marketplace_entitlement", entitlement["id"]),
    )


def submit_mdf(story: Story, at: datetime) -> None:
    if story.company["partner_tier"] not in FUNDED_TIERS:
        return
    number = f"MDF-{story.now.year}-{story.number:03d}{len(story.events):03d}"
    amount = story.rng.randrange(5, 60) * 500
    actor = story.user() if story.rng.random() < 0.6 else story.agent(AgentType.MDF_ASSISTANT)
    product = story.product_at(at)
    event = story.record(
        EventType.MDF_SUBMITTED,
        at,
        actor,
        {"application_id": number, "amount": amount, "currency": "USD"},
        product_id=key(product),
    )
    _mention_newest(story, event, "mdf_application", at)
    story.applications.append(event)


def decide_mdf(story: Story, at: datetime) -> None:
    """Decisions come from AWS, never from one of our agents."""
    for submitted in [event for event in story.applications if event["created_at"] < at]:
        story.applications.remove(submitted)
        data = submitted["event_data"]
        approved = round(data["amount"] * story.rng.choice((0.5, 0.8, 1.0, 1.0)))
        status = MdfStatus.APPROVED if story.showcase else story.world.turn("funds", DECISIONS)
        of = {"application_id": data["application_id"], "currency": data["currency"]}
        if status is MdfStatus.APPROVED:
            event_type, told = EventType.MDF_APPROVED, {**of, "approved_amount": approved}
        else:
            event_type, told = EventType.MDF_SUBMITTED, {**of, "status": status.value, "reason": REASONS[status]}
        event = story.record(event_type, at, webhook(), told, product_id=submitted["product_id"])
        _mention_newest(story, event, "mdf_application", at)


def initiate_co_sell(story: Story, at: datetime) -> None:
    opportunity = f"O{1_000_000 + story.number * 1000 + len(story.events)}"
    customer = story.rng.choice(names.CUSTOMERS)
    product = story.product_at(at)
    event = story.record(
        EventType.CO_SELL_INITIATED,
        at,
        story.rng.choice((story.user(), story.agent(AgentType.CO_SELL_ADVISOR), webhook())),
        {
            "opportunity_id": opportunity,
            "opportunity_name": f"{customer}: {product['name'] if product else 'services'}",
        },
        product_id=key(product),
    )
    _mention_newest(story, event, "co_sell_prep", at)
    story.opportunities.append(event)


def register_deal(story: Story, at: datetime) -> None:
    known = [event for event in story.opportunities if event["created_at"] < at]
    if not known:
        return
    opportunity = known[0]
    story.opportunities.remove(opportunity)
    story.record(
        EventType.DEAL_REGISTERED,
        at,
        story.rng.choice((story.user(), system(), webhook())),
        {
            "opportunity_id": opportunity["event_data"]["opportunity_id"],
            "deal_value": story.rng.randrange(20, 480) * 1000,
            "currency": "USD",
        },
        product_id=opportunity["product_id"],
    )


def _mention_newest(story: Story, event: Row, chain_type: str, at: datetime) -> None:
    done = [chain for chain in story.chains if chain["chain_type"] == chain_type and chain["completed_at"]]
    done = [chain for chain in done if chain["completed_at"] <= at]
    if done:
        story.world.mention(event, done[-1]["id"])
