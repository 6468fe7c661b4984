"""One execution of a plan: who asks, with which variables, over which reader."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Protocol

from graphql import GraphQLResolveInfo
from graphql.execution.executor import Executor
from sqlalchemy import Select

from db.pools import Rows
from db.scope import Scope
from graph.context import Context


class Run:
    """`variables` are the coerced ones. `executor` makes graphql-core's executor, where something asks for it."""

    def __init__(self, context: Context, variables: dict[str, Any], executor: Callable[[], Executor[Any]]) -> None:
        self.context, self.variables, self._executor = context, variables, executor
        self.scope: Scope = context.loaders.scope
        self.everything = self.scope.everything

    @cached_property
    def executor(self) -> Executor[Any]:
        return self._executor()

    async def rows(self, select: Select[Any], values: dict[str, Any]) -> Rows:
        values["viewer"] = self.scope.user_id
        return await self.context.reader.rows(select, values)


class Field(Protocol):
    """A field that takes more than reading the source: it is completed for all sources of a level at once.

    `statements`: how many SQL statements it may take; where that is not known, more than one.
    """

    name: str
    statements: int

    async def fill(
        self, run: Run, sources: Sequence[Any], objects: Sequence[Any], answers: list[dict[str, Any]]
    ) -> None:
        """Sets `name` in each answer, unless it is null. `objects` are the sources as ordinary resolvers know them."""


Info = GraphQLResolveInfo[Any]
