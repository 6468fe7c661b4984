"""What is tried on one database alone, or on both in turn: where trying it all on both would tell nothing new."""

from collections.abc import Collection, Iterable
from typing import Any

import pytest

from tests.conftest import KINDS

ON_SQLITE = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)


def in_turn(name: str, items: Iterable[Any], on_both: Collection[Any] = (), ids: Any = str) -> pytest.MarkDecorator:
    """Each of the items on one of the databases; those of `on_both` on both. The first goes to SQLite."""
    pairs = [
        pytest.param(kind, item, id=f"{kind}-{ids(item)}")
        for number, item in enumerate(items)
        for kind in (KINDS if item in on_both else [KINDS[number % len(KINDS)]])
    ]
    return pytest.mark.parametrize(("databases", name), pairs, indirect=["databases"])
