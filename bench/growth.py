"""`make bench-growth`: what a longer history and more parents cost, ours beside the limit."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from statistics import median
from typing import Annotated

import typer
import uvloop

from bench import charts, client, data, report
from bench.charts import Curve
from bench.operations import Operation
from bench.same import Different
from bench.servers import LIMIT, ROOT, Database, Server, database, in_one_line, running

EVENTS = 60
"""Of a product, at 1x."""

SIZE = data.Size(companies=20, events=EVENTS)
HISTORIES, PARENTS = (1, 10, 100), (1, 10, 100)
SECONDS, WARM_UP = 1.5, 0.3
MEASURES = ("Server CPU, ms", "Database CPU, ms", "Latency p50, ms")

Cell = tuple[str, int, int]
"""Server, history, parents."""


@dataclass(frozen=True, slots=True)
class Found:
    server: float
    database: float
    latency: float

    @property
    def measures(self) -> tuple[float, float, float]:
        return self.server, self.database, self.latency


def main(
    ours: Annotated[str, typer.Option(help="Our executor.")] = "levels",
    rounds: Annotated[int, typer.Option(min=1)] = 3,
    quick: Annotated[bool, typer.Option("--quick", help="No 100x, one short round; nothing is written.")] = False,
) -> None:
    names = [LIMIT, ours]
    found: dict[Cell, Found] = {}
    with in_one_line(), database() as mariadb, tempfile.TemporaryDirectory() as folder:
        for history in HISTORIES[: 2 if quick else 3]:
            typer.echo(f"Loading histories of {EVENTS * history} events ...")
            url = data.load(mariadb, f"growth_{history}", data.Size(companies=20, events=EVENTS * history))
            with running(names, url, Path(folder)) as servers:
                measured = uvloop.run(_measure(servers, mariadb, 1 if quick else rounds, 0.2 if quick else SECONDS))
            found |= {(name, history, parents): each for (name, parents), each in measured.items()}
        machine = report.machine(mariadb.version)
    shown = _text(found, names, machine)
    typer.echo(shown)
    if not quick:
        report.put("bench-growth", shown)
        report.write(report.IMAGES / "growth.svg", _chart(found, names))
        typer.echo(f"Written to {report.PAGE.relative_to(ROOT)}.")


async def _measure(
    servers: list[Server], mariadb: Database, rounds: int, seconds: float
) -> dict[tuple[str, int], Found]:
    slices: dict[tuple[str, int], list[client.Slice]] = {}
    for parents in PARENTS:
        answers = [await client.ask(server, next(_requests(parents))) for server in servers]
        if answers[0] != answers[1] or "errors" in answers[0]:
            raise Different(str([str(answer)[:300] for answer in answers]))
        for server in servers:
            await client.load(server, _requests(parents), 1, WARM_UP)
        for _ in range(rounds):
            for server in servers:
                before = mariadb.cpu
                slice_ = await client.load(server, _requests(parents), 1, seconds)
                slice_.database_cpu = mariadb.cpu - before
                slices.setdefault((server.name, parents), []).append(slice_)
    return {key: _middle(each) for key, each in slices.items()}


def _middle(slices: list[client.Slice]) -> Found:
    return Found(
        median(each.cpu_ms for each in slices),
        median(each.database_ms for each in slices),
        median(latency for each in slices for latency in each.latencies) * 1000,
    )


def _requests(parents: int) -> Iterator[bytes]:
    return Operation("parents", SIZE).requests(repeat({"first": parents}))


def _text(found: dict[Cell, Found], names: list[str], machine: str) -> str:
    histories = sorted({history for _, history, _ in found})
    rows = []
    for parents in PARENTS:
        for history in histories:
            cells = zip(*(found[name, history, parents].measures for name in names), strict=True)
            shown = (" / ".join(map(report.number, pair)) for pair in cells)
            rows.append([str(parents), f"{history}x ({EVENTS * history:,})", *shown])
    head = ["products", "events of each", *(f"{measure}: {' / '.join(names)}" for measure in MEASURES)]
    intro = f"{machine}; the 10 newest events of each of some products, per request, one connection."
    return f"{intro}\n\n{report.table(head, rows)}"


def _chart(found: dict[Cell, Found], names: list[str]) -> str:
    histories = sorted({history for _, history, _ in found})

    def curves(measure: int) -> list[Curve]:
        return [
            Curve(
                f"{name}, products: {parents}",
                colour,
                name == LIMIT,
                [(history, found[name, history, parents].measures[measure]) for history in histories],
            )
            for colour, parents in enumerate(PARENTS)
            for name in names
        ]

    panels = {name: curves(measure) for measure, name in enumerate(MEASURES)}
    return charts.panels("The 10 newest events of each product, by the length of its history", "history", panels)


if __name__ == "__main__":
    typer.run(main)
