"""Candidates for advice: what might be done, before it is weighed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from domain.enums import AgentType, JourneyStage, Severity
from domain.facts import CompanyFacts, ProductFacts
from domain.gates import stage_gates
from domain.policy import Policy
from domain.refusals import Fix, Gate
from domain.stages import STAGES
from domain.waiting import Waiting

NO_CALL = "No call of this API does it."


@dataclass(frozen=True, slots=True)
class Candidate:
    """`kind` and `target`, a type and an id, tell one from another. `blocking` is 0 to 1: how much the next stage waits
    for it, and `blocks` says so in words. `unblocks` counts what else it sets free, and `frees` says so. `call` is what
    does it, where one can."""

    kind: str
    target: tuple[str, str]
    code: str
    title: str
    call: Fix | None = None
    blocking: float = 0
    blocks: str = ""
    severity: Severity | None = None
    due_at: datetime | None = None
    unblocks: int = 0
    frees: str = ""
    notes: tuple[str, ...] = ()
    stage: JourneyStage | None = None
    confidence: float | None = 1.0
    template_slug: str | None = None
    agent_type: AgentType | None = None

    @property
    def id(self) -> str:
        return ":".join((self.kind, *self.target))


@dataclass(frozen=True, slots=True)
class View:
    """What is looked at. `to` is the next stage, if there is one, and `gates` are those on the way there."""

    facts: CompanyFacts
    waiting: Waiting
    policy: Policy
    now: datetime
    to: JourneyStage | None
    gates: tuple[Gate, ...]

    @property
    def today(self) -> date:
        return self.now.date()

    def product(self, ref: object) -> ProductFacts | None:
        return next((each for each in self.facts.products if each.ref == ref), None)


def look(facts: CompanyFacts, waiting: Waiting, policy: Policy, now: datetime) -> View:
    """In one order, whatever order things were read in; what has run out is not waiting any more."""
    facts, waiting = _in_order(facts), _waiting_still(waiting, now)
    following = STAGES[STAGES.index(facts.stage) + 1 :]
    to = following[0] if following else None
    gates = () if to is None else stage_gates(facts, to, policy, now.date())
    return View(facts, waiting, policy, now, to, gates)


def _in_order(facts: CompanyFacts) -> CompanyFacts:
    """The order of a product's tasks, and of what a blocker waits for, is their writer's."""
    products = (
        replace(
            each,
            blockers=tuple(sorted(each.blockers, key=lambda blocker: blocker.id)),
            health=tuple(sorted(each.health)),
        )
        for each in facts.products
    )
    return replace(
        facts,
        blockers=tuple(sorted(facts.blockers, key=lambda blocker: blocker.id)),
        milestones=tuple(sorted(facts.milestones)),
        products=tuple(sorted(products, key=lambda product: product.id)),
        kit=tuple(sorted(facts.kit)),
        health=tuple(sorted(facts.health)),
        first_customers=tuple(sorted(facts.first_customers)),
    )


def _waiting_still(waiting: Waiting, now: datetime) -> Waiting:
    def still(expires_at: datetime | None) -> bool:
        return expires_at is None or expires_at > now

    return Waiting(
        chains=tuple(sorted(waiting.chains, key=lambda each: each.ref)),
        handoffs=tuple(sorted((each for each in waiting.handoffs if still(each.expires_at)), key=lambda h: h.ref)),
        approvals=tuple(sorted((each for each in waiting.approvals if still(each.expires_at)), key=lambda a: a.ref)),
        entitlements=tuple(
            sorted((each for each in waiting.entitlements if still(each.expires_at)), key=lambda e: e.ref)
        ),
    )


def merged(candidates: Iterable[Candidate]) -> list[Candidate]:
    """One for each kind and target: what was found first, with the strongest reasons of all of them."""
    found: dict[str, Candidate] = {}
    for candidate in candidates:
        known = found.get(candidate.id)
        found[candidate.id] = candidate if known is None else _both(known, candidate)
    return list(found.values())


def _both(one: Candidate, other: Candidate) -> Candidate:
    order = list(Severity)
    severities = [each.severity for each in (one, other) if each.severity is not None]
    dates = [each.due_at for each in (one, other) if each.due_at is not None]
    stronger, weaker = sorted((one, other), key=lambda each: -each.blocking)
    also = (weaker.blocks,) if weaker.blocks and weaker.blocking == stronger.blocking else ()
    freer = max(one, other, key=lambda each: each.unblocks)
    return replace(
        one,
        blocking=stronger.blocking,
        blocks=stronger.blocks,
        severity=min(severities, key=order.index, default=None),
        due_at=min(dates, default=None),
        unblocks=freer.unblocks,
        frees=freer.frees,
        notes=tuple(dict.fromkeys((*also, *one.notes, *other.notes))),
    )


def behind(waits_for: Iterable[tuple[str, Iterable[str]]]) -> dict[str, list[str]]:
    """The other way round: by what is waited for."""
    found: dict[str, list[str]] = {}
    for id_, others in waits_for:
        for other in others:
            found.setdefault(other, []).append(id_)
    return found


def set_free(id_: str, waiting: Mapping[str, Iterable[str]]) -> int:
    """How many wait for this one, directly or behind others."""
    found: set[str] = set()
    todo = [id_]
    while todo:
        new = set(waiting.get(todo.pop(), ())) - found - {id_}
        found |= new
        todo += new
    return len(found)


def counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
