"""Typed errors of mutations. Their sources are the problems of `domain.refusals`."""

from typing import Any

import strawberry

from db import tables as t
from graph import ids
from graph.fields import Info, load_one
from graph.kinds import KINDS
from graph.relay import Node
from graph.types import refs
from graph.types.gates import Gate


@strawberry.interface(description="Why a mutation did nothing. Nothing is half-done: every error undoes all of it.")
class MutationError:
    message: str = strawberry.field(description="What is wrong and what to do, for people.")
    code: str = strawberry.field(description="Stable and machine-readable.")
    path: list[str] = strawberry.field(
        description="The input field it is about, outermost first; at most as deep as the input. Empty: the whole call."
    )

    @classmethod
    def resolve_type(cls, problem: Any, info: Any, abstract: Any) -> str:
        return type(problem).__name__


def _error(cls: Any, description: str) -> Any:
    cls.is_type_of = staticmethod(lambda problem, info: type(problem).__name__ == cls.__name__)
    return strawberry.type(cls, description=description)


@strawberry.type(description="What is wrong with one input field.")
class FieldError:
    field: str = strawberry.field(description="The field, with dots between levels.")
    code: str = strawberry.field(description="Stable and machine-readable.")
    message: str = strawberry.field(description="What is wrong, for people.")


class ValidationFailed(MutationError):
    field_errors: list[FieldError] = strawberry.field(description="Every field that is wrong. At most one per field.")


class GatesFailed(MutationError):
    gates: list[Gate] = strawberry.field(description="Every gate that failed. Bounded by the gates there are.")


class Conflict(MutationError):
    expected: str | None = strawberry.field(description="What the caller believed.")
    actual: str | None = strawberry.field(description="What is the case.")

    @strawberry.field(description="The object as it is now.")
    async def current(self, info: Info, problem: strawberry.Parent[Any]) -> Node | None:
        if problem.current_kind is None:
            return None
        return await load_one(info, KINDS[problem.current_kind].row, problem.current_id)  # type: ignore[no-any-return]


class NotFound(MutationError):
    pass


class Forbidden(MutationError):
    pass


class ApprovalRequired(MutationError):
    @strawberry.field(
        description="The approval that is waited for, by its node `id`, or that was rejected. Null on a dry run where "
        "none has been asked for."
    )
    def approval_id(self, problem: strawberry.Parent[Any]) -> strawberry.ID | None:
        return None if problem.approval_id is None else strawberry.ID(ids.encode("Approval", problem.approval_id))

    @strawberry.field(description="The approval as it is now.")
    async def approval(self, info: Info, problem: strawberry.Parent[Any]) -> refs.Approval | None:
        if problem.approval_id is None:
            return None
        return await load_one(info, t.Approval, problem.approval_id)  # type: ignore[no-any-return]


ERROR_TYPES = [
    _error(ValidationFailed, "What was sent cannot be used."),
    _error(GatesFailed, "Conditions are not met; every one that failed is listed with what would fix it."),
    _error(Conflict, "Things are not, or no longer, as the caller believed."),
    _error(NotFound, "It is not there, or not for this caller: the two are never told apart."),
    _error(Forbidden, "The caller may see it but not do this."),
    _error(
        ApprovalRequired,
        "An agent may do this only when a manager has approved it. The question is asked by now: send the same call "
        "again, with the same input, once it is approved. With the code APPROVAL_REJECTED, a manager has said no.",
    ),
]
