"""Engines: one URL in, one configured pool out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import orjson
from sqlalchemy import URL, Connection, Engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from db.pools import RECYCLE_SECONDS, ConnectionPool, MysqlPool, MysqlWritePool, SqlitePool

# UTC, or TIMESTAMP columns shift by the server's zone; strict, or a bad ENUM value is stored as ''; short lock waits,
# because a caller is waiting.
MYSQL_SESSION = (
    "SET SESSION time_zone = '+00:00', innodb_lock_wait_timeout = 5, lock_wait_timeout = 30, "
    "sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION'"
)
SQLITE_PRAGMAS = ("foreign_keys = ON", "journal_mode = WAL", "synchronous = NORMAL", "busy_timeout = 5000")
JSON_CODEC: dict[str, Any] = {
    "json_serializer": lambda value: orjson.dumps(value).decode(),
    # SQLite hands a bare number in a JSON column over as a number.
    "json_deserializer": lambda stored: orjson.loads(stored) if isinstance(stored, (str, bytes)) else stored,
}
# A write takes the lock first: a read that later wants to write cannot wait.
BEGIN_WRITING = "BEGIN IMMEDIATE"
MYSQL: dict[str, Any] = {"init_command": MYSQL_SESSION, "charset": "utf8mb4", "connect_timeout": 5}
POOLS: WeakKeyDictionary[Engine, "Pools"] = WeakKeyDictionary()
ASYNC_DRIVERS = {"mysql": "mysql+asyncmy", "mariadb": "mariadb+asyncmy", "sqlite": "sqlite+aiosqlite"}


class Pools(NamedTuple):
    reading: ConnectionPool
    writing: ConnectionPool

    def dispose(self, engine: Engine) -> None:
        self.reading.dispose()
        self.writing.dispose()


class UnsupportedDatabase(ValueError):
    """The URL is malformed or names a database that is not served."""


def database_url(written: str) -> URL:
    """The URL with its asynchronous driver filled in: `mysql://…` is read as `mysql+asyncmy://…`."""
    try:
        url = make_url(written)
    except ArgumentError:
        raise UnsupportedDatabase("it is not a URL of the form mysql+asyncmy://user:password@host/name") from None
    driver = ASYNC_DRIVERS.get(url.get_backend_name())
    if driver is None or url.drivername not in (driver, url.get_backend_name()):
        raise UnsupportedDatabase(
            f"{url.drivername!r} is not supported: use mysql+asyncmy, mariadb+asyncmy or sqlite+aiosqlite"
        )
    if not is_sqlite(url) and not url.database:
        raise UnsupportedDatabase("it names no database: add /name after the host")
    return url.set(drivername=driver)


def is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _is_file(url: URL) -> bool:
    return url.database not in (None, "", ":memory:")


def create_engine(
    written: str,
    *,
    pool_size: int = 10,
    pool_timeout: float = 3.0,
    statement_timeout: float | None = None,
    echo: bool = False,
) -> AsyncEngine:
    """The engine itself is for migrations, the demo loader and probes: operations have pools of their own beside it.
    `statement_timeout` is of those, in seconds; a statement of SQLite's ends with the call that waits for it."""
    url = database_url(written)
    limits: dict[str, Any] = {"pool_size": pool_size, "max_overflow": 0, "pool_timeout": pool_timeout}
    if not is_sqlite(url):
        engine = create_async_engine(
            url, echo=echo, **JSON_CODEC, **limits, pool_pre_ping=True, pool_recycle=RECYCLE_SECONDS, connect_args=MYSQL
        )
        _, named = engine.dialect.create_connect_args(url)
        ours = {**named, **MYSQL, "init_command": MYSQL_SESSION + _timeout(statement_timeout)}
        pools = Pools(MysqlPool(pool_size, pool_timeout, **ours), MysqlWritePool(pool_size, pool_timeout, **ours))
        return _with_pools(engine, pools)
    # A database in memory lives in one connection, which must not be pooled.
    engine = create_async_engine(url, echo=echo, **JSON_CODEC, **(limits if _is_file(url) else {}))
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    if not _is_file(url):
        POOLS[engine.sync_engine] = Pools(SqlitePool(engine), SqlitePool(engine, BEGIN_WRITING))
        return engine
    return _with_pools(engine, Pools(_companion(url, limits), _companion(url, limits, BEGIN_WRITING)))


def _timeout(seconds: float | None) -> str:
    """In MariaDB's and in MySQL's own comments: to the other one of them it is a comment."""
    if seconds is None:
        return ""
    mariadb, mysql = f", max_statement_time = {seconds:.3f}", f", max_execution_time = {seconds * 1000:.0f}"
    return f" /*M!100101 {mariadb} */ /*!50708 {mysql} */"


def reading(engine: AsyncEngine) -> ConnectionPool:
    """Where reads get their connections."""
    return POOLS[engine.sync_engine].reading


def writing(engine: AsyncEngine) -> ConnectionPool:
    """Where writes get theirs."""
    return POOLS[engine.sync_engine].writing


def _with_pools(engine: AsyncEngine, pools: Pools) -> AsyncEngine:
    POOLS[engine.sync_engine] = pools
    event.listen(engine.sync_engine, "engine_disposed", pools.dispose)
    return engine


def _companion(url: URL, limits: dict[str, Any], begin: str = "BEGIN") -> SqlitePool:
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT", pool_reset_on_return=None, **limits)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    return SqlitePool(engine, begin)


def _prepare_sqlite(connection: Any, record: Any) -> None:
    # The driver would begin transactions late and commit before DDL; we say BEGIN ourselves (see _begin_sqlite).
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in SQLITE_PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('sqlite_begin', 'DEFERRED')}")


@asynccontextmanager
async def engine_for(url: str, **options: Any) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(url, **options)
    try:
        yield engine
    finally:
        await engine.dispose()
