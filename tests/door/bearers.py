"""Tokens of development, well-formed and not, and what a call that carries one is answered."""

import base64
import json
import time
from typing import Any

import httpx
import jwt

from graph.identity.claims import AUDIENCE
from tests.door.client import SECRET, Client, code_of

WHO = "{ viewer { demo roles agentId user { id name } } }"


def signed(secret: str = SECRET, algorithm: str | None = "HS256", **changes: Any) -> str:
    """A token that would be taken but for the changes; `...` leaves a claim out."""
    claims = {"sub": "1", "aud": AUDIENCE, "exp": int(time.time()) + 86_400, "roles": ["admin"], **changes}
    payload = json.dumps({name: value for name, value in claims.items() if value is not ...}).encode()
    return jwt.PyJWS().encode(payload, secret, algorithm=algorithm)


def base64_of(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def unsigned(header: bytes) -> str:
    return f"{base64_of(header)}.{signed().split('.')[1]}.{base64_of(b'no signature')}"


async def ask(door: Client, authorization: str | bytes | None) -> httpx.Response:
    headers = {} if authorization is None else {"authorization": authorization}
    return await door.request("POST", json={"query": WHO}, headers=headers)


def is_unauthenticated(response: httpx.Response) -> bool:
    assert response.headers["content-type"] == "application/json"
    assert response.headers["www-authenticate"].startswith("Bearer ")
    assert "data" not in response.json()
    return (response.status_code, code_of(response)) == (401, "UNAUTHENTICATED")
