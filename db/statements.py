"""SELECTs as the driver takes them: compiled once, then run with any values and any number of keys.

SQLAlchemy writes the SQL and knows the types; its row path is left out, because on reads it costs more than everything
else together.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Column, Dialect, Integer, Select
from sqlalchemy.sql.compiler import SQLCompiler

Convert = Callable[[Any], Any]
PLACE = re.compile(r"%%|%s|\?|__\[POSTCOMPILE_\w+\]")
KEPT = 2048


class Slot(NamedTuple):
    """Where a parameter goes. `default` is the value of a constant that SQLAlchemy made a parameter of."""

    name: str
    default: Any
    process: Convert | None
    many: bool
    whole_number: bool
    mark: str

    def write(self, values: Mapping[str, Any], arguments: list[Any]) -> str:
        """The text for its value; what the driver has to escape goes into the arguments."""
        value = values[self.name] if self.default is ... else values.get(self.name, self.default)
        if self.whole_number:
            # Digits need no escaping, and there is no limit on how many; anything else is a TypeError here.
            return (",".join(map(int.__repr__, value)) or "NULL") if self.many else int.__repr__(value)
        if self.many:
            arguments += map(self.process, value) if self.process else value
            return ",".join([self.mark] * len(value)) or "NULL"
        arguments.append(self.process(value) if self.process else value)
        return self.mark


class Statement:
    """A SELECT with a parameter `key` is run for each of `keys` in one go, as a UNION ALL of itself."""

    def __init__(self, select: Select[Any], dialect: Dialect) -> None:
        compiled = select.compile(dialect=dialect)
        assert isinstance(compiled, SQLCompiler)
        text = compiled.string
        places = [place for place in PLACE.finditer(text) if place.group() != "%%"]
        ends = [0, *(place.end() for place in places)]
        starts = [*(place.start() for place in places), len(text)]
        self._first, *rest = (text[end:start] for end, start in zip(ends, starts, strict=True))
        slots = [_slot(compiled, name, dialect) for name in compiled.positiontup or ()]
        self._parts = list(zip(slots, rest, strict=True))
        self._key = next((n for n, slot in enumerate(slots) if slot.name == "key"), None)
        # MySQL would make a temporary table of each derived table; to SQLite, brackets alone are a mistake.
        self._branch = ("SELECT * FROM (", ")") if dialect.name == "sqlite" else ("(", ")")
        self.converters = [converter(column, dialect) for column in select.selected_columns]

    def render(self, values: Mapping[str, Any]) -> tuple[str, list[Any]]:
        """The text and its arguments; raises KeyError where a value is missing."""
        arguments: list[Any] = []
        if self._key is None:
            return self._first + self._text(self._parts, values, arguments), arguments
        key_slot, text = self._parts[self._key]
        before = self._branch[0] + self._first + self._text(self._parts[: self._key], values, arguments)
        behind: list[Any] = []
        after = text + self._text(self._parts[self._key + 1 :], values, behind) + self._branch[1]
        branches, repeated = [], list[Any]()
        for key in values["keys"]:
            repeated += arguments
            branches.append(f"{before}{key_slot.write({'key': key}, repeated)}{after}")
            repeated += behind
        return " UNION ALL ".join(branches), repeated

    def _text(self, parts: list[tuple[Slot, str]], values: Mapping[str, Any], arguments: list[Any]) -> str:
        return "".join([piece for slot, text in parts for piece in (slot.write(values, arguments), text)])

    def convert(self, rows: Iterable[Sequence[Any]]) -> list[tuple[Any, ...]]:
        """The driver's rows with the values that Python code works with: enums, aware times, parsed JSON."""
        converters = self.converters
        return [
            tuple(value if convert is None else convert(value) for convert, value in zip(converters, row, strict=True))
            for row in rows
        ]


@lru_cache(KEPT)
def prepared(select: Select[Any], dialect: Dialect) -> Statement:
    """The SELECTs of `db.queries.lists` are kept there, so that each finds its statement here."""
    return Statement(select, dialect)


def converter(column: Column[Any] | Any, dialect: Dialect) -> Convert | None:
    """From the driver's value of a column to Python's; None where they are the same."""
    return column.type.dialect_impl(dialect).result_processor(dialect, None)


def _slot(compiled: SQLCompiler, name: str, dialect: Dialect) -> Slot:
    bind: BindParameter[Any] = compiled.binds[name]
    return Slot(
        name,
        default=... if bind.required else bind.effective_value,
        process=bind.type.dialect_impl(dialect).bind_processor(dialect),
        many=bind.expanding,
        whole_number=isinstance(bind.type, Integer),
        mark="?" if dialect.paramstyle == "qmark" else "%s",
    )
