"""Programs of the folder web/, which speak for the clients that others have written."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

CLIENTS = Path(__file__).parents[2] / "web" / "clients"
PATIENCE_SECONDS = 60


def run(program: str, *arguments: str) -> Any:
    """What the program prints, which must be JSON. `make test` sees to it that there is a Node."""
    node = shutil.which("node")
    assert node is not None, "there is no Node: run the tests with make test"
    command = [node, str(CLIENTS / program), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
