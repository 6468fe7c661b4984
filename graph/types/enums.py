"""The public words for the domain's enums. Each value must be described: `describe` fails on one that is not."""

from enum import StrEnum

import strawberry

from domain import enums as e
from domain.launch import LaunchMove
from domain.reports import ControlResult
from domain.stages import Move


def describe(kind: type[StrEnum], description: str, **values: str) -> None:
    strawberry.enum(kind, description=description)
    definition = kind.__strawberry_definition__  # type: ignore[attr-defined]
    for value in definition.values:
        value.description = values[value.name]
    assert len(values) == len(kind), f"{kind.__name__}: {set(values) - set(kind.__members__)} is not a value"


describe(
    e.JourneyStage, "Where a company stands on its way as a partner, in this order.",
    DISCOVERY="Getting to know each other.", PRE_LIST="Preparing to list.", LAUNCH="Listing and going live.",
    POST_LAUNCH="Live; looking for first customers.", SCALE="Growing with customers.",
    CO_SELL="Selling together with AWS.",
)  # fmt: skip
describe(
    e.PartnerTier, "Tier in the AWS Partner Network.",
    STANDARD="Registered.", SELECT="Select tier.", ADVANCED="Advanced tier.", PREMIER="Premier tier.",
)  # fmt: skip
describe(
    e.LaunchStatus, "Where a product stands between idea and sunset.",
    IDEATION="An idea.", DEVELOPMENT="Being built.", PRE_LAUNCH="Built; preparing the listing.",
    SOFT_LAUNCH="Listed for chosen buyers (AWS: Limited).", GA="Listed for everyone (AWS: Public).",
    GROWTH="Has customers and grows.", MATURE="Established.",
    SUNSET="No new subscribers (AWS: Restricted). Terminal.",
)  # fmt: skip
describe(
    e.EventType, "What happened.",
    STAGE_TRANSITION="A company moved to another stage.", MILESTONE_ACHIEVED="A milestone was reached.",
    BLOCKER_ADDED="Something came in the way, or came back.", BLOCKER_RESOLVED="A blocker was resolved.",
    CONTENT_GENERATED="Content was generated, or went into a submission.", COMPLIANCE_CHECK="A compliance check ran.",
    MDF_SUBMITTED="Market development funds were asked for.", MDF_APPROVED="Market development funds were granted.",
    LISTING_PUBLISHED="A listing went live.", FIRST_CUSTOMER="The first customer bought.",
    CO_SELL_INITIATED="A co-sell opportunity was opened.", DEAL_REGISTERED="A deal was registered.",
)  # fmt: skip
describe(
    e.TriggeredBy, "Who or what caused it.",
    USER="A person.", AGENT="An AI agent acting for a person.", SYSTEM="Partner Graph itself.",
    WEBHOOK="Another system's notice.",
)  # fmt: skip
describe(
    e.ContentPurpose, "What generated content is for.",
    LISTING_CONTENT="A marketplace listing.", MDF_APPLICATION="An application for market development funds.",
    CO_SELL_MATERIALS="Co-selling.", CUSTOMER_FACING="Customers.", INTERNAL_PLANNING="Planning.",
    COMPLIANCE="Passing a compliance check.", OTHER="Anything else.",
)  # fmt: skip
describe(
    e.ChainType, "What a workflow chain is for.",
    MDF_APPLICATION="Applying for market development funds.", LISTING_CREATION="Creating a marketplace listing.",
    CO_SELL_PREP="Preparing to co-sell.", CONTENT_CAMPAIGN="A content campaign.",
    COMPLIANCE_REMEDIATION="Fixing failed controls.", CUSTOM="Anything else.",
)  # fmt: skip
describe(
    e.ChainStatus, "Where a workflow chain stands.",
    DRAFT="Not started.", IN_PROGRESS="Running.", PAUSED="Held; may be resumed.",
    COMPLETED="Every required step is done.", FAILED="A required step failed for good, or it was cancelled.",
)  # fmt: skip
describe(
    e.StepStatus, "Where a step stands.",
    PENDING="Not started.", RUNNING="Claimed and worked on.", WAITING_INPUT="Waiting for a person.",
    COMPLETED="Done.", FAILED="Failed; may be tried again.", SKIPPED="Left out; it was optional.",
    WAIVED="Not needed any more, by a person's decision.",
)  # fmt: skip
describe(
    e.PartnerPotential, "How promising a lead is.",
    LOW="Score below 40.", MEDIUM="Score from 40.", HIGH="Score from 65.", ENTERPRISE="A large company or revenue.",
)  # fmt: skip
describe(
    e.AgentType, "The trade of an AI agent.",
    CONTENT_STRATEGIST="Plans content.", VISUAL_CREATOR="Makes visuals.", CONTENT_OPTIMIZER="Improves content.",
    MARKET_ANALYST="Studies the market.", TECHNICAL_BUILDER="Builds the technical side of a listing.",
    SOLUTION_ADVISOR="Advises on solutions.", MDF_ASSISTANT="Prepares fund applications.",
    CO_SELL_ADVISOR="Advises on co-selling.",
)  # fmt: skip
describe(
    e.SessionStatus, "Where an agent session stands.",
    ACTIVE="At work.", PAUSED="Held; may be resumed.", COMPLETED="Ended, or handed off.", ABANDONED="Left idle.",
)  # fmt: skip
describe(
    e.UsageTrend, "Where usage goes, week over week.",
    DECLINING="Falling.", STABLE="Level.", GROWING="Rising.", SPIKING="Far above its usual level.",
)  # fmt: skip
describe(
    e.ChurnRisk, "How likely a customer is to leave.",
    LOW="Unlikely.", MEDIUM="Worth watching.", HIGH="Likely; act now.",
)  # fmt: skip
describe(
    e.SnapshotType, "Why a snapshot was taken.",
    AUTO="By rule.", MANUAL="By hand.", MILESTONE="At a milestone.", HANDOFF="For a handoff between sessions.",
)  # fmt: skip
describe(
    e.ScoreTrend, "Where a score goes.",
    DECLINING="Falling.", STABLE="Level.", IMPROVING="Rising.",
)  # fmt: skip
describe(
    e.Severity, "How bad it is.",
    CRITICAL="Stops everything.", HIGH="Stops the stage.", MEDIUM="A warning.", LOW="A note.",
)  # fmt: skip
describe(
    e.BlockerStatus, "Whether a blocker still stands in the way.",
    OPEN="It does.", RESOLVED="It was resolved.", WAIVED="A manager decided to live with it.",
)  # fmt: skip
describe(
    e.BlockerSource, "Who or what found a blocker.",
    USER="A person.", AGENT="An AI agent.", COMPLIANCE="A compliance report.", SYSTEM="Partner Graph itself.",
    WEBHOOK="Another system's notice.",
)  # fmt: skip
describe(
    e.TaskStatus, "Where a prerequisite task stands.",
    TODO="Not started.", IN_PROGRESS="Worked on.", BLOCKED="Waits for something else.", DONE="Done.",
    WAIVED="Not needed any more, by a person's decision.",
)  # fmt: skip
describe(
    e.TierRequirement, "What is counted for a tier of the AWS Partner Network.",
    ACCREDITED="Accredited people, technical and business.", FOUNDATIONAL="People with a foundational certification.",
    TECHNICAL="People with a technical certification.",
    PROFESSIONAL="Of those, with a professional or specialty certification.",
    LAUNCHED="Launched opportunities of the last twelve months.",
    MONTHLY_REVENUE="Monthly recurring revenue of those together, in US dollars.",
)  # fmt: skip
describe(
    e.MdfStatus, "Where an application for market development funds stands.",
    DRAFT="Begun, or recalled.", SUBMITTED="AWS looks at it.", ACTION_REQUIRED="AWS has asked back.",
    APPROVED="AWS has granted funds.", REJECTED="AWS has declined.", CANCELED="Withdrawn.",
)  # fmt: skip
describe(
    e.MemberRole, "What a member of a company may do.",
    OWNER="Everything an editor may, and manage members.", EDITOR="Read and write.", VIEWER="Read.",
)  # fmt: skip
describe(
    e.GlobalRole, "What a user may do across the programme.",
    VIEWER="Read the companies one is a member of.", EDITOR="Write where membership allows it.",
    MANAGER="See and write every company; force, skip and regress.", ADMIN="Everything.",
)  # fmt: skip
describe(
    e.HandoffStatus, "Where a handoff stands.",
    PENDING="Offered.", ACCEPTED="Taken over.", REJECTED="Turned down.", EXPIRED="Not answered in time.",
    CANCELLED="Withdrawn.",
)  # fmt: skip
describe(
    e.ApprovalDecision, "What a manager has decided, however long ago.",
    PENDING="Nothing.", APPROVED="The agent may do it, once.", REJECTED="The agent may not do it.",
)  # fmt: skip
describe(
    e.ApprovalStatus, "Where an approval stands.",
    PENDING="A manager has to decide.", APPROVED="The agent may do it, once, by sending its call again.",
    REJECTED="The agent may not do it.", USED="It was approved, and the agent has done it.",
    EXPIRED="Not decided, or not used, in time. It holds for nothing any more.",
)  # fmt: skip
describe(
    Move, "How a transition moves a company.",
    ADVANCE="To the next stage.", SKIP="Over one or more stages.", REGRESS="Back.", SAME="Nowhere.",
)  # fmt: skip
describe(
    LaunchMove, "How a transition moves a product.",
    FORWARD="On its way.", BACK="Back.", SUNSET="Out of the market.", REOPEN="Out of sunset, before it was listed.",
    SAME="Nowhere.",
)  # fmt: skip
describe(
    ControlResult, "What a check has found of a control.",
    PASS="It is met.", FAIL="It is not met.", EXEMPTION="It need not be met.", NOT_EXECUTED="It was not looked at.",
)  # fmt: skip
