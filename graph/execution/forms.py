"""Where the fields of a source are found: in a driver's row, or in a Python object. Generated code reads either."""

from binascii import b2a_base64
from collections.abc import Callable, Iterable
from operator import attrgetter, itemgetter
from typing import Any

from graphql import GraphQLOutputType
from sqlalchemy import Dialect

from db.opaque import URL_SAFE
from db.records import record_type
from db.statements import converter
from graph import ids
from graph.execution.leaves import Exact, Function, Names, column_leaf, object_leaf
from graph.kinds import Kind, kind_of


class RowForm:
    """A row as the driver made it: the key that it was asked for by, then these columns."""

    def __init__(self, kind: Kind, columns: tuple[str, ...], dialect: Dialect) -> None:
        self.kind, self.columns, self._dialect = kind, columns, dialect
        self._places = {column: place for place, column in enumerate(columns, 1)}

    @property
    def type_of(self) -> Callable[[Any], str] | None:
        """What names a row's concrete type; None where there is only one."""
        if self.kind.told_by is None:
            return None
        place, names = self._places[self.kind.told_by], self.kind.concrete
        return lambda row: names[row[place]]

    def getter(self, column: str) -> Callable[[Any], Any]:
        """The value as a key for another statement: as the driver gives it."""
        return itemgetter(self._places[column])

    def python(self, column: str) -> Callable[[Any], Any]:
        place, convert = self._places[column], converter(self.kind.table.c[column], self._dialect)
        return itemgetter(place) if convert is None else lambda row: convert(row[place])

    def leaf(self, column: str, return_type: GraphQLOutputType, names: Names) -> str:
        return column_leaf(self._at(column), self.kind.table.c[column], return_type, names, self._dialect)

    def computed(self, column: str, function: Function, return_type: GraphQLOutputType, names: Names) -> str:
        convert = converter(self.kind.table.c[column], self._dialect)
        before = function if convert is None else lambda value: function(convert(value))
        return object_leaf(self._at(column), return_type, names, before)

    def global_id(self, names: Names) -> str:
        # As `ids.encode` makes it. It is there in nearly every row: in line, it takes half the time.
        content, wrapped = f"{names.of(f'{self.kind.name}:%d'.encode())} % {self._at('id')}", names.of(b2a_base64)
        return f"{wrapped}({content}, newline=False).translate({names.of(URL_SAFE)}, b'=').decode()"

    def record(self, columns: Iterable[str]) -> Callable[[Any], Any]:
        """Makes what ordinary resolvers expect: the row with Python's values, by name."""
        wanted = tuple(sorted({*self.kind.always, *columns}))
        make = record_type(self.kind.table, wanted)
        values = [self.python(column) for column in wanted]
        return lambda row: make._make([value(row) for value in values])  # type: ignore[attr-defined]

    def _at(self, column: str) -> str:
        return f"r[{self._places[column]}]"


class ObjectForm:
    """A record, a document, a payload: whatever has its fields as attributes."""

    type_of = None

    def getter(self, name: str) -> Callable[[Any], Any]:
        return attrgetter(name)

    def leaf(self, name: str, return_type: GraphQLOutputType, names: Names) -> str:
        return object_leaf(f"r.{name}", return_type, names)

    def computed(self, name: str, function: Function, return_type: GraphQLOutputType, names: Names) -> str:
        return f"{names.of(Exact(return_type, function).complete)}(r.{name})"

    def global_id(self, names: Names) -> str:
        return f"{names.of(lambda record: ids.encode(kind_of(record).name, record.id))}(r)"


Form = RowForm | ObjectForm
