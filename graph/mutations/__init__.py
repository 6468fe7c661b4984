"""The manifest of mutations."""

import strawberry

from graph.mutations.advice import AdviceMutations
from graph.mutations.approvals import ApprovalMutations
from graph.mutations.blockers import BlockerMutations
from graph.mutations.journey import JourneyMutations
from graph.mutations.sessions import SessionMutations


@strawberry.type(description="Everything that can be done. Each mutation is one transaction.")
class Mutation(JourneyMutations, BlockerMutations, SessionMutations, ApprovalMutations, AdviceMutations):
    pass
