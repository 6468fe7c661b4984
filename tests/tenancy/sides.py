"""Two tenants with a row of every kind that a mutation may name, and inputs that name them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
from graphql import (
    GraphQLInputObjectType,
    get_named_type,
    get_nullable_type,
    is_list_type,
    is_required_input_field,
)
from sqlalchemy.ext.asyncio import AsyncEngine

from db import tables as t
from domain.actors import Actor
from domain.enums import AgentType, EventType, LaunchStatus, MemberRole, TriggeredBy
from domain.times import iso
from graph import ids
from graph.documents import Documents
from graph.schema import schema
from tests.actions.calls import BLOCKER
from tests.graph.kept import Kept
from tests.graph.shape import core
from tests.make import READY, Make
from tests.support import NOW
from tests.tenancy.operations import CHOSEN, filled, selection
from tests.tenancy.places import Place, Unknown, kinds_named, walk
from tests.tenancy.tenants import nobodys_text

MUTATIONS = [place for place in walk(core) if place.type_name == "Mutation"]
NAMES = sorted({place.field for place in MUTATIONS})


@dataclass(frozen=True)
class Side:
    """`values` by type: what names a row of this side."""

    company: t.Company
    session: t.AgentSession
    editor: t.User
    values: dict[str, str]


@dataclass(frozen=True)
class Sides:
    kept: Kept
    mine: Side
    theirs: Side
    stranger: t.User

    @property
    def engine(self) -> AsyncEngine:
        return self.kept.engine


# One for all tests: to validate what selects everything takes longer than to answer it.
DOCUMENTS = Documents(schema)


async def sides(engine: AsyncEngine, make: Make) -> Sides:
    kept = Kept(engine)
    kept.documents = DOCUMENTS
    return Sides(kept, await _side(make, "mine"), await _side(make, "them"), await make.user())


async def _side(make: Make, blocker_id: str) -> Side:
    editor = await make.user()
    before, closed = f"before {blocker_id}", f"closed {blocker_id}"
    blockers = {"discovery": [{**BLOCKER, "id": blocker_id}, {**BLOCKER, "id": before, "code": "BEFORE"}]}
    blockers["discovery"].append({**BLOCKER, "id": closed, "code": "CLOSED", "status": "resolved"})
    dismissed = {"id": f"not now {blocker_id}", "until": "2026-07-01T00:00:00Z", "reason": "Later", "at": iso(NOW)}
    advice = {"generated_at": iso(NOW), "dismissed": [dismissed]}
    base = {**READY, "blockers": blockers, "next_recommended_actions": advice}
    company = await make.company(user_id=editor.id, **base)
    await make.member(editor, company, MemberRole.EDITOR)
    task = f"task {blocker_id}"
    tasks = [{"id": id_, "task": "x"} for id_ in (task, f"before {task}")]
    tasks.append({"id": f"closed {task}", "task": "x", "status": "done"})
    session = await make.session(company, editor)
    product = await make.product(
        company, prerequisite_tasks=tasks, launch_status=LaunchStatus.IDEATION,
        target_launch_date=NOW.date() + timedelta(days=5),
    )  # fmt: skip
    approval, content = await make.approval(company, editor), await make.content(company, editor)
    for of in (None, product.id):
        reached = {"product_id": of, "event_data": {"code": "words"}}
        await make.event(company, editor, event_type=EventType.MILESTONE_ACHIEVED, **reached)
    values = {
        "Company": ids.encode("Company", company.id), "Product": ids.encode("Product", product.id),
        "User": ids.encode("User", editor.id), "AgentSession": ids.encode("AgentSession", session.id),
        "Approval": ids.encode("Approval", approval.id), "Blocker": blocker_id,
        "GeneratedContent": ids.encode("GeneratedContent", content.id), "BlockerBefore": before,
        "ClosedBlocker": closed, "Reference": session.session_id,
        "Task": task, "TaskBefore": f"before {task}", "ClosedTask": f"closed {task}",
        "NextAction": f"resolve_blocker:blocker:{blocker_id}", "DismissedAction": dismissed["id"],
    }  # fmt: skip
    return Side(company, session, editor, values)


def person(user: t.User) -> Actor:
    return Actor(user.id)


def agent(user: t.User) -> Actor:
    return Actor(user.id, TriggeredBy.AGENT, "agent-7", AgentType.MDF_ASSISTANT)


def nobodys(value: str) -> str:
    """The id of no row, as long in figures; of what is no node's id, another text of this length."""
    try:
        kind, key = ids.decode(value)
    except Exception:
        return nobodys_text(value)
    return ids.encode(kind, 10 ** len(str(key)) - 1)


# Without it, there would be nothing to do.
ALSO = {
    "productUpdate": {"name": "other words"},
    "taskUpdate": {"task": "other words"},
    "companyUpdate": {"country": "DE"},
    "eventRecord": {"firstCustomer": {}},
    "blockerUpdate": {"title": "other words"},
    "milestoneAchieve": {"code": "other_words"},
}


def input_of(name: str, side: Side, at: Place | None = None, value: str | None = None) -> dict[str, Any]:
    """What the mutation needs, naming rows of the side; and `value` at the place, if one is given."""
    type_ = get_nullable_type(core.mutation_type.fields[name].args["input"].type)
    places = {place.path[1:]: place for place in MUTATIONS if place.field == name}
    return _object(type_, (), places, side, at, value) | ALSO.get(name, {})


def _object(
    type_: GraphQLInputObjectType, path: tuple[str, ...], places: dict[Any, Place], side: Side, at: Any, value: Any
) -> dict[str, Any]:
    made = {}
    for name, each in type_.fields.items():
        here = (*path, name)
        is_on_the_way = at is not None and at.path[1 : len(here) + 1] == here
        if not (is_on_the_way or is_required_input_field(each)):
            continue
        inner = get_named_type(each.type)
        if here in places:
            found = value if is_on_the_way else side.values[_kind(places[here])]
            made[name] = [found] if is_list_type(get_nullable_type(each.type)) else found
        elif isinstance(inner, GraphQLInputObjectType):
            made[name] = _object(inner, here, places, side, at, value)
        elif inner.name == "String":
            made[name] = "words"
        else:
            made[name] = CHOSEN.get(f"{type_.name}.{name}") or filled(each.type, f"{type_.name}.{name}")
    return made


def _kind(place: Place) -> str:
    [kind] = kinds_named(place)
    return kind


def value_of(side: Side, place: Place) -> str:
    if _kind(place) not in side.values:
        raise Unknown(f"{place}: make a row of this kind in {__name__}")
    return side.values[_kind(place)]


def document(name: str) -> str:
    definition = core.mutation_type.fields[name]
    type_, payload = definition.args["input"].type, selection(definition.type, 1)
    return f"mutation M($input: {type_}) {{ {name}(input: $input) {payload} }}"


def without(value: str) -> Callable[[Any], Any]:
    """An answer without what the caller has sent."""
    return lambda answer: orjson.loads(orjson.dumps(answer).decode().replace(value, "(what was sent)"))
