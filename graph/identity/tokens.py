"""Checks bearer tokens, and mints those of development."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import jwt
from jwt.types import Options

from domain.enums import AgentType, GlobalRole
from graph.identity.claims import WEBHOOK, Caller, Terms, caller
from graph.identity.keys import Keys, SharedSecret
from graph.identity.refusals import Unauthenticated

LONGEST = 8 * 1024
MOST_KNOWN = 4096
NOT_VALID = "the bearer token is not valid here"


class Known(NamedTuple):
    """A token that was found good, with these keys."""

    caller: Caller
    until: float
    generation: object


@dataclass(frozen=True, slots=True)
class Tokens:
    """A token is sent with every call: checking its signature once is enough until it expires, or the keys change."""

    keys: Keys
    terms: Terms = field(default_factory=Terms)
    clock: Callable[[], float] = time.time
    known: OrderedDict[str, Known] = field(default_factory=OrderedDict, repr=False, compare=False)

    def recall(self, token: str) -> Caller | None:
        known = self.known.get(token)
        keys = self.keys
        if (
            known is None
            or known.generation is not keys.generation
            or keys.clock() >= keys.till
            or known.until <= self.clock()
        ):
            return None
        self.known.move_to_end(token)
        return known.caller

    async def check(self, token: str) -> Caller:
        kid = self._kid(token)
        await self.keys.refresh()
        if (recalled := self.recall(token)) is not None:
            return recalled
        self.known.pop(token, None)
        key = await self.keys.key(kid)
        # Nothing else runs from here on: these are the keys that `key` was found among.
        checked = caller(self._claims(token, key), self.terms, self.clock())
        self.known[token] = Known(checked, checked.until or 0, self.keys.generation)
        if len(self.known) > MOST_KNOWN:
            self.known.popitem(last=False)
        return checked

    def _kid(self, token: str) -> str | None:
        """Which key the token says it is signed with. Where else keys might be (jku, x5u, jwk) it says in vain."""
        if len(token) > LONGEST or not token.isascii():
            raise Unauthenticated(NOT_VALID)
        try:
            header = jwt.get_unverified_header(token)
        except jwt.InvalidTokenError:
            raise Unauthenticated(NOT_VALID) from None
        if header.get("alg") not in self.keys.algorithms or "crit" in header or "b64" in header:
            raise Unauthenticated(NOT_VALID)
        kid: str | None = header.get("kid")
        return kid

    def _claims(self, token: str, key: jwt.PyJWK) -> dict[str, Any]:
        # What concerns time is left to `caller`, which is told the time.
        options: Options = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}
        options["require"] = ["exp", "aud", self.terms.user_claim]
        try:
            return jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name],
                issuer=self.terms.issuer,
                audience=self.terms.audience,
                options=options,
            )
        except jwt.InvalidTokenError:
            raise Unauthenticated(NOT_VALID) from None


def mint(
    secret: str,
    user_id: int,
    *,
    now: datetime,
    seconds: int,
    terms: Terms | None = None,
    roles: tuple[GlobalRole, ...] = (),
    agent_id: str | None = None,
    agent_type: AgentType | None = None,
    webhook: str | None = None,
) -> str:
    """A token for development, as `Tokens` with that secret and those terms takes it."""
    said = terms or Terms()
    issued = int(now.timestamp())
    claims: dict[str, Any] = {
        said.user_claim: str(user_id), said.roles_claim: list(roles), "aud": said.audience, "iat": issued,
        "exp": issued + seconds,
    }  # fmt: skip
    if said.issuer is not None:
        claims["iss"] = said.issuer
    if agent_id is not None:
        claims["act"] = {"sub": agent_id, "agent_type": agent_type}
    elif webhook is not None:
        claims["act"] = {"sub": webhook, "kind": WEBHOOK}
    return jwt.encode(claims, secret, algorithm=SharedSecret.algorithms[0])
