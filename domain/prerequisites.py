"""What a chain, a template or an agent waits for: gates, as those of stages are."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from domain.enums import AgentType, ChainType, JourneyStage, LaunchStatus, PartnerTier
from domain.facts import CompanyFacts, ProductFacts
from domain.fixes import recheck
from domain.gates import way_to
from domain.launch_gates import way_to_market
from domain.policy import Policy
from domain.refusals import Fix, Gate, GateStatus
from domain.stages import STAGES
from domain.templates import CATALOGUE

PASS, FAIL, WARN = GateStatus.PASS, GateStatus.FAIL, GateStatus.WARN
TIERS, STATUSES = tuple(PartnerTier), tuple(LaunchStatus)
WORKED_ON = STATUSES[STATUSES.index(LaunchStatus.DEVELOPMENT) : STATUSES.index(LaunchStatus.SUNSET)]


@dataclass(frozen=True, slots=True)
class Looking:
    """`product` is the one that is meant; None: any of the company."""

    facts: CompanyFacts
    policy: Policy
    today: date
    product: ProductFacts | None = None

    @property
    def meant(self) -> tuple[ProductFacts, ...]:
        return self.facts.products if self.product is None else (self.product,)


def of_chain(chain_type: ChainType, looking: Looking) -> tuple[Gate, ...]:
    return tuple(check(looking) for check in CHAINS[chain_type])


def of_template(slug: str, looking: Looking) -> tuple[Gate, ...]:
    """Those of the chain that it belongs to; that its agent works in the stage is only warned of."""
    template, chain_type = CATALOGUE[slug]
    [agent] = of_agent(template.agent, looking)
    status = PASS if agent.status is PASS else WARN
    return (*of_chain(chain_type, looking), Gate(agent.code, agent.label, status, agent.detail, agent.fix))


def of_agent(agent: AgentType, looking: Looking) -> tuple[Gate, ...]:
    label, facts, stages = "The agent has work in this stage", looking.facts, looking.policy.agents.stages
    if agent in stages.get(facts.stage, ()):
        return (Gate("AGENT_STAGE", label, PASS, f"{agent.name} works in {facts.stage.name}."),)
    working = [stage for stage in STAGES if agent in stages.get(stage, ())]
    named = ", ".join(stage.name for stage in working) or "no stage"
    detail = f"{agent.name} has no work in {facts.stage.name}; it works in {named}."
    return (Gate("AGENT_STAGE", label, FAIL, detail, _towards(looking, tuple(working))),)


def _stage(*stages: JourneyStage) -> "Check":
    def check(looking: Looking) -> Gate:
        label, facts = f"In {' or '.join(stage.name for stage in stages)}", looking.facts
        status = PASS if facts.stage in stages else FAIL
        fix = None if status is PASS else _towards(looking, stages)
        return Gate("STAGE", label, status, f"The company is in {facts.stage.name}.", fix, (("company", facts.ref),))

    return check


def _towards(looking: Looking, stages: tuple[JourneyStage, ...]) -> Fix | None:
    """One step ahead, or what has to come before it, where one of the stages lies ahead."""
    here = STAGES.index(looking.facts.stage)
    if not any(STAGES.index(stage) > here for stage in stages):
        return None
    return way_to(looking.facts, STAGES[here + 1], looking.policy, looking.today)


def _tier(looking: Looking) -> Gate:
    facts = looking.facts
    met = facts.tier is not None and TIERS.index(facts.tier) >= TIERS.index(PartnerTier.SELECT)
    fix = None if met else Fix("companyChangeTier", {"companyId": facts.ref, "to": PartnerTier.SELECT.name})
    shown = "none" if facts.tier is None else facts.tier.name
    return Gate("TIER", "Select tier or better", PASS if met else FAIL, f"The tier is {shown}.", fix)


def _partner_id(looking: Looking) -> Gate:
    facts = looking.facts
    met = bool(facts.aws_partner_id)
    fix = None if met else Fix("companyUpdate", {"companyId": facts.ref})
    detail = f"It is {facts.aws_partner_id}." if met else "It is missing."
    return Gate("APN_ID", "AWS partner id known", PASS if met else FAIL, detail, fix)


def _worked_on(looking: Looking) -> Gate:
    label = "A product in development or beyond"
    found = next((each for each in looking.meant if each.launch_status in WORKED_ON), None)
    if found is not None:
        detail = f"“{found.name}” is in {found.launch_status.name}."
        return Gate("PRODUCT_STATUS", label, PASS, detail, None, (("product", found.ref),))
    idea = next((each for each in looking.meant if each.launch_status is LaunchStatus.IDEATION), None)
    if idea is not None:
        args = {"productId": idea.ref, "to": LaunchStatus.DEVELOPMENT.name}
        return Gate("PRODUCT_STATUS", label, FAIL, f"“{idea.name}” is an idea.", Fix("productTransitionStatus", args))
    fix = Fix("productCreate", {"companyId": looking.facts.ref}) if looking.product is None else None
    return Gate("PRODUCT_STATUS", label, FAIL, "There is none.", fix)


def _ready_to_co_sell(looking: Looking) -> Gate:
    label, facts = "In SCALE or beyond, or in POST_LAUNCH with a first customer", looking.facts
    bought = bool(facts.first_customers or facts.health)
    met = facts.stage in (JourneyStage.SCALE, JourneyStage.CO_SELL)
    met = met or (facts.stage is JourneyStage.POST_LAUNCH and bought)
    detail = f"The company is in {facts.stage.name}, {'with' if bought else 'without'} a customer."
    if met:
        return Gate("STAGE", label, PASS, detail)
    if facts.stage is JourneyStage.POST_LAUNCH:
        fix: Fix | None = Fix("eventRecord", {"companyId": facts.ref, "firstCustomer": {}})
    else:
        fix = _towards(looking, (JourneyStage.SCALE,))
    return Gate("STAGE", label, FAIL, detail, fix)


def _open_findings(looking: Looking) -> Gate:
    label, facts, product = "Open findings to remedy", looking.facts, looking.product
    reports = [each for of, each in facts.latest if each.open_items and (product is None or of == product.id)]
    count = sum(report.open_items for report in reports)
    if count:
        evidence = tuple(("compliance_report", report.ref) for report in reports)
        return Gate("FINDINGS", label, PASS, f"{count} are open.", None, evidence)
    fix = recheck(facts.ref, None if product is None else product.ref)
    return Gate("FINDINGS", label, FAIL, "The newest reports leave none open.", fix)


def _live(looking: Looking) -> Gate:
    label = "A listing is live"
    live = next((each for each in looking.meant if each.is_live), None)
    if live is not None:
        return Gate("LISTED", label, PASS, f"“{live.name}” is.", None, (("product", live.ref),))
    fix = way_to_market(looking.meant, looking.policy, looking.today)
    return Gate("LISTED", label, FAIL, "None is.", fix)


Check = Callable[[Looking], Gate]
CHAINS: dict[ChainType, tuple[Check, ...]] = {
    ChainType.MDF_APPLICATION: (_stage(*STAGES[STAGES.index(JourneyStage.LAUNCH) :]), _tier, _partner_id),
    ChainType.LISTING_CREATION: (_stage(JourneyStage.PRE_LIST, JourneyStage.LAUNCH), _worked_on),
    ChainType.CO_SELL_PREP: (_ready_to_co_sell,),
    ChainType.CONTENT_CAMPAIGN: (_live,),
    ChainType.COMPLIANCE_REMEDIATION: (_open_findings,),
    ChainType.CUSTOM: (),
}
"""What a chain of each type waits for."""
