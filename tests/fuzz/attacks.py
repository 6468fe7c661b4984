"""What somebody with one token, or none, does to starve the others: each attack goes on for its seconds."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from itertools import count

from graphql import get_introspection_query

from tests.door.issuer import ISSUER
from tests.fuzz.junk import head

SECONDS = 1.0
CONNECTIONS = 16
Address = tuple[str, int]
PATH = b"/graphql"


def post(bearer: str, body: bytes) -> bytes:
    length = b"Content-Length: %d" % len(body)
    lines = (b"Authorization: Bearer " + bearer.encode(), b"Content-Type: application/json", length)
    return head(b"POST", PATH, *lines) + body


def of(query: str, **variables: object) -> bytes:
    return json.dumps({"query": query, "variables": variables}).encode()


# Bodies without end: what is known already would be refused, or answered, from memory.


def multiplying(n: int) -> bytes:
    parts = [f"fragment F{k} on Query {{ ...F{k + 1} ...F{k + 1} }}" for k in range(40)]
    return of(f"query Q{n} {{ ...F0 }} {' '.join(parts)} fragment F40 on Query {{ __typename }}")


def commas(n: int) -> bytes:
    return of(f"query Q{n} {{ __typename {',' * 60_000} }}")


def equal_fields(n: int) -> bytes:
    return of(f"query Q{n} {{ {'viewer { demo } ' * 490} }}")


def aliases(n: int) -> bytes:
    return of(f"query Q{n} {{ {' '.join(f'a{k}: companies(first: 100) {{ totalCount }}' for k in range(30))} }}")


def dear(n: int) -> bytes:
    """As dear as may be, and the rows are there."""
    return of(
        f"query Q{n} {{ companies(first: 40) {{ nodes {{ id name events(first: 100) {{ nodes {{ id }} }} }} }} }}"
    )


def deep(n: int) -> bytes:
    return of(f"query Q{n} {{ {'company { ' * 660} id {'}' * 660} }}")


def introspection(n: int) -> bytes:
    return of(get_introspection_query(input_value_deprecation=True).replace("IntrospectionQuery", f"Q{n}"))


def aliased_introspection(n: int) -> bytes:
    inner = " ".join(f"b{k}: fields {{ name }}" for k in range(5))
    outer = " ".join(f"a{k}: fields {{ type {{ ofType {{ {inner} }} }} }}" for k in range(4))
    return of(f"query Q{n} {{ __schema {{ types {{ {outer} }} }} }}")


def errors(n: int) -> bytes:
    """Names that are nearly right cost most."""
    return of(f"query Q{n} {{ {' '.join(f'companie{k} {{ nodse }}' for k in range(440))} }}")


def many_ids(n: int) -> bytes:
    return of("query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=[f"{n}x{k}" for k in range(80_000)])


def long_filter(n: int) -> bytes:
    filter_ = {"country": [f"{n}x{k}" for k in range(80_000)]}
    return of("query Q($f: CompanyFilter) { companies(filter: $f) { totalCount } }", f=filter_)


def registrations(n: int) -> bytes:
    query = f"query Q{n} {{ __typename }} #{'x' * 8_000}"
    persisted = {"version": 1, "sha256Hash": sha256(query.encode()).hexdigest()}
    return json.dumps({"query": query, "extensions": {"persistedQuery": persisted}}).encode()


def batches(n: int) -> bytes:
    return b"[" + b",".join([of("{ __typename }")] * 5_000) + b"]"


@dataclass(frozen=True)
class Flood:
    """So many connections ask, and wait for each answer."""

    bodies: Callable[[int], bytes]
    connections: int = CONNECTIONS

    async def __call__(self, address: Address, bearer: str) -> None:
        end, numbers = time.perf_counter() + SECONDS, count()
        await asyncio.gather(*(self._asks(address, bearer, numbers, end) for _ in range(self.connections)))

    async def _asks(self, address: Address, bearer: str, numbers: Iterator[int], end: float) -> None:
        # The server may leave an attacker whose bodies take too long to arrive.
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            async with connected(address) as (reader, writer):
                while time.perf_counter() < end:
                    writer.write(post(bearer, self.bodies(next(numbers))))
                    assert 200 <= await status_of(reader) < 500


class Forged(Flood):
    """Every token another one, which nobody has signed, with a key that nobody knows."""

    async def _asks(self, address: Address, bearer: str, numbers: Iterator[int], end: float) -> None:
        signature = bearer.rpartition(".")[2]
        async with connected(address) as (reader, writer):
            while time.perf_counter() < end:
                wrapped = "eyJhbGciOiJIUzI1NiIsImtpZCI6IngifQ." + f"{ISSUER}{next(numbers)}".encode().hex()
                writer.write(post(f"{wrapped}.{signature}", of("{ __typename }")))
                assert await status_of(reader) == 401


async def at_once(address: Address, bearer: str) -> None:
    """A thousand calls of one caller."""
    found = await asyncio.gather(*(_one(address, post(bearer, dear(n))) for n in range(1_000)))
    assert set(found) <= {200, 429}
    assert found.count(429) >= 500


async def _one(address: Address, request: bytes) -> int:
    async with connected(address) as (reader, writer):
        writer.write(request)
        return await status_of(reader)


async def slow_readers(address: Address, bearer: str) -> None:
    """Ask for much, again and again, and read nothing."""
    await _held(address, 60, [post(bearer, introspection(n)) * 8 for n in range(60)])


async def silent(address: Address, bearer: str) -> None:
    await _held(address, 700, [b""] * 700)


async def crowded(address: Address, bearer: str) -> None:
    """Those who come are behind many in the door, and the loop has much to do."""
    await asyncio.gather(Flood(introspection)(address, bearer), silent(address, bearer))


async def half_heads(address: Address, bearer: str) -> None:
    await _held(address, 600, [head(b"POST", PATH)[:-2]] * 600, b"X: y\r\n")


async def half_bodies(address: Address, bearer: str) -> None:
    await _held(address, 400, [post(bearer, of("{ __typename }"))[:-9]] * 400, b" ")


async def _held(address: Address, number: int, beginnings: list[bytes], trickle: bytes = b"") -> None:
    """Connections that stay, as far as the server lets them."""
    opened = await asyncio.gather(*(asyncio.open_connection(*address, limit=1024) for _ in range(number)))
    try:
        for (_, writer), beginning in zip(opened, beginnings, strict=True):
            writer.write(beginning)
        end = time.perf_counter() + SECONDS
        while time.perf_counter() < end:
            await asyncio.sleep(0.1)
            for _, writer in opened:
                if trickle and not writer.is_closing():
                    writer.write(trickle)
    finally:
        for _, writer in opened:
            writer.transport.abort()


@asynccontextmanager
async def connected(address: Address) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection(*address)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def status_of(reader: asyncio.StreamReader) -> int:
    """Of the next answer, which is read to its end."""
    top = await reader.readuntil(b"\r\n\r\n")
    length = next(line for line in top.split(b"\r\n") if line.startswith(b"content-length: "))
    await reader.readexactly(int(length.partition(b": ")[2]))
    return int(top.split(b" ")[1])


ATTACKS: dict[str, Callable[[Address, str], Awaitable[None]]] = {
    **{
        bodies.__name__: Flood(bodies)
        for bodies in (
            multiplying, commas, equal_fields, aliases, dear, deep, introspection,
            aliased_introspection, errors, many_ids, long_filter,
            registrations, batches,
        )
    },
    "forged": Forged(dear),
    **{held.__name__: held for held in (at_once, slow_readers, silent, crowded, half_heads, half_bodies)},
}  # fmt: skip
REACHING = ("aliases", "dear", "at_once", "slow_readers")
"""Those that get as far as the database. The others end before it, whichever it is."""
