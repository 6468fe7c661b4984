"""What goes wrong at the command line, said in one line with what to do; never a traceback."""

import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from typing import NoReturn

import typer
from pydantic import ValidationError
from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine

from db.demo import NotEmpty
from db.engine import create_engine, is_sqlite
from db.migrate import MigrationRefused
from graph.settings import Settings


class Stop(Exception):
    """Ends a command; the text is all that is shown."""


def settings(**overrides: object) -> Settings:
    """The settings, with what was given on the command line on top."""
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        name = "_".join(str(part) for part in problem["loc"]).upper()
        label = f"PARTNER_GRAPH_{name}: " if name else ""
        raise Stop(f"{label}{problem['msg'].removeprefix('Value error, ')}") from None
    except (OSError, UnicodeDecodeError):
        raise Stop("The file .env in this folder cannot be read: it must be text in UTF-8.") from None


@asynccontextmanager
async def reached(settings: Settings) -> AsyncIterator[AsyncEngine]:
    """The database, connected to once: only the driver knows whether it understands all that the URL says."""
    try:
        engine = create_engine(settings.database_url.get_secret_value())
        _open_file(engine.url)
        async with engine.connect():
            pass
    except (TypeError, ValueError):
        raise Stop(
            "PARTNER_GRAPH_DATABASE_URL: the driver does not understand it. Check the host and what follows the `?`."
        ) from None
    try:
        yield engine
    finally:
        await engine.dispose()


def _open_file(url: URL) -> None:
    """Where SQLite cannot open its file, aiosqlite's thread may outlive the loop and end in a traceback of its own."""
    if is_sqlite(url) and url.database and "uri" not in url.query:
        with closing(sqlite3.connect(url.database)) as file:
            file.execute("PRAGMA schema_version")


@contextmanager
def in_one_line() -> Iterator[None]:
    try:
        yield
    except Stop as stop:
        _fail(str(stop))
    except MigrationRefused as refusal:
        _fail(f"The migration was refused: {refusal}")
    except NotEmpty:
        _fail("Demo data goes into an empty database only, and this one has companies. Name another database.")
    except (DBAPIError, PoolTimeout, sqlite3.Error, OSError) as error:
        _fail(_database(error))
    except KeyboardInterrupt:
        _fail("Interrupted.")


def _database(error: Exception) -> str:
    # The driver's own words tell the operator more than ours could; the statement and its parameters do not.
    original = getattr(error, "orig", None) or error
    arguments = [str(argument) for argument in getattr(original, "args", ()) if argument]
    return f"The database did not do its part: {' '.join(arguments) or type(original).__name__}. " + (
        "Check PARTNER_GRAPH_DATABASE_URL and that the server is running."
    )


def _fail(message: str) -> NoReturn:
    print(f"partner-graph: {' '.join(message.split())}", file=sys.stderr)  # noqa: T201
    raise typer.Exit(1)
