"""HTTP by hand, over sockets: bytes go out as they are, and every byte that comes back is looked at."""

import asyncio
import gzip
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass

from tests.door.client import LEAKS
from tests.fuzz.answers import checked

STATUS_LINE = re.compile(rb"HTTP/1\.1 ([1-5]\d\d) [A-Za-z -]*\r\n")
QUIET_SECONDS = 0.03
"""After an answer: whether another one follows, to a request that was meant to be one."""

Pieces = Sequence[bytes | float]
"""What is sent; numbers are seconds to wait."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[bytes, bytes]
    body: bytes

    @property
    def content_type(self) -> str:
        return self.headers.get(b"content-type", b"").decode("latin-1")


@dataclass(frozen=True)
class Exchange:
    answers: list[Answer]
    seconds: float
    is_closed: bool


async def exchange(host: str, port: int, pieces: Pieces, most_seconds: float) -> Exchange:
    """Until something was answered, or the connection was closed; fails with TimeoutError after that time."""
    begun = time.perf_counter()
    reader, writer = await asyncio.open_connection(host, port)
    is_head = isinstance(pieces[0], bytes) and pieces[0].startswith(b"HEAD ")
    try:
        sending = asyncio.create_task(_send(writer, pieces))
        async with asyncio.timeout(most_seconds):
            content, is_closed = await _received(reader, is_head)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        return Exchange(parsed(content, is_head), time.perf_counter() - begun, is_closed)
    finally:
        writer.transport.abort()


async def _send(writer: asyncio.StreamWriter, pieces: Pieces) -> None:
    for piece in pieces:
        if isinstance(piece, bytes):
            writer.write(piece)
            await writer.drain()
        else:
            await asyncio.sleep(piece)


async def _received(reader: asyncio.StreamReader, is_head: bool) -> tuple[bytes, bool]:
    content = b""
    while True:
        is_whole = bool(content) and _is_whole(content, is_head)
        try:
            async with asyncio.timeout(QUIET_SECONDS if is_whole else None):
                more = await reader.read(1 << 20)
        except TimeoutError:
            if is_whole:
                return content, False
            raise
        except ConnectionError:
            return content, True
        if not more:
            return content, True
        content += more


def _is_whole(content: bytes, is_head: bool) -> bool:
    try:
        return bool(parsed(content, is_head))
    except (AssertionError, ValueError):
        return False


def parsed(content: bytes, is_head: bool = False) -> list[Answer]:
    """The answers, without those that only ask for the body. What is no HTTP, or cut, fails."""
    found = []
    while content:
        head, end, rest = content.partition(b"\r\n\r\n")
        line = STATUS_LINE.match(head + b"\r\n")
        assert end, content[:200]
        assert line, content[:200]
        status, headers = int(line[1]), _headers(head[line.end() :])
        if status == 101:
            return [*found, Answer(status, headers, b"")]
        if status == 100:
            content = rest
            continue
        # To a HEAD without a body; that of a request that nobody could read has one.
        length = 0 if status == 304 or (is_head and not rest) else _length(headers, rest)
        assert len(rest) >= length, "cut"
        found.append(Answer(status, headers, rest[:length]))
        content = rest[length:]
    return found


def _length(headers: dict[bytes, bytes], rest: bytes) -> int:
    if b"content-length" not in headers:
        # Until the connection ends.
        assert headers[b"connection"] == b"close", headers
        return len(rest)
    return int(headers[b"content-length"])


def _headers(text: bytes) -> dict[bytes, bytes]:
    lines = [line.partition(b": ") for line in text.split(b"\r\n") if line]
    names = [name.lower() for name, _, _ in lines]
    assert len(set(names)) == len(names), names
    return {name.lower(): value for name, _, value in lines}


# What is not the endpoint's: other paths, and handshakes that are none.
ELSEWHERE = {(404, b"Not Found"), (404, b""), (405, b"Method Not Allowed"), (307, b"")}


def must_be_good(answer: Answer, *, elsewhere: bool = False) -> None:
    """`elsewhere`: the request may have been one for another path or protocol."""
    assert 200 <= answer.status < 500 or answer.status == 101, answer
    said = b"\n".join(b"%s: %s" % item for item in answer.headers.items()).decode("latin-1")
    assert not (leak := LEAKS.search(said)), (leak, said)
    assert b"set-cookie" not in answer.headers
    assert b"x-injected" not in answer.headers
    body = answer.body
    if answer.headers.get(b"content-encoding") == b"gzip":
        body = gzip.decompress(body)
    assert not (leak := LEAKS.search(body.decode())), (leak, body[:500])
    if answer.status in (101, 304) or (elsewhere and not answer.content_type.startswith("application/")):
        assert elsewhere or answer.status == 304
        assert answer.status in (101, 304, 426, 403, 400) or (answer.status, body) in ELSEWHERE, (answer.status, body)
        return
    if body:
        checked(answer.status, answer.content_type, body)
