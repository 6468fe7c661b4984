"""Tenancy: which rows a viewer may see. Every SELECT of `db/queries` goes through `within`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, Table, and_, or_, select

from db.base import Base, table_of
from db.tables import AgentSession, CompanyMember, ComplianceReport, Product, User

S = TypeVar("S", bound=Select[Any])
Rule = Callable[[Table, "Scope"], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Scope:
    """`everything` is for staff who run the whole programme; all others see the companies they are members of."""

    user_id: int
    everything: bool = False


def within(statement: S, table: Table, scope: Scope) -> S:
    """The statement, narrowed to the rows of `table` that are inside the scope."""
    if scope.everything or table.name in SHARED:
        return statement
    return statement.where(RULES.get(table.name, _by_company)(table, scope))


def _own_companies(scope: Scope) -> Select[int]:
    return select(CompanyMember.company_id).where(CompanyMember.user_id == scope.user_id)


def _by_company(table: Table, scope: Scope) -> ColumnElement[bool]:
    mine = table.c.company_id.in_(_own_companies(scope))
    if "user_id" in table.c and table.c.company_id.nullable:
        # What has lost its company, or never had one, stays readable by the user it belongs to.
        return or_(mine, and_(table.c.company_id.is_(None), table.c.user_id == scope.user_id))
    return mine


def _companies(table: Table, scope: Scope) -> ColumnElement[bool]:
    return table.c.id.in_(_own_companies(scope))


def _users(table: Table, scope: Scope) -> ColumnElement[bool]:
    colleagues = select(CompanyMember.user_id).where(CompanyMember.company_id.in_(_own_companies(scope)))
    return or_(table.c.id == scope.user_id, table.c.id.in_(colleagues))


def _through(column: str, parent: type[Base]) -> Rule:
    """Visible when the parent row is."""

    def rule(table: Table, scope: Scope) -> ColumnElement[bool]:
        parents = table_of(parent)
        return table.c[column].in_(select(parents.c.id).where(_by_company(parents, scope)))

    return rule


SHARED = frozenset({"platform_knowledge_bases"})
RULES: dict[str, Rule] = {
    "companies": _companies,
    User.__tablename__: _users,
    "compliance_report_items": _through("compliance_report_id", ComplianceReport),
    "launch_readiness_scores": _through("product_id", Product),
    "session_handoffs": _through("from_session_id", AgentSession),
}
