"""Runs an action: one transaction, once per idempotency key, again after a deadlock, and not at all on a dry run.

This is the only place that commits.
"""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy.exc import IntegrityError

from actions.audit import Written, forget
from actions.retrying import retried
from db.queries.locked import StoredOutcome, stored_outcome
from db.scope import Scope
from db.tables import IdempotencyKey
from db.writing import Transaction
from domain.actors import Actor
from domain.enums import TriggeredBy
from domain.policy import DEFAULT, Policy
from domain.refusals import Conflict, FieldError, Problem, Refused, invalid
from domain.requests import Request

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Writer:
    """What writing needs from outside: transactions, the clock, ids, chance for waiting times (0 to 1), who keeps the
    audit, the policy that rules go by, and what follows from every change of a company, in the same transaction."""

    transactions: Callable[[], Transaction]
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    jitter: Callable[[], float]
    audit: Callable[[Written], None] = forget
    policy: Policy = DEFAULT
    reactions: tuple["Reaction", ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """Who asks, whether it is only asked what would happen, and the key under which it happens at most once. The audit
    gets what the call cost, in points, and the id that the logs know it by."""

    actor: Actor
    idempotency_key: str | None = None
    dry_run: bool = False
    correlation_id: str = ""
    cost: int | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """What an action works with, inside its transaction."""

    transaction: Transaction
    actor: Actor
    now: datetime
    new_id: Callable[[], str]
    request: Request
    policy: Policy = DEFAULT

    @property
    def scope(self) -> Scope:
        return Scope(self.actor.user_id, everything=self.actor.sees_everything)


Facts = dict[str, Any]
Action = Callable[[Work], Awaitable[Facts]]
Reaction = Callable[[Work, int], Awaitable[None]]
"""Given the key of the company that was changed."""
T = TypeVar("T")


class Postponed(Refused):
    """Refused, and something else is to be done to the company instead, in a transaction of its own, which tells what
    the caller is told. On a dry run nothing is done, and the caller is told `problem`."""

    def __init__(self, problem: Problem, company_id: int, instead: Callable[[Work], Awaitable[Problem]]) -> None:
        super().__init__(problem)
        self.company_id = company_id
        self.instead = instead


@dataclass(frozen=True, slots=True)
class Outcome:
    """`facts` are what the action answered (JSON-safe ids and flags); empty when there are `problems`."""

    facts: Facts = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    replayed: bool = False


async def perform(writer: Writer, call: Call, operation: str, request: "DataclassInstance", action: Action) -> Outcome:
    """`request` is the action's input: a key that comes back with another one is refused."""
    begun, outcome = writer.clock(), None
    try:
        outcome = await _performed(writer, call, operation, request, action)
        return outcome
    finally:
        writer.audit(_written(call, operation, request, outcome, begun, writer.clock()))


def not_performed(writer: Writer, call: Call, operation: str, problems: tuple[Problem, ...]) -> Outcome:
    """A write whose input made no sense."""
    outcome, now = Outcome(problems=problems), writer.clock()
    writer.audit(_written(call, operation, None, outcome, now, now))
    return outcome


def _written(
    call: Call, operation: str, request: Any, outcome: Outcome | None, begun: datetime, ended: datetime
) -> Written:
    facts = {} if outcome is None else outcome.facts
    how = "done" if facts.get("changed", True) else "unchanged"
    if outcome is None or outcome.problems:
        how = "failed" if outcome is None else outcome.problems[0].code
    return Written(
        call.actor,
        operation,
        facts.get("company_id", getattr(request, "company_id", None)),
        how,
        dry_run=call.dry_run,
        replayed=outcome is not None and outcome.replayed,
        begun=begun,
        ended=ended,
        correlation_id=call.correlation_id,
        cost=call.cost,
    )


async def _performed(
    writer: Writer, call: Call, operation: str, request: "DataclassInstance", action: Action
) -> Outcome:
    try:
        _check_key(call)
        asked = Request.of(operation, asdict(request))
        try:
            return await retried(writer, call.actor, lambda: _once(writer, call, asked, action))
        except Postponed as postponed:
            if call.dry_run:
                raise
            late = postponed
            return Outcome(problems=(await retried(writer, call.actor, lambda: _apart(writer, call, asked, late)),))
    except Refused as refused:
        return Outcome(problems=refused.problems)


async def _once(writer: Writer, call: Call, request: Request, action: Action) -> Outcome:
    key, scope = call.idempotency_key, call.actor.scope
    async with writer.transactions() as transaction:
        row = None
        if key is not None and call.dry_run:
            # As the call itself would be answered; the key stays unused.
            if (stored := await stored_outcome(transaction, scope, key)) is not None:
                return _replayed(stored, request.hash)
        elif key is not None:
            row = IdempotencyKey(
                actor_scope=scope, idempotency_key=key, operation=request.operation, request_hash=request.hash
            )
            transaction.add(row)
            try:
                await transaction.flush()
            except IntegrityError:
                await transaction.rollback()
                return await _replay(transaction, scope, key, request.hash)
        work = _work(writer, call, transaction, request)
        facts = await action(work)
        if call.dry_run:
            # It sends its last changes too: what the database would refuse must not be found out only later.
            await transaction.flush()
            await transaction.rollback()
            return Outcome(facts)
        if facts.get("changed", True):
            await _react(writer, work, facts.get("company_id"))
        if row is not None:
            row.outcome = facts
        await transaction.commit()
        return Outcome(facts)


def _work(writer: Writer, call: Call, transaction: Transaction, request: Request) -> Work:
    return Work(transaction, call.actor, writer.clock(), writer.new_id, request, writer.policy)


async def _react(writer: Writer, work: Work, company_id: int | None) -> None:
    if company_id is None:
        return
    await work.transaction.flush()
    for reaction in writer.reactions:
        await reaction(work, company_id)


async def _apart(writer: Writer, call: Call, request: Request, postponed: Postponed) -> Problem:
    async with writer.transactions() as transaction:
        work = _work(writer, call, transaction, request)
        problem = await postponed.instead(work)
        await _react(writer, work, postponed.company_id)
        await transaction.commit()
        return problem


async def _replay(transaction: Transaction, scope: str, key: str, request_hash: str) -> Outcome:
    stored = await stored_outcome(transaction, scope, key)
    if stored is None:
        # The transaction that held the key has just been undone: this call deserves its own answer.
        message = "A call with this idempotency key is under way. Send it again."
        return Outcome(problems=(Conflict(message, "IDEMPOTENCY_KEY_IN_USE", ("idempotencyKey",)),))
    return _replayed(stored, request_hash)


def _replayed(stored: StoredOutcome, request_hash: str) -> Outcome:
    if stored.request_hash != request_hash:
        message = "This idempotency key was used with other input. Use a new key for a new call."
        return Outcome(problems=(Conflict(message, "IDEMPOTENCY_KEY_REUSED", ("idempotencyKey",)),))
    return Outcome(stored.outcome or {}, replayed=True)


def _check_key(call: Call) -> None:
    key = call.idempotency_key
    # MySQL compares "k" and "k " as equal, so no key may end in a space.
    if key is not None and not (1 <= len(key) <= LONGEST_KEY and key.isprintable() and key == key.strip()):
        message = (
            f"`idempotencyKey` takes 1 to {LONGEST_KEY} printable characters, without spaces at its ends; "
            "a UUID is a good one."
        )
        raise invalid(FieldError("idempotencyKey", "MALFORMED", message))
    if key is None and not call.dry_run and call.actor.kind in (TriggeredBy.AGENT, TriggeredBy.WEBHOOK):
        message = "Agents and webhooks must send an `idempotencyKey`, so that a retry cannot act twice."
        raise invalid(FieldError("idempotencyKey", "REQUIRED", message))
