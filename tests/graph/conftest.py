"""Documents and plans kept from call to call, as an endpoint keeps them."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.graph.kept import Kept


@pytest.fixture
def kept(demo_engine: AsyncEngine) -> Kept:
    return Kept(demo_engine)


@pytest.fixture
def own(engine: AsyncEngine) -> Kept:
    """Over rows of the test's own making."""
    return Kept(engine)
