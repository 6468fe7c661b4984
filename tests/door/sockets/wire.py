"""A server in this process, called over raw ASGI: sockets frame by frame, event streams line by line."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from itertools import cycle
from typing import Any, Self

import jwt
from sqlalchemy.ext.asyncio import AsyncEngine

from actions.journey import TransitionStage, transition_stage
from actions.perform import Call, perform
from db import tables as t
from db.engine import POOLS
from db.pools import SqlitePool
from domain.actors import Actor
from domain.enums import GlobalRole, JourneyStage
from graph import ids
from graph.app import make_connections, make_endpoint
from graph.transports.socket import PROTOCOL, Sockets
from tests.door.client import Client, settings, token
from tests.make import READY, Make

PATIENCE = 5.0
LEEWAY_SECONDS = 10
RECORDED = """subscription Recorded($company: ID!, $after: ID) {
  journeyEventRecorded(companyId: $company, after: $after) { id __typename company { name } }
}"""
STAGES = (JourneyStage.PRE_LIST, JourneyStage.DISCOVERY)


def id_of(row: Any) -> str:
    return ids.encode(type(row).__name__, row.id)


class Place:
    """The endpoint and the sockets over one engine. `terms` are data: a test may take others."""

    def __init__(self, engine: AsyncEngine, **values: Any) -> None:
        self.engine, self.settings = engine, settings(engine, **values)
        self.connections = make_connections(self.settings)
        self.endpoint = make_endpoint(self.settings, engine, self.connections)
        self.terms = self.endpoint.terms
        self.service = self.terms.service

    def with_terms(self, **values: Any) -> Self:
        self.terms = replace(self.terms, **values)
        self.endpoint = replace(self.endpoint, terms=self.terms)
        return self

    def socket(self, **rest: Any) -> "Socket":
        return Socket(Sockets(self.terms), **rest)

    @asynccontextmanager
    async def session(self, bearer: str | None = None, **rest: Any) -> AsyncIterator["Socket"]:
        """A socket over which operations may run: an administrator's, or whose token it is."""
        async with self.socket(**rest) as socket:
            await socket.begin(bearer or token(1, GlobalRole.ADMIN))
            yield socket

    def http(self, bearer: str) -> Client:
        return Client(self.endpoint, bearer)

    async def move(self, company: t.Company, actor: Actor) -> int:
        """To and fro: an event each time, whoever else does so. Its key."""
        for stage in cycle(STAGES):
            action = partial(transition_stage, ask=TransitionStage(company.id, stage, reason="to and fro", force=True))
            ask = TransitionStage(company.id, stage)
            found = await perform(self.service.writer, Call(actor), "companyTransitionStage", ask, action)
            assert not found.problems
            if found.facts["changed"]:
                return int(found.facts["event_id"])
        raise AssertionError("unreachable")

    async def followed(self, count: int = 1) -> None:
        """Until so many listen."""
        await until(lambda: self.service.feed.followers == count)

    async def wait(self, seconds: float) -> None:
        """For what must not happen."""
        await asyncio.sleep(seconds)

    async def quiet(self) -> bool:
        """Whether nothing is left: no task, no follower, no connection in use, none open."""
        for _ in range(100):
            if not self.left():
                return True
            await asyncio.sleep(0.02)
        raise AssertionError(self.left())

    def left(self) -> list[Any]:
        tasks = [task.get_coro() for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        found: list[Any] = [coro for coro in tasks if "pytest" not in repr(coro)]
        found += [len(self.connections)] * bool(len(self.connections)) + [self.service.feed.followers or None]
        pools = POOLS[self.engine.sync_engine]
        found += [in_use(pools.reading) or None, in_use(pools.writing) or None, dict(self.service.turns._lines) or None]
        return [each for each in found if each is not None]


def in_use(pool: Any) -> int:
    """Connections that are not back in their pool."""
    if isinstance(pool, SqlitePool):
        return pool._engine.sync_engine.pool.checkedout()
    return 0 if pool._pool is None else pool._pool.size - pool._pool.freesize


def end_of(bearer: str) -> float:
    """When it stops being good."""
    claims = jwt.decode(bearer, options={"verify_signature": False})
    return float(claims["exp"] + LEEWAY_SECONDS)


async def until(met: Callable[[], bool]) -> None:
    for _ in range(1000):
        if met():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it did not happen in time")


class Closed(Exception):
    """By the server: `code` is the WebSocket's, or the status of an answer to the handshake."""

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(code, reason)
        self.code, self.reason = code, reason


class Socket:
    def __init__(
        self,
        app: Any,
        *,
        path: str = "/graphql",
        subprotocols: tuple[str, ...] = (PROTOCOL,),
        headers: dict[str, str] | None = None,
        reads: bool = True,
    ) -> None:
        named = {"host": "localhost", **(headers or {})}
        self.scope = {
            "type": "websocket", "path": path, "raw_path": path.encode(), "query_string": b"", "scheme": "ws",
            "headers": [(name.lower().encode(), value.encode()) for name, value in named.items()],
            "subprotocols": list(subprotocols), "extensions": {"websocket.http.response": {}},
        }  # fmt: skip
        self.accepted: str | None = None
        self.reading = asyncio.Event()
        if reads:
            self.reading.set()
        self.sent = 0
        self._app = app
        self._to_app: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._from_app: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def __aenter__(self) -> Self:
        self._to_app.put_nowait({"type": "websocket.connect"})
        self._running = asyncio.create_task(self._app(self.scope, self._to_app.get, self._take))
        self.first = await asyncio.wait_for(self._from_app.get(), PATIENCE)
        self.accepted = self.first.get("subprotocol")
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        self.leave()
        await asyncio.wait_for(self._running, PATIENCE)

    async def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "websocket.send":
            await self.reading.wait()
        self.sent += 1
        self._from_app.put_nowait(message)

    def leave(self) -> None:
        self._to_app.put_nowait({"type": "websocket.disconnect", "code": 1001})

    @property
    def unread(self) -> int:
        """Frames that came too late."""
        return self._to_app.qsize()

    def frame(self, text: str | None = None, data: bytes | None = None) -> None:
        self._to_app.put_nowait({"type": "websocket.receive", "text": text, "bytes": data})

    def send(self, type_: str, **rest: Any) -> None:
        self.frame(json.dumps({"type": type_, **rest}))

    async def begin(self, bearer: str | None) -> None:
        self.send("connection_init", payload={} if bearer is None else {"authorization": f"Bearer {bearer}"})
        assert await self.next() == {"type": "connection_ack"}

    def subscribe(self, id_: str, query: str, **variables: Any) -> None:
        self.send("subscribe", id=id_, payload={"query": query, "variables": variables})

    async def next(self, patience: float = PATIENCE) -> dict[str, Any]:
        """The next message; raises Closed where there is none any more."""
        message = await asyncio.wait_for(self._from_app.get(), patience)
        if message["type"] == "websocket.close":
            raise Closed(message["code"], message["reason"])
        assert message["type"] == "websocket.send", message
        return json.loads(message["text"])

    async def event(self, id_: str = "1", patience: float = PATIENCE) -> str:
        """The id of the event that a subscription tells of."""
        message = await self.next(patience)
        assert (message["type"], message["id"]) == ("next", id_), message
        return message["payload"]["data"]["journeyEventRecorded"]["id"]

    async def silent(self, seconds: float = 0.05) -> bool:
        try:
            message = await self.next(seconds)
        except TimeoutError:
            return True
        raise AssertionError(message)

    async def close_code(self) -> int:
        """Nothing comes before it, nothing after it, and the application is done."""
        try:
            raise AssertionError(await self.next())
        except Closed as closed:
            await asyncio.wait_for(self._running, PATIENCE)
            assert self._from_app.empty()
            return closed.code

    async def status(self) -> int:
        """Of the answer to a handshake that was refused."""
        assert self.first["type"] == "websocket.http.response.start"
        body = json.loads((await self._from_app.get())["body"])
        assert body["errors"][0]["message"]
        return self.first["status"]


class Events:
    """An event stream, over raw ASGI: answers that never end are more than httpx's transport takes."""

    def __init__(self, app: Any, body: Any = None, *, method: str = "POST", query: bytes = b"", **headers: str) -> None:
        named = {"host": "localhost", "accept": "text/event-stream", "content-type": "application/json", **headers}
        self.scope = {
            "type": "http", "method": method, "path": "/graphql", "raw_path": b"/graphql", "query_string": query,
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in named.items()],
        }  # fmt: skip
        self._app, self._body = app, json.dumps(body).encode()
        self._to_app: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._from_app: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._text = ""
        self.comments = self.sent = 0
        self.reading = asyncio.Event()
        self.reading.set()

    async def __aenter__(self) -> Self:
        self._to_app.put_nowait({"type": "http.request", "body": self._body, "more_body": False})
        self._running = asyncio.create_task(self._app(self.scope, self._to_app.get, self._take))
        start = await asyncio.wait_for(self._from_app.get(), PATIENCE)
        self.status = start["status"]
        self.headers = {name.decode(): value.decode() for name, value in start["headers"]}
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        self.leave()
        await asyncio.wait_for(self._running, PATIENCE)

    async def _take(self, message: dict[str, Any]) -> None:
        await self.reading.wait()
        self.sent += 1
        self._from_app.put_nowait(message)

    def leave(self) -> None:
        self._to_app.put_nowait({"type": "http.disconnect"})

    async def next(self) -> dict[str, str] | None:
        """The next event, by its fields; None where the stream ends."""
        while True:
            while "\n\n" not in self._text:
                part = await asyncio.wait_for(self._from_app.get(), PATIENCE)
                self._text += part["body"].decode()
                if not part.get("more_body"):
                    assert not self._text
                    return None
            event, _, self._text = self._text.partition("\n\n")
            if event == ":":
                self.comments += 1
                continue
            lines = [line.partition(": ") for line in event.split("\n")]
            return {name: value for name, _, value in lines}

    async def data(self) -> dict[str, Any]:
        event = await self.next()
        assert event is not None
        assert event["event"] == "next"
        return json.loads(event["data"])


class Scene:
    """A company with an editor, and one that is none of their business."""

    def __init__(self, make: Make) -> None:
        self.make = make

    async def set(self) -> Self:
        self.user, self.company = await self.make.user(), await self.make.company(**READY)
        await self.make.product(self.company)
        self.other = await self.make.company()
        self.membership = await self.make.member(self.user, self.company)
        self.actor = Actor(self.user.id)
        self.manager = Actor(self.user.id, roles=frozenset({GlobalRole.MANAGER}))
        self.bearer, self.managers = token(self.user.id), token(self.user.id, GlobalRole.MANAGER)
        return self
