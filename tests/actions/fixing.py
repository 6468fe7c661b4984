"""Companies in any state, and the fixes that gates offer, completed with what only the caller knows."""

from datetime import timedelta
from random import Random
from typing import Any

from db import tables as t
from domain.enums import ContentPurpose, EventType, JourneyStage, LaunchStatus, PartnerTier
from graph import ids
from tests.actions.scene import Scene
from tests.graph.shape import core
from tests.support import NOW

DAY = timedelta(days=1)
CONTROL = {"controlId": "LST-01", "title": "Logo", "result": "PASS", "severity": "HIGH"}
COMPLETED: dict[str, dict[str, Any]] = {
    "blockerResolve": {"resolution": "Done"},
    "companyTransitionStage": {"reason": "It is time"},
    "productCreate": {"name": "Another"},
    "productUpdate": {"targetLaunchDate": "2026-09-01", "marketplaceType": "saas"},
    "productTransitionStatus": {"reason": "It is time"},
    "readinessRecord": {"score": 95},
    "complianceCheckRecord": {"items": [CONTROL]},
    "taskFinish": {},
    "milestoneAchieve": {},
    "companyUpdate": {},
    "companyChangeTier": {"reason": "AWS said so"},
    "eventRecord": {},
    "generatedContentRecord": {"title": "A one-pager", "output": "Words."},
    "generatedContentMarkUsed": {"submissionRef": "ACE-1"},
}
"""By mutation; what needs a code of its own gets one in `completed`."""


def completed(gate: dict[str, Any], number: int) -> dict[str, Any] | None:
    """The input of the gate's fix; None where the caller would have to know more than this."""
    fix, name = gate["fix"], gate["fix"]["mutation"]
    if name not in COMPLETED or name not in core.mutation_type.fields:
        return None
    more = dict(COMPLETED[name])
    if name == "productUpdate" and gate["code"] in ("PRODUCT_READY", "LISTED"):
        more["awsProductCode"] = f"code-{number}"
    if name == "companyUpdate":
        more = {"gtmGoals": {"primary": "list"}} if gate["code"] == "GOALS" else {"awsPartnerId": f"APN-{number}"}
    if name == "complianceCheckRecord":
        more.setdefault("reportType", "listing")
    return {**more, **fix["args"]}


async def company_in_any_state(scene: Scene, dice: Random, stage: JourneyStage) -> str:
    """The node id of a company of the scene's editor."""
    some = dice.random
    company = await scene.make.company(
        partner_journey_stage=stage,
        gtm_goals={"primary": "list"} if some() < 0.7 else None,
        aws_partner_id=dice.choice((None, "APN-1", "?")) if some() < 0.5 else "APN-1001",
        partner_tier=dice.choice((None, *PartnerTier)),
        blockers=_blockers(dice),
    )
    await scene.make.member(scene.editor, company)
    for _ in range(dice.choice((0, 1, 1, 2))):
        await _product(scene, dice, company)
    if some() < 0.6:
        until = (NOW + dice.choice((-1, 0, 1, 300)) * DAY).date()
        await _report(scene, company, None, "ftr", NOW, "passed", until)
    if some() < 0.6:
        await scene.make.row(
            t.GeneratedContent(
                user_id=scene.owner.id, company_id=company.id, used_in_submission=some() < 0.7, created_at=NOW,
                content_purpose=ContentPurpose.CO_SELL_MATERIALS,
            )
        )  # fmt: skip
    return ids.encode("Company", company.id)


def _blockers(dice: Random) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for number in range(dice.choice((0, 0, 1, 2))):
        stage, source = dice.choice(tuple(JourneyStage)), dice.choice(("user", "compliance"))
        found.setdefault(stage.value, []).append(
            {
                "id": f"b{number}", "code": f"C{number}", "title": f"Blocker {number}", "stage": stage.value,
                "severity": dice.choice(("critical", "high", "medium", "low")), "source": source,
                "status": dice.choice(("open", "open", "resolved", "waived")), "added_at": "2026-01-01T00:00:00Z",
                "source_ref": {"type": "compliance_control", "id": "0:listing:LST-01"},
                "blocked_by": ["b0"] if number and source == "user" and some_of(dice) else [],
            }
        )  # fmt: skip
    return found


def some_of(dice: Random) -> bool:
    return dice.random() < 0.5


async def _product(scene: Scene, dice: Random, company: t.Company) -> None:
    status = dice.choice(tuple(LaunchStatus))
    tasks = [
        {"id": "a", "task": "A", "status": dice.choice(("todo", "done", "waived")), "gate": "soft_launch"},
        {"task": "B", "status": dice.choice(("todo", "done")), "due_date": "2026-05-01"},
    ]
    product = await scene.make.product(
        company,
        launch_status=status,
        marketplace_type=dice.choice((None, "saas")),
        aws_product_code=dice.choice((None, f"prod-{company.id}-{dice.getrandbits(40)}")),
        launch_readiness_score=dice.choice((None, 50, 70, 90, 90)),
        blocking_issues_count=0,
        target_launch_date=dice.choice((None, (NOW + 30 * DAY).date())),
        listing_live_date=(NOW - DAY).date() if status in (LaunchStatus.GA, LaunchStatus.GROWTH) else None,
        prerequisite_tasks=dice.choice((None, tasks)),
    )
    if some_of(dice):
        await _report(scene, company, product, "listing", NOW - dice.choice((1, 40)) * DAY, "passed", None)
    if some_of(dice):
        row = t.MarketplaceEntitlement(
            company_id=company.id, product_id=product.id, status="active", created_at=NOW,
            health_score=dice.choice((30, 90)),
        )  # fmt: skip
        await scene.make.row(row)
    if some_of(dice):
        await scene.make.event(company, scene.owner, product_id=product.id, event_type=EventType.LISTING_PUBLISHED)


async def _report(
    scene: Scene, company: t.Company, product: t.Product | None, kind: str, at: Any, status: str, until: Any
) -> None:
    row = t.ComplianceReport(
        company_id=company.id, product_id=product and product.id, report_type=kind, status=status, created_at=at,
        valid_until=until,
    )  # fmt: skip
    await scene.make.row(row)
