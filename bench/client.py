"""A light HTTP client: whole requests as bytes, one at a time on each of some kept-alive connections."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import orjson

from bench.servers import Failed, Server


class WrongAnswer(Failed):
    """A request was not answered as it should."""


def request(document: str, name: str, variables: dict[str, Any], bearer: str) -> bytes:
    body = orjson.dumps({"query": document, "operationName": name, "variables": variables})
    head = (
        "POST /graphql HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {bearer}",
        "Content-Type: application/json",
        "Accept: application/json",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


class Connection(asyncio.Protocol):
    """Asks one request after the other."""

    def __init__(self) -> None:
        self._received = bytearray()
        self._body_at = self._end = 0
        self._answer: asyncio.Future[bytes] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports do not descend from asyncio's.
        self._transport = cast(asyncio.Transport, transport)

    def ask(self, wanted: bytes) -> "asyncio.Future[bytes]":
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(wanted)
        return self._answer

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._end:
            self._read_head()
        if self._end and len(self._received) >= self._end and self._answer is not None:
            body = bytes(self._received[self._body_at : self._end])
            ok = self._received.startswith(b"HTTP/1.1 200 ")
            self._received.clear()
            self._end = 0
            answer, self._answer = self._answer, None
            if ok:
                answer.set_result(body)
            else:
                answer.set_exception(WrongAnswer(body[:1000].decode(errors="replace")))

    def _read_head(self) -> None:
        end = self._received.find(b"\r\n\r\n")
        if end >= 0:
            _, _, length = bytes(self._received[:end]).lower().partition(b"content-length:")
            self._body_at = end + 4
            self._end = self._body_at + int(length.split(b"\r\n", 1)[0])

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(WrongAnswer("the server closed the connection"))

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


@dataclass(slots=True)
class Slice:
    """Requests of one kind to one server, and what they took."""

    requests: int
    seconds: float
    server_cpu: float
    latencies: list[float] = field(repr=False)
    database_cpu: float = 0.0

    @property
    def cpu_ms(self) -> float:
        return self.server_cpu / self.requests * 1000

    @property
    def database_ms(self) -> float:
        return self.database_cpu / self.requests * 1000


async def ask(server: Server, wanted: bytes) -> Any:
    connection = await _connect(server)
    try:
        return orjson.loads(await connection.ask(wanted))
    finally:
        connection.close()


async def load(server: Server, asks: Iterator[bytes], connections: int, seconds: float) -> Slice:
    """Asks for so long, or until there is nothing more to ask; refuses answers that hold an error."""
    made = [await _connect(server) for _ in range(connections)]
    latencies: list[float] = []
    cpu, began = server.cpu, time.perf_counter()
    try:
        await asyncio.gather(*(_work(one, asks, began + seconds, latencies) for one in made))
        took = time.perf_counter() - began
        return Slice(len(latencies), took, server.cpu - cpu, latencies)
    finally:
        for one in made:
            one.close()


async def _work(connection: Connection, asks: Iterator[bytes], until: float, latencies: list[float]) -> None:
    clock = time.perf_counter
    before = clock()
    while before < until and (wanted := next(asks, None)) is not None:
        body = await connection.ask(wanted)
        after = clock()
        latencies.append(after - before)
        if b'"message":' in body:
            raise WrongAnswer(body[:1000].decode(errors="replace"))
        before = clock()


async def _connect(server: Server) -> Connection:
    _, connection = await asyncio.get_running_loop().create_connection(Connection, "127.0.0.1", server.port)
    return connection
