"""Every table, one family a file. Importing this package fills `Base.metadata`."""

from db.tables.approvals import Approval
from db.tables.chains import ChainSession, WorkflowChain
from db.tables.companies import Company, Product
from db.tables.compliance import ComplianceReport, ComplianceReportItem
from db.tables.content import GeneratedContent
from db.tables.delivery import IdempotencyKey, OutboxMessage
from db.tables.events import EventChain, EventSeal, EventSource, JourneyEvent
from db.tables.insight import KnowledgeBase, LaunchReadinessScore, MarketplaceEntitlement, PerformancePrediction
from db.tables.leads import DemoRequest
from db.tables.people import CompanyMember, User
from db.tables.sessions import AgentSession, SessionHandoff
from db.tables.snapshots import ContextSnapshot
from db.tables.tiers import TierProgress

__all__ = [
    "AgentSession",
    "Approval",
    "ChainSession",
    "Company",
    "CompanyMember",
    "ComplianceReport",
    "ComplianceReportItem",
    "ContextSnapshot",
    "DemoRequest",
    "EventChain",
    "EventSeal",
    "EventSource",
    "GeneratedContent",
    "IdempotencyKey",
    "JourneyEvent",
    "KnowledgeBase",
    "LaunchReadinessScore",
    "MarketplaceEntitlement",
    "OutboxMessage",
    "PerformancePrediction",
    "Product",
    "SessionHandoff",
    "TierProgress",
    "User",
    "WorkflowChain",
]
