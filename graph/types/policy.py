"""The policy: every number of the rules that is a judgement, and what they are now."""

from typing import Any

import strawberry

from domain import policy as p
from domain.enums import AgentType, JourneyStage
from graph.types.documents import document


@strawberry.type(description="Named milestones that a stage is left with.")
class RequiredMilestones:
    stage: JourneyStage = strawberry.field(description="The stage.")
    codes: list[str] = strawberry.field(description="The milestones' codes. Bounded by the policy.")


@strawberry.type(description="Agents that have work in a stage.")
class AgentsOfStage:
    stage: JourneyStage = strawberry.field(description="The stage.")
    agent_types: list[AgentType] = strawberry.field(description="Their types. At most one of each.")


@document(p.StagePolicy, "What the stages of a company go by.")
class StagePolicy:
    @strawberry.field(description="Named milestones that a stage is left with. At most one entry per stage.")
    def required_milestones(self, section: strawberry.Parent[Any]) -> list[RequiredMilestones]:
        return [
            RequiredMilestones(stage=stage, codes=list(codes)) for stage, codes in section.required_milestones.items()
        ]


@strawberry.type(description="How long a passed report of a type is good.")
class ReportValidity:
    report_type: str = strawberry.field(description="The type.")
    days: int = strawberry.field(description="Days from the check.")


@document(p.LaunchPolicy, "What the launch of a product goes by.")
class LaunchPolicy:
    @strawberry.field(
        description="How long a passed report is good where it does not say itself. At most one entry per type."
    )
    def validity_days(self, section: strawberry.Parent[Any]) -> list[ReportValidity]:
        return [ReportValidity(report_type=name, days=days) for name, days in section.validity_days.items()]


@document(p.BlockerPolicy, "What blockers go by.")
class BlockerPolicy:
    pass


@document(p.TierNeeds, "What a tier needs.")
class TierNeeds:
    pass


@document(p.TierPolicy, "What the tiers of the AWS Partner Network go by: Services Path, 2024.")
class TierPolicy:
    pass


@document(p.ActionPolicy, "How next actions are chosen: `priority = 100 × (weights × terms)`, each term 0 to 1.")
class ActionPolicy:
    pass


@document(p.AgentPolicy, "Where which agents work.")
class AgentPolicy:
    @strawberry.field(description="Agents that have work in a stage. At most one entry per stage.")
    def stages(self, section: strawberry.Parent[Any]) -> list[AgentsOfStage]:
        return [AgentsOfStage(stage=stage, agent_types=list(types)) for stage, types in section.stages.items()]


@document(p.ApprovalPolicy, "What agents need a manager's approval for.")
class ApprovalPolicy:
    pass


@document(p.Policy, "Every threshold and weight that the rules go by.")
class Policy:
    pass
