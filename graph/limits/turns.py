"""How many calls of one caller are answered at a time: who sends a thousand at once waits for themselves alone."""

import asyncio
from collections import deque
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Line:
    """`busy` calls are being answered; the others wait to be woken, first come, first served."""

    busy: int = 0
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque)


class Queue(Exception):
    """The caller's line is as long as it may be."""


@dataclass(slots=True)
class Turns:
    """`most` at a time, `longest` in all, of each caller."""

    most: int
    longest: int
    _lines: dict[str, _Line] = field(default_factory=dict)

    async def take(self, who: str, *, is_bounded: bool = True) -> None:
        """Waits for a turn; whoever gets it must `give` it back."""
        line = self._lines.get(who)
        if line is None:
            line = self._lines[who] = _Line()
        if line.busy < self.most:
            line.busy += 1
            return
        if is_bounded and line.busy + len(line.waiting) >= self.longest:
            raise Queue
        turn = asyncio.get_running_loop().create_future()
        line.waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():
                # Woken and given up in the same moment: the turn goes to the next one.
                self.give(who)
            elif turn in line.waiting:
                line.waiting.remove(turn)
            raise

    def give(self, who: str) -> None:
        line = self._lines[who]
        while line.waiting:
            turn = line.waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        line.busy -= 1
        if not line.busy:
            del self._lines[who]
