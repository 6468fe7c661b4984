"""GraphQL over HTTP: one endpoint, JSON in, JSON out, every fault a JSON answer with a code."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from graphql import GraphQLError, OperationType
from starlette.datastructures import QueryParams
from starlette.types import Receive, Scope, Send

from actions.perform import Writer
from db.reader import Reader
from domain.actors import Actor
from graph.answers import written
from graph.context import Context
from graph.documents import Document, Documents, NoSuchOperation
from graph.errors import RETRY_LATER, public
from graph.execution.plans import Plans
from graph.headers import RAW
from graph.viewer import Door, Unauthenticated

LARGEST_BODY = 1024 * 1024
JSON = "application/json"
RESPONSE = "application/graphql-response+json"


class BadRequest(Exception):
    """The request is no GraphQL request; `status` and the text go to the client."""

    def __init__(self, status: int, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers


class Ask(NamedTuple):
    """What a request asks for."""

    query: str
    variables: dict[str, Any] | None = None
    operation_name: str | None = None


class Reply(NamedTuple):
    status: int
    body: bytes
    media_type: str
    headers: Sequence[tuple[bytes, bytes]] = ()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Answers /graphql, with the security headers and without a framework's layers, which take longer than a short
    query."""

    documents: Documents
    door: Door
    new_reader: Callable[[], Reader]
    writer: Writer
    plans: Plans | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # The first of each: a second Authorization header, say, counts for nothing.
        headers = dict(reversed(scope["headers"]))
        reply = await self._respond(scope, headers, receive)
        sent = [(b"content-length", b"%d" % len(reply.body)), (b"content-type", reply.media_type.encode())]
        await send({"type": "http.response.start", "status": reply.status, "headers": [*sent, *reply.headers, *RAW]})
        await send({"type": "http.response.body", "body": reply.body})

    async def _respond(self, scope: Scope, headers: dict[bytes, bytes], receive: Receive) -> Reply:
        try:
            media_type = _media_type(headers.get(b"accept", b"*/*"))
            token = headers.get(b"authorization")
            actor = self.door.actor(None if token is None else token.decode("latin-1"))
            ask = await _read(scope, headers, receive)
            return await self._answer(ask, actor, scope["method"], media_type)
        except Unauthenticated as error:
            challenge = {"WWW-Authenticate": 'Bearer realm="partner-graph"'}
            return _failure(401, "UNAUTHENTICATED", str(error), challenge)
        except BadRequest as error:
            return _failure(error.status, "BAD_REQUEST", str(error), error.headers)
        except Exception as error:
            shown = public(GraphQLError("", original_error=error), self.writer.new_id)
            return _response({"errors": [shown]}, 500, JSON, retry_later=_is_passing(shown))

    async def _answer(self, ask: Ask, actor: Actor, method: str, media_type: str) -> Reply:
        document = self.documents.read(ask.query)
        if document.node is not None:
            _check_operation(document, ask.operation_name, method)
        async with self.new_reader() as reader:
            context = Context(actor, reader, self.writer, demo=self.door.demo is not None, plans=self.plans)
            result = await self.documents.execute(document, ask.operation_name, ask.variables, context)
        return self._result(result.data, result.errors or [], media_type)

    def _result(self, data: dict[str, Any] | None, errors: list[GraphQLError], media_type: str) -> Reply:
        if not errors:
            return Reply(200, written({"data": data}), media_type)
        shown = [public(error, self.writer.new_id) for error in errors[:MOST_ERRORS]]
        # Without a path nothing was executed: the document or its variables were refused.
        refused = data is None and any("path" not in error for error in shown)
        body: dict[str, Any] = {"errors": shown}
        if not refused:
            body["data"] = data
        unanswered = data is None or not any(data.values())
        status = 400 if refused and media_type == RESPONSE else 200
        return _response(body, status, media_type, retry_later=unanswered and any(map(_is_passing, shown)))


MOST_ERRORS = 20
NAME_IT = "Name an operation of the document in `operationName`."


def _check_operation(document: Document, name: str | None, method: str) -> None:
    try:
        operation = document.operation(name).operation
    except NoSuchOperation:
        if document.errors and document.operations:
            return  # there is more to say about the document than that
        raise BadRequest(400, NAME_IT) from None
    if operation is OperationType.SUBSCRIPTION:
        raise BadRequest(400, "There are no subscriptions here.")
    if operation is OperationType.MUTATION and method == "GET":
        raise BadRequest(405, "GET runs queries only; send a mutation with POST.", Allow="POST")


def _is_passing(error: dict[str, Any]) -> bool:
    return error["extensions"]["code"] in RETRY_LATER


def _response(body: dict[str, Any], status: int, media_type: str, *, retry_later: bool) -> Reply:
    if retry_later:
        return Reply(503, written(body), media_type, [(b"retry-after", b"1")])
    return Reply(status, written(body), media_type)


def _failure(status: int, code: str, message: str, headers: dict[str, str]) -> Reply:
    body = {"errors": [{"message": message, "extensions": {"code": code}}]}
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    return Reply(status, written(body), JSON, raw)


@lru_cache(256)
def _media_type(accept: bytes) -> str:
    """The first acceptable of the two types, application/json where the client does not say."""
    offered = [part.partition(";")[0].strip() for part in accept.decode("latin-1").lower().split(",")]
    for wanted in offered:
        if wanted == RESPONSE:
            return RESPONSE
        if wanted in (JSON, "*/*", "application/*"):
            return JSON
    raise BadRequest(406, f"This endpoint answers {RESPONSE} or {JSON}.")


async def _read(scope: Scope, headers: dict[bytes, bytes], receive: Receive) -> Ask:
    if scope["method"] == "GET":
        return _ask(_from_query_string(scope["query_string"]))
    if scope["method"] != "POST":
        raise BadRequest(405, "Send a POST, or a GET for queries.", Allow="GET, POST")
    content_type = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if content_type != JSON.encode():
        raise BadRequest(415, f"Send the request as {JSON}.")
    body = await _body(receive)
    try:
        return _ask(orjson.loads(body))
    except orjson.JSONDecodeError:
        raise BadRequest(400, "The body is not JSON.") from None


async def _body(receive: Receive) -> bytes:
    chunks, size, is_more = [], 0, True
    while is_more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BadRequest(400, "The body did not arrive.")
        chunk, is_more = message.get("body", b""), message.get("more_body", False)
        size += len(chunk)
        if size > LARGEST_BODY:
            raise BadRequest(413, f"The body is larger than {LARGEST_BODY} bytes.")
        chunks.append(chunk)
    return b"".join(chunks)


def _from_query_string(text: bytes) -> dict[str, Any]:
    found: dict[str, Any] = dict(QueryParams(text))
    try:
        if "variables" in found:
            found["variables"] = orjson.loads(found["variables"] or "null")
    except orjson.JSONDecodeError:
        raise BadRequest(400, "`variables` is not JSON.") from None
    return found


def _ask(body: Any) -> Ask:
    if not isinstance(body, dict):
        raise BadRequest(400, "The body must be one JSON object with `query`.")
    query, variables, name = body.get("query"), body.get("variables"), body.get("operationName")
    if not isinstance(query, str) or not query.strip():
        raise BadRequest(400, "`query` must hold a GraphQL document.")
    if variables is not None and not isinstance(variables, dict):
        raise BadRequest(400, "`variables` must be an object.")
    if name is not None and not isinstance(name, str):
        raise BadRequest(400, "`operationName` must be a string.")
    return Ask(query, variables, name)
