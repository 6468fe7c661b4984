"""Interleaved rounds: whatever else the machine does falls on all servers alike, so that ratios within a round hold."""

from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

from bench import client
from bench.client import Slice
from bench.data import Size, restart_journeys
from bench.operations import WRITE, Operation
from bench.servers import LIMIT, MOST_CONNECTIONS, Database, Server

CONNECTIONS = (1, MOST_CONNECTIONS)
NAME = "bench"
"""Of the database."""

Key = tuple[str, str, int]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    operations: tuple[str, ...]
    size: Size
    rounds: int
    seconds: float
    """Of a slice: the requests to one server, of one operation, in one round."""
    warm_up: float


@dataclass(slots=True)
class Results:
    """Slices by operation, server and number of connections, in the order of the rounds."""

    slices: dict[Key, list[Slice]] = field(default_factory=dict)

    def add(self, key: Key, slice_: Slice) -> None:
        self.slices.setdefault(key, []).append(slice_)

    def has(self, operation: str, server: str) -> bool:
        return (operation, server, CONNECTIONS[0]) in self.slices

    def cpu_ms(self, operation: str, server: str, connections: int) -> float:
        return median(one.cpu_ms for one in self.slices[operation, server, connections])

    def database_ms(self, operation: str, server: str, connections: int) -> float:
        return median(one.database_ms for one in self.slices[operation, server, connections])

    def ratios(self, operation: str, server: str, connections: int) -> list[float]:
        """To the limit, in each round."""
        own, limit = (self.slices[operation, name, connections] for name in (server, LIMIT))
        return [one.cpu_ms / other.cpu_ms for one, other in zip(own, limit, strict=True)]

    def latency_ms(self, operation: str, server: str, connections: int, share: float) -> float:
        found = sorted(latency for one in self.slices[operation, server, connections] for latency in one.latencies)
        return found[min(int(len(found) * share), len(found) - 1)] * 1000


async def run(plan: Plan, servers: list[Server], database: Database, say: Say) -> Results:
    results = Results()
    for name in plan.operations:
        operation = Operation(name, plan.size)
        able = [server for server in servers if server.answers(name)]
        for server in able:
            await _slice(server, operation, database, 2, plan.warm_up)
        for number in range(plan.rounds):
            for server in able:
                for connections in CONNECTIONS:
                    slice_ = await _slice(server, operation, database, connections, plan.seconds)
                    results.add((name, server.name, connections), slice_)
            say(f"{name}, round {number + 1}: {_line(results, name, able)}")
    return results


async def _slice(server: Server, operation: Operation, database: Database, connections: int, seconds: float) -> Slice:
    if operation.name == WRITE:
        restart_journeys(database, NAME)
    before = database.cpu
    slice_ = await client.load(server, operation.requests(operation.turns()), connections, seconds)
    slice_.database_cpu = database.cpu - before
    return slice_


def _line(results: Results, name: str, servers: list[Server]) -> str:
    last = ((server.name, results.slices[name, server.name, MOST_CONNECTIONS][-1]) for server in servers)
    return ", ".join(f"{server} {slice_.cpu_ms:.3f} ms" for server, slice_ in last)
