"""Serves the limit: `python -m bench.limit`, with the settings of the server that it is compared with."""

import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncmy
import orjson
import typer
import uvicorn
from sqlalchemy import make_url
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bench.limit import reads
from bench.limit.write import write
from db.engine import MYSQL_SESSION
from graph.cli.serving import settle_memory
from graph.settings import Settings

QUERIES = {"Point": reads.point, "Nested": reads.nested, "Context": reads.context, "Parents": reads.parents}
FORMAT = orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z
SESSION = f"{MYSQL_SESSION}, tx_isolation = 'READ-COMMITTED'"


class Endpoint:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        url = make_url(self._settings.database_url.get_secret_value())
        size = self._settings.pool_size
        # The driver's statement cache (its binary protocol) is off unless asked for, as it is by default.
        cached = int(os.environ.get("BENCH_STATEMENT_CACHE", "0"))
        place: dict[str, Any] = {"user": url.username, "db": url.database, "unix_socket": url.query["unix_socket"]}
        async with asyncmy.create_pool(
            minsize=size,
            maxsize=size,
            autocommit=True,
            charset="utf8mb4",
            init_command=SESSION,
            stmt_cache_size=cached,
            **place,
        ) as self._pool:
            settle_memory()
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        ask = orjson.loads(await Request(scope, receive).body())
        name, variables = ask["operationName"], ask["variables"]
        async with self._pool.acquire() as connection, connection.cursor() as cursor:
            if name == "Write":
                data = await write(connection, cursor, variables)
            else:
                data = await QUERIES[name](cursor, variables)
        await Response(orjson.dumps({"data": data}, option=FORMAT), media_type="application/json")(scope, receive, send)


def main() -> None:
    settings = Settings()
    endpoint = Endpoint(settings)
    app = Starlette(routes=[Route("/graphql", endpoint)], lifespan=endpoint.lifespan)
    listening = socket.create_server((settings.host, settings.port))
    typer.echo(f"The limit   http://{settings.host}:{listening.getsockname()[1]}/graphql")
    uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, server_header=False)).run([listening])


if __name__ == "__main__":
    main()
