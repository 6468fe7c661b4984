"""Tenancy: which rows a viewer may see. Every SELECT of `db/queries` goes through `within`.

The viewer is the parameter `viewer` of the statement: without a value for it, the statement cannot be run.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Table,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
)

from db.base import Base, table_of
from db.tables import AgentSession, CompanyMember, ComplianceReport, Product, User

S = TypeVar("S", bound=Select[Any])
Own = Callable[[ColumnElement[Any]], ColumnElement[bool]]
"""Whether a column holds one of the viewer's companies."""
Rule = Callable[[Table, Own], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Scope:
    """`everything` is for staff who run the whole programme; all others see the companies they are members of."""

    user_id: int
    everything: bool = False


# By another name, so that it is never taken for the memberships that are listed.
OWN = table_of(CompanyMember).alias("own")


def within(statement: S, table: Table, *, everything: bool, by: str | None = None) -> S:
    """The statement, narrowed to the rows of `table` that the viewer may see.

    `by`: the column that all rows have one value in, where they are read in the order of an index up to a limit. If the
    rule looks at another one, it has to be tried row by row: of a bare IN (SELECT ...), MySQL starts at the
    memberships, and fetches and sorts the whole history, as it plans the join before it looks at the limit.
    """
    if everything or table.name in SHARED:
        return statement
    rule = RULES.get(table.name, _by_company)
    if by is None or by == RULED_BY.get(table.name, "company_id"):
        return statement.where(rule(table, _among_own))
    return statement.where(func.coalesce(rule(table, _is_own), literal_column("0")) == literal_column("1"))


def _viewer() -> Any:
    return bindparam("viewer", type_=BigInteger)


def _among_own(company_id: ColumnElement[Any]) -> ColumnElement[bool]:
    return company_id.in_(select(OWN.c.company_id).where(OWN.c.user_id == _viewer()))


def _is_own(company_id: ColumnElement[Any]) -> ColumnElement[bool]:
    return exists().where(OWN.c.company_id == company_id, OWN.c.user_id == _viewer())


def _by_company(table: Table, own: Own) -> ColumnElement[bool]:
    mine = own(table.c.company_id)
    if "user_id" in table.c and table.c.company_id.nullable:
        # What has lost its company, or never had one, stays readable by the user it belongs to.
        return or_(mine, and_(table.c.company_id.is_(None), table.c.user_id == _viewer()))
    return mine


def _companies(table: Table, own: Own) -> ColumnElement[bool]:
    return own(table.c.id)


def _users(table: Table, own: Own) -> ColumnElement[bool]:
    colleagues = select(CompanyMember.user_id).where(_among_own(table_of(CompanyMember).c.company_id))
    return or_(table.c.id == _viewer(), table.c.id.in_(colleagues))


def _through(column: str, parent: type[Base]) -> Rule:
    """Visible when the parent row is."""

    def rule(table: Table, own: Own) -> ColumnElement[bool]:
        parents = table_of(parent)
        return table.c[column].in_(select(parents.c.id).where(_by_company(parents, own)))

    return rule


SHARED = frozenset({"platform_knowledge_bases"})
RULES: dict[str, Rule] = {
    "companies": _companies,
    User.__tablename__: _users,
    "compliance_report_items": _through("compliance_report_id", ComplianceReport),
    "launch_readiness_scores": _through("product_id", Product),
    "session_handoffs": _through("from_session_id", AgentSession),
}
# The column that a table's rule looks at, where it is not company_id.
RULED_BY = {
    "companies": "id",
    User.__tablename__: "id",
    "compliance_report_items": "compliance_report_id",
    "launch_readiness_scores": "product_id",
    "session_handoffs": "from_session_id",
}
