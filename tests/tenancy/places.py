"""Every place of a schema that takes the name of a row: an id, a public key, a cursor or a text that finds.

Nothing is listed by hand but what is not such a name (`WORDS`). A text that is neither makes the walk stop, so that no
new argument is forgotten: say in `WORDS` that it names no row, or here how to make a value for it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_list_type,
)
from strawberry.utils.str_converters import to_snake_case

from graph.kinds import KINDS

NO_NAMES = {"Boolean", "Int", "Float", "Decimal", "Date", "DateTime"}
CURSORS = {"after", "before"}
# Texts that no row is known by: kinds and states, and what callers write themselves.
WORDS = {
    "CompanyFilter.industry", "CompanyFilter.country", "ProductFilter.marketplaceType", "PartnerLeadFilter.status",
    "ComplianceReportFilter.reportType", "ComplianceReportFilter.status", "ComplianceReportItemFilter.result",
    "ComplianceReportItemFilter.severity", "ComplianceReportItemFilter.state", "MarketplaceEntitlementFilter.status",
    "JourneyEventFilter.agentId", "CompanyTransitionStageInput.reason", "BlockerAddInput.code", "BlockerAddInput.title",
    "BlockerAddInput.description", "ReferenceInput.type", "BlockerResolveInput.resolution",
    "BlockerWaiveInput.reason", "BlockerReopenInput.reason", "BlockerUpdateInput.title",
    "BlockerUpdateInput.description", "MilestoneAchieveInput.code", "MilestoneAchieveInput.title",
    "MilestoneRevokeInput.code", "MilestoneRevokeInput.reason",
    "CompanyUpdateInput.name", "CompanyUpdateInput.website", "CompanyUpdateInput.industry",
    "CompanyUpdateInput.country", "CompanyUpdateInput.description", "CompanyUpdateInput.gtmGoals",
    "CompanyUpdateInput.awsPartnerId", "CompanyChangeTierInput.reason", "MdfSubmittedInput.applicationId",
    "MdfSubmittedInput.currency", "MdfApprovedInput.applicationId", "MdfApprovedInput.currency",
    "FirstCustomerInput.customer", "CoSellInitiatedInput.opportunityId", "CoSellInitiatedInput.opportunityName",
    "DealRegisteredInput.opportunityId", "DealRegisteredInput.currency", "ListingPublishedInput.listingUrl",
    "EventRecordInput.sourceEventId", "MdfApplicationMoveInput.sourceEventId",
    "MdfApplicationMoveInput.applicationId", "MdfApplicationMoveInput.currency", "MdfApplicationMoveInput.reason",
    "Query.verifyEventLog.head", "PartnerTierProgressRecordInput.note",
    "GeneratedContentRecordInput.title", "GeneratedContentRecordInput.output", "GeneratedContentRecordInput.input",
    "GeneratedContentRecordInput.slug", "GeneratedContentMarkUsedInput.submissionRef",
    "ProductCreateInput.name", "ProductCreateInput.description", "ProductCreateInput.marketplaceType",
    "ProductUpdateInput.name", "ProductUpdateInput.description", "ProductUpdateInput.marketplaceType",
    "ProductTransitionStatusInput.reason", "TaskAddInput.task", "TaskAddInput.owner", "TaskWaiveInput.reason",
    "TaskUpdateInput.task", "TaskUpdateInput.owner", "ComplianceCheckRecordInput.reportType",
    "ControlInput.controlId", "ControlInput.title", "ControlInput.detail",
    # One of a kind over all tenants: that it is in use is told, and nothing of whose it is.
    "ProductUpdateInput.awsProductCode",
    "RegressBlockerInput.code", "RegressBlockerInput.title", "TemplateToUse.slug",
    "ProductPrerequisitesFor.template",
    # Looked for among the products of the company that is named beside it: see tests/actions/test_gates.py.
    "ChainToStart.productId", "TemplateToUse.productId", "StatusToReach.productId",
    "SessionHandOffInput.reason", "SessionHandOffInput.keys", "SessionHandOffInput.redact",
    "SessionHandOffInput.openQuestions", "ApprovalFilter.agentId", "ApprovalFilter.operation",
    "ApprovalApproveInput.note", "ApprovalRejectInput.reason", "NextActionDismissInput.reason",
}  # fmt: skip
# What the name of the place does not say. Blockers and actions are no rows but entries of a company's document; a
# reference is kept as it is and never followed.
NAMED_OTHERWISE = {
    "companyIds": "Company", "productIds": "Product", "sessionId": "AgentSession", "ownerId": "User",
    "blockerId": "Blocker",
    "blockedBy": "BlockerBefore", "taskId": "Task", "dependsOn": "TaskBefore", "TaskReopenInput.taskId": "ClosedTask",
    "BlockerReopenInput.blockerId": "ClosedBlocker",
    "actionId": "NextAction", "NextActionRestoreInput.actionId": "DismissedAction", "ReferenceInput.id": "Reference",
    "Subscription.journeyEventRecorded.after": "JourneyEvent", "contentId": "GeneratedContent",
    "parentId": "GeneratedContent",
}  # fmt: skip
# What is no row, and the field of it that leads to the row it tells of.
TELLS = {"PrerequisiteCheck": "company", "ProductPrerequisiteCheck": "product", "EventLog": "company"}
# Names a call, and only together with who calls: see test_mutations.
KEYS = {"idempotencyKey"}


class Unknown(Exception):
    """The walk met a place that it can make no value for."""


@dataclass(frozen=True)
class Place:
    """An argument, or a field of an input at any depth below it. `owner` is the type that the innermost name stands in,
    or the field that takes the argument."""

    type_name: str
    field: str
    path: tuple[str, ...]
    owner: str
    type: Any = field(compare=False)
    returns: str

    @property
    def name(self) -> str:
        return self.path[-1]

    @property
    def leaf(self) -> str:
        return f"{self.owner}.{self.name}"

    @property
    def is_list(self) -> bool:
        return is_list_type(getattr(self.type, "of_type", None)) or is_list_type(self.type)

    def __str__(self) -> str:
        return f"{self.type_name}.{self.field}({'.'.join(self.path)})"


def walk(schema: GraphQLSchema) -> list[Place]:
    return [
        place
        for type_name, type_ in schema.type_map.items()
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType) and not type_name.startswith("__")
        for name, each in type_.fields.items()
        for place in _of_field(type_name, name, each)
    ]


def _of_field(type_name: str, name: str, definition: Any) -> Iterator[Place]:
    returns = row_type(get_named_type(definition.type)).name
    for argument, taken in definition.args.items():
        for path, owner, type_ in _leaves((argument,), f"{type_name}.{name}", taken.type, ()):
            place = Place(type_name, name, path, owner, type_, returns)
            if names_a_row(place):
                yield place


def _leaves(path: tuple[str, ...], owner: str, type_: Any, inside: tuple[str, ...]) -> Iterator[Any]:
    named = get_named_type(type_)
    if isinstance(named, GraphQLInputObjectType):
        if named.name not in inside:
            for name, each in named.fields.items():
                yield from _leaves((*path, name), named.name, each.type, (*inside, named.name))
    elif not isinstance(named, GraphQLEnumType) and named.name not in NO_NAMES:
        yield path, owner, type_


def names_a_row(place: Place) -> bool:
    """Raises Unknown for a text of which nobody has said whether it does."""
    if place.name in KEYS or place.leaf in WORDS:
        return False
    kinds_named(place)
    return True


def kinds_named(place: Place) -> tuple[str, ...]:
    """The types of rows that the place may name; for a cursor or a text that finds, the type that is listed."""
    if get_named_type(place.type).name == "ID":
        for known in (place.leaf, place.name):
            if known in NAMED_OTHERWISE:
                return (NAMED_OTHERWISE[known],)
        if place.name in ("id", "ids") and len(place.path) == 1:
            return tuple(KINDS) if place.returns == "Node" else (place.returns,)
        kind = place.name.removesuffix("Id")
        kind = kind[:1].upper() + kind[1:]
        if kind in KINDS and place.name.endswith("Id"):
            return (kind,)
    elif place.returns in KINDS and get_named_type(place.type).name == "String":
        columns = KINDS[place.returns].table.columns
        if place.name in CURSORS or place.name == "search" or to_snake_case(place.name) in columns:
            return (place.returns,)
    raise Unknown(f"{place}: which rows does {place.leaf} name? See {__name__}")


def row_type(type_: GraphQLNamedType) -> GraphQLNamedType:
    """What a list holds, of a list; the row that it tells of, of what tells of one; else the type itself."""
    if type_.name.endswith("Connection") and isinstance(type_, GraphQLObjectType):
        return get_named_type(type_.fields["nodes"].type)
    if isinstance(type_, GraphQLObjectType) and type_.name in TELLS:
        return get_named_type(type_.fields[TELLS[type_.name]].type)
    return type_
