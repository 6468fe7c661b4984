"""Ways through the schema: from the query type to any type, each time another one."""

import heapq
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

from graphql import GraphQLInterfaceType, GraphQLObjectType, get_named_type, is_abstract_type, is_composite_type

from tests.graph.shape import core

SIDEWAYS = 1.0
"""How much a detour is liked: weights lie between 1 and 1 + this."""


@dataclass(frozen=True)
class Step:
    """Into a field, or `on` a type."""

    field: str = ""
    on: str = ""


@cache
def steps(type_name: str) -> tuple[tuple[Step, str], ...]:
    """Where one step from a type leads."""
    type_: Any = core.type_map[type_name]
    inner = [(name, get_named_type(field.type)) for name, field in type_.fields.items()]
    found = [(Step(field=name), target.name) for name, target in inner if is_composite_type(target)]
    if is_abstract_type(type_):
        found += [(Step(on=each.name), each.name) for each in core.get_possible_types(type_)]
        found += [(Step(on=each.name), each.name) for each in core.get_implementations(type_).interfaces]
    return tuple(found)


def route(rng: Random, target: str, start: str = "Query") -> list[Step]:
    """A short way, by weights that are drawn anew."""
    queue: list[tuple[float, int, str, list[Step]]] = [(0.0, 0, start, [])]
    seen: set[str] = set()
    number = 0
    while queue:
        length, _, name, way = heapq.heappop(queue)
        if name == target:
            return way
        if name in seen:
            continue
        seen.add(name)
        for step, next_ in steps(name):
            number += 1
            heapq.heappush(queue, (length + 1 + rng.random() * SIDEWAYS, number, next_, [*way, step]))
    raise AssertionError(f"{target} cannot be reached")


@cache
def fields_below(start: str = "Query") -> tuple[tuple[str, str], ...]:
    """All (type, field) that a query can reach, leaves and links alike."""
    reached, waiting = {start}, [start]
    while waiting:
        for _, name in steps(waiting.pop()):
            if name not in reached:
                reached.add(name)
                waiting.append(name)
    types = [core.type_map[name] for name in sorted(reached)]
    assert all(isinstance(type_, (GraphQLObjectType, GraphQLInterfaceType)) for type_ in types)
    return tuple((type_.name, field) for type_ in types for field in type_.fields)  # type: ignore[attr-defined]
