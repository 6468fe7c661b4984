"""The catalogue of codes that a client may meet in `errors[].extensions.code`. docs/errors.md lists them."""

from typing import NamedTuple

from graph.limits.policy import LIMITS


class Code(NamedTuple):
    """`status` is that of an HTTP answer which holds nothing but this error."""

    meaning: str
    advice: str
    status: int = 400


CODES = {
    "GRAPHQL_PARSE_FAILED": Code("The document is not GraphQL.", "Mend it where `locations` points."),
    "GRAPHQL_VALIDATION_FAILED": Code(
        "The document does not fit the schema, or a variable does not fit its type.",
        "Compare it with the schema: GraphiQL, or `schema.graphql`.",
    ),
    "BAD_REQUEST": Code("The HTTP request is not a GraphQL request.", "The message says what is missing."),
    "UNAUTHENTICATED": Code("No acceptable bearer token.", "Get a new token.", 401),
    "IDENTITY_UNAVAILABLE": Code(
        "The identity provider's keys cannot be had.", "Send the same call again after `Retry-After` seconds.", 503
    ),
    "FORBIDDEN": Code("Known, but not from there.", "Call from an origin that the server's settings allow.", 403),
    "RATE_LIMITED": Code(
        "The points of this window are spent.", "Come back after `Retry-After` seconds; ask for smaller pages.", 429
    ),
    "TOO_MANY_CALLS": Code(
        "More calls of one caller at a time than are kept waiting.", "Wait for answers before sending more.", 429
    ),
    "DOCUMENT_NOT_FOUND": Code("No trusted document has this id.", "Send an id of the manifest.", 404),
    "DOCUMENT_REQUIRED": Code("Only trusted documents are served here.", "Send a `documentId` of the manifest.", 403),
    "PERSISTED_QUERY_NOT_FOUND": Code(
        "No document is kept under this hash (any more).", "Send the document along, once.", 200
    ),
    "INTROSPECTION_OFF": Code("The schema is not told here.", "Use the published `schema.graphql`."),
    **{each.code: Code(f"More {each.what} than allowed (`{each.name}`).", each.advice) for each in LIMITS},
    "LIMIT_VALIDATION": Code("It takes too long to check whether the document fits.", "Split the operation."),
    "LIMIT_BODY": Code("A larger body than allowed (`most_body_bytes`).", "Send less at once.", 413),
    "LIMIT_BATCH": Code("Several operations in one request.", "Send them one by one."),
    "DEADLINE_EXCEEDED": Code(
        "It took longer than it may.", "Ask for less; repeat a mutation under the same `idempotencyKey`.", 504
    ),
    "NOT_FOUND": Code(
        "A subscription to something that is not there, or not any more, for the viewer.", "`argument` names the id."
    ),
    "MALFORMED_ID": Code("An id that this API did not make.", "Pass an `id` exactly as a query returned it."),
    "WRONG_ID_TYPE": Code("The id of another type than the one that is needed.", "The message names both."),
    "MALFORMED_CURSOR": Code(
        "A cursor that this API did not make, or not for this list and order.", "Start again without a cursor."
    ),
    "INVALID_PAGE": Code(
        "`first`, `last`, `after` and `before` do not name a page.", "Ask for 0 to 100 rows from one end."
    ),
    "TOO_MANY_IDS": Code("More ids than one call may ask for.", "Ask in portions of 100."),
    "INVALID_ARGUMENT": Code(
        "Arguments that contradict each other, or a value that cannot be used.", "`argument` names it."
    ),
    "OVERLOADED": Code("Too many calls at once.", "Send the same call again after `Retry-After` seconds.", 503),
    "DATABASE_UNAVAILABLE": Code(
        "The database did not answer.", "Send the same call again after `Retry-After` seconds.", 503
    ),
    "INTERNAL": Code("Our fault.", "Report the `correlationId`: the server's log has the rest.", 500),
}
