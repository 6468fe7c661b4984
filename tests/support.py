"""Asking the graph in tests: a document in, the answer as a client sees it out, and the SQL that it took."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from random import Random
from typing import Any

import orjson
from sqlalchemy import Dialect, event, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from actions.advice import react
from actions.perform import Writer
from db.base import APPEND_ONLY, Base, table_of
from db.reader import Reader
from db.tables import Company
from db.writing import Transaction
from domain.actors import Actor
from domain.enums import GlobalRole
from graph.answers import written
from graph.context import Context
from graph.documents import Documents
from graph.errors import public
from graph.execution.plans import Plans
from graph.schema import schema

NOW = datetime(2026, 6, 15, 12, 0, 0, tzinfo=UTC)
ADMIN = frozenset({GlobalRole.ADMIN})
MANAGER = frozenset({GlobalRole.MANAGER})
_numbers = count(1)


def new_id() -> str:
    return f"00000000-0000-7000-8000-{next(_numbers):012d}"


def writer(engine: AsyncEngine, now: datetime = NOW) -> Writer:
    return Writer(
        lambda: Transaction(engine), clock=lambda: now, new_id=new_id, jitter=Random(1).random, reactions=(react,)
    )


# Kept from test to test: to validate and plan a document takes longer than to answer it.
DOCUMENTS = Documents(schema)
PLANS: dict[str, Plans] = {}


def plans_for(dialect: Dialect) -> Plans:
    return PLANS.setdefault(dialect.name, Plans(schema.resolvers, dialect))


class Graph:
    """`await graph(document, **variables)` as `actor`; `statements` holds the SQL of the last call."""

    def __init__(
        self, engine: AsyncEngine, actor: Actor | None = None, now: datetime = NOW, *, stock: bool = False
    ) -> None:
        self.engine = engine
        self.actor = actor or Actor(1, roles=ADMIN)
        self.writer = writer(engine, now)
        self.stock = stock
        self.statements: list[str] = []

    def as_(self, actor: Actor) -> "Graph":
        return Graph(self.engine, actor, self.writer.clock(), stock=self.stock)

    async def __call__(self, document: str, **variables: Any) -> dict[str, Any]:
        with recorded(self.engine) as self.statements:
            async with Reader(self.engine) as reader:
                plans = None if self.stock else plans_for(self.engine.dialect)
                context = Context(self.actor, reader, self.writer, plans=plans)
                result = await DOCUMENTS.execute(DOCUMENTS.read(document), None, variables, context)
        errors = [public(error, new_id()) for error in result.errors or []]
        return {"data": orjson.loads(written(result.data)), **({"errors": errors} if errors else {})}

    async def data(self, document: str, **variables: Any) -> dict[str, Any]:
        """The data of a call that must not have errors."""
        answer = await self(document, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    async def code(self, document: str, **variables: Any) -> str:
        """The code of the one error of a call."""
        answer = await self(document, **variables)
        [error] = answer["errors"]
        return error["extensions"]["code"]


@contextmanager
def recorded(engine: AsyncEngine) -> Iterator[list[str]]:
    """The statements of a block, without those that only set up a connection or transaction."""
    seen: list[str] = []

    def remember(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.startswith(("BEGIN", "SET ", "PRAGMA")):
            seen.append(statement)

    event.listen(engine.sync_engine, "before_cursor_execute", remember)
    try:
        yield seen
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", remember)


async def empty(engine: AsyncEngine) -> None:
    """Leaves no row of any table, the guarded ones included: they go with their companies, or are truncated."""
    on_sqlite = engine.dialect.name == "sqlite"
    async with engine.begin() as connection:
        if on_sqlite:
            await connection.execute(table_of(Company).delete())
        else:
            await connection.execute(text("SET FOREIGN_KEY_CHECKS = 0"))
        for table in reversed(Base.metadata.sorted_tables):
            guarded = table.info.get(APPEND_ONLY)
            # To truncate takes longer than to look.
            if not guarded or (await connection.execute(select(1).select_from(table).limit(1))).first():
                truncate = guarded and not on_sqlite
                await connection.execute(text(f"TRUNCATE `{table.name}`") if truncate else table.delete())
        if not on_sqlite:
            await connection.execute(text("SET FOREIGN_KEY_CHECKS = 1"))
