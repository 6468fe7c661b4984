"""What comes in over HTTP: from the method, headers, query string and body to what is asked for."""

import asyncio
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.types import Receive, Scope

from graph import asking
from graph.asking import Ask
from graph.errors import Refusal, bad_request
from graph.transports.replies import JSON

Headers = dict[bytes, bytes]
CORRELATION_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
# Headers that no page can send to another site without asking first (CORS): those that GraphQL clients use.
PREFLIGHTED = (
    b"apollo-require-preflight",
    b"x-apollo-operation-name",
    b"graphql-require-preflight",
    b"x-requested-with",
)
MOST_PARAMETERS = 20


def headers_of(scope: Scope) -> Headers:
    """The first of each: a second Authorization header, say, counts for nothing. What is accepted may stand in several
    lines."""
    found = dict(reversed(scope["headers"]))
    if b"accept" in found:
        lines = [value for name, value in scope["headers"] if name == b"accept"]
        found[b"accept"] = lines[0] if len(lines) == 1 else b",".join(lines)
    return found


def authorization(headers: Headers) -> str | None:
    found = headers.get(b"authorization")
    return None if found is None else found.decode("latin-1")


def correlation_id(headers: Headers, new_id: Callable[[], str]) -> str:
    """The caller's own, if it is one that a log can hold."""
    given = headers.get(b"x-request-id")
    return given.decode() if given is not None and CORRELATION_ID.fullmatch(given) else new_id()


async def read(
    scope: Scope, headers: Headers, receive: Receive, most_bytes: int, seconds: float, *, strict: bool
) -> Ask:
    """`strict`: a GET needs a header that a page elsewhere cannot send unasked."""
    if scope["method"] == "GET":
        if strict and not any(name in headers for name in PREFLIGHTED) and _content_type(headers) != JSON:
            raise bad_request(
                "A GET needs a header such as `GraphQL-Require-Preflight: 1`, so that no page can forge it."
            )
        return asking.read(_from_query_string(scope["query_string"]))
    if scope["method"] != "POST":
        raise bad_request("Send a POST, or a GET for queries.", 405).with_headers(Allow="GET, POST")
    if _content_type(headers) != JSON:
        raise bad_request(f"Send the request as {JSON}, in UTF-8.", 415)
    if headers.get(b"content-encoding", b"identity").strip().lower() != b"identity":
        raise bad_request("Send the body uncompressed.", 415)
    try:
        async with asyncio.timeout(seconds):
            body = await _body(receive, most_bytes)
    except TimeoutError:
        raise bad_request(f"The body took longer than {seconds:g} seconds.", 408) from None
    try:
        return asking.read(orjson.loads(body))
    except orjson.JSONDecodeError:
        raise bad_request("The body is not JSON in UTF-8.") from None


def _content_type(headers: Headers) -> str:
    """Empty for what is in another character set than UTF-8."""
    name, *parameters = headers.get(b"content-type", b"").decode("latin-1").lower().split(";")
    for parameter in parameters:
        key, _, value = parameter.strip().partition("=")
        if key == "charset" and value.strip('" ') not in ("utf-8", "utf8"):
            return ""
    return name.strip()


async def _body(receive: Receive, most_bytes: int) -> bytes:
    chunks, size, is_more = [], 0, True
    while is_more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise bad_request("The body did not arrive.")
        chunk, is_more = message.get("body", b""), message.get("more_body", False)
        size += len(chunk)
        if size > most_bytes:
            raise Refusal(
                "LIMIT_BODY", f"The body is larger than {most_bytes} bytes.", limit="most_body_bytes", most=most_bytes
            )
        chunks.append(chunk)
    return b"".join(chunks)


def _from_query_string(text: bytes) -> dict[str, Any]:
    try:
        pairs = parse_qsl(
            text.decode("latin-1"), keep_blank_values=True, max_num_fields=MOST_PARAMETERS, errors="strict"
        )
    except UnicodeDecodeError:
        raise bad_request("The address is not UTF-8.") from None
    except ValueError:
        raise bad_request(f"The address has more than {MOST_PARAMETERS} parameters.") from None
    found: dict[str, Any] = dict(pairs)
    for name in ("variables", "extensions"):
        try:
            if name in found:
                found[name] = orjson.loads(found[name] or "null")
        except orjson.JSONDecodeError:
            raise bad_request(f"`{name}` is not JSON.") from None
    return found
