"""The journey's audit trail, and which chains an event started or speaks of."""

from typing import Any

from sqlalchemy import CHAR, ForeignKey, Index, Integer, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, append_only, never_changed, table_args
from db.types import BigId, CreatedAt, Json, Pk, enum
from domain.enums import ChainMention, EventType, TriggeredBy


class JourneyEvent(Base):
    __tablename__ = "partner_journey_events"
    __table_args__ = append_only(
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


class EventSource(Base):
    """What a source calls an event: each of its names once. `said` is a hash of what it told under the name: see
    `domain.sources`."""

    __tablename__ = "journey_event_sources"
    __table_args__ = append_only(
        Index("ix_journey_event_sources_event_id", "event_id"), UniqueConstraint("source", "source_event_id")
    )

    id: Mapped[Pk]
    event_id: Mapped[int] = mapped_column(BigId, ForeignKey("partner_journey_events.id", ondelete="CASCADE"))
    source: Mapped[str] = mapped_column(String(200))
    source_event_id: Mapped[str] = mapped_column(String(200))
    said: Mapped[str] = mapped_column(CHAR(64))


class EventSeal(Base):
    """Says what an event held when it was written, and which seal came before: see `domain.sealing`."""

    __tablename__ = "journey_event_seals"
    __table_args__ = append_only(UniqueConstraint("company_id", "position"))

    event_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("companies.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(Integer)
    product_id: Mapped[int | None] = mapped_column(BigId)
    previous_seal: Mapped[str | None] = mapped_column(CHAR(64))
    seal: Mapped[str] = mapped_column(CHAR(64))


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


for _row in (JourneyEvent, EventSource, EventSeal):
    for _moment in ("before_update", "before_delete"):
        event.listen(_row, _moment, never_changed)
