"""Fixes: the call that is offered is the first that works, however much has to come before it."""

from dataclasses import replace

import pytest

from domain.blockers import awaited
from domain.boundaries import BOUNDARIES
from domain.documents import Reference
from domain.enums import BlockerSource, ChainType, JourneyStage, LaunchStatus
from domain.facts import ProductFacts
from domain.fixes import blocker_fix
from domain.gates import stage_gates
from domain.gates import way_to as way_to_stage
from domain.launch_gates import way_to
from domain.policy import DEFAULT
from domain.prerequisites import Looking, of_chain
from domain.product_checks import first_task, unblocking
from domain.refusals import Fix
from domain.reports import CONTROL, Subject, source_of, subject_of
from tests.domain.advising import NOW, blocker, company, product, task

S, L, TODAY = JourneyStage, LaunchStatus, NOW.date()


def bare(status: L, number: int = 1) -> ProductFacts:
    return product(number, launch_status=status, marketplace_type=None, target_launch_date=None)


def listed_fix(*products: ProductFacts) -> Fix | None:
    [gate] = [gate for gate in stage_gates(company(stage=S.LAUNCH, products=products), S.POST_LAUNCH, DEFAULT, TODAY)
              if gate.code == "LISTED"]  # fmt: skip
    return gate.fix


def test_a_move_whose_gates_are_closed_is_not_offered() -> None:
    assert way_to(bare(L.DEVELOPMENT), L.PRE_LAUNCH, DEFAULT, TODAY) == Fix("productUpdate", {"productId": "product-1"})
    ready = way_to(product(launch_status=L.DEVELOPMENT), L.PRE_LAUNCH, DEFAULT, TODAY)
    assert (ready.mutation, ready.args["to"]) == ("productTransitionStatus", "PRE_LAUNCH")
    behind = company(stage=S.DISCOVERY, has_goals=False)
    assert way_to_stage(behind, S.PRE_LIST, DEFAULT, TODAY).mutation == "companyUpdate"
    assert way_to_stage(company(stage=S.DISCOVERY), S.PRE_LIST, DEFAULT, TODAY).args["to"] == "PRE_LIST"


def test_a_listing_comes_from_the_product_that_is_nearest() -> None:
    limited = product(2, launch_status=L.SOFT_LAUNCH, readiness=10)
    assert listed_fix(product(1), limited) == Fix("readinessRecord", {"productId": "product-2"})
    assert listed_fix(product(1)) == Fix("productTransitionStatus", {"productId": "product-1", "to": "GA"})
    assert listed_fix(bare(L.DEVELOPMENT)) == Fix("productUpdate", {"productId": "product-1"})
    assert listed_fix(product(launch_status=L.SUNSET)) == Fix("productCreate", {"companyId": "company-1"})


def test_a_live_product_without_a_day_gets_one_and_one_with_a_day_ahead_waits() -> None:
    live = product(launch_status=L.GA, listing_published="event-1")
    fix = listed_fix(live)
    assert fix is not None
    assert (fix.mutation, fix.args["listingPublished"]) == ("eventRecord", {})
    ahead = replace(live, listing_live_date=TODAY.replace(year=TODAY.year + 1))
    assert listed_fix(ahead) is None
    assert listed_fix(ahead, product(2)) is not None


@pytest.mark.parametrize("chain", [ChainType.MDF_APPLICATION, ChainType.CO_SELL_PREP])
def test_what_waits_for_a_stage_offers_the_first_step_on_the_way_there(chain: ChainType) -> None:
    early = company(stage=S.DISCOVERY, has_goals=False)
    gate = next(gate for gate in of_chain(chain, Looking(early, DEFAULT, TODAY)) if gate.code == "STAGE")
    assert gate.fix is not None
    assert gate.fix.mutation == "companyUpdate"


def test_the_task_that_is_offered_waits_for_no_other() -> None:
    """Neither for one that is optional, nor for one of another gate."""
    tasks = (
        task("last", depends_on=("middle",)),
        task("middle", depends_on=("first", "done"), required=False),
        task("first", required=False, gate=L.GA),
        task("done", status="done"),
    )
    of = product(tasks=tasks)
    assert first_task(of, [tasks[0]]).id == "first"
    assert first_task(of, [tasks[0], tasks[2]]).id == "first"
    circle = (task("a", depends_on=("b",)), task("b", depends_on=("a",)))
    assert first_task(product(tasks=circle), list(circle)).id in ("a", "b")


def test_a_blocker_of_a_product_may_wait_for_the_companys() -> None:
    of_company, of_other = blocker("c"), blocker("o", product_id=2, blocked_by=("c",))
    own = blocker("p", product_id=1, blocked_by=("o",))
    known = (of_company, of_other, own, blocker("z"))
    assert awaited((own,), known) == (of_company, of_other)
    found = unblocking(product(blocking_issues=1, blockers=(own,), awaited=awaited((own,), known)), DEFAULT)
    assert found == Fix("blockerResolve", {"companyId": "company-1", "blockerId": "c"})


def test_a_recheck_is_of_what_the_check_looked_at() -> None:
    def fix(of: int | None) -> Fix:
        type_, id_ = source_of(of, "ftr", "IAM:02")
        found = blocker("b", source=BlockerSource.COMPLIANCE, product_id=1, source_ref=Reference(type=type_, id=id_))
        return blocker_fix(found, "company-1", "product-1", DEFAULT)

    assert fix(1).args == {"companyId": "company-1", "productId": "product-1", "reportType": "ftr"}
    assert fix(None).args == {"companyId": "company-1", "reportType": "ftr"}


@pytest.mark.parametrize(
    ("type_", "id_", "found"),
    [
        (CONTROL, "7:listing:A:B", Subject(7, "listing")), (CONTROL, "0:ftr:A", Subject(None, "ftr")),
        (CONTROL, "x:ftr:A", None), (CONTROL, "7:ftr", None), ("ticket", "7:ftr:A", None),
    ],
)  # fmt: skip
def test_a_source_tells_what_was_checked(type_: str, id_: str, found: Subject | None) -> None:
    assert subject_of(Reference(type=type_, id=id_)) == found
    assert subject_of(None) is None


def test_every_boundary_has_a_check() -> None:
    assert [*BOUNDARIES] == [*S][:-1]
