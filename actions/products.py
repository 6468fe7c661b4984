"""Products, and their way to market: the door to `launch_status` and `listing_live_date`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from actions import approvals, milestones
from actions.access import check_expected, company_for_writing, product_for_writing
from actions.listings import live_on
from actions.perform import Facts, Work
from actions.record import record
from db import tables as t
from db.queries.facts import product_facts
from db.queries.products import code_is_taken
from domain import launch as rules
from domain import products
from domain.enums import EventType, LaunchStatus
from domain.event_data import ListingPublishedData
from domain.facts import ProductFacts
from domain.launch_gates import launch_gates
from domain.refusals import closed, not_found


@dataclass(frozen=True, slots=True)
class CreateProduct:
    company_id: int
    name: str
    description: str | None = None
    marketplace_type: str | None = None
    target_launch_date: date | None = None
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class UpdateProduct:
    """`changes` holds what was named, by the names of the columns."""

    product_id: int
    changes: Mapping[str, Any] = field(default_factory=dict)
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class TransitionStatus:
    product_id: int
    to: LaunchStatus
    reason: str | None = None
    force: bool = False
    acknowledged: int | None = None
    expected_status: LaunchStatus | None = None
    expected_version: int | None = None


async def create_product(work: Work, ask: CreateProduct) -> Facts:
    """Facts: company_id, product_id, changed."""
    company = await company_for_writing(work, ask.company_id)
    check_expected("expectedVersion", ask.expected_version, company.version, "Company", company.id)
    values = {
        "name": ask.name.strip(), "description": ask.description, "marketplace_type": ask.marketplace_type,
        "target_launch_date": ask.target_launch_date,
    }  # fmt: skip
    products.check(values)
    product = t.Product(company_id=company.id, created_at=work.now, updated_at=work.now, **values)
    work.transaction.add(product)
    await work.transaction.flush()
    return {"company_id": company.id, "product_id": product.id, "changed": True}


async def update_product(work: Work, ask: UpdateProduct) -> Facts:
    """Facts: company_id, product_id, changed."""
    company, product = await product_for_writing(work, ask.product_id)
    check_expected("expectedVersion", ask.expected_version, product.version, "Product", product.id)
    changes = dict(ask.changes)
    products.check(changes)
    if "aws_product_code" in changes:
        code = changes["aws_product_code"]
        taken = code is not None and await code_is_taken(work.transaction, code, product.id)
        status = product.launch_status or LaunchStatus.IDEATION
        products.check_code(product.aws_product_code, code, status, product.id, taken=taken)
    changed = {name: value for name, value in changes.items() if getattr(product, name) != value}
    for name, value in changed.items():
        setattr(product, name, value)
    if changed:
        product.updated_at = work.now
    return {"company_id": company.id, "product_id": product.id, "changed": bool(changed)}


async def transition_status(work: Work, ask: TransitionStatus) -> Facts:
    """Facts: company_id, product_id, event_id (of what was reached, or left), listing_event_id, changed, move."""
    company, product = await product_for_writing(work, ask.product_id)
    before = product.launch_status or LaunchStatus.IDEATION
    check_expected("expectedVersion", ask.expected_version, product.version, "Product", product.id)
    check_expected("expectedStatus", ask.expected_status, before, "Product", product.id)
    live, today = product.listing_live_date, work.now.date()
    rules.check(before, ask.to, live, reason=ask.reason, force=ask.force, actor=work.actor, policy=work.policy)
    found = await _facts(work, product.id)
    gates = launch_gates(found, ask.to, work.policy, today, ask.acknowledged)
    made = rules.launch(before, ask.to, live, reason=ask.reason, closed=closed(gates), force=ask.force, today=today)
    facts: Facts = {"company_id": company.id, "product_id": product.id, "changed": False, "move": made.move.value}
    if made.move is rules.LaunchMove.SAME:
        return facts
    await approvals.clear(work, company, made)
    product.launch_status = made.after
    product.updated_at = work.now
    live_on(work, product, made.listing_live_date)
    event = await _tell(work, found, made)
    listing = await _publish(work, found, made)
    return {**facts, "event_id": event.id, "listing_event_id": listing, "changed": True}


async def _facts(work: Work, product_id: int) -> ProductFacts:
    found = await product_facts(work.transaction.rows, (product_id,), work.scope, work.now)
    if product_id not in found:
        raise not_found("productId", "product")
    return found[product_id]


async def _tell(work: Work, product: ProductFacts, made: rules.Launch) -> t.JourneyEvent:
    """The milestones of the statuses: what was left behind does not hold any more, and what holds is not told again."""
    known = await milestones.standing(work, product.company_id)
    standing = {code for of, code in known if of == product.id}
    event, left, why = None, rules.codes_left(made.before, made.after, standing), _why(made)
    for code in left:
        taken_back = await milestones.tell(
            work, product.company_id, code, product_id=product.id, revoked=True, reason=why
        )
        event = event or taken_back
    code = rules.PREFIX + made.after
    if event is None or code not in standing - {*left}:
        title = f"“{product.name}” is in {made.after.name}"
        event = await milestones.tell(work, product.company_id, code, title=title, product_id=product.id, reason=why)
    return event


def _why(made: rules.Launch) -> str | None:
    """With the gates that a manager has overridden."""
    overridden = f"Forced past {', '.join(made.overridden)}." if made.overridden else None
    return " ".join(each for each in (made.reason, overridden) if each) or None


async def _publish(work: Work, product: ProductFacts, made: rules.Launch) -> int | None:
    """Once for each product, however often it goes live."""
    if made.after is not LaunchStatus.GA or product.listing_published is not None:
        return None
    data = ListingPublishedData(aws_product_code=product.aws_product_code)
    event = await record(work, EventType.LISTING_PUBLISHED, product.company_id, data, product_id=product.id)
    return event.id
