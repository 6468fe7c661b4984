"""A process that dies between two statements."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine


class Crash(Exception):
    pass


@contextmanager
def crashing(engine: AsyncEngine, after: int) -> Iterator[None]:
    """The process dies at its nth change."""
    done = 0

    def count(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        nonlocal done
        done += bool(re.match(r"\s*(CREATE|ALTER|DROP|RENAME|INSERT|UPDATE)", statement))
        if done > after:
            raise Crash

    event.listen(engine.sync_engine, "before_cursor_execute", count)
    try:
        yield
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", count)
