"""What an answer is, and what it took.

Two answers are of the same timing class when they took the same statements, in the same order, with the same texts but
for the numbers in them: then they differ by what the database needs to find a row or not to find it, and by nothing
that this program does. That nobody waits for a row that is another's is tested apart, in `test_locks`.
"""

import re
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from domain.actors import Actor
from tests.graph.kept import Kept
from tests.support import Graph

NUMBER = re.compile(r"(?<![\w`])\d+")
Answer = tuple[dict[str, Any], list[str]]


async def ask(kept: Kept, actor: Actor, document: str, variables: dict[str, Any]) -> Answer:
    kept.actor = actor
    return await kept(document, **variables), timing(kept.statements)


async def ask_stock(engine: AsyncEngine, actor: Actor, document: str, variables: dict[str, Any]) -> Answer:
    """By graphql-core's executor and the loaders."""
    graph = Graph(engine, actor, stock=True)
    return await graph(document, **variables), timing(graph.statements)


def timing(statements: list[str]) -> list[str]:
    return [NUMBER.sub("?", statement) for statement in statements]
