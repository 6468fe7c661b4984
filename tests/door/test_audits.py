"""The audits of GraphQL over HTTP that the npm package graphql-http brings, all of them, against a running server."""

from pathlib import Path

import pytest

from domain.enums import GlobalRole
from tests.door import node
from tests.door.client import SECRET, token
from tests.door.processes import serving

pytestmark = [pytest.mark.node, pytest.mark.slow]
NUMBER = 61


def test_all_audits_pass(demo_url: str, tmp_path: Path) -> None:
    with serving(folder=tmp_path, database_url=demo_url, token_secret=SECRET) as served:
        found = node.run("audits.mjs", f"{served.url}/graphql", token(1, GlobalRole.ADMIN))
    assert [each for each in found if each["status"] != "ok"] == []
    assert len({each["id"] for each in found}) == NUMBER


def test_an_audit_can_fail(demo_url: str, tmp_path: Path) -> None:
    """Without a token nothing is answered, and the audits say so."""
    with serving(folder=tmp_path, database_url=demo_url, token_secret=SECRET) as served:
        found = node.run("audits.mjs", f"{served.url}/graphql")
    assert sum(each["status"] != "ok" for each in found) > NUMBER // 4
