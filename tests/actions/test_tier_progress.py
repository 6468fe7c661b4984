"""partnerTierProgressRecord, Company.tierGap and companyStartJourney."""

import asyncio
from typing import Any

from db import tables as t
from domain.enums import PartnerTier, TriggeredBy
from tests.actions.calls import PROGRESS, START
from tests.actions.scene import Scene, done, refused, rows, set_up
from tests.make import Make
from tests.support import NOW

GAP = """
query Gap($id: ID!, $to: PartnerTier) { company(id: $id) { journeyStartedAt
  tierGap(to: $to) { tier met fix { mutation args } requirements { requirement needed value missing asOf stale met } }
  tierProgress { nodes { requirement value asOf } } } }
"""
COUNTED = [
    {"requirement": name, "value": value}
    for name, value in (("ACCREDITED", 8), ("FOUNDATIONAL", 4), ("TECHNICAL", 6), ("PROFESSIONAL", 3), ("LAUNCHED", 20))
]


async def seen(scene: Scene, to: str | None = None) -> dict[str, Any]:
    return (await scene.as_(scene.viewer).data(GAP, id=scene.company_id, to=to))["company"]


async def test_the_gap_closes_with_what_is_counted(scene: Scene) -> None:
    before = (await seen(scene))["tierGap"]
    assert (before["tier"], before["met"], len(before["fix"]["args"]["figures"])) == ("ADVANCED", False, 6)
    editor, on = scene.as_(scene.editor), {"companyId": scene.company_id}
    await done(editor, PROGRESS.document, **on, figures=COUNTED)
    gap = (await seen(scene))["tierGap"]
    assert [each["requirement"] for each in gap["fix"]["args"]["figures"]] == ["MONTHLY_REVENUE"]
    assert gap["fix"]["args"]["companyId"] == scene.company_id
    await done(editor, PROGRESS.document, **on, figures=[{"requirement": "MONTHLY_REVENUE", "value": 10_000}])
    gap = (await seen(scene))["tierGap"]
    assert (gap["met"], gap["fix"]) == (True, None)
    assert not (await seen(scene, "PREMIER"))["tierGap"]["met"]


async def test_figures_are_kept_and_the_latest_day_counts(scene: Scene) -> None:
    agent, on = scene.agent, {"companyId": scene.company_id}
    for key, (value, as_of) in enumerate(((5, None), (5, None), (9, "2026-05-01"), (7, None), (1, "2024-01-01"))):
        figures = [{"requirement": "LAUNCHED", "value": value}]
        made = await done(agent, PROGRESS.document, **on, figures=figures, asOf=as_of, idempotencyKey=str(key))
        assert made["changed"] == (key != 1)
    gap = (await seen(scene))["tierGap"]
    [launched] = [each for each in gap["requirements"] if each["requirement"] == "LAUNCHED"]
    assert (launched["value"], launched["missing"], launched["asOf"]) == (7, 13, NOW.date().isoformat())
    assert len(await rows(scene.engine, t.TierProgress)) == 4


async def test_what_was_said_of_an_earlier_day_is_not_said_again(scene: Scene) -> None:
    editor, figures = scene.as_(scene.editor), [{"requirement": "LAUNCHED", "value": 3}, COUNTED[0]]
    on = {"companyId": scene.company_id, "figures": figures}
    for day, changed in (("2026-06-01", True), ("2026-05-01", True), ("2026-05-01", False), ("2026-06-01", False)):
        assert (await done(editor, PROGRESS.document, **on, asOf=day))["changed"] == changed
    other = {**on, "figures": [{"requirement": "LAUNCHED", "value": 4}, COUNTED[0]], "asOf": "2026-05-01"}
    assert [(await done(editor, PROGRESS.document, **other))["changed"] for _ in range(2)] == [True, False]
    assert (await done(editor, PROGRESS.document, **on, asOf="2026-05-01"))["changed"]
    kept = [(row.as_of.month, row.requirement, row.value) for row in await rows(scene.engine, t.TierProgress)]
    assert kept == [(month, *each) for month in (6, 5) for each in (("launched", 3), ("accredited", 8))] + [
        (5, "launched", 4), (5, "launched", 3),
    ]  # fmt: skip


async def test_what_is_sent_several_times_at_once_is_written_once(scene: Scene) -> None:
    editor, on = scene.as_(scene.editor), await PROGRESS.ready(scene)
    made = await asyncio.gather(*(done(editor, PROGRESS.document, **on) for _ in range(4)))
    assert sorted(each["changed"] for each in made) == [False, False, False, True]
    assert len(await rows(scene.engine, t.TierProgress)) == 1


async def test_a_webhook_may_say_it_and_no_event_tells_of_it(scene: Scene) -> None:
    before = await rows(scene.engine, t.JourneyEvent)
    webhook = scene.as_(scene.editor, TriggeredBy.WEBHOOK)
    await done(webhook, PROGRESS.document, **await PROGRESS.ready(scene), idempotencyKey="1")
    await done(webhook, START.document, **await START.ready(scene), idempotencyKey="2")
    assert await rows(scene.engine, t.JourneyEvent) == before


async def test_the_last_tier_has_no_next(scene: Scene, make: Make) -> None:
    best = await set_up(scene.engine, make, partner_tier=PartnerTier.PREMIER)
    none = await set_up(scene.engine, make, partner_tier=None)
    assert (await seen(best))["tierGap"] is None
    assert (await seen(none))["tierGap"] == {
        "tier": "STANDARD", "met": True, "fix": None, "requirements": [],
    }  # fmt: skip


async def test_wrong_figures_are_refused(scene: Scene) -> None:
    editor, on = scene.as_(scene.editor), {"companyId": scene.company_id}
    twice = [{"requirement": "LAUNCHED", "value": 1}] * 2
    error = await refused(editor, PROGRESS.document, **on, figures=twice, asOf="2026-06-16")
    assert [each["code"] for each in error["fieldErrors"]] == ["REPEATED", "IN_THE_FUTURE"]
    assert (await refused(editor, PROGRESS.document, **on, figures=[]))["code"] == "TOO_MANY"


async def test_a_journey_starts_once(scene: Scene) -> None:
    editor, on = scene.as_(scene.editor), {"companyId": scene.company_id}
    for at, code in (("2026-06-16T00:00:00Z", "IN_THE_FUTURE"), ("1969-12-31T00:00:00Z", "TOO_EARLY")):
        assert (await refused(editor, START.document, **on, startedAt=at))["code"] == code
    await done(editor, START.document, **await START.ready(scene))
    assert (await seen(scene))["journeyStartedAt"] == "2026-06-01T00:00:00Z"
    again = await done(editor, START.document, **on)
    assert (again["changed"], (await seen(scene))["journeyStartedAt"]) == (False, "2026-06-01T00:00:00Z")
