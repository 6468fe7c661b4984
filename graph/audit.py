"""The audit: a line for every write and every refusal, in JSON, with ids and no other personal data."""

from datetime import datetime
from time import perf_counter
from typing import Any

from actions.audit import Written
from domain.actors import Actor
from graph.asking import Ask
from graph.errors import RETRY_LATER, Refusal
from graph.log import logger
from graph.service import Answer

log = logger("audit")


class Audit:
    def written(self, entry: Written) -> None:
        log.info(
            "write",
            correlation_id=entry.correlation_id,
            **_actor(entry.actor),
            operation=entry.operation,
            company_id=entry.company_id,
            outcome=entry.outcome,
            dry_run=entry.dry_run,
            replayed=entry.replayed,
            cost=entry.cost,
            ms=_milliseconds(entry.begun, entry.ended),
        )

    def refused(
        self,
        actor: Actor | None,
        correlation_id: str,
        refusal: Refusal,
        ask: Ask | None = None,
        begun: float | None = None,
    ) -> None:
        """`begun` is of `perf_counter`; what had not been read by then has no operation."""
        cost = refusal.extensions.get("cost", {}).get("cost", 0)
        self._refusal(actor, correlation_id, [refusal.code], ask, cost, begun)

    def answered(self, actor: Actor, correlation_id: str, ask: Ask, answer: Answer, begun: float | None = None) -> None:
        """Of an operation that was not executed, or for which there was no room: nothing is said of others, but by
        their writes."""
        codes = {error["extensions"]["code"] for error in answer.errors}
        if answer.refused or not RETRY_LATER.isdisjoint(codes):
            self._refusal(actor, correlation_id, sorted(codes), ask, answer.charge.cost, begun)

    def _refusal(
        self,
        actor: Actor | None,
        correlation_id: str,
        codes: list[str],
        ask: Ask | None,
        cost: int,
        begun: float | None,
    ) -> None:
        # Which company it is about is known to what is executed alone.
        log.info(
            "refusal",
            correlation_id=correlation_id,
            **_actor(actor),
            operation=None if ask is None else ask.operation_name or ask.document_id,
            company_id=None,
            codes=codes,
            cost=cost,
            ms=None if begun is None else round((perf_counter() - begun) * 1000, 1),
        )


def _actor(actor: Actor | None) -> dict[str, Any]:
    if actor is None:
        return {"user_id": None}
    found: dict[str, Any] = {"user_id": actor.user_id, "kind": actor.kind, "roles": sorted(actor.roles)}
    return found if actor.agent_id is None else {**found, "agent_id": actor.agent_id}


def _milliseconds(begun: datetime, ended: datetime) -> float:
    return round((ended - begun).total_seconds() * 1000, 1)
