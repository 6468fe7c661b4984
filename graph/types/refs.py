"""Names for types that point at each other: the row class to a type checker, a lazy reference to Strawberry."""

from typing import TYPE_CHECKING, Annotated

import strawberry

if TYPE_CHECKING:
    from db import tables
    from db.tables import AgentSession as AgentSession
    from db.tables import Approval as Approval
    from db.tables import Company as Company
    from db.tables import CompanyMember as CompanyMember
    from db.tables import ComplianceReport as ComplianceReport
    from db.tables import ComplianceReportItem as ComplianceReportItem
    from db.tables import ContextSnapshot as ContextSnapshot
    from db.tables import GeneratedContent as GeneratedContent
    from db.tables import JourneyEvent as JourneyEvent
    from db.tables import KnowledgeBase as KnowledgeBase
    from db.tables import LaunchReadinessScore as LaunchReadinessScore
    from db.tables import MarketplaceEntitlement as MarketplaceEntitlement
    from db.tables import PerformancePrediction as PerformancePrediction
    from db.tables import Product as Product
    from db.tables import SessionHandoff as SessionHandoff
    from db.tables import TierProgress as TierProgress
    from db.tables import User as User
    from db.tables import WorkflowChain as WorkflowChain

    PartnerLead = tables.DemoRequest
else:
    AgentSession = Annotated["AgentSession", strawberry.lazy("graph.types.session")]
    Approval = Annotated["Approval", strawberry.lazy("graph.types.approval")]
    Company = Annotated["Company", strawberry.lazy("graph.types.company")]
    CompanyMember = Annotated["CompanyMember", strawberry.lazy("graph.types.user")]
    ComplianceReport = Annotated["ComplianceReport", strawberry.lazy("graph.types.compliance")]
    ComplianceReportItem = Annotated["ComplianceReportItem", strawberry.lazy("graph.types.compliance")]
    ContextSnapshot = Annotated["ContextSnapshot", strawberry.lazy("graph.types.snapshot")]
    GeneratedContent = Annotated["GeneratedContent", strawberry.lazy("graph.types.content")]
    JourneyEvent = Annotated["JourneyEvent", strawberry.lazy("graph.types.event")]
    KnowledgeBase = Annotated["KnowledgeBase", strawberry.lazy("graph.types.insight")]
    LaunchReadinessScore = Annotated["LaunchReadinessScore", strawberry.lazy("graph.types.insight")]
    MarketplaceEntitlement = Annotated["MarketplaceEntitlement", strawberry.lazy("graph.types.insight")]
    PartnerLead = Annotated["PartnerLead", strawberry.lazy("graph.types.lead")]
    PerformancePrediction = Annotated["PerformancePrediction", strawberry.lazy("graph.types.insight")]
    Product = Annotated["Product", strawberry.lazy("graph.types.product")]
    SessionHandoff = Annotated["SessionHandoff", strawberry.lazy("graph.types.session")]
    TierProgress = Annotated["TierProgress", strawberry.lazy("graph.types.tier")]
    User = Annotated["User", strawberry.lazy("graph.types.user")]
    WorkflowChain = Annotated["WorkflowChain", strawberry.lazy("graph.types.chain")]
