"""The rows as planned. Nothing touches the database until all of them stand."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from pydantic import BaseModel

from db.base import Base
from db.tables import AgentSession, ChainSession, EventChain, EventSeal, EventSource, JourneyEvent, SessionHandoff
from domain.enums import ChainMention, SessionStatus, TriggeredBy
from domain.event_data import read_event_data
from domain.sealing import seal
from domain.sources import said

Row = dict[str, Any]
T = TypeVar("T")
SOURCE = "aws-partner-central"
SESSION_KEYS: dict[type[Base], tuple[str, ...]] = {
    AgentSession: ("id",),
    ChainSession: ("session_id",),
    SessionHandoff: ("from_session_id", "to_session_id", "live_source_id"),
}


class World:
    def __init__(self, now: datetime) -> None:
        self.now = now.astimezone(UTC).replace(microsecond=0)
        self.rows: dict[str, list[Row]] = {table.name: [] for table in Base.metadata.sorted_tables}
        self._blank: dict[str, Row] = {}
        self._mentions: list[tuple[Row, int, ChainMention]] = []
        self._turns: Counter[str] = Counter()

    def add(self, model: type[Base], **values: Any) -> Row:
        name = model.__tablename__
        blank = self._blank.get(name) or self._blank.setdefault(name, _blank(model))
        if unknown := values.keys() - blank.keys():
            raise KeyError(f"{name} has no column {sorted(unknown)}")
        row = blank | values
        rows = self.rows[name]
        rows.append(row)
        if "id" in row:
            row["id"] = len(rows)
        return row

    def mention(self, event: Row, chain_id: int, relation: ChainMention = ChainMention.MENTIONS) -> None:
        self._mentions.append((event, chain_id, relation))

    def turn(self, of: str, options: Sequence[T]) -> T:
        """Options in rotation, so that each of them occurs whatever the dice say."""
        self._turns[of] += 1
        return options[(self._turns[of] - 1) % len(options)]

    def settle(self) -> None:
        """Number the events by time, as a log would have, and let their links follow."""
        self._put_live_session_first()
        events = self.rows[JourneyEvent.__tablename__]
        events.sort(key=lambda event: event["created_at"])
        for number, event in enumerate(events, start=1):
            event["id"] = number
        self._seal(events)
        for event, chain_id, relation in self._mentions:
            self.add(EventChain, event_id=event["id"], chain_id=chain_id, relation=relation)

    def _seal(self, events: list[Row]) -> None:
        """As each would have been when it was recorded, and by its source's own name for it."""
        last: dict[int, tuple[int, str]] = {}
        for event in events:
            if event["triggered_by"] is TriggeredBy.WEBHOOK:
                called = f"evt-{event['id']:06d}"
                event["event_data"] = {**event["event_data"], "source_event_id": called}
                source = f"{TriggeredBy.WEBHOOK}:{event['user_id']}:{SOURCE}"
                words = said(
                    event["company_id"], event["product_id"], event["event_type"],
                    read_event_data(event["event_type"], event["event_data"]),
                )  # fmt: skip
                self.add(EventSource, event_id=event["id"], source=source, source_event_id=called, said=words)
            position, previous = last.get(event["company_id"], (0, None))
            made = seal(event, previous)
            last[event["company_id"]] = (position + 1, made)
            self.add(
                EventSeal, event_id=event["id"], company_id=event["company_id"], position=position + 1,
                product_id=event["product_id"], previous_seal=previous, seal=made,
            )  # fmt: skip

    def _put_live_session_first(self) -> None:
        """The showcase's open session gets the key 1, whatever day it is: the example documents name it."""
        sessions = self.rows[AgentSession.__tablename__]
        live = next((s["id"] for s in sessions if s["company_id"] == 1 and s["status"] is SessionStatus.ACTIVE), 1)
        swapped = {live: 1, 1: live}
        for model, columns in SESSION_KEYS.items():
            for row in self.rows[model.__tablename__]:
                row.update({column: swapped.get(row[column], row[column]) for column in columns})


def key(row: Row | None) -> int | None:
    return None if row is None else row["id"]


def document(value: BaseModel) -> Row:
    return value.model_dump(mode="json", exclude_none=True)


def _blank(model: type[Base]) -> Row:
    # Every row of a bulk insert names every column, so a column's default has to be in the row.
    return {column.name: getattr(column.default, "arg", None) for column in model.__table__.columns}
