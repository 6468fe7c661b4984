"""Where no token is needed, and that it is nowhere else."""

import pytest
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncEngine

from graph.app import make_app
from graph.headers import HEADERS
from graph.settings import Settings
from tests.door.bearers import WHO, ask, is_unauthenticated, signed
from tests.door.client import SECRET, Client, settings

pytestmark = pytest.mark.slow

EMBEDDED = "sqlite+aiosqlite:///somewhere.sqlite3"
SERVER = "mysql+asyncmy://user:password@localhost/partner"


def chosen(database_url: str = EMBEDDED, host: str = "127.0.0.1", token_secret: str | None = None) -> Settings:
    return Settings(_env_file=None, database_url=database_url, host=host, token_secret=token_secret)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.5", "::1", "localhost"])
def test_demo_mode_is_for_this_machine_alone(host: str) -> None:
    assert chosen(host=host).demo_mode


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "", "192.168.1.1", "example.com", "localhost.example.com", "127.0.0.1.example.com"]
)
def test_demo_mode_is_not_for_a_network(host: str) -> None:
    assert not chosen(host=host).demo_mode


def test_demo_mode_is_not_for_a_database_server() -> None:
    assert not chosen(database_url=SERVER).demo_mode


def test_demo_mode_ends_where_a_secret_is_set() -> None:
    assert not chosen(token_secret=SECRET).demo_mode


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValidationError, match="at least 32 characters"):
        chosen(token_secret="x" * 31)


@pytest.mark.parametrize("open_to_all", [{"host": "0.0.0.0"}, {"database_url": SERVER}])
async def test_without_demo_mode_and_secret_there_is_no_application(
    embedded: AsyncEngine, open_to_all: dict[str, str]
) -> None:
    with pytest.raises(ValueError, match="PARTNER_GRAPH_TOKEN_SECRET"):
        make_app(chosen(**open_to_all), embedded)


@pytest.fixture
def demo(embedded: AsyncEngine) -> Client:
    return Client(make_app(settings(embedded, token_secret=None), embedded), bearer=None)


async def test_in_demo_mode_the_caller_is_the_demo_user(demo: Client) -> None:
    assert await demo.data(WHO) == {"viewer": {"demo": True, "roles": ["ADMIN"], "agentId": None, "user": None}}


@pytest.mark.parametrize("authorization", [f"Bearer {signed()}", "Bearer x", "Basic x", ""])
async def test_in_demo_mode_no_token_is_read(demo: Client, authorization: str) -> None:
    assert is_unauthenticated(await ask(demo, authorization))


HOSTS = ["localhost", "localhost:8000", "LOCALHOST", "127.0.0.1", "127.0.0.1:8000", "[::1]", "[::1]:8000"]
OTHER_HOSTS = [
    "example.com", "example.com:8000", "localhost.example.com", "127.0.0.1.example.com", "127.0.0.2", "0.0.0.0", "[::]",
    "localhost.", "user@localhost", "localhost:x", "[::1", "",
]  # fmt: skip


@pytest.mark.parametrize("host", HOSTS)
async def test_in_demo_mode_this_machines_names_are_answered(demo: Client, host: str) -> None:
    response = await demo.request("POST", json={"query": WHO}, headers={"host": host})
    assert response.json()["data"]["viewer"]["demo"]


@pytest.mark.parametrize("host", OTHER_HOSTS)
@pytest.mark.parametrize("path", ["/graphql?query={__typename}", "/graphiql", "/healthz"])
async def test_in_demo_mode_another_name_for_this_machine_is_refused(demo: Client, host: str, path: str) -> None:
    response = await demo.request("GET", path, headers={"host": host})
    assert (response.status_code, "data" in response.text) == (400, False)
    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS


async def test_in_demo_mode_the_address_that_is_listened_on_is_answered(embedded: AsyncEngine) -> None:
    demo = Client(make_app(settings(embedded, token_secret=None, host="127.0.0.5"), embedded), bearer=None)
    assert (await demo.request("GET", "/healthz", headers={"host": "127.0.0.5:8000"})).status_code == 200
    assert (await demo.request("GET", "/healthz", headers={"host": "127.0.0.6:8000"})).status_code == 400


async def test_with_tokens_any_name_is_answered(outside: Client) -> None:
    response = await outside.request("GET", "/healthz", headers={"host": "graph.example.com"})
    assert (response.status_code, response.text) == (200, "ok")
