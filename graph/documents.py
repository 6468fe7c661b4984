"""GraphQL documents: read and validated once, kept as long as they are in use, and executed.

What Strawberry's `Schema.execute` does around an execution (extensions, contexts of its own) costs several times as
much as a short query takes: here is only what this API needs of it.
"""

import asyncio
import hashlib
import sys
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import replace
from time import perf_counter
from typing import Any, cast

from cachetools import LRUCache
from graphql import DocumentNode, ExecutionResult, FragmentDefinitionNode, GraphQLError, OperationDefinitionNode
from graphql.execution.execute import create_source_event_stream
from strawberry.execution.is_awaitable import optimized_is_awaitable
from strawberry.schema.schema import Schema

from graph.context import Context
from graph.document import Document, Policy, made
from graph.execution.executor import LevelExecutor, answered
from graph.execution.plans import LEAST_SIZE, LONGEST_KEPT, MOST_CHARACTERS
from graph.execution.run import Run
from graph.limits.policy import Limits
from graph.limits.turns import Turns
from graph.subscription import Recorded, Source, source

# Shorter texts take less than a millisecond, and need not wait for their turn.
SHORT = 1024


class Heavy:
    """For work that does not wait on its way: one at a time, and as much time in between for everybody else's."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._rests_until = 0.0

    @asynccontextmanager
    async def work(self) -> AsyncIterator[None]:
        async with self._turn:
            await asyncio.sleep(self._rests_until - perf_counter())
            begun = perf_counter()
            try:
                yield
            finally:
                self._rests_until = perf_counter() * 2 - begun


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class Documents:
    def __init__(self, schema: Schema, policy: Policy | None = None) -> None:
        self._schema = schema._schema
        self.policy = policy or Policy()
        self._kept: LRUCache[str, Document] = LRUCache(MOST_CHARACTERS, getsizeof=lambda document: document.size)
        self._trusted: dict[str, Document] = {}
        self._by_id: dict[str, Document] = {}
        self._registered: LRUCache[str, str] = LRUCache(
            MOST_CHARACTERS, getsizeof=lambda text: max(LEAST_SIZE, len(text))
        )
        self._making = Heavy()
        self._readers = Turns(1, sys.maxsize)
        self._introspecting = Heavy()
        self.hits = self.made = 0

    def read(self, text: str) -> Document:
        known = self._trusted.get(text) or self._kept.get(text)
        if known is not None:
            self.hits += 1
            return known
        self.made += 1
        found = made(text, self._schema, self.policy)
        if found.size <= LONGEST_KEPT:
            self._kept[text] = found
        return found

    async def find(self, text: str, who: str) -> Document:
        """As `read`, but long texts are read one at a time, with as much time for others' calls in between, and one of
        each caller: what takes longest to refuse must not be what everybody waits for."""
        if len(text) <= SHORT or text in self._trusted or text in self._kept:
            return self.read(text)
        await self._readers.take(who)
        try:
            async with self._making.work():
                return self.read(text)
        finally:
            self._readers.give(who)

    def named(self, name: str) -> Document | None:
        """The trusted document with this id."""
        document = self._by_id.get(name)
        self.hits += document is not None
        return document

    def register(self, text: str) -> None:
        """Keeps the text to be found under its hash, as long as it is in use."""
        if len(text) <= LONGEST_KEPT:
            self._registered[sha256(text)] = text

    def registered(self, hash_: str) -> str | None:
        return self._registered.get(hash_)

    def trust(self, text: str, context: Context, *names: str) -> None:
        """Keeps the document for good, to be found by its text, its hash and these names, and has its queries planned;
        `context` is like those they are executed in. It may be as large as it likes, but not as dear."""
        document = self._trusted[text] = made(text, self._schema, replace(self.policy, limits=Limits()))
        if document.errors or document.node is None or not document.operations:
            raise ValueError("; ".join(error.message for error in document.errors) or "it holds no operation")
        for name in (f"sha256:{sha256(text)}", *names):
            self._by_id[name] = document
        fragments = [each for each in document.node.definitions if isinstance(each, FragmentDefinitionNode)]
        for definition in document.node.definitions:
            if isinstance(definition, OperationDefinitionNode) and context.plans is not None:
                # There are no values for its variables yet, and a plan needs none.
                without = replace(definition, variable_definitions=())
                executor = self._executor(DocumentNode(definitions=(without, *fragments)), None, None, context)
                assert isinstance(executor, LevelExecutor)
                executor.operation = definition
                context.plans.trust(executor)

    async def execute(
        self, document: Document, name: str | None, variables: dict[str, Any] | None, context: Context
    ) -> ExecutionResult:
        """`name` has been found among the document's operations."""
        node, given = document.node, variables or {}
        if document.errors or node is None:
            return ExecutionResult(None, document.errors)
        ready = None if context.plans is None else context.plans.ready(document.operation(name), given)
        if ready is not None:
            run = Run(context, ready[1], lambda: cast(LevelExecutor, self._executor(node, name, given, context)))
            data = await answered(ready[0], run)
            if data is not None:
                return ExecutionResult(data, None)
        # Introspection takes long, and waits for nothing on its way.
        async with self._introspecting.work() if document.introspects(name) else nullcontext():
            result = self._begun(node, name, given, context, is_stock=ready is not None)
        return await result if isinstance(result, Awaitable) else result  # type: ignore[no-any-return]

    def _begun(
        self, node: DocumentNode, name: str | None, given: dict[str, Any], context: Context, *, is_stock: bool
    ) -> Any:
        """The result, or what it can be awaited from."""
        executor = self._executor(node, name, given, context)
        if isinstance(executor, list):
            return ExecutionResult(None, executor)
        executor.is_stock = is_stock
        return executor.execute_operation()

    async def subscribe(
        self, document: Document, name: str | None, variables: dict[str, Any] | None, context: Context
    ) -> tuple[LevelExecutor, Source] | list[GraphQLError]:
        """The stream of a subscription, and what executes its events."""
        assert document.node is not None
        executor = self._executor(document.node, name, variables or {}, context)
        if isinstance(executor, list):
            return executor
        stream: Any = create_source_event_stream(executor)
        stream = await stream if isinstance(stream, Awaitable) else stream
        return stream.errors or [] if isinstance(stream, ExecutionResult) else (executor, stream)

    async def event(self, executor: LevelExecutor, recorded: Recorded, context: Context) -> ExecutionResult:
        """What one event of a stream comes to, for who asked for it."""
        each = executor.build_per_event_executor(recorded)
        each.context_value = context
        result: Any = each.execute_operation(False)
        return await result if isinstance(result, Awaitable) else result  # type: ignore[no-any-return]

    def _executor(
        self, node: DocumentNode, name: str | None, variables: dict[str, Any] | None, context: Context
    ) -> LevelExecutor | list[GraphQLError]:
        return LevelExecutor.build(  # type: ignore[return-value]
            self._schema,
            node,
            context_value=context,
            raw_variable_values=variables,
            operation_name=name,
            subscribe_field_resolver=source,
            is_awaitable=optimized_is_awaitable,  # type: ignore[arg-type]
            hide_suggestions=not self.policy.introspection,
            max_coercion_errors=self.policy.most_errors,
        )
