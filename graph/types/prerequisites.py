"""checkPrerequisites: may this be done now, and if not, what is missing and what supplies it?"""

import asyncio
from dataclasses import dataclass
from typing import Annotated, Any

import strawberry

from db import tables as t
from domain.enums import AgentType, ChainType, JourneyStage, LaunchStatus
from domain.facts import CompanyFacts
from domain.outlook import Outlook
from graph import ids, journey
from graph.errors import InvalidInput
from graph.fields import Info, to_one
from graph.types import refs
from graph.types.gates import Fix, Gate
from graph.types.transitions import Hindrance, hindrance

MOST = 50


@strawberry.input(description="A chain that is to be started.")
class ChainToStart:
    type: ChainType = strawberry.field(description="Its type.")
    product_id: strawberry.ID | None = strawberry.field(
        default=None, description="The product it is for; any product of the company counts when absent."
    )


@strawberry.input(description="A template that is to be written with.")
class TemplateToUse:
    slug: str = strawberry.field(description="Its slug, for example `listing-long-description`.")
    product_id: strawberry.ID | None = strawberry.field(
        default=None, description="The product it is for; any product of the company counts when absent."
    )


@strawberry.input(description="A product that is to be moved on its way to market.")
class StatusToReach:
    product_id: strawberry.ID = strawberry.field(description="The product.")
    to: LaunchStatus = strawberry.field(description="The status.")


@strawberry.input(description="What is to be done: exactly one of these.", one_of=True)
class PrerequisitesFor:
    stage: JourneyStage | None = strawberry.field(
        default=strawberry.UNSET, description="Move the company to this stage, with a reason where one is needed."
    )
    product_status: StatusToReach | None = strawberry.field(
        default=strawberry.UNSET, description="Move a product to this status, with a reason where one is needed."
    )
    chain: ChainToStart | None = strawberry.field(default=strawberry.UNSET, description="Start such a chain.")
    template: TemplateToUse | None = strawberry.field(default=strawberry.UNSET, description="Write with it.")
    agent_type: AgentType | None = strawberry.field(
        default=strawberry.UNSET, description="Let an agent of this type work for the company."
    )


@strawberry.input(description="What is to be done with products: exactly one of these.", one_of=True)
class ProductPrerequisitesFor:
    status: LaunchStatus | None = strawberry.field(
        default=strawberry.UNSET, description="Move each to this status, with a reason where one is needed."
    )
    chain_type: ChainType | None = strawberry.field(
        default=strawberry.UNSET, description="Start such a chain for each."
    )
    template: str | None = strawberry.field(
        default=strawberry.UNSET, description="Write with the template of this slug for each."
    )


@strawberry.type
class Prerequisites:
    @strawberry.field(description="Whether the caller may do it now: whether a dry run would succeed.")
    def allowed(self, found: strawberry.Parent[Any]) -> bool:
        return found.outlook.allowed  # type: ignore[no-any-return]

    @strawberry.field(description="What to do first: the call that opens the first closed gate.")
    def next_fix(self, found: strawberry.Parent[Any]) -> Fix | None:
        return found.outlook.next_fix  # type: ignore[no-any-return]

    @strawberry.field(description="All gates. Bounded by the gates there are.")
    def gates(self, found: strawberry.Parent[Any]) -> list[Gate]:
        return list(found.outlook.gates)

    @strawberry.field(description="Those that are closed. Bounded by the gates there are.")
    def missing(self, found: strawberry.Parent[Any]) -> list[Gate]:
        return list(found.outlook.missing)

    @strawberry.field(description="Those that are open, but not as they should be. Bounded by the gates there are.")
    def warnings(self, found: strawberry.Parent[Any]) -> list[Gate]:
        return list(found.outlook.warnings)

    @strawberry.field(description="Why the caller may not, whatever the gates say; null where they may.")
    def forbidden(self, found: strawberry.Parent[Any]) -> Hindrance | None:
        return hindrance(found.outlook.problem)


@strawberry.type(description="Whether something may be done for a company now, and what it waits for.")
class PrerequisiteCheck(Prerequisites):
    company = to_one(refs.Company, t.Company, "company_id", "The company.")


@strawberry.type(description="Whether something may be done with a product now, and what it waits for.")
class ProductPrerequisiteCheck(Prerequisites):
    product = to_one(refs.Product, t.Product, "product_id", "The product.")


For = Annotated[PrerequisitesFor, strawberry.argument(name="for", description="What is to be done.")]
ForProduct = Annotated[ProductPrerequisitesFor, strawberry.argument(name="for", description="What is to be done.")]


@strawberry.type
class PrerequisiteQueries:
    @strawberry.field(
        description="Whether something may be done for a company now: its gates, what is missing, what to do first. "
        "Null where there is no such company that the viewer may see."
    )
    async def check_prerequisites(
        self,
        info: Info,
        company_id: Annotated[strawberry.ID, strawberry.argument(description="The company.")],
        for_: For,
    ) -> PrerequisiteCheck | None:
        key = ids.decode_as("Company", company_id, argument="companyId")
        return await _checked(info, key, for_)  # type: ignore[return-value]

    @strawberry.field(
        description="The same of several companies, in order, in as many statements as of one. Null for each that is "
        "not there. At most 50."
    )
    async def check_prerequisites_of_many(
        self,
        info: Info,
        company_ids: Annotated[list[strawberry.ID], strawberry.argument(description="At most 50 companies.")],
        for_: For,
    ) -> list[PrerequisiteCheck | None] | None:
        keys = _keys("Company", company_ids, "companyIds")
        return list(await asyncio.gather(*(_checked(info, key, for_) for key in keys)))  # type: ignore[arg-type]

    @strawberry.field(
        description="The same of several products, in order, in as many statements as of one. Null for each that is "
        "not there. At most 50."
    )
    async def check_prerequisites_of_products(
        self,
        info: Info,
        product_ids: Annotated[list[strawberry.ID], strawberry.argument(description="At most 50 products.")],
        for_: ForProduct,
    ) -> list[ProductPrerequisiteCheck | None] | None:
        keys = _keys("Product", product_ids, "productIds")
        return list(await asyncio.gather(*(_checked_product(info, key, for_) for key in keys)))  # type: ignore[arg-type]


def _keys(kind: str, given: list[strawberry.ID], argument: str) -> list[int]:
    if len(given) > MOST:
        raise InvalidInput("TOO_MANY_IDS", f"`{argument}` takes at most {MOST} ids; there are {len(given)}.", argument)
    return [ids.decode_as(kind, each, argument=argument) for each in given]


@dataclass(frozen=True, slots=True)
class Checked:
    company_id: int
    outlook: Outlook


@dataclass(frozen=True, slots=True)
class CheckedProduct:
    product_id: int
    outlook: Outlook


async def _checked(info: Info, key: int, ask: PrerequisitesFor) -> Checked | None:
    facts = await journey.company(info, key)
    return None if facts is None else await _of_company(info, facts, ask)


async def _checked_product(info: Info, key: int, ask: ProductPrerequisitesFor) -> CheckedProduct | None:
    product = await journey.product(info, key)
    facts = None if product is None else await journey.company(info, product.company_id)
    if product is None or facts is None:
        return None
    if ask.status:
        outlook = await journey.to_status(info, product, ask.status)
    elif ask.chain_type:
        outlook = await journey.of_chain(info, facts, ask.chain_type, product)
    else:
        outlook = await journey.of_template(info, facts, ask.template or "", product)
    return CheckedProduct(product.id, outlook)


async def _of_company(info: Info, facts: CompanyFacts, ask: PrerequisitesFor) -> Checked:
    if ask.stage:
        return Checked(facts.id, await journey.to_stage(info, facts, ask.stage))
    if ask.agent_type:
        return Checked(facts.id, await journey.of_agent(info, facts, ask.agent_type))
    named = ask.product_status or ask.chain or ask.template
    assert named
    of = _product(named.product_id)
    product = next((each for each in facts.products if each.id == of), None)
    if product is None and of is not None:
        return Checked(facts.id, Outlook((), journey.UNKNOWN_PRODUCT))
    if isinstance(named, StatusToReach):
        assert product is not None
        outlook = await journey.to_status(info, product, named.to)
    elif isinstance(named, ChainToStart):
        outlook = await journey.of_chain(info, facts, named.type, product)
    else:
        outlook = await journey.of_template(info, facts, named.slug, product)
    return Checked(facts.id, outlook)


def _product(id_: str | None) -> int | None:
    return None if id_ is None else ids.decode_as("Product", id_, argument="for")
