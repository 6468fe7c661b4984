"""An agent acts for a user: which one is in its token, and nowhere else."""

import re

import pytest
from graphql import GraphQLInputObjectType, get_named_type
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.enums import AgentType
from graph import ids
from graph.app import make_app
from tests.door.client import Client, code_of, settings, token
from tests.graph.shape import core
from tests.make import Make

WHO_ACTS = re.compile(
    r"trigger|actor|behalf|impersonat|roles?$|^agent(Id)?$|^user(Id)?$|(add|creat|resolv|mov|chang|act)edBy",
    re.IGNORECASE,
)
ADD = """mutation($input: BlockerAddInput!) { blockerAdd(input: $input) {
  errors { code } event { triggeredBy agentId user { id } } } }"""


BLOCKER = {"code": "NO_LISTING", "title": "No listing", "severity": "HIGH"}


def inputs_of_mutations() -> dict[str, GraphQLInputObjectType]:
    """Every input type that a mutation takes, however deep."""
    arguments = (argument for field in core.mutation_type.fields.values() for argument in field.args.values())
    waiting = [get_named_type(argument.type) for argument in arguments]
    found: dict[str, GraphQLInputObjectType] = {}
    while waiting:
        type_ = waiting.pop()
        if isinstance(type_, GraphQLInputObjectType) and type_.name not in found:
            found[type_.name] = type_
            waiting += [get_named_type(field.type) for field in type_.fields.values()]
    return found


def test_no_input_says_who_acts() -> None:
    inputs = inputs_of_mutations()
    assert len(inputs) >= len(core.mutation_type.fields)
    told = [f"{type_.name}.{name}" for type_ in inputs.values() for name in type_.fields if WHO_ACTS.search(name)]
    assert told == []


@pytest.mark.parametrize("name", ["triggeredBy", "agentId", "agent", "userId", "user", "actorId", "onBehalfOf", "role",
                                  "globalRoles", "createdBy"])  # fmt: skip
def test_an_input_that_would_say_so_is_found(name: str) -> None:
    assert WHO_ACTS.search(name)


@pytest.mark.parametrize("agent_id", [None, "analyst-7"])
async def test_an_event_names_the_agent_of_the_token(engine: AsyncEngine, make: Make, agent_id: str | None) -> None:
    user = await make.user()
    company = await make.company()
    await make.member(user, company)
    agent = {} if agent_id is None else {"agent_id": agent_id, "agent_type": AgentType.MARKET_ANALYST}
    door = Client(make_app(settings(engine), engine), token(user.id, **agent))
    given = {**BLOCKER, "companyId": ids.encode("Company", company.id), "idempotencyKey": "once"}
    event = {
        "triggeredBy": "USER" if agent_id is None else "AGENT",
        "agentId": agent_id,
        "user": {"id": ids.encode("User", user.id)},
    }
    assert await door.data(ADD, input=given) == {"blockerAdd": {"errors": [], "event": event}}


@pytest.mark.parametrize("name", ["triggeredBy", "agentId", "userId"])
async def test_who_acts_cannot_be_sent_along(door: Client, name: str) -> None:
    given = {**BLOCKER, "companyId": ids.encode("Company", 1), name: "1"}
    response = await door.ask(ADD, input=given)
    assert code_of(response) == "GRAPHQL_VALIDATION_FAILED"
    assert f"'{name}'" in response.text
