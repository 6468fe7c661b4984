"""Factories: rows with believable defaults, written at once. Each returns the mapped row (detached)."""

from datetime import timedelta
from itertools import count
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker

from db import tables as t
from db.base import Base
from domain.enums import (
    AgentType,
    ChainType,
    ContentPurpose,
    EventType,
    HandoffStatus,
    LaunchStatus,
    MemberRole,
    PartnerTier,
    SnapshotType,
    TierRequirement,
)
from tests.support import NOW, new_id

B = TypeVar("B", bound=Base)


# What a company has when nothing of its own closes a gate; `Make.evidence` makes the rest.
READY = {"gtm_goals": {"primary": "list"}, "aws_partner_id": "APN-1001", "partner_tier": PartnerTier.SELECT}


class Make:
    def __init__(self, engine: AsyncEngine) -> None:
        self._sessions = async_sessionmaker(engine, expire_on_commit=False)
        self._numbers = count(1)

    async def row(self, row: B) -> B:
        async with self._sessions() as session, session.begin():
            session.add(row)
        return row

    async def user(self, **values: Any) -> t.User:
        number = next(self._numbers)
        return await self.row(t.User(**{"name": f"User {number}", "email": f"{new_id()}@test.example", **values}))

    async def company(self, **values: Any) -> t.Company:
        return await self.row(t.Company(**{"name": f"Company {next(self._numbers)}", "created_at": NOW, **values}))

    async def member(self, user: t.User, company: t.Company, role: MemberRole = MemberRole.EDITOR) -> t.CompanyMember:
        return await self.row(t.CompanyMember(user_id=user.id, company_id=company.id, role=role, created_at=NOW))

    async def product(self, company: t.Company, **values: Any) -> t.Product:
        base = {"company_id": company.id, "name": f"Product {next(self._numbers)}", "created_at": NOW}
        return await self.row(t.Product(**{**base, **values}))

    async def evidence(self, company: t.Company, user: t.User, *, listed: bool = False) -> t.Product:
        """Rows that open the gates of a company that is READY; those out of launch on only with `listed`, as it takes
        an event."""
        product = await self.product(
            company, launch_status=LaunchStatus.GA, aws_product_code=f"prod-{next(self._numbers)}",
            launch_readiness_score=90, target_launch_date=NOW.date(), listing_live_date=NOW.date(),
        )  # fmt: skip
        report = {"company_id": company.id, "status": "passed", "created_at": NOW}
        await self.row(t.ComplianceReport(**report, product_id=product.id, report_type="listing"))
        until = NOW.date() + timedelta(days=365)
        await self.row(t.ComplianceReport(**report, report_type="ftr", valid_until=until))
        await self.row(
            t.MarketplaceEntitlement(company_id=company.id, product_id=product.id, status="active", created_at=NOW)
        )
        await self.content(company, user, used_in_submission=True)
        if listed:
            await self.event(company, user, product_id=product.id, event_type=EventType.LISTING_PUBLISHED)
        return product

    async def event(self, company: t.Company, user: t.User, **values: Any) -> t.JourneyEvent:
        at = NOW - timedelta(hours=next(self._numbers))
        base = {
            "company_id": company.id,
            "user_id": user.id,
            "event_type": EventType.CONTENT_GENERATED,
            "created_at": at,
        }
        return await self.row(t.JourneyEvent(**{**base, **values}))

    async def chain(self, company: t.Company, user: t.User, **values: Any) -> t.WorkflowChain:
        base = {
            "chain_id": new_id(), "user_id": user.id, "company_id": company.id, "name": f"Chain {next(self._numbers)}",
            "chain_type": ChainType.CUSTOM, "total_steps": 1, "steps_config": [{"step_num": 1, "template_slug": "a"}],
            "created_at": NOW,
        }  # fmt: skip
        return await self.row(t.WorkflowChain(**{**base, **values}))

    async def session(self, company: t.Company | None, user: t.User, **values: Any) -> t.AgentSession:
        base = {
            "session_id": new_id(), "user_id": user.id, "company_id": company.id if company else None,
            "agent_type": AgentType.CONTENT_STRATEGIST, "session_context": {"goal": "list"},
            "started_at": NOW - timedelta(hours=1),
        }  # fmt: skip
        return await self.row(t.AgentSession(**{**base, **values}))

    async def snapshot(self, company: t.Company, user: t.User, **values: Any) -> t.ContextSnapshot:
        base = {
            "snapshot_id": new_id(), "user_id": user.id, "company_id": company.id,
            "snapshot_type": SnapshotType.MANUAL, "context_data": {"a": 1}, "created_at": NOW,
        }  # fmt: skip
        return await self.row(t.ContextSnapshot(**{**base, **values}))

    async def handoff(self, source: t.AgentSession, target: t.AgentSession, user: t.User) -> t.SessionHandoff:
        return await self.row(
            t.SessionHandoff(
                from_session_id=source.id, to_session_id=target.id, live_source_id=source.id,
                to_agent_type=target.agent_type, status=HandoffStatus.ACCEPTED, reason="next", policy="FULL", hop=1,
                created_by=user.id, created_at=NOW,
            )
        )  # fmt: skip

    async def content(self, company: t.Company, user: t.User, **values: Any) -> t.GeneratedContent:
        base = {
            "company_id": company.id, "user_id": user.id, "title": "One-pager", "output": "Words.", "created_at": NOW,
            "content_purpose": ContentPurpose.CO_SELL_MATERIALS, "used_in_submission": False,
        }  # fmt: skip
        return await self.row(t.GeneratedContent(**{**base, **values}))

    async def progress(self, company: t.Company, user: t.User, **values: Any) -> t.TierProgress:
        base = {
            "company_id": company.id, "user_id": user.id, "requirement": TierRequirement.LAUNCHED, "value": 2,
            "as_of": NOW.date(), "created_at": NOW,
        }  # fmt: skip
        return await self.row(t.TierProgress(**{**base, **values}))

    async def approval(self, company: t.Company, user: t.User, **values: Any) -> t.Approval:
        request = {"company_id": company.id, "to": "launch"}
        base = {
            "public_id": new_id(), "company_id": company.id, "user_id": user.id, "agent_id": "agent-7",
            "operation": "companyTransitionStage", "request": request, "request_hash": "0" * 64,
            "summary": "Move it to LAUNCH.", "created_at": NOW, "expires_at": NOW + timedelta(hours=24),
        }  # fmt: skip
        return await self.row(t.Approval(**{**base, **values}))
