"""One GraphQL document: read, measured and validated once, whoever sends it."""

from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    parse,
    specified_rules,
    validate,
)
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from graph.execution.plans import LEAST_SIZE
from graph.limits.policy import BY_NAME, BYTES, DEPTH, TOKENS, Limits, too_much
from graph.limits.shape import Measured, measured, total

RULES = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)
NOT_TOLD = "This server does not tell its schema: use the published `schema.graphql`."
# graphql-core's words when it stops counting.
GIVEN_UP = "Validation aborted."
TOO_MUCH_TO_CHECK = "The document takes too long to check. Split it, or ask for fewer fields of the same name."
STOPPED = "Document contains more than"


class NoSuchOperation(Exception):
    """The document has several operations, or not the one that was named."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What documents may be like. Without introspection, nothing of the schema is told in errors either."""

    limits: Limits = field(default_factory=Limits)
    introspection: bool = True
    most_errors: int = 50


@dataclass(slots=True)
class Document:
    """`node` is None where the text cannot be read; `errors` is empty for what may be executed. `refused`: it was too
    much, and not looked at any further."""

    size: int
    node: DocumentNode | None
    errors: list[GraphQLError]
    operations: list[OperationDefinitionNode]
    measures: dict[int, Measured]
    refused: bool = False
    found: dict[str | None, OperationDefinitionNode] = field(default_factory=dict)

    def operation(self, name: str | None) -> OperationDefinitionNode:
        if name in self.found:
            return self.found[name]
        found = [each for each in self.operations if name is None or (each.name and each.name.value == name)]
        if len(found) != 1:
            raise NoSuchOperation
        self.found[name] = found[0]
        return found[0]

    def introspects(self, name: str | None) -> bool:
        measure = self.measures.get(id(self.operation(name)))
        return measure is not None and measure.introspects

    def points(self, operation: OperationDefinitionNode, variables: dict[str, Any] | None) -> int:
        return self.measures[id(operation)].points(variables or {})


def made(text: str, schema: GraphQLSchema, policy: Policy) -> Document:
    """First what needs no schema, then what is counted in one pass, and only then what takes long."""
    document = Document(max(LEAST_SIZE, len(text)), None, [], [], {})
    try:
        _read(document, text, policy.limits)
        if document.node is not None:
            _measure(document, schema, policy)
        if document.node is not None and not document.refused:
            document.errors = validate(
                schema,
                document.node,
                RULES,
                max_errors=policy.most_errors,
                hide_suggestions=not policy.introspection,
            )
            if any(error.message == GIVEN_UP for error in document.errors):
                document.errors = [GraphQLError(TOO_MUCH_TO_CHECK, extensions={"code": "LIMIT_VALIDATION"})]
    except RecursionError:
        most = policy.limits.most.get(DEPTH)
        document.errors = [GraphQLError("Syntax Error: The document is nested too deeply.")]
        if most is not None:
            document.errors = [too_much(BY_NAME[DEPTH], most)]
    except Exception as error:
        known = isinstance(error, GraphQLError)
        document.errors = [error if known else GraphQLError(str(error), original_error=error)]  # type: ignore[list-item]
    return document


def _read(document: Document, text: str, limits: Limits) -> None:
    # Whatever it is encoded in, it is not longer in characters than in bytes.
    size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    document.errors = list(limits.exceeded({BYTES: size}))
    if document.errors:
        document.refused = True
        return
    most = limits.most.get(TOKENS)
    try:
        document.node = parse(text, max_tokens=most)
    except GraphQLError as error:
        if most is None or STOPPED not in error.message:
            raise
        document.refused, document.errors = True, [too_much(BY_NAME[TOKENS], most)]
        return
    document.operations = [each for each in document.node.definitions if isinstance(each, OperationDefinitionNode)]


def _measure(document: Document, schema: GraphQLSchema, policy: Policy) -> None:
    assert document.node is not None
    document.measures = measured(document.node, schema)
    document.errors = list(policy.limits.exceeded(total(document.measures.values())))
    if not policy.introspection and any(measure.introspects for measure in document.measures.values()):
        document.errors.append(GraphQLError(NOT_TOLD, extensions={"code": "INTROSPECTION_OFF"}))
    document.refused = bool(document.errors)
