"""nextActionDismiss and nextActionRestore."""

from typing import Annotated, Any

import strawberry

from actions.advice import DismissAction, RestoreAction, dismiss, restore
from db import tables as t
from db.base import table_of
from domain.documents import NextActions, read
from graph.fields import Info, to_one
from graph.mutations.inputs import Payload, Reading, dry_run, expected_version, idempotency_key, payload, run
from graph.types import refs
from graph.types.documents import Dismissal


@strawberry.input(description="Do not show an action for a while.")
class NextActionDismissInput:
    company_id: strawberry.ID = strawberry.field(description="The company.")
    action_id: strawberry.ID = strawberry.field(description="The action's `id`.")
    until_hours: int = strawberry.field(
        description="For how many hours: 1 to what `policy.actions.longestDismissalHours` says."
    )
    reason: str = strawberry.field(description="Why. 1 to 2,000 characters.")
    expected_version: int | None = expected_version()
    idempotency_key: str | None = idempotency_key()
    dry_run: bool = dry_run()


@strawberry.input(description="Show an action again.")
class NextActionRestoreInput:
    company_id: strawberry.ID = strawberry.field(description="The company.")
    action_id: strawberry.ID = strawberry.field(description="The action's `id`.")
    expected_version: int | None = expected_version()
    idempotency_key: str | None = idempotency_key()
    dry_run: bool = dry_run()


async def _dismissal(self: Any, info: Info, source: strawberry.Parent[Any]) -> Dismissal | None:
    """Read back from the company's document, so that the payload shows what is stored."""
    if source.action_id is None:
        return None
    columns = ("next_recommended_actions", "id")
    companies = info.context.loaders.one(("dismissal",), table_of(t.Company), "id", columns)
    company = await companies.load(source.company_id)
    document = None if company is None else read(NextActions, company.next_recommended_actions)
    found = () if document is None else document.dismissed
    return next((each for each in found if each.id == source.action_id), None)  # type: ignore[return-value]


@payload("What is kept of the dismissal.")
class NextActionDismissPayload(Payload):
    dismissal = strawberry.field(resolver=_dismissal, description="The dismissal; null when nothing was kept.")
    company = to_one(refs.Company, t.Company, "company_id", "The company, whose `nextActions` lack the action.")


@payload("The company whose action is shown again.")
class NextActionRestorePayload(Payload):
    company = to_one(refs.Company, t.Company, "company_id", "The company, whose `nextActions` have the action again.")


@strawberry.type
class AdviceMutations:
    @strawberry.mutation(
        description="Do not show one of a company's `nextActions` for a while, whatever else changes. Dismissing what "
        "is dismissed changes nothing: restore it first, to say it anew."
    )
    async def next_action_dismiss(
        self, info: Info, input: Annotated[NextActionDismissInput, strawberry.argument(description="What to do.")]
    ) -> NextActionDismissPayload:
        reading = Reading()
        ask = DismissAction(
            company_id=reading.key("Company", input.company_id, "companyId"),
            action_id=input.action_id,
            until_hours=input.until_hours,
            reason=input.reason,
            expected_version=input.expected_version,
        )
        return await run(info, input, "nextActionDismiss", reading, ask, dismiss)

    @strawberry.mutation(
        description="Show an action again that was dismissed. Restoring what is shown changes nothing."
    )
    async def next_action_restore(
        self, info: Info, input: Annotated[NextActionRestoreInput, strawberry.argument(description="What to do.")]
    ) -> NextActionRestorePayload:
        reading = Reading()
        ask = RestoreAction(
            company_id=reading.key("Company", input.company_id, "companyId"),
            action_id=input.action_id,
            expected_version=input.expected_version,
        )
        return await run(info, input, "nextActionRestore", reading, ask, restore)
