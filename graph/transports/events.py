"""Server-sent events, as graphql-sse has them in its distinct connections mode: an operation, a stream."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import ExitStack, suppress
from typing import Any

from starlette.types import Receive, Scope, Send

from graph.answers import written
from graph.asking import Ask
from graph.errors import Refusal, masked
from graph.headers import RAW
from graph.identity.claims import Caller
from graph.identity.refusals import EXPIRED, Unauthenticated
from graph.service import Answer, Call
from graph.stream import Stream, opened
from graph.transports.connections import CLOSE_SECONDS, Gone, told
from graph.transports.reading import Headers
from graph.transports.replies import EVENTS
from graph.transports.terms import Terms

HEADERS = [
    (b"content-type", f"{EVENTS}; charset=utf-8".encode()),
    (b"cache-control", b"no-store"),
    # Otherwise nginx keeps events back until there are enough of them.
    (b"x-accel-buffering", b"no"),
    *RAW,
]
COMMENT = b":\n\n"
COMPLETE = b"event: complete\ndata: \n\n"


async def respond(
    terms: Terms, scope: Scope, headers: Headers, receive: Receive, send: Send, ask: Ask, who: Caller, call: Call
) -> None:
    """Raises a Refusal as long as nothing has been sent. The stream just breaks off when the token expires, the server
    stops or the client goes: who wants more comes back, with `Last-Event-ID`."""
    loop, limit = asyncio.get_running_loop(), asyncio.timeout(terms.seconds_left(who))
    watching, last_seen = None, headers.get(b"last-event-id", b"").decode("latin-1")

    def end() -> None:
        # It may be ending already.
        with suppress(RuntimeError):
            limit.reschedule(loop.time())

    has_begun = False
    with ExitStack() as held:
        try:
            async with limit:
                held.enter_context(terms.connections.one(end))
                held.enter_context(terms.connections.of(call.actor.scope))
                found = await opened(terms.service, ask, call, method=scope["method"], last_seen=last_seen or None)
                watching = asyncio.create_task(_watch(receive, end))
                has_begun = True
                await _begin(send, call)
                await _Sending(terms, send, ask, call).all(found)
        except TimeoutError:
            if not limit.expired():
                raise
            if not has_begun:
                terms.connections.check()
                raise Unauthenticated(EXPIRED) from None
        except Gone:
            pass
        finally:
            if watching is not None:
                watching.cancel()
    with suppress(Gone):
        await told(send, {"type": "http.response.body", "body": b""}, CLOSE_SECONDS)


async def _begin(send: Send, call: Call) -> None:
    headers = [(b"x-request-id", call.correlation_id.encode()), *HEADERS]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": COMMENT, "more_body": True})


async def _watch(receive: Receive, end: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    end()


class _Sending:
    def __init__(self, terms: Terms, send: Send, ask: Ask, call: Call) -> None:
        self._terms, self._send, self._ask, self._call = terms, send, ask, call

    async def all(self, found: Answer | Stream) -> None:
        answers = found.answers() if isinstance(found, Stream) else _alone(found)
        try:
            await self._each(answers)
        except Refusal as refusal:
            self._terms.audit.refused(self._call.actor, self._call.correlation_id, refusal, self._ask)
            await self._told(_event({"errors": [refusal.shown]}))
        except Gone:
            raise
        except Exception as error:
            shown = masked(error, self._call.correlation_id)
            await self._told(_event({"errors": [shown]}))
        await self._told(COMPLETE)

    async def _each(self, answers: AsyncGenerator[Answer, None]) -> None:
        """A comment now and then shows those in between that somebody is there."""
        pending = asyncio.ensure_future(anext(answers, None))
        try:
            while True:
                done, _ = await asyncio.wait({pending}, timeout=self._terms.heartbeat_seconds)
                if not done:
                    await self._told(COMMENT)
                    continue
                answer = pending.result()
                if answer is None:
                    return
                self._terms.audit.answered(self._call.actor, self._call.correlation_id, self._ask, answer)
                await self._told(_event(answer.body, answer.position))
                pending = asyncio.ensure_future(anext(answers, None))
        finally:
            pending.cancel()
            await asyncio.gather(pending, return_exceptions=True)
            await answers.aclose()

    async def _told(self, body: bytes) -> None:
        await told(
            self._send, {"type": "http.response.body", "body": body, "more_body": True}, self._terms.send_seconds
        )


async def _alone(answer: Answer) -> AsyncGenerator[Answer, None]:
    yield answer


def _event(body: dict[str, Any], position: str | None = None) -> bytes:
    id_ = b"" if position is None else b"id: %s\n" % position.encode()
    return b"event: next\n%sdata: %s\n\n" % (id_, written(body))
