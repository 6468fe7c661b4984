"""Advice that is not shown for a while."""

from datetime import timedelta

import pytest

from domain.dismissals import dismiss, restore, standing
from domain.documents import Dismissal
from domain.next_actions import known, recommend
from domain.policy import DEFAULT
from domain.refusals import NotFound, ValidationFailed
from tests.domain.advising import NOBODY, blocker, company
from tests.domain.people import AGENT, NOW, refusal

FACTS = company(blocker("a"), blocker("b"))
KNOWN = known(FACTS, NOBODY, DEFAULT, NOW)
FIRST = KNOWN[0]


def dismissed(
    *before: Dismissal, id_: str = FIRST, hours: int = 24, reason: str = "Not now"
) -> tuple[tuple[Dismissal, ...], bool]:
    return dismiss(
        before, id_, known=KNOWN, hours=hours, reason=reason, actor=AGENT, policy=DEFAULT.actions, now=NOW
    )  # fmt: skip


def test_it_is_left_out_until_its_time() -> None:
    kept, changed = dismissed(reason=" Not now ")
    [one] = kept
    assert (changed, one.reason, one.by, one.agent_id) == (True, "Not now", AGENT.user_id, AGENT.agent_id)
    for hours, left in ((23, KNOWN[1:]), (24, KNOWN)):
        found = recommend(FACTS, NOBODY, DEFAULT, NOW + timedelta(hours=hours), kept)
        assert [each.id for each in found.actions] == left
        assert found.dismissed == (kept if hours < 24 else ())


def test_what_is_dismissed_stays_as_it_was() -> None:
    kept, _ = dismissed()
    assert dismissed(*kept, hours=48, reason="Other") == (kept, False)


def test_it_stays_dismissed_when_it_is_not_advised_any_more() -> None:
    kept, _ = dismissed()
    assert recommend(company(), NOBODY, DEFAULT, NOW, kept).dismissed == kept


def test_restoring_shows_it_again() -> None:
    kept, _ = dismissed()
    assert restore(kept, FIRST, known=(), now=NOW) == ((), True)
    assert restore((), FIRST, known=KNOWN, now=NOW) == ((), False)


def test_nobody_dismisses_what_is_not_advised() -> None:
    assert isinstance(refusal(lambda: dismissed(id_="nope")), NotFound)
    assert isinstance(refusal(lambda: restore((), "nope", known=KNOWN, now=NOW)), NotFound)


@pytest.mark.parametrize(("hours", "fine"), [(0, False), (1, True), (720, True), (721, False)])
def test_for_how_long_is_the_policys(hours: int, fine: bool) -> None:
    if fine:
        assert dismissed(hours=hours)[1]
        return
    problem = refusal(lambda: dismissed(hours=hours, reason=" "))
    assert isinstance(problem, ValidationFailed)
    assert [(each.field, each.code) for each in problem.field_errors] == [
        ("untilHours", "OUT_OF_RANGE"), ("reason", "REASON_REQUIRED")
    ]  # fmt: skip


def test_each_is_kept_once_in_one_order() -> None:
    kept, _ = dismissed(*dismissed(id_=KNOWN[1])[0])
    assert standing((*kept, *reversed(kept)), NOW) == kept
    assert [each.id for each in kept] == sorted(KNOWN)
