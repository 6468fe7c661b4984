"""Rows as the API shows them. One function per type, over tuples in the order of its COLUMNS."""

from binascii import a2b_base64, b2a_base64
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from orjson import Fragment

from domain import enums as e

Row = tuple[Any, ...]
Shown = dict[str, Any]


def encode(kind: bytes, key: int) -> str:
    return b2a_base64(kind % key, newline=False).rstrip(b"=").decode()


def decode(text: str) -> int:
    return int(a2b_base64(text + "==").partition(b":")[2])


def _names(kind: type[StrEnum]) -> dict[str | None, str | None]:
    return {None: None, **{member.value: member.name for member in kind}}


STAGES = _names(e.JourneyStage)
TIERS = _names(e.PartnerTier)
LAUNCHES = _names(e.LaunchStatus)
EVENTS = _names(e.EventType)
CAUSES = _names(e.TriggeredBy)
CHAIN_TYPES = _names(e.ChainType)
CHAIN_STATES = _names(e.ChainStatus)
AGENTS = _names(e.AgentType)
SESSION_STATES = _names(e.SessionStatus)
TRUTH = {None: None, 0: False, 1: True}

COMPANY, PRODUCT, CHAIN, SESSION = b"Company:%d", b"Product:%d", b"WorkflowChain:%d", b"AgentSession:%d"
EVENT = b"JourneyEvent:%d"

PRODUCT_COLUMNS = (
    "company_id, id, name, marketplace_type, launch_status, launch_readiness_score, blocking_issues_count, "
    "target_launch_date, version"
)
EVENT_COLUMNS = "id, event_type, from_stage, to_stage, related_entity_type, triggered_by, agent_id, created_at"
CHAIN_COLUMNS = "company_id, id, name, chain_type, status, current_step, total_steps, chain_context, updated_at"
SESSION_COLUMNS = (
    "company_id, id, session_id, agent_type, status, messages_count, tokens_used, successful_outcome, started_at"
)


def add_products(to: dict[int, list[Shown]], rows: Iterable[Row], events: dict[int, list[Shown]]) -> None:
    for parent, key, name, kind, status, score, issues, target, version in rows:
        to[parent].append(
            {
                "id": encode(PRODUCT, key),
                "name": name,
                "marketplaceType": kind,
                "launchStatus": LAUNCHES[status],
                "launchReadinessScore": score,
                "blockingIssuesCount": issues,
                "targetLaunchDate": target,
                "version": version,
                "events": {"nodes": events[key]},
            }
        )


def add_events(to: dict[int, list[Shown]], rows: Iterable[Row]) -> None:
    for parent, key, kind, from_stage, to_stage, related, cause, agent, at in rows:
        to[parent].append(
            {
                "id": encode(EVENT, key),
                "eventType": EVENTS[kind],
                "fromStage": from_stage,
                "toStage": to_stage,
                "relatedEntityType": related,
                "triggeredBy": CAUSES[cause],
                "agentId": agent,
                "createdAt": at,
            }
        )


def add_chains(to: dict[int, list[Shown]], rows: Iterable[Row]) -> None:
    for parent, key, name, kind, status, step, steps, context, at in rows:
        to[parent].append(
            {
                "id": encode(CHAIN, key),
                "name": name,
                "chainType": CHAIN_TYPES[kind],
                "status": CHAIN_STATES[status],
                "currentStep": step,
                "totalSteps": steps,
                "chainContext": context and Fragment(context),
                "updatedAt": at,
            }
        )


def add_sessions(to: dict[int, list[Shown]], rows: Iterable[Row]) -> None:
    for parent, key, public, agent, status, messages, tokens, outcome, at in rows:
        to[parent].append(
            {
                "id": encode(SESSION, key),
                "sessionId": public,
                "agentType": AGENTS[agent],
                "status": SESSION_STATES[status],
                "messagesCount": messages,
                "tokensUsed": tokens,
                "successfulOutcome": TRUTH[outcome],
                "startedAt": at,
            }
        )
