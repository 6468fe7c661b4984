"""`make bench`: the limit, the stock executor and ours, in interleaved rounds."""

import tempfile
from pathlib import Path
from statistics import median
from typing import Annotated

import typer
import uvloop

from bench import charts, data, report, rounds, same
from bench.operations import ALL
from bench.rounds import NAME, Plan, Results
from bench.servers import LIMIT, MOST_CONNECTIONS, OURS, ROOT, Database, Server, database, in_one_line, running

FULL = Plan(ALL, data.Size(), rounds=5, seconds=1.2, warm_up=0.6)
QUICK = Plan(ALL, data.Size(companies=40), rounds=1, seconds=0.2, warm_up=0.1)
PEERS = ("mercurius",)
EVERY_QUERY, EVERY_SERVER = ",".join(ALL), ",".join((LIMIT, *OURS))
Names = Annotated[str, typer.Option(help="Separated by commas.")]


def main(
    quick: Annotated[bool, typer.Option("--quick", help="Little data, one short round: does it work?")] = False,
    rounds: Annotated[int | None, typer.Option(min=1, help="How many rounds.")] = None,
    queries: Names = EVERY_QUERY,
    only: Names = EVERY_SERVER,
    peers: Annotated[bool, typer.Option("--peers", help="Other servers too; see bench/peers.")] = False,
) -> None:
    plan = QUICK if quick else FULL
    wanted = tuple(queries.split(","))
    plan = Plan(wanted, plan.size, rounds or plan.rounds, plan.seconds, plan.warm_up)
    names = [*only.split(","), *(PEERS if peers else ())]
    with in_one_line(), database() as mariadb, tempfile.TemporaryDirectory() as folder:
        typer.echo(f"Loading {plan.size.companies} companies ...")
        url = data.load(mariadb, NAME, plan.size)
        with running(names, url, Path(folder)) as servers:
            results = uvloop.run(_measure(plan, servers, mariadb))
        shown = _text(results, plan, names, report.machine(mariadb.version))
    typer.echo(shown)
    # A page that holds the half of it, or what a short run found, would mislead.
    if not quick and wanted == ALL and {LIMIT, *OURS} <= set(names):
        report.put("bench", shown)
        report.write(report.IMAGES / "performance.svg", _chart(results, plan, names))
        typer.echo(f"Written to {report.PAGE.relative_to(ROOT)}.")


async def _measure(plan: Plan, servers: list[Server], mariadb: Database) -> Results:
    await same.check(plan.operations, plan.size, servers, mariadb)
    typer.echo("All servers answer alike.")
    return await rounds.run(plan, servers, mariadb, typer.echo)


def _text(results: Results, plan: Plan, names: list[str], machine: str) -> str:
    size = plan.size
    set_up = (
        f"{machine}; {size.companies} companies, {size.products} products, {size.events} events each, {size.chains} "
        f"chains, {size.sessions} sessions; {plan.rounds} x {plan.seconds} s for each server, interleaved. "
        "Medians over the rounds; in brackets the lowest and the highest ratio of a round."
    )
    return f"{set_up}\n\n{report.tables(results, plan.operations, names)}"


def _chart(results: Results, plan: Plan, names: list[str]) -> str:
    groups = {
        operation: {
            name: median(results.ratios(operation, name, MOST_CONNECTIONS))
            for name in names
            if name != LIMIT and results.has(operation, name)
        }
        for operation in plan.operations
    }
    return charts.bars("Server CPU per request, as a multiple of the limit (no GraphQL at all)", groups)


if __name__ == "__main__":
    typer.run(main)
