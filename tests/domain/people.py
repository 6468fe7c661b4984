"""The actors of the domain's tests, and how a refusal is caught."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.actors import Actor
from domain.enums import GlobalRole, TriggeredBy
from domain.refusals import Problem, Refused

NOW = datetime(2026, 6, 15, 12, 0, 0, tzinfo=UTC)
MANAGES = frozenset({GlobalRole.MANAGER})

PERSON = Actor(1)
MANAGER = Actor(2, roles=MANAGES)
AGENT = Actor(1, kind=TriggeredBy.AGENT, agent_id="agent-1")
MANAGERS_AGENT = Actor(2, kind=TriggeredBy.AGENT, agent_id="agent-2", roles=MANAGES)
SYSTEM = Actor(3, kind=TriggeredBy.SYSTEM)
WEBHOOK = Actor(3, kind=TriggeredBy.WEBHOOK)
ALL = (PERSON, MANAGER, AGENT, MANAGERS_AGENT, SYSTEM, WEBHOOK)


def refusal(call: Callable[[], Any]) -> Problem:
    """The one problem that the call is refused for."""
    with pytest.raises(Refused) as caught:
        call()
    [problem] = caught.value.problems
    return problem
