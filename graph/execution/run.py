"""One execution of a plan: who asks, with which variables, over which reader."""

from collections.abc import Sequence
from typing import Any, Protocol

from graphql import GraphQLResolveInfo
from graphql.execution.executor import Executor
from sqlalchemy import Select

from db.pools import Rows
from db.scope import Scope
from graph.context import Context


class Run:
    def __init__(self, executor: Executor[Any]) -> None:
        self.executor = executor
        self.context: Context = executor.context_value
        self.scope: Scope = self.context.loaders.scope

    @property
    def everything(self) -> bool:
        return self.scope.everything

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
