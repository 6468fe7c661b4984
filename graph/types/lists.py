"""How each kind of row is listed, wherever it is listed: its type, its filter and its usual order."""

from enum import Enum
from typing import Any

from db import tables as t
from db.base import Base
from db.queries.lists import Through
from graph.fields import connection
from graph.relay import Connection
from graph.types import filters as f
from graph.types import orders as o
from graph.types import refs

LISTS: dict[type[Base], tuple[Any, type, Enum]] = {
    t.AgentSession: (refs.AgentSession, f.AgentSessionFilter, o.AgentSessionOrder.STARTED_DESC),
    t.Approval: (refs.Approval, f.ApprovalFilter, o.ApprovalOrder.CREATED_DESC),
    t.Company: (refs.Company, f.CompanyFilter, o.CompanyOrder.NAME_ASC),
    t.CompanyMember: (refs.CompanyMember, f.CompanyMemberFilter, o.CompanyMemberOrder.CREATED_ASC),
    t.ComplianceReport: (refs.ComplianceReport, f.ComplianceReportFilter, o.ComplianceReportOrder.CREATED_DESC),
    t.ComplianceReportItem: (
        refs.ComplianceReportItem,
        f.ComplianceReportItemFilter,
        o.ComplianceReportItemOrder.NUMBER_ASC,
    ),
    t.ContextSnapshot: (refs.ContextSnapshot, f.ContextSnapshotFilter, o.ContextSnapshotOrder.CREATED_DESC),
    t.DemoRequest: (refs.PartnerLead, f.PartnerLeadFilter, o.PartnerLeadOrder.CREATED_DESC),
    t.GeneratedContent: (refs.GeneratedContent, f.GeneratedContentFilter, o.GeneratedContentOrder.CREATED_DESC),
    t.JourneyEvent: (refs.JourneyEvent, f.JourneyEventFilter, o.JourneyEventOrder.CREATED_DESC),
    t.KnowledgeBase: (refs.KnowledgeBase, f.KnowledgeBaseFilter, o.KnowledgeBaseOrder.NAME_ASC),
    t.LaunchReadinessScore: (
        refs.LaunchReadinessScore,
        f.LaunchReadinessScoreFilter,
        o.LaunchReadinessScoreOrder.CREATED_DESC,
    ),
    t.MarketplaceEntitlement: (
        refs.MarketplaceEntitlement,
        f.MarketplaceEntitlementFilter,
        o.MarketplaceEntitlementOrder.CREATED_DESC,
    ),
    t.PerformancePrediction: (
        refs.PerformancePrediction,
        f.PerformancePredictionFilter,
        o.PerformancePredictionOrder.CREATED_DESC,
    ),
    t.Product: (refs.Product, f.ProductFilter, o.ProductOrder.NAME_ASC),
    t.SessionHandoff: (refs.SessionHandoff, f.SessionHandoffFilter, o.SessionHandoffOrder.CREATED_DESC),
    t.TierProgress: (refs.TierProgress, f.TierProgressFilter, o.TierProgressOrder.CREATED_DESC),
    t.User: (refs.User, f.UserFilter, o.UserOrder.NAME_ASC),
    t.WorkflowChain: (refs.WorkflowChain, f.WorkflowChainFilter, o.WorkflowChainOrder.CREATED_DESC),
}


def many(
    row: type[Base], description: str, *, by: str | None = None, through: Through | None = None, key: str = "id"
) -> Any:
    """A paged edge to the rows of `row`; see `graph.fields.connection`."""
    target, filter_, default = LISTS[row]
    page: Any = Connection
    return connection(page[target], row, description, by=by, through=through, key=key, filter=filter_, default=default)
