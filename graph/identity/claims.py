"""What a token says, and whom it makes its bearer. Whatever is not exactly as expected is refused."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from db.queries.keyset import LARGEST_ID
from domain.actors import Actor
from domain.enums import AgentType, GlobalRole, TriggeredBy
from graph.identity.refusals import EXPIRED, Unauthenticated

AUDIENCE = "partner-graph"
LEEWAY_SECONDS = 10
LONGEST_NAME = 100
AGENT, WEBHOOK = "agent", "webhook"
KINDS = {AGENT: TriggeredBy.AGENT, WEBHOOK: TriggeredBy.WEBHOOK}
"""What may act for a user."""
# The last second of the year 9999: no calendar of ours knows a later one.
LATEST = 253_402_300_799


class Caller(NamedTuple):
    """Who calls, and when the token stops being good (Unix seconds, leeway included); the demo user has none."""

    actor: Actor
    until: float | None


@dataclass(frozen=True, slots=True)
class Terms:
    """What a token must say to be taken here, and under which names it says whom it is for."""

    issuer: str | None = None
    audience: str = AUDIENCE
    leeway: int = LEEWAY_SECONDS
    user_claim: str = "sub"
    roles_claim: str = "roles"


def caller(claims: dict[str, Any], terms: Terms, now: float) -> Caller:
    """Of claims whose signature, issuer and audience were found good."""
    try:
        until = _moment(claims["exp"]) + terms.leeway
        begins = [_moment(claims[name]) - terms.leeway for name in ("nbf", "iat") if name in claims]
        actor = _actor(claims, terms)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError):
        raise Unauthenticated("the bearer token's claims are not understood") from None
    if until <= now:
        raise Unauthenticated(EXPIRED)
    if any(begin > now for begin in begins):
        raise Unauthenticated("the bearer token is not valid yet")
    return Caller(actor, until)


def _moment(claim: Any) -> float:
    # A bool is an int to Python, NaN is within no bounds, and an int may be too large for a float.
    if type(claim) not in (int, float) or not -LATEST <= claim <= LATEST:
        raise ValueError("no moment")
    return float(claim)


def _actor(claims: dict[str, Any], terms: Terms) -> Actor:
    act = claims.get("act")
    if act is None and "act" in claims:
        # Somebody meant an agent: it must not have its user's own rights for want of a name.
        raise TypeError("no agent")
    user_id, roles = _user_id(claims[terms.user_claim]), _roles(claims.get(terms.roles_claim, []))
    if act is None:
        return Actor(user_id, roles=roles)
    name, kind = _name(act["sub"]), KINDS[act.get("kind", AGENT)]
    if kind is TriggeredBy.WEBHOOK:
        if "agent_type" in act:
            raise ValueError("a webhook is no agent")
        return Actor(user_id, kind, roles=roles, source=name)
    agent_type = None if act.get("agent_type") is None else AgentType(act["agent_type"])
    return Actor(user_id, kind, name, agent_type, roles)


def _user_id(sub: str) -> int:
    # int() would also take " 1", "+1", "1_0" and other scripts' digits, and keys that no database can hold.
    if not (len(sub) <= 19 and sub.isascii() and sub.isdecimal() and sub[0] != "0" and int(sub) <= LARGEST_ID):
        raise ValueError("no user's key")
    return int(sub)


def _name(sub: Any) -> str:
    if not isinstance(sub, str) or not 1 <= len(sub) <= LONGEST_NAME or not sub.isprintable():
        raise ValueError("no name")
    return sub


def _roles(claim: Any) -> frozenset[GlobalRole]:
    if not isinstance(claim, list):
        raise TypeError("roles are a list")
    return frozenset(GlobalRole(role) for role in claim)
