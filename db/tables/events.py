"""The journey's audit trail, and which chains an event started or speaks of."""

from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, table_args
from db.types import BigId, CreatedAt, Json, Pk, enum
from domain.enums import ChainMention, EventType, TriggeredBy


class JourneyEvent(Base):
    __tablename__ = "partner_journey_events"
    __table_args__ = table_args(
        Index("idx_company_events", "company_id", "event_type", "created_at"),
        Index("idx_journey_progression", "company_id", "from_stage", "to_stage"),
        Index("ix_partner_journey_events_company_id_created_at_id", "company_id", "created_at", "id"),
        Index("ix_partner_journey_events_product_id_created_at_id", "product_id", "created_at", "id"),
        Index("ix_partner_journey_events_user_id_created_at_id", "user_id", "created_at", "id"),
    )

    id: Mapped[Pk]
    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("companies.id", ondelete="CASCADE"))
    product_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("products.id", ondelete="SET NULL"))
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"))
    event_type: Mapped[EventType] = mapped_column(enum(EventType))
    from_stage: Mapped[str | None] = mapped_column(String(50))
    to_stage: Mapped[str | None] = mapped_column(String(50))
    related_entity_type: Mapped[str | None] = mapped_column(String(100))
    related_entity_id: Mapped[int | None] = mapped_column(BigId)
    event_data: Mapped[dict[str, Any] | None] = mapped_column(Json)
    triggered_by: Mapped[TriggeredBy | None] = mapped_column(
        enum(TriggeredBy), default=TriggeredBy.USER, server_default="user"
    )
    agent_id: Mapped[str | None] = mapped_column(String(100))
    created_at: Mapped[CreatedAt]


class EventChain(Base):
    __tablename__ = "journey_event_chains"
    __table_args__ = table_args(Index("ix_journey_event_chains_chain_id_event_id", "chain_id", "event_id"))

    event_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("partner_journey_events.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    chain_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("workflow_chains.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    relation: Mapped[ChainMention] = mapped_column(enum(ChainMention), default=ChainMention.MENTIONS)
