"""What may be done to a blocker that is there, as a machine of random steps, and the steps one by one."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from domain import blocker_changes as changes
from domain import blockers
from domain.blocker_views import critical_path, summary
from domain.documents import Blocker, Reference
from domain.enums import BlockerSource, BlockerStatus, JourneyStage, Severity
from domain.policy import DEFAULT
from domain.refusals import Conflict, Fix, Forbidden, GatesFailed, Refused, ValidationFailed
from tests.domain.people import AGENT, MANAGER, MANAGERS_AGENT, NOW, PERSON, refusal
from tests.domain.test_blockers import add, blocker, document, node, resolve

OPEN, RESOLVED, WAIVED = BlockerStatus
CHECK = Reference(type="compliance_report", id="1")


def waive(raw: Any, id_: str = "a", reason: str = "not now", actor: Any = MANAGER) -> changes.Change:
    return changes.waive(raw, id_, company_id=1, reason=reason, actor=actor, now=NOW)


def reopen(raw: Any, id_: str = "a", reason: str = "it is back", actor: Any = PERSON) -> changes.Change:
    return changes.reopen(raw, id_, company_id=1, reason=reason, actor=actor)


def update(raw: Any, id_: str = "a", actor: Any = PERSON, **values: Any) -> changes.Change:
    return changes.update(raw, id_, values, company_id=1, ref=node, actor=actor, policy=DEFAULT)


def recheck(raw: Any, *passed: str) -> changes.Resolution:
    """As the action does: of what is open, and was found by a check."""
    found = (each for each in blockers.read(raw) if blockers.is_open(each) and each.source is BlockerSource.COMPLIANCE)
    ids = frozenset(each.id for each in found) & frozenset(passed)
    return changes.close(raw, ids, resolution="It passed.", ref=CHECK, actor=PERSON, now=NOW, policy=DEFAULT)


# --- waiving and reopening


@pytest.mark.parametrize("source", BlockerSource)
def test_a_manager_waives_whatever_found_it(source: BlockerSource) -> None:
    made = waive(document(blocker(source=source)), reason=" fine \n")
    assert (made.blocker.status, made.blocker.resolution, made.blocker.resolved_by) == (WAIVED, "fine", MANAGER.user_id)
    assert waive(made.document).changed == ()


@pytest.mark.parametrize("actor", [PERSON, AGENT, MANAGERS_AGENT])
def test_nobody_else_waives_or_opens_what_was_waived(actor: Any) -> None:
    assert isinstance(refusal(lambda: waive(document(blocker()), actor=actor)), Forbidden)
    waived = document(blocker(status=WAIVED))
    assert isinstance(refusal(lambda: reopen(waived, actor=actor)), Forbidden)
    assert reopen(waived, actor=MANAGER).blocker.status is OPEN


def test_what_is_resolved_is_not_waived() -> None:
    problem = refusal(lambda: waive(resolve(document(blocker())).document))
    assert isinstance(problem, Conflict)
    assert (problem.code, problem.actual) == ("BLOCKER_RESOLVED", "RESOLVED")


def test_reopening_forgets_how_it_was_closed_and_counts() -> None:
    once = reopen(resolve(document(blocker())).document)
    stored = once.document["launch"][0]
    assert {"resolved_at", "resolved_by", "resolution"} & stored.keys() == set()
    assert (stored["status"], stored["reopened_count"], stored["reopen_reason"]) == ("open", 1, "it is back")
    assert reopen(once.document).changed == ()
    assert reopen(resolve(once.document).document).blocker.reopened_count == 2


def test_it_is_not_opened_beside_one_for_the_same_cause() -> None:
    raw = document(blocker("a", code="C", status=RESOLVED), blocker("b", code="C"))
    problem = refusal(lambda: reopen(raw))
    assert isinstance(problem, Conflict)
    assert problem.code == "ALREADY_OPEN"
    assert "b" in problem.message


@pytest.mark.parametrize("step", [waive, reopen])
@pytest.mark.parametrize("words", ["", " \n", "x" * 5001])
def test_each_needs_words(step: Any, words: str) -> None:
    status = OPEN if step is waive else RESOLVED
    problem = refusal(lambda: step(document(blocker(status=status)), reason=words))
    assert isinstance(problem, ValidationFailed)
    assert problem.code == "REASON_REQUIRED"


# --- changing


def test_only_what_is_named_changes() -> None:
    made = update(document(blocker(due_at=NOW)), title="Other", due_at=None)
    assert made.blocker == blocker(title="Other")
    assert "due_at" not in made.document["launch"][0]
    assert update(made.document, title="Other").changed == ()


def test_a_circle_is_shown() -> None:
    raw = document(blocker("a"), blocker("b", blocked_by=("a",)), blocker("c", blocked_by=("b",)))
    for wrong, path in ((("c",), "a → c → b → a"), (("a",), "a → a")):
        problem = refusal(lambda wrong=wrong: update(raw, blocked_by=wrong))
        assert isinstance(problem, ValidationFailed)
        assert (problem.code, path in problem.message) == ("CYCLE", True)
    assert update(raw, "c", blocked_by=("a", "b")).changed


def test_what_comes_first_is_kept_once() -> None:
    made = update(document(blocker("a"), blocker("b"), blocker("c")), blocked_by=("c", "b", "c"))
    assert made.blocker.blocked_by == ("c", "b")
    assert update(made.document, blocked_by=("c", "b", "b")).changed == ()


@pytest.mark.parametrize("actor", [PERSON, MANAGER, AGENT, MANAGERS_AGENT])
@pytest.mark.parametrize("severity", [Severity.CRITICAL, Severity.LOW])
def test_an_agent_raises_a_severity_and_only_people_lower_it(actor: Any, severity: Severity) -> None:
    if actor in (AGENT, MANAGERS_AGENT) and severity is Severity.LOW:
        problem = refusal(lambda: update(document(blocker()), actor=actor, severity=severity))
        assert isinstance(problem, Forbidden)
        assert (problem.code, problem.path) == ("PERSON_REQUIRED", ("severity",))
        return
    assert update(document(blocker()), actor=actor, severity=severity).blocker.severity is severity


@pytest.mark.parametrize("actor", [PERSON, MANAGER, AGENT])
@pytest.mark.parametrize("severity", [Severity.CRITICAL, Severity.LOW])
def test_what_a_check_found_is_as_grave_as_the_check_says(actor: Any, severity: Severity) -> None:
    found = document(blocker(source=BlockerSource.COMPLIANCE))
    assert update(found, actor=actor, severity=Severity.HIGH, title="Other").blocker.title == "Other"
    problem = refusal(lambda: update(found, actor=actor, severity=severity, title="Other"))
    assert isinstance(problem, GatesFailed)
    fix = Fix("complianceCheckRecord", {"companyId": "Company 1"})
    assert ([(gate.code, gate.fix) for gate in problem.gates], problem.path) == ([("RECHECK", fix)], ("severity",))


def test_what_is_closed_is_not_changed() -> None:
    problem = refusal(lambda: update(document(blocker(status=RESOLVED)), title="x"))
    assert isinstance(problem, Conflict)
    assert problem.code == "BLOCKER_CLOSED"


# --- checks, age and how much it is


def test_a_recheck_closes_what_it_did_not_find_and_nothing_else() -> None:
    found = {"source": BlockerSource.COMPLIANCE}
    raw = document(blocker("a", **found), blocker("b", **found), blocker("c"), blocker("d", status=WAIVED, **found))
    made = recheck(raw, "a", "c", "d")
    assert [each.id for each in made.resolved] == ["a"]
    assert made.blocker.resolution_ref == CHECK
    assert made.unblocking == set()


def test_what_was_closed_long_ago_leaves_the_document_unless_it_is_waited_for() -> None:
    old, young = NOW - timedelta(days=91), NOW - timedelta(days=89)
    raw = document(
        blocker("old", status=RESOLVED, resolved_at=old),
        blocker("young", status=WAIVED, resolved_at=young),
        blocker("awaited", status=RESOLVED, resolved_at=old),
        blocker("open", blocked_by=("awaited",), added_at=old),
        blocker("undated", status=RESOLVED),
    )
    raw["odd"] = "text"
    kept = blockers.aged_out(raw, NOW, DEFAULT.blockers)
    assert [each.id for each in blockers.read(kept)] == ["young", "awaited", "open", "undated"]
    assert kept["odd"] == "text"


def test_there_is_an_end_to_open_ones() -> None:
    policy = DEFAULT.blockers.model_copy(update={"most_open": 2})
    raw = document(blocker("a"), blocker("b"), blocker("c", status=RESOLVED))
    with pytest.raises(Refused, match="2 open blockers"):
        blockers.add(raw, blocker("d"), policy)


def test_the_numbers() -> None:
    day = timedelta(days=1)
    found = summary(
        [
            blocker("a", severity=Severity.CRITICAL, added_at=NOW - 9 * day, due_at=NOW - day),
            blocker("b", added_at=NOW - 3 * day, reopened_count=1, due_at=NOW + day),
            blocker("c", status=RESOLVED, added_at=NOW - 2 * day, resolved_at=NOW - day),
            blocker("d", status=RESOLVED, added_at=NOW - day, resolved_at=NOW - day / 2, reopened_count=2),
            blocker("e", status=WAIVED, added_at=NOW - 20 * day, resolved_at=NOW),
        ],
        NOW,
    )
    assert (found.open, found.overdue, found.reopened, found.resolved, found.waived) == (2, 1, 2, 2, 1)
    assert (found.oldest_age_days, found.mean_hours_to_resolve) == (9, 18.0)
    assert found.by_severity == ((Severity.CRITICAL, 1), (Severity.HIGH, 1))
    assert summary([], NOW).mean_hours_to_resolve is None


def test_the_critical_path_is_what_holds_up_most() -> None:
    low, critical = {"severity": Severity.LOW}, {"severity": Severity.CRITICAL}
    found = [
        blocker("a", **low), blocker("b", blocked_by=("a",), **low), blocker("c", blocked_by=("b",), **low),
        blocker("x", **critical), blocker("y", blocked_by=("x", "a"), **low),
        blocker("gone", status=RESOLVED, **critical), blocker("z", blocked_by=("gone",)),
    ]  # fmt: skip
    assert [each.id for each in critical_path(found)] == ["x", "y"]
    assert [each.id for each in critical_path(found[:3])] == ["a", "b", "c"]
    assert critical_path([]) == []
    assert {each.id for each in critical_path([blocker("a", blocked_by=("b",)), blocker("b", blocked_by=("a",))])}


def test_a_long_line_has_a_critical_path() -> None:
    line = [blocker(str(n), blocked_by=(str(n + 1),)) for n in range(3000)]
    assert len(critical_path(line)) == 3000


# --- all of it, at random

CODES = st.sampled_from("ABC")
STAGES = st.sampled_from([JourneyStage.LAUNCH, JourneyStage.SCALE])


class Machine(RuleBasedStateMachine):
    """The document under random steps, beside a plain record of what each blocker should be."""

    def __init__(self) -> None:
        super().__init__()
        self.raw: Any = None
        self.known: dict[str, BlockerStatus] = {}
        self.now: datetime = NOW

    def pick(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from(sorted(self.known)))

    @rule(code=CODES, stage=STAGES, severity=st.sampled_from(Severity), source=st.sampled_from(BlockerSource))
    def add(self, code: str, stage: JourneyStage, severity: Severity, source: BlockerSource) -> None:
        id_ = str(len(self.known))
        new = blocker(id_, code=code, stage=stage, severity=severity, source=source)
        self.raw, kept, created = add(self.raw, new)
        if created:
            self.known[id_] = OPEN
        else:
            assert (kept.code, kept.stage, self.known[kept.id]) == (code, stage, OPEN)

    @precondition(lambda self: self.known)
    @rule(data=st.data(), cascade=st.booleans())
    def resolve(self, data: st.DataObject, cascade: bool) -> None:
        self.done(lambda id_: resolve(self.raw, id_, cascade=cascade), self.pick(data), RESOLVED)

    @precondition(lambda self: self.known)
    @rule(data=st.data())
    def waive(self, data: st.DataObject) -> None:
        self.done(lambda id_: waive(self.raw, id_), self.pick(data), WAIVED)

    @precondition(lambda self: self.known)
    @rule(data=st.data())
    def reopen(self, data: st.DataObject) -> None:
        self.done(lambda id_: reopen(self.raw, id_, actor=MANAGER), self.pick(data), OPEN)

    @precondition(lambda self: self.known)
    @rule(data=st.data())
    def recheck(self, data: st.DataObject) -> None:
        passed = data.draw(st.sets(st.sampled_from(sorted(self.known))))
        checked = (each for each in self.open() if each.source is BlockerSource.COMPLIANCE)
        if passed & {each.id for each in checked}:
            made = recheck(self.raw, *passed)
            self.raw = made.document
            self.known |= dict.fromkeys((each.id for each in made.resolved), RESOLVED)

    @precondition(lambda self: len(self.known) > 1)
    @rule(data=st.data())
    def wait_for(self, data: st.DataObject) -> None:
        blocked_by = tuple(data.draw(st.lists(st.sampled_from(sorted(self.known)), max_size=3, unique=True)))
        self.done(lambda id_: update(self.raw, id_, blocked_by=blocked_by), self.pick(data), OPEN)

    def done(self, step: Any, id_: str, status: BlockerStatus) -> None:
        before = self.raw
        try:
            made = step(id_)
        except Refused:
            assert self.raw == before
            return
        self.raw = made.document
        changed = made.resolved if isinstance(made, changes.Resolution) else made.changed
        self.known |= {each.id: status for each in changed}

    @invariant()
    def the_document_says_what_was_done(self) -> None:
        found = blockers.read(self.raw)
        assert {each.id: each.status for each in found} == self.known
        assert summary(found, self.now).open == sum(status is OPEN for status in self.known.values())

    @invariant()
    def one_is_open_for_each_cause(self) -> None:
        causes = [(each.stage, each.code, each.product_id) for each in self.open()]
        assert len(causes) == len(set(causes))

    @invariant()
    def nothing_waits_for_itself(self) -> None:
        known = {each.id: each for each in blockers.read(self.raw)}
        path = critical_path(list(known.values()))
        assert len(path) == len({each.id for each in path})
        for each in self.open():
            first = blockers.first_to_go(each, list(known.values()))
            assert not any(blockers.is_open(known[id_]) for id_ in first.blocked_by)

    def open(self) -> list[Blocker]:
        return [each for each in blockers.read(self.raw) if blockers.is_open(each)]


Machine.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestMachine = Machine.TestCase
