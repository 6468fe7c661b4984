"""A company's whole log of events with their seals."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, String, bindparam, select, type_coerce

from db import tables as t
from db.base import table_of
from db.queries.facts import Fetch
from db.queries.lists import KEPT
from db.scope import Scope, within
from domain.enums import JourneyStage
from domain.sealing import FIELDS, Seal, document

COMPANIES, EVENTS, SEALS = table_of(t.Company), table_of(t.JourneyEvent), table_of(t.EventSeal)


@dataclass(frozen=True, slots=True)
class Log:
    """`events` by id, in the order in which they happened; `seals` in theirs; and what the company says."""

    events: dict[int, dict[str, Any]]
    seals: list[Seal]
    stage: JourneyStage | None
    completed: Any
    blockers: Any


@lru_cache(KEPT)
def _company(*, everything: bool) -> Select[Any]:
    c = COMPANIES.c
    statement = select(c.partner_journey_stage, c.journey_milestones, c.blockers).where(c.id == bindparam("company"))
    return within(statement, COMPANIES, everything=everything)


@lru_cache(KEPT)
def _events(*, everything: bool) -> Select[Any]:
    c = EVENTS.c
    # As stored: what cannot be read as JSON is sealed as its text.
    columns = (type_coerce(c[name], String) if name == "event_data" else c[name] for name in FIELDS)
    statement = select(*columns).where(c.company_id == bindparam("company"))
    return within(statement.order_by(c.created_at, c.id), EVENTS, everything=everything)


@lru_cache(KEPT)
def _seals(*, everything: bool) -> Select[Any]:
    c = SEALS.c
    statement = select(c.event_id, c.position, c.product_id, c.previous_seal, c.seal)
    statement = statement.where(c.company_id == bindparam("company")).order_by(c.position)
    return within(statement, SEALS, everything=everything)


async def read(fetch: Fetch, company_id: int, scope: Scope) -> Log | None:
    """None where there is no such company in this scope. Three statements."""
    values = {"company": company_id, "viewer": scope.user_id}
    company = await fetch(_company(everything=scope.everything), values)
    if not company:
        return None
    found = await fetch(_events(everything=scope.everything), values)
    events = [dict(zip(FIELDS, row, strict=True)) for row in found]
    for each in events:
        each["event_data"] = document(each["event_data"])
    seals = [Seal(*row) for row in await fetch(_seals(everything=scope.everything), values)]
    return Log({each["id"]: each for each in events}, seals, *company[0])
