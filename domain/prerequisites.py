"""What a chain, a template or an agent waits for: gates, as those of stages are."""

from collections.abc import Callable

from domain.enums import AgentType, ChainType, JourneyStage, LaunchStatus, PartnerTier
from domain.facts import CompanyFacts, ProductFacts
from domain.fixes import recheck
from domain.policy import Policy
from domain.refusals import Fix, Gate, GateStatus
from domain.stages import STAGES
from domain.templates import CATALOGUE

PASS, FAIL, WARN = GateStatus.PASS, GateStatus.FAIL, GateStatus.WARN
TIERS, STATUSES = tuple(PartnerTier), tuple(LaunchStatus)
WORKED_ON = STATUSES[STATUSES.index(LaunchStatus.DEVELOPMENT) : STATUSES.index(LaunchStatus.SUNSET)]
Chosen = ProductFacts | None
"""The product that is meant; None: any of the company."""


def of_chain(chain_type: ChainType, facts: CompanyFacts, product: Chosen = None) -> tuple[Gate, ...]:
    return tuple(check(facts, product) for check in CHAINS[chain_type])


def of_template(slug: str, facts: CompanyFacts, policy: Policy, product: Chosen = None) -> tuple[Gate, ...] | None:
    """Those of the chain that it belongs to; that its agent works in the stage is only warned of. None: no such one."""
    if slug not in CATALOGUE:
        return None
    template, chain_type = CATALOGUE[slug]
    [agent] = of_agent(template.agent, facts, policy)
    status = PASS if agent.status is PASS else WARN
    return (*of_chain(chain_type, facts, product), Gate(agent.code, agent.label, status, agent.detail, agent.fix))


def of_agent(agent: AgentType, facts: CompanyFacts, policy: Policy) -> tuple[Gate, ...]:
    label, working = "The agent has work in this stage", policy.agents.stages.get(facts.stage, ())
    if agent in working:
        return (Gate("AGENT_STAGE", label, PASS, f"{agent.name} works in {facts.stage.name}."),)
    stages = [stage for stage in STAGES if agent in policy.agents.stages.get(stage, ())]
    named = ", ".join(stage.name for stage in stages) or "no stage"
    detail = f"{agent.name} has no work in {facts.stage.name}; it works in {named}."
    return (Gate("AGENT_STAGE", label, FAIL, detail, _towards(facts, tuple(stages))),)


def _stage(*stages: JourneyStage) -> "Check":
    def check(facts: CompanyFacts, product: Chosen) -> Gate:
        label = f"In {' or '.join(stage.name for stage in stages)}"
        status = PASS if facts.stage in stages else FAIL
        fix = None if status is PASS else _towards(facts, stages)
        return Gate("STAGE", label, status, f"The company is in {facts.stage.name}.", fix, (("company", facts.ref),))

    return check


def _towards(facts: CompanyFacts, stages: tuple[JourneyStage, ...]) -> Fix | None:
    """One step ahead, where one of the stages lies ahead."""
    here = STAGES.index(facts.stage)
    if not any(STAGES.index(stage) > here for stage in stages):
        return None
    return Fix("companyTransitionStage", {"companyId": facts.ref, "to": STAGES[here + 1].name})


def _tier(facts: CompanyFacts, product: Chosen) -> Gate:
    met = facts.tier is not None and TIERS.index(facts.tier) >= TIERS.index(PartnerTier.SELECT)
    fix = None if met else Fix("companyChangeTier", {"companyId": facts.ref, "to": PartnerTier.SELECT.name})
    shown = "none" if facts.tier is None else facts.tier.name
    return Gate("TIER", "Select tier or better", PASS if met else FAIL, f"The tier is {shown}.", fix)


def _partner_id(facts: CompanyFacts, product: Chosen) -> Gate:
    met = bool(facts.aws_partner_id)
    fix = None if met else Fix("companyUpdate", {"companyId": facts.ref})
    detail = f"It is {facts.aws_partner_id}." if met else "It is missing."
    return Gate("APN_ID", "AWS partner id known", PASS if met else FAIL, detail, fix)


def _worked_on(facts: CompanyFacts, product: Chosen) -> Gate:
    label = "A product in development or beyond"
    candidates = _meant(facts, product)
    found = next((each for each in candidates if each.launch_status in WORKED_ON), None)
    if found is not None:
        detail = f"“{found.name}” is in {found.launch_status.name}."
        return Gate("PRODUCT_STATUS", label, PASS, detail, None, (("product", found.ref),))
    idea = next((each for each in candidates if each.launch_status is LaunchStatus.IDEATION), None)
    if idea is not None:
        args = {"productId": idea.ref, "to": LaunchStatus.DEVELOPMENT.name}
        return Gate("PRODUCT_STATUS", label, FAIL, f"“{idea.name}” is an idea.", Fix("productTransitionStatus", args))
    fix = Fix("productCreate", {"companyId": facts.ref}) if product is None else None
    return Gate("PRODUCT_STATUS", label, FAIL, "There is none.", fix)


def _ready_to_co_sell(facts: CompanyFacts, product: Chosen) -> Gate:
    label = "In SCALE or beyond, or in POST_LAUNCH with a first customer"
    bought = bool(facts.first_customers or facts.health)
    met = facts.stage in (JourneyStage.SCALE, JourneyStage.CO_SELL)
    met = met or (facts.stage is JourneyStage.POST_LAUNCH and bought)
    detail = f"The company is in {facts.stage.name}, {'with' if bought else 'without'} a customer."
    if met:
        return Gate("STAGE", label, PASS, detail)
    if facts.stage is JourneyStage.POST_LAUNCH:
        fix = Fix("eventRecord", {"companyId": facts.ref, "firstCustomer": {}})
    else:
        fix = Fix("companyTransitionStage", {"companyId": facts.ref, "to": STAGES[STAGES.index(facts.stage) + 1].name})
    return Gate("STAGE", label, FAIL, detail, fix)


def _open_findings(facts: CompanyFacts, product: Chosen) -> Gate:
    label = "Open findings to remedy"
    reports = [each for of, each in facts.latest if each.open_items and (product is None or of == product.id)]
    count = sum(report.open_items for report in reports)
    if count:
        evidence = tuple(("compliance_report", report.ref) for report in reports)
        return Gate("FINDINGS", label, PASS, f"{count} are open.", None, evidence)
    fix = recheck(facts.ref, None if product is None else product.ref)
    return Gate("FINDINGS", label, FAIL, "The newest reports leave none open.", fix)


def _live(facts: CompanyFacts, product: Chosen) -> Gate:
    label, candidates = "A listing is live", _meant(facts, product)
    live = next((each for each in candidates if each.is_live), None)
    if live is not None:
        return Gate("LISTED", label, PASS, f"“{live.name}” is.", None, (("product", live.ref),))
    near = (LaunchStatus.PRE_LAUNCH, LaunchStatus.SOFT_LAUNCH)
    coming = next((each for each in candidates if each.launch_status in near), None)
    fix = None
    if coming is not None:
        fix = Fix("productTransitionStatus", {"productId": coming.ref, "to": LaunchStatus.GA.name})
    return Gate("LISTED", label, FAIL, "None is.", fix)


def _meant(facts: CompanyFacts, product: Chosen) -> tuple[ProductFacts, ...]:
    return facts.products if product is None else (product,)


Check = Callable[[CompanyFacts, Chosen], Gate]
CHAINS: dict[ChainType, tuple[Check, ...]] = {
    ChainType.MDF_APPLICATION: (_stage(*STAGES[STAGES.index(JourneyStage.LAUNCH) :]), _tier, _partner_id),
    ChainType.LISTING_CREATION: (_stage(JourneyStage.PRE_LIST, JourneyStage.LAUNCH), _worked_on),
    ChainType.CO_SELL_PREP: (_ready_to_co_sell,),
    ChainType.CONTENT_CAMPAIGN: (_live,),
    ChainType.COMPLIANCE_REMEDIATION: (_open_findings,),
    ChainType.CUSTOM: (),
}
"""What a chain of each type waits for."""
