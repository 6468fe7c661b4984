"""The products that a company has, and how far each of them is."""

from datetime import date, datetime, timedelta

from db.demo import names
from db.demo.clock import later
from db.demo.story import STAGES, Story
from db.demo.world import Row
from db.tables import Product
from domain.enums import JourneyStage, LaunchStatus

Q = LaunchStatus
LIVE = (Q.GA, Q.GROWTH, Q.MATURE)
AIMING = (Q.PRE_LAUNCH, Q.SOFT_LAUNCH)

# The statuses of a company's first product, and of its others, by the company's stage; in rotation.
LINE_UP: dict[JourneyStage, tuple[tuple[LaunchStatus, ...], tuple[LaunchStatus, ...]]] = {
    JourneyStage.DISCOVERY: ((Q.IDEATION, Q.DEVELOPMENT), (Q.IDEATION,)),
    JourneyStage.PRE_LIST: ((Q.PRE_LAUNCH, Q.DEVELOPMENT), (Q.IDEATION, Q.DEVELOPMENT)),
    JourneyStage.LAUNCH: ((Q.PRE_LAUNCH, Q.SOFT_LAUNCH), (Q.DEVELOPMENT, Q.IDEATION, Q.SUNSET)),
    JourneyStage.POST_LAUNCH: ((Q.GA, Q.GROWTH), (Q.SOFT_LAUNCH, Q.DEVELOPMENT, Q.PRE_LAUNCH)),
    JourneyStage.SCALE: ((Q.GROWTH, Q.MATURE), (Q.GA, Q.SOFT_LAUNCH, Q.SUNSET, Q.DEVELOPMENT)),
    JourneyStage.CO_SELL: ((Q.MATURE, Q.GROWTH), (Q.GA, Q.GROWTH, Q.SUNSET, Q.PRE_LAUNCH)),
}
WITHDRAWN = timedelta(days=20)
SHOWCASE = (Q.SUNSET, Q.SOFT_LAUNCH, Q.PRE_LAUNCH, Q.DEVELOPMENT)
READINESS = {
    Q.IDEATION: (0, 20),
    Q.DEVELOPMENT: (22, 58),
    Q.PRE_LAUNCH: (58, 84),
    Q.SOFT_LAUNCH: (66, 92),
    Q.GA: (82, 96),
    Q.GROWTH: (84, 97),
    Q.MATURE: (88, 99),
    Q.SUNSET: (40, 75),
}


def line_up(story: Story) -> None:
    stage, rng = story.stage, story.rng
    first, others = LINE_UP[stage]
    count = rng.choice((1, 1, 2) if stage is JourneyStage.DISCOVERY else (1, 2, 2, 3, 3, 4))
    statuses = [story.world.turn(f"first {stage}", first)]
    statuses += [story.world.turn(f"other {stage}", others) for _ in range(count - 1)]
    for place, status in enumerate(SHOWCASE if story.showcase else statuses):
        product = _product(story, place, status)
        story.products.append(product)
        if status is Q.SUNSET:
            story.retired[product["id"]] = story.visits[-1].entered if story.showcase else story.now - WITHDRAWN


def _product(story: Story, place: int, status: LaunchStatus) -> Row:
    rng, industry = story.rng, names.INDUSTRIES[(story.number - 1) % len(names.INDUSTRIES)]
    created = _created(story, place)
    word = industry.products[place % len(industry.products)]
    product = story.world.add(
        Product,
        company_id=story.company["id"],
        name=f"{story.company['name'].split()[0]} {word}",
        description=f"{word} is the product with which {story.company['name']} {industry.does}.",
        marketplace_type=None if status is Q.IDEATION and rng.random() < 0.5 else rng.choice(names.MARKETPLACE_TYPES),
        created_at=created,
        updated_at=created,
        launch_status=status,
        launch_readiness_score=rng.randint(*READINESS[status]),
        blocking_issues_count=0,
        aws_product_code=_code(story, place, status),
        target_launch_date=_target(story, status),
    )
    if place == 0 and story.stage is JourneyStage.LAUNCH and not story.showcase:
        # No company gets into the launch stage without a product that is ready for it.
        product["launch_readiness_score"] = max(80, product["launch_readiness_score"])
    return product


def _created(story: Story, place: int) -> datetime:
    first = story.visits[0]
    if place == 0:
        return later(story.rng, first.entered, 2, 12, first.left)
    home = story.visits[-1] if story.showcase else story.visits[min(place, len(story.visits) - 1)]
    return later(story.rng, home.entered, 1, 10, home.left)


def _code(story: Story, place: int, status: LaunchStatus) -> str | None:
    bare = status in (Q.IDEATION, Q.DEVELOPMENT) or (status is Q.PRE_LAUNCH and place > 0)
    if bare and not (story.showcase and status is Q.PRE_LAUNCH):
        return None
    return "prod-" + "".join(story.rng.choices("abcdefghijklmnopqrstuvwxyz234567", k=13))


def _target(story: Story, status: LaunchStatus) -> date | None:
    """Some are overdue. What is live gets the date of its listing later on."""
    today = story.now.date()
    if status in AIMING:
        days = story.world.turn("target", (-9, 25, 6, 60, 13, -21, 40))
        return today + timedelta(days=days)
    if status is Q.DEVELOPMENT and story.rng.random() < 0.7:
        return today + timedelta(days=story.rng.randint(45, 160))
    return None


def released(story: Story) -> list[Row]:
    """The products that got a public listing: what is live now, and what was before it was withdrawn."""
    if not any(STAGES.index(visit.stage) > 2 for visit in story.visits):
        return []
    return [product for product in story.products if product["launch_status"] in (*LIVE, Q.SUNSET)]
