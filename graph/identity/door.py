"""Decides who a call's caller is: the header in, the caller out."""

from dataclasses import dataclass

from domain.actors import Actor
from graph.identity.claims import Caller
from graph.identity.refusals import Unauthenticated
from graph.identity.tokens import Tokens


@dataclass(frozen=True, slots=True)
class Door:
    """`demo` is set in demo mode only."""

    tokens: Tokens | None
    demo: Actor | None = None

    async def caller(self, authorization: str | None) -> Caller:
        """Waits only where keys must be read first: a token that is known is not even checked."""
        if authorization is None:
            if self.demo is not None:
                return Caller(self.demo, None)
            raise Unauthenticated("send a bearer token in the Authorization header")
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated("the Authorization header must read: Bearer <token>")
        if self.tokens is None:
            raise Unauthenticated("this server is in demo mode and reads no tokens: leave the Authorization header out")
        token = token.strip()
        return self.tokens.recall(token) or await self.tokens.check(token)
