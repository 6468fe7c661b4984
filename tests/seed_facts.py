"""The seed's DDL as facts: 112 columns, 8 indexes, 10 foreign keys, as MariaDB's information_schema tells them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

DDL = (Path(__file__).parent / "seed.sql").read_text()


class Column(NamedTuple):
    table: str
    name: str
    type: str
    default: str | None
    nullable: bool
    extra: str


class Index(NamedTuple):
    table: str
    name: str
    columns: tuple[str, ...]


class ForeignKey(NamedTuple):
    table: str
    column: str
    parent: str
    on_delete: str


# How MariaDB tells the types that the seed names.
TYPES = {
    "BIGINT UNSIGNED": "bigint(20) unsigned",
    "INT": "int(11)",
    "TINYINT": "tinyint(4)",
    "BOOLEAN": "tinyint(1)",
    "JSON": "longtext",
}
DEFAULTS = {"FALSE": "0", "TRUE": "1", "CURRENT_TIMESTAMP": "current_timestamp()"}

TYPE = re.compile(r"(ENUM\s*\(.*?\)|BIGINT UNSIGNED|[A-Z]+(?:\([\d,]+\))?)(.*)", re.DOTALL)
INDEX = re.compile(r"INDEX (\w+) \((.*)\)")
FOREIGN_KEY = re.compile(r"FOREIGN KEY \((\w+)\) REFERENCES (\w+)\(id\) ON DELETE (.*)")
STATEMENT = re.compile(r"(?:CREATE TABLE (\w+) \((.*)\)|ALTER TABLE (\w+) ADD (?:COLUMN )?(.*))", re.DOTALL)


def _statements() -> list[str]:
    without_comments = re.sub(r"--[^\n]*", "", DDL)
    return [statement.strip() for statement in without_comments.split(";") if statement.strip()]


def _items() -> Iterator[tuple[str, str]]:
    """Each column, index and key with its table."""
    for statement in _statements():
        created, body, altered, item = _match(STATEMENT, statement)
        if altered:
            yield altered, item.strip()
        else:
            # A comma outside of parentheses ends an item.
            yield from ((created, part.strip()) for part in re.split(r",(?![^()]*\))", body))


def _match(pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    found = pattern.fullmatch(text)
    assert found, f"the seed has a line that is not understood: {text}"
    return found.groups()


def _column(table: str, text: str) -> Column:
    name, _, rest = text.partition(" ")
    spelled, options = _match(TYPE, rest)
    default = re.search(r"DEFAULT ('\w+'|\w+)", options)
    required = "NOT NULL" in options or "PRIMARY KEY" in options
    unset = None if required else "NULL"
    return Column(
        table,
        name,
        _type(spelled),
        DEFAULTS.get(default[1], default[1]) if default else unset,
        not required,
        _extra(options),
    )


def _type(spelled: str) -> str:
    return TYPES.get(spelled) or re.sub(r"\s*([(),])\s*", r"\1", spelled).lower()


def _extra(options: str) -> str:
    if "ON UPDATE CURRENT_TIMESTAMP" in options:
        return "on update current_timestamp()"
    return "auto_increment" if "AUTO_INCREMENT" in options else ""


ITEMS = list(_items())
INDEXES = [
    Index(table, name, tuple(columns.split(", ")))
    for table, text in ITEMS
    if text.startswith("INDEX")
    for name, columns in [_match(INDEX, text)]
]
FOREIGN_KEYS = [
    ForeignKey(table, *_match(FOREIGN_KEY, text)) for table, text in ITEMS if text.startswith("FOREIGN KEY")
]
COLUMNS = [_column(table, text) for table, text in ITEMS if not text.startswith(("INDEX", "FOREIGN KEY"))]

assert (len(COLUMNS), len(INDEXES), len(FOREIGN_KEYS)) == (112, 8, 10)
