"""Who is calling: which tokens are taken, where none is needed, and that a stranger sees nothing."""

import base64
import json
import time
from typing import Any

import httpx
import jwt
import pytest
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.enums import AgentType, GlobalRole
from graph import ids
from graph.app import make_app
from graph.headers import HEADERS
from graph.settings import Settings
from graph.viewer import AUDIENCE
from tests.door.client import SECRET, Client, client, code_of, settings, token
from tests.make import Make

WHO = "{ viewer { demo roles agentId user { id name } } }"
LARGEST = 2**63 - 1


def signed(secret: str = SECRET, algorithm: str | None = "HS256", **changes: Any) -> str:
    """A token that would be taken but for the changes; `...` leaves a claim out."""
    claims = {"sub": "1", "aud": AUDIENCE, "exp": int(time.time()) + 86_400, "roles": ["admin"], **changes}
    payload = json.dumps({name: value for name, value in claims.items() if value is not ...}).encode()
    return jwt.PyJWS().encode(payload, secret, algorithm=algorithm)


def base64_of(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def unsigned(header: bytes) -> str:
    return f"{base64_of(header)}.{signed().split('.')[1]}.{base64_of(b'no signature')}"


async def ask(door: Client, authorization: str | bytes | None) -> httpx.Response:
    headers = {} if authorization is None else {"authorization": authorization}
    return await door.request("POST", json={"query": WHO}, headers=headers)


def is_unauthenticated(response: httpx.Response) -> bool:
    assert response.headers["content-type"] == "application/json"
    assert response.headers["www-authenticate"].startswith("Bearer ")
    assert "data" not in response.json()
    return (response.status_code, code_of(response)) == (401, "UNAUTHENTICATED")


@pytest.fixture
def outside(embedded: AsyncEngine) -> Client:
    """Calls without a token of its own."""
    return Client(make_app(settings(embedded), embedded), bearer=None)


# Tokens

HEADER_VALUES = {
    "none": None,
    "empty": "",
    "another scheme": f"Basic {base64_of(b'user:password')}",
    "token alone": signed(),
    "scheme alone": "Bearer",
    "scheme and space": "Bearer ",
    "scheme and spaces": "Bearer    ",
    "two tokens": f"Bearer {signed()} {signed()}",
    "comma": f"Bearer {signed()},Bearer {signed()}",
    "not ASCII": "Bearer é".encode("latin-1"),
}


@pytest.mark.parametrize("authorization", HEADER_VALUES.values(), ids=HEADER_VALUES)
async def test_a_call_without_a_bearer_token_is_refused(outside: Client, authorization: str | bytes | None) -> None:
    assert is_unauthenticated(await ask(outside, authorization))


FORGED = {
    "garbage": "garbage",
    "dots": "...",
    "three words": "a.b.c",
    "another secret": signed("another secret that is long enough as well"),
    "another algorithm": signed(SECRET * 2, "HS512"),
    "no algorithm": signed("", "none"),
    "no signature": signed().rpartition(".")[0] + ".",
    "cut": signed()[:-2],
    "header is no JSON": unsigned(b"\xff"),
    "header is a number": unsigned(b"5"),
    "header is null": unsigned(b"null"),
    "header of 5000 digits": unsigned(b'{"alg": ' + b"9" * 5000 + b"}"),
    "header 100k deep": unsigned(b"[" * 100_000),
    "public key algorithm": unsigned(b'{"alg": "RS256", "typ": "JWT"}'),
    "NONE": unsigned(b'{"alg": "NONE"}'),
    "list as algorithm": unsigned(b'{"alg": ["HS256"]}'),
}


@pytest.mark.parametrize("bearer", FORGED.values(), ids=FORGED)
async def test_a_forged_token_is_refused(outside: Client, bearer: str) -> None:
    assert is_unauthenticated(await ask(outside, f"Bearer {bearer}"))


CLAIMS = {
    "expired": {"exp": 1},
    "no exp": {"exp": ...},
    "null exp": {"exp": None},
    "text as exp": {"exp": "soon"},
    "infinite exp": {"exp": float("inf")},
    "NaN as exp": {"exp": float("nan")},
    "not yet": {"nbf": int(time.time()) + 86_400},
    "made tomorrow": {"iat": int(time.time()) + 86_400},
    "no aud": {"aud": ...},
    "another aud": {"aud": "partner-graph-staging"},
    "other auds": {"aud": ["a", "b"]},
    "no sub": {"sub": ...},
    "null sub": {"sub": None},
    "empty sub": {"sub": ""},
    "number as sub": {"sub": 1},
    "name as sub": {"sub": "ada@example.com"},
    "negative sub": {"sub": "-1"},
    "zero sub": {"sub": "0"},
    "leading zero": {"sub": "01"},
    "plus sign": {"sub": "+1"},
    "space": {"sub": " 1"},
    "line end": {"sub": "1\n"},
    "underscore": {"sub": "1_0"},
    "fraction": {"sub": "1.0"},
    "Arabic digit": {"sub": "٣"},
    "superscript digit": {"sub": "²"},
    "2^63": {"sub": str(2**63)},
    "2^64": {"sub": str(2**64)},
    "5000 digits": {"sub": "9" * 5000},
    "unknown role": {"roles": ["owner"]},
    "role in capitals": {"roles": ["ADMIN"]},
    "known and unknown role": {"roles": ["admin", "owner"]},
    "text as roles": {"roles": "admin"},
    "null roles": {"roles": None},
    "object as roles": {"roles": {"admin": True}},
    "list as role": {"roles": [["admin"]]},
    "empty act": {"act": {}},
    "text as act": {"act": "agent"},
    "false act": {"act": False},
    "null agent": {"act": {"sub": None}},
    "empty agent": {"act": {"sub": ""}},
    "number as agent": {"act": {"sub": 5}},
    "list as agent": {"act": {"sub": ["a"]}},
    "agent that fits no column": {"act": {"sub": "a" * 101}},
    "NUL in the agent": {"act": {"sub": "a\0"}},
    "lone surrogate in the agent": {"act": {"sub": "\ud800"}},
    "unknown agent type": {"act": {"sub": "a", "agent_type": "poet"}},
    "list as agent type": {"act": {"sub": "a", "agent_type": []}},
}


@pytest.mark.parametrize("claims", CLAIMS.values(), ids=CLAIMS)
async def test_a_token_with_claims_that_do_not_do_is_refused(outside: Client, claims: dict[str, Any]) -> None:
    assert is_unauthenticated(await ask(outside, f"Bearer {signed(**claims)}"))


async def test_what_is_wrong_with_an_expired_token_is_said(outside: Client) -> None:
    assert "expired" in (await ask(outside, f"Bearer {token(seconds=-60)}")).text


async def test_the_token_is_checked_before_the_body_is_read(outside: Client) -> None:
    assert is_unauthenticated(await outside.send(b"{"))
    assert is_unauthenticated(await outside.request("DELETE"))


TAKEN = {
    "no roles": {"roles": ...},
    "one of several auds": {"aud": ["other", AUDIENCE]},
    "null act": {"act": None},
    "unknown claims": {"scope": {"deep": []}},
    "the largest user": {"sub": str(LARGEST)},
}


@pytest.mark.parametrize("claims", TAKEN.values(), ids=TAKEN)
async def test_these_claims_do(outside: Client, claims: dict[str, Any]) -> None:
    response = await ask(outside, f"Bearer {signed(**claims)}")
    assert (response.status_code, response.json()["data"]["viewer"]["user"]) == (200, None)


async def test_the_scheme_may_be_spelled_in_any_case(outside: Client) -> None:
    assert (await ask(outside, f"bearer {signed()}")).status_code == 200


async def test_the_viewer_is_the_tokens_user_with_its_roles(embedded: AsyncEngine) -> None:
    user = await Make(embedded).user(name="Ada")
    bearer = token(user.id, GlobalRole.MANAGER, GlobalRole.EDITOR)
    data = await Client(make_app(settings(embedded), embedded), bearer).data(WHO)
    assert data["viewer"] == {
        "demo": False, "roles": ["EDITOR", "MANAGER"], "agentId": None,
        "user": {"id": ids.encode("User", user.id), "name": "Ada"},
    }  # fmt: skip


@pytest.mark.parametrize("agent_type", [None, AgentType.MARKET_ANALYST])
async def test_an_agent_is_named(embedded: AsyncEngine, agent_type: AgentType | None) -> None:
    bearer = token(1, agent_id="analyst-7", agent_type=agent_type)
    data = await Client(make_app(settings(embedded), embedded), bearer).data(WHO)
    assert data["viewer"] == {"demo": False, "roles": [], "agentId": "analyst-7", "user": None}


# Strangers

STRANGER = 10**9
NOT_SHARED = [
    "users", "companies", "products", "journeyEvents", "workflowChains", "agentSessions", "contextSnapshots",
    "contents", "partnerLeads", "complianceReports", "entitlements", "predictions",
]  # fmt: skip
THERE, NOWHERE = 1, 10**9
MOVE = """mutation($id: ID!, $dry: Boolean!) {
  companyTransitionStage(input: {companyId: $id, to: LAUNCH, reason: "x", dryRun: $dry}) {
    changed company { id } errors { __typename code message path } } }"""


@pytest.fixture
def stranger(demo_engine: AsyncEngine) -> Client:
    return Client(make_app(settings(demo_engine), demo_engine), token(STRANGER))


async def test_a_stranger_sees_empty_lists(stranger: Client) -> None:
    data = await stranger.data("{" + " ".join(f"{field} {{ totalCount nodes {{ id }} }}" for field in NOT_SHARED) + "}")
    assert data == {field: {"totalCount": 0, "nodes": []} for field in NOT_SHARED}


async def test_an_administrator_sees_rows_in_each_of_them(demo_engine: AsyncEngine) -> None:
    data = await client(demo_engine).data("{" + " ".join(f"{field} {{ totalCount }}" for field in NOT_SHARED) + "}")
    assert all(data[field]["totalCount"] for field in NOT_SHARED)


@pytest.mark.parametrize("kind", ["User", "Company", "Product", "JourneyEvent", "WorkflowChain", "AgentSession"])
async def test_what_is_there_is_to_a_stranger_as_if_it_were_not(stranger: Client, kind: str) -> None:
    node = "query($id: ID!) { node(id: $id) { id } }"
    for key in (THERE, NOWHERE):
        assert await stranger.data(node, id=ids.encode(kind, key)) == {"node": None}


@pytest.mark.parametrize("dry", [True, False])
async def test_a_stranger_is_refused_alike_whether_it_is_there_or_not(stranger: Client, dry: bool) -> None:
    there, nowhere = [await stranger.data(MOVE, id=ids.encode("Company", key), dry=dry) for key in (THERE, NOWHERE)]
    assert there == nowhere
    assert [error["__typename"] for error in there["companyTransitionStage"]["errors"]] == ["NotFound"]


# Demo mode

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
