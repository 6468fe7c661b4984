"""The two executors: ours as it is served, with documents and plans kept from call to call, and graphql-core's."""

from dataclasses import dataclass, field
from typing import Any

from graphql import ExecutionResult
from sqlalchemy.ext.asyncio import AsyncEngine
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError

from db.reader import Reader
from domain.actors import Actor
from graph.context import Context
from graph.document import NoSuchOperation
from graph.documents import Documents
from graph.execution.plans import Plans
from graph.schema import schema
from tests.support import writer

NOT_RUN = (CannotGetOperationTypeError, InvalidOperationTypeError, NoSuchOperation)


_documents = Documents(schema)
_plans: dict[str, Plans] = {}


@dataclass(frozen=True)
class Request:
    document: str
    variables: dict[str, Any] = field(default_factory=dict)
    operation: str | None = None


def plans(engine: AsyncEngine) -> Plans:
    """Those of this kind of database."""
    if engine.dialect.name not in _plans:
        _plans[engine.dialect.name] = Plans(schema.resolvers, engine.dialect)
    return _plans[engine.dialect.name]


def not_ours(engine: AsyncEngine) -> int:
    """Answers that were graphql-core's, from the start or in the end."""
    return plans(engine).unplanned + plans(engine).left_alone


def trust(engine: AsyncEngine, document: str) -> None:
    """Has the document planned before it is asked for, as the server does with those of `operations/`."""
    _documents.trust(document, Context(Actor(0), Reader(engine), writer(engine), plans=plans(engine)))


async def execute(engine: AsyncEngine, actor: Actor, request: Request, *, stock: bool) -> ExecutionResult:
    """Raises one of NOT_RUN where there is no operation to run."""
    async with Reader(engine) as reader:
        context = Context(actor, reader, writer(engine), plans=None if stock else plans(engine))
        if stock:
            result: Any = await schema.execute(
                request.document, request.variables, context, operation_name=request.operation
            )
            return ExecutionResult(result.data, result.errors)
        document = _documents.read(request.document)
        if document.node is not None:
            document.operation(request.operation)
        return await _documents.execute(document, request.operation, request.variables, context)
