"""Handoffs between agent sessions: who may hand over to whom, and what context goes along."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from domain.enums import AgentType, SessionStatus
from domain.refusals import Conflict, FieldError, Refused, invalid

MOST_HOPS = 8
MOST_VISITS = 3
LONGEST_REASON = 2000
SNAPSHOT_KEPT = timedelta(days=180)
SCHEMA_VERSION = 1
HANDOFF_KEY = "_handoff"
# How a handoff is named: by its event and snapshot, as a session's outcome, and as what an event is about.
MILESTONE, OUTCOME, ENTITY = "session_handed_off", "handed_off", "session_handoff"
OPEN = frozenset({SessionStatus.ACTIVE, SessionStatus.PAUSED})
LONGEST_SUMMARY_TEXT = 500


class ContextPolicy(StrEnum):
    FULL = "full"
    SUMMARY = "summary"
    KEYS = "keys"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Visit:
    """A session of the line of handoffs, root first; `moved_since` says whether the journey went on after it began."""

    agent_type: AgentType
    moved_since: bool


def check(
    status: SessionStatus | None, line: list[Visit], to: AgentType, reason: str, *, session_id: int, live: int | None
) -> int:
    """The new session's hop, or Refused. `line` ends with the source; `live` is its pending or accepted handoff."""
    if live is not None:
        raise Refused(_conflict("The session has a live handoff already.", "HANDOFF_EXISTS", "SessionHandoff", live))
    if status not in OPEN:
        message = f"The session is {status.name if status else 'closed'}: only an ACTIVE or PAUSED one can hand off."
        raise Refused(_conflict(message, "SESSION_NOT_OPEN", "AgentSession", session_id))
    if not 1 <= len(reason.strip()) <= LONGEST_REASON:
        raise invalid(FieldError("reason", "REASON_REQUIRED", f"`reason` takes 1 to {LONGEST_REASON} characters."))
    if line[-1].agent_type is to:
        raise invalid(FieldError("toAgentType", "SAME_AGENT_TYPE", "The session is of that agent type already."))
    hop = len(line)
    if hop > MOST_HOPS:
        message = f"The line has {MOST_HOPS} handoffs, which is the most; end this session or start a new one."
        raise Refused(_conflict(message, "TOO_MANY_HOPS", "AgentSession", session_id))
    earlier = [visit for visit in line if visit.agent_type is to]
    if len(earlier) >= MOST_VISITS - 1 and not earlier[0].moved_since:
        message = f"{to.name} had this twice and nothing has happened since: this would go round in circles."
        raise Refused(_conflict(message, "HANDOFF_LOOP", "AgentSession", session_id))
    return hop


def _conflict(message: str, code: str, kind: str, key: int) -> Conflict:
    return Conflict(message, code, ("sessionId",), current_kind=kind, current_id=key)


def handed_over(
    context: dict[str, Any] | None, policy: ContextPolicy, keys: tuple[str, ...], redact: tuple[str, ...]
) -> tuple[dict[str, Any], list[str]]:
    """The part of the context that goes along, and the names of the keys that do not."""
    readable = context if isinstance(context, dict) else {}
    given = {key: value for key, value in readable.items() if key != HANDOFF_KEY}
    keep: dict[ContextPolicy, Callable[[str, Any], bool]] = {
        ContextPolicy.FULL: lambda key, value: True,
        ContextPolicy.SUMMARY: lambda key, value: _is_brief(value),
        ContextPolicy.KEYS: lambda key, value: key in keys,
        ContextPolicy.NONE: lambda key, value: False,
    }
    kept = {key: value for key, value in given.items() if key not in redact and keep[policy](key, value)}
    return kept, sorted(set(given) - set(kept))


def _is_brief(value: Any) -> bool:
    """What a summary keeps: plain values, and texts that are no documents."""
    return not isinstance(value, (dict, list)) and (not isinstance(value, str) or len(value) <= LONGEST_SUMMARY_TEXT)


def fingerprint(document: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON: equal contexts have equal fingerprints, whatever the order of their keys."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
