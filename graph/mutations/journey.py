"""companyTransitionStage."""

from typing import Annotated

import strawberry

from actions.journey import TransitionStage, transition_stage
from db import tables as t
from domain.enums import JourneyStage
from domain.stages import Move
from graph.fields import Info, to_one
from graph.mutations.inputs import Payload, Reading, dry_run, expected_version, idempotency_key, payload, run
from graph.types import refs
from graph.types.enums import describe

describe(
    Move, "How a transition moves a company.",
    ADVANCE="To the next stage.", SKIP="Over one or more stages.", REGRESS="Back.", SAME="Nowhere.",
)  # fmt: skip


@strawberry.input(description="Move a company to another stage.")
class CompanyTransitionStageInput:
    company_id: strawberry.ID = strawberry.field(description="The company.")
    to: JourneyStage = strawberry.field(description="Where to.")
    reason: str | None = strawberry.field(
        default=None, description="Why. Needed to skip stages and to go back. At most 2,000 characters."
    )
    expected_stage: JourneyStage | None = strawberry.field(
        default=None, description="Act only if it is in this stage; Conflict with the current company otherwise."
    )
    expected_version: int | None = expected_version()
    idempotency_key: str | None = idempotency_key()
    dry_run: bool = dry_run()


@payload("The company in its new stage, and the event that tells of it.")
class CompanyTransitionStagePayload(Payload):
    move: Move | None = strawberry.field(description="What kind of move it was.")
    company = to_one(refs.Company, t.Company, "company_id", "The company as it is now.")
    event = to_one(refs.JourneyEvent, t.JourneyEvent, "event_id", "The event; null when nothing was changed.")


@strawberry.type
class JourneyMutations:
    @strawberry.mutation(
        description="Move a company to another stage. The next stage is open to every editor; skipping stages and "
        "going back need a manager and a reason. Moving to the stage it is in changes nothing."
    )
    async def company_transition_stage(
        self, info: Info, input: Annotated[CompanyTransitionStageInput, strawberry.argument(description="What to do.")]
    ) -> CompanyTransitionStagePayload:
        reading = Reading()
        ask = TransitionStage(
            company_id=reading.key("Company", input.company_id, "companyId"),
            to=input.to,
            reason=input.reason,
            expected_version=input.expected_version,
            expected_stage=input.expected_stage,
        )
        return await run(info, input, "companyTransitionStage", reading, ask, transition_stage)
