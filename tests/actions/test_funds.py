"""Applications for market development funds: each step once, told in any order by webhooks and in theirs by others."""

from datetime import timedelta
from itertools import count, permutations
from random import Random
from typing import Any

import pytest

from db import tables as t
from domain.enums import EventType
from domain.times import precise
from tests.actions.calls import EVENT_RECORD, MDF
from tests.actions.scene import Scene, done, refused, rows, source
from tests.actions.test_event_log import verified
from tests.support import NOW

FUNDS = """
query Funds($id: ID!) { company(id: $id) { mdfApplications {
  applicationId status amount approvedAmount currency reason leadsTo outOfOrder submittedAt decidedAt changedAt
  product { id } event { id } } } }
"""
keys = map(str, count(1))
Step = dict[str, Any]


async def funds(scene: Scene) -> list[dict[str, Any]]:
    return (await scene.as_(scene.viewer).data(FUNDS, id=scene.company_id))["company"]["mdfApplications"]


async def test_an_application_goes_all_its_way(scene: Scene) -> None:
    editor, base = scene.as_(scene.editor), {"companyId": scene.company_id, "applicationId": "MDF-7"}
    for to, more in (
        ("DRAFT", {"amount": "100", "currency": "EUR"}), ("SUBMITTED", {}), ("DRAFT", {"reason": "too low"}),
        ("SUBMITTED", {"amount": "200"}), ("ACTION_REQUIRED", {"reason": "where is the plan?"}), ("SUBMITTED", {}),
        ("APPROVED", {"amount": "150.50"}),
    ):  # fmt: skip
        made = await done(editor, MDF.document, **base, to=to, **more)
        assert (made["changed"], made["application"]["status"]) == (True, to)
    [found] = await funds(scene)
    assert (found["status"], found["amount"], found["approvedAmount"], found["currency"], found["leadsTo"]) == (
        "APPROVED", "200", "150.5", "EUR", [],
    )  # fmt: skip
    types = [row.event_type for row in await rows(scene.engine, t.JourneyEvent)]
    assert types == [EventType.MDF_SUBMITTED] * 6 + [EventType.MDF_APPROVED]
    assert (await refused(editor, MDF.document, **base, to="CANCELED", reason="x"))["code"] == "NO_SUCH_MOVE"
    assert not (await done(editor, MDF.document, **base, to="APPROVED"))["changed"]
    again = {"companyId": scene.company_id, "mdfSubmitted": {"applicationId": "MDF-7"}}
    assert not (await done(editor, EVENT_RECORD.document, **again))["changed"]


async def test_what_a_webhook_brings_too_early_counts_once_it_fits(scene: Scene) -> None:
    base = {"companyId": scene.company_id, "applicationId": "MDF-7"}
    at = {"to": "APPROVED", "amount": "90", "occurredAt": "2026-06-02T00:00:00Z"}
    await done(source(scene), MDF.document, **base, **at, idempotencyKey="1")
    [found] = await funds(scene)
    assert (found["status"], found["outOfOrder"]) == (None, True)
    early = {"to": "SUBMITTED", "amount": "100", "occurredAt": "2026-06-01T00:00:00Z"}
    made = await done(source(scene), MDF.document, **base, **early, idempotencyKey="2")
    assert made["application"]["status"] == "APPROVED"
    [found] = await funds(scene)
    assert (found["status"], found["outOfOrder"], found["amount"], found["approvedAmount"]) == (
        "APPROVED", False, "100", "90",
    )  # fmt: skip


async def test_what_a_webhook_says_after_the_decision_is_kept_once(scene: Scene) -> None:
    base = {"companyId": scene.company_id, "applicationId": "MDF-7"}
    webhook, kept = source(scene), [True, True, True, False, False]
    steps = ("SUBMITTED", "REJECTED", "APPROVED", "APPROVED", "SUBMITTED")
    for number, (to, changes) in enumerate(zip(steps, kept, strict=True)):
        made = await done(webhook, MDF.document, **base, to=to, reason="so", idempotencyKey=str(number))
        assert made["changed"] is changes, (number, to)
    [found] = await funds(scene)
    assert (found["status"], found["outOfOrder"]) == ("REJECTED", False)


async def test_who_decides_on_funds(scene: Scene) -> None:
    base = await MDF.ready(scene)
    await done(scene.agent, MDF.document, **base, idempotencyKey="1")
    for to in ("APPROVED", "REJECTED", "ACTION_REQUIRED"):
        error = await refused(scene.agent, MDF.document, **{**base, "to": to}, reason="x", idempotencyKey=to)
        assert (error["__typename"], error["code"]) == ("Forbidden", "PERSON_REQUIRED")
    stale = await refused(scene.as_(scene.editor), MDF.document, **{**base, "to": "REJECTED"}, expectedStatus="DRAFT")
    assert (stale["code"], stale["actual"]) == ("STALE", "SUBMITTED")


def step(to: str, day: int, **more: Any) -> Step:
    return {"to": to, "occurredAt": f"2026-06-{day:02}T08:00:00Z", **more}


async def heard(scene: Scene, name: str, steps: Any) -> list[bool]:
    """What a webhook tells of an application, and which of it is recorded."""
    on = {"companyId": scene.company_id, "applicationId": name}
    webhook = source(scene)
    return [(await done(webhook, MDF.document, **on, **each, idempotencyKey=next(keys)))["changed"] for each in steps]


ENDS = ("status", "amount", "approvedAmount", "currency", "outOfOrder", "submittedAt", "decidedAt", "changedAt")


async def test_a_history_ends_alike_in_every_order_of_arrival(scene: Scene) -> None:
    history = [
        step("SUBMITTED", 2, amount="100", currency="EUR"), step("ACTION_REQUIRED", 3, reason="why?"),
        step("SUBMITTED", 4, amount="90"), step("APPROVED", 5, amount="80.50"),
    ]  # fmt: skip
    for number, order in enumerate(permutations(history)):
        assert await heard(scene, str(number), [*order, *order]) == [True] * 4 + [False] * 4
    found = await funds(scene)
    assert len(found) == 24
    assert {tuple(each[name] for name in ENDS) for each in found} == {
        ("APPROVED", "90", "80.5", "EUR", False, "2026-06-04T08:00:00Z", "2026-06-05T08:00:00Z", "2026-06-05T08:00:00Z")
    }


async def test_a_longer_history_ends_alike_too(scene: Scene) -> None:
    names, dice = ("DRAFT", "SUBMITTED", "DRAFT", "SUBMITTED", "REJECTED"), Random(7)
    history = [step(to, day, reason="so") for day, to in enumerate(names, 1)]
    for number in range(8):
        await heard(scene, str(number), dice.sample(history, len(history)))
    ends = {(each["status"], each["submittedAt"], each["outOfOrder"]) for each in await funds(scene)}
    assert ends == {("REJECTED", "2026-06-04T08:00:00Z", False)}


async def test_steps_within_a_second_keep_their_order(scene: Scene) -> None:
    at = {n: precise(NOW - timedelta(seconds=9) + timedelta(microseconds=n)) for n in (250, 750)}
    steps = [{"to": "SUBMITTED", "occurredAt": at[750]}, {"to": "DRAFT", "occurredAt": at[250]}]
    assert await heard(scene, "A", steps) == [True, True]
    [found] = await funds(scene)
    assert (found["status"], found["submittedAt"]) == ("SUBMITTED", at[750])
    assert [row.event_data["occurred_at"] for row in await rows(scene.engine, t.JourneyEvent)] == [at[750], at[250]]
    assert (await verified(scene))["isIntact"]


@pytest.mark.parametrize("kind", ["person", "agent"])
async def test_who_is_no_webhook_tells_of_steps_in_their_order(scene: Scene, kind: str) -> None:
    graph = scene.agent if kind == "agent" else scene.as_(scene.editor)
    on = {"companyId": scene.company_id, "applicationId": "A"}
    await done(graph, MDF.document, **on, **step("DRAFT", 3), idempotencyKey=next(keys))
    for document, early in (
        (MDF.document, {**on, **step("SUBMITTED", 2)}),
        (EVENT_RECORD.document, {"companyId": scene.company_id, "mdfSubmitted": {"applicationId": "A"},
                                 "occurredAt": "2026-06-02T08:00:00Z"}),
    ):  # fmt: skip
        error = await refused(graph, document, **early, idempotencyKey=next(keys))
        assert (error["__typename"], error["code"], error["path"]) == (
            "ValidationFailed", "BEFORE_THE_LAST_STEP", ["occurredAt"],
        )  # fmt: skip
        assert "2026-06-03T08:00:00Z" in error["message"]
    assert len(await rows(scene.engine, t.JourneyEvent)) == 1
    for again in (False, True):
        made = await done(graph, MDF.document, **on, **step("SUBMITTED", 3), idempotencyKey=next(keys))
        assert (made["changed"], made["application"]["status"]) == (not again, "SUBMITTED")


async def test_a_person_does_not_approve_what_nobody_asked_for(scene: Scene) -> None:
    await heard(scene, "A", [step("APPROVED", 5)])
    editor, on = scene.as_(scene.editor), {"companyId": scene.company_id}
    error = await refused(editor, EVENT_RECORD.document, **on, mdfApproved={"applicationId": "A"})
    assert (error["__typename"], error["gates"][0]["code"]) == ("GatesFailed", "MDF_SUBMITTED")
    # The step that was missing is recorded by a person too, and what has waited for it counts.
    made = await done(editor, MDF.document, **on, applicationId="A", **step("SUBMITTED", 4))
    assert made["application"]["status"] == "APPROVED"
    assert not (await done(editor, EVENT_RECORD.document, **on, mdfApproved={"applicationId": "A"}))["changed"]


async def test_what_aws_answers_says_nothing_of_what_was_asked(scene: Scene) -> None:
    editor, on = scene.as_(scene.editor), {"companyId": scene.company_id, "applicationId": "A"}
    await done(editor, MDF.document, **on, to="SUBMITTED", amount="100", currency="EUR")
    for to, more in (("ACTION_REQUIRED", {}), ("SUBMITTED", {}), ("REJECTED", {"reason": "no"})):
        amount = {} if to == "SUBMITTED" else {"amount": "7", "currency": "USD"}
        await done(editor, MDF.document, **on, to=to, **more, **amount)
        [found] = await funds(scene)
        assert (found["status"], found["amount"], found["currency"], found["approvedAmount"]) == (
            to, "100", "EUR", None
        )  # fmt: skip
