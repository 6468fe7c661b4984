"""The rows as planned. Nothing touches the database until all of them stand."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from pydantic import BaseModel

from db.base import Base
from db.tables import EventChain, JourneyEvent
from domain.enums import ChainMention

Row = dict[str, Any]
T = TypeVar("T")


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
        events = self.rows[JourneyEvent.__tablename__]
        events.sort(key=lambda event: event["created_at"])
        for number, event in enumerate(events, start=1):
            event["id"] = number
        for event, chain_id, relation in self._mentions:
            self.add(EventChain, event_id=event["id"], chain_id=chain_id, relation=relation)


def key(row: Row | None) -> int | None:
    return None if row is None else row["id"]


def document(value: BaseModel) -> Row:
    return value.model_dump(mode="json", exclude_none=True)


def _blank(model: type[Base]) -> Row:
    # Every row of a bulk insert names every column, so a column's default has to be in the row.
    return {column.name: getattr(column.default, "arg", None) for column in model.__table__.columns}
