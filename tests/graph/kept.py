"""Asking the graph as an endpoint does: documents and plans are kept from call to call."""

from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncEngine

from db.reader import Reader
from domain.actors import Actor
from graph.answers import written
from graph.context import Context
from graph.documents import Documents
from graph.errors import public
from graph.execution.plans import Plan, Plans
from graph.schema import schema
from tests.support import ADMIN, new_id, recorded, writer


class Kept:
    """`await kept(text, **variables)`; `statements` holds the SQL of the last call."""

    def __init__(self, engine: AsyncEngine, actor: Actor | None = None) -> None:
        self.engine, self.actor = engine, actor or Actor(1, roles=ADMIN)
        self.documents = Documents(schema)
        self.plans = Plans(schema.resolvers, engine.dialect)
        self.statements: list[str] = []

    def context(self, reader: Reader) -> Context:
        return Context(self.actor, reader, writer(self.engine), plans=self.plans)

    async def __call__(self, text: str, name: str | None = None, /, **variables: Any) -> dict[str, Any]:
        document = self.documents.read(text)
        with recorded(self.engine) as self.statements:
            async with Reader(self.engine) as reader:
                result = await self.documents.execute(document, name, variables, self.context(reader))
        errors = [public(error, new_id()) for error in result.errors or []]
        return {"data": orjson.loads(written(result.data)), **({"errors": errors} if errors else {})}

    async def data(self, text: str, name: str | None = None, /, **variables: Any) -> dict[str, Any]:
        """The data of a call that must not have errors, and that a plan must have answered."""
        before = self.left_to_core
        answer = await self(text, name, **variables)
        assert "errors" not in answer, answer["errors"]
        assert self.left_to_core == before, text
        return answer["data"]

    def trust(self, text: str) -> None:
        self.documents.trust(text, self.context(Reader(self.engine)))

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """Hits and makes of documents, hits and makes of plans."""
        return self.documents.hits, self.documents.made, self.plans.hits, self.plans.made

    @property
    def known(self) -> list[Plan]:
        """The plans that are there."""
        operations = [] if self.plans is None else self.plans._operations.values()
        return [plan for operation in operations for plan in operation.plans.values()]

    @property
    def left_to_core(self) -> int:
        """Answers that graphql-core had to give, and plans that could not be made."""
        return self.plans.left_alone + sum(plan.level is None for plan in self.known)
