"""WebSockets and event streams that are open: counted, and ended together when the server stops."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from starlette.types import Message, Send

from graph.errors import Refusal

RETRY_SECONDS = 5
CLOSE_SECONDS = 1.0
MOST_UNKNOWN = 20


class Gone(Exception):
    """The client reads nothing any more."""


async def told(send: Send, message: Message, seconds: float) -> None:
    """Waits until the message is on its way, or raises Gone: nothing piles up for a client that does not read."""
    try:
        async with asyncio.timeout(seconds):
            await send(message)
    except (OSError, TimeoutError):
        raise Gone from None


@dataclass(slots=True)
class Connections:
    """`most` in this process, `most_of_one` of one caller. What is counted ends itself when it is told to."""

    most: int
    most_of_one: int
    is_closing: bool = False
    _ends: dict[int, Callable[[], None]] = field(default_factory=dict)
    _callers: Counter[str] = field(default_factory=Counter)
    _last: int = 0
    _unknown: int = 0

    def __len__(self) -> int:
        return len(self._ends)

    def check(self) -> None:
        """Whether there is room for one more."""
        if self.is_closing or len(self) >= self.most:
            message = "This server holds as many connections as it can. Try again in a moment."
            raise _later("OVERLOADED", message)

    @contextmanager
    def one(self, end: Callable[[], None]) -> Iterator[None]:
        """`end` ends it, as soon as it can be."""
        self.check()
        self._last += 1
        number = self._last
        self._ends[number] = end
        try:
            yield
        finally:
            del self._ends[number]

    @contextmanager
    def unknown(self) -> Iterator[None]:
        """As long as nobody knows who is calling: they must not take the places of those who are known."""
        if self._unknown >= max(MOST_UNKNOWN, self.most // 10):
            message = "Too many connections wait to say who they are. Try again in a moment."
            raise _later("OVERLOADED", message)
        self._unknown += 1
        try:
            yield
        finally:
            self._unknown -= 1

    @contextmanager
    def of(self, who: str) -> Iterator[None]:
        if self._callers[who] >= self.most_of_one:
            message = f"You have {self.most_of_one} connections open: close one first, or subscribe over it."
            raise _later("TOO_MANY_CALLS", message)
        self._callers[who] += 1
        try:
            yield
        finally:
            self._callers[who] -= 1
            if not self._callers[who]:
                del self._callers[who]

    def close(self) -> None:
        """Ends all there are, and lets no more in."""
        self.is_closing = True
        for end in list(self._ends.values()):
            end()


def _later(code: str, message: str) -> Refusal:
    return Refusal(code, message).with_headers(Retry_After=str(RETRY_SECONDS))
