"""What waits for somebody, beside the gates: read with the facts of a company, then advised on by pure rules.

`ref` is the node id that the API knows a row by.
"""

from dataclasses import dataclass
from datetime import datetime

from domain.documents import Step
from domain.enums import AgentType, ChainStatus, ChurnRisk


@dataclass(frozen=True, slots=True)
class ChainFacts:
    """A workflow chain in progress, paused or failed. `due_at` is when it is expected to be complete."""

    ref: str
    name: str
    status: ChainStatus
    steps: tuple[Step, ...]
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HandoffFacts:
    """A pending offer of a session."""

    ref: str
    to_agent_type: AgentType
    reason: str
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ApprovalFacts:
    """What an agent asked for, and nobody has decided."""

    ref: str
    summary: str
    agent_id: str
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EntitlementFacts:
    """What a customer bought. `signal` is the strongest of its upsell signals, 0 to 1."""

    ref: str
    customer: str
    churn_risk: ChurnRisk | None = None
    recommended_upgrade: str | None = None
    signal: float | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    chains: tuple[ChainFacts, ...] = ()
    handoffs: tuple[HandoffFacts, ...] = ()
    approvals: tuple[ApprovalFacts, ...] = ()
    entitlements: tuple[EntitlementFacts, ...] = ()
