"""Serving: checks first, so that what is wrong is said in a line, then uvicorn."""

import asyncio
import gc
import ipaddress
import math
import secrets
import signal
import socket

import typer
import uvicorn
from limits.errors import ConfigurationError
from pydantic import SecretStr
from starlette.types import ASGIApp

from db import migrate as migrations
from domain.enums import GlobalRole
from graph import log
from graph.app import make_app, make_connections
from graph.cli.failures import Stop, reached
from graph.cli.patience import patient
from graph.clock import utc_now
from graph.identity.configured import key_source, terms
from graph.identity.keys import NO_KEY, usable
from graph.identity.sources import NoKeys
from graph.identity.tokens import mint
from graph.settings import Settings
from graph.transports.connections import Connections

SESSION_SECONDS = 12 * 3600
BACKLOG = 2048
"""Connections that may wait to be accepted: who comes when there are more tries again only after a second."""


def run(settings: Settings) -> None:
    settings = _with_secret(settings)
    asyncio.run(_check_database(settings))
    _check_keys(settings)
    _configure_log(settings)
    connections = make_connections(settings)
    app = _app(settings, connections)
    listening = _listen(settings)
    _print_urls(settings, listening.getsockname()[1])
    config = uvicorn.Config(
        app,
        log_level=settings.log_level,
        access_log=settings.log_level == "debug",
        server_header=False,
        http=patient(settings.client_timeout),
        ws="websockets-sansio",
        # Ours is smaller: uvicorn drops the connection while frames come in, and who sent them may not learn why.
        ws_max_size=2 * settings.most_socket_bytes,
        ws_per_message_deflate=False,
        # What still runs by then has no reader: calls have a deadline, streams are ended.
        timeout_graceful_shutdown=math.ceil(settings.deadline) + 5,
    )
    settle_memory()
    # Once it has shut down, uvicorn sends itself the signal that ended it: to us, a stop that was asked for is success.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    _Server(config, connections).run(sockets=[listening])


class _Server(uvicorn.Server):
    """Ends sockets and event streams when it is to stop: it would wait for them."""

    def __init__(self, config: uvicorn.Config, connections: Connections) -> None:
        super().__init__(config)
        self._connections = connections

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._connections.close()
        # They get a moment to say so.
        await asyncio.sleep(0.05)
        await super().shutdown(sockets)


def _configure_log(settings: Settings) -> None:
    try:
        log.configure(settings.log_level, settings.audit)
    except OSError as error:
        raise Stop(f"PARTNER_GRAPH_AUDIT: cannot write {settings.audit}: {error.strerror}.") from None


def _app(settings: Settings, connections: Connections) -> ASGIApp:
    try:
        return make_app(settings, connections=connections)
    except OSError as error:
        raise Stop(f"PARTNER_GRAPH_DOCUMENTS: cannot read {settings.documents}: {error.strerror}.") from None
    except ConfigurationError:
        raise Stop("PARTNER_GRAPH_REDIS_URL needs the Redis client: pip install 'partner-graph[redis]'.") from None
    except ValueError as error:
        raise Stop(f"PARTNER_GRAPH_DOCUMENTS: {settings.documents}: {error}.") from None


def settle_memory() -> None:
    """What is there by now stays: the collector need not walk it again. And it need not walk every answer in the making
    either, as what answers are made of goes when they are sent. What does need it are documents that are not kept any
    longer (their tokens are linked both ways): the last two numbers see to them."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 5, 2)


def _with_secret(settings: Settings) -> Settings:
    """On loopback a secret is made up where tokens are needed and none was given: it signs the link that is printed."""
    if settings.demo_mode or settings.token_secret is not None or settings.jwks is not None:
        return settings
    if not settings.loopback:
        raise Stop(
            f"Listening on {settings.host} needs signed tokens: set PARTNER_GRAPH_JWKS to the identity "
            "provider's keys, or PARTNER_GRAPH_TOKEN_SECRET to at least 32 characters."
        )
    return settings.model_copy(update={"token_secret": SecretStr(secrets.token_urlsafe(48))})


async def _check_database(settings: Settings) -> None:
    async with reached(settings) as engine:
        if pending := await migrations.pending(engine):
            raise Stop(f"The database lacks {len(pending)} migrations. Run `partner-graph migrate` first.")


def _check_keys(settings: Settings) -> None:
    """What is certainly wrong is refused. A provider that does not answer is not: it will, and a server that is up by
    then needs nobody to start it again."""
    if settings.jwks is None:
        return
    try:
        if not usable(key_source(settings.jwks, settings.jwks_seconds).read()).number:
            raise NoKeys(f"{settings.jwks} has {NO_KEY}", passing=False)
    except NoKeys as problem:
        if not problem.passing:
            raise Stop(f"PARTNER_GRAPH_JWKS: {problem}.") from None
        typer.echo(f"partner-graph: {problem}. Until it can, calls are refused; no new start is needed.", err=True)


def _listen(settings: Settings) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(address)
            # Now, so that whoever reads the URL that is printed next can call it.
            listening.listen(BACKLOG)
        except OSError:
            listening.close()
            raise
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "that is no host name"
        raise Stop(
            f"Cannot listen on {settings.host}:{settings.port}: {reason}. Choose another with --port or --host."
        ) from None
    _check_address(settings, listening)
    return listening


def _check_address(settings: Settings, listening: socket.socket) -> None:
    """A name may lead anywhere; what is open to this machine's user alone must not be open to a network."""
    address = listening.getsockname()[0]
    if settings.loopback and not ipaddress.ip_address(address).is_loopback:
        listening.close()
        raise Stop(
            f"{settings.host} leads to {address} here, which is no loopback address. Name 127.0.0.1 with --host."
        )


def _print_urls(settings: Settings, port: int) -> None:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    url = f"http://{host}:{port}"
    typer.echo(f"GraphQL API   {url}/graphql")
    if settings.demo_mode:
        typer.echo(f"GraphiQL      {url}/graphiql")
        typer.echo("Demo mode: every caller on this machine is the demo user; nobody else can call.")
        return
    if settings.loopback and settings.token_secret is not None:
        token = mint(
            settings.token_secret.get_secret_value(),
            settings.demo_user_id,
            terms=terms(settings),
            now=utc_now(),
            seconds=SESSION_SECONDS,
            roles=(GlobalRole.ADMIN,),
        )
        typer.echo(f"GraphiQL      {url}/graphiql#token={token}")
        typer.echo("The link signs you in for 12 hours as an administrator: keep it to yourself.")
    else:
        typer.echo(f"GraphiQL      {url}/graphiql (needs a bearer token)")
