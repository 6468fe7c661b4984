"""Generated content and its lineage."""

from datetime import datetime
from decimal import Decimal

from db.demo.clock import later
from db.demo.story import Actor, Story
from db.demo.world import Row, key
from db.tables import GeneratedContent
from domain.enums import ContentPurpose, EventType
from domain.templates import LOOSE, Template

DRAFTS = (1, 1, 2, 3)


def write_loose(story: Story, at: datetime, purpose: ContentPurpose, limit: datetime) -> None:
    """One text and its reworks, each the child of the one before."""
    template, product = LOOSE[purpose], story.product_at(at)
    parent, used = None, purpose is not ContentPurpose.OTHER and story.rng.random() < 0.5
    drafts = story.rng.choice(DRAFTS)
    for draft in range(drafts):
        actor = story.agent(template.agent) if story.rng.random() < 0.7 else story.user()
        parent = write(story, template, purpose, at, actor, product, parent=parent)
        parent["used_in_submission"] = used and draft == drafts - 1
        announce(story, parent, actor)
        at = later(story.rng, at, 0.1, 4, limit)


def write(
    story: Story,
    template: Template,
    purpose: ContentPurpose,
    at: datetime,
    actor: Actor,
    product: Row | None,
    chain: Row | None = None,
    parent: Row | None = None,
) -> Row:
    about = product["name"] if product else story.company["name"]
    draft = 1 if parent is None else 2
    content = story.world.add(
        GeneratedContent,
        user_id=actor.user_id,
        title=f"{template.title}: {about}",
        slug=template.slug,
        input=_request(template, about, parent),
        output=_text(story, template, about),
        created_at=at,
        updated_at=at,
        company_id=story.company["id"],
        product_id=key(product),
        journey_stage=story.visit_at(at).stage.value,
        content_purpose=purpose,
        workflow_chain_id=chain and chain["chain_id"],
        parent_generation_id=key(parent),
        quality_score=Decimal(story.rng.randrange(5200 + 800 * draft, 9100 + 200 * draft)) / 100,
        used_in_submission=False,
    )
    story.contents.append(content)
    return content


def announce(story: Story, content: Row, actor: Actor, chain: Row | None = None) -> None:
    purpose: ContentPurpose = content["content_purpose"]
    event = story.record(
        EventType.CONTENT_GENERATED,
        content["created_at"],
        actor,
        {"content_id": content["id"], "purpose": purpose.value},
        product_id=content["product_id"],
        related=("user_openai", content["id"]),
    )
    if chain is not None:
        story.world.mention(event, chain["id"])


def _request(template: Template, about: str, parent: Row | None) -> str:
    if parent is None:
        return f"Write the {template.title.lower()} for {about}. Keep it factual and under 400 words."
    return f"Rework generation {parent['id']}: shorter sentences, name the customer's benefit first."


def _text(story: Story, template: Template, about: str) -> str:
    company = story.company
    points = story.rng.sample(POINTS, 3)
    bullets = "\n".join(f"- {point}" for point in points)
    return f"# {template.title}\n\n{company['description']} {about} is offered through AWS Marketplace.\n\n{bullets}\n"


POINTS = (
    "Deploys into the customer's own AWS account in under a day.",
    "Counts towards the customer's committed AWS spend.",
    "One bill, through AWS Marketplace.",
    "Private offers with flexible payment schedules.",
    "Reviewed against the AWS Well-Architected Framework.",
    "Usage-based pricing with no minimum.",
    "Supported in six AWS regions.",
    "Onboarding with a named solutions architect.",
)
