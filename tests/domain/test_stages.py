"""The stage machine: every move by every kind of actor, and what a long journey adds up to."""

from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domain import stages
from domain.actors import Actor
from domain.enums import JourneyStage, TriggeredBy
from domain.event_data import StageTransitionData
from domain.policy import DEFAULT
from domain.refusals import Forbidden, Gate, GatesFailed, GateStatus, Refused, ValidationFailed
from domain.stages import STAGES, Move, Transition
from domain.times import iso
from tests.domain.people import AGENT, ALL, MANAGER, MANAGERS_AGENT, NOW, PERSON, SYSTEM, WEBHOOK, refusal

PAIRS = list(product(STAGES, STAGES))
REASON = "the partner asked for it"
LAUNCH, SCALE = JourneyStage.LAUNCH, JourneyStage.SCALE


def move(
    current: JourneyStage,
    to: JourneyStage,
    actor: Actor = MANAGER,
    reason: str | None = REASON,
    milestones: dict[str, Any] | None = None,
    started: datetime | None = None,
) -> Transition:
    return attempt(current, to, actor, reason, milestones or {}, started)


def attempt(
    current: JourneyStage, to: JourneyStage, actor: Actor, reason: str | None, milestones: dict[str, Any],
    started: datetime | None, now: datetime = NOW, closed: tuple[Gate, ...] = (), force: bool = False,
) -> Transition:  # fmt: skip
    """What an action does with the rules."""
    stages.check(current, to, reason=reason, force=force, actor=actor, policy=DEFAULT.stages)
    return stages.transition(
        current, to, milestones=milestones, journey_started_at=started, reason=reason, now=now, closed=closed,
        force=force,
    )  # fmt: skip


CLOSED = (Gate("GOALS", "Goals set", GateStatus.FAIL, "Missing."), Gate("APN_ID", "Id", GateStatus.FAIL, "Missing."))


def forced(to: JourneyStage = SCALE, actor: Actor = MANAGER, reason: str | None = REASON, closed: Any = CLOSED) -> Any:
    return attempt(LAUNCH, to, actor, reason, {}, None, closed=closed, force=True)


@pytest.mark.parametrize("to", [JourneyStage.POST_LAUNCH, SCALE])
def test_a_refusal_lists_every_closed_gate(to: JourneyStage) -> None:
    problem = refusal(lambda: attempt(LAUNCH, to, MANAGER, REASON, {}, None, closed=CLOSED))
    assert isinstance(problem, GatesFailed)
    assert (problem.gates, problem.path) == (CLOSED, ("to",))


def test_a_manager_forces_and_the_event_keeps_which_gates_were_closed() -> None:
    made = forced()
    assert (made.data.forced, made.data.overridden_gates) == (True, ("GOALS", "APN_ID"))
    assert not forced(closed=()).data.forced


@pytest.mark.parametrize("actor", [each for each in ALL if each is not MANAGER], ids=lambda actor: actor.scope)
@pytest.mark.parametrize("to", [JourneyStage.POST_LAUNCH, SCALE])
def test_nobody_else_forces(actor: Actor, to: JourneyStage) -> None:
    assert forced(to).data.forced
    assert refusal(lambda: forced(to, actor)).code == "MANAGER_REQUIRED"


@pytest.mark.parametrize("reason", ["", "x" * 9, " " * 20])
def test_who_forces_says_why_at_length(reason: str) -> None:
    to = JourneyStage.POST_LAUNCH
    assert forced(to, reason="x" * 10).data.forced
    assert refusal(lambda: forced(to, reason=reason)).code == "REASON_TOO_SHORT"


def kind_of(current: JourneyStage, to: JourneyStage) -> Move:
    """Said in other words than the code's."""
    if current is to:
        return Move.SAME
    if to in STAGES[: STAGES.index(current)]:
        return Move.REGRESS
    return Move.ADVANCE if STAGES[STAGES.index(current) + 1] is to else Move.SKIP


def may(actor: Actor, kind: Move) -> bool:
    if kind in (Move.ADVANCE, Move.SAME):
        return True
    return actor is MANAGER or (actor is SYSTEM and kind is Move.REGRESS)


@pytest.mark.parametrize(("current", "to"), PAIRS)
def test_every_pair_is_one_kind_of_move(current: JourneyStage, to: JourneyStage) -> None:
    made = move(current, to)
    assert made.move is stages.classify(current, to) is kind_of(current, to)
    assert (made.from_stage, made.to_stage) == (current, to)


def test_there_are_15_ways_back_5_steps_10_jumps_and_6_that_lead_nowhere() -> None:
    found = [stages.classify(*pair) for pair in PAIRS]
    assert [found.count(each) for each in Move] == [5, 10, 15, 6]


@pytest.mark.parametrize("actor", ALL, ids=lambda actor: actor.scope)
@pytest.mark.parametrize(("current", "to"), PAIRS)
def test_who_may_make_which_move(current: JourneyStage, to: JourneyStage, actor: Actor) -> None:
    if may(actor, kind_of(current, to)):
        assert move(current, to, actor).to_stage is to
        return
    problem = refusal(lambda: move(current, to, actor))
    assert isinstance(problem, Forbidden)
    assert (problem.code, problem.path) == ("MANAGER_REQUIRED", ("to",))


@pytest.mark.parametrize("actor", [PERSON, AGENT, MANAGERS_AGENT, WEBHOOK], ids=lambda actor: actor.scope)
def test_who_may_not_jump_is_told_where_to_go_instead(actor: Actor) -> None:
    assert "The next stage is POST_LAUNCH." in refusal(lambda: move(LAUNCH, SCALE, actor)).message


@pytest.mark.parametrize("reason", [None, "", "  \n"])
@pytest.mark.parametrize("to", [JourneyStage.CO_SELL, JourneyStage.DISCOVERY])
def test_a_jump_and_a_way_back_need_a_reason(to: JourneyStage, reason: str | None) -> None:
    assert move(LAUNCH, to, reason=f" {REASON} ").data.reason == REASON
    problem = refusal(lambda: move(LAUNCH, to, reason=reason))
    assert isinstance(problem, ValidationFailed)
    assert (problem.code, problem.path) == ("REASON_REQUIRED", ("reason",))


@pytest.mark.parametrize("actor", ALL, ids=lambda actor: actor.scope)
def test_a_step_needs_no_reason(actor: Actor) -> None:
    assert move(LAUNCH, JourneyStage.POST_LAUNCH, actor, None).data.reason is None


@pytest.mark.parametrize("to", STAGES)
def test_a_reason_has_an_end(to: JourneyStage) -> None:
    longest = "é" * stages.LONGEST_REASON
    assert move(LAUNCH, to, reason=longest).data.reason == longest
    assert refusal(lambda: move(LAUNCH, to, reason=longest + "é")).code == "TOO_LONG"


def test_without_rights_the_reason_does_not_matter() -> None:
    assert refusal(lambda: move(LAUNCH, SCALE, PERSON, None)).code == "MANAGER_REQUIRED"


def test_a_jump_names_what_it_jumps_over_and_completes_only_where_it_starts() -> None:
    made = move(JourneyStage.PRE_LIST, SCALE, milestones={"discovery": "2026-01-01T00:00:00Z"})
    assert made.data.skipped_stages == (JourneyStage.LAUNCH, JourneyStage.POST_LAUNCH)
    assert made.milestones == {"discovery": "2026-01-01T00:00:00Z", "pre_list": iso(NOW)}


def test_a_way_back_takes_back_what_was_completed_from_there_on() -> None:
    done = {stage.value: "2026-01-01T00:00:00Z" for stage in STAGES[:4]}
    assert list(move(SCALE, LAUNCH, milestones=done).milestones) == ["discovery", "pre_list"]


def test_what_others_keep_among_the_milestones_stays_there() -> None:
    kept = {"kick_off": {"by": "someone"}, "": None}
    for to in STAGES:
        assert kept.items() <= move(LAUNCH, to, milestones=kept).milestones.items()


def test_the_document_that_is_given_is_not_changed() -> None:
    given = {"discovery": "2026-01-01T00:00:00Z"}
    for to in STAGES:
        move(LAUNCH, to, milestones=given)
    assert given == {"discovery": "2026-01-01T00:00:00Z"}


def test_the_journey_starts_when_discovery_is_left() -> None:
    for to in STAGES[1:]:
        assert move(JourneyStage.DISCOVERY, to).journey_started_at == NOW
    assert move(JourneyStage.DISCOVERY, JourneyStage.DISCOVERY).journey_started_at is None
    assert move(LAUNCH, SCALE).journey_started_at is None


def test_the_journey_starts_once() -> None:
    before = NOW - timedelta(days=100)
    for current, to in PAIRS:
        assert move(current, to, started=before).journey_started_at == before


def test_text_that_names_no_stage_is_none() -> None:
    assert stages.stage_or_none("launch") is LAUNCH
    assert [stages.stage_or_none(text) for text in (None, "", "LAUNCH", "elsewhere")] == [None] * 4


Told = tuple[JourneyStage, JourneyStage, dict[str, Any], datetime]


def fold(events: list[Told]) -> tuple[JourneyStage, dict[str, str]]:
    """Stage and milestones from what the events hold, and from nothing else."""
    stage, milestones = JourneyStage.DISCOVERY, {}
    for from_stage, to_stage, stored, at in events:
        assert from_stage is stage
        data = StageTransitionData.model_validate(stored)
        if data.kind == "REGRESS":
            milestones = {
                name: when for name, when in milestones.items() if STAGES.index(name) < STAGES.index(to_stage)
            }
        else:
            assert STAGES.index(to_stage) == STAGES.index(stage) + len(data.skipped_stages) + 1
            milestones[from_stage] = iso(at)
        stage = to_stage
    return stage, milestones


class Journey(RuleBasedStateMachine):
    """A company that anybody tries to move anywhere, at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.stage = JourneyStage.DISCOVERY
        self.milestones: dict[str, Any] = {}
        self.started: datetime | None = None
        self.now = NOW
        self.events: list[Told] = []

    @rule(
        to=st.sampled_from(STAGES),
        actor=st.sampled_from(ALL),
        reason=st.none() | st.text(max_size=20),
        seconds=st.integers(0, 10**6),
    )
    def tries(self, to: JourneyStage, actor: Actor, reason: str | None, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        kind = kind_of(self.stage, to)
        try:
            made = attempt(self.stage, to, actor, reason, self.milestones, self.started, self.now)
        except Refused:
            reasoned = bool(reason and reason.strip())
            assert not (may(actor, kind) and (reasoned or kind in (Move.ADVANCE, Move.SAME)))
            return
        assert made.move is kind
        assert may(actor, kind)
        self._keep(made)

    def _keep(self, made: Transition) -> None:
        if made.move is Move.SAME:
            assert (made.milestones, made.journey_started_at) == (self.milestones, self.started)
            return
        assert self.started in (None, made.journey_started_at)
        self.events.append((made.from_stage, made.to_stage, made.data.stored(), self.now))
        self.stage, self.milestones, self.started = made.to_stage, made.milestones, made.journey_started_at

    @invariant()
    def only_what_lies_behind_is_completed(self) -> None:
        assert set(self.milestones) <= set(STAGES[: STAGES.index(self.stage)])

    @invariant()
    def the_journey_has_started_if_anything_has_happened(self) -> None:
        assert self.started == (self.events[0][3] if self.events else None)

    @invariant()
    def the_events_tell_the_whole_story(self) -> None:
        assert fold(self.events) == (self.stage, self.milestones)


class TestJourney(Journey.TestCase):
    settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


def test_the_system_may_go_back_only() -> None:
    assert move(SCALE, LAUNCH, SYSTEM).move is Move.REGRESS
    assert SYSTEM.kind is TriggeredBy.SYSTEM
    assert refusal(lambda: move(LAUNCH, SCALE, SYSTEM)).code == "MANAGER_REQUIRED"
