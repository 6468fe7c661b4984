"""Calls at the door: HTTP requests to the application in this process. Every answer is searched for leaks."""

import json
import re
from typing import Any

import httpx
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.enums import GlobalRole
from graph.app import make_app
from graph.clock import utc_now
from graph.codes import CODES
from graph.identity.tokens import mint
from graph.settings import Settings

SECRET = "a secret of the tests that is long enough"
HOST = "http://localhost"
LEAKS = re.compile(
    r"Traceback|\.py\b|site-packages|SELECT [^}]|INSERT |UPDATE |sqlalchemy|asyncmy|sqlite|pymysql| object at 0x|"
    r"NoneType|[a-z]Error\b|/work|/home/|/tmp/|invalid literal|codec can't|unexpected keyword",
    re.IGNORECASE,
)


def settings(engine: AsyncEngine, **values: Any) -> Settings:
    """Signed tokens, nothing from this machine's environment."""
    url = engine.url.render_as_string(hide_password=False)
    return Settings(_env_file=None, **{"database_url": url, "token_secret": SECRET, **values})


def token(user: int = 1, *roles: GlobalRole, seconds: int = 86_400, **claims: Any) -> str:
    return mint(SECRET, user, now=utc_now(), seconds=seconds, roles=roles, **claims)


def without_cost(response: httpx.Response) -> httpx.Response:
    """What an answer cost changes from call to call: it is looked at here, and taken out for those who compare."""
    if not response.content or "json" not in response.headers.get("content-type", ""):
        return response
    body = response.json()
    told = body.pop("extensions", None)
    if "data" in body:
        assert told["cost"].keys() == {"cost", "limit", "remaining", "resetAt"}
        assert told["cost"]["cost"] >= 1
    response._content = json.dumps(body).encode()
    return response


class Client:
    """Calls as an administrator; `bearer=None` calls without a token."""

    def __init__(self, app: Any, bearer: str | None = "") -> None:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self._http = httpx.AsyncClient(transport=transport, base_url=HOST)
        if bearer is not None:
            self._http.headers["Authorization"] = f"Bearer {bearer or token(1, GlobalRole.ADMIN)}"

    async def request(self, method: str, path: str = "/graphql", **rest: Any) -> httpx.Response:
        response = await self._http.request(method, path, **rest)
        assert not (leak := LEAKS.search(response.text)), (leak, response.text[:500])
        return without_cost(response)

    async def send(self, body: bytes, **headers: str) -> httpx.Response:
        """A POST of these very bytes."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.request("POST", content=body, headers={"content-type": "application/json", **named})

    async def ask(self, document: str, **variables: Any) -> httpx.Response:
        return await self.request("POST", json={"query": document, "variables": variables})

    async def data(self, document: str, **variables: Any) -> dict[str, Any]:
        answer = (await self.ask(document, **variables)).json()
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    async def code(self, document: str, **variables: Any) -> str:
        return code_of(await self.ask(document, **variables))


def client(engine: AsyncEngine, **values: Any) -> Client:
    return Client(make_app(settings(engine, **values), engine))


def code_of(response: httpx.Response) -> str:
    """The code of the one error; it must be one of those that are promised."""
    [error] = response.json()["errors"]
    code = error["extensions"]["code"]
    assert code in CODES
    assert error["message"]
    return code
