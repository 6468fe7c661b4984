"""What the gates of the journey look at: read once, in one transaction or snapshot, then judged by pure rules.

`ref` is the node id that the API knows a row by: fixes name it in their arguments.
"""

from dataclasses import dataclass
from datetime import date, datetime

from domain.documents import Blocker, PrerequisiteTask
from domain.enums import JourneyStage, LaunchStatus, PartnerTier

LIVE = frozenset({LaunchStatus.GA, LaunchStatus.GROWTH, LaunchStatus.MATURE})
"""Statuses in which a product has a public listing."""


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """A compliance report. Of the newest of its subject and type, `open_items` counts the failed items that stand, its
    own and those of earlier ones that nothing has looked at since; `open_critical` and `open_grave` those of them that
    are critical, and that are critical or high."""

    id: int
    ref: str
    report_type: str | None
    status: str | None
    valid_until: date | None
    created_at: datetime
    open_items: int = 0
    open_critical: int = 0
    open_grave: int = 0


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """`reports` are the newest compliance reports of the product, of each type and outcome, newest first.
    `listing_published` and `first_customer` are the ids of those events, the first of each. `active` counts the active
    entitlements, and `health` has the scores of those that have one, by their ids. `blockers` are the company's that
    name the product, and `awaited` its others that those wait for, directly or behind others."""

    id: int
    ref: str
    company_id: int
    company_ref: str
    name: str
    version: int
    launch_status: LaunchStatus
    marketplace_type: str | None
    aws_product_code: str | None
    readiness: int
    blocking_issues: int
    target_launch_date: date | None
    listing_live_date: date | None
    tasks: tuple[PrerequisiteTask, ...]
    blockers: tuple[Blocker, ...] = ()
    awaited: tuple[Blocker, ...] = ()
    reports: tuple[ReportFacts, ...] = ()
    listing_published: str | None = None
    first_customer: str | None = None
    health: tuple[tuple[str, int], ...] = ()
    active: int = 0
    company_name: str = ""

    @property
    def is_live(self) -> bool:
        return self.launch_status in LIVE


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """`milestones` are the named ones that stand, of the company itself, by their codes with the id of the event that
    says so. `kit` names what makes the co-sell kit, as (type, id), and `kit_draft` the newest co-sell material that was
    not used yet. `products` are in the order of their keys. `health`, `first_customers` and `latest` (the newest report
    of each product and type, with the product) are of the whole company, what has no product included."""

    id: int
    ref: str
    version: int
    stage: JourneyStage
    tier: PartnerTier | None
    aws_partner_id: str | None
    has_goals: bool
    blockers: tuple[Blocker, ...]
    milestones: tuple[tuple[str, str], ...]
    products: tuple[ProductFacts, ...]
    ftr: ReportFacts | None = None
    kit: tuple[tuple[str, str], ...] = ()
    kit_draft: str | None = None
    health: tuple[tuple[str, int], ...] = ()
    first_customers: tuple[str, ...] = ()
    latest: tuple[tuple[int | None, ReportFacts], ...] = ()
    name: str = ""
