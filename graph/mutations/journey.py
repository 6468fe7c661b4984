"""companyTransitionStage."""

from typing import Annotated

import strawberry

from actions.journey import Cause, TransitionStage, transition_stage
from db import tables as t
from domain.enums import JourneyStage, Severity
from domain.stages import Move
from graph.fields import Info, to_one
from graph.mutations.blockers import blocker_of
from graph.mutations.inputs import Payload, Reading, dry_run, expected_version, idempotency_key, payload, run
from graph.types import refs


@strawberry.input(description="Why a company goes back, as a blocker.")
class RegressBlockerInput:
    code: str = strawberry.field(description="What kind of problem it is, machine-readable. 1 to 100 characters.")
    title: str = strawberry.field(description="One line for people. 1 to 200 characters.")
    severity: Severity = strawberry.field(description="How much it holds up.")


@strawberry.input(description="Move a company to another stage.")
class CompanyTransitionStageInput:
    company_id: strawberry.ID = strawberry.field(description="The company.")
    to: JourneyStage = strawberry.field(description="Where to.")
    reason: str | None = strawberry.field(
        default=None, description="Why. Needed to skip stages and to go back. At most 2,000 characters."
    )
    force: bool = strawberry.field(
        default=False,
        description="Move although gates are closed: managers may, with a reason of the length that the policy asks "
        "for. The event keeps which gates they were.",
    )
    blocker: RegressBlockerInput | None = strawberry.field(
        default=None,
        description="Only to go back: what has to be solved first. It is opened in the stage gone back to.",
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
    blocker = strawberry.field(resolver=blocker_of, description="The blocker that was opened, if one was asked for.")


@strawberry.type
class JourneyMutations:
    @strawberry.mutation(
        description="Move a company to another stage. The next stage is open to every editor when its gates are, "
        "which `Company.gates` and `checkPrerequisites` tell; a refusal lists every closed one. Skipping stages and "
        "going back need a manager and a reason. Moving to the stage it is in changes nothing."
    )
    async def company_transition_stage(
        self, info: Info, input: Annotated[CompanyTransitionStageInput, strawberry.argument(description="What to do.")]
    ) -> CompanyTransitionStagePayload:
        reading, cause = Reading(), input.blocker
        ask = TransitionStage(
            company_id=reading.key("Company", input.company_id, "companyId"),
            to=input.to,
            reason=input.reason,
            force=input.force,
            blocker=None if cause is None else Cause(cause.code, cause.title, cause.severity),
            expected_version=input.expected_version,
            expected_stage=input.expected_stage,
        )
        return await run(info, input, "companyTransitionStage", reading, ask, transition_stage)
