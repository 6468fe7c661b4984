"""Where a company may go from here."""

from typing import Any

import strawberry

from domain.enums import JourneyStage, LaunchStatus
from domain.launch import LaunchMove
from domain.refusals import Problem
from domain.stages import Move
from graph.types.gates import Gate


@strawberry.type(description="Why the caller may not, whatever the gates say.")
class Hindrance:
    code: str = strawberry.field(description="The code that the mutation's error would have.")
    message: str = strawberry.field(description="What is wrong and what to do, for people.")


def hindrance(problem: Problem | None) -> Hindrance | None:
    return None if problem is None else Hindrance(code=problem.code, message=problem.message)


@strawberry.type
class Transition:
    """What transitions of companies and of products have in common: no type of the schema by itself."""

    needs_reason: bool = strawberry.field(description="Whether a reason has to be given.")
    needs_manager: bool = strawberry.field(description="Whether only a manager may do it.")
    needs_approval: bool = strawberry.field(description="Whether the caller, an agent, needs a manager's approval.")

    @strawberry.field(description="Whether the caller may do it now: whether its dry run would succeed.")
    def allowed(self, found: strawberry.Parent[Any]) -> bool:
        return found.outlook.allowed  # type: ignore[no-any-return]

    @strawberry.field(description="Why the caller may not, whatever the gates say; null where they may.")
    def forbidden(self, found: strawberry.Parent[Any]) -> Hindrance | None:
        return hindrance(found.outlook.problem)

    @strawberry.field(description="All gates on the way; none on the way back. Bounded by the gates there are.")
    def gates(self, found: strawberry.Parent[Any]) -> list[Gate]:
        return list(found.outlook.gates)

    @strawberry.field(description="Those that are closed. Bounded by the gates there are.")
    def missing(self, found: strawberry.Parent[Any]) -> list[Gate]:
        return list(found.outlook.missing)


@strawberry.type(description="A stage that a company may be moved to, and what that takes.")
class StageTransition(Transition):
    to: JourneyStage = strawberry.field(description="The stage.")
    move: Move = strawberry.field(description="What kind of move it is.")


@strawberry.type(description="A status that a product may be moved to, and what that takes.")
class ProductTransition(Transition):
    to: LaunchStatus = strawberry.field(description="The status.")
    move: LaunchMove = strawberry.field(description="What kind of move it is.")
