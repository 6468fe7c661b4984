"""Why a write was not done. Each problem carries what the caller needs to act; they reach the API as typed errors."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from unicodedata import category


@dataclass(frozen=True, slots=True)
class Problem:
    """`path` names the input field that it is about, outermost first; empty when it is about the whole call."""

    message: str
    code: str
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldError:
    field: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class ValidationFailed(Problem):
    field_errors: tuple[FieldError, ...] = ()


class GateStatus(StrEnum):
    PASS = "pass"
    FAIL = "fail"
    WARN = "warn"
    WAIVED = "waived"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Fix:
    """A call that would change the gate. `args` is the mutation's input, but for what only the caller knows;
    `template_slug` names a content template that helps."""

    mutation: str
    args: dict[str, Any]
    template_slug: str | None = None


@dataclass(frozen=True, slots=True)
class Gate:
    """`evidence` names what the status rests on, as (type, id)."""

    code: str
    label: str
    status: GateStatus
    detail: str
    fix: Fix | None = None
    evidence: tuple[tuple[str, str], ...] = ()


CLOSED = frozenset({GateStatus.FAIL, GateStatus.UNKNOWN})


def closed(gates: Iterable[Gate]) -> tuple[Gate, ...]:
    return tuple(gate for gate in gates if gate.status in CLOSED)


def next_fix(gates: Iterable[Gate]) -> Fix | None:
    """What to do first: the fix of the first closed gate that a call can change."""
    return next((gate.fix for gate in closed(gates) if gate.fix is not None), None)


@dataclass(frozen=True, slots=True)
class GatesFailed(Problem):
    gates: tuple[Gate, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict(Problem):
    """`current_kind` and `current_id` name the object as it is now; `expected` is what the caller believed."""

    expected: str | None = None
    actual: str | None = None
    current_kind: str | None = None
    current_id: int | None = None


@dataclass(frozen=True, slots=True)
class NotFound(Problem):
    pass


@dataclass(frozen=True, slots=True)
class Forbidden(Problem):
    pass


@dataclass(frozen=True, slots=True)
class ApprovalRequired(Problem):
    """`approval_id` is the key of what a manager has to decide, or has rejected; None on a dry run that finds none."""

    approval_id: int | None = None


class Refused(Exception):
    """Ends an action: nothing of it is kept."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


JOINERS = "\u200c\u200d"
"""Without them, words of Persian and of several Indian languages, and many emoji, cannot be written."""


def _in_line(character: str) -> bool:
    """Neither a control character nor one that turns the direction of what follows; spaces of any width may be."""
    return character.isprintable() or character in JOINERS or category(character) == "Zs"


def line(field: str, text: str, longest: int) -> tuple[FieldError, ...]:
    """What is wrong with a text of one line: empty, too long, or with control characters in it."""
    if 1 <= len(text.strip()) <= longest and all(map(_in_line, text.strip())):
        return ()
    return (FieldError(field, "LENGTH", f"`{field}` takes one line of 1 to {longest} characters."),)


def invalid(*errors: FieldError) -> Refused:
    """Refused for what was sent. An error of no field is about the input as a whole."""
    return Refused(
        ValidationFailed(
            " ".join(error.message for error in errors),
            errors[0].code,
            tuple(filter(None, errors[0].field.split("."))),
            field_errors=errors,
        )
    )


def not_found(field_: str, what: str) -> Refused:
    """Refused because the object is not there, or not for this caller: the two are never told apart."""
    return Refused(NotFound(f"There is no such {what}.", "NOT_FOUND", (field_,)))
