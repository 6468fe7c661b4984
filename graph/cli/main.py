"""The commands of `partner-graph`."""

import asyncio
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from db import demo as demo_data
from db import migrate as migrations
from db.queries.keyset import LARGEST_ID
from domain.enums import AgentType, GlobalRole
from graph import manifest
from graph.cli import failures
from graph.cli import pages as made
from graph.cli.serving import run
from graph.clock import utc_now
from graph.identity.configured import terms
from graph.identity.tokens import mint
from graph.schema import schema as built_schema
from graph.settings import Settings

app = typer.Typer(
    name="partner-graph",
    help="The system of record and the working memory for partner go-to-market: a GraphQL API.",
    epilog="Settings are environment variables with the prefix PARTNER_GRAPH_; see docs/settings.md.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Url = Annotated[
    str | None, typer.Option("--database-url", help="The database; PARTNER_GRAPH_DATABASE_URL when absent.")
]


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; 127.0.0.1 when absent.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 8000 when absent, 0 for a free one.")] = None,
    database_url: Url = None,
) -> None:
    """Serve the API and GraphiQL. The database must be migrated."""
    with failures.in_one_line():
        run(failures.settings(host=host, port=port, database_url=database_url))


@app.command()
def migrate(
    to: Annotated[str, typer.Option(help="Revision to go up or down to: head, base, or a number like 0003.")] = "head",
    check: Annotated[bool, typer.Option("--check", help="Change nothing; fail when something is pending.")] = False,
    database_url: Url = None,
) -> None:
    """Bring the database to a revision. Existing tables are adopted, and every row is kept, going down as well."""
    with failures.in_one_line():
        asyncio.run(_migrate(failures.settings(database_url=database_url), to, check=check))


@app.command()
def demo(
    companies: Annotated[int, typer.Option(min=1, max=5000, help="How many companies to make.")] = 40,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"],
            help="The moment the history leads up to, in UTC: the same one gives the same rows. This hour when absent.",
        ),
    ] = None,
    if_empty: Annotated[
        bool, typer.Option("--if-empty", help="Do nothing, and succeed, where there are companies.")
    ] = False,
    database_url: Url = None,
) -> None:
    """Load the demo data: an invented partner programme with a year of history. Only into an empty database."""
    with failures.in_one_line():
        asyncio.run(_demo(failures.settings(database_url=database_url), companies, as_of, if_empty=if_empty))


@app.command()
def schema(
    out: Annotated[Path | None, typer.Option(help="File to write to; the terminal when absent.")] = None,
) -> None:
    """Print the GraphQL schema, or write it to a file."""
    _put(built_schema.as_str() + "\n", out)


@app.command()
def documents(
    out: Annotated[Path | None, typer.Option(help="File to write to; the terminal when absent.")] = None,
) -> None:
    """Print the manifest of the trusted documents of operations/: their texts by their SHA-256 hashes."""
    text = orjson.dumps(manifest.manifest(), option=orjson.OPT_INDENT_2).decode() + "\n"
    _put(text, out)


@app.command()
def pages(
    out: Annotated[Path, typer.Option(help="The folder to write to.", file_okay=False, exists=True)] = Path("docs"),
) -> None:
    """Write the pages of docs/ that are made from the rules: the policy and the state machines."""
    made.write(out)


@app.command()
def token(
    user: Annotated[int, typer.Option(min=1, max=LARGEST_ID, help="Key of the user the token is for.")],
    role: Annotated[list[GlobalRole] | None, typer.Option(help="A role of the user; may be repeated.")] = None,
    agent_id: Annotated[str | None, typer.Option(help="The agent that acts for the user.")] = None,
    agent_type: Annotated[AgentType | None, typer.Option(help="The agent's trade.")] = None,
    webhook: Annotated[str | None, typer.Option(help="The system that sends events as this user.")] = None,
    hours: Annotated[float, typer.Option(min=0.01, max=24 * 30, help="How long it is good.")] = 8,
) -> None:
    """Mint a bearer token, signed with PARTNER_GRAPH_TOKEN_SECRET. For development and scripts."""
    with failures.in_one_line():
        if agent_type is not None and agent_id is None:
            raise failures.Stop("--agent-type goes with --agent-id.")
        if webhook is not None and agent_id is not None:
            raise failures.Stop("Either an agent acts for the user (--agent-id) or a system (--webhook), not both.")
        settings = failures.settings()
        if settings.jwks is not None:
            raise failures.Stop("PARTNER_GRAPH_JWKS is set: only the identity provider can sign tokens that are taken.")
        if settings.token_secret is None:
            raise failures.Stop("Set PARTNER_GRAPH_TOKEN_SECRET to the secret that the server uses.")
        minted = mint(
            settings.token_secret.get_secret_value(),
            user,
            terms=terms(settings),
            now=utc_now(),
            seconds=int(hours * 3600),
            roles=tuple(role or ()),
            agent_id=agent_id,
            agent_type=agent_type,
            webhook=webhook,
        )
        typer.echo(minted)


def _put(text: str, out: Path | None) -> None:
    if out is None:
        typer.echo(text, nl=False)
        return
    with failures.in_one_line():
        try:
            out.write_text(text)
        except OSError as error:
            raise failures.Stop(f"Cannot write {out}: {error.strerror}.") from None


async def _migrate(settings: Settings, to: str, *, check: bool) -> None:
    if not to:
        raise failures.Stop("Name a revision after --to: head, base, or a number like 0003.")
    async with failures.reached(settings) as engine:
        pending = await migrations.pending(engine)
        if check:
            if pending:
                raise failures.Stop(f"Pending: {', '.join(pending)}. Run `partner-graph migrate`.")
            typer.echo("Nothing is pending.")
            return
        down = to == "base" or (to != "head" and to not in pending)
        with _bar("Migrating") as step:
            act = migrations.downgrade if down else migrations.upgrade
            await act(engine, to, lambda revision, title, number, total: step(f"{revision} {title}", number, total))
        typer.echo(f"The database is at revision {await migrations.current(engine) or 'base'}.")


async def _demo(settings: Settings, companies: int, as_of: datetime | None, *, if_empty: bool) -> None:
    now = utc_now().replace(minute=0, second=0, microsecond=0) if as_of is None else as_of.replace(tzinfo=UTC)
    async with failures.reached(settings) as engine:
        if await migrations.pending(engine):
            raise failures.Stop("The database is not migrated. Run `partner-graph migrate` first.")
        try:
            with _bar("Loading demo data") as step:
                summary = await demo_data.load(engine, companies=companies, now=now, on_progress=step)
        except demo_data.NotEmpty:
            if not if_empty:
                raise
            typer.echo("There are companies already: no demo data was loaded.")
            return
        typer.echo(f"Loaded {summary.companies} companies, {summary.total} rows in all.")


class _bar:  # noqa: N801 - used like a function
    """A progress bar; entering it gives `step(description, done, total)`."""

    def __init__(self, title: str) -> None:
        columns = (TextColumn("[progress.description]{task.description}"), BarColumn(), MofNCompleteColumn())
        self._progress = Progress(*columns, transient=True, disable=not sys.stdout.isatty())
        self._task = self._progress.add_task(title, total=None)

    def __enter__(self) -> Callable[[str, int, int], None]:
        self._progress.start()
        return lambda description, done, total: self._progress.update(
            self._task, description=description, completed=done, total=total
        )

    def __exit__(self, *exc_info: object) -> None:
        self._progress.stop()
