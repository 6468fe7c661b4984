"""Waiting that is short in tests, and random where it is to be found out what depends on it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

_rng: list[Random] = []


async def wait(rng: Random | None = None) -> None:
    chooses = rng or (_rng[-1] if _rng else None)
    await asyncio.sleep(0 if chooses is None else chooses.choice((0, 0.001, 0.004, 0.012)))


@contextmanager
def late(rng: Random) -> Iterator[None]:
    _rng.append(rng)
    try:
        yield
    finally:
        _rng.pop()
