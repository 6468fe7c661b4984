"""Advice that somebody does not want to see for a while."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from domain.actors import Actor
from domain.documents import Dismissal
from domain.policy import ActionPolicy
from domain.refusals import FieldError, invalid, not_found

LONGEST_REASON = 2000


def standing(dismissed: Sequence[Dismissal], now: datetime) -> tuple[Dismissal, ...]:
    """Those that have not run out, each advice once."""
    kept = {each.id: each for each in dismissed if each.until > now}
    return tuple(kept[id_] for id_ in sorted(kept))


def dismiss(
    dismissed: Sequence[Dismissal],
    action_id: str,
    *,
    known: Collection[str],
    hours: int,
    reason: str,
    actor: Actor,
    policy: ActionPolicy,
    now: datetime,
) -> tuple[tuple[Dismissal, ...], bool]:
    """Those that stand then, and whether this is a new one: what is dismissed already stays so, as it was. `known` are
    the ids of all advice."""
    _check(hours, reason, policy)
    kept = standing(dismissed, now)
    if any(each.id == action_id for each in kept):
        return kept, False
    if action_id not in known:
        raise not_found("actionId", "action")
    new = Dismissal(
        id=action_id,
        until=now + timedelta(hours=hours),
        reason=reason.strip(),
        by=actor.user_id,
        agent_id=actor.agent_id,
        at=now,
    )
    return standing((*kept, new), now), True


def restore(
    dismissed: Sequence[Dismissal], action_id: str, *, known: Collection[str], now: datetime
) -> tuple[tuple[Dismissal, ...], bool]:
    """Those that stand then, and whether one of them was taken back."""
    kept = standing(dismissed, now)
    left = tuple(each for each in kept if each.id != action_id)
    if left == kept and action_id not in known:
        raise not_found("actionId", "action")
    return left, left != kept


def _check(hours: int, reason: str, policy: ActionPolicy) -> None:
    longest, errors = policy.longest_dismissal_hours, []
    if not 1 <= hours <= longest:
        errors.append(FieldError("untilHours", "OUT_OF_RANGE", f"`untilHours` takes 1 to {longest}."))
    if not 1 <= len(reason.strip()) <= LONGEST_REASON:
        message = f"Say in `reason` why, in at most {LONGEST_REASON} characters."
        errors.append(FieldError("reason", "REASON_REQUIRED", message))
    if errors:
        raise invalid(*errors)
