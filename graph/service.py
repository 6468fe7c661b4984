"""Answers one operation, whatever brought it: finds the document, has it paid for, executes it in its caller's turn.

What is refused raises a Refusal, before anything is executed.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from graphql import GraphQLError, OperationDefinitionNode, OperationType

from actions.perform import Writer
from db.reader import Reader
from domain.actors import Actor
from graph.asking import Ask
from graph.context import Context
from graph.document import Document, NoSuchOperation
from graph.documents import Documents, sha256
from graph.errors import Refusal, bad_request, come_back, public
from graph.execution.plans import Plans
from graph.feed import Feed
from graph.limits.cost import values_in
from graph.limits.points import Allowance, Charge, Spent
from graph.limits.policy import COST, VALUES
from graph.limits.turns import Queue, Turns

T = TypeVar("T")
CHARACTERS_OF_A_POINT = 100
NAME_IT = "Name an operation of the document in `operationName`."


class Call(NamedTuple):
    """Who asks, and the id under which the logs know it."""

    actor: Actor
    correlation_id: str


class Prepared(NamedTuple):
    """An operation that may be executed, and what it was charged. `operation` is None where the document was found
    wanting: the errors are the answer."""

    ask: Ask
    document: Document
    operation: OperationDefinitionNode | None
    charge: Charge

    @property
    def kind(self) -> OperationType | None:
        return None if self.operation is None else self.operation.operation


class Answer(NamedTuple):
    """`errors` are as the client may see them. `refused`: nothing was executed. `position`: of a subscription, the id
    to go on after."""

    data: dict[str, Any] | None
    errors: list[dict[str, Any]]
    charge: Charge
    refused: bool = False
    position: str | None = None

    @property
    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {"errors": self.errors} if self.errors else {}
        if not self.refused:
            body["data"] = self.data
        body["extensions"] = {"cost": told(self.charge)}
        return body


def told(charge: Charge) -> dict[str, Any]:
    """As in `extensions.cost`, with the fields of the type RateLimit."""
    return {"cost": charge.cost, "limit": charge.limit, "remaining": charge.remaining, "resetAt": charge.resets}


@dataclass(frozen=True, slots=True)
class Service:
    documents: Documents
    new_reader: Callable[[], Reader]
    writer: Writer
    allowance: Allowance
    turns: Turns
    plans: Plans | None = None
    feed: Feed | None = None
    deadline: float = 30.0
    only_trusted: bool = False
    demo: bool = False

    async def answer(self, ask: Ask, call: Call, *, method: str = "POST") -> Answer:
        """GET runs queries only."""
        return await self.in_turn(call, self._answered(ask, call, method))

    async def in_turn(self, call: Call, work: Coroutine[Any, Any, T], *, is_told: bool = False) -> T:
        """Does the work in its caller's turn, and in the time that it may take. `is_told`: the caller subscribed some
        time ago, and has not just asked for it; then the length of their line is none of their doing."""
        try:
            async with asyncio.timeout(self.deadline):
                await self.turns.take(call.actor.scope, is_bounded=not is_told)
                try:
                    return await work
                finally:
                    self.turns.give(call.actor.scope)
        except Queue:
            message = f"More than {self.turns.longest} calls at once: wait for answers before sending more."
            raise come_back("TOO_MANY_CALLS", message, 1) from None
        except TimeoutError:
            message = (
                f"It took longer than {self.deadline:g} seconds. Ask for less. "
                "A mutation may have been done all the same: repeat it under its `idempotencyKey`."
            )
            raise Refusal("DEADLINE_EXCEEDED", message) from None
        finally:
            # It may never have had its turn.
            work.close()

    async def _answered(self, ask: Ask, call: Call, method: str) -> Answer:
        prepared = await self.prepare(ask, call)
        if prepared.kind is OperationType.SUBSCRIPTION:
            raise bad_request("Subscribe over server-sent events or a WebSocket: see docs/transports.md.")
        return await self.execute(prepared, call, method=method)

    async def prepare(self, ask: Ask, call: Call) -> Prepared:
        self._check_variables(ask)
        document = await self._document(ask, call)
        if document.errors:
            # What it took to find out.
            return Prepared(ask, document, None, await self.charge(call, self._reading(document)))
        try:
            operation = document.operation(ask.operation_name)
        except NoSuchOperation:
            await self.charge(call, self._reading(document))
            raise bad_request(NAME_IT) from None
        cost = document.points(operation, ask.variables)
        try:
            self._check(COST, cost)
        except Refusal:
            # What it took to find out is not for nothing.
            await self.charge(call, self._reading(document))
            raise
        return Prepared(ask, document, operation, await self.charge(call, cost))

    @staticmethod
    def _reading(document: Document) -> int:
        return document.size // CHARACTERS_OF_A_POINT

    def _check(self, limit: str, found: int) -> None:
        for error in self.documents.policy.limits.exceeded({limit: found}):
            raise Refusal(message=error.message, **(error.extensions or {}))

    def _check_variables(self, ask: Ask) -> None:
        """Each of their values is looked at several times before the schema's own limits are."""
        if ask.variables:
            self._check(VALUES, values_in(ask.variables))

    async def execute(self, prepared: Prepared, call: Call, *, method: str = "POST") -> Answer:
        ask, document, _, charge = prepared
        if prepared.kind is OperationType.MUTATION and method == "GET":
            raise bad_request("GET runs queries only; send a mutation with POST.", 405).with_headers(Allow="POST")
        if document.errors:
            return self.answer_of(None, document.errors, call, charge)
        async with self.new_reader() as reader:
            context = self.context(call, reader, charge)
            result = await self.documents.execute(document, ask.operation_name, ask.variables, context)
        return self.answer_of(result.data, result.errors or [], call, charge)

    def context(self, call: Call, reader: Reader, charge: Charge) -> Context:
        return Context(
            call.actor,
            reader,
            self.writer,
            demo=self.demo,
            plans=self.plans,
            charge=charge,
            feed=self.feed,
            correlation_id=call.correlation_id,
        )

    def answer_of(self, data: dict[str, Any] | None, errors: list[GraphQLError], call: Call, charge: Charge) -> Answer:
        if not errors:
            return Answer(data, [], charge)
        shown = [public(error, call.correlation_id) for error in errors[: self.documents.policy.most_errors]]
        # Without a path nothing was executed: the document or its variables were refused.
        return Answer(data, shown, charge, data is None and any("path" not in error for error in shown))

    async def charge(self, call: Call, cost: int) -> Charge:
        try:
            return await self.allowance.charge(call.actor.scope, cost)
        except Spent as spent:
            message = (
                f"This call costs {cost} points, and {spent.charge.remaining} of {spent.charge.limit} are left. "
                f"Come back in {spent.seconds} seconds, or ask for less."
            )
            raise come_back("RATE_LIMITED", message, spent.seconds, cost=told(spent.charge)) from None

    async def _document(self, ask: Ask, call: Call) -> Document:
        if ask.document_id is not None:
            document = self.documents.named(ask.document_id)
            if document is None:
                await self.charge(call, 1)
                raise Refusal("DOCUMENT_NOT_FOUND", "No trusted document has this `documentId`.")
            return document
        if ask.hash is not None:
            document = self.documents.named(f"sha256:{ask.hash}")
            if document is not None:
                self._check_hash(ask)
                return document
        if self.only_trusted:
            raise Refusal("DOCUMENT_REQUIRED", "This server runs trusted documents only: send a `documentId`.")
        text = self._text(ask)
        document = await self.documents.find(text, call.actor.scope)
        if ask.hash is not None and not document.errors:
            self.documents.register(text)
        return document

    def _text(self, ask: Ask) -> str:
        """Of an automatically persisted query: the client sends the hash alone, and the text when it is asked to."""
        if ask.hash is None:
            assert ask.query is not None
            return ask.query
        if ask.query is None:
            text = self.documents.registered(ask.hash)
            if text is None:
                # Clients compare the very words.
                raise Refusal("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")
            return text
        self._check_hash(ask)
        return ask.query

    @staticmethod
    def _check_hash(ask: Ask) -> None:
        if ask.query is not None and sha256(ask.query) != ask.hash:
            raise bad_request("The `sha256Hash` is not that of the `query`.")
