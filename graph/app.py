"""The ASGI application: settings in, endpoints out."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send
from uuid_utils import uuid7

from actions.perform import Writer
from db.engine import create_engine
from db.reader import Reader
from db.writing import Transaction
from domain.actors import Actor
from domain.enums import GlobalRole
from graph.context import Context
from graph.documents import Documents, trusted
from graph.execution.plans import Plans
from graph.headers import NamedHosts, SecurityHeaders
from graph.http import Endpoint
from graph.schema import schema
from graph.settings import Settings
from graph.viewer import Door, Tokens, utc_now

STATIC = Path(str(files("graph"))) / "static"
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})
NO_PAGE = "GraphiQL is not built. Run `make web`, or build it in the folder web/ with npm."


class Front:
    """Leads to the endpoint, and for everything else to the pages."""

    def __init__(self, endpoint: Endpoint, pages: ASGIApp) -> None:
        self.endpoint, self.pages = endpoint, pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        to_endpoint = scope["type"] == "http" and scope["path"] == "/graphql"
        await (self.endpoint if to_endpoint else self.pages)(scope, receive, send)


def make_app(settings: Settings, engine: AsyncEngine | None = None) -> ASGIApp:
    """`engine` is made from the settings when it is not given."""
    own = engine or create_engine(
        settings.database_url.get_secret_value(), pool_size=settings.pool_size, pool_timeout=settings.pool_timeout
    )

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        await own.dispose()

    pages = Starlette(routes=_routes(settings, own), middleware=[Middleware(SecurityHeaders)], lifespan=lifespan)
    front = Front(make_endpoint(settings, own), pages)
    if not settings.demo_mode:
        return front
    # A page elsewhere could name this address its own (DNS rebinding) and read the demo as the demo user.
    named = f"[{settings.host}]" if ":" in settings.host else settings.host
    return NamedHosts(front, LOOPBACK_HOSTS | {named})


def make_endpoint(settings: Settings, engine: AsyncEngine) -> Endpoint:
    plans = Plans(schema.resolvers, engine.dialect) if settings.executor == "levels" else None
    endpoint = Endpoint(Documents(schema), door(settings), lambda: Reader(engine), make_writer(engine), plans)
    for document in trusted():
        endpoint.documents.trust(document, Context(Actor(0), Reader(engine), endpoint.writer, plans=plans))
    return endpoint


def make_writer(engine: AsyncEngine) -> Writer:
    # Chance only spreads waiting times here: it need not be unpredictable.
    return Writer(lambda: Transaction(engine), clock=utc_now, new_id=lambda: str(uuid7()), jitter=random.random)


def door(settings: Settings) -> Door:
    if settings.demo_mode:
        return Door(tokens=None, demo=Actor(settings.demo_user_id, roles=frozenset({GlobalRole.ADMIN})))
    if settings.token_secret is None:
        raise ValueError("outside demo mode PARTNER_GRAPH_TOKEN_SECRET is needed")
    return Door(Tokens(settings.token_secret.get_secret_value()))


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


def _graphiql(request: Request) -> Response:
    page = STATIC / "graphiql" / "index.html"
    return FileResponse(page) if page.is_file() else PlainTextResponse(NO_PAGE, 503)
