"""What a database's refusal means: worth trying again, or no answer at all. Error codes are MySQL's."""

from sqlalchemy.exc import DBAPIError

# Deadlock, lock wait, changed since read (MariaDB's snapshot isolation), Galera's certification failure.
RETRYABLE = frozenset({1205, 1213, 1020, 1047})
# Too many connections, cannot connect, gone away, lost connection, server shutting down; and what was retried in vain.
UNREACHABLE = RETRYABLE | frozenset({1040, 1042, 1053, 1129, 1203, 2002, 2003, 2006, 2013, 2055})

# A statement that ran longer than it may: MariaDB's, MySQL's.
TIMEOUTS = frozenset({1969, 3024})


def worth_retrying(error: DBAPIError) -> bool:
    """Whether the whole transaction may succeed when it is run again, and has surely not succeeded yet."""
    if error.connection_invalidated:
        # A pooled connection may have died while it waited there. Only a COMMIT, which is no statement to SQLAlchemy,
        # may have been done all the same.
        return error.statement is not None
    code = _code(error)
    return _is_locked(error) if code is None else code in RETRYABLE


def is_unavailable(error: BaseException) -> bool:
    """Whether the database could not be reached or did not answer in time, as opposed to a statement it refused."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or _is_locked(error) or _code(error) in UNREACHABLE
    return isinstance(error, OSError)


def is_timeout(error: BaseException) -> bool:
    return isinstance(error, DBAPIError) and _code(error) in TIMEOUTS


def _code(error: DBAPIError) -> int | None:
    arguments = getattr(error.orig, "args", ())
    return arguments[0] if arguments and isinstance(arguments[0], int) else None


def _is_locked(error: DBAPIError) -> bool:
    """SQLite says it in words."""
    return "database is locked" in str(error.orig)
