"""People and their memberships."""

from datetime import datetime

from db import tables as t
from domain.enums import MemberRole
from graph.fields import column, text, to_one
from graph.kinds import entity
from graph.relay import Node
from graph.types import refs
from graph.types.lists import many


@entity(t.User, "A person who works with partners.")
class User(Node):
    name = text("name", "How the person is called.")
    email = text("email", "Address, unique.")
    created_at: datetime | None = column("When the account was made.")
    updated_at: datetime | None = column("When the account last changed.")

    memberships = many(
        t.CompanyMember, "The companies the person is a member of, as far as the viewer may see them.", by="user_id"
    )


@entity(t.CompanyMember, "That a person may see a company, and what they may do there.")
class CompanyMember(Node):
    role: MemberRole = column("What the person may do.")
    created_at: datetime | None = column("Since when.")

    user = to_one(refs.User, t.User, "user_id", "The person.")
    company = to_one(refs.Company, t.Company, "company_id", "The company.")
