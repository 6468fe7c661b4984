"""What waits for somebody, of several companies at a time: four statements, and of each kind at most `MOST` of each
company, in a transaction or in a snapshot."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Table, bindparam, case, func, select

from db import tables as t
from db.base import table_of
from db.opaque import global_id
from db.queries.fact_statements import ACTIVE
from db.queries.facts import Fetch, grouped
from db.queries.lists import KEPT
from db.scope import Scope, within
from db.writing import Transaction
from domain import documents
from domain.documents import Step
from domain.enums import ApprovalDecision, ChainStatus, ChurnRisk, HandoffStatus
from domain.waiting import ApprovalFacts, ChainFacts, EntitlementFacts, HandoffFacts, Waiting

MOST = 20
COMPANIES, CHAINS, APPROVALS = table_of(t.Company), table_of(t.WorkflowChain), table_of(t.Approval)
SESSIONS, HANDOFFS, ENTITLEMENTS = (
    table_of(t.AgentSession), table_of(t.SessionHandoff), table_of(t.MarketplaceEntitlement)
)  # fmt: skip
UNDONE = (ChainStatus.IN_PROGRESS, ChainStatus.PAUSED, ChainStatus.FAILED)
BUYING = (ACTIVE, "unsubscribe_pending")


async def waiting(fetch: Fetch, keys: Sequence[int], scope: Scope) -> dict[int, Waiting]:
    """By company; what the viewer may not see is left out."""
    values = {"keys": list(keys), "viewer": scope.user_id}

    async def rows(statement: Callable[..., Select[Any]]) -> Mapping[Any, list[tuple[Any, ...]]]:
        return grouped(await fetch(statement(everything=scope.everything), values), 0)

    chains, handoffs = await rows(_chains), await rows(_handoffs)
    approvals, entitlements = await rows(_approvals), await rows(_entitlements)
    return {
        key: Waiting(
            chains=tuple(_chain(row) for row in chains[key]),
            handoffs=tuple(HandoffFacts(global_id("SessionHandoff", row[1]), *row[2:]) for row in handoffs[key]),
            approvals=tuple(ApprovalFacts(global_id("Approval", row[1]), *row[2:]) for row in approvals[key]),
            entitlements=tuple(_entitlement(row) for row in entitlements[key]),
        )
        for key in keys
    }


async def advice_for_writing(transaction: Transaction, company_id: int) -> tuple[Any] | None:
    """What is stored; the company stays locked until the transaction ends. None where there is no such company."""
    return await transaction.row(ADVICE, {"id": company_id})


ADVICE = select(COMPANIES.c.next_recommended_actions).where(COMPANIES.c.id == bindparam("id")).with_for_update()


def _chain(row: tuple[Any, ...]) -> ChainFacts:
    _, key, name, status, steps, due_at = row
    return ChainFacts(global_id("WorkflowChain", key), name, status, tuple(documents.read_list(Step, steps)), due_at)


def _entitlement(row: tuple[Any, ...]) -> EntitlementFacts:
    _, key, customer, risk, upgrade, signals, expires_at = row
    values = (each for each in documents.mapping(signals).values() if isinstance(each, (int, float)))
    signal = max((float(each) for each in values if 0 <= each <= 1), default=None)
    ref = global_id("MarketplaceEntitlement", key)
    return EntitlementFacts(ref, customer or f"customer {key}", risk, upgrade, signal, expires_at)


@lru_cache(KEPT)
def _chains(*, everything: bool) -> Select[Any]:
    c = CHAINS.c
    return _first(
        CHAINS,
        c.company_id,
        (c.id, c.name, c.status, c.steps_config, c.estimated_completion),
        (c.status.in_(UNDONE),),
        (c.created_at.desc(), c.id.desc()),
        everything=everything,
    )


@lru_cache(KEPT)
def _handoffs(*, everything: bool) -> Select[Any]:
    c = HANDOFFS.c
    return _first(
        SESSIONS,
        SESSIONS.c.company_id,
        (c.id, c.to_agent_type, c.reason, c.expires_at),
        (c.status == HandoffStatus.PENDING,),
        (c.created_at.desc(), c.id.desc()),
        everything=everything,
        source=SESSIONS.join(HANDOFFS, HANDOFFS.c.from_session_id == SESSIONS.c.id),
    )


@lru_cache(KEPT)
def _approvals(*, everything: bool) -> Select[Any]:
    c = APPROVALS.c
    return _first(
        APPROVALS,
        c.company_id,
        (c.id, c.summary, c.agent_id, c.expires_at),
        (c.decision == ApprovalDecision.PENDING,),
        (c.created_at.desc(), c.id.desc()),
        everything=everything,
    )


@lru_cache(KEPT)
def _entitlements(*, everything: bool) -> Select[Any]:
    """Those about to leave come first, then those that end first."""
    c = ENTITLEMENTS.c
    leaving = case((c.churn_risk == ChurnRisk.HIGH, 0), else_=1)
    return _first(
        ENTITLEMENTS,
        c.company_id,
        (c.id, c.customer_identifier, c.churn_risk, c.recommended_upgrade, c.upsell_signals, c.expires_at),
        (c.status.in_(BUYING),),
        (leaving, case((c.expires_at.is_(None), 1), else_=0), c.expires_at, c.id),
        everything=everything,
    )


def _first(
    table: Table,
    company: ColumnElement[Any],
    columns: Iterable[ColumnElement[Any]],
    where: Iterable[ColumnElement[bool]],
    order: Iterable[ColumnElement[Any]],
    *,
    everything: bool,
    source: FromClause | None = None,
) -> Select[Any]:
    """The first of each company, whose key comes first."""
    place = func.row_number().over(partition_by=company, order_by=tuple(order)).label("place")
    statement = select(company, *columns, place).where(company.in_(bindparam("keys", expanding=True)), *where)
    if source is not None:
        statement = statement.select_from(source)
    ranked = within(statement, table, everything=everything).subquery("ranked")
    *shown, last = ranked.c
    return select(*shown).where(last <= MOST)
