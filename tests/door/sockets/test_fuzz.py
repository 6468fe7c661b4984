"""Thousands of frames that nobody would send, from a seeded generator: it closes or answers, and leaks nothing."""

import asyncio
import json
from collections import Counter
from random import Random
from typing import Any

from graph.transports.frames import Code
from tests.door.sockets.wire import RECORDED, Closed, Place, Scene, Socket, id_of

SEED, FRAMES, MOST_OF_ONE = 20260615, 5000, 12
TYPES = ["connection_init", "ping", "pong", "subscribe", "complete", "next", "error", "connection_ack", "start", "", 1]
IDS = ["a", "b", "a" * 128, "a" * 129, "", None, 1, [], "\0", "é"]
VALUES: list[Any] = [None, True, 0, -1, 1e308, 2**70, "", "x" * 300, "\u2028", [], {}, [[[]]], {"a": {"b": [1]}}]
CODES = {int(each) for each in Code}


def message(chance: Random, documents: list[dict[str, Any]]) -> dict[str, Any]:
    """Something like a message, most of the time one that may be sent."""
    if chance.random() < 0.5:
        return {"type": "subscribe", "id": chance.choice("abcdef"), "payload": chance.choice(documents)}
    found: dict[str, Any] = {"type": chance.choice(TYPES[:5] if chance.random() < 0.8 else TYPES)}
    if chance.random() < 0.6:
        found["id"] = chance.choice(IDS[:2] if chance.random() < 0.7 else IDS)
    if chance.random() < 0.6:
        found["payload"] = chance.choice([{}, *VALUES, *documents])
    return found


def mutated(chance: Random, text: str) -> str:
    """With characters taken out, put in, doubled or exchanged."""
    characters = list(text)
    for _ in range(chance.randint(1, 4)):
        at, what = chance.randrange(len(characters) + 1), chance.random()
        if what < 0.3:
            del characters[at : at + chance.randint(1, 5)]
        elif what < 0.7:
            characters.insert(at, chance.choice('{}[]",:\\\0\ud800\udfffé€\U0001f600 \n1e-'))
        else:
            characters[at:at] = characters[max(0, at - 20) : at] * chance.randint(1, 3)
    return "".join(characters)


def frame(chance: Random, documents: list[dict[str, Any]]) -> tuple[str | None, bytes | None]:
    what = chance.random()
    if what < 0.05:
        return None, chance.randbytes(chance.randint(0, 200))
    if what < 0.1:
        return chance.randbytes(chance.randint(0, 200)).decode("latin-1"), None
    text = json.dumps(message(chance, documents), ensure_ascii=chance.random() < 0.5)
    return (mutated(chance, text) if what < 0.3 else text), None


async def ended(socket: Socket) -> int | None:
    """The code that it was closed with, once it has had time to answer; None where it is still open."""
    while True:
        try:
            await socket.next(0.003)
        except TimeoutError:
            return None
        except Closed as closed:
            return closed.code


async def test_no_frame_breaks_a_socket(place: Place, scene: Scene) -> None:
    chance, codes, sent = Random(SEED), Counter[int | None](), 0
    company = id_of(scene.company)
    documents = [
        {"query": "{ viewer { demo } }"}, {"query": "{ companies { nodes { name } } }"}, {"query": "{ nothing }"},
        {"query": "{"}, {"query": "\0"}, {"documentId": "x"}, {"query": RECORDED, "variables": {"company": company}},
        {"query": RECORDED, "variables": {"company": company, "after": "x"}}, {"query": RECORDED, "variables": []},
        {"query": RECORDED}, {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}},
        {"query": "mutation { companyTransitionStage(input: {companyId: 1, to: SCALE}) { changed } }"},
    ]  # fmt: skip
    place.service.allowance.most = None
    while sent < FRAMES:
        async with place.socket() as socket:
            if chance.random() < 0.9:
                await socket.begin(scene.bearer)
            for _ in range(chance.randint(1, MOST_OF_ONE)):
                socket.frame(*frame(chance, documents))
                sent += 1
            codes[await ended(socket)] += 1
            sent -= socket.unread
    assert codes.keys() <= {None, *CODES}, codes
    assert Code.FAILED not in codes
    # It got everywhere.
    assert {Code.MALFORMED, Code.UNAUTHORIZED, Code.SAME_ID, Code.INIT_TWICE, None} <= codes.keys(), codes
    assert await place.quiet()
    async with place.session(scene.bearer) as socket:
        socket.subscribe("1", RECORDED, company=company)
        await place.followed()
        await place.move(scene.company, scene.manager)
        assert await socket.event()


async def test_a_crowd_that_comes_and_goes_leaves_nothing(place: Place, scene: Scene) -> None:
    chance = Random(SEED)

    async def come_and_go() -> None:
        async with place.session(scene.bearer) as socket:
            for n in range(5):
                socket.subscribe(f"{n}", RECORDED, company=id_of(scene.company))
                socket.subscribe(f"q{n}", "{ companies { nodes { events { totalCount } } } }")
            for n in range(chance.randint(0, 5)):
                socket.send("complete", id=f"{n}")
                await asyncio.sleep(0)

    for _ in range(5):
        await asyncio.gather(*(come_and_go() for _ in range(15)))
    assert await place.quiet()
