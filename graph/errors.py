"""Errors that reach the client as GraphQL errors: each has a stable code and says what to do.

Business refusals are not here: they are typed results in a mutation's payload.
"""

import logging
from collections.abc import Callable
from typing import Any

from graphql import GraphQLError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from db.faults import is_unavailable

log = logging.getLogger("partner_graph.errors")

# What a client may meet in `errors[].extensions.code`. docs/errors.md lists them; a test compares.
CODES = {
    "GRAPHQL_PARSE_FAILED": "The document is not GraphQL.",
    "GRAPHQL_VALIDATION_FAILED": "The document does not fit the schema, or a variable does not fit its type.",
    "BAD_REQUEST": "The HTTP request is not a GraphQL request.",
    "UNAUTHENTICATED": "No acceptable bearer token.",
    "MALFORMED_ID": "An id that this API did not make.",
    "WRONG_ID_TYPE": "The id of another type than the one that is needed.",
    "MALFORMED_CURSOR": "A cursor that this API did not make, or not for this list and order.",
    "INVALID_PAGE": "`first`, `last`, `after` and `before` do not name a page.",
    "TOO_MANY_IDS": "More ids than one call may ask for.",
    "INVALID_ARGUMENT": "Arguments that contradict each other, or a value that cannot be used.",
    "OVERLOADED": "Too many calls at once; the same call may succeed in a moment.",
    "DATABASE_UNAVAILABLE": "The database did not answer; the same call may succeed later.",
    "INTERNAL": "Our fault; the correlation id is found again in the server's log.",
}

RETRY_LATER = frozenset({"OVERLOADED", "DATABASE_UNAVAILABLE"})
OURS = (" cannot represent ", "Cannot return null for non-nullable field", "Expected value of type")


class InvalidInput(GraphQLError):
    """An argument that cannot be used. `argument` names it."""

    def __init__(self, code: str, message: str, argument: str) -> None:
        super().__init__(message, extensions={"code": code, "argument": argument})


def public(error: GraphQLError, new_id: Callable[[], str]) -> dict[str, Any]:
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
    correlation_id = new_id()
    log.error("%s [%s] at %s", code, correlation_id, error.path, exc_info=original)
    shown = {"message": message, "extensions": {"code": code, "correlationId": correlation_id}}
    located = {key: value for key, value in error.formatted.items() if key in ("locations", "path")}
    return {**shown, **located}


def _is_ours(error: GraphQLError) -> bool:
    """An error of execution that no argument caused: a value that does not fit the field it is in."""
    return error.path is not None and any(words in error.message for words in OURS)


def _masked(original: BaseException | None) -> tuple[str, str]:
    if isinstance(original, PoolTimeout):
        return "OVERLOADED", "There are too many calls at once. Try again in a moment."
    if original is not None and is_unavailable(original):
        return "DATABASE_UNAVAILABLE", "The database did not answer. Try again in a moment."
    return "INTERNAL", "Something went wrong on our side. Quote the correlation id when you report it."
