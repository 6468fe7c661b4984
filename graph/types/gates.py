"""Gates: what a move waits for, and the call that would change it. Their sources are those of `domain.refusals`."""

from typing import Any

import strawberry
from strawberry.scalars import JSON

from domain.refusals import GateStatus
from graph.types.documents import Reference
from graph.types.enums import describe

describe(
    GateStatus, "Whether a gate lets pass.",
    PASS="It is open.", FAIL="It is closed.", WARN="It is open, but something is not as it should be.",
    WAIVED="Someone decided that it need not be met.", UNKNOWN="It cannot be told.",
)  # fmt: skip


@strawberry.type(description="A call that would change a gate.")
class Fix:
    mutation: str = strawberry.field(description="The mutation to call.")
    args: JSON = strawberry.field(description="Its input, but for what only the caller knows.")
    template_slug: str | None = strawberry.field(description="A content template that helps.")


@strawberry.type(description="A condition that must be met.")
class Gate:
    code: str = strawberry.field(description="Stable and machine-readable.")
    label: str = strawberry.field(description="What it asks for.")
    status: GateStatus = strawberry.field(description="Whether it lets pass.")
    detail: str = strawberry.field(description="What was found.")
    fix: Fix | None = strawberry.field(description="What would change it, where a call can.")

    @strawberry.field(description="What the status rests on. Bounded by what was looked at.")
    def evidence(self, gate: strawberry.Parent[Any]) -> list[Reference]:
        return [Reference(type=type_, id=strawberry.ID(id_)) for type_, id_ in gate.evidence]  # type: ignore[call-arg]
