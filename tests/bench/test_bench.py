"""The benchmark runs, and the servers that it compares answer alike; what it finds is not judged here."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import MariaDB

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_a_quick_run_compares_and_measures_every_query(mariadb_server: MariaDB) -> None:
    command = [sys.executable, "-m", "bench.run", "--quick", "--only", "limit,levels"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "All servers answer alike." in done.stdout
    assert "| levels | **x" in done.stdout
