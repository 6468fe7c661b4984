"""One WebSocket, from its first message to its end, as graphql-transport-ws has it."""

import asyncio
from contextlib import ExitStack, aclosing, suppress
from dataclasses import dataclass, field
from typing import Any

from starlette.types import Receive, Send

from graph.asking import Ask
from graph.errors import Refusal, masked
from graph.identity.claims import Caller
from graph.identity.refusals import IdentityUnavailable, Unauthenticated
from graph.service import Answer, Call
from graph.stream import Stream, opened
from graph.transports.connections import CLOSE_SECONDS, Gone, told
from graph.transports.frames import Close, Code, Message, frame, read
from graph.transports.terms import Terms

FINAL = frozenset({Code.RESTART, Code.AWAY})
"""Reasons that no other takes the place of."""

MOST_FRAMES, MOST_FRAMES_UNKNOWN = 500, 20
"""That one socket may send in a second, and before it is known who calls."""


@dataclass(slots=True)
class Session:
    """`authorization` is that of the handshake: a client that can set no headers sends it in `connection_init`."""

    terms: Terms
    receive: Receive
    send: Send
    correlation_id: str
    authorization: str | None = None
    # Of the token, or None before there was one.
    caller: Caller | None = None
    has_begun: bool = False
    operations: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    # With those that were completed and still give back what they hold.
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _limit: asyncio.Timeout = field(init=False)
    _why: Close = field(init=False)
    _unknown: ExitStack = field(init=False)
    _since: float = 0.0
    _frames: int = 0

    async def run(self) -> None:
        """Until somebody closes it; nothing that was asked for over it goes on after that."""
        self._why = Close(Code.INIT_TIMEOUT, "Connection initialisation timeout")
        try:
            with ExitStack() as held:
                held.enter_context(self.terms.connections.one(self.end))
                self._unknown = held.enter_context(ExitStack())
                self._unknown.enter_context(self.terms.connections.unknown())
                await self._until_closed(held)
        except Close as close:
            await self._closed(close)
        except Refusal as refusal:
            await self._closed(Close(Code.LATER, refusal.message))
        except Gone:
            pass
        except Exception as error:
            masked(error, self.correlation_id)
            await self._closed(Close(Code.FAILED, f"Internal error {self.correlation_id}"))
        finally:
            await self._cancel_all()

    def end(self) -> None:
        """The server stops."""
        self._at(asyncio.get_running_loop().time(), Close(Code.RESTART, "The server restarts"))

    async def _until_closed(self, held: ExitStack) -> None:
        self._limit = asyncio.timeout(self.terms.init_seconds)
        try:
            async with self._limit:
                while (event := await self.receive())["type"] != "websocket.disconnect":
                    self._count()
                    # Of what has come already, nothing waits: others' calls would.
                    await asyncio.sleep(0)
                    await self._take(read(event, self.terms.most_bytes), held)  # type: ignore[arg-type]
        except TimeoutError:
            if self._limit.expired():
                raise self._why from None
            raise

    def _count(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._since >= 1:
            self._since, self._frames = now, 0
        self._frames += 1
        if self._frames > (MOST_FRAMES_UNKNOWN if self.caller is None else MOST_FRAMES):
            raise Close(Code.POLICY, "Too many messages in a second")

    def _at(self, when: float | None, why: Close) -> None:
        """Ends it then, unless it is ending already."""
        if self._why.code not in FINAL:
            with suppress(RuntimeError):
                self._limit.reschedule(when)
                self._why = why

    async def _take(self, message: Message, held: ExitStack) -> None:
        if message.type == "connection_init":
            await self._begin(message.payload or {}, held)
        elif message.type == "ping":
            await self._told(frame("pong", payload=message.payload))
        elif message.type == "complete":
            if (running := self.operations.pop(message.id, None)) is not None:
                running.cancel()
        elif message.type == "subscribe":
            await self._start(message)

    async def _begin(self, payload: dict[str, Any], held: ExitStack) -> None:
        if self.has_begun:
            raise Close(Code.INIT_TWICE, "Too many initialisation requests")
        self.has_begun = True
        given = payload.get("authorization", payload.get("Authorization"))
        if given is not None:
            self.authorization = given if isinstance(given, str) else ""
        found = await self._checked()
        held.enter_context(self.terms.connections.of(found.actor.scope))
        self._unknown.close()
        self.caller = found
        await self._told(frame("connection_ack"))

    async def _checked(self) -> Caller:
        """Who calls, asked anew: what was good a while ago may not be so any more."""
        try:
            found = await self.terms.door.caller(self.authorization)
        except Unauthenticated as refusal:
            self.terms.audit.refused(None, self.correlation_id, refusal)
            raise Close(Code.FORBIDDEN, "Forbidden") from None
        except IdentityUnavailable as refusal:
            self.terms.audit.refused(None, self.correlation_id, refusal)
            raise Close(Code.LATER, "Tokens cannot be checked at present") from None
        left = self.terms.seconds_left(found)
        when = None if left is None else asyncio.get_running_loop().time() + left
        self._at(when, Close(Code.FORBIDDEN, "Forbidden: the token has expired"))
        return found

    async def _start(self, message: Message) -> None:
        if self.caller is None:
            raise Close(Code.UNAUTHORIZED, "Unauthorized")
        if message.id in self.operations:
            raise Close(Code.SAME_ID, f"Subscriber for {message.id} already exists")
        found = self.caller = await self._checked()
        call = Call(found.actor, self.terms.service.writer.new_id())
        if len(self.tasks) >= self.terms.most_operations:
            text = f"More than {self.terms.most_operations} operations over one socket: complete one first."
            await self._refused(message.id, call, Refusal("TOO_MANY_CALLS", text), message.ask)
            return
        assert message.ask is not None
        task = asyncio.create_task(self._operate(message.id, message.ask, call))
        self.operations[message.id] = task
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _operate(self, id_: str, ask: Ask, call: Call) -> None:
        try:
            await self._answer(id_, ask, call)
        except Gone:
            # The socket goes, and all that runs over it.
            self._at(asyncio.get_running_loop().time(), Close(Code.AWAY, "Nobody reads"))

    async def _answer(self, id_: str, ask: Ask, call: Call) -> None:
        try:
            found = await opened(self.terms.service, ask, call)
            if isinstance(found, Stream):
                async with aclosing(found.answers()) as answers:
                    async for answer in answers:
                        if not await self._next(id_, answer, ask, call):
                            return
            elif not await self._next(id_, found, ask, call):
                return
            await self._last(id_, frame("complete", id_))
        except Refusal as refusal:
            await self._refused(id_, call, refusal, ask)
        except Gone:
            raise
        except Exception as error:
            shown = masked(error, call.correlation_id)
            await self._last(id_, frame("error", id_, [shown]))

    async def _next(self, id_: str, answer: Answer, ask: Ask, call: Call) -> bool:
        """Whether there may be more."""
        self.terms.audit.answered(call.actor, call.correlation_id, ask, answer)
        if answer.refused:
            await self._last(id_, frame("error", id_, answer.errors))
            return False
        await self._told(frame("next", id_, answer.body))
        return True

    async def _refused(self, id_: str, call: Call, refusal: Refusal, ask: Ask | None) -> None:
        self.terms.audit.refused(call.actor, call.correlation_id, refusal, ask)
        await self._last(id_, frame("error", id_, [refusal.shown]))

    async def _last(self, id_: str, message: dict[str, Any]) -> None:
        """The id is free again before the client can know it."""
        if self.operations.get(id_) is asyncio.current_task():
            del self.operations[id_]
        await self._told(message)

    async def _told(self, message: dict[str, Any]) -> None:
        await told(self.send, message, self.terms.send_seconds)

    async def _closed(self, close: Close) -> None:
        with suppress(Gone):
            await told(self.send, close.message, CLOSE_SECONDS)

    async def _cancel_all(self) -> None:
        running = list(self.tasks)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
