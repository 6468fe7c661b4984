"""Sockets and event streams of servers in processes of their own, as other people's clients see them."""

import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.frames import Frame, Opcode
from websockets.typing import Subprotocol

from tests.door import node
from tests.door.client import SECRET
from tests.door.processes import Served, serving
from tests.door.sockets.wire import RECORDED, Scene, id_of
from tests.make import Make

pytestmark = pytest.mark.slow

MOVE = """mutation($id: ID!, $to: JourneyStage!) {
  companyTransitionStage(input: {companyId: $id, to: $to, reason: "to and fro", force: true}) { event { id } } }"""
POLL_SECONDS = 0.3
PROTOCOL = Subprotocol("graphql-transport-ws")


@pytest.fixture
async def scene(engine: AsyncEngine) -> Scene:
    return await Scene(Make(engine)).set()


@pytest.fixture
def served(engine: AsyncEngine, database_url: str, tmp_path: Path) -> Iterator[Served]:
    with serve(tmp_path, database_url) as one:
        yield one


def serve(folder: Path, url: str, **settings: str) -> Any:
    folder.mkdir(exist_ok=True)
    return serving(folder=folder, database_url=url, token_secret=SECRET, poll_seconds=str(POLL_SECONDS), **settings)


def bearer(scene: Scene) -> dict[str, str]:
    return {"authorization": f"Bearer {scene.managers}"}


def address(served: Served) -> str:
    return served.url.replace("http://", "ws://") + "/graphql"


@asynccontextmanager
async def session(served: Served, scene: Scene) -> AsyncIterator[ClientConnection]:
    async with connect(address(served), subprotocols=[PROTOCOL], additional_headers=bearer(scene)) as socket:
        await socket.send('{"type":"connection_init"}')
        assert json.loads(await socket.recv()) == {"type": "connection_ack"}
        yield socket


async def subscribe(socket: ClientConnection, scene: Scene, after: str | None) -> None:
    payload = {"query": RECORDED, "variables": {"company": id_of(scene.company), "after": after}}
    await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": payload}))


async def event(socket: ClientConnection) -> str:
    return json.loads(await socket.recv())["payload"]["data"]["journeyEventRecorded"]["id"]


async def moved(served: Served, scene: Scene, to: str) -> str:
    async with httpx.AsyncClient(headers=bearer(scene)) as http:
        body = {"query": MOVE, "variables": {"id": id_of(scene.company), "to": to}}
        answer = (await http.post(f"{served.url}/graphql", json=body)).json()
    return answer["data"]["companyTransitionStage"]["event"]["id"]


async def close_code(socket: ClientConnection) -> int:
    with pytest.raises(ConnectionClosed):
        await socket.recv()
    assert socket.close_code is not None
    return socket.close_code


async def test_what_one_server_writes_another_tells(
    served: Served, scene: Scene, database_url: str, tmp_path: Path
) -> None:
    with serve(tmp_path / "other", database_url) as other:
        first = await moved(served, scene, "PRE_LIST")
        async with session(served, scene) as socket:
            await subscribe(socket, scene, first)
            # Its own are told at once, the other's within the time between two looks.
            for server, to, most in ((served, "DISCOVERY", 1.0), (other, "PRE_LIST", 1.0 + POLL_SECONDS)):
                begun = time.monotonic()
                written = await moved(server, scene, to)
                assert await event(socket) == written
                assert time.monotonic() - begun < most
        # The other way round, over an event stream.
        body = {"query": RECORDED, "variables": {"company": id_of(scene.company), "after": written}}
        async with (
            httpx.AsyncClient(headers={**bearer(scene), "accept": "text/event-stream"}) as http,
            http.stream("POST", f"{other.url}/graphql", json=body) as stream,
        ):
            lines = stream.aiter_lines()
            later = await moved(served, scene, "DISCOVERY")
            assert [line async for line in until(lines, "event: next")]
            assert await anext(lines) == f"id: {later}"


async def until(lines: AsyncIterator[str], last: str) -> AsyncIterator[str]:
    async for line in lines:
        yield line
        if line == last:
            return


async def test_frames_that_are_none_close_with_their_codes(served: Served, scene: Scene) -> None:
    async with session(served, scene) as socket:
        await socket.send(json.dumps({"type": "ping", "payload": {"a": "x" * 262_144}}))
        assert await close_code(socket) == 1009
    async with session(served, scene) as socket:
        await socket.send(["x" * 100_000] * 4)
        assert await close_code(socket) == 1009
    async with session(served, scene) as socket:
        with suppress(ConnectionClosed):
            await socket.send("x" * 10_000_000)
        # It may be gone before it could say why.
        assert await close_code(socket) in (1006, 1009)
    async with session(served, scene) as socket:
        # Not even text: the server says so before the application sees it, with WebSocket's own code.
        socket.protocol.send_frame(Frame(Opcode.TEXT, b'{"type":"\xff\xfe"}'))
        socket.send_data()
        assert await close_code(socket) == 1007
    async with session(served, scene) as socket:
        await socket.send("{")
        assert await close_code(socket) == 4400
    async with connect(address(served), subprotocols=[Subprotocol("graphql-ws")]) as socket:
        assert await close_code(socket) == 4406
    for rest, status in (({"origin": "https://evil.example.com"}, 403), ({"uri": f"{address(served)}/x"}, 404)):
        with pytest.raises(InvalidStatus) as refused:
            await connect(**{"uri": address(served), "subprotocols": [PROTOCOL], **rest})  # type: ignore[arg-type]
        assert refused.value.response.status_code == status
        assert json.loads(refused.value.response.body or b"")["errors"]
    async with session(served, scene) as socket:
        await subscribe(socket, scene, None)
        written = await moved(served, scene, "PRE_LIST")
        assert await event(socket) == written
    assert "Exception in ASGI application" not in served.log.read_text()


async def test_it_ends_when_told_though_many_listen(served: Served, scene: Scene) -> None:
    first = await moved(served, scene, "PRE_LIST")
    body = {"query": RECORDED, "variables": {"company": id_of(scene.company), "after": first}}
    async with (
        session(served, scene) as socket,
        session(served, scene) as idle,
        httpx.AsyncClient(headers={**bearer(scene), "accept": "text/event-stream"}) as http,
        http.stream("POST", f"{served.url}/graphql", json=body) as stream,
    ):
        await subscribe(socket, scene, first)
        second = await moved(served, scene, "DISCOVERY")
        assert await event(socket) == second
        begun = time.monotonic()
        served.process.terminate()
        assert [await close_code(socket), await close_code(idle)] == [1012, 1012]
        lines = [line async for line in stream.aiter_lines()]
        assert "event: complete" not in lines
        ended = served.end()
        assert time.monotonic() - begun < 30
    assert (ended.code, "Traceback" in ended.err) == (0, False)


@pytest.mark.node
@pytest.mark.parametrize(("program", "scheme", "code"), [("sockets.mjs", "ws", 4403), ("streams.mjs", "http", 401)])
async def test_the_usual_clients_understand_it(
    served: Served, scene: Scene, program: str, scheme: str, code: int
) -> None:
    url = f"{scheme}{served.url.removeprefix('http')}/graphql"
    found = node.run(program, url, scene.managers, id_of(scene.company))
    assert found["asked"] == {"viewer": {"demo": False}}
    assert found["heard"] == found["told"]
    assert found["milliseconds"] < 5000
    errors = found["refused"]["errors"]
    assert [each["extensions"]["code"] for each in errors] == ["GRAPHQL_VALIDATION_FAILED"]
    assert found["code"] == code
