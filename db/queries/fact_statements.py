"""The statements behind `db.queries.facts`. Each takes `keys`."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, case, exists, func, or_, select

from db import tables as t
from db.base import table_of
from db.queries.lists import KEPT
from db.scope import within
from db.types import Timestamp
from domain.enums import ChainStatus, ChainType, ContentPurpose, EventType, Severity
from domain.reports import EXECUTED, FAILED, PASSED, ControlResult

COMPANIES, PRODUCTS, EVENTS = table_of(t.Company), table_of(t.Product), table_of(t.JourneyEvent)
REPORTS, ITEMS = table_of(t.ComplianceReport), table_of(t.ComplianceReportItem)
ENTITLEMENTS, CHAINS, CONTENTS = (
    table_of(t.MarketplaceEntitlement),
    table_of(t.WorkflowChain),
    table_of(t.GeneratedContent),
)
TELLING = (EventType.LISTING_PUBLISHED, EventType.FIRST_CUSTOMER, EventType.MILESTONE_ACHIEVED)
"""Events that gates rest on: few of each company's."""
ACTIVE, FTR = "active", "ftr"
SETTLED = ("verified", "waived")
"""States of a failed item that holds nothing up any more."""


def _keys() -> Any:
    return bindparam("keys", expanding=True)


@lru_cache(KEPT)
def companies(*, everything: bool) -> Select[Any]:
    """With what makes the co-sell kit: who may see a company may see that."""
    c = COMPANIES.c
    statement = select(
        c.id, c.version, c.partner_journey_stage, c.partner_tier, c.aws_partner_id, c.gtm_goals, c.blockers, c.name,
        *_kit(),
    ).where(c.id.in_(_keys()))  # fmt: skip
    return within(statement, COMPANIES, everything=everything)


def _kit() -> Iterator[Any]:
    """The first chain that prepared co-selling, the first material that was used, and the newest that was not."""
    chain, content, of = CHAINS.c, CONTENTS.c, COMPANIES.c.id
    prepared = (chain.chain_type == ChainType.CO_SELL_PREP, chain.status == ChainStatus.COMPLETED)
    yield select(func.min(chain.id)).where(chain.company_id == of, *prepared).scalar_subquery()
    used, material = content.used_in_submission.is_(True), content.content_purpose == ContentPurpose.CO_SELL_MATERIALS
    for found in (func.min(case((used, content.id))), func.max(case((used, None), else_=content.id))):
        yield select(found).where(content.company_id == of, material).scalar_subquery()


@lru_cache(KEPT)
def products(*, everything: bool) -> Select[Any]:
    c = PRODUCTS.c
    statement = select(
        c.id, c.company_id, c.name, c.version, c.launch_status, c.marketplace_type, c.aws_product_code,
        c.launch_readiness_score, c.blocking_issues_count, c.target_launch_date, c.listing_live_date,
        c.prerequisite_tasks,
    ).where(c.company_id.in_(_keys())).order_by(c.id)  # fmt: skip
    return within(statement, PRODUCTS, everything=everything)


@lru_cache(KEPT)
def events(*, everything: bool) -> Select[Any]:
    c = EVENTS.c
    statement = (
        select(c.id, c.company_id, c.product_id, c.event_type, c.event_data)
        .where(c.company_id.in_(_keys()), c.event_type.in_(TELLING))
        .order_by(c.created_at, c.id)
    )
    return within(statement, EVENTS, everything=everything)


@lru_cache(KEPT)
def reports(*, everything: bool) -> Select[Any]:
    """The newest of each company, product, type and outcome: passed, failed, or neither."""
    c = REPORTS.c
    outcome = case((c.status == PASSED, 1), (c.status == FAILED, 2), else_=0)
    place = func.row_number().over(
        partition_by=(c.company_id, c.product_id, c.report_type, outcome), order_by=(c.created_at.desc(), c.id.desc())
    )
    columns = (c.id, c.company_id, c.product_id, c.report_type, c.status, c.valid_until, c.created_at)
    ranked = within(select(*columns, place.label("place")).where(c.company_id.in_(_keys())), REPORTS,
                    everything=everything).subquery("ranked")  # fmt: skip
    return select(*(ranked.c[column.name] for column in columns)).where(ranked.c.place == 1)


@lru_cache(KEPT)
def open_items(*, everything: bool) -> Select[Any]:
    """By company, product and type of report: how many failed items stand, how many of them are critical, and how many
    critical or high. An item stands until it is settled, or a later report has executed its control: what a report
    leaves out is not thereby in order."""
    r, c = REPORTS.c, ITEMS.c
    critical = func.sum(case((c.severity == Severity.CRITICAL.value, 1), else_=0))
    grave = func.sum(case((c.severity.in_((Severity.CRITICAL.value, Severity.HIGH.value)), 1), else_=0))
    statement = (
        select(r.company_id, r.product_id, r.report_type, func.count(), critical, grave)
        .join_from(REPORTS, ITEMS, c.compliance_report_id == r.id)
        .where(
            r.company_id.in_(_keys()),
            c.result == ControlResult.FAIL.value,
            or_(c.state.is_(None), c.state.not_in(SETTLED)),
            ~_executed_later(),
        )
        .group_by(r.company_id, r.product_id, r.report_type)
    )
    return within(statement, REPORTS, everything=everything)


def _executed_later() -> Any:
    """Items without a control are looked at again by whatever report of the type comes next."""
    report, item = REPORTS.alias("later"), ITEMS.alias("later_item")
    r, i = report.c, item.c
    return exists().where(
        i.compliance_report_id == r.id,
        r.company_id == REPORTS.c.company_id,
        r.product_id.is_not_distinct_from(REPORTS.c.product_id),
        r.report_type.is_not_distinct_from(REPORTS.c.report_type),
        or_(r.created_at > REPORTS.c.created_at, and_(r.created_at == REPORTS.c.created_at, r.id > REPORTS.c.id)),
        i.result.in_(sorted(EXECUTED)),
        or_(ITEMS.c.control_id.is_(None), i.control_id == ITEMS.c.control_id),
    )  # fmt: skip


@lru_cache(KEPT)
def entitlements(*, everything: bool) -> Select[Any]:
    c = ENTITLEMENTS.c
    lasts = or_(c.expires_at.is_(None), c.expires_at > bindparam("now", type_=Timestamp))
    statement = (
        select(c.id, c.company_id, c.product_id, c.health_score)
        .where(c.company_id.in_(_keys()), c.status == ACTIVE, lasts)
        .order_by(c.id)
    )
    return within(statement, ENTITLEMENTS, everything=everything)


@lru_cache(KEPT)
def owners(*, everything: bool) -> Select[Any]:
    return within(
        select(PRODUCTS.c.id, PRODUCTS.c.company_id).where(PRODUCTS.c.id.in_(_keys())), PRODUCTS, everything=everything
    )
