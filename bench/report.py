"""What is shown of the results: tables in Markdown, kept between markers in a page that people write as well."""

import os
import platform
from collections.abc import Callable
from pathlib import Path
from statistics import median

from bench.rounds import CONNECTIONS, Results
from bench.servers import LIMIT, ROOT

PAGE = ROOT / "docs" / "performance.md"
IMAGES = ROOT / "docs" / "images"
ONE, MANY = CONNECTIONS


def put(name: str, text: str) -> None:
    """Replaces what stands between the markers of this name; at the end of the page where there are none yet."""
    begin, end = f"<!-- {name}: written by `make {name}` -->", f"<!-- {name}: end -->"
    page = PAGE.read_text() if PAGE.exists() else "# Performance\n"
    if begin not in page:
        page = f"{page}\n{begin}\n{end}\n"
    head, _, rest = page.partition(begin)
    PAGE.write_text(f"{head}{begin}\n{text.strip()}\n{end}{rest.partition(end)[2]}")


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def machine(mariadb: str) -> str:
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, MariaDB {mariadb.partition('-')[0]}"


def number(value: float) -> str:
    """Three digits that count."""
    places = 3 if value < 1 else 2 if value < 10 else 1 if value < 100 else 0
    return f"{value:.{places}f}"


def tables(results: Results, operations: tuple[str, ...], servers: list[str]) -> str:
    def cpu(operation: str, server: str, connections: int) -> str:
        shown = f"{number(results.cpu_ms(operation, server, connections))} ms"
        if server == LIMIT or not results.has(operation, LIMIT):
            return shown
        ratios = results.ratios(operation, server, connections)
        return f"**x{number(median(ratios))}** ({number(min(ratios))} to {number(max(ratios))}), {shown}"

    def latency(operation: str, server: str, connections: int) -> str:
        found = (results.latency_ms(operation, server, connections, share) for share in (0.5, 0.99))
        return f"{' / '.join(map(number, found))} ms"

    def database(operation: str, server: str, connections: int) -> str:
        return f"{number(results.database_ms(operation, server, connections))} ms"

    def one(title: str, cell: Callable[[str, str, int], str], connections: int) -> str:
        rows = [
            [name, *(cell(each, name, connections) if results.has(each, name) else "" for each in operations)]
            for name in servers
        ]
        return f"{title}:\n\n{table(['', *operations], rows)}"

    parts = (
        one(f"Server CPU per request and its ratio to the limit, {MANY} connections", cpu, MANY),
        one("The same, one connection", cpu, ONE),
        one("Latency p50 / p99, one connection", latency, ONE),
        one(f"Latency p50 / p99, {MANY} connections", latency, MANY),
        one(f"Database CPU per request, {MANY} connections", database, MANY),
    )
    return "\n\n".join(parts)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
