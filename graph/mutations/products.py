"""productCreate, productUpdate and productTransitionStatus."""

from datetime import date
from typing import Annotated

import strawberry

from actions.products import (
    CreateProduct,
    TransitionStatus,
    UpdateProduct,
    create_product,
    transition_status,
    update_product,
)
from db import tables as t
from domain.enums import LaunchStatus
from domain.launch import LaunchMove
from graph.fields import Info, to_one
from graph.mutations.inputs import (
    Payload,
    Reading,
    dry_run,
    expected_version,
    expected_version_of_company,
    given,
    idempotency_key,
    payload,
    run,
)
from graph.types import refs


@strawberry.input(description="Enter a product, which begins as an idea.")
class ProductCreateInput:
    company_id: strawberry.ID = strawberry.field(description="The company that is to sell it.")
    name: str = strawberry.field(description="What it is called. 1 to 255 characters.")
    description: str | None = strawberry.field(
        default=None, description="A few sentences about it. At most 10,000 characters."
    )
    marketplace_type: str | None = strawberry.field(
        default=None, description="How it is delivered: saas, ami, container, server, professional_services, …"
    )
    target_launch_date: date | None = strawberry.field(default=None, description="The day it is to be launched.")
    expected_version: int | None = expected_version_of_company()
    idempotency_key: str | None = idempotency_key()
    dry_run: bool = dry_run()


@strawberry.input(description="Change a product. What is left out stays as it is; null empties what may be empty.")
class ProductUpdateInput:
    product_id: strawberry.ID = strawberry.field(description="The product.")
    name: str | None = strawberry.field(
        default=strawberry.UNSET, description="What it is called. 1 to 255 characters; not null."
    )
    description: str | None = strawberry.field(
        default=strawberry.UNSET, description="A few sentences about it. At most 10,000 characters."
    )
    marketplace_type: str | None = strawberry.field(
        default=strawberry.UNSET, description="How it is delivered: saas, ami, container, …"
    )
    target_launch_date: date | None = strawberry.field(
        default=strawberry.UNSET, description="The day it is to be launched."
    )
    aws_product_code: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="Its product code in AWS Marketplace: one of a kind, and final once the product is listed.",
    )
    expected_version: int | None = expected_version()
    idempotency_key: str | None = idempotency_key()
    dry_run: bool = dry_run()


@strawberry.input(description="Move a product on its way to market.")
class ProductTransitionStatusInput:
    product_id: strawberry.ID = strawberry.field(description="The product.")
    to: LaunchStatus = strawberry.field(description="Where to.")
    reason: str | None = strawberry.field(
        default=None, description="Why. Needed to go back, to sunset and to force. At most 2,000 characters."
    )
    force: bool = strawberry.field(
        default=False, description="Move although gates are closed: managers may, with a reason."
    )
    acknowledge_active_entitlements: int | None = strawberry.field(
        default=None,
        description="To sunset a product: how many active entitlements it has, exactly; may be left out where it has "
        "none. They stay active, and `force` does not stand in for it.",
    )
    expected_status: LaunchStatus | None = strawberry.field(
        default=None, description="Act only if it is in this status; Conflict with the current product otherwise."
    )
    expected_version: int | None = expected_version()
    idempotency_key: str | None = idempotency_key()
    dry_run: bool = dry_run()


@strawberry.type
class ProductPayload(Payload):
    """What the payloads of all changes to a product have: no type of the schema by itself."""

    product = to_one(refs.Product, t.Product, "product_id", "The product as it is now.")
    company = to_one(refs.Company, t.Company, "company_id", "The company that sells it, as it is now.")


@payload("The product that was entered; null on a dry run.")
class ProductCreatePayload(ProductPayload):
    pass


@payload("The product as it is now.")
class ProductUpdatePayload(ProductPayload):
    pass


@payload("The product in its new status, and the events that tell of it.")
class ProductTransitionStatusPayload(ProductPayload):
    move: LaunchMove | None = strawberry.field(description="What kind of move it was.")
    event = to_one(
        refs.JourneyEvent,
        t.JourneyEvent,
        "event_id",
        "The event of the milestone that was reached, or, where that stands from before, of the one that was taken "
        "back; null when nothing was changed.",
    )
    listing_event = to_one(
        refs.JourneyEvent, t.JourneyEvent, "listing_event_id", "The event of the listing, when it went live first."
    )


@strawberry.type
class ProductMutations:
    @strawberry.mutation(description="Enter a product. It begins as an idea.")
    async def product_create(
        self, info: Info, input: Annotated[ProductCreateInput, strawberry.argument(description="What to do.")]
    ) -> ProductCreatePayload:
        reading = Reading()
        ask = CreateProduct(
            company_id=reading.key("Company", input.company_id, "companyId"),
            name=input.name,
            description=input.description,
            marketplace_type=input.marketplace_type,
            target_launch_date=input.target_launch_date,
            expected_version=input.expected_version,
        )
        return await run(info, input, "productCreate", reading, ask, create_product)

    @strawberry.mutation(description="Change a product: words, type, target date, AWS product code.")
    async def product_update(
        self, info: Info, input: Annotated[ProductUpdateInput, strawberry.argument(description="What to do.")]
    ) -> ProductUpdatePayload:
        reading = Reading()
        names = ("name", "description", "marketplace_type", "target_launch_date", "aws_product_code")
        ask = UpdateProduct(
            product_id=reading.key("Product", input.product_id, "productId"),
            changes=given(input, *names),
            expected_version=input.expected_version,
        )
        return await run(info, input, "productUpdate", reading, ask, update_product)

    @strawberry.mutation(
        description="Move a product on its way to market, when the gates of the move are open: `Product.gates` and "
        "`checkPrerequisites` tell, and a refusal lists every closed one. Moving to the status it is in does nothing."
    )
    async def product_transition_status(
        self, info: Info, input: Annotated[ProductTransitionStatusInput, strawberry.argument(description="What to do.")]
    ) -> ProductTransitionStatusPayload:
        reading = Reading()
        ask = TransitionStatus(
            product_id=reading.key("Product", input.product_id, "productId"),
            to=input.to,
            reason=input.reason,
            force=input.force,
            acknowledged=input.acknowledge_active_entitlements,
            expected_status=input.expected_status,
            expected_version=input.expected_version,
        )
        return await run(info, input, "productTransitionStatus", reading, ask, transition_status)
