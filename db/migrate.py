"""Bring a database to a revision, say where it stands, and what in it is not as `db.tables` has it."""

import asyncio
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from db.ddl import compare
from db.ddl.refusal import MigrationRefused
from db.tables import Company

__all__ = ["HEAD", "MigrationRefused", "current", "downgrade", "drift", "pending", "upgrade"]

# A wheel carries the scripts beside this file; in a checkout they are a folder of the repository.
PLACES = (Path(__file__).parent / "_migrations", Path(__file__).parent.parent / "migrations")
SCRIPTS = next((place for place in PLACES if (place / "env.py").is_file()), PLACES[-1])
HEAD = max(path.name.partition("_")[0] for path in SCRIPTS.glob("versions/[0-9][0-9][0-9][0-9]_*.py"))

OnStep = Callable[[str, str, int, int], None]

# Alembic's `op` and `context` are globals of the process, and a migration yields at every statement.
_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


async def upgrade(engine: AsyncEngine, target: str = "head", on_step: OnStep | None = None) -> None:
    steps = _ahead(await current(engine), HEAD if target == "head" else target)
    await _run(engine, partial(command.upgrade, revision=target), steps, on_step)


async def downgrade(engine: AsyncEngine, target: str, on_step: OnStep | None = None) -> None:
    now = await current(engine)
    steps = _ahead(None if target == "base" else target, now) if now else []
    await _run(engine, partial(command.downgrade, revision=target), steps, on_step)


async def current(engine: AsyncEngine) -> str | None:
    async with engine.connect() as connection:
        return await connection.run_sync(_revision)


async def pending(engine: AsyncEngine) -> list[str]:
    return [script.revision for script in _ahead(await current(engine), HEAD)]


async def drift(engine: AsyncEngine) -> list[str]:
    async with engine.connect() as connection:
        return await connection.run_sync(_drift)


def _revision(connection: Connection) -> str | None:
    opts = {"version_table": compare.VERSION_TABLE}
    return MigrationContext.configure(connection, opts=opts).get_current_revision()


def _drift(connection: Connection) -> list[str]:
    context = MigrationContext.configure(connection, opts=compare.options(base_columns(_scripts())))
    differences = compare_metadata(context, Company.metadata)
    return [sentence for difference in differences for sentence in compare.described(difference, connection.dialect)]


def base_columns(scripts: ScriptDirectory) -> dict[str, set[str]]:
    """The columns that are the reader's own, as the first migration lists them."""
    first = scripts.get_revision("0001")
    tables = first.module.TABLES if first else {}
    return {table: {item.name for item in items} for table, items in tables.items()}


def _ahead(past: str | None, target: str | None) -> list[Script]:
    history = list(_scripts().walk_revisions())[::-1]
    numbers = {script.revision: number for number, script in enumerate(history, 1)}
    if past and past not in numbers:
        raise MigrationRefused(
            f"the database is at revision {past}, which is unknown here (the newest known is {HEAD}): "
            "it was migrated by a newer version, use that one"
        )
    if target and target not in numbers:
        raise MigrationRefused(f"there is no revision {target}: use head, base, or one of {', '.join(numbers)}")
    return history[numbers.get(past or "", 0) : numbers.get(target or "", 0)]


async def _run(engine: AsyncEngine, act: Callable[[Config], None], steps: list[Script], on_step: OnStep | None) -> None:
    def migrate(connection: Connection) -> None:
        config = _config()
        config.attributes["connection"] = connection
        config.attributes["on_version_apply"] = _counted(len(steps), on_step)
        act(config)

    async with _turns.setdefault(asyncio.get_running_loop(), asyncio.Lock()), engine.connect() as connection:
        await connection.run_sync(migrate)


def _counted(total: int, on_step: OnStep | None) -> Callable[..., None]:
    done = 0

    def applied(*, step: Any, **_: Any) -> None:
        nonlocal done
        done += 1
        script = step.up_revision
        if on_step:
            on_step(script.revision, script.doc, done, max(total, done))

    return applied


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    return config


@cache
def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())
