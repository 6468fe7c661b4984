"""Runs a transaction again, where it met others that wrote the same."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError

from db.faults import worth_retrying
from db.queries.locked import user_exists
from domain.actors import Actor
from domain.refusals import Forbidden, Refused

if TYPE_CHECKING:
    from actions.perform import Writer

# Many that wait for one key or row are let through one by one: a pause stops growing, so that each has its turn.
ATTEMPTS, FIRST_PAUSE, LONGEST_PAUSE = 10, 0.02, 0.32
UNIQUE_ATTEMPTS = 3
T = TypeVar("T")


async def retried(writer: "Writer", actor: Actor, transaction: Callable[[], Awaitable[T]]) -> T:
    for attempt in range(ATTEMPTS):
        try:
            return await transaction()
        except IntegrityError as error:
            # Two have written what there may be once, or refer to what is gone by now: the next attempt sees which.
            await _blame_unknown_user(writer, actor, error, last=attempt == UNIQUE_ATTEMPTS - 1)
        except DBAPIError as error:
            if attempt == ATTEMPTS - 1 or not worth_retrying(error):
                raise
        await asyncio.sleep(min(FIRST_PAUSE * 2**attempt, LONGEST_PAUSE) * (0.5 + writer.jitter()))
    raise AssertionError("unreachable")


async def _blame_unknown_user(writer: "Writer", actor: Actor, error: IntegrityError, *, last: bool) -> None:
    """A token may be good and name a user that this database does not have: every row that we write refers to one."""
    async with writer.transactions() as transaction:
        known = await user_exists(transaction, actor.user_id)
    if known:
        if last:
            raise error
        return
    message = "The user of your token is not known here. Ask for a token of a user that `users` lists."
    raise Refused(Forbidden(message, "UNKNOWN_USER"))
