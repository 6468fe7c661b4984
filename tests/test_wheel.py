"""The wheel holds all that it needs: it runs from an empty folder, without the repository."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BUILD = ["-m", "pip", "wheel", "-q", "--no-build-isolation", "--no-deps", "--disable-pip-version-check", "-w"]
RUN = "import sys; sys.path.insert(0, sys.argv.pop(1)); from graph.cli.main import app; app()"


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, *BUILD, str(folder), str(ROOT)], check=True, timeout=120)
    [wheel] = folder.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "site")
    return folder / "site"


@pytest.mark.slow
def test_it_holds_the_page_and_the_migrations(unpacked: Path) -> None:
    for name in ("graph/static/graphiql/index.html", "db/_migrations/env.py"):
        assert (unpacked / name).is_file(), f"{name} is missing: run `make web`"
    assert not (unpacked / "tests").exists()


@pytest.mark.slow
def test_it_migrates_and_loads_without_the_repository(unpacked: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PARTNER_GRAPH_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'own.sqlite3'}"}
    for command in (["migrate"], ["demo", "--companies", "1"]):
        done = subprocess.run(
            # -S and -I would hide the installed dependencies; the editable install is shadowed by the path in front.
            [sys.executable, "-c", RUN, str(unpacked), *command],
            cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    assert "1 companies" in done.stdout
