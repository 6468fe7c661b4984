"""GraphQL types of the documents in JSON columns: fields, types and words come from the pydantic models."""

import inspect
import types
import typing
from collections.abc import Callable
from typing import Any, TypeVar

import strawberry
from strawberry.scalars import JSON

from db import tables as t
from domain import documents as d
from domain import tasks
from domain.blocker_views import age_days, is_overdue
from domain.documents import Document
from domain.next_actions import is_stale
from graph.fields import Info, to_one
from graph.types import refs

T = TypeVar("T", bound=type)
SHAPES: dict[type[Document], type] = {}


def document(model: type[Document], description: str) -> Callable[[T], T]:
    """Adds the model's described fields to the class (a field without a description stays private)."""

    def make(cls: T) -> T:
        annotations = dict(inspect.get_annotations(cls))
        for name, field in model.model_fields.items():
            if field.description and not hasattr(cls, name):
                annotations[name] = strawberry.ID if name == "id" else _graphql_type(field.annotation)
                setattr(cls, name, strawberry.field(description=field.description))
        cls.__annotations__ = annotations
        SHAPES[model] = strawberry.type(cls, description=description)
        return SHAPES[model]  # type: ignore[return-value]

    return make


def _graphql_type(annotation: Any) -> Any:
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        return _graphql_type(next(a for a in arguments if a is not type(None))) | None
    if origin is tuple:
        return list[_graphql_type(arguments[0])]  # type: ignore[misc]
    if origin is dict:
        return JSON
    return SHAPES.get(annotation, annotation)


@document(d.Reference, "A pointer to something, by type and key.")
class Reference:
    pass


@document(d.Blocker, "Something that stands in a company's way.")
class Blocker:
    blocked_by: list[strawberry.ID] = strawberry.field(description="Ids of blockers that come first. At most 50.")

    @strawberry.field(description="Whole days for which it stands in the way, or stood until it was closed.")
    def age_days(self, blocker: strawberry.Parent[Any], info: Info) -> int:
        return age_days(blocker, info.context.writer.clock())

    @strawberry.field(description="Whether it is open and past its due date.")
    def is_overdue(self, blocker: strawberry.Parent[Any], info: Info) -> bool:
        return is_overdue(blocker, info.context.writer.clock())

    product = to_one(refs.Product, t.Product, "product_id", "The product it concerns, if one.")
    owner = to_one(refs.User, t.User, "owner_user_id", "Who is to remove it.")
    added_by = to_one(refs.User, t.User, "added_by", "Who added it.")
    resolved_by = to_one(refs.User, t.User, "resolved_by", "Who resolved or waived it.")


@document(d.PrerequisiteTask, "Something to be done before a product may launch.")
class PrerequisiteTask:
    id: strawberry.ID | None = strawberry.field(
        description="Stable within the product; where a task was stored without one its place, as `#1`, until a write."
    )
    depends_on: list[strawberry.ID] = strawberry.field(
        description="Ids of tasks that come first. Bounded by the product."
    )
    done_by = to_one(refs.User, t.User, "done_by", "Who did it.")

    @strawberry.field(description="Whether it is open and past its due date.")
    def is_overdue(self, task: strawberry.Parent[Any], info: Info) -> bool:
        return tasks.is_overdue(task, info.context.writer.clock().date())

    @strawberry.field(description="Whether it is overdue, or due within the policy's days and not begun.")
    def is_at_risk(self, task: strawberry.Parent[Any], info: Info) -> bool:
        writer = info.context.writer
        return tasks.is_at_risk(task, writer.clock().date(), writer.policy.launch.at_risk_days)


@document(d.StepError, "Why a step failed.")
class StepError:
    pass


@document(d.StepLease, "Who may work on a step, and until when.")
class StepLease:
    pass


@document(d.StepWaiver, "That, and why, a step is not needed any more.")
class StepWaiver:
    by = to_one(refs.User, t.User, "by", "Who waived it.")


@document(d.Step, "One step of a workflow chain.")
class WorkflowStep:
    output = to_one(refs.GeneratedContent, t.GeneratedContent, "output_id", "What the step produced.")


@document(d.PriorityTerm, "A part of a priority.")
class PriorityTerm:
    pass


@document(d.NextAction, "Advice on what to do next, ready to be carried out.")
class NextAction:
    pass


@document(d.Dismissal, "That, and why, an action is not shown for a while.")
class Dismissal:
    by = to_one(refs.User, t.User, "by", "Who dismissed it.")


@document(d.NextActions, "What a company should do next.")
class NextActions:
    @strawberry.field(
        description="Whether it is of another day or of older rules: never so in `nextActions`, which are worked out "
        "when they are read."
    )
    def stale(self, document: strawberry.Parent[Any], info: Info) -> bool:
        return is_stale(document, info.context.writer.clock())


@document(d.AutoFixResult, "What an automatic fix of one finding came to.")
class AutoFixResult:
    item = to_one(refs.ComplianceReportItem, t.ComplianceReportItem, "item_id", "The finding.")
    generation = to_one(
        refs.GeneratedContent, t.GeneratedContent, "generation_id", "Content that was generated for it."
    )


@document(d.PopularQuery, "A query that is often asked.")
class PopularQuery:
    pass


@document(d.GapTopic, "A topic without good answers.")
class GapTopic:
    pass


@document(d.SuggestedAddition, "What the knowledge base should have.")
class SuggestedAddition:
    pass


@document(d.ActualPerformance, "What was measured after launch.")
class ActualPerformance:
    pass


@strawberry.type(description="A named number.")
class Signal:
    name: str = strawberry.field(description="Which signal.")
    value: float = strawberry.field(description="Its value; for scores 0 to 1.")


def signals(raw: Any) -> list[Signal]:
    """`{name: number}` as a list, sorted by name; entries that are no numbers are left out."""
    entries = raw.items() if isinstance(raw, dict) else ()
    return [Signal(name=name, value=float(value)) for name, value in sorted(entries) if isinstance(value, (int, float))]
