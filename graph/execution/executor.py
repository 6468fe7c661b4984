"""The executor that Strawberry is given: whole levels where a plan can be made, graphql-core's own code for the rest.

A query that fails on the fast path is executed again from the start: reads can be repeated, and in the same snapshot.
Of a mutation only the payload is completed here, from what the resolver has returned, so that it is never called twice.
"""

import logging
from collections.abc import Awaitable
from typing import Any

from graphql import ExecutionResult, GraphQLObjectType, OperationType
from graphql.pyutils import Path
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from graph.execution.levels import Level
from graph.execution.plans import Plans, root_of
from graph.execution.run import Info, Run
from graph.execution.selected import Details

log = logging.getLogger(__name__)


class LevelExecutor(StrawberryGraphQLCoreExecutionContext):
    """With `plans` of the context being None, it is the stock executor."""

    def execute_operation(self, serially: bool | None = None) -> Any:
        if self.operation.operation is OperationType.QUERY:
            level = self._level(*root_of(self))
            if level is not None:
                return self._answer(level)
        return super().execute_operation(serially)

    def complete_object_value(
        self,
        return_type: GraphQLObjectType,
        field_details_list: Details,
        info: Info,
        path: Path,
        result: Any,
        position_context: Any,
    ) -> Any:
        if path.prev is None and self.operation.operation is OperationType.MUTATION:
            level = self._level(return_type, field_details_list, path)
            if level is not None:
                return self._complete(level, return_type, field_details_list, info, path, result, position_context)
        return super().complete_object_value(return_type, field_details_list, info, path, result, position_context)

    def _level(self, type_: GraphQLObjectType, details: Details, place: Path | None) -> Level | None:
        plans: Plans | None = getattr(self.context_value, "plans", None)
        has_middleware = self.middleware_manager is not None and self.middleware_manager.middlewares
        if plans is None or has_middleware or self.abort_signal is not None:
            return None
        return plans.level(self, type_, details, place)

    async def _answer(self, level: Level) -> ExecutionResult:
        reader = self.context_value.reader
        reader.several = level.statements > 1
        try:
            [data] = await level.complete(Run(self), [self.root_value])
        except Exception as reason:
            _note(self, reason)
            reader.several = True
            return await _finished(super().execute_operation())  # type: ignore[no-any-return]
        return ExecutionResult(data, None)

    async def _complete(self, level: Level, *stock: Any) -> Any:
        try:
            [payload] = await level.complete(Run(self), [stock[4]])
        except Exception as reason:
            _note(self, reason)
            return await _finished(super().complete_object_value(*stock))
        return payload


def _note(executor: LevelExecutor, reason: Exception) -> None:
    """What is wrong will be said by graphql-core; that it was slow to come is only for those who look for it."""
    executor.context_value.plans.left_alone += 1
    log.debug("left to graphql-core: %r", reason)


async def _finished(result: Awaitable[Any] | Any) -> Any:
    return await result if isinstance(result, Awaitable) else result
