"""Messages of the protocol graphql-transport-ws: what comes in is checked here, all of it."""

from enum import IntEnum
from typing import Any, NamedTuple

import orjson

from graph import asking
from graph.answers import written
from graph.asking import Ask
from graph.errors import Refusal

LONGEST_ID = 128
LONGEST_REASON = 123
"""Bytes: a close frame takes no more."""
WITH_PAYLOAD = frozenset({"connection_init", "ping", "pong"})


class Code(IntEnum):
    """Why a socket is closed. docs/transports.md tells them."""

    AWAY = 1001
    POLICY = 1008
    TOO_LARGE = 1009
    FAILED = 1011
    RESTART = 1012
    LATER = 1013
    MALFORMED = 4400
    UNAUTHORIZED = 4401
    FORBIDDEN = 4403
    SUBPROTOCOL = 4406
    INIT_TIMEOUT = 4408
    SAME_ID = 4409
    INIT_TWICE = 4429


class Close(Exception):
    """The socket is to be closed."""

    def __init__(self, code: Code, reason: str) -> None:
        super().__init__(code, reason)
        self.code, self.reason = code, reason

    @property
    def message(self) -> dict[str, Any]:
        reason = self.reason.encode()[:LONGEST_REASON].decode(errors="ignore")
        return {"type": "websocket.close", "code": int(self.code), "reason": reason}


class Message(NamedTuple):
    """`id` is empty where the type takes none."""

    type: str
    id: str = ""
    payload: dict[str, Any] | None = None
    ask: Ask | None = None


def read(event: dict[str, Any], most_bytes: int) -> Message:
    """From a frame as ASGI has it; raises Close for what is no message."""
    text = event.get("text")
    if text is None:
        raise malformed("Send text, not binary frames.")
    # A character takes at most four bytes, and at least one.
    if len(text) > most_bytes or (len(text) * 4 > most_bytes and len(text.encode(errors="replace")) > most_bytes):
        raise Close(Code.TOO_LARGE, f"A message takes at most {most_bytes} bytes.")
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise malformed("That is not JSON.") from None
    if not isinstance(found, dict):
        raise malformed("A message is a JSON object.")
    type_, payload = found.get("type"), found.get("payload")
    if type_ == "subscribe":
        return Message(type_, _id(found), ask=_ask(payload))
    if type_ == "complete":
        return Message(type_, _id(found))
    if not isinstance(type_, str) or type_ not in WITH_PAYLOAD:
        raise malformed("The `type` of a message is one of the protocol's.")
    if payload is not None and not isinstance(payload, dict):
        raise malformed("`payload` must be an object.")
    return Message(type_, payload=payload)


def _id(found: dict[str, Any]) -> str:
    id_ = found.get("id")
    if not isinstance(id_, str) or not 0 < len(id_) <= LONGEST_ID:
        raise malformed(f"`id` must be a string of 1 to {LONGEST_ID} characters.")
    return id_


def _ask(payload: Any) -> Ask:
    if not isinstance(payload, dict):
        raise malformed("`payload` must be an object.")
    try:
        return asking.read(payload)
    except Refusal as refusal:
        raise malformed(refusal.message) from None


def malformed(reason: str) -> Close:
    return Close(Code.MALFORMED, reason)


def frame(type_: str, id_: str | None = None, payload: Any = None) -> dict[str, Any]:
    message: dict[str, Any] = {"type": type_}
    if id_ is not None:
        message["id"] = id_
    if payload is not None:
        message["payload"] = payload
    return {"type": "websocket.send", "text": written(message).decode()}
