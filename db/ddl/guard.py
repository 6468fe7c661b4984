"""One migration at a time, and on SQLite no foreign key that deletes rows while their table is rebuilt."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy import Connection

from db.ddl.refusal import MigrationRefused
from db.types import MYSQL

LOCK = "CONCAT('partner_graph:', MD5(DATABASE()))"
PATIENCE_SECONDS = 600


def guarded(connection: Connection) -> AbstractContextManager[None]:
    return _alone_on_mysql(connection) if connection.dialect.name in MYSQL else _safe_on_sqlite(connection)


@contextmanager
def _alone_on_mysql(connection: Connection) -> Iterator[None]:
    taken = connection.exec_driver_sql(f"SELECT GET_LOCK({LOCK}, {PATIENCE_SECONDS})").scalar()
    # Alembic commits its own steps only if it finds no transaction open.
    connection.commit()
    if taken != 1:
        raise MigrationRefused(f"another process has been migrating this database for {PATIENCE_SECONDS} seconds")
    try:
        yield
    finally:
        connection.rollback()
        connection.exec_driver_sql(f"SELECT RELEASE_LOCK({LOCK})")
        connection.commit()


@contextmanager
def _safe_on_sqlite(connection: Connection) -> Iterator[None]:
    """Rebuilding `companies` drops the old table, and with foreign keys on that cascades to every row below it.

    The pragmas work only outside a transaction, hence the bare cursor, which begins none.
    """
    _pragmas(connection, "foreign_keys = OFF", f"busy_timeout = {PATIENCE_SECONDS * 1000}")
    connection.execution_options(sqlite_begin="IMMEDIATE")
    try:
        yield
    finally:
        connection.rollback()
        _pragmas(connection, "foreign_keys = ON", "busy_timeout = 5000")


def _pragmas(connection: Connection, *pragmas: str) -> None:
    cursor = connection.connection.cursor()
    for pragma in pragmas:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@contextmanager
def references_kept(connection: Connection) -> Iterator[None]:
    """Inside the transaction, so that what is found rolls it back. Rows that were orphans before are not our doing."""
    if connection.dialect.name in MYSQL:
        yield
        return
    before = _orphans(connection)
    yield
    if new := _orphans(connection) - before:
        raise MigrationRefused(f"the migration would leave rows without their parents: {sorted(new)}")


def _orphans(connection: Connection) -> set[tuple[str, int, str]]:
    return {(row[0], row[1] or 0, row[2]) for row in connection.exec_driver_sql("PRAGMA foreign_key_check")}
