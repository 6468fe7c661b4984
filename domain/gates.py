"""The gates between the stages of a company, as data: what is asked of every move, and what of each boundary.

They look at the facts alone, so that the answer to "may I?" and the mutation are the same code.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from domain.blockers import first_to_go, is_open, listed
from domain.boundaries import BOUNDARIES, Looking
from domain.documents import Blocker
from domain.enums import BlockerStatus, JourneyStage
from domain.facts import CompanyFacts
from domain.fixes import blocker_fix
from domain.policy import Policy
from domain.refusals import Fix, Gate, GateStatus, next_fix
from domain.stages import GATED, STAGES, classify

PASS, FAIL, WARN, WAIVED = GateStatus.PASS, GateStatus.FAIL, GateStatus.WARN, GateStatus.WAIVED


def stage_gates(facts: CompanyFacts, to: JourneyStage, policy: Policy, today: date) -> tuple[Gate, ...]:
    """All gates of all boundaries that a move crosses; none on the way back."""
    if classify(facts.stage, to) not in GATED:
        return ()
    looking = Looking(facts, policy, today)
    crossed = STAGES[STAGES.index(facts.stage) : STAGES.index(to) + 1]
    found = [_blockers(looking, crossed), *_milestones(looking, crossed[:-1])]
    found += [gate for before, _ in pairwise(crossed) for check in BOUNDARIES[before] for gate in check(looking)]
    return tuple(found)


def way_to(facts: CompanyFacts, to: JourneyStage, policy: Policy, today: date) -> Fix:
    """The move, or what has to come before it."""
    move = Fix("companyTransitionStage", {"companyId": facts.ref, "to": to.name})
    return next_fix(stage_gates(facts, to, policy, today)) or move


def _blockers(looking: Looking, crossed: Sequence[JourneyStage]) -> Gate:
    label, policy, facts = "No blocker in the way", looking.policy, looking.facts
    here = listed(blocker for blocker in facts.blockers if blocker.stage in crossed)
    gating = [blocker for blocker in here if blocker.severity in policy.stages.gating_severities]
    held = [blocker for blocker in gating if is_open(blocker)]
    if held:
        first = first_to_go(held[0], facts.blockers)
        product = next((each.ref for each in facts.products if each.id == first.product_id), None)
        detail = f"{len(held)} open: " + "; ".join(f"“{each.title}” ({each.severity})" for each in held)
        return Gate("BLOCKERS", label, FAIL, detail, blocker_fix(first, facts.ref, product, policy), _named(held))
    warned = [each for each in here if is_open(each) and each.severity in policy.stages.warning_severities]
    if warned:
        detail = "Open, but not in the way: " + "; ".join(f"“{each.title}” ({each.severity})" for each in warned)
        return Gate("BLOCKERS", label, WARN, detail, None, _named(warned))
    waived = [blocker for blocker in gating if blocker.status is BlockerStatus.WAIVED]
    if waived:
        return Gate("BLOCKERS", label, WAIVED, f"{len(waived)} waived.", None, _named(waived))
    return Gate("BLOCKERS", label, PASS, "None is open.")


def _named(blockers: Sequence[Blocker]) -> tuple[tuple[str, str], ...]:
    return tuple(("blocker", blocker.id) for blocker in blockers)


def _milestones(looking: Looking, left: Sequence[JourneyStage]) -> Iterator[Gate]:
    """One gate for each milestone that a stage is left with."""
    achieved = dict(looking.facts.milestones)
    for stage in left:
        for code in looking.policy.stages.required_milestones.get(stage, ()):
            name, label = f"MILESTONE_{code.upper()}", f"Milestone {code} achieved"
            if event := achieved.get(code):
                yield Gate(name, label, PASS, "It is achieved.", None, (("journey_event", event),))
            else:
                fix = Fix("milestoneAchieve", {"companyId": looking.facts.ref, "code": code})
                yield Gate(name, label, FAIL, f"{stage.name} is left with this milestone, and it is missing.", fix)
