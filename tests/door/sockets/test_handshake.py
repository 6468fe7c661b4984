"""WebSockets: who may connect, and how a connection begins."""

from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.enums import GlobalRole
from graph.app import make_app
from graph.settings import Settings
from tests.door.client import token
from tests.door.sockets.wire import Place, Socket

VIEWER = "{ viewer { demo } }"
ADMIN = token(1, GlobalRole.ADMIN, seconds=86_400)


# --- the handshake


@pytest.mark.parametrize("offered", [(), ("graphql-ws",), ("soap", "graphql-sse")])
async def test_no_other_protocol_is_spoken(place: Place, offered: tuple[str, ...]) -> None:
    async with place.socket(subprotocols=offered) as socket:
        assert socket.accepted is None
        assert await socket.close_code() == 4406


async def test_of_several_protocols_the_right_one_is_taken(place: Place) -> None:
    async with place.socket(subprotocols=("graphql-ws", "graphql-transport-ws")) as socket:
        assert socket.accepted == "graphql-transport-ws"


async def test_there_are_no_sockets_elsewhere(place: Place) -> None:
    async with place.socket(path="/graphiql") as socket:
        assert await socket.status() == 404


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        (None, "api.example.com"), ("https://api.example.com", "api.example.com"),
        ("https://api.example.com", "api.example.com:443"), ("http://localhost:8000", "localhost:8000"),
        ("https://app.example.com", "api.example.com"), ("HTTPS://APP.example.com", "api.example.com"),
    ],
)  # fmt: skip
async def test_pages_from_here_and_from_allowed_origins_may_connect(
    embedded: AsyncEngine, origin: str | None, host: str
) -> None:
    place = Place(embedded, cors_origins=["https://app.example.com"])
    headers = {"host": host} if origin is None else {"host": host, "origin": origin}
    async with place.session(headers=headers):
        pass


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example.com", "null", "", "https://api.example.com.evil.com", "https://api.example.com:8443",
     "https://", "file://", "http://app.example.com", "https://api.example.com@evil.com"],
)  # fmt: skip
async def test_pages_from_elsewhere_may_not(embedded: AsyncEngine, origin: str) -> None:
    place = Place(embedded, cors_origins=["https://app.example.com"])
    async with place.socket(headers={"host": "api.example.com", "origin": origin}) as socket:
        assert await socket.status() == 403


async def test_a_server_that_cannot_deny_just_closes(place: Place) -> None:
    socket = place.socket(headers={"origin": "https://evil.example.com"})
    del socket.scope["extensions"]
    async with socket:
        assert socket.first == {"type": "websocket.close"}


@pytest.mark.parametrize(("host", "status"), [("localhost:8000", None), ("evil.example.com", 400)])
async def test_the_demo_answers_to_its_own_name_only(embedded: AsyncEngine, host: str, status: int | None) -> None:
    """Or a page elsewhere could have its name lead here: its origin would then be the host that it calls."""
    url = embedded.url.render_as_string(hide_password=False)
    app = make_app(Settings(_env_file=None, database_url=url), embedded)
    async with Socket(app, headers={"host": host, "origin": f"http://{host}"}) as socket:
        if status is not None:
            assert await socket.status() == status
            return
        await socket.begin(None)
        socket.subscribe("1", VIEWER)
        assert (await socket.next())["payload"]["data"] == {"viewer": {"demo": True}}


# --- the beginning


@pytest.mark.parametrize("name", ["authorization", "Authorization"])
async def test_a_token_comes_with_the_first_message(place: Place, name: str) -> None:
    async with place.socket() as socket:
        socket.send("connection_init", payload={name: f"Bearer {ADMIN}"})
        assert await socket.next() == {"type": "connection_ack"}


async def test_a_token_comes_with_the_handshake(place: Place) -> None:
    async with place.socket(headers={"authorization": f"Bearer {ADMIN}"}) as socket:
        socket.send("connection_init")
        assert await socket.next() == {"type": "connection_ack"}


@pytest.mark.parametrize(
    "payload",
    [None, {}, {"authorization": ""}, {"authorization": ADMIN}, {"authorization": "Bearer x.y.z"},
     {"authorization": ["Bearer"]}, {"authorization": f"Bearer {token(1, seconds=-60)}"},
     {"authorization": "Bearer \ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace")}],
)  # fmt: skip
async def test_without_a_good_token_it_ends(place: Place, payload: Any) -> None:
    async with place.socket() as socket:
        socket.send("connection_init", payload=payload)
        assert await socket.close_code() == 4403


async def test_who_says_nothing_is_not_waited_for(place: Place) -> None:
    place.with_terms(init_seconds=0.05)
    async with place.socket() as socket:
        assert await socket.close_code() == 4408


async def test_pings_do_not_put_it_off(place: Place) -> None:
    place.with_terms(init_seconds=0.05)
    async with place.socket() as socket:
        socket.send("ping")
        assert await socket.next() == {"type": "pong"}
        assert await socket.close_code() == 4408


async def test_a_second_beginning_ends_it(place: Place) -> None:
    async with place.session() as socket:
        socket.send("connection_init")
        assert await socket.close_code() == 4429


async def test_operations_come_after_the_beginning(place: Place) -> None:
    async with place.socket() as socket:
        socket.subscribe("1", VIEWER)
        assert await socket.close_code() == 4401
