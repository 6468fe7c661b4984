"""The manifest of mutations."""

import strawberry

from graph.mutations.advice import AdviceMutations
from graph.mutations.approach import ApproachMutations
from graph.mutations.approvals import ApprovalMutations
from graph.mutations.blocker_changes import BlockerChangeMutations
from graph.mutations.blockers import BlockerMutations
from graph.mutations.companies import CompanyMutations
from graph.mutations.compliance import ComplianceMutations
from graph.mutations.content import ContentMutations
from graph.mutations.events import EventMutations
from graph.mutations.journey import JourneyMutations
from graph.mutations.mdf import MdfMutations
from graph.mutations.milestones import MilestoneMutations
from graph.mutations.products import ProductMutations
from graph.mutations.sessions import SessionMutations
from graph.mutations.tasks import TaskMutations
from graph.mutations.tiers import TierMutations


@strawberry.type(description="Everything that can be done. Each mutation is one transaction.")
class Mutation(
    JourneyMutations,
    CompanyMutations,
    EventMutations,
    ContentMutations,
    MdfMutations,
    BlockerMutations,
    BlockerChangeMutations,
    MilestoneMutations,
    SessionMutations,
    ApprovalMutations,
    AdviceMutations,
    ProductMutations,
    TaskMutations,
    ComplianceMutations,
    ApproachMutations,
    TierMutations,
):
    pass
