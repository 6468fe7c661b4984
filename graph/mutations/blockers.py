"""blockerAdd and blockerResolve."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from actions.blockers import AddBlocker, ResolveBlocker, add_blocker, resolve_blocker
from db import tables as t
from db.base import table_of
from domain.blockers import read
from domain.enums import JourneyStage, Severity
from graph.fields import Info, to_one
from graph.mutations.inputs import Payload, Reading, dry_run, expected_version, idempotency_key, payload, run
from graph.types import refs
from graph.types.documents import Blocker


@strawberry.input(description="A pointer to something, by type and key.")
class ReferenceInput:
    type: str = strawberry.field(
        description="What kind of thing is meant, for example `compliance_report`. 1 to 100 characters."
    )
    id: strawberry.ID = strawberry.field(description="Its key or public id. 1 to 200 characters.")


@strawberry.input(description="Say what stands in a company's way.")
class BlockerAddInput:
    company_id: strawberry.ID = strawberry.field(description="The company.")
    code: str = strawberry.field(description="What kind of problem it is, machine-readable. 1 to 100 characters.")
    title: str = strawberry.field(description="One line for people. 1 to 200 characters.")
    severity: Severity = strawberry.field(description="How much it holds up.")
    description: str | None = strawberry.field(default=None, description="The whole story. At most 5,000 characters.")
    stage: JourneyStage | None = strawberry.field(
        default=None, description="The stage it holds up; the company's own when absent."
    )
    product_id: strawberry.ID | None = strawberry.field(default=None, description="The product it concerns, if one.")
    blocked_by: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Ids of blockers of this company that must be gone first. At most 50."
    )
    owner_id: strawberry.ID | None = strawberry.field(default=None, description="The user who is to remove it.")
    due_at: datetime | None = strawberry.field(default=None, description="When it should be gone.")
    source_ref: ReferenceInput | None = strawberry.field(
        default=None,
        description="What it was found in. One open blocker is kept per stage and source. The types "
        "`compliance_control`, `compliance_report_item` and `company` are reserved for what the system finds itself.",
    )
    expected_version: int | None = expected_version()
    idempotency_key: str | None = idempotency_key()
    dry_run: bool = dry_run()


async def blocker_of(self: Any, info: Info, source: strawberry.Parent[Any]) -> Blocker | None:
    """Read back from the company's document, so that the payload shows what is stored."""
    if source.blocker_id is None:
        return None
    companies = info.context.loaders.one(("blocker",), table_of(t.Company), "id", ("blockers", "id"))
    company = await companies.load(source.company_id)
    found = () if company is None else read(company.blockers)
    return next((blocker for blocker in found if blocker.id == source.blocker_id), None)  # type: ignore[return-value]


def _pointer(reference: ReferenceInput | None) -> tuple[str, str] | None:
    return None if reference is None else (reference.type, reference.id)


def unblocked() -> Any:
    return strawberry.field(
        description="Whether this took away the last open blocker that closed the gates of a stage: of the severities "
        "`stages.gating_severities` of the policy."
    )


@strawberry.type
class BlockerPayload(Payload):
    """What the payloads of all changes to a blocker have: no type of the schema by itself."""

    blocker = strawberry.field(resolver=blocker_of, description="The blocker; null when nothing was kept.")
    company = to_one(refs.Company, t.Company, "company_id", "The company as it is now.")
    event = to_one(refs.JourneyEvent, t.JourneyEvent, "event_id", "The event; null when nothing was changed.")


@payload("The blocker, and the event that tells of it.")
class BlockerAddPayload(BlockerPayload):
    created: bool | None = strawberry.field(
        description="Whether it is new; false when an open one for the same cause was there."
    )


@strawberry.input(description="Say that a blocker is gone.")
class BlockerResolveInput:
    company_id: strawberry.ID = strawberry.field(description="The company.")
    blocker_id: strawberry.ID = strawberry.field(description="The blocker's `id`.")
    resolution: str = strawberry.field(description="How it was resolved. 1 to 5,000 characters.")
    cascade: bool = strawberry.field(
        default=False, description="Resolve the open blockers that are in its way too, in order."
    )
    resolution_ref: ReferenceInput | None = strawberry.field(default=None, description="What resolved it.")
    expected_version: int | None = expected_version()
    idempotency_key: str | None = idempotency_key()
    dry_run: bool = dry_run()


@payload("The resolved blocker, and the event that tells of it.")
class BlockerResolvePayload(BlockerPayload):
    unblocked: bool | None = unblocked()
    resolved: list[strawberry.ID] | None = strawberry.field(
        description="Ids of all that were resolved by this call, in order. Bounded by the company's blockers."
    )


@strawberry.type
class BlockerMutations:
    @strawberry.mutation(
        description="Add a blocker. An open one with the same stage and source, or the same stage, code and product, "
        "is returned instead of a second one; a closed one stays as it is."
    )
    async def blocker_add(
        self, info: Info, input: Annotated[BlockerAddInput, strawberry.argument(description="What to do.")]
    ) -> BlockerAddPayload:
        reading = Reading()
        ask = AddBlocker(
            company_id=reading.key("Company", input.company_id, "companyId"),
            code=input.code,
            title=input.title,
            severity=input.severity,
            description=input.description,
            stage=input.stage,
            product_id=reading.optional_key("Product", input.product_id, "productId"),
            blocked_by=reading.bounded(input.blocked_by, "blockedBy"),
            owner_user_id=reading.optional_key("User", input.owner_id, "ownerId"),
            due_at=input.due_at,
            source_ref=_pointer(input.source_ref),
            expected_version=input.expected_version,
        )
        return await run(info, input, "blockerAdd", reading, ask, add_blocker)

    @strawberry.mutation(
        description="Resolve a blocker. What a compliance check found is resolved by a passing check alone. Resolving "
        "a resolved blocker changes nothing."
    )
    async def blocker_resolve(
        self, info: Info, input: Annotated[BlockerResolveInput, strawberry.argument(description="What to do.")]
    ) -> BlockerResolvePayload:
        reading = Reading()
        ask = ResolveBlocker(
            company_id=reading.key("Company", input.company_id, "companyId"),
            blocker_id=input.blocker_id,
            resolution=input.resolution,
            cascade=input.cascade,
            resolution_ref=_pointer(input.resolution_ref),
            expected_version=input.expected_version,
        )
        return await run(info, input, "blockerResolve", reading, ask, resolve_blocker)
