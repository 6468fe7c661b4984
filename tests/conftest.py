"""What every test may ask for."""

import os
from collections.abc import Iterator

import pytest

from tests.servers import MariaDB, NoMariaDB


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[MariaDB]:
    try:
        server = MariaDB()
    except NoMariaDB as reason:
        if "mariadb" in os.environ.get("PARTNER_GRAPH_TESTS_REQUIRE", ""):
            pytest.fail(str(reason))
        pytest.skip(f"no MariaDB: {reason}")
    yield server
    server.stop()
