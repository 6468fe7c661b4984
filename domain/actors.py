"""Who acts. Derived from the credentials of a call, never from its input."""

from dataclasses import dataclass, field
from enum import IntEnum

from domain.enums import AgentType, GlobalRole, MemberRole, TriggeredBy


class Rank(IntEnum):
    """Roles in ascending order of what they may do."""

    VIEWER = 0
    EDITOR = 1
    MANAGER = 2
    ADMIN = 3


RANK_OF_ROLE = {role: Rank[role.name] for role in GlobalRole}
# Owning a company lets one edit it; what only a manager may do stays with the programme's managers.
RANK_OF_MEMBER = {MemberRole.VIEWER: Rank.VIEWER, MemberRole.EDITOR: Rank.EDITOR, MemberRole.OWNER: Rank.EDITOR}


NO_EDITOR = "You may read this, but not change it: ask an owner of the company for the editor role."


def may_write(rank: Rank, role: MemberRole | None) -> bool:
    """Whether somebody of this global rank, and this role in a company, may write the company."""
    return rank >= Rank.MANAGER or (role is not None and RANK_OF_MEMBER[role] >= Rank.EDITOR)


@dataclass(frozen=True, slots=True)
class Actor:
    """A user, or an agent, system or webhook acting for one (`user_id` is the user it answers to)."""

    user_id: int
    kind: TriggeredBy = TriggeredBy.USER
    agent_id: str | None = None
    agent_type: AgentType | None = None
    roles: frozenset[GlobalRole] = frozenset()
    # The system that a webhook speaks for, where its credentials say so.
    source: str | None = None
    # Whose idempotency keys, and points, these are.
    scope: str = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        if (self.kind is TriggeredBy.AGENT) != (self.agent_id is not None):
            raise ValueError("an agent has an agent_id, and nobody else has")
        if self.source is not None and self.kind is not TriggeredBy.WEBHOOK:
            raise ValueError("only a webhook has a source")
        # Once for all calls with the same token.
        object.__setattr__(self, "scope", f"{self.kind}:{self.user_id}:{self.agent_id or self.source or ''}")

    @property
    def rank(self) -> Rank:
        return max((RANK_OF_ROLE[role] for role in self.roles), default=Rank.VIEWER)

    @property
    def sees_everything(self) -> bool:
        return self.rank >= Rank.MANAGER

    @property
    def is_manager(self) -> bool:
        """A person with the role: an agent never decides what needs a manager, whoever it acts for."""
        return self.kind is TriggeredBy.USER and self.rank >= Rank.MANAGER
