"""What is tried on one database alone, or on both in turn: where trying it all on both would tell nothing new."""

from collections.abc import Collection, Iterable
from typing import Any

import pytest

from tests.conftest import KINDS

ON_SQLITE = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)


def in_turn(
    name: str, items: Iterable[Any], on_both: Collection[Any] = (), ids: Any = str, slow: Collection[Any] = ()
) -> pytest.MarkDecorator:
    """Each of the items on one of the databases; those of `on_both` on both. The first goes to SQLite."""
    pairs = [
        pytest.param(kind, item, id=f"{kind}-{ids(item)}", marks=pytest.mark.slow if item in slow else ())
        for kind in KINDS
        for number, item in enumerate(items)
        if item in on_both or kind == KINDS[number % len(KINDS)]
    ]
    # Of the session, as the databases are: they are made anew where the kind changes from test to test.
    return pytest.mark.parametrize(("databases", name), pairs, indirect=["databases"], scope="session")
