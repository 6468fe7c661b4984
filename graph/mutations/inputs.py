"""What all inputs and payloads have in common."""

from collections.abc import Awaitable, Callable, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeVar

import strawberry

from actions.perform import Call, Facts, Outcome, Work, not_performed, perform
from domain.refusals import FieldError, Problem, invalid, line
from graph import ids
from graph.errors import InvalidInput
from graph.fields import Info
from graph.mutations.errors import MutationError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

LONGEST_LIST = 50
T = TypeVar("T")
A = TypeVar("A", bound="DataclassInstance")


def idempotency_key() -> Any:
    return strawberry.field(
        default=None,
        description="Makes a retry safe: the same key with the same input acts once and is answered alike. "
        "Required from agents. 1 to 200 printable characters, no spaces at the ends.",
    )


def expected_version() -> Any:
    return strawberry.field(
        default=None, description="Act only on this `version`; Conflict with the current object otherwise."
    )


def expected_version_of_company() -> Any:
    return strawberry.field(
        default=None,
        description="Act only on this `version` of the company; Conflict with the current company otherwise.",
    )


def dry_run() -> Any:
    return strawberry.field(
        default=False,
        description="Only find out whether it would be done: all checks run, nothing is kept. Under an "
        "`idempotencyKey` that was used, the answer is that of the call itself.",
    )


def given(input: Any, *names: str) -> dict[str, Any]:
    """The fields of these names that the caller has not left out, null included."""
    return {name: value for name in names if (value := getattr(input, name)) is not strawberry.UNSET}


@strawberry.interface(description="What every mutation answers.")
class Payload:
    changed: bool = strawberry.field(description="Whether something was changed (on a dry run: would be).")
    replayed: bool = strawberry.field(description="Whether this is the stored answer to an earlier call with this key.")
    errors: list[MutationError] = strawberry.field(description="Why nothing was done; empty when it was. At most ten.")


def payload(description: str) -> Callable[[type[T]], type[T]]:
    """A payload type; its source is a `Source`."""

    def make(cls: type[T]) -> type[T]:
        setattr(cls, "is_type_of", staticmethod(lambda source, info: True))  # noqa: B010
        return strawberry.type(cls, description=description)

    return make


async def run(
    info: Info, input: Any, operation: str, reading: "Reading", ask: A, action: Callable[[Work, A], Awaitable[Facts]]
) -> Any:
    """Performs the action; the payload's source has the facts as attributes (None where there are none).

    `ask` is the action's input dataclass, as far as `reading` could make sense of the caller's.
    """
    dry_run = bool(input.dry_run)
    context = info.context
    call = Call(
        context.actor,
        input.idempotency_key,
        dry_run=dry_run,
        correlation_id=context.correlation_id,
        cost=context.charge.cost,
    )
    if reading.problems:
        return _source(not_performed(context.writer, call, operation, reading.problems), dry_run=dry_run)
    outcome = await perform(context.writer, call, operation, ask, lambda work: action(work, ask))
    await context.forget()
    return _source(outcome, dry_run=dry_run)


# Facts that name rows which a dry run has made, and taken back.
MADE = ("event_id", "listing_event_id", "session_id", "handoff_id", "snapshot_id", "report_id", "score_id")


def _source(outcome: Outcome, *, dry_run: bool) -> Any:
    facts = dict(outcome.facts)
    # What a dry run has written is gone again: there is no event to show. What is replayed was done by another call.
    for name in MADE if dry_run and not outcome.replayed else ():
        facts[name] = None
    return Source(
        **{"changed": bool(outcome.facts), **facts},
        replayed=outcome.replayed,
        errors=list(outcome.problems),
    )


class Source(SimpleNamespace):
    def __getattr__(self, name: str) -> Any:
        """A fact that a refused action does not have is null."""
        if name.startswith("_"):
            raise AttributeError(name)
        return None


class Reading:
    """Reads what an input's types leave open, and remembers every field that is wrong."""

    def __init__(self) -> None:
        self._errors: list[FieldError] = []

    def key(self, kind: str, text: str, field: str) -> int:
        try:
            return ids.decode_as(kind, text, argument=field)
        except InvalidInput as error:
            self._errors.append(FieldError(field, str((error.extensions or {})["code"]), error.message))
            return 0

    def optional_key(self, kind: str, text: str | None, field: str) -> int | None:
        return None if text is None else self.key(kind, text, field)

    def bounded(self, values: Sequence[str] | None, field: str) -> tuple[str, ...]:
        found = tuple(values or ())
        self.check(len(found) <= LONGEST_LIST, field, "TOO_MANY", f"`{field}` takes at most {LONGEST_LIST} entries.")
        return found

    def lines(self, values: Sequence[str] | None, field: str, longest: int) -> tuple[str, ...]:
        found = self.bounded(values, field)
        for index, value in enumerate(found):
            self._errors += line(f"{field}.{index}", value, longest)
        return found

    def check(self, is_right: bool, field: str, code: str, message: str) -> None:
        if not is_right:
            self._errors.append(FieldError(field, code, message))

    @property
    def problems(self) -> tuple[Problem, ...]:
        return invalid(*self._errors).problems if self._errors else ()
