"""The launch machine of products: which moves there are, who may make them, and what they tell."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.actors import Actor, Rank
from domain.enums import LaunchStatus, TriggeredBy
from domain.machines import Edge, Machine
from domain.policy import Policy
from domain.refusals import FieldError, Forbidden, Gate, GatesFailed, Refused, invalid
from domain.stages import ADVICE, LONGEST_REASON

S = LaunchStatus
STATUSES = tuple(LaunchStatus)
PREFIX = "product_"
"""Of the milestones that tell which statuses a product has reached."""


class LaunchMove(StrEnum):
    FORWARD = "forward"
    BACK = "back"
    SUNSET = "sunset"
    REOPEN = "reopen"
    SAME = "same"


EDGES: dict[tuple[LaunchStatus, LaunchStatus], LaunchMove] = {
    **dict.fromkeys(
        (
            (S.IDEATION, S.DEVELOPMENT), (S.DEVELOPMENT, S.PRE_LAUNCH), (S.PRE_LAUNCH, S.SOFT_LAUNCH),
            (S.PRE_LAUNCH, S.GA), (S.SOFT_LAUNCH, S.GA), (S.GA, S.GROWTH), (S.GROWTH, S.MATURE), (S.MATURE, S.GROWTH),
        ),
        LaunchMove.FORWARD,
    ),
    **dict.fromkeys(
        ((S.DEVELOPMENT, S.IDEATION), (S.PRE_LAUNCH, S.DEVELOPMENT), (S.SOFT_LAUNCH, S.PRE_LAUNCH)), LaunchMove.BACK
    ),
    **{(status, S.SUNSET): LaunchMove.SUNSET for status in STATUSES if status is not S.SUNSET},
    (S.SUNSET, S.DEVELOPMENT): LaunchMove.REOPEN,
}  # fmt: skip
ENTITLEMENTS = "ENTITLEMENTS"
UNFORCED = frozenset({ENTITLEMENTS})
"""Gates that a manager does not override: customers stay with what is sunset, and who sunsets it knows how many."""
NEEDS_REASON = frozenset({LaunchMove.BACK, LaunchMove.SUNSET, LaunchMove.REOPEN})
LABELS = {
    LaunchMove.FORWARD: "its gates",
    LaunchMove.BACK: "back, reason",
    LaunchMove.SUNSET: "reason, active entitlements acknowledged",
    LaunchMove.REOPEN: "administrator, never listed",
}
MACHINE = Machine(
    "Launch of a product",
    "`productTransitionStatus` moves it; `Product.gates(to:)` lists what each move waits for.",
    S.IDEATION,
    tuple(Edge(before, after, LABELS[move]) for (before, after), move in EDGES.items()),
)


@dataclass(frozen=True, slots=True)
class Launch:
    """What a move does to a product; `overridden` are the codes of gates that were closed."""

    move: LaunchMove
    before: LaunchStatus
    after: LaunchStatus
    reason: str | None
    listing_live_date: date | None
    overridden: tuple[str, ...]


def move_of(before: LaunchStatus, after: LaunchStatus) -> LaunchMove | None:
    """None: there is no such move."""
    return LaunchMove.SAME if before is after else EDGES.get((before, after))


def check(
    before: LaunchStatus, after: LaunchStatus, live: date | None, *, reason: str | None, force: bool, actor: Actor,
    policy: Policy,
) -> None:  # fmt: skip
    """Whether there is such a move, this actor may make it, and has said why where that is needed."""
    move, words = move_of(before, after), (reason or "").strip()
    if move is None or (move is LaunchMove.REOPEN and live is not None):
        ways = ", ".join(to.name for (of, to), each in EDGES.items() if of is before and each is not LaunchMove.REOPEN)
        message = f"{before.name} does not lead to {after.name}; it leads to {ways or 'nothing: make a new product'}."
        raise invalid(FieldError("to", "NO_SUCH_MOVE", message))
    _check_who(move, force, actor)
    errors = []
    if move in NEEDS_REASON and not words:
        errors.append(FieldError("reason", "REASON_REQUIRED", "This move needs a reason: say why in `reason`."))
    elif force and len(words) < policy.stages.forced_reason_length:
        message = f"A forced move needs a reason of at least {policy.stages.forced_reason_length} characters."
        errors.append(FieldError("reason", "REASON_TOO_SHORT", message))
    if len(words) > LONGEST_REASON:
        errors.append(FieldError("reason", "TOO_LONG", f"`reason` takes at most {LONGEST_REASON} characters."))
    if errors:
        raise invalid(*errors)


def _check_who(move: LaunchMove, force: bool, actor: Actor) -> None:
    if force and not actor.is_manager:
        message = "Only a person with the role manager or admin forces a move: see `gates` for what would open them."
        raise Refused(Forbidden(message, "MANAGER_REQUIRED", ("force",)))
    if move is LaunchMove.BACK and actor.kind is TriggeredBy.AGENT:
        message = "An agent does not take a product back: ask a person who may write the company."
        raise Refused(Forbidden(message, "PERSON_REQUIRED", ("to",)))
    if move is LaunchMove.REOPEN and not (actor.is_manager and actor.rank >= Rank.ADMIN):
        message = "Only a person with the role admin reopens a product that was sunset."
        raise Refused(Forbidden(message, "ADMIN_REQUIRED", ("to",)))


def launch(
    before: LaunchStatus, after: LaunchStatus, live: date | None, *, reason: str | None, closed: tuple[Gate, ...],
    force: bool, today: date,
) -> Launch:  # fmt: skip
    """The move, which `check` has let pass, or Refused for the gates that are `closed`."""
    move = move_of(before, after)
    assert move is not None
    if held := tuple(gate for gate in closed if not force or gate.code in UNFORCED):
        how = "are closed, and not forced" if force else "are closed"
        message = f"{before.name} cannot be left for {after.name} yet: {len(held)} of its gates {how}. {ADVICE}"
        raise Refused(GatesFailed(message, "GATES_FAILED", ("to",), gates=held))
    # A forced listing is live as well, and a day ahead would not be.
    now_live = today if after is S.GA and (live is None or live > today) else live
    return Launch(move, before, after, (reason or "").strip() or None, now_live, tuple(gate.code for gate in closed))


def codes_left(before: LaunchStatus, after: LaunchStatus, standing: Collection[str]) -> tuple[str, ...]:
    """The milestones that a move takes back, the furthest first: of those that stand, what lies beyond where the
    product was, or is now. Going back tells of the status that was left in any case, so that no move goes untold."""
    here = min(STATUSES.index(before), STATUSES.index(after))
    told = {*standing, *((PREFIX + before,) if returns(before, after) else ())}
    return tuple(PREFIX + status for status in reversed(STATUSES[here + 1 :]) if PREFIX + status in told)


def returns(before: LaunchStatus, after: LaunchStatus) -> bool:
    return STATUSES.index(after) < STATUSES.index(before)
