"""Which rows each node type is made of. Types register themselves; everything generic looks them up here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import strawberry
from sqlalchemy import Table

from db.base import Base, table_of

T = TypeVar("T", bound=type)


@dataclass(frozen=True, slots=True)
class Kind:
    """A node type: its name in ids, its table, and where there are several concrete types, what tells them apart: a
    column of strings, and the type that each value stands for."""

    name: str
    row: type[Base]
    told_by: str | None = None
    concrete: Mapping[Any, str] = field(default_factory=dict, compare=False)
    types: list[type] = field(default_factory=list, compare=False)

    @property
    def always(self) -> tuple[str, ...]:
        """Columns that are read whatever is selected."""
        return ("id",) if self.told_by is None else ("id", self.told_by)

    @property
    def table(self) -> Table:
        return table_of(self.row)

    def type_name(self, record: Any) -> str:
        return self.name if self.told_by is None else self.concrete[getattr(record, self.told_by)]


KINDS: dict[str, Kind] = {}
BY_TABLE: dict[str, Kind] = {}


def register(
    name: str, row: type[Base], *, told_by: str | None = None, concrete: Mapping[Any, str] | None = None
) -> Kind:
    kind = Kind(name, row, told_by, concrete or {})
    KINDS[name] = BY_TABLE[kind.table.name] = kind
    return kind


def entity(row: type[Base], description: str) -> Callable[[T], T]:
    """Makes the class a Strawberry type over the rows of a table, known by the class's name."""

    def make(cls: T) -> T:
        return concrete(register(cls.__name__, row), description)(cls)

    return make


def concrete(kind: Kind, description: str) -> Callable[[T], T]:
    """A type whose sources are records: `is_type_of` asks the record's table, as no instance is ever made."""

    def make(cls: T) -> T:
        name = cls.__name__

        def is_type_of(record: Any, info: Any) -> bool:
            return getattr(record, "table_name", None) == kind.table.name and kind.type_name(record) == name

        setattr(cls, "is_type_of", staticmethod(is_type_of))  # noqa: B010 - a type checker knows no such attribute
        kind.types.append(cls)
        return strawberry.type(cls, description=description)

    return make


def kind_of(record: Any) -> Kind:
    return BY_TABLE[record.table_name]
