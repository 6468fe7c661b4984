"""approvalApprove and approvalReject."""

from typing import Annotated, Any

import strawberry

from actions.approvals import Decide, decide
from db import tables as t
from domain.enums import ApprovalDecision
from graph.fields import Info, to_one
from graph.mutations.inputs import Payload, Reading, dry_run, expected_version, idempotency_key, payload, run
from graph.types import refs


@strawberry.input(description="Let an agent do what it asked for.")
class ApprovalApproveInput:
    approval_id: strawberry.ID = strawberry.field(description="The approval, by its node `id`.")
    note: str | None = strawberry.field(
        default=None, description="A word for whoever reads it later. At most 2,000 characters."
    )
    expected_version: int | None = expected_version()
    idempotency_key: str | None = idempotency_key()
    dry_run: bool = dry_run()


@strawberry.input(description="Do not let an agent do what it asked for.")
class ApprovalRejectInput:
    approval_id: strawberry.ID = strawberry.field(description="The approval, by its node `id`.")
    reason: str = strawberry.field(description="Why not: the agent is told. 1 to 2,000 characters.")
    expected_version: int | None = expected_version()
    idempotency_key: str | None = idempotency_key()
    dry_run: bool = dry_run()


@payload("The approval that was given.")
class ApprovalApprovePayload(Payload):
    approval = to_one(refs.Approval, t.Approval, "approval_id", "The approval as it is now.")


@payload("The approval that was refused.")
class ApprovalRejectPayload(Payload):
    approval = to_one(refs.Approval, t.Approval, "approval_id", "The approval as it is now.")


@strawberry.type
class ApprovalMutations:
    @strawberry.mutation(
        description="Let an agent do what it asked for: its next call with the same input passes, once, until the "
        "approval expires. For people with the role manager or admin; an agent never approves. Approving what is "
        "approved changes nothing."
    )
    async def approval_approve(
        self, info: Info, input: Annotated[ApprovalApproveInput, strawberry.argument(description="What to do.")]
    ) -> ApprovalApprovePayload:
        return await _decide(info, input, "approvalApprove", ApprovalDecision.APPROVED, input.note)

    @strawberry.mutation(
        description="Do not let an agent do what it asked for. Until the approval would have expired, the same call "
        "is told so and asks nobody again. For people with the role manager or admin. Rejecting what is rejected "
        "changes nothing."
    )
    async def approval_reject(
        self, info: Info, input: Annotated[ApprovalRejectInput, strawberry.argument(description="What to do.")]
    ) -> ApprovalRejectPayload:
        return await _decide(info, input, "approvalReject", ApprovalDecision.REJECTED, input.reason)


async def _decide(info: Info, input: Any, operation: str, decision: ApprovalDecision, note: str | None) -> Any:
    reading = Reading()
    ask = Decide(
        approval_id=reading.key("Approval", input.approval_id, "approvalId"),
        decision=decision,
        note=note,
        expected_version=input.expected_version,
    )
    return await run(info, input, operation, reading, ask, decide)
