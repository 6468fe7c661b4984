"""Alembic's entry: on a connection from `db.migrate`, or on PARTNER_GRAPH_DATABASE_URL from the command line."""

import asyncio
import os

from alembic import context
from alembic.util import CommandError
from sqlalchemy import Connection

from db.ddl import compare
from db.ddl.guard import guarded, references_kept
from db.engine import engine_for
from db.migrate import base_columns
from db.tables import Company

config = context.config


def migrate(connection: Connection) -> None:
    with guarded(connection):
        context.configure(
            connection=connection,
            target_metadata=Company.metadata,
            render_as_batch=True,
            # Alembic assumes a driver that commits before DDL; on SQLite our engine begins transactions itself.
            transactional_ddl=connection.dialect.name == "sqlite",
            on_version_apply=config.attributes.get("on_version_apply"),
            **compare.options(base_columns(context.script)),
        )
        with context.begin_transaction(), references_kept(connection):
            context.run_migrations()


async def from_command_line() -> None:
    url = os.environ.get("PARTNER_GRAPH_DATABASE_URL")
    if not url:
        raise CommandError("PARTNER_GRAPH_DATABASE_URL is not set: it says which database to migrate")
    async with engine_for(url) as engine, engine.connect() as connection:
        await connection.run_sync(migrate)


if context.is_offline_mode():
    raise CommandError("--sql is not supported: the migrations look at the database before each step")
if handed_in := config.attributes.get("connection"):
    migrate(handed_in)
else:
    asyncio.run(from_command_line())
