"""What one operation works with: the actor, its loaders over one reader, and the door to writing."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from actions.perform import Writer
from db.reader import Reader
from db.scope import Scope
from domain.actors import Actor
from graph.limits.points import NOTHING, Charge
from graph.loaders import Loaders

if TYPE_CHECKING:
    from graph.execution.plans import Plans
    from graph.feed import Feed


@dataclass
class Context:
    actor: Actor
    reader: Reader
    writer: Writer
    demo: bool = False
    charge: Charge = NOTHING
    # Under which the logs know the operation.
    correlation_id: str = ""
    loaders: Loaders = field(init=False)
    # None: everything is left to graphql-core.
    plans: "Plans | None" = None
    # None: there is nothing to subscribe to.
    feed: "Feed | None" = None
    # The id of what a subscriber saw last, as its transport tells it.
    last_seen: str | None = None
    memo: dict[Any, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.loaders = Loaders(self.reader, Scope(self.actor.user_id, everything=self.actor.sees_everything))

    async def forget(self) -> None:
        """After a write: what was loaded, and the snapshot it was loaded from, are out of date."""
        self.loaders.clear()
        await self.reader.renew()
