"""How long the server waits for whom, and that it holds on to nothing."""

import asyncio
import time
from pathlib import Path

import pytest

from domain.enums import GlobalRole
from graph.cli.patience import GRACE_SECONDS, MOST_UNFINISHED
from tests.door.client import SECRET, token
from tests.door.processes import Served, serving
from tests.fuzz.attacks import of, post, status_of
from tests.fuzz.conftest import CLIENT_SECONDS
from tests.fuzz.junk import head
from tests.fuzz.test_bytes import address
from tests.fuzz.wire import parsed

pytestmark = pytest.mark.slow
LONG = 2 * CLIENT_SECONDS + 2
REQUEST = post(token(1, GlobalRole.ADMIN), of("{ __typename }"))
HALVES = {
    "nothing": (b"", None),
    "half a head": (head(b"POST", b"/graphql")[:-2], 408),
    "half a body": (REQUEST[:-5], 408),
    "half a second request": (REQUEST + REQUEST[:20], 200),
    "a handshake that is none": (b"POST /graphql HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", 400),
    "no HTTP": (b"hello\r\n\r\n", 400),
    "a head without end": (b"GET /graphql HTTP/1.1\r\nX: " + b"y" * 2_000_000, 431),
}


@pytest.mark.parametrize("half", HALVES)
async def test_who_sends_half_is_told_and_left(served: Served, half: str) -> None:
    sent, status = HALVES[half]
    reader, writer = await asyncio.open_connection(*address(served))
    begun = time.perf_counter()
    writer.write(sent)
    content = b""
    async with asyncio.timeout(LONG + 5):
        # Until the server closes.
        while more := await _read(reader):
            content += more
    answers = parsed(content)
    assert [answer.status for answer in answers][:1] == ([] if status is None else [status])
    assert all(answer.content_type == "application/json" for answer in answers)
    assert time.perf_counter() - begun < LONG + 4
    writer.transport.abort()


async def _read(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.read(65_536)
    except ConnectionError:
        return b""


async def test_who_reads_nothing_is_left(served: Served) -> None:
    much = post(token(1, GlobalRole.ADMIN), of("{ companies(first: 100) { nodes { id name website } } }"))
    _, writer = await asyncio.open_connection(*address(served), limit=1)
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    with pytest.raises(ConnectionError):
        await _insist(writer, much)
    assert writer.transport.is_closing()


async def _insist(writer: asyncio.StreamWriter, request: bytes) -> None:
    async with asyncio.timeout(30):
        while True:
            writer.write(request)
            await writer.drain()
            await asyncio.sleep(0.002)


async def test_of_those_who_send_nothing_the_newest_stay(demo_url: str, tmp_path: Path) -> None:
    with serving(folder=tmp_path, database_url=demo_url, token_secret=SECRET) as patient:
        silent = [await asyncio.open_connection(*address(patient)) for _ in range(MOST_UNFINISHED)]
        await asyncio.sleep(2 * GRACE_SECONDS)
        newest = await asyncio.open_connection(*address(patient))
        # It was the oldest's.
        assert await asyncio.wait_for(_read(silent[0][0]), 5) == b""
        for reader, writer in (silent[1], silent[-1], newest):
            writer.write(REQUEST)
            assert await status_of(reader) == 200
        for _, writer in (*silent, newest):
            writer.transport.abort()
