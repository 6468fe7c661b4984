"""Plans, kept by operation and by what @skip and @include leave of it."""

import logging
from typing import Any

from cachetools import LRUCache
from graphql import (
    DirectiveNode,
    GraphQLObjectType,
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
MOST_OPERATIONS = 512
MOST_CHOICES = 16


class _Operation:
    """Holds the node, so that its identity stays its own. `choosers`: the variables of its @skip and @include."""

    def __init__(self, executor: Executor[Any]) -> None:
        self.node: OperationDefinitionNode = executor.operation
        choosers: set[str] = set()
        for node in (self.node, *executor.fragment_definitions.values()):
            visit(node, _Choosers(choosers))
        self.choosers = tuple(sorted(choosers))
        self.levels: LRUCache[Any, Level | None] = LRUCache(MOST_CHOICES)


class _Choosers(Visitor):
    def __init__(self, found: set[str]) -> None:
        super().__init__()
        self._found = found

    def enter_directive(self, directive: DirectiveNode, *_: Any) -> None:
        for argument in directive.arguments or ():
            if isinstance(argument.value, VariableNode):
                self._found.add(argument.value.name.value)


def root_of(executor: Executor[Any]) -> tuple[GraphQLObjectType, Details, None]:
    """The selection that a query is."""
    return executor.schema.query_type, [FieldDetails(executor.operation, None, None)], None  # type: ignore[return-value, arg-type]


class Plans:
    """Those of one schema, told by its resolvers, on one kind of database.

    `hits` and `made` count the plans that were and were not there, `left_alone` the answers that graphql-core had to
    give.
    """

    def __init__(self, resolvers: Resolvers, dialect: Dialect) -> None:
        self._dialect, self._resolvers = dialect, resolvers
        self._operations: LRUCache[int, _Operation] = LRUCache(MOST_OPERATIONS)
        self.hits = self.made = self.left_alone = 0

    def level(
        self, executor: Executor[Any], type_: GraphQLObjectType, details: Details, place: Path | None
    ) -> Level | None:
        """None for what only graphql-core can execute."""
        known = self._operations.get(id(executor.operation))
        if known is None:
            known = self._operations[id(executor.operation)] = _Operation(executor)
        coerced = executor.variable_values.coerced
        choice = (place and place.key, *[coerced.get(name) for name in known.choosers])
        if choice in known.levels:
            self.hits += 1
        else:
            self.made += 1
            known.levels[choice] = self._made(executor, type_, details, place)
        return known.levels[choice]

    def warm(self, executor: Executor[Any]) -> None:
        """Makes the plan of a query ahead of its first execution, where no variable has a say in it."""
        operation = executor.operation
        if operation.operation is OperationType.QUERY and not _Operation(executor).choosers:
            self.level(executor, *root_of(executor))

    def _made(
        self, executor: Executor[Any], type_: GraphQLObjectType, details: Details, place: Path | None
    ) -> Level | None:
        try:
            return Compiler(executor, self._dialect, self._resolvers).objects([type_], details, place)
        except Exception as reason:
            # Unplanned, or an argument that cannot be used: graphql-core's code will say so.
            log.debug("no plan: %r", reason)
            return None
