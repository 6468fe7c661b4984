"""Asks both executors and says where they differ, in the smallest document that still shows it."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pprint import pformat
from random import Random
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from db.reader import Reader
from domain.actors import Actor
from tests.execution import chance
from tests.execution.answers import Answer, answer, difference, told
from tests.execution.executors import Request
from tests.execution.shrink import smallest

TRIES = 8
Ask = Callable[[Request, bool], Awaitable[Answer]]
"""Asks one executor, the stock one if True."""


@dataclass(frozen=True)
class Difference:
    what: str
    request: Request
    ours: Answer
    stock: Answer

    def __str__(self) -> str:
        shown = [
            f"The executors differ in {self.what}.", self.request.document,
            f"operation: {self.request.operation}", f"variables: {pformat(self.request.variables)}",
            "--- ours", pformat(self.ours, width=140), "--- stock", pformat(self.stock, width=140),
        ]  # fmt: skip
        return "\n".join(shown)


async def compare(ask: Ask, request: Request) -> tuple[Answer, Difference | None]:
    """The stock executor's answer, and what is different in ours."""
    ours, stock = await ask(request, False), await ask(request, True)
    what = difference(ours, stock)
    if what is None or (what == "errors" and await _is_left_to_chance(ask, request, ours, stock)):
        return stock, None
    return stock, Difference(what, request, ours, stock)


async def must_agree(ask: Ask, request: Request) -> Answer:
    stock, found = await compare(ask, request)
    if found is not None:
        found = await smallest(found, lambda smaller: _difference(ask, smaller))
        pytest.fail(str(found), pytrace=False)
    return stock


async def _difference(ask: Ask, request: Request) -> Difference | None:
    return (await compare(ask, request))[1]


def asking(engine: AsyncEngine, actor: Actor) -> Ask:
    return lambda request, stock: answer(engine, actor, request, stock=stock)


async def _is_left_to_chance(ask: Ask, request: Request, ours: Answer, stock: Answer) -> bool:
    """Of several errors that make the same position null, the first is told, and which is first may be up to the
    database. Then the stock executor itself tells now this one, now that one: ours must tell one of these.
    """
    told_here, seen = told(ours), {position: {errors} for position, errors in told(stock).items()}
    for seed in range(TRIES):
        with _late_rows(Random(seed)), chance.late(Random(seed)):
            for position, errors in told(await ask(request, True)).items():
                seen.setdefault(position, set()).add(errors)
        if all(errors in seen.get(position, ()) for position, errors in told_here.items()):
            return set(told_here) == set(seen)
    return False


@contextmanager
def _late_rows(rng: Random) -> Iterator[None]:
    """Statements wait for a moment before they are sent, each for another one."""
    prompt = Reader.fetch

    async def late(self: Reader, *args: Any, **kwargs: Any) -> Any:
        await chance.wait(rng)
        return await prompt(self, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Reader, "fetch", late)
        yield
