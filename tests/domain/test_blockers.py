"""Blockers: what is kept, what is found to be the same, in which order they go, and what nobody may lose."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import blocker_changes, blockers
from domain.actors import Actor
from domain.blocker_changes import Resolution
from domain.documents import Blocker, Reference
from domain.enums import BlockerSource, BlockerStatus, JourneyStage, Severity
from domain.policy import DEFAULT
from domain.refusals import Conflict, Fix, GatesFailed, GateStatus, NotFound, ValidationFailed
from domain.reports import CONTROL, ITEM
from tests.domain.people import MANAGER, NOW, PERSON, refusal

LAUNCH, SCALE = JourneyStage.LAUNCH, JourneyStage.SCALE
ODD = [None, [], {}, "", "blocked", 7, True, [1], ["a"], [{"id": "a"}], {"launch": None}, {"launch": "x"}, {"": {}}]
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def blocker(id_: str = "a", **values: Any) -> Blocker:
    base = {"id": id_, "code": id_, "title": f"Blocker {id_}", "severity": Severity.HIGH, "stage": LAUNCH}
    return Blocker(**{**base, "added_at": NOW, **values})


def document(*found: Blocker) -> dict[str, Any]:
    raw: dict[str, Any] = {}
    for each in found:
        raw.setdefault(each.stage.value, []).append(each.stored())
    return raw


def resolve(
    raw: Any,
    id_: str = "a",
    *,
    resolution: str = "done",
    cascade: bool = False,
    actor: Actor = PERSON,
    resolution_ref: Reference | None = None,
) -> Resolution:
    return blocker_changes.resolve(
        raw, id_, company_id=1, ref=node, resolution=resolution, cascade=cascade, actor=actor, now=NOW, policy=DEFAULT,
        resolution_ref=resolution_ref,
    )  # fmt: skip


def node(kind: str, key: int) -> str:
    return f"{kind} {key}"


def add(raw: Any, new: Blocker) -> tuple[dict[str, Any], Blocker, bool]:
    return blockers.add(raw, new, DEFAULT.blockers)


# --- adding


def test_the_first_blocker_makes_the_document() -> None:
    raw, added, created = add(None, blocker())
    assert (created, added, raw) == (True, blocker(), {"launch": [blocker().stored()]})


def test_another_problem_is_another_blocker() -> None:
    raw, _, created = add(document(blocker("a")), blocker("b", stage=SCALE))
    assert created
    assert [each.id for each in blockers.read(raw)] == ["a", "b"]


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ({}, {}, True),
        ({}, {"title": "Other words", "severity": Severity.LOW}, True),
        ({}, {"code": "other"}, False),
        ({}, {"stage": SCALE}, False),
        ({}, {"product_id": 7}, False),
        ({"product_id": 7}, {"product_id": 7}, True),
        ({"product_id": 7}, {"product_id": 8}, False),
        ({"status": BlockerStatus.RESOLVED}, {}, False),
        ({"status": BlockerStatus.WAIVED}, {}, False),
    ],
)
def test_an_open_one_of_the_same_stage_code_and_product_is_the_same(
    old: dict[str, Any], new: dict[str, Any], same: bool
) -> None:
    raw = document(blocker("old", **{"code": "c", **old}))
    after, kept, created = add(raw, blocker("new", **{"code": "c", **new}))
    assert created is not same
    assert kept.id == ("old" if same else "new")
    assert (after == raw) is same


def test_an_open_one_found_in_the_same_source_is_the_same_whatever_its_code() -> None:
    report, other = Reference(type="report", id="1"), Reference(type="report", id="2")
    raw = document(blocker("old", source_ref=report))
    assert not add(raw, blocker("new", source_ref=report))[2]
    assert add(raw, blocker("new", source_ref=other))[2]
    assert add(raw, blocker("new", source_ref=report, stage=SCALE))[2]


def test_a_source_is_the_same_whatever_else_is_kept_about_it() -> None:
    report = Reference(type="report", id="1")
    raw = document(blocker("old", source_ref=Reference.model_validate({**report.stored(), "url": "https://x.example"})))
    assert not add(raw, blocker("new", source_ref=report))[2]


def test_what_a_check_finds_is_not_what_somebody_says_of_it() -> None:
    control, other = Reference(type=CONTROL, id="0:listing:A"), Reference(type=CONTROL, id="0:ftr:A")
    found = {"code": "control_A", "source": BlockerSource.COMPLIANCE}
    for old in ({}, {"source": BlockerSource.COMPLIANCE, "source_ref": other}, {"source_ref": control}):
        raw = document(blocker("old", code="control_A", **old))
        assert add(raw, blocker("new", **found, source_ref=control))[2]
        assert not add(raw, blocker("new", code="control_A"))[2]
    raw = document(blocker("old", **found, source_ref=control))
    assert not add(raw, blocker("new", **found, source_ref=control))[2]


@pytest.mark.parametrize(("type_", "is_fine"), [("ticket", True), ("company", False), (f" {ITEM.upper()} ", False)])
def test_what_the_system_finds_has_types_of_its_own(type_: str, is_fine: bool) -> None:
    assert [each.code for each in blockers.reserved((type_, "1"))] == ([] if is_fine else ["RESERVED"])
    assert not blockers.reserved(None)


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"title": " "}, "title", "LENGTH"),
        ({"title": "x" * 201}, "title", "LENGTH"),
        ({"code": ""}, "code", "LENGTH"),
        ({"code": "x" * 101}, "code", "LENGTH"),
        ({"description": "x" * 5001}, "description", "TOO_LONG"),
        ({"blocked_by": ("nobody",)}, "blockedBy", "UNKNOWN_BLOCKER"),
        ({"blocked_by": ("b",)}, "blockedBy", "UNKNOWN_BLOCKER"),
    ],
)
def test_what_cannot_be_added(values: dict[str, Any], field: str, code: str) -> None:
    fitting = {"title": "x" * 200, "code": "x" * 100, "description": "x" * 5000, "blocked_by": ("a",)}
    assert add(document(blocker("a")), blocker("b", **fitting))[2]
    problem = refusal(lambda: add(document(blocker("a")), blocker("b", **{**fitting, **values})))
    assert isinstance(problem, ValidationFailed)
    assert [(error.field, error.code) for error in problem.field_errors] == [(field, code)]
    assert problem.path == (field,)


def test_everything_that_is_wrong_is_said_at_once() -> None:
    problem = refusal(lambda: add(None, blocker(title="", code="", blocked_by=("x", "y"))))
    assert isinstance(problem, ValidationFailed)
    assert [error.field for error in problem.field_errors] == ["title", "code", "blockedBy"]
    assert "x, y" in problem.message


def test_a_blocker_without_a_stage_holds_up_the_present_one() -> None:
    assert blockers.stage_named(SCALE, LAUNCH) is SCALE
    assert blockers.stage_named(None, LAUNCH) is LAUNCH
    assert blockers.stage_named(None, None) is JourneyStage.DISCOVERY


# --- resolving


def test_resolving_says_who_when_and_how() -> None:
    made = resolve(document(blocker("a"), blocker("b")), resolution=" new logo\n", actor=MANAGER)
    assert made.blocker == made.resolved[0]
    stored = {each.id: each for each in blockers.read(made.document)}
    assert stored["a"] == blocker(
        status=BlockerStatus.RESOLVED, resolved_at=NOW, resolved_by=MANAGER.user_id, resolution="new logo"
    )
    assert stored["b"] == blocker("b")


@pytest.mark.parametrize("text", ["", " \n", "x" * 5001])
def test_a_resolution_needs_words(text: str) -> None:
    raw = document(blocker())
    assert resolve(raw, resolution="x" * 5000).resolved
    problem = refusal(lambda: resolve(raw, resolution=text))
    assert isinstance(problem, ValidationFailed)
    assert (problem.code, problem.path) == ("RESOLUTION_REQUIRED", ("resolution",))


@pytest.mark.parametrize(
    ("type_", "id_", "wrong"),
    [
        ("t" * 100, "1" * 200, []),
        ("t" * 101, "1" * 201, ["resolutionRef.type", "resolutionRef.id"]),
        ("", "1", ["resolutionRef.type"]),
        ("t", " \n", ["resolutionRef.id"]),
    ],
)
def test_what_resolved_it_is_named_in_few_words(type_: str, id_: str, wrong: list[str]) -> None:
    ref = Reference(type=type_, id=id_)
    if not wrong:
        assert resolve(document(blocker()), resolution_ref=ref).blocker.resolution_ref == ref
        return
    problem = refusal(lambda: resolve(document(blocker()), resolution_ref=ref))
    assert isinstance(problem, ValidationFailed)
    assert [(error.field, error.code) for error in problem.field_errors] == [(field, "LENGTH") for field in wrong]


def test_what_comes_first_is_kept_once() -> None:
    raw = document(blocker("a"), blocker("b"), blocker("c"))
    raw, added, _ = add(raw, blocker("new", blocked_by=("a", "b", "a")))
    assert added.blocked_by == ("a", "b")
    assert blockers.read(raw)[-1] == added


def test_an_unknown_blocker_is_not_found() -> None:
    assert isinstance(refusal(lambda: resolve(document(blocker()), "b")), NotFound)


def test_resolving_twice_changes_nothing() -> None:
    once = resolve(document(blocker()), resolution="first")
    twice = resolve(once.document, resolution="second", actor=MANAGER)
    assert (twice.document, twice.blocker, twice.resolved) == (once.document, once.blocker, ())


def test_a_waived_blocker_is_not_resolved() -> None:
    problem = refusal(lambda: resolve(document(blocker(status=BlockerStatus.WAIVED))))
    assert isinstance(problem, Conflict)
    assert problem.code == "BLOCKER_WAIVED"


@pytest.mark.parametrize("cascade", [False, True])
def test_what_a_check_found_only_a_check_resolves(cascade: bool) -> None:
    found = blocker(source=BlockerSource.COMPLIANCE)
    problem = refusal(lambda: resolve(document(found), cascade=cascade, actor=MANAGER))
    assert isinstance(problem, GatesFailed)
    fix = Fix("complianceCheckRecord", {"companyId": "Company 1"})
    assert [(gate.code, gate.status, gate.fix) for gate in problem.gates] == [("RECHECK", GateStatus.FAIL, fix)]


def test_what_comes_first_is_named_with_the_call_that_resolves_it() -> None:
    raw = document(blocker("a", blocked_by=("b", "c")), blocker("b"), blocker("c", status=BlockerStatus.WAIVED))
    problem = refusal(lambda: resolve(raw))
    assert isinstance(problem, GatesFailed)
    [gate] = problem.gates
    assert gate.code == "BLOCKED_BY"
    assert gate.fix is not None
    assert (gate.fix.mutation, gate.fix.args) == ("blockerResolve", {"companyId": "Company 1", "blockerId": "b"})


def test_following_the_fixes_resolves_it_in_the_end() -> None:
    raw = document(blocker("a", blocked_by=("b",)), blocker("b", blocked_by=("c",)), blocker("c"))
    for each in ("c", "b", "a"):
        raw = resolve(raw, each).document
    assert not any(map(blockers.is_open, blockers.read(raw)))


def test_a_cascade_resolves_what_comes_first_first() -> None:
    raw = document(
        blocker("a", blocked_by=("b", "c")),
        blocker("b", blocked_by=("d",)),
        blocker("c", blocked_by=("d", "gone")),
        blocker("d", stage=SCALE),
        blocker("e"),
    )
    made = resolve(raw, cascade=True)
    assert [each.id for each in made.resolved] == ["d", "b", "c", "a"]
    assert [each.id for each in blockers.read(made.document) if blockers.is_open(each)] == ["e"]


def test_a_cascade_stops_at_what_only_a_check_resolves() -> None:
    raw = document(blocker("a", blocked_by=("b",)), blocker("b", source=BlockerSource.COMPLIANCE))
    problem = refusal(lambda: resolve(raw, cascade=True))
    assert isinstance(problem, GatesFailed)
    assert [gate.code for gate in problem.gates] == ["RECHECK"]


def test_a_circle_that_someone_left_behind_is_no_trap() -> None:
    raw = document(blocker("a", blocked_by=("b",)), blocker("b", blocked_by=("a",)))
    assert {each.id for each in resolve(raw, cascade=True).resolved} == {"a", "b"}
    assert isinstance(refusal(lambda: resolve(raw)), GatesFailed)


def test_a_long_line_of_blockers_goes_at_once() -> None:
    line = [blocker(str(n), blocked_by=(str(n + 1),)) for n in range(3000)]
    made = resolve(document(*line), "0", cascade=True)
    assert [each.id for each in made.resolved] == [str(n) for n in reversed(range(3000))]


@pytest.mark.parametrize(
    ("other", "unblocked"),
    [
        ({"severity": Severity.CRITICAL}, False),
        ({"severity": Severity.HIGH}, False),
        ({"severity": Severity.MEDIUM}, True),
        ({"severity": Severity.CRITICAL, "stage": SCALE}, True),
        ({"severity": Severity.CRITICAL, "status": BlockerStatus.WAIVED}, True),
    ],
)
def test_a_stage_is_unblocked_when_nothing_grave_is_left_in_it(other: dict[str, Any], unblocked: bool) -> None:
    made = resolve(document(blocker("a", severity=Severity.HIGH), blocker("b", **other)))
    assert made.unblocking == ({"a"} if unblocked else set())


def test_what_waited_for_the_last_grave_one_unblocks_with_it() -> None:
    raw = document(blocker("a", severity=Severity.LOW, blocked_by=("b",)), blocker("b"))
    assert resolve(raw, cascade=True).unblocking == {"b"}
    assert resolve(resolve(raw, "b").document).unblocking == set()


def test_what_held_nothing_up_unblocks_nothing() -> None:
    assert resolve(document(blocker("a", severity=Severity.LOW))).unblocking == set()


def test_a_cascade_unblocks_each_stage_for_itself() -> None:
    raw = document(
        blocker("x1", severity=Severity.CRITICAL, stage=SCALE),
        blocker("x2", severity=Severity.HIGH, stage=SCALE),
        blocker("a", severity=Severity.HIGH, blocked_by=("x2",)),
    )
    assert resolve(raw, "a", cascade=True).unblocking == {"a"}


# --- reading, and what must survive a write


def test_open_ones_come_first_then_the_worst_then_the_oldest() -> None:
    found = [
        blocker("e", status=BlockerStatus.WAIVED, severity=Severity.CRITICAL),
        blocker("d", status=BlockerStatus.RESOLVED, severity=Severity.CRITICAL),
        blocker("c", severity=Severity.LOW),
        blocker("b2"),
        blocker("b1"),
        blocker("b0", added_at=NOW - timedelta(days=1)),
        blocker("a", severity=Severity.CRITICAL),
    ]
    assert [each.id for each in blockers.listed(found)] == ["a", "b0", "b1", "b2", "c", "d", "e"]


def test_times_with_and_without_offset_are_listed_together() -> None:
    found = [blocker("b"), blocker("a", added_at=datetime(2026, 6, 15, 11, 59, 59))]  # noqa: DTZ001 - as stored by others
    assert [each.id for each in blockers.listed(found)] == ["a", "b"]
    assert found[0].added_at.tzinfo is UTC or found[0].added_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize("raw", ODD, ids=repr)
def test_odd_documents_hold_no_blockers_and_take_new_ones(raw: Any) -> None:
    assert blockers.read(raw) == []
    assert isinstance(refusal(lambda: resolve(raw)), NotFound)
    after, _, created = add(raw, blocker())
    assert created
    assert blockers.read(after) == [blocker()]


FOREIGN = {
    "launch": [None, "text", 5, {"id": "old"}, {"id": "new", "severity": "dreadful"}, {"id": []}, []],
    "scale": "all fine",
    "somewhere": [{"x": 1}],
    "": None,
}


def test_what_is_not_understood_survives_adding_and_resolving() -> None:
    raw, _, _ = add(FOREIGN, blocker("new"))
    assert {**raw, "launch": raw["launch"][:-1]} == FOREIGN
    raw = resolve(raw, "new").document
    assert {**raw, "launch": raw["launch"][:-1]} == FOREIGN
    assert raw["launch"][-1]["status"] == "resolved"


def test_a_stage_that_holds_no_list_loses_nothing_when_it_gets_one() -> None:
    raw, _, _ = add({"launch": {"note": "written by hand"}}, blocker())
    assert raw == {"launch": [{"note": "written by hand"}, blocker().stored()]}


@given(extra=st.dictionaries(st.text(max_size=6).map(lambda name: f"x_{name}"), JUNK, max_size=4), junk=JUNK)
def test_a_blockers_unknown_keys_survive_its_resolution(extra: dict[str, Any], junk: Any) -> None:
    raw = {"launch": [junk, {**blocker().stored(), **extra}], "elsewhere": junk}
    before = deepcopy(raw)
    made = resolve(raw)
    [kept_junk, entry] = made.document["launch"]
    assert (kept_junk, made.document["elsewhere"]) == (junk, junk)
    assert extra.items() <= entry.items()
    assert entry["status"] == "resolved"
    assert raw == before


@given(raw=JUNK)
def test_no_document_is_too_odd(raw: Any) -> None:
    before = deepcopy(raw)
    known = blockers.read(raw)
    after, _, created = add(raw, blocker("never-there"))
    assert created
    assert [each.id for each in blockers.read(after)].count("never-there") == 1
    assert {each.id for each in known} <= {each.id for each in blockers.read(after)}
    assert raw == before
