"""Whatever a subscription takes to name a row: another tenant's is refused as one that is not there."""

from typing import Any

import orjson
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.actors import Actor
from graph.app import make_service
from graph.asking import Ask
from graph.audit import Audit
from graph.service import Answer, Call, Service
from graph.stream import Stream, opened
from tests.door.client import settings
from tests.graph.shape import core
from tests.support import recorded
from tests.tenancy.asking import timing
from tests.tenancy.operations import selection
from tests.tenancy.places import Place, kinds_named, walk
from tests.tenancy.tenants import ADMINISTRATOR, STRANGER, Tenants

pytestmark = pytest.mark.slow

HEARD = [place for place in walk(core) if place.type_name == "Subscription"]


def document(field: str) -> str:
    definition = core.subscription_type.fields[field]
    declared = ", ".join(f"${name}: {argument.type}" for name, argument in definition.args.items())
    given = ", ".join(f"{name}: ${name}" for name in definition.args)
    return f"subscription S({declared}) {{ {field}({given}) {selection(definition.type, 0)} }}"


def variables(place: Place, tenants: Tenants, value: str) -> dict[str, Any]:
    """The value at its place; at the others that are needed, rows of one's own."""
    arguments = core.subscription_type.fields[place.field].args
    others = [each for each in HEARD if each.field == place.field and each.path != place.path]
    needed = [each for each in others if str(arguments[each.name].type).endswith("!")]
    return {place.name: value} | {each.name: tenants.mine[kinds_named(each)[0]][0] for each in needed}


async def begun(service: Service, actor: Actor, place: Place, given: dict[str, Any]) -> Answer | Stream:
    found = await opened(service, Ask(document(place.field), given), Call(actor, "call"))
    if isinstance(found, Stream):
        await found.source.aclose()
    return found


@pytest.mark.parametrize("place", HEARD, ids=str)
async def test_anothers_row_is_refused_as_none(demo_engine: AsyncEngine, tenants: Tenants, place: Place) -> None:
    service = make_service(settings(demo_engine), demo_engine, Audit())
    [kind] = kinds_named(place)
    theirs = tenants.theirs[kind][0]
    # One's own is heard of: what is asked is right.
    own = variables(place, tenants, tenants.mine[kind][0])
    assert isinstance(await begun(service, tenants.limited, place, own), Stream)
    if kind == "Company":
        assert isinstance(await begun(service, ADMINISTRATOR, place, {place.name: theirs}), Stream)
    for actor in (tenants.limited, STRANGER):
        told = []
        for value in (theirs, tenants.nobodys_id(theirs)):
            with recorded(demo_engine) as statements:
                answer = await begun(service, actor, place, variables(place, tenants, value))
            assert isinstance(answer, Answer)
            assert answer.refused
            told.append((orjson.dumps(answer.errors), timing(statements)))
        assert told[0] == told[1]
        assert b"NOT_FOUND" in told[0][0]
