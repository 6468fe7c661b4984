"""Serving: checks first, so that what is wrong is said in a line, then uvicorn."""

import asyncio
import gc
import secrets
import signal
import socket

import typer
import uvicorn
from pydantic import SecretStr

from db import migrate as migrations
from domain.enums import GlobalRole
from graph.app import make_app
from graph.cli.failures import Stop, reached
from graph.settings import Settings
from graph.viewer import Tokens, utc_now

SESSION_SECONDS = 12 * 3600


def run(settings: Settings) -> None:
    settings = _with_secret(settings)
    asyncio.run(_check_database(settings))
    listening = _listen(settings)
    _print_urls(settings, listening.getsockname()[1])
    config = uvicorn.Config(
        make_app(settings), log_level=settings.log_level, access_log=settings.log_level == "debug", server_header=False
    )
    settle_memory()
    # Once it has shut down, uvicorn sends itself the signal that ended it: to us, a stop that was asked for is success.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    uvicorn.Server(config).run(sockets=[listening])


def settle_memory() -> None:
    """What is there by now stays: the collector need not walk it again. And it need not walk every answer in the making
    either, as what answers are made of goes when they are sent. What does need it are documents that are not kept any
    longer (their tokens are linked both ways): the last two numbers see to them."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 5, 2)


def _with_secret(settings: Settings) -> Settings:
    """On loopback a secret is made up where tokens are needed and none was given: it signs the link that is printed."""
    if settings.demo_mode or settings.token_secret is not None:
        return settings
    if not settings.loopback:
        raise Stop(
            f"Listening on {settings.host} needs signed tokens: "
            "set PARTNER_GRAPH_TOKEN_SECRET to at least 32 characters."
        )
    return settings.model_copy(update={"token_secret": SecretStr(secrets.token_urlsafe(48))})


async def _check_database(settings: Settings) -> None:
    async with reached(settings) as engine:
        if pending := await migrations.pending(engine):
            raise Stop(f"The database lacks {len(pending)} migrations. Run `partner-graph migrate` first.")


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
            listening.listen()
        except OSError:
            listening.close()
            raise
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "that is no host name"
        raise Stop(
            f"Cannot listen on {settings.host}:{settings.port}: {reason}. Choose another with --port or --host."
        ) from None
    return listening


def _print_urls(settings: Settings, port: int) -> None:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    url = f"http://{host}:{port}"
    typer.echo(f"GraphQL API   {url}/graphql")
    if settings.demo_mode:
        typer.echo(f"GraphiQL      {url}/graphiql")
        typer.echo("Demo mode: every caller on this machine is the demo user; nobody else can call.")
        return
    if settings.loopback and settings.token_secret is not None:
        token = Tokens(settings.token_secret.get_secret_value()).mint(
            settings.demo_user_id, now=utc_now(), seconds=SESSION_SECONDS, roles=(GlobalRole.ADMIN,)
        )
        typer.echo(f"GraphiQL      {url}/graphiql#token={token}")
        typer.echo("The link signs you in for 12 hours as an administrator: keep it to yourself.")
    else:
        typer.echo(f"GraphiQL      {url}/graphiql (needs a bearer token)")
