"""WebSockets at /graphql: who may connect, before anything is accepted. What follows is `session`'s."""

from dataclasses import dataclass

from starlette.types import Message, Receive, Scope, Send

from graph.errors import Refusal, bad_request
from graph.transports import reading, replies
from graph.transports.frames import Close, Code
from graph.transports.reading import Headers
from graph.transports.replies import JSON
from graph.transports.session import Session
from graph.transports.terms import Terms

PATH = "/graphql"
PROTOCOL = "graphql-transport-ws"
DENIAL = "websocket.http.response"
USUAL_PORTS = {"http": ":80", "https": ":443"}


@dataclass(frozen=True, slots=True)
class Sockets:
    terms: Terms

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = reading.headers_of(scope)
        correlation_id = reading.correlation_id(headers, self.terms.service.writer.new_id)
        if (await receive())["type"] != "websocket.connect":
            return
        try:
            self._check(scope, headers)
        except Refusal as refusal:
            self.terms.audit.refused(None, correlation_id, refusal)
            await _deny(scope, send, refusal)
            return
        if PROTOCOL not in scope["subprotocols"]:
            await send({"type": "websocket.accept"})
            await send(Close(Code.SUBPROTOCOL, "Subprotocol not acceptable").message)
            return
        await send({"type": "websocket.accept", "subprotocol": PROTOCOL})
        await Session(self.terms, receive, send, correlation_id, reading.authorization(headers)).run()

    def _check(self, scope: Scope, headers: Headers) -> None:
        if scope["path"] != PATH:
            raise bad_request(f"WebSockets are at {PATH}.", 404)
        if not from_allowed(headers, self.terms.origins):
            raise Refusal("FORBIDDEN", "Pages of this origin may not call here: see PARTNER_GRAPH_CORS_ORIGINS.")
        self.terms.connections.check()


def from_allowed(headers: Headers, origins: frozenset[str]) -> bool:
    """Browsers let any page open a WebSocket to anywhere, and say where the page is from. Other programs need not."""
    origin = headers.get(b"origin")
    if origin is None:
        return True
    scheme, _, place = origin.decode("latin-1").lower().partition("://")
    usual, host = USUAL_PORTS.get(scheme, ""), headers.get(b"host", b"").decode("latin-1").lower()
    if place and place.removesuffix(usual) == host.removesuffix(usual):
        return True
    return f"{scheme}://{place}" in origins


async def _deny(scope: Scope, send: Send, refusal: Refusal) -> None:
    if DENIAL not in scope.get("extensions", {}):
        # Which is a 403, whatever the reason was.
        await send({"type": "websocket.close"})
        return

    async def as_denial(message: Message) -> None:
        await send({**message, "type": f"websocket.{message['type']}"})

    await replies.refused(refusal, JSON).send(as_denial)
