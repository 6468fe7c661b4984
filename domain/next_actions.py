"""What a company should do next: candidates, weighed by one formula and explained. The same facts give the same advice
all day long, whoever asks and in whatever order things were read."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from pydantic import BaseModel

from domain import advice_journey as journey
from domain import advice_waiting as waits
from domain.candidate import Candidate, View, counted, look, merged
from domain.dismissals import standing
from domain.documents import KEPT, Dismissal, NextAction, NextActions, PriorityTerm, Reference, read
from domain.enums import Severity
from domain.facts import CompanyFacts
from domain.policy import ActionPolicy, Policy
from domain.waiting import Waiting

VERSION = 3
"""Of these rules. What older ones have stored is stale."""
SOURCES: tuple[Callable[[View], Iterator[Candidate]], ...] = (
    journey.gates, journey.move, journey.blockers, journey.tasks, journey.launches,
    waits.chains, waits.handoffs, waits.approvals, waits.customers,
)  # fmt: skip
"""Where advice comes from. Of what two of them find, the first one's words are kept."""


def known(facts: CompanyFacts, waiting: Waiting, policy: Policy, now: datetime) -> list[str]:
    """The ids of all that might be done, what matters most first."""
    return [each.candidate.id for each in _weighed(look(facts, waiting, policy, now))]


def recommend(
    facts: CompanyFacts, waiting: Waiting, policy: Policy, now: datetime, dismissed: Sequence[Dismissal] = ()
) -> NextActions:
    """The best of it, without what is dismissed."""
    view = look(facts, waiting, policy, now)
    kept = standing(dismissed, now)
    hidden = {each.id for each in kept}
    best = [each for each in _weighed(view) if each.candidate.id not in hidden][: policy.actions.most]
    return NextActions(
        generated_at=now,
        input_hash=fingerprint(view),
        version=VERSION,
        actions=tuple(_action(each, view) for each in best),
        dismissed=kept,
    )


def stored(raw: Any, new: NextActions) -> dict[str, Any] | None:
    """What belongs into the column; None where that is there already. What others have stored in another form is kept
    beside it."""
    old = read(NextActions, raw)
    if old is not None and _inputs(old) == _inputs(new):
        return None
    if old is None:
        return ({KEPT: raw} if raw else {}) | new.stored()
    return {**raw, **new.stored()}


def _inputs(document: NextActions) -> tuple[Any, ...]:
    return document.input_hash, document.version, document.dismissed


def is_stale(document: NextActions, now: datetime) -> bool:
    """Whether it is of another day, or of other rules."""
    return document.generated_at.date() != now.date() or document.version != VERSION


@dataclass(frozen=True, slots=True)
class Term:
    """`value` is 0 to 1, `points` its share of the priority, and `words` say why."""

    name: str
    value: float
    points: float
    words: str


@dataclass(frozen=True, slots=True)
class Weighed:
    """`terms` have the strongest first."""

    candidate: Candidate
    terms: list[Term]
    priority: float


def _weighed(view: View) -> list[Weighed]:
    found = []
    for candidate in merged(each for source in SOURCES for each in source(view)):
        terms = sorted(_terms(candidate, view.policy.actions, view.today), key=lambda term: -term.points)
        found.append(Weighed(candidate, terms, min(100.0, round(sum(term.points for term in terms), 2))))
    return sorted(found, key=lambda each: (-each.priority, each.candidate.id))


def _terms(candidate: Candidate, rules: ActionPolicy, today: date) -> Iterator[Term]:
    def term(name: str, weight: float, value: float, words: str) -> Term:
        return Term(name, round(value, 4), round(100 * weight * value, 2), words)

    yield term("gate_blocking", rules.gate_weight, candidate.blocking, candidate.blocks)
    grave = candidate.severity
    words = "" if grave is None else f"Its severity is {grave.name}."
    yield term("severity", rules.severity_weight, severity_term(grave), words)
    due, words = _urgency(candidate.due_at, today, rules.urgency_days)
    yield term("due_urgency", rules.urgency_weight, due, words)
    # Nothing tells yet what helped others.
    yield term("history_lift", rules.history_weight, 0, "")
    n = candidate.unblocks
    yield term("unblocks", rules.unblocks_weight, n / (n + 1), candidate.frees)


def _action(weighed: Weighed, view: View) -> NextAction:
    candidate, call = weighed.candidate, weighed.candidate.call
    reasons = (term.words for term in weighed.terms if term.points > 0)
    return NextAction(
        id=candidate.id,
        action_code=candidate.code,
        title=candidate.title,
        why=tuple(dict.fromkeys((*reasons, *candidate.notes))),
        kind=candidate.kind,
        target=Reference(type=candidate.target[0], id=candidate.target[1]),
        mutation=None if call is None else call.mutation,
        args={} if call is None else call.args,
        priority=weighed.priority,
        terms=tuple(PriorityTerm(name=each.name, value=each.value, points=each.points) for each in weighed.terms),
        stage=candidate.stage,
        due_at=candidate.due_at,
        confidence=candidate.confidence,
        template_slug=candidate.template_slug,
        agent_type=candidate.agent_type,
        expires_at=view.now + timedelta(hours=view.policy.actions.lifetime_hours),
    )


def severity_term(severity: Severity | None) -> float:
    """From 1 for the worst down in even steps."""
    grades = list(Severity)
    return 0.0 if severity is None else 1 - grades.index(severity) / len(grades)


def _urgency(due_at: datetime | None, today: date, horizon: int) -> tuple[float, str]:
    if due_at is None:
        return 0.0, ""
    days = (due_at.date() - today).days
    value = min(1.0, max(0.0, 1 - days / horizon))
    if days < 0:
        return value, f"It is overdue by {counted(-days, 'day')}."
    return value, f"It is due in {counted(days, 'day')}." if days else "It is due today."


def fingerprint(view: View) -> str:
    """Of all that the advice rests on: facts, policy, rules and day. Versions of rows are none of it."""
    products = tuple(replace(each, version=0) for each in view.facts.products)
    inputs = {
        "rules": VERSION,
        "day": view.today,
        "policy": view.policy,
        "facts": replace(view.facts, version=0, products=products),
        "waiting": view.waiting,
    }
    return sha256(json.dumps(inputs, default=_plain, sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    return value.isoformat()
