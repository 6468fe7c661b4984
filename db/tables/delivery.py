"""What makes writes safe to retry and to react to: idempotency keys and the outbox."""

from datetime import datetime
from typing import Any

from sqlalchemy import CHAR, Index, String, UniqueConstraint
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, table_args
from db.types import MYSQL, BigId, CreatedAt, Json, Pk, Timestamp

# Two keys that differ only in case are two keys; MySQL's default collations would fold them.
ExactText = String(200).with_variant(mysql.VARCHAR(200, charset="utf8mb4", collation="utf8mb4_bin"), *MYSQL)


class IdempotencyKey(Base):
    __tablename__ = "idempotency_keys"
    __table_args__ = table_args(
        UniqueConstraint("actor_scope", "idempotency_key"),
        Index("ix_idempotency_keys_created_at", "created_at"),
    )

    id: Mapped[Pk]
    actor_scope: Mapped[str] = mapped_column(ExactText)
    idempotency_key: Mapped[str] = mapped_column(ExactText)
    operation: Mapped[str] = mapped_column(String(100))
    request_hash: Mapped[str] = mapped_column(CHAR(64))
    outcome: Mapped[dict[str, Any] | None] = mapped_column(Json)
    created_at: Mapped[CreatedAt]


class OutboxMessage(Base):
    __tablename__ = "outbox"
    __table_args__ = table_args(Index("ix_outbox_dispatched_at_id", "dispatched_at", "id"))

    id: Mapped[Pk]
    topic: Mapped[str] = mapped_column(String(100))
    company_id: Mapped[int | None] = mapped_column(BigId)
    event_id: Mapped[int | None] = mapped_column(BigId)
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[CreatedAt]
    dispatched_at: Mapped[datetime | None] = mapped_column(Timestamp)
