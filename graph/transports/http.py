"""GraphQL over HTTP: one endpoint, JSON in, JSON out, every fault a JSON answer with a code."""

from dataclasses import dataclass
from time import perf_counter

from starlette.types import Receive, Scope, Send

from graph.errors import Refusal, bad_request, masked
from graph.service import Call
from graph.transports import events, reading, replies
from graph.transports.replies import EVENTS, JSON, RESPONSE, Reply
from graph.transports.terms import Terms


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Answers /graphql, with the security headers and without a framework's layers, which take longer than a short
    query."""

    terms: Terms
    most_body_bytes: int
    body_seconds: float
    compress_from: int = 0
    strict_get: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = reading.headers_of(scope)
        correlation_id = reading.correlation_id(headers, self.terms.service.writer.new_id)
        reply = await self._respond(scope, headers, receive, send, correlation_id)
        if reply is None:
            return
        if self.compress_from and len(reply.body) >= self.compress_from:
            reply = reply.compressed(headers.get(b"accept-encoding", b""), self.compress_from)
        await reply.send(send, (b"x-request-id", correlation_id.encode()))

    async def _respond(
        self, scope: Scope, headers: reading.Headers, receive: Receive, send: Send, correlation_id: str
    ) -> Reply | None:
        """None where the answer has been streamed."""
        media_type, actor, ask, begun = replies.media_type(headers.get(b"accept", b"*/*")), None, None, perf_counter()
        try:
            if media_type is None:
                raise bad_request(f"This endpoint answers {RESPONSE}, {JSON} or {EVENTS}.", 406)
            who = await self.terms.door.caller(reading.authorization(headers))
            actor, call = who.actor, Call(who.actor, correlation_id)
            bounds = (self.most_body_bytes, self.body_seconds)
            ask = await reading.read(scope, headers, receive, *bounds, strict=self.strict_get)
            if media_type == EVENTS:
                await events.respond(self.terms, scope, headers, receive, send, ask, who, call)
                return None
            answer = await self.terms.service.answer(ask, call, method=scope["method"])
            self.terms.audit.answered(actor, correlation_id, ask, answer, begun)
            if scope["method"] == "GET":
                return replies.cacheable(answer, media_type, headers.get(b"if-none-match", b""))
            return replies.answered(answer, media_type)
        except Refusal as refusal:
            self.terms.audit.refused(actor, correlation_id, refusal, ask, begun)
            return replies.refused(refusal, _media_type(media_type))
        except Exception as error:
            return replies.failed(masked(error, correlation_id))


def _media_type(accepted: str | None) -> str:
    """Of a refusal: what says no to a stream is no stream."""
    return JSON if accepted is None or accepted == EVENTS else accepted
