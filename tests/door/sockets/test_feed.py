"""What a subscription tells: every event once, in order, to those who may see it, whoever wrote it."""

import asyncio
from random import Random
from typing import Any

import pytest
from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncEngine

from db import tables as t
from db.base import table_of
from db.engine import POOLS
from db.lease import Lease
from domain.enums import EventType, GlobalRole
from graph import ids
from graph.feed import BATCH, LOOK_BACK_IDS, LOOK_BACK_SECONDS, Position
from tests.door.client import token
from tests.door.sockets.wire import RECORDED, Place, Scene, Socket, id_of, in_use
from tests.make import Make
from tests.support import NOW

WRITES = 200
ADMIN = token(1, GlobalRole.ADMIN)


async def follow(place: Place, socket: Socket, scene: Scene, after: str | None = None) -> None:
    before = place.service.feed.followers
    socket.subscribe("1", RECORDED, company=id_of(scene.company), after=after)
    await place.followed(before + 1)


async def refusal(socket: Socket, **variables: Any) -> list[dict[str, Any]]:
    socket.subscribe("1", RECORDED, **variables)
    message = await socket.next()
    assert message["type"] == "error"
    return message["payload"]


# --- what is told


async def test_a_write_of_this_process_is_told_at_once(feeding: Place, told: Scene) -> None:
    place = Place(feeding.engine, poll_seconds=60)
    async with place.session(told.bearer) as socket:
        await follow(place, socket, told)
        done = await place.move(told.company, told.manager)
        payload = (await socket.next(patience=1))["payload"]
        assert payload["data"]["journeyEventRecorded"] == {
            "__typename": "StageTransitionEvent",
            "id": ids.encode("JourneyEvent", done),
            "company": {"name": told.company.name},
        }


async def test_writes_of_others_are_found_by_looking(feeding: Place, told: Scene) -> None:
    async with feeding.session(told.bearer) as socket:
        await follow(feeding, socket, told)
        for _ in range(3):
            event = await told.make.event(told.company, told.user)
            assert await socket.event() == id_of(event)


async def test_a_mutation_over_http_is_told_to_a_socket(feeding: Place, told: Scene) -> None:
    document = (
        """mutation($id: ID!) { companyTransitionStage(input: {companyId: $id, to: PRE_LIST}) { event { id } } }"""
    )
    async with feeding.session(told.bearer) as socket:
        await follow(feeding, socket, told)
        data = await feeding.http(told.managers).data(document, id=id_of(told.company))
        assert await socket.event() == data["companyTransitionStage"]["event"]["id"]


async def test_a_dry_run_and_a_refusal_tell_nothing(feeding: Place, told: Scene) -> None:
    document = """mutation($id: ID!) { a: companyTransitionStage(input: {companyId: $id, to: PRE_LIST, dryRun: true})
      { changed } b: companyTransitionStage(input: {companyId: $id, to: SCALE}) { errors { code } } }"""
    async with feeding.session(told.bearer) as socket:
        await follow(feeding, socket, told)
        await feeding.http(told.managers).data(document, id=id_of(told.company))
        assert await socket.silent(0.2)


async def test_events_of_other_companies_are_not_told(feeding: Place, told: Scene) -> None:
    async with feeding.session(ADMIN) as socket:
        await follow(feeding, socket, told)
        await told.make.event(told.other, told.user)
        event = await told.make.event(told.company, told.user)
        assert await socket.event() == id_of(event)


async def test_what_was_there_before_is_not_told(feeding: Place, told: Scene) -> None:
    for _ in range(5):
        await told.make.event(told.company, told.user)
    async with feeding.session(told.bearer) as socket:
        await follow(feeding, socket, told)
        assert await socket.silent(0.2)


async def test_all_who_follow_are_told_and_one_looks_for_them(feeding: Place, told: Scene) -> None:
    async with feeding.session(told.bearer) as one, feeding.session(ADMIN) as other:
        await follow(feeding, one, told)
        await follow(feeding, other, told)
        looking = [task for task in asyncio.all_tasks() if "_keep_looking" in repr(task)]
        assert len(looking) == 1
        event = await told.make.event(told.company, told.user)
        assert [await one.event(), await other.event()] == [id_of(event)] * 2


async def test_however_many_of_ones_own_listen_all_are_told(engine: AsyncEngine) -> None:
    """An event is answered for each of them, in turn: that their caller asks for too much at once it does not mean."""
    feeding = Place(engine, most_calls=2, most_waiting=3)
    told = await Scene(Make(engine)).set()
    async with feeding.session(told.bearer) as socket:
        for n in range(12):
            socket.subscribe(str(n), RECORDED, company=id_of(told.company))
            await feeding.followed(n + 1)
        await feeding.move(told.company, told.manager)
        messages = [await socket.next() for _ in range(12)]
        assert {message["type"] for message in messages} == {"next"}
        assert len({message["id"] for message in messages}) == 12
    await feeding.quiet()


async def test_an_event_takes_two_statements_and_waiting_none(
    feeding: Place, told: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, statements = Place(feeding.engine, poll_seconds=60), list[str]()
    original = Lease.run

    async def counted(lease: Lease, run: Any, sql: str, *rest: Any, **options: Any) -> Any:
        statements.append(sql)
        return await original(lease, run, sql, *rest, **options)

    async with place.session(told.bearer) as socket:
        await follow(place, socket, told)
        await asyncio.sleep(0.05)
        assert in_use(POOLS[place.engine.sync_engine].reading) == 0
        monkeypatch.setattr(Lease, "run", counted)
        await told.make.event(told.company, told.user)
        place.service.feed._channels[told.company.id].tell()
        socket_event = await socket.event()
        assert socket_event
        assert len(statements) >= 2
        assert all("company_members" in each for each in statements), "the viewer's own companies, each time"
        assert len([each for each in statements if "partner_journey_events" in each]) <= 3
    assert await place.quiet()


# --- after a break


async def test_a_client_that_was_cut_off_loses_nothing_under_load(feeding: Place, told: Scene) -> None:
    """200 writes by many at once, read by one that is cut off again and again."""
    place, chance = Place(feeding.engine, poll_seconds=0.05, most_waiting=1000), Random(7)
    first = await told.make.event(told.company, told.user)
    seen: list[str] = [id_of(first)]

    async def write() -> list[int]:
        return [await place.move(told.company, told.manager) for _ in range(WRITES // 10)]

    writing = asyncio.gather(*(write() for _ in range(10)))
    while len(seen) <= WRITES:
        async with place.session(told.bearer) as socket:
            socket.subscribe("1", RECORDED, company=id_of(told.company), after=seen[-1])
            for _ in range(chance.randint(1, 60)):
                if len(seen) <= WRITES:
                    seen.append(await socket.event())
    written = [key for keys in await writing for key in keys]
    assert seen[1:] == [ids.encode("JourneyEvent", key) for key in sorted(written)]
    assert len(set(seen)) == WRITES + 1
    assert await place.quiet()


async def test_one_that_stays_loses_nothing_either(feeding: Place, told: Scene) -> None:
    async with feeding.session(told.bearer) as socket:
        await follow(feeding, socket, told)
        own = asyncio.gather(*(feeding.move(told.company, told.manager) for _ in range(WRITES // 2)))
        others = asyncio.gather(*(told.make.event(told.company, told.user) for _ in range(WRITES // 2)))
        seen = [await socket.event() for _ in range(WRITES)]
        written = set(await own) | {each.id for each in await others}
        assert {ids.decode(each)[1] for each in seen} == written
        assert len(set(seen)) == WRITES
        assert await socket.silent(0.1)


async def test_more_than_one_look_finds_are_told_too(feeding: Place, told: Scene) -> None:
    first = await told.make.event(told.company, told.user)
    rows = [
        {"company_id": told.company.id, "user_id": told.user.id, "event_type": EventType.CONTENT_GENERATED,
         "created_at": NOW}
        for _ in range(2 * BATCH + 5)
    ]  # fmt: skip
    async with feeding.engine.begin() as connection:
        await connection.execute(insert(t.JourneyEvent), rows)
    async with feeding.session(told.bearer) as socket:
        await follow(feeding, socket, told, after=id_of(first))
        keys = [ids.decode(await socket.event())[1] for _ in rows]
        assert keys == sorted(set(keys))
        assert await socket.silent(0.1)


async def test_what_commits_late_is_still_told(feeding: Place, told: Scene) -> None:
    """Another program's transaction that holds a lower id, and ends after a higher one was told."""
    if feeding.engine.dialect.name == "sqlite":
        # One writes at a time there: an id that was given out later is never seen earlier. A gap that is filled by hand
        # looks the same to those who read.
        await told.make.event(told.company, told.user, id=10)
        async with feeding.session(told.bearer) as socket:
            await follow(feeding, socket, told)
            await told.make.event(told.company, told.user, id=12)
            assert await socket.event() == ids.encode("JourneyEvent", 12)
            await told.make.event(told.company, told.user, id=11)
            assert await socket.event() == ids.encode("JourneyEvent", 11)
        return
    values = {"company_id": told.company.id, "user_id": told.user.id, "event_type": EventType.CONTENT_GENERATED}
    async with feeding.session(told.bearer) as socket:
        await follow(feeding, socket, told)
        async with feeding.engine.begin() as slow:
            late = (await slow.execute(insert(t.JourneyEvent).values(**values, created_at=NOW))).inserted_primary_key[0]
            early = await told.make.event(told.company, told.user)
            assert await socket.event() == id_of(early)
        assert early.id > late
        assert await socket.event() == ids.encode("JourneyEvent", late)
        assert await socket.silent(0.2)


# --- how far somebody has read


def test_a_position_forgets_what_is_long_ago() -> None:
    position = Position(0)
    for second in range(1000):
        assert position.new([second, second + 1]) == ([second, second + 1] if second == 0 else [second + 1])
        position.seen.update((second, second + 1))
        position.advance(second + 1, second)
    assert position.floor == 1000 - LOOK_BACK_SECONDS
    assert len(position.seen) == LOOK_BACK_SECONDS
    assert position.limit == LOOK_BACK_SECONDS + BATCH


def test_a_position_never_moves_back() -> None:
    position = Position(50)
    position.advance(60, 0)
    position.advance(55, 1)
    position.advance(61, 2)
    assert position.floor == 50
    position.advance(61, LOOK_BACK_SECONDS)
    assert position.floor == 60
    position.advance(61, LOOK_BACK_SECONDS + 2)
    assert position.floor == 61


async def test_where_nothing_happens_the_search_does_not_grow(feeding: Place, told: Scene) -> None:
    """The floor of a company that sleeps moves with the others'."""
    now = 0.0
    feed = feeding.service.feed
    object.__setattr__(feed, "clock", lambda: now)
    await told.make.event(told.other, told.user, id=10 * LOOK_BACK_IDS)
    position, found = await feed._looked(told.company.id, None)
    assert (position.floor, found) == (9 * LOOK_BACK_IDS, [])
    now = LOOK_BACK_SECONDS
    position, _ = await feed._looked(told.company.id, position)
    assert position.floor == 10 * LOOK_BACK_IDS


# --- who may hear it


async def test_anothers_company_and_events_are_as_good_as_unknown(feeding: Place, told: Scene) -> None:
    theirs = await told.make.event(told.other, told.user)
    own = await told.make.event(told.company, told.user)
    nobodys = ids.encode("Company", 10**9), ids.encode("JourneyEvent", 10**9)
    async with feeding.session(told.bearer) as socket:
        company = await refusal(socket, company=id_of(told.other))
        assert company == await refusal(socket, company=nobodys[0])
        assert company[0]["extensions"] == {"code": "NOT_FOUND", "argument": "companyId"}
        # With an event of it, and with one of their own.
        assert company == await refusal(socket, company=id_of(told.other), after=id_of(theirs))
        assert company == await refusal(socket, company=id_of(told.other), after=id_of(own))
        event = await refusal(socket, company=id_of(told.company), after=id_of(theirs))
        assert event == await refusal(socket, company=id_of(told.company), after=nobodys[1])
        assert event[0]["extensions"] == {"code": "NOT_FOUND", "argument": "after"}
        wrong = await refusal(socket, company=id_of(own))
        assert wrong[0]["extensions"]["code"] == "WRONG_ID_TYPE"


async def test_an_event_of_another_company_of_ones_own_is_no_place_to_go_on(feeding: Place, told: Scene) -> None:
    theirs = await told.make.event(told.other, told.user)
    async with feeding.session(ADMIN) as socket:
        errors = await refusal(socket, company=id_of(told.company), after=id_of(theirs))
        assert errors[0]["extensions"] == {"code": "NOT_FOUND", "argument": "after"}


@pytest.mark.parametrize("is_idle", [True, False])
async def test_who_is_no_member_any_more_hears_nothing_more(feeding: Place, told: Scene, is_idle: bool) -> None:
    members = table_of(t.CompanyMember)
    async with feeding.session(told.bearer) as socket, feeding.session(ADMIN) as other:
        await follow(feeding, socket, told)
        await follow(feeding, other, told)
        await feeding.move(told.company, told.manager)
        assert await socket.event() == await other.event()
        async with feeding.engine.begin() as connection:
            await connection.execute(delete(members).where(members.c.user_id == told.user.id))
        if is_idle:
            feeding.service.feed._channels[told.company.id].tell()
        else:
            await feeding.move(told.company, told.manager)
            await other.event()
        message = await socket.next()
        assert message["type"] == "error"
        assert message["payload"][0]["extensions"]["code"] == "NOT_FOUND"
        await feeding.followed(1)


async def test_who_loses_sight_between_look_and_answer_gets_no_answer(
    feeding: Place, told: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer is read as the viewer, too: nothing depends on what the look found."""
    feed = feeding.service.feed

    async def found(*_: Any) -> list[int]:
        return [event.id]

    event = await told.make.event(told.other, told.user)
    async with feeding.session(told.bearer) as socket:
        await follow(feeding, socket, told)
        monkeypatch.setattr(type(feed), "_look", found)
        feed._channels[told.company.id].tell()
        message = await socket.next()
        assert message["payload"]["data"] is None
        assert [each["extensions"]["code"] for each in message["payload"]["errors"]] == ["NOT_FOUND"]
        assert await socket.next() == {"type": "complete", "id": "1"}


async def test_a_database_that_is_gone_for_a_while_is_asked_again(
    feeding: Place, told: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed, failures = feeding.service.feed, 0
    original = type(feed)._looked

    async def failing(*arguments: Any) -> Any:
        nonlocal failures
        failures += 1
        if failures < 3:
            raise ConnectionError
        return await original(*arguments)

    monkeypatch.setattr(type(feed), "_looked", failing)
    async with feeding.session(told.bearer) as socket:
        await follow(feeding, socket, told)
        event = await told.make.event(told.company, told.user)
        assert await socket.event() == id_of(event)
        assert failures >= 3
