"""What holds for every call, over HTTP, event streams and WebSockets."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from graph.audit import Audit
from graph.identity.claims import Caller
from graph.identity.door import Door
from graph.service import Service
from graph.transports.connections import Connections

# Proxies give up on what is silent for longer, most of them after 30 or 60 seconds.
HEARTBEAT_SECONDS = 12.0
SEND_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Terms:
    """`origins`: those whose pages may call, beside this server's own. `clock` is that of the tokens."""

    service: Service
    door: Door
    audit: Audit
    connections: Connections
    origins: frozenset[str]
    init_seconds: float
    most_bytes: int
    most_operations: int
    heartbeat_seconds: float = HEARTBEAT_SECONDS
    send_seconds: float = SEND_SECONDS
    clock: Callable[[], float] = time.time

    def seconds_left(self, caller: Caller) -> float | None:
        """Of the caller's token; None where it does not expire."""
        return None if caller.until is None else caller.until - self.clock()
