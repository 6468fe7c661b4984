"""Connections that take their time: uvicorn waits without end for who sends nothing, half a request, or does not read
the answer. Each of them holds a file and memory, of which there is only so much."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from graph.answers import written
from graph.errors import bad_request

MOST_HEAD_BYTES = 65_536
MOST_UNFINISHED = 500
"""Connections of a process that may be in the middle of a request, or before one: with another, the one that has been
there longest is closed, if for more than a second. Who means to ask sends at once."""

GRACE_SECONDS = 1.0
"""For the endpoint to say that a body did not arrive, before the connection is closed."""

BODIES = (b"content-length", b"transfer-encoding")
ANSWER = (
    b"HTTP/1.1 %s\r\ncontent-type: application/json\r\ncache-control: no-store\r\ncontent-length: %d\r\n"
    b"connection: close\r\n\r\n%s"
)


class Connection(HttpToolsProtocol):
    """`seconds`: for the head of a request to arrive, for its body, and for its answer to be read. `unfinished` are
    those of the process that something is yet to arrive from, and since when, the oldest first."""

    seconds: float
    unfinished: dict["Connection", float]

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._in_head = self._is_whole = False
        self._begun = self._head_bytes = 0
        self._arriving: asyncio.TimerHandle | None = None
        self._read: asyncio.TimerHandle | None = None
        self._running: RequestResponseCycle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._arrived()
        self._was_read()
        self._unset_keepalive_if_required()
        if self._running is not None and not self._running.response_complete:
            # uvicorn tells the newest of pipelined requests only.
            self._running.disconnected = True
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        begun, was_in_head = self._begun, self._in_head
        super().data_received(data)
        if self._is_whole or self.transport.is_closing():
            return
        if was_in_head and self._in_head and begun == self._begun:
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD_BYTES:
                self._refuse(b"431 Request Header Fields Too Large", "The headers are too long.")
                return
        if self._arriving is None:
            self._wait()

    def handle_websocket_upgrade(self) -> None:
        """The transport is another protocol's from now on, and that one never answers what is no GET."""
        if self.scope["method"] != "GET" or any(name in BODIES for name, _ in self.headers):
            self._refuse(b"400 Bad Request", "A WebSocket begins with a GET that has no body.")
            return
        self._is_whole = True
        self._arrived()
        super().handle_websocket_upgrade()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def send_400_response(self, msg: str) -> None:
        self._refuse(b"400 Bad Request", msg)

    # What the parser finds

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head, self._is_whole = True, False
        self._begun += 1
        self._head_bytes = 0

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self._in_head = False
        if self._arriving is not None:
            self._wait()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._is_whole = True
        self._arrived()

    # What comes in

    def _wait(self) -> None:
        if self._arriving is not None:
            self._arriving.cancel()
        seconds = self.seconds if self._in_head or not self._begun else self.seconds + GRACE_SECONDS
        self._arriving = self.loop.call_later(seconds, self._give_up)
        now = self.loop.time()
        self.unfinished.setdefault(self, now)
        if len(self.unfinished) > MOST_UNFINISHED:
            longest, since = next(iter(self.unfinished.items()))
            if now - since > GRACE_SECONDS:
                longest._arrived()
                longest.transport.abort()

    def _arrived(self) -> None:
        if self._arriving is not None:
            self._arriving.cancel()
            self._arriving = None
            self.unfinished.pop(self, None)

    def _give_up(self) -> None:
        is_answering = self.cycle is not None and not self.cycle.response_complete
        if self._in_head and not is_answering:
            self._refuse(b"408 Request Timeout", f"The headers took longer than {self.seconds:g} seconds.")
        else:
            self._arrived()
            self.transport.abort()

    def _refuse(self, status: bytes, message: str) -> None:
        """Nobody's endpoint has been reached: it is said here."""
        self._arrived()
        body = written({"errors": [bad_request(message).shown]})
        self.transport.write(ANSWER % (status, len(body), body))
        self.transport.close()
        self._expect_read()

    # What goes out

    def pause_writing(self) -> None:
        super().pause_writing()
        self._expect_read()

    def resume_writing(self) -> None:
        super().resume_writing()
        if not self.transport.is_closing():
            self._was_read()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.transport.is_closing():
            self._expect_read()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._expect_read()

    def _expect_read(self) -> None:
        """A transport that is to be closed sends what it holds first."""
        if self._read is None:
            self._read = self.loop.call_later(self.seconds, self.transport.abort)

    def _was_read(self) -> None:
        if self._read is not None:
            self._read.cancel()
            self._read = None


def patient(seconds: float) -> type[Connection]:
    """For a server of its own."""
    return type("Patient", (Connection,), {"seconds": seconds, "unfinished": {}})
