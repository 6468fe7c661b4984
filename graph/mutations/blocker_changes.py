"""blockerWaive, blockerReopen and blockerUpdate."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from actions.blockers import ChangeBlocker, UpdateBlocker, reopen_blocker, update_blocker, waive_blocker
from domain.enums import Severity
from graph.fields import Info
from graph.mutations.blockers import BlockerPayload, unblocked
from graph.mutations.inputs import Reading, dry_run, expected_version, given, idempotency_key, payload, run


@strawberry.input(description="Decide that a blocker need not be resolved.")
class BlockerWaiveInput:
    company_id: strawberry.ID = strawberry.field(description="The company.")
    blocker_id: strawberry.ID = strawberry.field(description="The blocker's `id`.")
    reason: str = strawberry.field(description="Why it need not be resolved. 1 to 5,000 characters.")
    expected_version: int | None = expected_version()
    idempotency_key: str | None = idempotency_key()
    dry_run: bool = dry_run()


@strawberry.input(description="Say that a blocker is there again.")
class BlockerReopenInput:
    company_id: strawberry.ID = strawberry.field(description="The company.")
    blocker_id: strawberry.ID = strawberry.field(description="The blocker's `id`.")
    reason: str = strawberry.field(description="Why it is open again. 1 to 5,000 characters.")
    expected_version: int | None = expected_version()
    idempotency_key: str | None = idempotency_key()
    dry_run: bool = dry_run()


@strawberry.input(
    description="Change an open blocker. What is left out stays as it is; null empties what may be empty."
)
class BlockerUpdateInput:
    company_id: strawberry.ID = strawberry.field(description="The company.")
    blocker_id: strawberry.ID = strawberry.field(description="The blocker's `id`.")
    title: str | None = strawberry.field(
        default=strawberry.UNSET, description="One line for people. 1 to 200 characters; not null."
    )
    description: str | None = strawberry.field(
        default=strawberry.UNSET, description="The whole story. At most 5,000 characters."
    )
    severity: Severity | None = strawberry.field(
        default=strawberry.UNSET,
        description="How much it holds up; not null. Agents may raise it, not lower it; of what a compliance check has "
        "found it is what the latest check says.",
    )
    owner_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The user who is to remove it."
    )
    due_at: datetime | None = strawberry.field(default=strawberry.UNSET, description="When it should be gone.")
    blocked_by: list[strawberry.ID] | None = strawberry.field(
        default=strawberry.UNSET,
        description="Ids of blockers of this company that must be gone first: all of them, and no circle. At most 50.",
    )
    expected_version: int | None = expected_version()
    idempotency_key: str | None = idempotency_key()
    dry_run: bool = dry_run()


@payload("The waived blocker, and the event that tells of it.")
class BlockerWaivePayload(BlockerPayload):
    unblocked: bool | None = unblocked()


@payload("The blocker that is open again, and the event that tells of it.")
class BlockerReopenPayload(BlockerPayload):
    pass


@payload("The blocker as it is now, and the event that tells of it.")
class BlockerUpdatePayload(BlockerPayload):
    pass


@strawberry.type
class BlockerChangeMutations:
    @strawberry.mutation(
        description="Waive a blocker: managers decide that it need not be resolved, also of what a check has found, "
        "whose finding is waived with it. Waiving a waived one changes nothing."
    )
    async def blocker_waive(
        self, info: Info, input: Annotated[BlockerWaiveInput, strawberry.argument(description="What to do.")]
    ) -> BlockerWaivePayload:
        reading = Reading()
        return await run(info, input, "blockerWaive", reading, _change(reading, input), waive_blocker)

    @strawberry.mutation(
        description="Open a blocker again that was resolved; one that was waived, if you are a manager. Reopening an "
        "open one changes nothing."
    )
    async def blocker_reopen(
        self, info: Info, input: Annotated[BlockerReopenInput, strawberry.argument(description="What to do.")]
    ) -> BlockerReopenPayload:
        reading = Reading()
        return await run(info, input, "blockerReopen", reading, _change(reading, input), reopen_blocker)

    @strawberry.mutation(
        description="Change an open blocker: its words, severity, owner, due date, or what comes first."
    )
    async def blocker_update(
        self, info: Info, input: Annotated[BlockerUpdateInput, strawberry.argument(description="What to do.")]
    ) -> BlockerUpdatePayload:
        reading = Reading()
        ask = UpdateBlocker(
            company_id=reading.key("Company", input.company_id, "companyId"),
            blocker_id=input.blocker_id,
            changes=_named(reading, input),
            expected_version=input.expected_version,
        )
        return await run(info, input, "blockerUpdate", reading, ask, update_blocker)


def _change(reading: Reading, input: BlockerWaiveInput | BlockerReopenInput) -> ChangeBlocker:
    return ChangeBlocker(
        company_id=reading.key("Company", input.company_id, "companyId"),
        blocker_id=input.blocker_id,
        reason=input.reason,
        expected_version=input.expected_version,
    )


def _named(reading: Reading, input: BlockerUpdateInput) -> dict[str, Any]:
    changes = given(input, "title", "description", "severity", "due_at")
    for name in ("title", "severity"):
        reading.check(changes.get(name, ...) is not None, name, "NOT_NULL", f"`{name}` cannot be null.")
    if input.owner_id is not strawberry.UNSET:
        changes["owner_user_id"] = reading.optional_key("User", input.owner_id, "ownerId")
    if input.blocked_by is not strawberry.UNSET:
        changes["blocked_by"] = reading.bounded(input.blocked_by, "blockedBy")
    return changes
