"""Global ids: opaque outside, checked inside for their form and for the type they name."""

from db.opaque import global_id, unwrap
from db.queries.keyset import LARGEST_ID
from graph.errors import InvalidInput
from graph.kinds import KINDS


def encode(kind: str, key: int) -> str:
    return global_id(kind, key)


def decode(text: str, *, argument: str = "id") -> tuple[str, int]:
    """The type and the key; raises InvalidInput when the text was not made by `encode`."""
    try:
        kind, _, digits = unwrap(text).decode("ascii").partition(":")
    except ValueError:
        raise malformed(argument) from None
    if not kind.isalpha() or not digits.isdecimal() or len(digits) > 19:
        raise malformed(argument)
    key = int(digits)
    # One form per id: "007", padding or loose last bits would be aliases that caches and comparisons do not know of.
    if not 0 < key <= LARGEST_ID or encode(kind, key) != text:
        raise malformed(argument)
    return kind, key


def decode_as(kind: str, text: str, *, argument: str = "id") -> int:
    found, key = decode(text, argument=argument)
    if found not in KINDS:
        raise malformed(argument)
    if found != kind:
        raise InvalidInput("WRONG_ID_TYPE", f"`{argument}` is the id of a {found}; a {kind} id is needed.", argument)
    return key


def malformed(argument: str) -> InvalidInput:
    return InvalidInput(
        "MALFORMED_ID", f"`{argument}` is not an id of this API. Pass an `id` exactly as a query returned it.", argument
    )
