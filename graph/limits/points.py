"""Points that a caller may spend in a window of time: counted in memory, or in Redis for several processes together."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from limits import RateLimitItem, RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from limits.storage import storage_from_string

from graph.log import logger

log = logger("points")
QUIET_SECONDS = 60.0
PAUSE_SECONDS = 5.0
PATIENCE_SECONDS = 0.25


class Charge(NamedTuple):
    """What a call was charged. `limit` is None where nothing is limited; `reset_at` is in seconds since 1970."""

    cost: int
    limit: int | None = None
    remaining: int | None = None
    reset_at: float | None = None

    @property
    def resets(self) -> datetime | None:
        """The same as callers are told it, in whole seconds."""
        return None if self.reset_at is None else datetime.fromtimestamp(int(self.reset_at), UTC)


NOTHING = Charge(0)


class Spent(Exception):
    """There are not enough points left for the call: nothing was charged."""

    def __init__(self, charge: Charge, seconds: int) -> None:
        super().__init__(charge, seconds)
        self.charge, self.seconds = charge, seconds


@dataclass(slots=True)
class Allowance:
    """`most` points in each window of `seconds`, of everyone on their own; None limits nothing."""

    most: int | None
    seconds: int
    storage: Storage
    clock: Callable[[], float] = time.time
    _item: RateLimitItem = field(init=False)
    _instead: Storage = field(default_factory=MemoryStorage)
    _instead_until: float = -math.inf
    _told: float = -math.inf

    def __post_init__(self) -> None:
        self._item = RateLimitItemPerSecond(max(1, self.most or 1), self.seconds, "points")

    async def charge(self, who: str, cost: int) -> Charge:
        """Takes the points, or raises Spent."""
        if self.most is None:
            return Charge(cost)
        key = self._item.key_for(who)
        if self.clock() < self._instead_until:
            return await self._charge(self._instead, key, cost, self.most)
        try:
            return await self._charge(self.storage, key, cost, self.most)
        except (Spent, TypeError):
            raise
        except Exception as error:
            # Whoever stops Redis must not stop the API, nor lift its limits: each process counts for itself. Nor must
            # one that hangs be waited for by every call.
            self._instead_until = self.clock() + PAUSE_SECONDS
            self._tell(error)
            return await self._charge(self._instead, key, cost, self.most)

    async def close(self) -> None:
        """Gives up the connections to Redis, where there are any."""
        if isinstance(self.storage, RedisStorage):
            client: Any = self.storage.bridge
            await client.get_connection().aclose()

    async def _charge(self, storage: Storage, key: str, cost: int, most: int) -> Charge:
        before = await storage.get(key)
        if before + cost <= most:
            spent = await storage.incr(key, self.seconds, amount=cost)
            # Calls at the same instant may have looked before any had paid. What they paid is not given back: a window
            # that ends in between would leave a count below zero that never ends.
            if spent <= most:
                return Charge(cost, most, most - spent, await storage.get_expiry(key))
        reset_at = await storage.get_expiry(key)
        left = max(0, most - await storage.get(key))
        raise Spent(Charge(cost, most, left, reset_at), max(1, math.ceil(reset_at - self.clock())))

    def _tell(self, error: Exception) -> None:
        now = self.clock()
        if now - self._told >= QUIET_SECONDS:
            self._told = now
            log.warning("points are counted in memory: the shared count does not answer", reason=type(error).__name__)


def allowance(most: int, seconds: int, redis_url: str | None) -> Allowance:
    """`most` of 0 limits nothing."""
    storage = MemoryStorage() if redis_url is None else _shared(redis_url)
    return Allowance(most or None, seconds, storage)


def _shared(url: str) -> Storage:
    # Without its time limits a Redis that hangs would hang every call.
    limits = {"socket_timeout": PATIENCE_SECONDS, "socket_connect_timeout": PATIENCE_SECONDS}
    found = storage_from_string(f"async+{url}", implementation="redispy", **limits)
    assert isinstance(found, Storage)
    return found
