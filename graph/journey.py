"""What a company waits for, as the caller sees it: facts of a level are loaded at once, and the rules judge them."""

from collections.abc import Callable
from typing import Any

from domain import prerequisites
from domain.actors import may_write
from domain.enums import AgentType, ChainType, JourneyStage, LaunchStatus
from domain.facts import CompanyFacts, ProductFacts
from domain.gates import stage_gates
from domain.launch_gates import launch_gates
from domain.launch_outlook import AllowedLaunch, of_status
from domain.launch_outlook import transitions as launches
from domain.outlook import READ_ONLY, AllowedTransition, Outlook, of_stage
from domain.outlook import transitions as all_transitions
from domain.refusals import Gate, NotFound
from domain.stages import STAGES
from domain.templates import CATALOGUE
from graph.fields import Info

Chosen = ProductFacts | None
"""The product that is meant; None: any of the company."""


async def company(info: Info, key: int) -> CompanyFacts | None:
    return await info.context.loaders.company_facts(info.context.writer.clock()).load(key)


async def is_writable(info: Info, key: int) -> bool:
    rank = info.context.actor.rank
    return may_write(rank, None) or may_write(rank, await info.context.loaders.roles().load(key))


async def _standing(info: Info, key: int) -> dict[str, Any]:
    """Whether the caller may write the company, and what an agent was granted to do with it."""
    actor = info.context.actor
    if actor.agent_id is None:
        return {"may_write": await is_writable(info, key)}
    now = info.context.writer.clock()
    granted = await info.context.loaders.granted(actor.agent_id, now).load(key)
    return {"may_write": await is_writable(info, key), "granted": granted}


async def gates(info: Info, key: int, to: JourneyStage | None) -> Any:
    facts = await company(info, key)
    if facts is None:
        return []
    following = STAGES[STAGES.index(facts.stage) + 1 :]
    aim = to or next(iter(following), facts.stage)
    return list(stage_gates(facts, aim, info.context.writer.policy, info.context.writer.clock().date()))


async def transitions(info: Info, key: int) -> Any:
    facts, writer = await company(info, key), info.context.writer
    if facts is None:
        return []
    found: list[AllowedTransition] = all_transitions(
        facts, info.context.actor, writer.policy, writer.clock().date(), **await _standing(info, key)
    )
    return found


async def to_stage(info: Info, facts: CompanyFacts, to: JourneyStage) -> Outlook:
    writer, actor = info.context.writer, info.context.actor
    return of_stage(facts, to, actor, writer.policy, writer.clock().date(), **await _standing(info, facts.id))


async def product_gates(info: Info, key: int, to: LaunchStatus) -> Any:
    found, writer = await product(info, key), info.context.writer
    return [] if found is None else list(launch_gates(found, to, writer.policy, writer.clock().date()))


async def product_transitions(info: Info, key: int) -> Any:
    found, writer, actor = await product(info, key), info.context.writer, info.context.actor
    if found is None:
        return []
    standing = await _standing(info, found.company_id)
    made: list[AllowedLaunch] = launches(found, actor, writer.policy, writer.clock().date(), **standing)
    return made


async def to_status(info: Info, of: ProductFacts, to: LaunchStatus) -> Outlook:
    writer, actor = info.context.writer, info.context.actor
    standing = await _standing(info, of.company_id)
    return of_status(of, to, actor, writer.policy, writer.clock().date(), **standing)


async def product(info: Info, key: int) -> ProductFacts | None:
    return await info.context.loaders.product_facts(info.context.writer.clock()).load(key)


async def of_chain(info: Info, facts: CompanyFacts, chain_type: ChainType, product: Chosen) -> Outlook:
    return await _judged(info, facts, product, lambda looking: prerequisites.of_chain(chain_type, looking))


async def of_template(info: Info, facts: CompanyFacts, slug: str, product: Chosen) -> Outlook:
    if slug not in CATALOGUE:
        return Outlook((), UNKNOWN_TEMPLATE)
    return await _judged(info, facts, product, lambda looking: prerequisites.of_template(slug, looking))


async def of_agent(info: Info, facts: CompanyFacts, agent: AgentType) -> Outlook:
    return await _judged(info, facts, None, lambda looking: prerequisites.of_agent(agent, looking))


async def _judged(
    info: Info, facts: CompanyFacts, product: Chosen, judge: Callable[[prerequisites.Looking], tuple[Gate, ...]]
) -> Outlook:
    """All of it is work on the company, which only those do who may write it."""
    writer = info.context.writer
    gates = judge(prerequisites.Looking(facts, writer.policy, writer.clock().date(), product))
    return Outlook(gates, None if await is_writable(info, facts.id) else READ_ONLY)


UNKNOWN_TEMPLATE = NotFound("There is no such template in the catalogue.", "UNKNOWN_TEMPLATE", ("for",))
UNKNOWN_PRODUCT = NotFound("There is no such product of this company.", "NOT_FOUND", ("for",))
