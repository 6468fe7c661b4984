"""The seal of an event: a hash of what it held when it was written, and of the seal before it.

Whoever keeps a company's last seal elsewhere can tell later whether anything before it was changed, removed or slipped
in."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from domain.times import iso

FIELDS = (
    "id", "company_id", "product_id", "user_id", "event_type", "from_stage", "to_stage", "related_entity_type",
    "related_entity_id", "event_data", "triggered_by", "agent_id", "created_at",
)  # fmt: skip
MOST_FAULTS = 100


@dataclass(frozen=True, slots=True)
class Seal:
    """`product_id` is the product that the event named: a product that is removed is taken out of its events."""

    event_id: int
    position: int
    product_id: int | None
    previous: str | None
    seal: str


@dataclass(frozen=True, slots=True)
class Fault:
    """`code` is EVENT_CHANGED, EVENT_MISSING, EVENT_UNSEALED or CHAIN_BROKEN."""

    code: str
    event_id: int
    position: int | None

    @property
    def event_number(self) -> str:
        return str(self.event_id)


def document(stored: Any) -> Any:
    """What a JSON column holds; where that cannot be read, its text: it is sealed all the same."""
    if not isinstance(stored, str | bytes):
        return stored
    try:
        return orjson.loads(stored)
    except orjson.JSONDecodeError:
        return stored if isinstance(stored, str) else stored.decode(errors="replace")


def chain(events: Iterable[Mapping[str, Any]]) -> Iterator[Seal]:
    """The seals of a whole log, in its order."""
    previous: str | None = None
    for position, event in enumerate(events, 1):
        made = seal(event, previous)
        yield Seal(event["id"], position, event["product_id"], previous, made)
        previous = made


def seal(event: Mapping[str, Any], previous: str | None) -> str:
    """`event` has the columns of FIELDS."""
    held = {name: event.get(name) for name in FIELDS}
    held["created_at"] = None if held["created_at"] is None else iso(held["created_at"])
    text = orjson.dumps([previous, held], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).hexdigest()


def faults(events: Mapping[int, Mapping[str, Any]], seals: Sequence[Seal]) -> list[Fault]:
    """Where the log is not what was sealed; `seals` are in their order, `events` by id. At most MOST_FAULTS."""
    found: list[Fault] = []
    last: Seal | None = None
    for each in seals:
        position, previous = (1, None) if last is None else (last.position + 1, last.seal)
        if (each.position, each.previous) != (position, previous):
            found.append(Fault("CHAIN_BROKEN", each.event_id, each.position))
        event = events.get(each.event_id)
        if event is None:
            found.append(Fault("EVENT_MISSING", each.event_id, each.position))
        elif not _is_as_sealed(event, each):
            found.append(Fault("EVENT_CHANGED", each.event_id, each.position))
        last = each
    known = {each.event_id for each in seals}
    found += [Fault("EVENT_UNSEALED", each, None) for each in events if each not in known]
    return found[:MOST_FAULTS]


def _is_as_sealed(event: Mapping[str, Any], sealed: Seal) -> bool:
    if event["product_id"] not in (None, sealed.product_id):
        return False
    return seal({**event, "product_id": sealed.product_id}, sealed.previous) == sealed.seal
