"""Plans, kept by operation and by what @skip and @include leave of it."""

import logging
from typing import Any, NamedTuple

from cachetools import LRUCache
from graphql import (
    DirectiveNode,
    GraphQLField,
    GraphQLObjectType,
    NamedTypeNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
    Visitor,
    visit,
)
from graphql.execution.collect_fields import FieldDetails
from graphql.execution.executor import Executor
from graphql.pyutils import Path
from sqlalchemy import Dialect

from graph.execution.compiler import Compiler
from graph.execution.levels import Level
from graph.execution.selected import Details, Resolvers

log = logging.getLogger(__name__)
MOST_CHARACTERS = 2**20
"""Of the documents whose operations are kept: what hangs on one takes about a hundred times the room of its text."""
LONGEST_KEPT = 2**16
LEAST_SIZE = 2**10
CHARACTERS_OF_A_FIELD = 16
MOST_OF_ONE = 2**17
MOST_CHOICES = 16
PLAIN: dict[str, type] = {"ID": str, "String": str, "Boolean": bool}
"""Types whose values are the same before and after coercion, by their class."""


class Plan(NamedTuple):
    """`level` is None for what only graphql-core can execute."""

    level: Level | None
    resolvers: list[tuple[GraphQLField, Any]]
    fields: int

    @property
    def usable(self) -> Level | None:
        """The level, as long as every resolver is the one that it was made for: who replaces one later, to trace it
        for example, wants it called."""
        for field, resolve in self.resolvers:
            if field.resolve is not resolve:
                return None
        return self.level


class Planned:
    """An operation and its plans. Holds the node, so that its identity stays its own.

    `choosers`: the variables of its @skip and @include; `plain`: what its variables have to be for `coerced`.
    """

    def __init__(self, executor: Executor[Any]) -> None:
        self.node: OperationDefinitionNode = executor.operation
        self.plain = _plain_variables(self.node)
        choosers: set[str] = set()
        for node in (self.node, *executor.fragment_definitions.values()):
            visit(node, _Choosers(choosers))
        self.choosers = tuple(sorted(choosers))
        self.plans: dict[Any, Plan] = {}
        self._text = max(LEAST_SIZE, 0 if self.node.loc is None else len(self.node.loc.source.body))

    @property
    def size(self) -> int:
        """In characters of a document, as far as room in memory goes."""
        return self._text + sum(plan.fields for plan in self.plans.values()) * CHARACTERS_OF_A_FIELD

    def add(self, choice: Any, plan: Plan) -> None:
        while self.plans and (len(self.plans) == MOST_CHOICES or self.size > MOST_OF_ONE):
            del self.plans[next(iter(self.plans))]
        self.plans[choice] = plan

    def choice(self, variables: dict[str, Any], place: Path | None = None) -> tuple[Any, ...]:
        return place and place.key, *[variables.get(name) for name in self.choosers]

    def coerced(self, given: dict[str, Any]) -> dict[str, Any] | None:
        """The variables, where each is what its type takes as it is; None where graphql-core has to look at them."""
        if self.plain is None:
            return None
        found = {}
        for name, class_, required in self.plain:
            if name in given:
                found[name] = value = given[name]
                if value.__class__ is not class_ and (value is not None or required):
                    return None
            elif required:
                return None
        return found


def _plain_variables(node: OperationDefinitionNode) -> list[tuple[str, type, bool]] | None:
    """Name, class, and whether it must be there; None where one is of another kind or has a default."""
    found = []
    for each in node.variable_definitions or ():
        required = isinstance(each.type, NonNullTypeNode)
        type_ = each.type.type if isinstance(each.type, NonNullTypeNode) else each.type
        class_ = PLAIN.get(type_.name.value) if isinstance(type_, NamedTypeNode) else None
        if class_ is None or each.default_value is not None:
            return None
        found.append((each.variable.name.value, class_, required))
    return found


class _Choosers(Visitor):
    def __init__(self, found: set[str]) -> None:
        super().__init__()
        self._found = found

    def enter_directive(self, directive: DirectiveNode, *_: Any) -> None:
        for argument in directive.arguments or ():
            if isinstance(argument.value, VariableNode):
                self._found.add(argument.value.name.value)


def root_of(executor: Executor[Any]) -> tuple[GraphQLObjectType, Details, None]:
    """The selection that a query is, or a subscription for each of its events."""
    type_ = executor.schema.get_root_type(executor.operation.operation)
    return type_, [FieldDetails(executor.operation, None, None)], None  # type: ignore[return-value, arg-type]


class Plans:
    """Those of one schema, told by its resolvers, on one kind of database.

    `hits` and `made` count the plans that were and were not there, `unplanned` those that could not be made, and
    `left_alone` the answers that graphql-core had to give in the end.
    """

    def __init__(self, resolvers: Resolvers, dialect: Dialect) -> None:
        self._dialect, self._resolvers = dialect, resolvers
        self._trusted: dict[int, Planned] = {}
        self._operations: LRUCache[int, Planned] = LRUCache(MOST_CHARACTERS, getsizeof=lambda planned: planned.size)
        self.hits = self.made = self.unplanned = self.left_alone = 0

    def level(
        self, executor: Executor[Any], type_: GraphQLObjectType, details: Details, place: Path | None
    ) -> Level | None:
        """None for what only graphql-core can execute."""
        known = self._known(executor.operation)
        if known is None:
            known = Planned(executor)
            if known.size <= LONGEST_KEPT:
                self._operations[id(executor.operation)] = known
        choice = known.choice(executor.variable_values.coerced, place)
        if choice in known.plans:
            self.hits += 1
        else:
            self.made += 1
            known.add(choice, self._made(executor, type_, details, place))
            if id(executor.operation) in self._operations:
                self._operations[id(executor.operation)] = known  # which has grown
        return known.plans[choice].usable

    def ready(self, operation: OperationDefinitionNode, given: dict[str, Any]) -> tuple[Level, dict[str, Any]] | None:
        """The level of a query that has been planned, and its variables, where graphql-core is not needed for them."""
        known = self._known(operation)
        variables = None if known is None else known.coerced(given)
        if known is None or variables is None:
            return None
        plan = known.plans.get(known.choice(variables))
        level = None if plan is None else plan.usable
        self.hits += level is not None
        return None if level is None else (level, variables)

    def trust(self, executor: Executor[Any]) -> None:
        """Keeps the operation's plans for good. That of a query is made at once, where no variable has a say in it."""
        operation = executor.operation
        planned = self._trusted[id(operation)] = Planned(executor)
        if operation.operation is OperationType.QUERY and not planned.choosers:
            self.level(executor, *root_of(executor))

    def _known(self, operation: OperationDefinitionNode) -> Planned | None:
        return self._trusted.get(id(operation)) or self._operations.get(id(operation))

    def _made(self, executor: Executor[Any], type_: GraphQLObjectType, details: Details, place: Path | None) -> Plan:
        compiler = Compiler(executor, self._dialect, self._resolvers)
        level: Level | None = None
        try:
            level = compiler.objects([type_], details, place)
        except Exception as reason:
            # Unplanned, or an argument that cannot be used: graphql-core's code will say so.
            log.debug("no plan: %r", reason)
            self.unplanned += 1
        fields = {id(field): field for field in compiler.fields}
        return Plan(level, [(field, field.resolve) for field in fields.values()], 0 if level is None else compiler.size)
