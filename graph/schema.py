"""The manifest: what the schema is made of."""

from typing import Any

import strawberry
from graphql import GraphQLError, GraphQLInputObjectType
from strawberry.schema.config import StrawberryConfig
from strawberry.schema_directives import OneOf
from strawberry.types import ExecutionContext

import graph.types.enums  # noqa: F401 - describes the enums before a type uses them
from graph.execution.executor import LevelExecutor
from graph.execution.selected import resolvers_of
from graph.mutations import Mutation
from graph.mutations.errors import ERROR_TYPES
from graph.query import Query
from graph.scalars import SCALARS
from graph.subscription import Subscription
from graph.types.approval import Approval
from graph.types.chain import WorkflowChain
from graph.types.company import Company
from graph.types.compliance import ComplianceReport, ComplianceReportItem
from graph.types.content import GeneratedContent
from graph.types.event import EVENT_TYPES
from graph.types.insight import KnowledgeBase, LaunchReadinessScore, MarketplaceEntitlement, PerformancePrediction
from graph.types.lead import PartnerLead
from graph.types.product import Product
from graph.types.session import AgentSession, SessionHandoff
from graph.types.snapshot import ContextSnapshot
from graph.types.tier import TierProgress
from graph.types.user import CompanyMember, User

NODES = [
    AgentSession,
    Approval,
    Company,
    CompanyMember,
    ComplianceReport,
    ComplianceReportItem,
    ContextSnapshot,
    GeneratedContent,
    KnowledgeBase,
    LaunchReadinessScore,
    MarketplaceEntitlement,
    PartnerLead,
    PerformancePrediction,
    Product,
    SessionHandoff,
    TierProgress,
    User,
    WorkflowChain,
]


ONE_OF = "directive @oneOf on INPUT_OBJECT"


def _is_one_of(type_: GraphQLInputObjectType) -> bool:
    return any(isinstance(each, OneOf) for each in type_.extensions["strawberry-definition"].directives or ())


class PartnerGraphSchema(strawberry.Schema):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for type_ in self._schema.type_map.values():
            # Strawberry keeps this to itself; with it, graphql-core checks such inputs and introspection tells of them.
            if isinstance(type_, GraphQLInputObjectType) and _is_one_of(type_):
                type_.is_one_of = True
        self.resolvers = resolvers_of(self._schema)

    def as_str(self) -> str:
        """Strawberry prints GraphQL's own directive without its words."""
        described = f'"""Exactly one field of the input is given, and it is not null."""\n{ONE_OF}'
        return super().as_str().replace(ONE_OF, described, 1)

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Nothing: errors are logged where they are masked (`graph.errors.public`), the caller's own not at all."""


schema = PartnerGraphSchema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=[*NODES, *EVENT_TYPES, *ERROR_TYPES],
    execution_context_class=LevelExecutor,
    config=StrawberryConfig(scalar_map=SCALARS),
)
