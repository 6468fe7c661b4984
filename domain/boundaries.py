"""What each boundary between two stages asks for, besides that nothing is in the way: a list of checks for each."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from domain.enums import ContentPurpose, JourneyStage, LaunchStatus
from domain.facts import CompanyFacts, ProductFacts
from domain.fixes import recheck
from domain.launch_gates import nearest, way_to_market
from domain.policy import Policy
from domain.ready_product import ready_product
from domain.refusals import Fix, Gate, GateStatus
from domain.templates import LOOSE

PASS, FAIL, WARN = GateStatus.PASS, GateStatus.FAIL, GateStatus.WARN
FTR = "ftr"


@dataclass(frozen=True, slots=True)
class Looking:
    """What a check may look at."""

    facts: CompanyFacts
    policy: Policy
    today: date


Check = Callable[[Looking], Sequence[Gate]]


def _goals(looking: Looking) -> tuple[Gate]:
    label, facts = "Go-to-market goals set", looking.facts
    if facts.has_goals:
        return (Gate("GOALS", label, PASS, "They are set.", None, (("company", facts.ref),)),)
    return (Gate("GOALS", label, FAIL, "`gtmGoals` is empty.", Fix("companyUpdate", {"companyId": facts.ref})),)


def _product(looking: Looking) -> tuple[Gate]:
    label, facts = "A product to work on", looking.facts
    alive = [product for product in facts.products if product.launch_status is not LaunchStatus.SUNSET]
    if alive:
        detail = f"{len(alive)} not sunset."
        return (Gate("PRODUCT", label, PASS, detail, None, tuple(("product", each.ref) for each in alive)),)
    fix = Fix("productCreate", {"companyId": facts.ref})
    return (Gate("PRODUCT", label, FAIL, "The company has no product that is not sunset.", fix),)


def _partner_id_expected(looking: Looking) -> tuple[Gate]:
    found = _partner_id(looking, "APN")
    return (found if found.status is PASS else Gate(found.code, found.label, WARN, found.detail, found.fix),)


def _partner_id_needed(looking: Looking) -> tuple[Gate]:
    return (_partner_id(looking, "APN_ID"),)


def _partner_id(looking: Looking, code: str) -> Gate:
    label, facts = "AWS partner id known", looking.facts
    if facts.aws_partner_id is not None and re.fullmatch(
        looking.policy.stages.partner_id_pattern, facts.aws_partner_id
    ):
        return Gate(code, label, PASS, f"It is {facts.aws_partner_id}.", None, (("company", facts.ref),))
    detail = "It is missing." if facts.aws_partner_id is None else "It does not have the form of a partner id."
    return Gate(code, label, FAIL, detail, Fix("companyUpdate", {"companyId": facts.ref}))


def _ready_product(looking: Looking) -> tuple[Gate, ...]:
    return ready_product(looking.facts, looking.policy, looking.today)


def _listed(looking: Looking) -> tuple[Gate]:
    code, label, facts = "LISTED", "A public listing is live", looking.facts
    live = [
        each for each in facts.products
        if each.is_live and each.listing_published and each.listing_live_date and
        each.listing_live_date <= looking.today
    ]  # fmt: skip
    if live:
        evidence = [(("product", each.ref), ("journey_event", each.listing_published or "")) for each in live]
        detail = f"“{live[0].name}” since {live[0].listing_live_date}."
        return (Gate(code, label, PASS, detail, None, tuple(one for pair in evidence for one in pair)),)
    return (Gate(code, label, FAIL, *_unlisted(looking)),)


def _unlisted(looking: Looking) -> tuple[str, Fix | None, tuple[tuple[str, str], ...]]:
    """What stands where no listing is live, and what changes that."""
    facts, products = looking.facts, looking.facts.products
    # Where the day is missing, the event sets it.
    unannounced = next((each for each in products if each.is_live and not _is_announced(each)), None)
    if unannounced is not None:
        args = {"companyId": facts.ref, "productId": unannounced.ref, "listingPublished": {}}
        missing = "its day is missing" if unannounced.listing_published else "no event says that it was listed"
        detail = f"“{unannounced.name}” is {unannounced.launch_status.name}, but {missing}."
        return detail, Fix("eventRecord", args), (("product", unannounced.ref),)
    fix, coming = way_to_market(products, looking.policy, looking.today), nearest(products)
    if coming is not None:
        detail = f"No product is live. “{coming.name}” is {coming.launch_status.name}."
        return detail, fix, (("product", coming.ref),)
    ahead = next((each for each in products if each.is_live), None)
    if ahead is not None:
        return f"“{ahead.name}” goes live on {ahead.listing_live_date}.", None, (("product", ahead.ref),)
    if all(each.launch_status is LaunchStatus.SUNSET for each in products):
        fix = Fix("productCreate", {"companyId": facts.ref})
    return "No product is live, and none is about to be.", fix, ()


def _is_announced(product: ProductFacts) -> bool:
    return product.listing_published is not None and product.listing_live_date is not None


def _first_customer(looking: Looking) -> tuple[Gate]:
    code, label, facts = "FIRST_CUSTOMER", "A first customer", looking.facts
    evidence = [("journey_event", each) for each in facts.first_customers]
    evidence += [("marketplace_entitlement", each) for each, _ in facts.health]
    if evidence:
        return (Gate(code, label, PASS, "There is one.", None, tuple(evidence[:10])),)
    sold = next((each for each in facts.products if each.is_live), None)
    args = {"companyId": facts.ref, "firstCustomer": {}} | ({} if sold is None else {"productId": sold.ref})
    detail = "Nothing says that somebody has bought: no first_customer event, and no active entitlement."
    return (Gate(code, label, FAIL, detail, Fix("eventRecord", args)),)


def _health(looking: Looking) -> tuple[Gate]:
    code, label, policy = "HEALTH", "Customers are well", looking.policy.stages
    scores = [score for _, score in looking.facts.health]
    evidence = tuple(("marketplace_entitlement", each) for each, _ in looking.facts.health[:10])
    if len(scores) < policy.entitlements_to_judge:
        detail = f"{len(scores)} active entitlements; {policy.entitlements_to_judge} are needed to judge."
        return (Gate(code, label, WARN, detail, None, evidence),)
    found = median(scores)
    status = PASS if found >= policy.entitlement_health else FAIL
    detail = (
        f"The median health of {len(scores)} active entitlements is {found:g}; it takes {policy.entitlement_health}."
    )
    return (Gate(code, label, status, detail, None, evidence),)


def _tier(looking: Looking) -> tuple[Gate]:
    code, label, facts, accepted = (
        "TIER",
        "A tier that co-sells",
        looking.facts,
        looking.policy.stages.tiers_for_co_sell,
    )
    shown = "none" if facts.tier is None else facts.tier.name
    if facts.tier in accepted:
        return (Gate(code, label, PASS, f"The tier is {shown}.", None, (("company", facts.ref),)),)
    args = {"companyId": facts.ref} | ({"to": accepted[0].name} if accepted else {})
    detail = (
        f"The tier is {shown}; it takes {', '.join(each.name for each in accepted) or 'one that the policy names'}."
    )
    return (Gate(code, label, FAIL, detail, Fix("companyChangeTier", args)),)


def _ftr(looking: Looking) -> tuple[Gate]:
    code, label, report = "FTR", "Foundational Technical Review passed", looking.facts.ftr
    fix = recheck(looking.facts.ref, report_type=FTR)
    if report is None:
        return (Gate(code, label, FAIL, "No review has been passed.", fix),)
    evidence = (("compliance_report", report.ref),)
    if report.valid_until is None or report.valid_until <= looking.today:
        until = "without an end" if report.valid_until is None else f"until {report.valid_until}"
        return (Gate(code, label, FAIL, f"The last one that was passed was good {until}.", fix, evidence),)
    return (Gate(code, label, PASS, f"It is good until {report.valid_until}.", None, evidence),)


def _kit(looking: Looking) -> tuple[Gate]:
    code, label, kit = "COSELL_KIT", "Co-sell materials ready", looking.facts.kit
    if kit:
        return (Gate(code, label, PASS, "They are.", None, kit),)
    detail = "No co_sell_prep chain is completed, and no co-sell material was used in a submission."
    draft, purpose = looking.facts.kit_draft, ContentPurpose.CO_SELL_MATERIALS
    if draft is not None:
        fix = Fix("generatedContentMarkUsed", {"contentId": draft})
        return (Gate(code, label, FAIL, detail, fix, (("generated_content", draft),)),)
    args = {"companyId": looking.facts.ref, "contentPurpose": purpose.name}
    return (Gate(code, label, FAIL, detail, Fix("generatedContentRecord", args, LOOSE[purpose].slug)),)


BOUNDARIES: dict[JourneyStage, tuple[Check, ...]] = {
    JourneyStage.DISCOVERY: (_goals, _product, _partner_id_expected),
    JourneyStage.PRE_LIST: (_partner_id_needed, _ready_product),
    JourneyStage.LAUNCH: (_listed,),
    JourneyStage.POST_LAUNCH: (_first_customer, _health),
    JourneyStage.SCALE: (_tier, _ftr, _kit),
}
"""By the stage that is left: what its boundary asks for."""
