"""Named milestones: what was achieved, and not taken back since."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from domain.actors import Actor
from domain.documents import read
from domain.enums import TriggeredBy
from domain.event_data import MilestoneData
from domain.refusals import FieldError, Forbidden, Refused, invalid, line
from domain.times import in_utc

Standing = dict[tuple[int | None, str], int]
"""By product (None: the company's own) and code: the event that says so."""
CODE = re.compile(r"[a-z][a-z0-9_]{0,99}")
RESERVED = {"tier_": "`companyChangeTier`", "product_": "`productTransitionStatus`", "journey_": "the journey's moves"}
"""Codes that begin so are recorded by what they tell of."""
LONGEST_TITLE, LONGEST_REASON = 200, 2000


def standing(events: Iterable[tuple[int, int | None, Any]]) -> Standing:
    """`events` are (id, product, data) of milestone events, oldest first."""
    found: Standing = {}
    for id_, product_id, raw in events:
        data = read(MilestoneData, raw or {})
        if data is None or data.code is None:
            continue
        if data.revoked:
            found.pop((product_id, data.code), None)
        else:
            found.setdefault((product_id, data.code), id_)
    return found


@dataclass(frozen=True, slots=True)
class Named:
    """A milestone as it is now: the event is the one that reached it, or took it back."""

    code: str
    title: str | None
    product_id: int | None
    achieved_at: datetime
    revoked: bool
    reason: str | None
    event_id: int


def named(events: Iterable[tuple[int, int | None, Any, datetime]]) -> list[Named]:
    """Each milestone once, in the order in which they were reached. `events`: as for `standing`, with their times."""
    found: dict[tuple[int | None, str], Named] = {}
    for id_, product_id, raw, at in events:
        data = read(MilestoneData, raw or {})
        if data is None or data.code is None:
            continue
        key, old = (product_id, data.code), found.get((product_id, data.code))
        if data.revoked:
            if old is not None and not old.revoked:
                found[key] = replace(old, revoked=True, reason=data.reason, event_id=id_)
        elif old is None or old.revoked:
            found.pop(key, None)
            found[key] = Named(data.code, data.title, product_id, data.achieved_at or at, False, None, id_)
    return list(found.values())


def achieved(code: str, title: str | None, achieved_at: datetime | None, now: datetime) -> MilestoneData:
    errors = [*_wrong_code(code), *(() if title is None else line("title", title, LONGEST_TITLE))]
    if achieved_at is not None and in_utc(achieved_at) > now:
        errors.append(FieldError("achievedAt", "IN_THE_FUTURE", "`achievedAt` is in the future."))
    if errors:
        raise invalid(*errors)
    return MilestoneData(code=code, title=None if title is None else title.strip(), achieved_at=achieved_at)


def revoked(code: str, reason: str, actor: Actor) -> MilestoneData:
    if actor.kind is TriggeredBy.AGENT:
        message = "An agent does not take a milestone back: ask a person who may write the company."
        raise Refused(Forbidden(message, "PERSON_REQUIRED", ("code",)))
    words, errors = reason.strip(), _wrong_code(code)
    if not words or len(words) > LONGEST_REASON:
        message = f"Say in `reason` why it does not hold any more, in at most {LONGEST_REASON} characters."
        errors.append(FieldError("reason", "REASON_REQUIRED", message))
    if errors:
        raise invalid(*errors)
    return MilestoneData(code=code, reason=words, revoked=True)


def _wrong_code(code: str) -> list[FieldError]:
    if not CODE.fullmatch(code):
        message = "`code` takes up to 100 lower-case letters, digits and underscores, and begins with a letter."
        return [FieldError("code", "MALFORMED", message)]
    return [
        FieldError("code", "RESERVED", f"Codes that begin with `{prefix}` are recorded by {by}.")
        for prefix, by in RESERVED.items()
        if code.startswith(prefix)
    ]
