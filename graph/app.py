"""The ASGI application: settings in, endpoints out."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send
from uuid_utils import uuid7

from actions.advice import react
from actions.audit import Written
from actions.perform import Writer
from db.engine import create_engine
from db.reader import Reader
from db.writing import Transaction
from domain.actors import Actor
from domain.policy import Policy as BusinessPolicy
from domain.policy import with_overrides
from graph import manifest
from graph.audit import Audit
from graph.clock import utc_now
from graph.context import Context
from graph.document import Policy
from graph.documents import Documents
from graph.errors import bad_request
from graph.execution.plans import Plans
from graph.feed import Feed
from graph.headers import NamedHosts, SecurityHeaders
from graph.identity.configured import door
from graph.limits.points import allowance
from graph.limits.turns import Turns
from graph.schema import schema
from graph.service import Service
from graph.settings import Settings
from graph.transports.connections import Connections
from graph.transports.http import Endpoint
from graph.transports.reading import PREFLIGHTED
from graph.transports.socket import Sockets
from graph.transports.terms import Terms

STATIC = Path(str(files("graph"))) / "static"
CORS: dict[str, Any] = {
    "allow_methods": ["GET", "POST"],
    "allow_headers": [
        *("authorization", "content-type", "if-none-match", "last-event-id", "x-request-id"),
        *(name.decode() for name in PREFLIGHTED),
    ],
    "expose_headers": ["etag", "retry-after", "x-request-id"],
    "max_age": 3600,
}
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})
NO_PAGE = "GraphiQL is not built. Run `make web`, or build it in the folder web/ with npm."


class Front:
    """Leads to the endpoint, and for everything else to the pages."""

    def __init__(self, endpoint: Endpoint, sockets: Sockets, pages: ASGIApp) -> None:
        self.endpoint, self.sockets, self.pages = endpoint, sockets, pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app: ASGIApp = self.pages
        if scope["type"] == "websocket":
            app = self.sockets
        elif scope["type"] == "http" and scope["path"] == "/graphql":
            app = self.endpoint
        await app(scope, receive, send)


def make_app(settings: Settings, engine: AsyncEngine | None = None, connections: Connections | None = None) -> ASGIApp:
    """`engine` and `connections` are made from the settings when they are not given."""
    own = engine or create_engine(
        settings.database_url.get_secret_value(),
        pool_size=settings.pool_size,
        pool_timeout=settings.pool_timeout,
        statement_timeout=settings.statement_timeout,
    )

    held = make_connections(settings) if connections is None else connections
    endpoint = make_endpoint(settings, own, held)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        held.close()
        await endpoint.terms.service.allowance.close()
        await own.dispose()

    pages = Starlette(
        routes=_routes(settings, own),
        middleware=[Middleware(SecurityHeaders)],
        exception_handlers={HTTPException: _refused},
        lifespan=lifespan,
    )
    front: ASGIApp = Front(endpoint, Sockets(endpoint.terms), pages)
    if settings.cors_origins:
        front = CORSMiddleware(front, settings.cors_origins, **CORS)
    if not settings.demo_mode:
        return front
    # A page elsewhere could name this address its own (DNS rebinding) and read the demo as the demo user.
    named = f"[{settings.host}]" if ":" in settings.host else settings.host
    return NamedHosts(front, LOOPBACK_HOSTS | {named})


def make_connections(settings: Settings) -> Connections:
    return Connections(settings.most_connections, settings.most_sockets)


def make_endpoint(settings: Settings, engine: AsyncEngine, connections: Connections) -> Endpoint:
    audit = Audit()
    terms = Terms(
        make_service(settings, engine, audit),
        door(settings),
        audit,
        connections,
        frozenset(settings.cors_origins),
        settings.socket_init_seconds,
        settings.most_socket_bytes,
        settings.most_operations,
    )
    return Endpoint(
        terms,
        most_body_bytes=settings.most_body_bytes,
        body_seconds=settings.client_timeout,
        compress_from=settings.compress_from,
        strict_get=settings.strict_get,
    )


def make_service(settings: Settings, engine: AsyncEngine, audit: Audit) -> Service:
    redis = None if settings.redis_url is None else settings.redis_url.get_secret_value()
    feed = Feed(lambda: Reader(engine), settings.poll_seconds)
    service = Service(
        Documents(schema, Policy(settings.limits, settings.introspection, settings.most_errors)),
        lambda: Reader(engine),
        make_writer(engine, audit, feed, with_overrides(settings.policy)),
        allowance(settings.rate_points, settings.rate_seconds, redis),
        Turns(settings.most_calls, settings.most_waiting),
        Plans(schema.resolvers, engine.dialect) if settings.executor == "levels" else None,
        feed,
        deadline=settings.deadline,
        only_trusted=settings.only_trusted,
        demo=settings.demo_mode,
    )
    context = Context(Actor(0), Reader(engine), service.writer, plans=service.plans)
    for document in manifest.trusted():
        service.documents.trust(document, context)
    if settings.documents is not None:
        for document, names in manifest.read(settings.documents.read_bytes()):
            service.documents.trust(document, context, *names)
    return service


def make_writer(engine: AsyncEngine, audit: Audit, feed: Feed, policy: BusinessPolicy) -> Writer:
    def told(entry: Written) -> None:
        audit.written(entry)
        feed.written(entry)

    # Chance only spreads waiting times here: it need not be unpredictable.
    return Writer(
        lambda: Transaction(engine),
        clock=utc_now,
        new_id=lambda: str(uuid7()),
        jitter=random.random,
        audit=told,
        policy=policy,
        reactions=(react,),
    )


def _routes(settings: Settings, engine: AsyncEngine) -> list[Route | Mount]:
    async def healthy(request: Request) -> Response:
        return PlainTextResponse("ok")

    async def ready(request: Request) -> Response:
        try:
            async with engine.connect() as connection:
                await connection.execute(text("SELECT 1"))
        except Exception:
            return JSONResponse({"database": "unreachable"}, 503)
        return JSONResponse({"database": "ok"})

    routes: list[Route | Mount] = [
        Route("/healthz", healthy),
        Route("/readyz", ready),
    ]
    if settings.graphiql:
        routes += [
            Route("/", lambda request: RedirectResponse("/graphiql")),
            Route("/graphiql", _graphiql),
            Mount("/static", StaticFiles(directory=STATIC, check_dir=False)),
        ]
    return routes


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    refusal = bad_request(f"{error.detail}: the API is at /graphql.", error.status_code)
    return JSONResponse({"errors": [refusal.shown]}, refusal.status, headers=error.headers)


def _graphiql(request: Request) -> Response:
    page = STATIC / "graphiql" / "index.html"
    return FileResponse(page) if page.is_file() else PlainTextResponse(NO_PAGE, 503)
