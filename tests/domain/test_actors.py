"""Who counts as what."""

import pytest

from domain.actors import Actor, Rank
from domain.enums import GlobalRole, TriggeredBy
from tests.domain.people import AGENT, ALL, MANAGER, MANAGERS_AGENT, PERSON, SYSTEM


@pytest.mark.parametrize("kind", [kind for kind in TriggeredBy if kind is not TriggeredBy.AGENT])
def test_only_agents_have_an_agent_id(kind: TriggeredBy) -> None:
    assert Actor(1, kind=kind).agent_id is None
    with pytest.raises(ValueError, match="agent_id"):
        Actor(1, kind=kind, agent_id="agent-1")


def test_an_agent_without_an_agent_id_is_none() -> None:
    with pytest.raises(ValueError, match="agent_id"):
        Actor(1, kind=TriggeredBy.AGENT)


def test_the_highest_role_counts() -> None:
    assert Actor(1).rank is Rank.VIEWER
    assert Actor(1, roles=frozenset({GlobalRole.VIEWER, GlobalRole.EDITOR})).rank is Rank.EDITOR
    assert MANAGER.rank is Rank.MANAGER


def test_a_managers_agent_sees_what_the_manager_sees_but_is_no_manager() -> None:
    assert MANAGER.is_manager
    assert MANAGERS_AGENT.sees_everything
    assert not MANAGERS_AGENT.is_manager


def test_each_actor_has_idempotency_keys_of_its_own() -> None:
    assert len({actor.scope for actor in ALL}) == len(ALL)
    assert PERSON.scope != AGENT.scope != SYSTEM.scope
