"""The database is not there: said at the start, answered with a code while serving, over when it is back."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from db import migrate
from db.engine import engine_for, reading
from graph import ids
from tests.door.client import Client, client, code_of
from tests.door.processes import PATIENCE_SECONDS, Ended, called, partner_graph
from tests.make import READY, Make
from tests.servers import MariaDB

pytestmark = pytest.mark.slow
READ = "{ viewer { demo } companies { totalCount nodes { name } } }"
WRITE = """mutation($id: ID!) {
  companyTransitionStage(input: {companyId: $id, to: PRE_LIST}) { changed errors { code } } }"""
UNAVAILABLE = "DATABASE_UNAVAILABLE"
HELD = 3


@pytest.fixture(scope="module")
def own_server(mariadb_server: MariaDB) -> Iterator[MariaDB]:
    """A server that may be ended. (Asked for after the shared one, which says what to do where there is no MariaDB.)"""
    server = MariaDB()
    url = server.create_database("unavailable")

    async def prepare() -> None:
        async with engine_for(url) as engine:
            await migrate.upgrade(engine)
            await Make(engine).user()

    asyncio.run(prepare())
    yield server
    server.stop()


@pytest.fixture
async def own_engine(own_server: MariaDB) -> AsyncIterator[AsyncEngine]:
    async with engine_for(own_server.url("unavailable"), pool_size=HELD, pool_timeout=0.3) as engine:
        yield engine


@pytest.fixture
def door(own_engine: AsyncEngine) -> Client:
    return client(own_engine)


@pytest.fixture
def halted(own_server: MariaDB) -> Iterator[MariaDB]:
    """Whatever a test does to the server, the next one finds it running."""
    yield own_server
    if not own_server.running:
        own_server.resume()


async def recovered(door: Client) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (await door.request("GET", "/readyz")).status_code != 200:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


async def test_reading_without_the_database_has_a_code(door: Client, halted: MariaDB) -> None:
    await door.data(READ)
    halted.halt()
    response = await door.ask(READ)
    assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
    assert code_of(response) == UNAVAILABLE
    assert response.json()["data"] == {"viewer": {"demo": False}, "companies": None}
    assert response.json()["errors"][0]["path"] == ["companies"]


async def test_writing_without_the_database_has_a_code(door: Client, halted: MariaDB) -> None:
    await door.data(READ)
    halted.halt()
    response = await door.ask(WRITE, id=ids.encode("Company", 1))
    assert (response.status_code, response.headers["retry-after"], code_of(response)) == (503, "1", UNAVAILABLE)


async def test_it_is_healthy_but_not_ready(door: Client, halted: MariaDB) -> None:
    assert (await door.request("GET", "/readyz")).json() == {"database": "ok"}
    halted.halt()
    ready, healthy = [await door.request("GET", path) for path in ("/readyz", "/healthz")]
    assert (ready.status_code, ready.json()) == (503, {"database": "unreachable"})
    assert (healthy.status_code, healthy.text) == (200, "ok")


async def test_what_needs_no_database_is_answered(door: Client, halted: MariaDB) -> None:
    halted.halt()
    assert await door.data("{ __typename viewer { demo } }") == {"__typename": "Query", "viewer": {"demo": False}}


async def test_all_is_well_when_the_database_is_back(door: Client, own_engine: AsyncEngine, halted: MariaDB) -> None:
    company = await Make(own_engine).company(**READY)
    await Make(own_engine).product(company)
    halted.halt()
    assert await door.code(READ) == UNAVAILABLE
    halted.resume()
    await recovered(door)
    for _ in range(5):
        assert (await door.data(READ))["companies"]["totalCount"] >= 1
    assert await door.data(WRITE, id=ids.encode("Company", company.id)) == {
        "companyTransitionStage": {"changed": True, "errors": []}
    }


async def test_the_database_goes_while_a_write_waits_for_it(
    door: Client, own_engine: AsyncEngine, halted: MariaDB
) -> None:
    company = await Make(own_engine).company()
    async with own_engine.connect() as other:
        await other.execute(text("SELECT id FROM companies WHERE id = :id FOR UPDATE"), {"id": company.id})
        call = asyncio.create_task(door.code(WRITE, id=ids.encode("Company", company.id)))
        await waiting(halted)
        halted.halt()
        assert await call == UNAVAILABLE
        await other.invalidate()


async def waiting(server: MariaDB) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    locking = "info LIKE '%FOR UPDATE' AND id <> CONNECTION_ID()"
    while int(server.execute(f"SELECT COUNT(*) FROM information_schema.processlist WHERE {locking}")) == 0:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


async def test_a_pool_without_a_free_connection_has_a_code(door: Client, own_engine: AsyncEngine) -> None:
    async with AsyncExitStack() as held:
        for _ in range(HELD):
            await held.enter_async_context(own_engine.connect())
            held.push_async_callback(reading(own_engine).release, await reading(own_engine).acquire())
        assert await door.code(READ) == "OVERLOADED"
        assert (await door.request("GET", "/readyz")).status_code == 503
    await door.data(READ)


# At the start

SECRET = "s3cr3t"
CLOSED_PORT = f"mysql+asyncmy://partner:{SECRET}@127.0.0.1:1/partner"
NO_SOCKET = f"mysql+asyncmy://partner:{SECRET}@localhost/partner?unix_socket=/nowhere/mysqld.sock"


def test_the_script_does_not_serve_without_the_database(tmp_path: Path) -> None:
    says_what_to_do(partner_graph("serve", "--port", "0", folder=tmp_path, database_url=CLOSED_PORT))


@pytest.mark.usefixtures("own_folder")
@pytest.mark.parametrize("command", ["serve", "migrate", "demo"])
@pytest.mark.parametrize("url", [CLOSED_PORT, NO_SOCKET], ids=["port", "socket"])
def test_no_command_works_without_the_database(command: str, url: str) -> None:
    says_what_to_do(called(command, database_url=url))


def says_what_to_do(ended: Ended) -> None:
    assert (ended.code, ended.out) == (1, "")
    [line] = ended.err.splitlines()
    assert line.startswith("partner-graph: The database did not do its part: 2003 Can't connect to MySQL server on ")
    assert line.endswith("Check PARTNER_GRAPH_DATABASE_URL and that the server is running.")
    assert SECRET not in line


@pytest.mark.usefixtures("own_folder")
def test_an_unknown_user_is_refused_without_showing_the_password(own_server: MariaDB) -> None:
    url = f"mysql+asyncmy://nobody:{SECRET}@localhost/unavailable?unix_socket={own_server.socket}"
    ended = called("serve", "--port", "0", database_url=url)
    [line] = ended.err.splitlines()
    assert (ended.code, "1045 Access denied for user 'nobody'" in line, SECRET in line) == (1, True, False)
