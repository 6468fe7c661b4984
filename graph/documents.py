"""GraphQL documents: read and validated once, kept as long as they are in use, and executed.

What Strawberry's `Schema.execute` does around an execution (extensions, contexts of its own) costs several times as
much as a short query takes: here is only what this API needs of it.
"""

from collections.abc import Awaitable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from cachetools import LRUCache
from graphql import (
    DocumentNode,
    ExecutionResult,
    FragmentDefinitionNode,
    GraphQLError,
    OperationDefinitionNode,
    parse,
    specified_rules,
)
from strawberry.execution.is_awaitable import optimized_is_awaitable
from strawberry.schema.schema import Schema, validate_document

from graph.context import Context
from graph.execution.executor import LevelExecutor, answered
from graph.execution.plans import LEAST_SIZE, LONGEST_KEPT, MOST_CHARACTERS
from graph.execution.run import Run

# A wheel carries the documents beside this file; in a checkout they are a folder of the repository.
PLACES = (Path(__file__).parent / "_operations", Path(__file__).parent.parent / "operations")


class NoSuchOperation(Exception):
    """The document has several operations, or not the one that was named."""


@dataclass(slots=True)
class Document:
    """`node` is None where the text cannot be read; `errors` is empty for what may be executed."""

    size: int
    node: DocumentNode | None
    errors: list[GraphQLError]
    operations: list[OperationDefinitionNode]
    found: dict[str | None, OperationDefinitionNode] = field(default_factory=dict)

    def operation(self, name: str | None) -> OperationDefinitionNode:
        if name in self.found:
            return self.found[name]
        found = [each for each in self.operations if name is None or (each.name and each.name.value == name)]
        if len(found) != 1:
            raise NoSuchOperation
        self.found[name] = found[0]
        return found[0]


class Documents:
    def __init__(self, schema: Schema) -> None:
        self._schema = schema._schema
        self._kept: LRUCache[str, Document] = LRUCache(MOST_CHARACTERS, getsizeof=lambda document: document.size)
        self._trusted: dict[str, Document] = {}
        self.hits = self.made = 0

    def read(self, text: str) -> Document:
        known = self._trusted.get(text) or self._kept.get(text)
        if known is not None:
            self.hits += 1
            return known
        self.made += 1
        made = self._made(text)
        if made.size <= LONGEST_KEPT:
            self._kept[text] = made
        return made

    def trust(self, text: str, context: Context) -> None:
        """Keeps the document for good, and has its queries planned; `context` is like those they are executed in."""
        document = self._trusted[text] = self._made(text)
        if document.errors or document.node is None:
            raise ValueError(f"a trusted document is not valid: {document.errors}")
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
        executor = self._executor(node, name, given, context)
        if isinstance(executor, list):
            return ExecutionResult(None, executor)
        executor.is_stock = ready is not None
        result: Any = executor.execute_operation()
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
            is_awaitable=optimized_is_awaitable,  # type: ignore[arg-type]
        )

    def _made(self, text: str) -> Document:
        node, errors = None, []
        try:
            node = parse(text)
            errors = validate_document(self._schema, node, tuple(specified_rules))
        except Exception as error:
            known = isinstance(error, GraphQLError)
            errors = [error if known else GraphQLError(str(error), original_error=error)]  # type: ignore[list-item]
        definitions = () if node is None else node.definitions
        operations = [each for each in definitions if isinstance(each, OperationDefinitionNode)]
        return Document(max(LEAST_SIZE, len(text)), node, errors, operations)


def trusted() -> list[str]:
    """The documents of `operations/`."""
    folder = next((place for place in PLACES if place.is_dir()), PLACES[-1])
    return [path.read_text() for path in sorted(folder.glob("*.graphql"))]
