"""The limits of a document, as data: each has a setting, a default, and a code that names it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from graphql import GraphQLError


class Limit(NamedTuple):
    """`name` is that of the setting, without the prefix; `what` is counted, and follows the number in a refusal."""

    name: str
    code: str
    default: int
    what: str
    advice: str


BYTES, TOKENS, DEPTH, COST = "most_document_bytes", "most_tokens", "most_depth", "most_cost"
VALUES = "most_values"
LIMITS = (
    Limit(BYTES, "LIMIT_DOCUMENT", 65_536, "bytes", "Send a shorter document."),
    Limit(TOKENS, "LIMIT_TOKENS", 2_000, "tokens", "Split the document."),
    Limit(DEPTH, "LIMIT_DEPTH", 15, "levels of fields", "Ask for the lower levels in a call of their own."),
    Limit("most_aliases", "LIMIT_ALIASES", 30, "aliases", "Use `nodes(ids:)`, a list or a filter instead."),
    Limit("most_root_fields", "LIMIT_ROOT_FIELDS", 30, "root fields", "Split the operation."),
    Limit("most_repeats", "LIMIT_REPEATS", 30, "fields of one name in one place", "Ask for each field once."),
    Limit("most_fragments", "LIMIT_FRAGMENTS", 100, "fragments, counted where they are spread", "Split the operation."),
    Limit("most_directives", "LIMIT_DIRECTIVES", 50, "directives", "Leave fields out instead of skipping them."),
    Limit(VALUES, "LIMIT_VALUES", 5_000, "values in its variables", "Ask in portions."),
    Limit(COST, "LIMIT_COST", 10_000, "points", "Ask for smaller pages (`first`), or for fewer levels."),
)  # fmt: skip
BY_NAME = MappingProxyType({limit.name: limit for limit in LIMITS})


@dataclass(frozen=True, slots=True)
class Limits:
    """What is allowed, by the limits' names. Without numbers nothing is refused."""

    most: Mapping[str, int] = field(default_factory=dict)

    def exceeded(self, found: Mapping[str, int]) -> Iterator[GraphQLError]:
        for name, number in found.items():
            if (most := self.most.get(name)) is not None and number > most:
                yield too_much(BY_NAME[name], most, number)


DEFAULTS = Limits({limit.name: limit.default for limit in LIMITS})


def too_much(limit: Limit, most: int, found: int | None = None) -> GraphQLError:
    """`found` is None where counting was given up."""
    extensions: dict[str, object] = {"code": limit.code, "limit": limit.name, "most": most}
    if found is not None:
        # GraphQL's Int, and JavaScript's numbers, end somewhere; a multiplying document does not.
        extensions["found"] = min(found, 2**31 - 1)
    message = f"The document asks for more than {most:,} {limit.what}. {limit.advice}"
    return GraphQLError(message, extensions=extensions)
