"""Who is calling: a signed bearer token, or the demo user where demo mode allows it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

import jwt
from cachetools import LRUCache

from db.queries.keyset import LARGEST_ID
from domain.actors import Actor
from domain.enums import AgentType, GlobalRole, TriggeredBy

ALGORITHM = "HS256"
AUDIENCE = "partner-graph"
LONGEST_AGENT_ID = 100
LEEWAY_SECONDS = 10
MOST_KNOWN = 4096


class Unauthenticated(Exception):
    """The call carries no acceptable token; the text says what is wrong with it."""


class Known(NamedTuple):
    """What a token says that was found good; `until` is when it stops being so (seconds since 1970)."""

    actor: Actor
    until: float


@dataclass(frozen=True, slots=True)
class Tokens:
    """Reads and mints HS256 tokens: `sub` the user's id, `roles`, and for agents `act: {sub, agent_type}`.

    A token is sent with every call: checking its signature once is enough until it expires.
    """

    secret: str
    clock: Callable[[], float] = time.time
    known: LRUCache[str, Known] = field(default_factory=lambda: LRUCache(MOST_KNOWN), repr=False, compare=False)

    def mint(
        self,
        user_id: int,
        *,
        now: datetime,
        seconds: int,
        roles: tuple[GlobalRole, ...] = (),
        agent_id: str | None = None,
        agent_type: AgentType | None = None,
    ) -> str:
        issued = int(now.timestamp())
        claims: dict[str, Any] = {
            "sub": str(user_id), "roles": list(roles), "aud": AUDIENCE, "iat": issued, "exp": issued + seconds
        }  # fmt: skip
        if agent_id is not None:
            claims["act"] = {"sub": agent_id, "agent_type": agent_type}
        return jwt.encode(claims, self.secret, algorithm=ALGORITHM)

    def read(self, token: str) -> Actor:
        known = self.known.get(token)
        if known is None or known.until <= self.clock():
            claims = self._checked(token)
            known = self.known[token] = Known(self._actor(claims), int(claims["exp"]) + LEEWAY_SECONDS)
        return known.actor

    def _checked(self, token: str) -> dict[str, Any]:
        try:
            return jwt.decode(
                token,
                self.secret,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                options={"require": ["exp", "sub", "aud"]},
                leeway=LEEWAY_SECONDS,
            )
        except jwt.ExpiredSignatureError:
            raise Unauthenticated("the bearer token has expired: get a new one") from None
        except jwt.InvalidTokenError:
            raise Unauthenticated("the bearer token is not valid here") from None

    def _actor(self, claims: dict[str, Any]) -> Actor:
        try:
            return _actor(claims)
        except (ValueError, TypeError, KeyError, AttributeError, IndexError):
            raise Unauthenticated("the bearer token's claims are not understood") from None


def _actor(claims: dict[str, Any]) -> Actor:
    act = claims.get("act")
    return Actor(
        user_id=_user_id(claims["sub"]),
        kind=TriggeredBy.USER if act is None else TriggeredBy.AGENT,
        agent_id=None if act is None else _agent_id(act["sub"]),
        agent_type=None if act is None or act.get("agent_type") is None else AgentType(act["agent_type"]),
        roles=_roles(claims.get("roles", [])),
    )


def _user_id(sub: str) -> int:
    # int() would also take " 1", "+1", "1_0" and other scripts' digits, and keys that no database can hold.
    if not (len(sub) <= 19 and sub.isascii() and sub.isdecimal() and sub[0] != "0" and int(sub) <= LARGEST_ID):
        raise ValueError("no user's key")
    return int(sub)


def _agent_id(sub: Any) -> str:
    if not isinstance(sub, str) or not 1 <= len(sub) <= LONGEST_AGENT_ID or not sub.isprintable():
        raise ValueError("no agent's id")
    return sub


def _roles(claim: Any) -> frozenset[GlobalRole]:
    if not isinstance(claim, list):
        raise TypeError("roles are a list")
    return frozenset(GlobalRole(role) for role in claim)


@dataclass(frozen=True, slots=True)
class Door:
    """Decides who a request's caller is. `demo` is set in demo mode only."""

    tokens: Tokens | None
    demo: Actor | None = None

    def actor(self, authorization: str | None) -> Actor:
        if authorization is None:
            if self.demo is not None:
                return self.demo
            raise Unauthenticated("send a bearer token in the Authorization header")
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated("the Authorization header must read: Bearer <token>")
        if self.tokens is None:
            raise Unauthenticated("this server is in demo mode and reads no tokens: leave the Authorization header out")
        return self.tokens.read(token.strip())


def utc_now() -> datetime:
    return datetime.now(UTC)
