"""The demo data's approvals: every state, and none that the rules would not have made."""

from collections import Counter
from datetime import timedelta

import pytest

from actions.perform import Request
from domain.actors import Actor
from domain.approvals import live_key, status
from domain.enums import ApprovalDecision, ApprovalStatus, TriggeredBy
from domain.policy import DEFAULT
from tests.db.test_demo import STAGES, Rows
from tests.db.test_demo import rows as rows  # the fixture

pytestmark = pytest.mark.slow


def test_there_is_one_in_every_state_and_the_first_is_open(rows: Rows) -> None:
    states = [status(each["decision"], each["used_at"], each["expires_at"], rows["now"]) for each in rows["approvals"]]
    assert set(states) == set(ApprovalStatus)
    assert states[0] is ApprovalStatus.PENDING
    assert max(Counter(states).values()) < len(rows["companies"])


def test_each_holds_for_the_request_that_it_shows(rows: Rows) -> None:
    for each in rows["approvals"]:
        assert each["request_hash"] == Request.of(each["operation"], each["request"]).hash
        assert each["expires_at"] == each["created_at"] + timedelta(hours=DEFAULT.approvals.lifetime_hours)
        scope = Actor(each["user_id"], TriggeredBy.AGENT, each["agent_id"]).scope
        assert each["live_key"] == (live_key(scope, each["request_hash"]) if each["used_at"] is None else None)


def test_each_was_decided_and_used_in_its_time(rows: Rows) -> None:
    for each in rows["approvals"]:
        decided = each["decision"] is not ApprovalDecision.PENDING
        assert decided == (each["decided_at"] is not None) == (each["decided_by"] is not None)
        times = [each[name] for name in ("created_at", "decided_at", "used_at") if each[name] is not None]
        assert times == sorted(times)
        assert times[-1] <= min(rows["now"], each["expires_at"])
        assert each["version"] == len(times)


def test_what_agents_did_of_high_impact_was_approved(rows: Rows) -> None:
    used = Counter(
        (each["company_id"], each["agent_id"], each["used_at"]) for each in rows["approvals"] if each["used_at"]
    )
    done = Counter(
        (event["company_id"], event["agent_id"], event["created_at"])
        for event in rows["partner_journey_events"]
        if event["triggered_by"] == "agent" and _is_guarded(event)
    )
    assert used == done
    assert len(done) > 5


def _is_guarded(event: dict) -> bool:
    if event["event_type"] == "stage_transition":
        return STAGES.index(event["to_stage"]) >= STAGES.index("launch")
    data = event["event_data"]
    return event["event_type"] == "blocker_resolved" and (data["severity"], data["status"]) == ("critical", "resolved")
