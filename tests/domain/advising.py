"""Companies to advise: one that is about to launch, and any."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from domain.documents import Blocker, PrerequisiteTask, Step, StepError
from domain.enums import (
    AgentType,
    BlockerSource,
    BlockerStatus,
    ChainStatus,
    ChurnRisk,
    JourneyStage,
    LaunchStatus,
    PartnerTier,
    Severity,
    StepStatus,
    TaskStatus,
)
from domain.facts import CompanyFacts, ProductFacts, ReportFacts
from domain.waiting import ApprovalFacts, ChainFacts, EntitlementFacts, HandoffFacts, Waiting
from tests.domain.people import NOW

TODAY = NOW.date()
NOBODY = Waiting()


def in_days(days: int) -> date:
    return TODAY + timedelta(days=days)


def blocker(id_: str, severity: Severity = Severity.HIGH, **more: Any) -> Blocker:
    values = {"id": id_, "code": id_.upper(), "title": id_.title(), "severity": severity, "added_at": NOW}
    return Blocker(**{**values, "stage": JourneyStage.PRE_LIST, **more})


def task(id_: str | None, days: int | None = None, **more: Any) -> PrerequisiteTask:
    due = None if days is None else in_days(days)
    return PrerequisiteTask(**{"id": id_, "task": f"Do {id_}", "due_date": due, **more})


def product(number: int = 1, **more: Any) -> ProductFacts:
    """One that is ready to launch."""
    passed = ReportFacts(number, f"report-{number}", "listing", "passed", in_days(60), NOW)
    ready = ProductFacts(
        id=number, ref=f"product-{number}", company_id=1, company_ref="company-1", name=f"P{number}", version=1,
        launch_status=LaunchStatus.PRE_LAUNCH, marketplace_type="saas", aws_product_code=f"code-{number}", readiness=90,
        blocking_issues=0, target_launch_date=in_days(10), listing_live_date=None, tasks=(),
        reports=(passed,),
    )  # fmt: skip
    return replace(ready, **more)


def company(*blockers: Blocker, products: tuple[ProductFacts, ...] | None = None, **more: Any) -> CompanyFacts:
    """One that nothing keeps from launching, but for what is given."""
    ready = CompanyFacts(
        id=1, ref="company-1", version=1, stage=JourneyStage.PRE_LIST, tier=PartnerTier.SELECT,
        aws_partner_id="APN-1", has_goals=True, blockers=blockers, milestones=(),
        products=(product(),) if products is None else products,
    )  # fmt: skip
    return replace(ready, **more)


DAYS = st.integers(-50, 50)
MOMENTS = st.none() | DAYS.map(lambda days: NOW + timedelta(days=days, hours=1))
IDS = st.sampled_from("abcdef")
REFS = st.sampled_from([f"ref-{n}" for n in range(6)])


def unique(of: st.SearchStrategy[Any], by: str) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(of, max_size=4, unique_by=lambda each: getattr(each, by)).map(tuple)


BLOCKERS = st.builds(
    blocker, IDS, st.sampled_from(Severity), stage=st.sampled_from(JourneyStage), due_at=MOMENTS,
    status=st.sampled_from(BlockerStatus), source=st.sampled_from(BlockerSource), product_id=st.none() | st.just(1),
    blocked_by=st.lists(IDS, max_size=2).map(tuple),
)  # fmt: skip
TASKS = st.builds(
    task, st.none() | IDS, st.none() | DAYS, status=st.sampled_from(TaskStatus), required=st.booleans(),
    depends_on=st.lists(IDS, max_size=2).map(tuple),
)  # fmt: skip
PRODUCTS = st.builds(
    product, st.integers(1, 4), launch_status=st.sampled_from(LaunchStatus), readiness=st.integers(0, 100),
    target_launch_date=st.none() | DAYS.map(in_days), tasks=st.lists(TASKS, max_size=4).map(tuple),
    aws_product_code=st.sampled_from([None, "code"]), blocking_issues=st.integers(0, 2),
)  # fmt: skip
COMPANIES = st.builds(
    lambda blockers, **more: company(*blockers, **more),
    unique(BLOCKERS, "id"), products=unique(PRODUCTS, "id"), stage=st.sampled_from(JourneyStage),
    has_goals=st.booleans(), aws_partner_id=st.sampled_from([None, "APN-1", "!"]), tier=st.sampled_from(PartnerTier),
    health=st.lists(st.tuples(REFS, st.integers(0, 100)), max_size=6).map(tuple),
    first_customers=st.lists(REFS, max_size=2).map(tuple),
)  # fmt: skip
STEPS = st.builds(
    Step, step_num=st.integers(1, 3), status=st.sampled_from(StepStatus),
    error=st.none() | st.just(StepError(code="BROKEN", message="It broke.")),
)  # fmt: skip
UNDONE = (ChainStatus.IN_PROGRESS, ChainStatus.PAUSED, ChainStatus.FAILED)
WAITING = st.builds(
    Waiting,
    chains=unique(
        st.builds(
            ChainFacts, REFS, st.just("Chain"), st.sampled_from(UNDONE), st.lists(STEPS, max_size=3).map(tuple), MOMENTS
        ),
        "ref",
    ),
    handoffs=unique(st.builds(HandoffFacts, REFS, st.sampled_from(AgentType), st.just("Next"), MOMENTS), "ref"),
    approvals=unique(st.builds(ApprovalFacts, REFS, st.just("Move it."), st.just("agent-7"), MOMENTS), "ref"),
    entitlements=unique(
        st.builds(
            EntitlementFacts,
            REFS,
            st.just("Acme"),
            st.none() | st.sampled_from(ChurnRisk),
            st.none() | st.just("plus"),
            st.none() | st.floats(0, 1),
            MOMENTS,
        ),
        "ref",
    ),
)
