"""Whether all servers do the same: only then does it mean something which of them is faster."""

from typing import Any

from bench import client
from bench.data import Size, restart_journeys
from bench.operations import WRITE, Operation
from bench.rounds import NAME
from bench.servers import Database, Failed, Server

SAMPLES = 5
WRITTEN = """
SELECT company_id, product_id, user_id, event_type, from_stage, to_stage, related_entity_type, related_entity_id,
  event_data, triggered_by, agent_id FROM partner_journey_events ORDER BY id DESC LIMIT 1;
SELECT topic, company_id, JSON_REMOVE(payload, '$.event_id'), event_id = JSON_VALUE(payload, '$.event_id'),
  dispatched_at FROM outbox ORDER BY id DESC LIMIT 1;
SELECT id, partner_journey_stage, journey_started_at IS NULL, JSON_KEYS(journey_milestones) FROM companies
  WHERE id = (SELECT company_id FROM outbox ORDER BY id DESC LIMIT 1);
"""
CHANGING = {"createdAt", "version"}


class Different(Failed):
    """Two servers do not answer alike."""


async def check(operations: tuple[str, ...], size: Size, servers: list[Server], database: Database) -> None:
    for name in operations:
        able = [server for server in servers if server.answers(name)]
        known = [await _shown(server, Operation(name, size), database) for server in able]
        for server, shown in zip(able, known, strict=True):
            if shown != known[0]:
                raise Different(f"{name}: {able[0].name} and {server.name} differ: {_difference(known[0], shown)}")


async def _shown(server: Server, operation: Operation, database: Database) -> list[Any]:
    if operation.name == WRITE:
        restart_journeys(database, NAME)
        answers = [await _ask(server, operation, variables) for variables in operation.variables()[:1]]
        return [_steady(answers), database.execute(WRITTEN, NAME)]
    every = operation.variables()
    return [await _ask(server, operation, variables) for variables in every[:: max(len(every) // SAMPLES, 1)]]


async def _ask(server: Server, operation: Operation, variables: dict[str, Any]) -> Any:
    answer = await client.ask(server, next(operation.requests([variables])))
    if answer.get("errors"):
        raise Different(f"{operation.name}: {server.name} answers {answer['errors'][0]}")
    # What a call cost is ours alone to tell.
    answer.pop("extensions", None)
    return answer


def _steady(answer: Any) -> Any:
    """Without what every write makes anew."""
    if isinstance(answer, list):
        return [_steady(each) for each in answer]
    if not isinstance(answer, dict):
        return answer
    kept = {key: None if key in CHANGING else _steady(value) for key, value in answer.items()}
    if "eventType" in kept:
        kept["id"] = None
    return kept


def _difference(one: Any, other: Any, path: str = "") -> str:
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return next(_difference(one[key], other[key], f"{path}.{key}") for key in one if one[key] != other[key])
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return next(_difference(a, b, f"{path}[{index}]") for index, (a, b) in pairs if a != b)
    return f"at {path}: {str(one)[:300]} and {str(other)[:300]}"
