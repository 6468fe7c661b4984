"""Generated content (the seed's `user_openai`)."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import Boolean, ForeignKey, Index, Numeric, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, table_args
from db.types import BigId, CreatedAt, Pk, Timestamp, enum
from domain.enums import ContentPurpose


class GeneratedContent(Base):
    __tablename__ = "user_openai"
    __table_args__ = table_args(
        Index("ix_user_openai_company_id_created_at_id", "company_id", "created_at", "id"),
        Index("ix_user_openai_product_id_created_at_id", "product_id", "created_at", "id"),
        Index("ix_user_openai_workflow_chain_id", "workflow_chain_id"),
        Index("ix_user_openai_parent_generation_id", "parent_generation_id"),
    )

    id: Mapped[Pk]
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"))
    title: Mapped[str | None] = mapped_column(String(255))
    slug: Mapped[str | None] = mapped_column(String(255))
    input: Mapped[str | None] = mapped_column(Text)
    output: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[datetime | None] = mapped_column(Timestamp)

    company_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("companies.id", ondelete="SET NULL"))
    product_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("products.id", ondelete="SET NULL"))
    journey_stage: Mapped[str | None] = mapped_column(String(50))
    content_purpose: Mapped[ContentPurpose | None] = mapped_column(enum(ContentPurpose))
    workflow_chain_id: Mapped[str | None] = mapped_column(String(100))
    parent_generation_id: Mapped[int | None] = mapped_column(BigId)
    quality_score: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    used_in_submission: Mapped[bool | None] = mapped_column(Boolean, default=False, server_default=false())
