import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.graph.kept import Kept
from tests.tenancy.tenants import Tenants, tenants_of


@pytest.fixture
async def tenants(demo_engine: AsyncEngine) -> Tenants:
    return await tenants_of(demo_engine)


@pytest.fixture
def kept(demo_engine: AsyncEngine) -> Kept:
    """One document and one plan for all who ask, as an endpoint keeps them: the administrator's must not be Lee's."""
    return Kept(demo_engine)
