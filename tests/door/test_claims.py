"""What a token says: which claims are taken, and whom they make its bearer."""

import time
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.enums import AgentType, GlobalRole
from graph import ids
from graph.app import make_app
from graph.identity.claims import AUDIENCE
from tests.door.bearers import WHO, ask, is_unauthenticated, signed
from tests.door.client import Client, settings, token
from tests.make import READY, Make

LARGEST = 2**63 - 1
CLAIMS = {
    "expired": {"exp": 1},
    "no exp": {"exp": ...},
    "null exp": {"exp": None},
    "text as exp": {"exp": "soon"},
    "infinite exp": {"exp": float("inf")},
    "NaN as exp": {"exp": float("nan")},
    "not yet": {"nbf": int(time.time()) + 86_400},
    "made tomorrow": {"iat": int(time.time()) + 86_400},
    "no aud": {"aud": ...},
    "another aud": {"aud": "partner-graph-staging"},
    "other auds": {"aud": ["a", "b"]},
    "no sub": {"sub": ...},
    "null sub": {"sub": None},
    "empty sub": {"sub": ""},
    "number as sub": {"sub": 1},
    "name as sub": {"sub": "ada@example.com"},
    "negative sub": {"sub": "-1"},
    "zero sub": {"sub": "0"},
    "leading zero": {"sub": "01"},
    "plus sign": {"sub": "+1"},
    "space": {"sub": " 1"},
    "line end": {"sub": "1\n"},
    "underscore": {"sub": "1_0"},
    "fraction": {"sub": "1.0"},
    "Arabic digit": {"sub": "٣"},
    "superscript digit": {"sub": "²"},
    "2^63": {"sub": str(2**63)},
    "2^64": {"sub": str(2**64)},
    "5000 digits": {"sub": "9" * 5000},
    "unknown role": {"roles": ["owner"]},
    "role in capitals": {"roles": ["ADMIN"]},
    "known and unknown role": {"roles": ["admin", "owner"]},
    "text as roles": {"roles": "admin"},
    "null roles": {"roles": None},
    "object as roles": {"roles": {"admin": True}},
    "list as role": {"roles": [["admin"]]},
    "null act": {"act": None},
    "empty act": {"act": {}},
    "text as act": {"act": "agent"},
    "false act": {"act": False},
    "null agent": {"act": {"sub": None}},
    "empty agent": {"act": {"sub": ""}},
    "number as agent": {"act": {"sub": 5}},
    "list as agent": {"act": {"sub": ["a"]}},
    "agent that fits no column": {"act": {"sub": "a" * 101}},
    "NUL in the agent": {"act": {"sub": "a\0"}},
    "lone surrogate in the agent": {"act": {"sub": "\ud800"}},
    "unknown agent type": {"act": {"sub": "a", "agent_type": "poet"}},
    "list as agent type": {"act": {"sub": "a", "agent_type": []}},
    "unknown kind of actor": {"act": {"sub": "a", "kind": "system"}},
    "null kind of actor": {"act": {"sub": "a", "kind": None}},
    "list as kind of actor": {"act": {"sub": "a", "kind": []}},
    "webhook without a name": {"act": {"kind": "webhook"}},
    "webhook that is an agent": {"act": {"sub": "a", "kind": "webhook", "agent_type": "market_analyst"}},
}


@pytest.mark.parametrize("claims", CLAIMS.values(), ids=CLAIMS)
async def test_a_token_with_claims_that_do_not_do_is_refused(outside: Client, claims: dict[str, Any]) -> None:
    assert is_unauthenticated(await ask(outside, f"Bearer {signed(**claims)}"))


async def test_what_is_wrong_with_an_expired_token_is_said(outside: Client) -> None:
    assert "expired" in (await ask(outside, f"Bearer {token(seconds=-60)}")).text


TAKEN = {
    "no roles": {"roles": ...},
    "one of several auds": {"aud": ["other", AUDIENCE]},
    "unknown claims": {"scope": {"deep": []}},
    "the largest user": {"sub": str(LARGEST)},
}


@pytest.mark.parametrize("claims", TAKEN.values(), ids=TAKEN)
async def test_these_claims_do(outside: Client, claims: dict[str, Any]) -> None:
    response = await ask(outside, f"Bearer {signed(**claims)}")
    assert (response.status_code, response.json()["data"]["viewer"]["user"]) == (200, None)


async def test_the_viewer_is_the_tokens_user_with_its_roles(embedded: AsyncEngine) -> None:
    user = await Make(embedded).user(name="Ada")
    bearer = token(user.id, GlobalRole.MANAGER, GlobalRole.EDITOR)
    data = await Client(make_app(settings(embedded), embedded), bearer).data(WHO)
    assert data["viewer"] == {
        "demo": False, "roles": ["EDITOR", "MANAGER"], "agentId": None,
        "user": {"id": ids.encode("User", user.id), "name": "Ada"},
    }  # fmt: skip


@pytest.mark.parametrize("agent_type", [None, AgentType.MARKET_ANALYST])
async def test_an_agent_is_named(embedded: AsyncEngine, agent_type: AgentType | None) -> None:
    bearer = token(1, agent_id="analyst-7", agent_type=agent_type)
    data = await Client(make_app(settings(embedded), embedded), bearer).data(WHO)
    assert data["viewer"] == {"demo": False, "roles": [], "agentId": "analyst-7", "user": None}


async def test_a_webhook_is_known_by_its_source(embedded: AsyncEngine) -> None:
    make = Make(embedded)
    user, company = await make.user(), await make.company(**READY)
    await make.member(user, company)
    on = {"companyId": ids.encode("Company", company.id), "firstCustomer": {}}
    asked = {**on, "sourceEventId": "evt-1", "idempotencyKey": "1"}
    bearer = signed(sub=str(user.id), act={"sub": "partner-central", "kind": "webhook"})
    document = """mutation M($input: EventRecordInput!) { eventRecord(input: $input) { changed errors { code }
        event { triggeredBy agentId ... on FirstCustomerEvent { data { sourceEventId } } } } }"""
    client = Client(make_app(settings(embedded), embedded), bearer)
    found = (await client.data(document, input=asked))["eventRecord"]
    assert found == {
        "changed": True, "errors": [],
        "event": {"triggeredBy": "WEBHOOK", "agentId": None, "data": {"sourceEventId": "evt-1"}},
    }  # fmt: skip
    again = (await client.data(document, input={**asked, "idempotencyKey": "2"}))["eventRecord"]
    assert (again["changed"], again["errors"]) == (False, [])
