"""What one operation works with: the actor, its loaders over one reader, the clock, and the door to writing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from db.reader import Reader
from db.scope import Scope
from domain.actors import Actor
from graph.loaders import Loaders


@dataclass
class Context:
    actor: Actor
    reader: Reader
    sessions: async_sessionmaker[AsyncSession]
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    loaders: Loaders = field(init=False)
    memo: dict[Any, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.loaders = Loaders(self.reader, Scope(self.actor.user_id, everything=self.actor.sees_everything))

    async def forget(self) -> None:
        """After a write: what was loaded, and the snapshot it was loaded from, are out of date."""
        self.loaders.clear()
        await self.reader.close()
