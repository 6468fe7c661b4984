"""Tells those who follow a company of its new events, whoever recorded them.

What this process writes is told at once; for what others write, the database is looked at every few seconds, once for
all who follow the same company. Followers are only told that there is something: each reads it when it is ready for it,
and as its own viewer. So a slow one holds up nobody, fills no memory, and sees nothing that it may not see any more.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from actions.audit import Written
from db import tables as t
from db.base import table_of
from db.queries import lists
from db.queries.recorded import TOP, following
from db.reader import Reader
from db.scope import Scope
from graph.errors import InvalidInput

BATCH = 100
LOOK_BACK_IDS = 1000
LOOK_BACK_SECONDS = 10.0
COMPANIES = table_of(t.Company)
EVERYTHING = Scope(0, everything=True)


@dataclass(slots=True)
class Position:
    """How far somebody has read: all up to `floor`, and beyond it what they have `seen`.

    Ids are given out when a row is inserted, and may become visible in another order. What this API records of one
    company does not, as it holds the company's lock by then; but other programs may write here too. So the floor stays
    behind for a while, and what turns up late between it and the newest is still found.
    """

    floor: int
    seen: set[int] = field(default_factory=set)
    _marks: deque[tuple[float, int]] = field(default_factory=deque)

    @property
    def limit(self) -> int:
        """Of what has been seen, nothing may crowd out what is new."""
        return len(self.seen) + BATCH

    def new(self, found: Iterable[int]) -> list[int]:
        return [each for each in found if each not in self.seen]

    def advance(self, top: int, now: float) -> None:
        """`top` is the newest by now. The floor moves to what was the newest a while ago."""
        if not self._marks or self._marks[-1][1] < top:
            self._marks.append((now, top))
        while self._marks and self._marks[0][0] <= now - LOOK_BACK_SECONDS:
            self.floor = max(self.floor, self._marks.popleft()[1])
            self.seen = {each for each in self.seen if each > self.floor}


@dataclass(slots=True)
class _Channel:
    """Those who follow one company; `changed` is replaced whenever it is set."""

    followers: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    looking: asyncio.Task[None] | None = None

    def tell(self) -> None:
        self.changed.set()
        self.changed = asyncio.Event()


@dataclass(frozen=True, slots=True)
class Feed:
    new_reader: Callable[[], Reader]
    poll_seconds: float = 2.0
    clock: Callable[[], float] = time.monotonic
    _channels: dict[int, _Channel] = field(default_factory=dict)

    @property
    def followers(self) -> int:
        return sum(channel.followers for channel in self._channels.values())

    def written(self, entry: Written) -> None:
        """What the writer tells of each write, once it is over."""
        channel = None if entry.company_id is None else self._channels.get(entry.company_id)
        if channel is not None and entry.outcome == "done" and not entry.dry_run:
            channel.tell()

    async def position(self, reader: Reader, scope: Scope, company: int, after: int | None) -> Position:
        """From now on, or after an event that the follower has seen. Raises InvalidInput for what is not there."""
        if not await _visible(reader, scope, company):
            raise unknown("companyId", "company")
        if after is not None:
            if after not in await _ids(reader, scope, company, Position(after - 1), 1):
                raise unknown("after", "event of this company")
            return Position(after)
        position = await _recent(reader)
        position.seen.update(await _ids(reader, scope, company, position, LOOK_BACK_IDS))
        return position

    async def follow(self, scope: Scope, company: int, position: Position) -> AsyncGenerator[int, None]:
        """Ids of events, each once, in order but for what became visible late. Ends with InvalidInput when the company
        may not be seen any more."""
        with self._channel(company) as channel:
            while True:
                # Taken before looking, so that nothing gets lost in between.
                changed = channel.changed
                found = await self._look(scope, company, position)
                for each in found:
                    position.seen.add(each)
                    position.advance(each, self.clock())
                    yield each
                if not found:
                    await changed.wait()

    async def _look(self, scope: Scope, company: int, position: Position) -> list[int]:
        async with self.new_reader() as reader:
            # What one statement says stands on its own.
            reader.several = False
            found = position.new(await _ids(reader, scope, company, position, position.limit))
            if not found and not await _visible(reader, scope, company):
                raise unknown("companyId", "company")
            return found

    @contextmanager
    def _channel(self, company: int) -> Iterator[_Channel]:
        channel = self._channels.get(company)
        if channel is None:
            channel = self._channels[company] = _Channel()
            channel.looking = asyncio.create_task(self._keep_looking(company, channel))
        channel.followers += 1
        try:
            yield channel
        finally:
            channel.followers -= 1
            if not channel.followers:
                del self._channels[company]
                assert channel.looking is not None
                channel.looking.cancel()

    async def _keep_looking(self, company: int, channel: _Channel) -> None:
        position: Position | None = None
        while True:
            await asyncio.sleep(self.poll_seconds)
            # A database that does not answer now may answer the next time; those who follow need not know.
            with suppress(Exception):
                position, found = await self._looked(company, position)
                if found:
                    channel.tell()

    async def _looked(self, company: int, position: Position | None) -> tuple[Position, list[int]]:
        async with self.new_reader() as reader:
            recent = await _recent(reader)
            known = recent if position is None else position
            found = known.new(await _ids(reader, EVERYTHING, company, known, known.limit))
        known.seen.update(found)
        # The newest of all companies, so that the floor of one where little happens does not stay behind.
        known.advance(recent.floor + LOOK_BACK_IDS, self.clock())
        return known, found


async def _recent(reader: Reader) -> Position:
    [(top,)] = await reader.fetch(TOP, {})
    return Position((top or 0) - LOOK_BACK_IDS)


async def _ids(reader: Reader, scope: Scope, company: int, position: Position, limit: int) -> list[int]:
    values = {"viewer": scope.user_id, "company": company, "floor": position.floor, "limit": limit}
    return [row[0] for row in await reader.fetch(following(everything=scope.everything), values)]


async def _visible(reader: Reader, scope: Scope, company: int) -> bool:
    select = lists.by_key(COMPANIES, "id", ("id",), everything=scope.everything)
    return bool(await reader.fetch(select, {"viewer": scope.user_id, "keys": [company]}))


def unknown(argument: str, what: str) -> InvalidInput:
    """The same for what is another tenant's, and for what is not there."""
    return InvalidInput("NOT_FOUND", f"`{argument}` names no {what} that you may see.", argument)
