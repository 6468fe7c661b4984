"""A private MariaDB for the tests: its own data folder, socket and process, gone when the tests end."""

import atexit
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

SERVERS = ("mariadbd", "mysqld")
INSTALLERS = ("mariadb-install-db", "mysql_install_db")
# Distributions keep the server where a user's PATH does not look.
MORE_FOLDERS = ("/usr/sbin", "/usr/local/sbin", "/usr/libexec", "/usr/local/mysql/bin", "/opt/homebrew/bin")
PATIENCE_SECONDS = 30
MEMORY = "/dev/shm"
MEMORY_NEEDED = 2**30

# Fast and unsafe: nothing here outlives the run.
STORAGE = ("--innodb-log-file-size=16M", "--innodb-buffer-pool-size=64M", "--innodb-flush-method=nosync")
UNSAFE = (
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=0",
    "--innodb-fast-shutdown=2",
    "--sync-binlog=0",
    "--skip-log-bin",
    "--skip-networking",
    "--skip-name-resolve",
    "--max-connections=200",
    "--character-set-server=utf8mb4",
)


class NoMariaDB(RuntimeError):
    """There is no server to start, or it did not come up."""


class MariaDB:
    def __init__(self) -> None:
        server, installer = _program(SERVERS), _program(INSTALLERS)
        # Short, because the path of a socket may have no more than about 100 characters.
        self.folder = Path(tempfile.mkdtemp(prefix="pg-db-", dir=_fastest_folder()))
        self.socket = self.folder / "socket"
        self._process: subprocess.Popen[bytes] | None = None
        atexit.register(self.stop)
        try:
            self._install(installer)
            self._server = server
            self.resume()
        except BaseException:
            self.stop()
            raise

    def url(self, database: str, driver: str = "mysql+asyncmy") -> str:
        return f"{driver}://root@localhost/{database}?unix_socket={self.socket}"

    def create_database(self, name: str) -> str:
        self.execute(f"DROP DATABASE IF EXISTS `{name}`; CREATE DATABASE `{name}` CHARACTER SET utf8mb4")
        return self.url(name)

    def execute(self, sql: str, database: str = "") -> str:
        """Through the command line client, for set-up and for scripts of many statements."""
        client = _program(("mariadb", "mysql"))
        command = [client, "--no-defaults", "--user=root", f"--socket={self.socket}", "--batch", "--skip-column-names"]
        done = subprocess.run([*command, database], input=sql, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr.strip())
        return done.stdout

    @property
    def running(self) -> bool:
        return self._process is not None

    def halt(self) -> None:
        """Ends the server as an operator would: its connections break, its data stays."""
        if self._process:
            self._process.terminate()
            self._process.wait(PATIENCE_SECONDS)
            self._process = None

    def resume(self) -> None:
        self._process = self._start(self._server)
        self._wait()

    def stop(self) -> None:
        atexit.unregister(self.stop)
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None
        shutil.rmtree(self.folder, ignore_errors=True)

    def _install(self, installer: str) -> None:
        user = pwd.getpwuid(os.getuid()).pw_name
        command = [installer, "--no-defaults", f"--user={user}", f"--datadir={self.folder / 'data'}", *STORAGE]
        # A server that starts removes temporary tables from the folder for them, other servers' too.
        (self.folder / "tmp").mkdir()
        done = subprocess.run(
            [*command, f"--tmpdir={self.folder / 'tmp'}", "--auth-root-authentication-method=normal", "--skip-test-db"],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise NoMariaDB(f"{installer} failed: {(done.stderr or done.stdout).strip()[-500:]}")

    def _start(self, server: str) -> "subprocess.Popen[bytes]":
        user = pwd.getpwuid(os.getuid()).pw_name
        place = (f"--datadir={self.folder / 'data'}", f"--socket={self.socket}", f"--pid-file={self.folder / 'pid'}")
        temporary = f"--tmpdir={self.folder / 'tmp'}"
        with (self.folder / "log").open("wb") as log:
            return subprocess.Popen(
                [server, "--no-defaults", f"--user={user}", *place, temporary, *STORAGE, *UNSAFE],
                stdout=log,
                stderr=log,
            )

    def _wait(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._accepts():
            if self._process is None or self._process.poll() is not None or time.monotonic() > deadline:
                raise NoMariaDB(f"the server did not come up: {(self.folder / 'log').read_text()[-500:]}")
            time.sleep(0.05)

    def _accepts(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self.socket)) == 0


def _fastest_folder() -> str | None:
    """Memory, where there is enough of it: containers often have no more than 64 MB there."""
    roomy = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > MEMORY_NEEDED
    return MEMORY if roomy else None


def _program(names: tuple[str, ...]) -> str:
    path = os.pathsep.join([os.environ.get("PATH", ""), *MORE_FOLDERS])
    for name in names:
        if found := shutil.which(name, path=path):
            return found
    raise NoMariaDB(
        f"none of {', '.join(names)} was found: install MariaDB's server and client (they need not be running)"
    )
