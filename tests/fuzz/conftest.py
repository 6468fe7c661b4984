"""Servers to be attacked: processes of their own, over the demo data, that wait for nobody for long."""

from collections.abc import Iterator

import pytest

from tests.conftest import Databases
from tests.door.client import SECRET
from tests.door.processes import Served, serving

CLIENT_SECONDS = 0.5


@pytest.fixture(scope="module")
def served(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One for the tests of a module."""
    url, folder = databases.get("demo", with_demo=True), tmp_path_factory.mktemp("served")
    with serving(
        folder=folder, database_url=url, token_secret=SECRET, client_timeout=str(CLIENT_SECONDS), rate_points="0"
    ) as server:
        yield server
