"""`make soak`: many requests to one server, and whether its memory stays."""

import os
import tempfile
from collections.abc import Iterator
from itertools import count, cycle, islice
from pathlib import Path
from typing import Annotated

import typer
import uvloop

from bench import client, data
from bench.client import request
from bench.operations import Operation
from bench.rounds import NAME
from bench.servers import Database, Server, database, in_one_line, running, token

SIZE = data.Size()
CONNECTIONS = 8
SAMPLES = 20
WARM = 0.2
"""The share of the requests in which caches may fill."""

MOST_GROWTH = 0.03
NEW_AT_FIRST = 5_000
"""Documents asked before anything is measured: more than the caches hold, by number and by length."""

# Of ten requests, one is a document never seen before, so that caches must let go of others.
MIX = ("point", "point", "context", "point", "new", "point", "write", "point", "context", "point")

# A company has five moves, which start anew with each portion: it must not hold more writes than there are moves.
MOST_REQUESTS = SAMPLES * 5 * SIZE.companies * len(MIX) // MIX.count("write")


def main(
    requests: Annotated[int, typer.Option(min=200, max=MOST_REQUESTS, envvar="REQUESTS")] = 100_000,
    executor: Annotated[str, typer.Option(help="Which of ours: levels or stock.")] = "levels",
) -> None:
    with in_one_line(), database() as mariadb, tempfile.TemporaryDirectory() as folder:
        url = data.load(mariadb, NAME, SIZE)
        with running([executor], url, Path(folder)) as [one]:
            series = uvloop.run(_soak(one, mariadb, requests))
    warm, last = series[int(len(series) * WARM)], max(series[-3:])
    growth = last / warm - 1
    typer.echo(f"After the first {WARM:.0%}: {warm / 1e6:.1f} MB; at the end: {last / 1e6:.1f} MB ({growth:+.1%}).")
    if growth > MOST_GROWTH:
        typer.echo(f"That is more than {MOST_GROWTH:.0%}.", err=True)
        raise typer.Exit(1)


async def _soak(server: Server, mariadb: Database, requests: int) -> list[int]:
    """Resident memory in bytes, before the first and after each portion of the requests."""
    kinds = {"point": _endless("point"), "context": _endless("context"), "new": _new_documents()}
    await client.load(server, islice(kinds["new"], NEW_AT_FIRST), CONNECTIONS, float("inf"))
    series = [resident(server)]
    typer.echo(f"{'caches full':>20}  {series[0] / 1e6:7.1f} MB")
    portion = requests // SAMPLES
    for number in range(1, SAMPLES + 1):
        data.restart_journeys(mariadb, NAME)
        kinds["write"] = _endless("write")
        asks = (next(kinds[kind]) for kind in cycle(MIX))
        slice_ = await client.load(server, islice(asks, portion), CONNECTIONS, float("inf"))
        series.append(resident(server))
        typer.echo(
            f"{number * portion:>11,} requests  {series[-1] / 1e6:7.1f} MB  {slice_.cpu_ms:6.2f} ms of CPU per request"
        )
    return series


def resident(server: Server) -> int:
    pages = int(Path(f"/proc/{server.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _endless(name: str) -> Iterator[bytes]:
    operation = Operation(name, SIZE)
    return operation.requests(cycle(operation.variables()))


def _new_documents() -> Iterator[bytes]:
    """Of some length, as callers write them: a document's text is what makes two of them different."""
    bearer, known = token(data.VIEWER), Operation("context", SIZE)
    document, variables = known.document, cycle(known.variables())
    for number in count():
        name = f"Context{number}"
        yield request(document.replace("query Context", f"query {name}"), name, next(variables), bearer)


if __name__ == "__main__":
    typer.run(main)
