"""What gates look at, of several companies at a time: a fixed number of statements, in a transaction or in a snapshot.

A transaction that has locked the company sees facts that stay true until it ends: what writes them locks the company
first.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select

from db.opaque import global_id
from db.queries import fact_statements as s
from db.scope import Scope
from domain import blockers as blocker_rules
from domain.documents import Blocker
from domain.enums import EventType, JourneyStage, LaunchStatus
from domain.facts import CompanyFacts, ProductFacts, ReportFacts
from domain.milestones import standing
from domain.reports import PASSED
from domain.tasks import placed

Fetch = Callable[[Select[Any], Mapping[str, Any]], Awaitable[list[tuple[Any, ...]]]]
"""`Transaction.rows` or `Reader.fetch`."""


async def company_facts(fetch: Fetch, keys: Sequence[int], scope: Scope, now: datetime) -> dict[int, CompanyFacts]:
    """By company; those that the viewer may not see are left out."""

    async def rows(statement: Callable[..., Select[Any]], of: Iterable[int] = keys) -> list[tuple[Any, ...]]:
        values = {"keys": list(of), "viewer": scope.user_id, "now": now}
        return await fetch(statement(everything=scope.everything), values)

    companies = await rows(s.companies)
    products = grouped(await rows(s.products), 1)
    events = grouped(await rows(s.events), 1)
    reports = grouped(await rows(s.reports), 1)
    items = {row[:3]: tuple(map(int, row[3:])) for row in (await rows(s.open_items) if reports else ())}
    entitlements = grouped(await rows(s.entitlements), 1)
    found = {}
    for row in companies:
        key = row[0]
        told = list(_told(reports[key], items))
        found[key] = _company(row, products[key], events[key], told, entitlements[key])
    return found


async def product_facts(fetch: Fetch, keys: Sequence[int], scope: Scope, now: datetime) -> dict[int, ProductFacts]:
    """By product; those that the viewer may not see are left out."""
    values = {"keys": list(keys), "viewer": scope.user_id}
    owners = {row[0]: row[1] for row in await fetch(s.owners(everything=scope.everything), values)}
    if not owners:
        return {}
    companies = await company_facts(fetch, sorted(set(owners.values())), scope, now)
    return {each.id: each for company in companies.values() for each in company.products if each.id in owners}


def grouped(rows: Iterable[tuple[Any, ...]], by: int) -> defaultdict[Any, list[tuple[Any, ...]]]:
    groups: defaultdict[Any, list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows:
        groups[row[by]].append(row)
    return groups


Told = tuple[int | None, ReportFacts]
"""The product that a report is about, and the report."""


def _told(rows: list[tuple[Any, ...]], items: Mapping[Any, tuple[int, ...]]) -> Iterable[Told]:
    """The newest of a product and type carries the findings of both that stand."""
    known = set()
    for row in sorted(rows, key=lambda row: (row[6], row[0]), reverse=True):
        key, company_id, product_id, report_type, status, valid_until, created_at = row
        subject, ref = (company_id, product_id, report_type), global_id("ComplianceReport", key)
        stand = () if subject in known else items.get(subject, ())
        known.add(subject)
        yield product_id, ReportFacts(key, ref, report_type, status, valid_until, created_at, *stand)


def _company(
    row: tuple[Any, ...], products: list[Any], events: list[Any], reports: list[Told], entitlements: list[Any]
) -> CompanyFacts:
    key, version, stage, tier, partner_id, goals, raw, name, chain, used, draft = row
    ref, blockers = global_id("Company", key), tuple(blocker_rules.read(raw))
    health = [(product_id, (global_id("MarketplaceEntitlement", id_), score)) for id_, _, product_id, score in
              entitlements if score is not None]  # fmt: skip
    customers = [(row[2], _event(row)) for row in events if row[3] is EventType.FIRST_CUSTOMER]
    listings = [(row[2], _event(row)) for row in events if row[3] is EventType.LISTING_PUBLISHED]
    achieved = [(row[0], row[2], row[4]) for row in events if row[3] is EventType.MILESTONE_ACHIEVED]
    return CompanyFacts(
        id=key,
        ref=ref,
        version=version,
        stage=stage or JourneyStage.DISCOVERY,
        tier=tier,
        aws_partner_id=partner_id,
        has_goals=bool(goals),
        blockers=blockers,
        milestones=tuple(
            (code, global_id("JourneyEvent", event))
            for (product_id, code), event in standing(achieved).items()
            if product_id is None
        ),
        products=tuple(
            _product(
                each, ref,
                **_blockers(blockers, each[0]),
                reports=[report for product_id, report in reports if product_id == each[0]],
                listing_published=_first(listings, each[0]),
                first_customer=_first(customers, each[0]),
                health=tuple(one for product_id, one in health if product_id == each[0]),
                active=sum(row[2] == each[0] for row in entitlements),
                company_name=name or "",
            )
            for each in products
        ),
        ftr=_newest(report for _, report in reports if report.report_type == s.FTR and report.status == PASSED),
        kit=_kit(chain, used),
        kit_draft=None if draft is None else global_id("GeneratedContent", draft),
        health=tuple(one for _, one in health),
        first_customers=tuple(ref for _, ref in customers),
        latest=tuple(_latest(reports)),
        name=name or "",
    )  # fmt: skip


def _blockers(known: Sequence[Blocker], product_id: int) -> dict[str, tuple[Blocker, ...]]:
    own = tuple(each for each in known if each.product_id == product_id)
    return {"blockers": own, "awaited": blocker_rules.awaited(own, known)}


def _product(row: tuple[Any, ...], company_ref: str, *, reports: list[ReportFacts], **more: Any) -> ProductFacts:
    key, company_id, name, version, status, kind, code, readiness, issues, target, live, tasks = row
    return ProductFacts(
        id=key,
        ref=global_id("Product", key),
        company_id=company_id,
        company_ref=company_ref,
        name=name or "",
        version=version,
        launch_status=status or LaunchStatus.IDEATION,
        marketplace_type=kind,
        aws_product_code=code,
        readiness=readiness or 0,
        blocking_issues=issues or 0,
        target_launch_date=target,
        listing_live_date=live,
        tasks=tuple(placed(tasks)),
        reports=tuple(reports),
        **more,
    )


def _latest(reports: Iterable[Told]) -> Iterable[Told]:
    of: dict[Any, list[ReportFacts]] = defaultdict(list)
    for product_id, report in reports:
        of[product_id, report.report_type].append(report)
    return [(product_id, newest) for (product_id, _), each in of.items() if (newest := _newest(each)) is not None]


def _newest(reports: Iterable[ReportFacts]) -> ReportFacts | None:
    return max(reports, key=lambda report: (report.created_at, report.id), default=None)


def _event(row: tuple[Any, ...]) -> str:
    return global_id("JourneyEvent", row[0])


def _first(found: Iterable[tuple[int | None, str]], product_id: int) -> str | None:
    return next((ref for of, ref in found if of == product_id), None)


def _kit(chain: int | None, content: int | None) -> tuple[tuple[str, str], ...]:
    made = (("workflow_chain", "WorkflowChain", chain), ("generated_content", "GeneratedContent", content))
    return tuple((type_, global_id(kind, key)) for type_, kind, key in made if key is not None)
