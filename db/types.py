"""Column types: the seed's types on MySQL/MariaDB, and their portable equivalents on SQLite."""

from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import JSON, BigInteger, Dialect, Integer, SmallInteger, TypeDecorator, func, types
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.dialects import mysql, sqlite
from sqlalchemy.orm import mapped_column
from sqlalchemy.types import TypeEngine

MYSQL = ("mysql", "mariadb")

# SQLite only auto-increments a column whose type is spelled INTEGER.
BigId = BigInteger().with_variant(mysql.BIGINT(unsigned=True), *MYSQL).with_variant(Integer(), "sqlite")
TinyInt = SmallInteger().with_variant(mysql.TINYINT(), *MYSQL)


class Timestamp(TypeDecorator[datetime]):
    """TIMESTAMP holding UTC with whole seconds: aware in Python, naive in the database.

    Seconds, because that is what the seed's TIMESTAMP keeps on MySQL; SQLite is held to the same text form, or its own
    CURRENT_TIMESTAMP defaults would not sort among our values.
    """

    impl = types.TIMESTAMP
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sqlite.DATETIME(truncate_microseconds=True))  # type: ignore[no-untyped-call]
        return dialect.type_descriptor(types.TIMESTAMP())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime reached the database: times are aware UTC")
        return value.astimezone(UTC).replace(tzinfo=None, microsecond=0)

    def process_result_value(self, value: date | None, dialect: Dialect) -> datetime | None:
        if isinstance(value, datetime):
            return value.replace(tzinfo=UTC)
        # An adopted table may hold days.
        return None if value is None else datetime.combine(value, time(), UTC)


class AdoptedInteger(TypeDecorator[int]):
    """A column of the reader's own tables that we take for an INT, whatever number or text it really is."""

    impl = Integer
    cache_ok = True

    @property
    def python_type(self) -> type[int]:
        return int

    def process_result_value(self, value: Any, dialect: Dialect) -> int | None:
        try:
            return None if value is None else round(float(value))
        except (ValueError, OverflowError):
            return None


def enum(kind: type[StrEnum]) -> SqlEnum:
    """Stored by value; a native ENUM on MySQL, a VARCHAR elsewhere. Only known values are written."""
    return SqlEnum(
        kind,
        values_callable=lambda members: [member.value for member in members],
        validate_strings=True,
        create_constraint=False,
        length=50,
    )


Json = JSON(none_as_null=True)

Pk = Annotated[int, mapped_column(BigId, primary_key=True, autoincrement=True)]
CreatedAt = Annotated[datetime | None, mapped_column(Timestamp, server_default=func.current_timestamp())]
