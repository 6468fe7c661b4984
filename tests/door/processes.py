"""The console script: in a process of its own, as an operator runs it, or called in this one, which is faster."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from typer.testing import CliRunner

from graph.cli.main import app

SCRIPT = Path(sys.executable).with_name("partner-graph")
PATIENCE_SECONDS = 30
T = TypeVar("T")


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


def partner_graph(*arguments: str, folder: Path, **settings: str) -> Ended:
    """Runs a command to its end, in `folder`, with these settings and no others (`port` is PARTNER_GRAPH_PORT)."""
    command = [str(SCRIPT), *arguments]
    done = subprocess.run(
        command, cwd=folder, env=_environment(settings), capture_output=True, text=True, timeout=PATIENCE_SECONDS,
        check=False,
    )  # fmt: skip
    return Ended(done.returncode, done.stdout, done.stderr)


def called(*arguments: str, **settings: str) -> Ended:
    """The same in this process and its working folder. What an operator would see as a traceback is raised."""
    unset = {name: None for name in os.environ if name.startswith("PARTNER_GRAPH_")}
    result = CliRunner().invoke(app, arguments, env={**unset, **_named(settings)}, catch_exceptions=False)
    return Ended(result.exit_code, result.stdout, result.stderr)


@dataclass(frozen=True)
class Served:
    """A server that answers."""

    url: str
    graphiql: str
    process: subprocess.Popen[bytes]
    log: Path

    def end(self) -> Ended:
        """Asks it to stop, as an operator or a supervisor does."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(PATIENCE_SECONDS)
        return Ended(code, self.log.with_suffix(".out").read_text(), self.log.read_text())


@contextmanager
def serving(*arguments: str, folder: Path, **settings: str) -> Iterator[Served]:
    """Serves on a free port until the block ends."""
    out, log = folder / "serve.out", folder / "serve.err"
    with out.open("wb") as stdout, log.open("wb") as stderr:
        command = [str(SCRIPT), "serve", "--port", "0", *arguments]
        process = subprocess.Popen(command, cwd=folder, env=_environment(settings), stdout=stdout, stderr=stderr)
    try:
        yield until(lambda: _served(process, out, log))
    finally:
        process.kill()
        process.wait()


def _served(process: subprocess.Popen[bytes], out: Path, log: Path) -> Served | None:
    assert process.poll() is None, log.read_text()
    lines = out.read_text().splitlines()
    printed = {name: link.split()[0] for name, _, link in (line.partition("  ") for line in lines) if link.strip()}
    if "GraphiQL" not in printed:
        return None
    return Served(printed["GraphQL API"].removesuffix("/graphql"), printed["GraphiQL"], process, log)


def until(attempt: Callable[[], T | None]) -> T:
    """What `attempt` gives once it gives something."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (found := attempt()) is None:
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
    return found


def _environment(settings: dict[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PARTNER_GRAPH_")}
    return kept | _named(settings)


def _named(settings: dict[str, str]) -> dict[str, str]:
    return {f"PARTNER_GRAPH_{name.upper()}": value for name, value in settings.items()}
