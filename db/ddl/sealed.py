"""Seals for events that were recorded before there were any: company by company, as the log reads them."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import sqlalchemy as sa
from alembic import op

from db.types import Timestamp
from domain.sealing import FIELDS, chain, document

ROWS_AT_ONCE = 1_000
# Values as stored, enums and JSON as their texts: hashed alike, whatever this version would make of them.
EVENTS = sa.table("partner_journey_events", *(sa.column(name) for name in FIELDS if name != "created_at"),
                  sa.column("created_at", Timestamp))  # fmt: skip
SEALS = sa.table(
    "journey_event_seals",
    *map(sa.column, ("event_id", "company_id", "position", "product_id", "previous_seal", "seal")),
)


def seal_events() -> None:
    seals = _seals()
    while rows := list(islice(seals, ROWS_AT_ONCE)):
        op.get_bind().execute(sa.insert(SEALS), rows)


def _seals() -> Iterator[dict[str, Any]]:
    companies = sa.table("companies", sa.column("id"))
    # Events of a company that is gone have nobody to show them to.
    logged = (
        sa.select(companies.c.id).where(companies.c.id.in_(sa.select(EVENTS.c.company_id))).order_by(companies.c.id)
    )
    for company_id in op.get_bind().execute(logged).scalars().all():
        for each in chain(_events(company_id)):
            yield {
                "event_id": each.event_id, "company_id": company_id, "position": each.position,
                "product_id": each.product_id, "previous_seal": each.previous, "seal": each.seal,
            }  # fmt: skip


def _events(company_id: int) -> list[dict[str, Any]]:
    columns = [EVENTS.c[name] for name in FIELDS]
    log = sa.select(*columns).where(EVENTS.c.company_id == company_id).order_by(EVENTS.c.created_at, EVENTS.c.id)
    rows = op.get_bind().execute(log).mappings()
    return [{**row, "event_data": document(row["event_data"])} for row in rows]
