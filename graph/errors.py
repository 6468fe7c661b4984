"""Errors that reach the client as GraphQL errors: each has a stable code and says what to do.

Business refusals are not here: they are typed results in a mutation's payload.
"""

from typing import Any

from graphql import GraphQLError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from db.faults import is_timeout, is_unavailable
from graph.codes import CODES
from graph.log import logger

log = logger("errors")

RETRY_LATER = frozenset({"OVERLOADED", "DATABASE_UNAVAILABLE"})
OURS = (" cannot represent ", "Cannot return null for non-nullable field", "Expected value of type")


class Refusal(Exception):
    """A call that is not executed: the code and the message go to the client, and what else it needs to act."""

    def __init__(self, code: str, message: str, *, status: int | None = None, **extensions: Any) -> None:
        super().__init__(message)
        self.code, self.message = code, message
        self.status = CODES[code].status if status is None else status
        self.extensions: dict[str, Any] = {"code": code, **extensions}
        self.headers: dict[str, str] = {}

    def with_headers(self, **headers: str) -> "Refusal":
        self.headers.update({name.replace("_", "-").lower(): value for name, value in headers.items()})
        return self

    @property
    def shown(self) -> dict[str, Any]:
        return {"message": self.message, "extensions": self.extensions}


def bad_request(message: str, status: int = 400) -> Refusal:
    return Refusal("BAD_REQUEST", message, status=status)


def come_back(code: str, message: str, seconds: int, **extensions: Any) -> Refusal:
    """For who may come back in so many seconds: header and extension say so."""
    refusal = Refusal(code, message, retryAfter=seconds, **extensions)
    return refusal.with_headers(Retry_After=str(seconds))


class InvalidInput(GraphQLError):
    """An argument that cannot be used. `argument` names it."""

    def __init__(self, code: str, message: str, argument: str) -> None:
        super().__init__(message, extensions={"code": code, "argument": argument})


def public(error: GraphQLError, correlation_id: str) -> dict[str, Any]:
    """The error as the client may see it: what it caused itself in full, everything else masked and logged."""
    original = error.original_error
    if (original is None or isinstance(original, GraphQLError)) and not _is_ours(error):
        # graphql-core says None where its callers know null.
        shown: dict[str, Any] = {
            **error.formatted,
            "message": error.message.replace("not to be None", "not to be null"),
        }
        if "code" not in (shown.get("extensions") or {}):
            code = "GRAPHQL_PARSE_FAILED" if error.message.startswith("Syntax Error") else "GRAPHQL_VALIDATION_FAILED"
            shown = {**shown, "extensions": {**(shown.get("extensions") or {}), "code": code}}
        return shown
    if isinstance(original, ValueError) and "integer string conversion" in str(original):
        # Python's own limit: graphql-core reads a whole number before it checks that the number fits.
        message = "A number in the document has too many digits."
        return {"message": message, "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"}}
    code, message = _masked(original)
    log.error("masked", code=code, correlation_id=correlation_id, path=error.path, exc_info=original)
    shown = {"message": message, "extensions": {"code": code, "correlationId": correlation_id}}
    located = {key: value for key, value in error.formatted.items() if key in ("locations", "path")}
    return {**shown, **located}


def masked(error: Exception, correlation_id: str) -> dict[str, Any]:
    """What went wrong outside of any field, as the client may see it."""
    return public(GraphQLError("", original_error=error), correlation_id)


def _is_ours(error: GraphQLError) -> bool:
    """An error of execution that no argument caused: a value that does not fit the field it is in."""
    return error.path is not None and any(words in error.message for words in OURS)


def _masked(original: BaseException | None) -> tuple[str, str]:
    if isinstance(original, PoolTimeout):
        return "OVERLOADED", "There are too many calls at once. Try again in a moment."
    if original is not None and is_timeout(original):
        return "DEADLINE_EXCEEDED", "The database took too long over this. Ask for less."
    if original is not None and is_unavailable(original):
        return "DATABASE_UNAVAILABLE", "The database did not answer. Try again in a moment."
    return "INTERNAL", "Something went wrong on our side. Quote the correlation id when you report it."
