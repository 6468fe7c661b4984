"""Names for types that point at each other: the row class to a type checker, a lazy reference to Strawberry."""

from typing import TYPE_CHECKING, Annotated

import strawberry

if TYPE_CHECKING:
    from db.tables import (
        AgentSession,
        Company,
        CompanyMember,
        ComplianceReport,
        ComplianceReportItem,
        ContextSnapshot,
        GeneratedContent,
        JourneyEvent,
        KnowledgeBase,
        LaunchReadinessScore,
        MarketplaceEntitlement,
        PerformancePrediction,
        Product,
        SessionHandoff,
        User,
        WorkflowChain,
    )
    from db.tables import DemoRequest as PartnerLead
else:
    AgentSession = Annotated["AgentSession", strawberry.lazy("graph.types.session")]
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
    User = Annotated["User", strawberry.lazy("graph.types.user")]
    WorkflowChain = Annotated["WorkflowChain", strawberry.lazy("graph.types.chain")]
