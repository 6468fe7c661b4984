"""Workflow chains: what started them, how far they are, and what came out of their steps."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from db.demo import content, steps
from db.demo.clock import later, public_id, whole
from db.demo.steps import Draft
from db.demo.story import Story, Visit, system
from db.demo.world import Row, document, key
from db.tables import WorkflowChain
from domain.documents import Step
from domain.enums import ChainMention, ChainStatus, ChainType, EventType, LaunchStatus, PartnerTier, StepStatus
from domain.templates import PLANS, Template

S = ChainStatus
# In rotation for chains of the current stage; a chain of an earlier stage has come to its end.
NOW = (S.IN_PROGRESS, S.COMPLETED, S.PAUSED, S.IN_PROGRESS, S.FAILED, S.DRAFT)
SHOWCASE_NOW = (S.IN_PROGRESS, S.COMPLETED, S.PAUSED, S.DRAFT, S.FAILED)
THEN = (S.COMPLETED, S.COMPLETED, S.COMPLETED, S.COMPLETED, S.FAILED, S.COMPLETED)
ACTIVE = (S.DRAFT, S.IN_PROGRESS, S.PAUSED)
MOST = 5


def start(story: Story, at: datetime, visit: Visit, chain_type: ChainType) -> None:
    # One place is kept for the co-sell kit, which the last stage asks for.
    room = MOST - len(story.chains) - (chain_type is not ChainType.CO_SELL_PREP)
    if room <= 0 and not story.showcase:
        return
    if chain_type is ChainType.MDF_APPLICATION and story.company["partner_tier"] in (None, PartnerTier.STANDARD):
        chain_type = ChainType.CUSTOM  # funds are for select partners and above
    product = None if chain_type is ChainType.CUSTOM else story.product_at(at)
    if chain_type is ChainType.LISTING_CREATION:
        product = _for_listing(story, at)
    grow(story, at, visit, chain_type, product, PLANS[chain_type].steps, cause=_cause(story, at, product))


def grow(
    story: Story,
    at: datetime,
    visit: Visit,
    chain_type: ChainType,
    product: Row | None,
    templates: Sequence[Template],
    cause: Row | None,
    until: datetime | None = None,
) -> Row:
    plan = PLANS[chain_type]
    status = S.COMPLETED if until else _status(story, visit, chain_type, product)
    began = whole(at + timedelta(minutes=story.rng.uniform(4, 90)))
    began = min(began, until or story.now)
    ended = later(
        story.rng, began, *plan.days, until or (visit.left if status in (S.COMPLETED, S.FAILED) else story.now)
    )
    chain = story.world.add(
        WorkflowChain,
        chain_id=public_id(story.rng, began),
        user_id=story.rng.choice(story.team),
        company_id=story.company["id"],
        product_id=key(product),
        name=plan.name.format(product=product["name"] if product else story.company["name"]),
        chain_type=chain_type,
        status=status,
        created_at=began,
    )
    story.chains.append(chain)
    _run(story, chain, templates, began, ended)
    if cause is not None:
        story.world.mention(cause, chain["id"], ChainMention.STARTED)
    if status is S.COMPLETED:
        _celebrate(story, chain)
    return chain


def _run(story: Story, chain: Row, templates: Sequence[Template], began: datetime, ended: datetime) -> None:
    rng, status = story.rng, chain["status"]
    drafts = steps.blank(templates)
    done = {S.COMPLETED: len(drafts), S.DRAFT: 0}.get(status, rng.randint(min(1, len(drafts) - 1), len(drafts) - 1))
    steps.work(rng, drafts, done, began, ended, story.team[0])
    last = max((draft["completed_at"] for draft in drafts[:done]), default=began)
    if status in steps.FRONTS:
        front = story.world.turn(f"front {chain['chain_type']} {status}", steps.FRONTS[status])
        steps.advance(rng, drafts[done], templates[done], front, last, story.now)
    outputs = _outputs(story, chain, drafts, templates)
    chain |= {
        "current_step": steps.current(drafts),
        "total_steps": len(drafts),
        "steps_config": [document(Step.model_validate(draft)) for draft in drafts],
        "chain_context": {"steps": outputs} if outputs else None,
        "started_at": None if status is S.DRAFT else began,
        "completed_at": last if status is S.COMPLETED else None,
        "estimated_completion": _estimate(story, status, drafts),
        "updated_at": max([last, *(draft["started_at"] for draft in drafts if draft.get("started_at"))]),
    }


def _outputs(story: Story, chain: Row, drafts: Sequence[Draft], templates: Sequence[Template]) -> dict[str, Row]:
    purpose, outputs = PLANS[chain["chain_type"]].purpose, {}
    product = next((row for row in story.products if row["id"] == chain["product_id"]), None)
    for draft, template in zip(drafts, templates, strict=True):
        if draft["status"] is not StepStatus.COMPLETED:
            continue
        actor = story.agent(template.agent)
        text = content.write(story, template, purpose, draft["completed_at"], actor, product, chain)
        text["used_in_submission"] = chain["status"] is S.COMPLETED and template.approval
        content.announce(story, text, actor, chain)
        draft["output_id"] = text["id"]
        outputs[template.slug] = {
            "output": {"content_id": text["id"], "title": text["title"], "summary": template.title}
        }
    return outputs


def _status(story: Story, visit: Visit, chain_type: ChainType, product: Row | None) -> ChainStatus:
    if not visit.current:
        return S.COMPLETED if chain_type is ChainType.CO_SELL_PREP else story.world.turn("chain then", THEN)
    turns = ("showcase chain", SHOWCASE_NOW) if story.showcase else (f"{chain_type} now", NOW)
    status = story.world.turn(*turns)
    subject = (chain_type, key(product))
    busy = {(chain["chain_type"], chain["product_id"]) for chain in story.chains if chain["status"] in ACTIVE}
    return S.COMPLETED if status in ACTIVE and subject in busy else status


def _for_listing(story: Story, at: datetime) -> Row | None:
    """One that has no listing yet, if there is one; the drawing board is too early for a listing."""
    listed = {chain["product_id"] for chain in story.chains if chain["chain_type"] is ChainType.LISTING_CREATION}
    ready = [row for row in story.alive_at(at) if row["launch_status"] is not LaunchStatus.IDEATION]
    return min(ready, key=lambda row: row["id"] in listed, default=None)


def _cause(story: Story, at: datetime, product: Row | None) -> Row | None:
    """The newest thing that had happened, on the product itself if anything has."""
    known = [event for event in story.events if event["created_at"] <= at]
    own = [event for event in known if product and event["product_id"] == product["id"]]
    return max(own or known, key=lambda event: event["created_at"], default=None)


def _celebrate(story: Story, chain: Row) -> None:
    code = f"{chain['chain_type'].value}_done"
    if (chain["product_id"], code) in story.milestones:
        return
    story.milestones.add((chain["product_id"], code))
    data = {"code": code, "title": f"Finished: {chain['name']}"}
    event = story.record(
        EventType.MILESTONE_ACHIEVED,
        chain["completed_at"],
        system(),
        data,
        product_id=chain["product_id"],
        related=("workflow_chain", chain["id"]),
    )
    story.world.mention(event, chain["id"])


def _estimate(story: Story, status: ChainStatus, drafts: Sequence[Draft]) -> datetime | None:
    if status not in (S.IN_PROGRESS, S.PAUSED):
        return None
    left = sum(draft["status"] not in steps.TERMINAL for draft in drafts)
    return whole(story.now + timedelta(days=left * story.rng.uniform(0.6, 2.5)))
