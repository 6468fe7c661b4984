"""sessionHandOff."""

from typing import Annotated

import strawberry

from actions.handoffs import HandOff, hand_off
from db import tables as t
from domain.enums import AgentType
from domain.handoffs import ContextPolicy
from graph.fields import Info, to_one
from graph.mutations.inputs import Payload, Reading, dry_run, expected_version, idempotency_key, payload, run
from graph.types import refs
from graph.types.enums import describe

describe(
    ContextPolicy, "Which part of a session's context is handed over.",
    FULL="All of it.", SUMMARY="Plain values and short texts; no nested documents.", KEYS="The keys that are named.",
    NONE="Nothing but the handoff's own note.",
)  # fmt: skip


LONGEST_KEY, LONGEST_QUESTION = 200, 1000


@strawberry.input(description="Hand an agent session over to another agent.")
class SessionHandOffInput:
    session_id: strawberry.ID = strawberry.field(description="The session that hands over, by its node `id`.")
    to_agent_type: AgentType = strawberry.field(description="The trade of the agent that goes on.")
    reason: str = strawberry.field(description="Why. 1 to 2,000 characters.")
    policy: ContextPolicy = strawberry.field(
        default=ContextPolicy.FULL, description="Which part of the context goes along."
    )
    keys: list[str] | None = strawberry.field(
        default=None, description="The keys that go along, with `policy: KEYS`. At most 50 of 200 characters."
    )
    redact: list[str] | None = strawberry.field(
        default=None, description="Keys that stay behind whatever the policy says. At most 50 of 200 characters."
    )
    open_questions: list[str] | None = strawberry.field(
        default=None, description="What the next agent has to find out. At most 50 of 1,000 characters."
    )
    expected_version: int | None = expected_version()
    idempotency_key: str | None = idempotency_key()
    dry_run: bool = dry_run()


@payload("The session that goes on, and what was handed to it.")
class SessionHandOffPayload(Payload):
    session = to_one(refs.AgentSession, t.AgentSession, "session_id", "The new session, active.")
    source = to_one(refs.AgentSession, t.AgentSession, "source_id", "The session that handed over, completed.")
    handoff = to_one(refs.SessionHandoff, t.SessionHandoff, "handoff_id", "The handoff.")
    snapshot = to_one(refs.ContextSnapshot, t.ContextSnapshot, "snapshot_id", "The context that was handed over.")
    event = to_one(
        refs.JourneyEvent, t.JourneyEvent, "event_id", "The event; null where the session is about no company."
    )


@strawberry.type
class SessionMutations:
    @strawberry.mutation(
        description="Hand a session over at once: its context is filtered and kept as a snapshot, a new active session "
        "of the other agent type begins with it, and the source is completed. It cannot be lost or done twice."
    )
    async def session_hand_off(
        self, info: Info, input: Annotated[SessionHandOffInput, strawberry.argument(description="What to do.")]
    ) -> SessionHandOffPayload:
        reading = Reading()
        ask = _ask(reading, input)
        return await run(info, input, "sessionHandOff", reading, ask, hand_off)


def _ask(reading: Reading, input: SessionHandOffInput) -> HandOff:
    keyed = (input.policy is ContextPolicy.KEYS) == bool(input.keys)
    reading.check(keyed, "keys", "KEYS_AND_POLICY", "`keys` goes with `policy: KEYS`, and only with it.")
    return HandOff(
        session_id=reading.key("AgentSession", input.session_id, "sessionId"),
        to_agent_type=input.to_agent_type,
        reason=input.reason,
        policy=input.policy,
        keys=reading.lines(input.keys, "keys", LONGEST_KEY),
        redact=reading.lines(input.redact, "redact", LONGEST_KEY),
        open_questions=reading.lines(input.open_questions, "openQuestions", LONGEST_QUESTION),
        expected_version=input.expected_version,
    )
