"""The executor that Strawberry is given: whole levels where a plan can be made, graphql-core's own code for the rest.

A query that fails on the fast path is executed again from the start: reads can be repeated.
Of a mutation only the payload is completed here, from what the resolver has returned, so that it is never called twice.
"""

import logging
from collections.abc import Awaitable
from typing import Any

from graphql import ExecutionResult, GraphQLObjectType, OperationType
from graphql.pyutils import Path
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from graph.context import Context
from graph.execution.levels import Level
from graph.execution.plans import Plans, root_of
from graph.execution.run import Info, Run
from graph.execution.selected import Details

log = logging.getLogger(__name__)


class LevelExecutor(StrawberryGraphQLCoreExecutionContext):
    """With `plans` of the context being None, or told so, it is the stock executor."""

    is_stock = False

    def execute_operation(self, serially: bool | None = None) -> Any:
        if self.operation.operation is not OperationType.MUTATION:
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
        if self.is_stock or plans is None or has_middleware or self.abort_signal is not None:
            return None
        return plans.level(self, type_, details, place)

    async def _answer(self, level: Level) -> ExecutionResult:
        data = await answered(level, self._run(), self.root_value)
        if data is None:
            return await _finished(super().execute_operation())  # type: ignore[no-any-return]
        return ExecutionResult(data, None)

    def _run(self) -> Run:
        return Run(self.context_value, self.variable_values.coerced, lambda: self)

    async def _complete(self, level: Level, *stock: Any) -> Any:
        payload = await answered(level, self._run(), stock[4])
        return await _finished(super().complete_object_value(*stock)) if payload is None else payload


async def answered(level: Level, run: Run, source: Any = None) -> dict[str, Any] | None:
    """The data of a query, an event or a payload; None where graphql-core has to find out what there is to say."""
    reader = run.context.reader
    reader.several = level.statements > 1
    try:
        [data] = await level.complete(run, [source])
    except Exception as reason:
        _note(run.context, reason)
        reader.several = True
        return None
    return data


def _note(context: Context, reason: Exception) -> None:
    """What is wrong will be said by graphql-core; that it was slow to come is only for those who look for it."""
    assert context.plans is not None
    context.plans.left_alone += 1
    log.debug("left to graphql-core: %r", reason)


async def _finished(result: Awaitable[Any] | Any) -> Any:
    return await result if isinstance(result, Awaitable) else result
