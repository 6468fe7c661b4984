"""What every request and answer goes through: the host check of demo mode, and security headers."""

import re

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graph.errors import bad_request

# GraphiQL's editor writes inline styles and carries its fonts in the style sheet.
POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:; "
    "worker-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
RAW = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[^:\[\]@]+)(:[0-9]*)?")


class SecurityHeaders:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                there = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(each for each in RAW if each[0] not in there)]
            await send(message)

        await self.app(scope, receive, with_headers)


class NamedHosts:
    """Refuses requests that name another host. A page elsewhere could have its own name lead here (DNS rebinding) and
    read the demo as the demo user."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self.app = app
        self.hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and _host(Headers(scope=scope).get("host", "")) not in self.hosts:
            message = f"In demo mode this server answers to {', '.join(sorted(self.hosts))} only."
            await JSONResponse({"errors": [bad_request(message).shown]}, 400, HEADERS)(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _host(header: str) -> str:
    """Without the port, in lower case; an IPv6 address keeps its brackets. Empty for what is no Host header."""
    form = HOST.fullmatch(header.lower())
    return form["name"] if form else ""
