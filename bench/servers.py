"""The servers under test: one process each, on a free port, with the same settings."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import typer

from graph.clock import utc_now
from graph.identity.tokens import mint
from tests.servers import MariaDB, NoMariaDB

ROOT = Path(__file__).parents[1]
LIMIT = "limit"
OURS = ("stock", "levels")
# Everything is counted as always, but one caller may ask for more than the defaults let a single caller have.
LIMITS = {
    "PARTNER_GRAPH_MOST_COST": "50000",
    "PARTNER_GRAPH_RATE_POINTS": "1000000000",
    "PARTNER_GRAPH_MOST_CALLS": "64",
    "PARTNER_GRAPH_MOST_WAITING": "1000",
}
"""Our server, by its executor (the setting of that name)."""

SECRET = "only the benchmark's own servers know this secret"
MOST_CONNECTIONS = 16
PATIENCE_SECONDS = 60
URL = re.compile(r"http://127\.0\.0\.1:(\d+)\S*")


class Failed(Exception):
    """The benchmark cannot go on; the text is all that is shown."""


def cpu_seconds(pid: int) -> float:
    """What the process has used so far, all its threads together, as the kernel accounts it (to the nanosecond)."""
    # The clock's id as clock_getcpuclockid(3) makes it; Python has that call for threads only.
    return time.clock_gettime(~pid << 3 | 2)


@dataclass(slots=True)
class Server:
    name: str
    command: list[str]
    settings: dict[str, str]
    port: int = 0
    _process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)
    _log: IO[str] | None = field(default=None, repr=False)

    @property
    def pid(self) -> int:
        if self._process is None or self._process.poll() is not None:
            raise Failed(f"{self.name} is not running: {self._said()[-2000:]}")
        return self._process.pid

    @property
    def cpu(self) -> float:
        return cpu_seconds(self.pid)

    def answers(self, operation: str) -> bool:
        """Peers only read."""
        return operation != "write" or self.name in (LIMIT, *OURS)

    def start(self, log: Path) -> None:
        self._log = log.open("w+")
        # What is measured is this checkout, wherever the environment's installed packages come from.
        environment = {**os.environ, **self.settings, "PYTHONPATH": str(ROOT), "NODE_ENV": "production"}
        self._process = subprocess.Popen(self.command, cwd=ROOT, env=environment, stdout=self._log, stderr=self._log)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self.port:
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise Failed(f"{self.name} did not start: {self._said()[-2000:]}")
            time.sleep(0.05)
            found = URL.search(self._said())
            self.port = int(found[1]) if found else 0

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._log is not None:
            self._log.close()

    def _said(self) -> str:
        return Path(self._log.name).read_text() if self._log else ""


def named(name: str, url: str) -> Server:
    settings = {
        "PARTNER_GRAPH_DATABASE_URL": url,
        "PARTNER_GRAPH_TOKEN_SECRET": SECRET,
        "PARTNER_GRAPH_HOST": "127.0.0.1",
        "PARTNER_GRAPH_PORT": "0",
        "PARTNER_GRAPH_POOL_SIZE": str(MOST_CONNECTIONS),
        "PARTNER_GRAPH_LOG_LEVEL": "warning",
    }
    if name == LIMIT:
        return Server(name, [sys.executable, "-m", "bench.limit"], settings)
    if name in OURS:
        command = [str(Path(sys.executable).with_name("partner-graph")), "serve"]
        return Server(name, command, {**settings, **LIMITS, "PARTNER_GRAPH_EXECUTOR": name})
    return Server(name, ["node", str(ROOT / "bench" / "peers" / f"{name}.mjs")], settings)


def token(user: int) -> str:
    return mint(SECRET, user, now=utc_now(), seconds=24 * 3600)


@contextmanager
def in_one_line() -> Iterator[None]:
    try:
        yield
    except (Failed, NoMariaDB) as failure:
        typer.echo(f"{str(failure)[:2000]}", err=True)
        raise typer.Exit(1) from None


@contextmanager
def running(names: list[str], url: str, folder: Path) -> Iterator[list[Server]]:
    servers = [named(name, url) for name in names]
    try:
        for server in servers:
            server.start(folder / f"{server.name}.log")
        yield servers
    finally:
        for server in servers:
            server.stop()


class Database(MariaDB):
    """A private MariaDB with room for the data, so that disks take no part."""

    def resume(self) -> None:
        super().resume()
        self.execute("SET GLOBAL innodb_buffer_pool_size = 1 << 30; SET GLOBAL innodb_log_file_size = 1 << 28")

    @property
    def cpu(self) -> float:
        return cpu_seconds(int((self.folder / "pid").read_text()))

    @property
    def version(self) -> str:
        return self.execute("SELECT VERSION()").strip()


@contextmanager
def database() -> Iterator[Database]:
    server = Database()
    try:
        yield server
    finally:
        server.stop()
