"""For each place of a field: a value that names another tenant's row there, and one that names none."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson
from graphql import get_named_type, is_leaf_type

from db.opaque import unwrap
from graph import ids
from graph.relay import MOST
from tests.graph.kept import Kept
from tests.graph.shape import core
from tests.tenancy.operations import SIZE
from tests.tenancy.places import CURSORS, Place, kinds_named, row_type
from tests.tenancy.tenants import ADMINISTRATOR, Tenants, nobodys_text

ENOUGH = 10
"""Rows to choose from."""


@dataclass
class Sample:
    """`parents` are another tenant's, with rows for the values to find."""

    parents: list[str] = field(default_factory=list)
    theirs: dict[Place, str] = field(default_factory=dict)
    nobodys: dict[Place, str] = field(default_factory=dict)

    def variables(self, places: list[Place], values: dict[Place, str], parents: list[str] | None) -> dict[str, Any]:
        given: dict[str, Any] = {} if parents is None else {"ids": parents}
        for n, place in enumerate(places):
            value = values.get(place)
            given[f"p{n}"] = [value] if place.is_list and value is not None else value
        return given


@dataclass(frozen=True)
class Found:
    parent: str | None
    cursor: str | None
    row: dict[str, Any]


async def sample(kept: Kept, tenants: Tenants, type_name: str, field: str, places: list[Place]) -> Sample:
    rows = await _rows(kept, tenants, type_name, field, places)
    if not rows:
        # What no event of this type leads to, one of another type does.
        [interface, *_] = [each.name for each in core.type_map[type_name].interfaces]
        rows = await _rows(kept, tenants, interface, field, places)
    own = await _own(kept, tenants, places)
    made = Sample()
    for place in places:
        found, *others = _pick(place, rows, own)
        made.theirs[place] = value = _value(place, found)
        made.nobodys[place] = _nobodys(tenants, place, value)
        parents = [each.parent for each in (found, *others) if each.parent is not None]
        made.parents += [parent for parent in dict.fromkeys(parents) if parent not in made.parents]
    return made


async def _own(kept: Kept, tenants: Tenants, places: list[Place]) -> list[Found]:
    """The caller's own rows of the type that is listed or looked up."""
    [target] = {place.returns for place in places}
    row = f"{{ {' '.join(['id', *sorted(_wanted(core.type_map[target], places))])} }}"
    kept.actor = tenants.limited
    document = f"query Q($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on {target} {row} }} }}"
    return [Found(None, None, node) for node in (await kept.data(document, ids=tenants.mine[target][:100]))["nodes"]]


async def _rows(kept: Kept, tenants: Tenants, type_name: str, field: str, places: list[Place]) -> list[Found]:
    """Another tenant's rows that the field leads to."""
    definition = core.type_map[type_name].fields[field]
    target = row_type(get_named_type(definition.type))
    row = f"{{ {' '.join(['id', *sorted(_wanted(target, places))])} }}"
    kept.actor = ADMINISTRATOR
    if "first" not in definition.args:
        document = f"query Q($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on {target.name} {row} }} }}"
        nodes = (await kept.data(document, ids=tenants.theirs[target.name][:MOST]))["nodes"]
        return [Found(None, None, node) for node in nodes]
    edges = f"edges {{ cursor node {row} }}"
    foreign = set(tenants.theirs[target.name])
    if type_name == "Query":
        page = (await kept.data(f"{{ page: {field}(first: 100) {{ {edges} }} }}"))["page"]
        return [found for found in _found(None, page) if found.row["id"] in foreign]
    page = f"page: {field}(first: {SIZE}) {{ {edges} }}"
    document = f"query Q($ids: [ID!]!) {{ nodes(ids: $ids) {{ id ... on {type_name} {{ {page} }} }} }}"
    return await _below(kept, document, tenants.theirs[type_name])


async def _below(kept: Kept, document: str, parents: list[str]) -> list[Found]:
    rows: list[Found] = []
    for start in range(0, len(parents), MOST):
        nodes = (await kept.data(document, ids=parents[start : start + MOST]))["nodes"]
        rows += [found for parent in nodes for found in _found(parent["id"], parent["page"])]
        if len(rows) >= ENOUGH:
            break
    return rows


def _found(parent: str | None, page: dict[str, Any]) -> Iterator[Found]:
    return (Found(parent, edge["cursor"], edge["node"]) for edge in page["edges"])


def _wanted(target: Any, places: list[Place]) -> Iterator[str]:
    """The fields of the row that hold what the places take."""
    for place in places:
        name = _source(place, target)
        if name is not None:
            yield name if is_leaf_type(get_named_type(target.fields[name].type)) else f"{name} {{ id }}"


def _source(place: Place, target: Any) -> str | None:
    if place.name in CURSORS:
        return None
    if place.name == "search":
        return "companyName" if "companyName" in target.fields else "name"
    if place.name not in target.fields and kinds_named(place) == (target.name,):
        return "id"
    return place.name if place.name in target.fields else place.name.removesuffix("Id")


def _pick(place: Place, rows: list[Found], own: list[Found]) -> list[Found]:
    """A row that has what the place takes and no row of the caller's own has; for a cursor see `pointed_at`."""
    if place.name in CURSORS:
        return pointed_at(rows, own, place.name)
    used = {_held(place, found) for found in own}
    return [next(found for found in rows if _held(place, found) and _held(place, found) not in used)]


def pointed_at(rows: list[Found], own: list[Found], argument: str) -> list[Found]:
    """A row to go on from, and one that lies beyond it.

    Rows of one sort value are told apart by their ids: where another's row has a higher id than all of one's own, a
    still higher one in its place does not move the position.
    """
    ordered = sorted(rows, key=_position, reverse=_descends(rows[0]))
    if argument == "before":
        ordered.reverse()
    highest = max((_key(found) for found in own), default=0)
    higher = [found for found in ordered[:-1] if _key(found) > highest]
    return [(higher or ordered)[0], ordered[-1]]


def _key(found: Found) -> int:
    return ids.decode(found.row["id"])[1]


def _parts(found: Found) -> list[Any]:
    parts: list[Any] = orjson.loads(unwrap(found.cursor or ""))
    return parts


def _position(found: Found) -> list[Any]:
    _, _, _, *position = _parts(found)
    return [(value is not None, value) for value in position]


def _descends(found: Found) -> bool:
    return str(_parts(found)[2]).endswith("_DESC")


def _held(place: Place, found: Found) -> Any:
    target = core.type_map[place.returns]
    held = found.row[_source(place, target) or "id"]
    return held["id"] if isinstance(held, dict) else held


def _value(place: Place, found: Found) -> str:
    return found.cursor if place.name in CURSORS and found.cursor else _held(place, found)


def _nobodys(tenants: Tenants, place: Place, value: str) -> str:
    if place.name in CURSORS:
        [kind] = kinds_named(place)
        return tenants.nobodys_cursor(kind, value)
    if get_named_type(place.type).name == "ID":
        return tenants.nobodys_id(value)
    return nobodys_text(value)
