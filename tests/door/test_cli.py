"""The console script: what it does, and that what goes wrong is one line with what to do."""

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from db import migrate
from db.engine import engine_for
from domain.enums import AgentType, GlobalRole
from graph.identity.door import Door
from graph.identity.keys import SharedSecret
from graph.identity.tokens import Tokens
from tests.door.client import SECRET
from tests.door.processes import Ended, called, serving

SCHEMA = Path(__file__).parents[2] / "schema.graphql"
HEAD = migrate.HEAD
OPTIONS = {
    "serve": ["--host", "--port", "--database-url"],
    "migrate": ["--to", "--check", "--database-url"],
    "demo": ["--companies", "--if-empty", "--database-url"],
    "schema": ["--out"],
    "token": ["--user", "--role", "--agent-id", "--agent-type", "--hours"],
}
pytestmark = [pytest.mark.usefixtures("own_folder"), pytest.mark.slow]


@pytest.fixture
def new_url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path / 'new.sqlite3'}"


@pytest.fixture
def port_in_use() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def refusal(ended: Ended) -> str:
    """The one line that a refused command says, without the name of the program."""
    [line] = ended.err.splitlines()
    assert (ended.code, ended.out) == (1, "")
    assert line.startswith("partner-graph: ")
    return line.removeprefix("partner-graph: ")


def companies_in(url: str) -> int:
    async def count() -> int:
        async with engine_for(url) as engine, engine.connect() as connection:
            return (await connection.execute(text("SELECT COUNT(*) FROM companies"))).scalar_one()

    return asyncio.run(count())


# Help


def test_help_names_the_commands() -> None:
    shown = called("--help")
    assert shown.code == 0
    assert all(command in shown.out for command in OPTIONS)


@pytest.mark.parametrize("command", OPTIONS)
def test_help_names_the_options(command: str) -> None:
    shown = called(command, "--help")
    assert shown.code == 0
    assert all(option in shown.out for option in OPTIONS[command])


@pytest.mark.parametrize("arguments", [("nope",), ("serve", "--nope"), ("serve", "--port", "x"), ("token",)])
def test_a_misspelled_command_is_refused_with_its_usage(arguments: tuple[str, ...]) -> None:
    ended = called(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert "Usage: " in ended.err


# migrate


def test_migrating_up_and_down(new_url: str) -> None:
    assert refusal(called("migrate", "--check", database_url=new_url)).startswith("Pending: 0001, 0002, ")
    assert called("migrate", "--to", "0003", database_url=new_url).out == "The database is at revision 0003.\n"
    pending = refusal(called("migrate", "--check", database_url=new_url))
    assert pending.startswith("Pending: 0004, ")
    assert pending.endswith("Run `partner-graph migrate`.")
    assert called("migrate", database_url=new_url).out == f"The database is at revision {HEAD}.\n"
    assert called("migrate", "--check", database_url=new_url).out == "Nothing is pending.\n"
    assert called("migrate", "--to", "0003", database_url=new_url).out == "The database is at revision 0003.\n"
    assert called("migrate", "--to", "head", database_url=new_url).out == f"The database is at revision {HEAD}.\n"
    assert called("migrate", "--to", "base", database_url=new_url).out == "The database is at revision base.\n"


def test_migrating_twice_changes_nothing(embedded_url: str) -> None:
    assert called("migrate", database_url=embedded_url) == Ended(0, f"The database is at revision {HEAD}.\n", "")


def test_the_option_goes_before_the_environment(embedded_url: str) -> None:
    ended = called("migrate", "--check", "--database-url", embedded_url, database_url="nonsense")
    assert ended == Ended(0, "Nothing is pending.\n", "")


def test_no_revision_is_refused(embedded_url: str) -> None:
    assert refusal(called("migrate", "--to", "", database_url=embedded_url)).startswith("Name a revision after --to: ")


@pytest.mark.parametrize("revision", ["9999", "nonsense"])
def test_an_unknown_revision_is_refused(embedded_url: str, revision: str) -> None:
    ended = called("migrate", "--to", revision, database_url=embedded_url)
    assert refusal(ended).startswith("The migration was refused: ")


# demo


def test_demo_data_goes_into_an_empty_database_once(embedded_url: str) -> None:
    loaded = called("demo", "--companies", "3", database_url=embedded_url)
    assert (loaded.code, loaded.err) == (0, "")
    assert loaded.out.startswith("Loaded 3 companies, ")
    assert refusal(called("demo", database_url=embedded_url)).startswith("Demo data goes into an empty database only")
    again = called("demo", "--if-empty", database_url=embedded_url)
    assert again == Ended(0, "There are companies already: no demo data was loaded.\n", "")
    assert companies_in(embedded_url) == 3


def test_demo_data_needs_the_tables(new_url: str) -> None:
    assert refusal(called("demo", database_url=new_url)).endswith("Run `partner-graph migrate` first.")


@pytest.mark.parametrize("number", ["0", "-1", "5001", "many"])
def test_an_odd_number_of_companies_is_refused(embedded_url: str, number: str) -> None:
    assert called("demo", "--companies", number, database_url=embedded_url).code == 2
    assert companies_in(embedded_url) == 0


# schema


def test_the_schema_is_the_one_in_the_repository(tmp_path: Path) -> None:
    printed = called("schema")
    assert (printed.code, printed.out, printed.err) == (0, SCHEMA.read_text(), "")
    assert called("schema", "--out", str(tmp_path / "schema.graphql")) == Ended(0, "", "")
    assert (tmp_path / "schema.graphql").read_text() == printed.out


@pytest.mark.parametrize("place", ["", "missing/schema.graphql"])
def test_a_schema_that_cannot_be_written_is_said(tmp_path: Path, place: str) -> None:
    assert refusal(called("schema", "--out", str(tmp_path / place))).startswith(f"Cannot write {tmp_path / place}: ")


# token


def test_a_token_is_minted() -> None:
    roles, agent = ["--role", "manager", "--role", "editor"], ["--agent-id", "a", "--agent-type", "market_analyst"]
    minted = called("token", "--user", "7", *roles, *agent, token_secret=SECRET)
    door = Door(Tokens(SharedSecret(SECRET)))
    actor = asyncio.run(door.caller(f"Bearer {minted.out.strip()}")).actor
    assert (minted.code, minted.err, actor.user_id, actor.agent_id) == (0, "", 7, "a")
    assert actor.roles == {GlobalRole.MANAGER, GlobalRole.EDITOR}
    assert actor.agent_type is AgentType.MARKET_ANALYST


def test_a_token_needs_the_servers_secret() -> None:
    assert "PARTNER_GRAPH_TOKEN_SECRET" in refusal(called("token", "--user", "1"))


@pytest.mark.parametrize("user", ["0", "-1", "x", str(2**63)])
def test_a_token_is_for_a_user_that_can_be(user: str) -> None:
    assert called("token", "--user", user, token_secret=SECRET).code == 2


# Settings

SERVER = "mysql+asyncmy://partner:s3cr3t@"
BAD_URLS = {
    "": "it is not a URL of the form mysql+asyncmy://user:password@host/name",
    "nonsense": "it is not a URL of the form mysql+asyncmy://user:password@host/name",
    "postgresql://partner:s3cr3t@localhost/partner": "'postgresql' is not supported: use mysql+asyncmy",
    "mysql+pymysql://partner:s3cr3t@localhost/partner": "'mysql+pymysql' is not supported: use mysql+asyncmy",
    "sqlite+pysqlite:///file": "'sqlite+pysqlite' is not supported: use mysql+asyncmy",
    f"{SERVER}localhost:port/partner": "its port is not a number",
    f"{SERVER}localhost:65536/partner": "its port must be between 1 and 65535",
    f"{SERVER}localhost:0/partner": "its port must be between 1 and 65535",
    "mysql+asyncmy://partner:p@s3cr3t@localhost/partner": "write an @ in the user's name or password as %40",
    f"{SERVER}local..host/partner": "the driver does not understand it",
    f"{SERVER}localhost/partner?nope=1": "the driver does not understand it",
    f"{SERVER}localhost/partner?connect_timeout=soon": "the driver does not understand it",
}


@pytest.mark.parametrize("command", ["serve", "migrate", "demo"])
@pytest.mark.parametrize(("url", "said"), BAD_URLS.items(), ids=[url or "empty" for url in BAD_URLS])
def test_a_bad_url_is_refused(command: str, url: str, said: str) -> None:
    line = refusal(called(command, database_url=url))
    assert line.startswith(f"PARTNER_GRAPH_DATABASE_URL: {said}")
    assert "s3cr3t" not in line


@pytest.mark.parametrize("command", ["serve", "migrate", "demo"])
def test_a_path_that_cannot_be_opened_is_refused(tmp_path: Path, command: str) -> None:
    for place in (tmp_path / "missing" / "file", tmp_path):
        line = refusal(called(command, database_url=f"sqlite+aiosqlite:///{place}"))
        assert line.startswith("The database did not do its part: unable to open database file.")


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no database " * 100)
    assert "file is not a database" in refusal(called("serve", database_url=f"sqlite:///{tmp_path / 'file'}"))


BAD_SETTINGS = [
    ("port", "x", "PARTNER_GRAPH_PORT: "),
    ("port", "65536", "PARTNER_GRAPH_PORT: "),
    ("port", "-1", "PARTNER_GRAPH_PORT: "),
    ("token_secret", "short", "PARTNER_GRAPH_TOKEN_SECRET needs at least 32 characters"),
    ("token_secret", "", "PARTNER_GRAPH_TOKEN_SECRET needs at least 32 characters"),
    ("pool_size", "0", "PARTNER_GRAPH_POOL_SIZE: "),
    ("pool_timeout", "nan", "PARTNER_GRAPH_POOL_TIMEOUT: "),
    ("demo_user_id", "me", "PARTNER_GRAPH_DEMO_USER_ID: "),
    ("graphiql", "perhaps", "PARTNER_GRAPH_GRAPHIQL: "),
    ("log_level", "loud", "PARTNER_GRAPH_LOG_LEVEL: use debug, info, warning or error"),
]


@pytest.mark.parametrize(("name", "value", "said"), BAD_SETTINGS, ids=lambda value: value)
def test_a_bad_setting_is_refused_by_its_name(embedded_url: str, name: str, value: str, said: str) -> None:
    assert refusal(called("serve", **{"database_url": embedded_url, name: value})).startswith(said)


def test_an_option_that_is_out_of_range_is_refused(embedded_url: str) -> None:
    assert refusal(called("serve", "--port", "65536", database_url=embedded_url)).startswith("PARTNER_GRAPH_PORT: ")


def test_settings_may_stand_in_a_file(own_folder: Path) -> None:
    (own_folder / ".env").write_text("PARTNER_GRAPH_TOKEN_SECRET=short\n")
    assert "at least 32 characters" in refusal(called("token", "--user", "1"))


def test_a_settings_file_that_is_no_text_is_refused(own_folder: Path) -> None:
    (own_folder / ".env").write_bytes(b"\xff\xfe")
    assert refusal(called("token", "--user", "1")).startswith("The file .env in this folder cannot be read")


# serve


def test_serving_a_database_without_tables_is_refused(new_url: str) -> None:
    assert refusal(called("serve", database_url=new_url)).endswith("Run `partner-graph migrate` first.")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", ""])
def test_serving_a_network_needs_a_secret(embedded_url: str, host: str) -> None:
    line = refusal(called("serve", "--host", host, database_url=embedded_url))
    assert "needs signed tokens: set PARTNER_GRAPH_JWKS to " in line
    assert line.endswith(" or PARTNER_GRAPH_TOKEN_SECRET to at least 32 characters.")


def test_a_port_in_use_is_refused(embedded_url: str, port_in_use: int) -> None:
    line = refusal(called("serve", "--port", str(port_in_use), database_url=embedded_url))
    assert line.startswith(f"Cannot listen on 127.0.0.1:{port_in_use}: Address already in use.")
    assert line.endswith("Choose another with --port or --host.")


@pytest.mark.parametrize("host", ["192.0.2.1", "no..host"])
def test_a_host_that_is_not_ours_is_refused(embedded_url: str, host: str) -> None:
    line = refusal(called("serve", "--host", host, database_url=embedded_url, token_secret=SECRET))
    assert line.startswith(f"Cannot listen on {host}:8000: ")


def test_serving_prints_where_and_ends_when_told(embedded_url: str, tmp_path: Path) -> None:
    with serving(folder=tmp_path, database_url=embedded_url) as served:
        answer = httpx.post(f"{served.url}/graphql", json={"query": "{ viewer { demo } companies { totalCount } }"})
        assert answer.json()["data"] == {"viewer": {"demo": True}, "companies": {"totalCount": 0}}
        assert served.graphiql == f"{served.url}/graphiql"
        ended = served.end()
    assert (ended.code, "Traceback" in ended.err) == (0, False)
    assert "nobody else can call" in ended.out


def test_serving_with_a_secret_needs_a_token(embedded_url: str, tmp_path: Path) -> None:
    with serving(folder=tmp_path, database_url=embedded_url, token_secret=SECRET) as served:
        link = httpx.URL(served.graphiql)
        token = link.fragment.removeprefix("token=")
        call = {"url": f"{served.url}/graphql", "json": {"query": "{ viewer { demo roles } }"}}
        assert httpx.post(**call).status_code == 401
        answer = httpx.post(**call, headers={"Authorization": f"Bearer {token}"})
        assert answer.json()["data"] == {"viewer": {"demo": False, "roles": ["ADMIN"]}}
        assert token not in served.log.read_text()
