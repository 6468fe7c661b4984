"""Bytes that are hardly HTTP, sent to a real server: it answers JSON or closes, soon, and lives."""

import asyncio
import os
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from domain.enums import GlobalRole
from tests.door.client import token
from tests.door.processes import Served
from tests.fuzz.junk import Junk
from tests.fuzz.wire import Exchange, exchange, must_be_good

pytestmark = pytest.mark.slow

MOST_SECONDS = 10.0
"""Two, and what the server waits for who sends half a request: half a second, and one until it closes."""

AT_ONCE = 32
MOST_GROWTH = 64e6
# Whatever else is sent may have become a request for another path.
ENDPOINT = {"flipped_body", "accepting", "lengths", "bodies", "members", "documents", "queries", "trickled"}


def address(served: Served) -> tuple[str, int]:
    url = urlsplit(served.url)
    assert url.hostname
    assert url.port
    return url.hostname, url.port


def resident(served: Served) -> int:
    pages = int(Path(f"/proc/{served.process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


async def tried(served: Served, junk: Junk, seed: int) -> tuple[str, Exchange]:
    kind, pieces = junk.make(seed)
    try:
        found = await exchange(*address(served), pieces, MOST_SECONDS)
        for answer in found.answers:
            must_be_good(answer, elsewhere=kind not in ENDPOINT)
        assert found.answers or found.is_closed
    except (AssertionError, TimeoutError, ValueError, KeyError) as error:
        raise AssertionError(f"seed {seed}, {kind}: {error!r}") from error
    return kind, found


async def all_of(served: Served, junk: Junk, seeds: range) -> list[tuple[str, Exchange]]:
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(seed: int) -> tuple[str, Exchange]:
        async with turns:
            return await tried(served, junk, seed)

    return await asyncio.gather(*(one(seed) for seed in seeds))


@pytest.mark.parametrize("size", [100, pytest.param(2000, marks=pytest.mark.slow)])
async def test_bytes(served: Served, size: int) -> None:
    junk, pid = Junk(token(1, GlobalRole.ADMIN)), served.process.pid
    found = await all_of(served, junk, range(size // 2))
    warm = resident(served)
    found += await all_of(served, junk, range(size // 2, size))
    assert len(found) == size
    statuses = Counter(answer.status for _, each in found for answer in each.answers)
    assert statuses[200] > size / 10
    assert statuses[400] > size / 10
    assert resident(served) - warm < MOST_GROWTH
    [good] = (await exchange(*address(served), [junk.post(b'{"query": "{ viewer { demo } }"}')], MOST_SECONDS)).answers
    assert (good.status, b"errors" in good.body) == (200, False)
    assert (served.process.poll(), served.process.pid) == (None, pid)
    assert "Traceback" not in served.log.read_text()
