"""Whatever a query takes to name a row: another tenant's is answered as one that is not there."""

from itertools import groupby
from typing import Any

import pytest

from tests.graph.kept import Kept
from tests.graph.shape import core
from tests.tenancy.asking import ask, ask_stock
from tests.tenancy.operations import reading
from tests.tenancy.places import CURSORS, Place, kinds_named, walk
from tests.tenancy.samples import Sample, sample
from tests.tenancy.tenants import ADMINISTRATOR, SHARED, STRANGER, Tenants

pytestmark = pytest.mark.slow

ROOTS = ("Mutation", "Subscription")
READS = [
    place for place in walk(core)
    if place.type_name not in ROOTS and len(kinds_named(place)) == 1 and place.returns not in SHARED
]  # fmt: skip
# (type, field): why nothing can be found there.
WITHOUT_CONTROL = {
    ("DealRegisteredEvent", "chains"): "no deal of the demo data started a chain; JourneyEvent.chains is the same"
}
BY_FIELD = [
    pytest.param(key, list(places), id=".".join(key))
    for key, places in groupby(READS, lambda place: (place.type_name, place.field))
]

LOOKUPS = {f"{place.type_name}.{place.field}" for place in READS if place.type_name == "Query" and len(place.path) == 1}
LOOKUPS -= {f"{place.type_name}.{place.field}" for place in READS if place.name in CURSORS}


def shown(data: dict[str, Any], n: int) -> Any:
    """What stands under the place's alias, wherever it does."""
    holders = [node for node in data["nodes"] if node] if "nodes" in data else [data]
    return [holder[f"p{n}"] for holder in holders if not is_nothing(holder[f"p{n}"])]


def is_nothing(value: Any) -> bool:
    return value in (None, [None]) or (isinstance(value, dict) and value.get("nodes") == [])


@pytest.mark.parametrize(("where", "places"), BY_FIELD)
async def test_anothers_row_is_as_good_as_none(
    kept: Kept, tenants: Tenants, where: tuple[str, str], places: list[Place]
) -> None:
    made = await sample(kept, tenants, *where, places)
    document = reading(*where, places)
    if where not in WITHOUT_CONTROL:
        await _control(kept, document, places, made, None if where[0] == "Query" else made.parents)
    own = None if where[0] == "Query" else [*tenants.mine[where[0]][:3], *made.parents]
    for actor in (tenants.limited, STRANGER):
        theirs, taken = await ask(kept, actor, document, made.variables(places, made.theirs, own))
        nobodys, as_well = await ask(kept, actor, document, made.variables(places, made.nobodys, own))
        assert "errors" not in theirs
        assert theirs == nobodys
        assert taken == as_well


async def _control(kept: Kept, document: str, places: list[Place], made: Sample, parents: list[str] | None) -> None:
    """Who may see everything finds something by the one, and nothing by the other."""
    answer, _ = await ask(kept, ADMINISTRATOR, document, made.variables(places, made.theirs, parents))
    assert "errors" not in answer
    assert [str(place) for n, place in enumerate(places) if not shown(answer["data"], n)] == []
    answer, _ = await ask(kept, ADMINISTRATOR, document, made.variables(places, made.nobodys, parents))
    found = [str(place) for n, place in enumerate(places) if place.name not in CURSORS and shown(answer["data"], n)]
    assert found == []


@pytest.mark.parametrize(("where", "places"), [each for each in BY_FIELD if each.id in LOOKUPS])
async def test_graphql_cores_executor_answers_alike(
    kept: Kept, tenants: Tenants, where: tuple[str, str], places: list[Place]
) -> None:
    made = await sample(kept, tenants, *where, places)
    document = reading(*where, places)
    values = [made.variables(places, each, None) for each in (made.theirs, made.nobodys)]
    theirs, nobodys = [await ask_stock(kept.engine, tenants.limited, document, each) for each in values]
    assert theirs == nobodys
    assert all(is_nothing(theirs[0]["data"][f"p{n}"]) for n in range(len(places)))
