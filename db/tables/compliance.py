"""Compliance reports and their findings."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Date, ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, table_args
from db.types import AdoptedInteger, BigId, CreatedAt, Json, Pk, Timestamp


class ComplianceReport(Base):
    __tablename__ = "compliance_reports"
    __table_args__ = table_args(
        Index("ix_compliance_reports_company_id_created_at_id", "company_id", "created_at", "id"),
        Index("ix_compliance_reports_product_id_created_at_id", "product_id", "created_at", "id"),
        Index("ix_compliance_reports_remediation_chain_id", "remediation_chain_id"),
    )

    id: Mapped[Pk]
    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("companies.id", ondelete="CASCADE"))
    product_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("products.id", ondelete="CASCADE"))
    report_type: Mapped[str | None] = mapped_column(String(50))
    status: Mapped[str | None] = mapped_column(String(50))
    score: Mapped[int | None] = mapped_column(AdoptedInteger)
    valid_until: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[datetime | None] = mapped_column(Timestamp)

    remediation_chain_id: Mapped[str | None] = mapped_column(String(100))
    auto_fix_attempted: Mapped[bool | None] = mapped_column(Boolean, default=False, server_default=false())
    auto_fix_results: Mapped[list[Any] | None] = mapped_column(Json)
    next_check_scheduled_at: Mapped[datetime | None] = mapped_column(Timestamp)
    assigned_to: Mapped[int | None] = mapped_column(BigId)


class ComplianceReportItem(Base):
    __tablename__ = "compliance_report_items"
    __table_args__ = table_args(
        Index("ix_compliance_report_items_compliance_report_id_id", "compliance_report_id", "id")
    )

    id: Mapped[Pk]
    compliance_report_id: Mapped[int] = mapped_column(BigId, ForeignKey("compliance_reports.id", ondelete="CASCADE"))
    control_id: Mapped[str | None] = mapped_column(String(100))
    title: Mapped[str | None] = mapped_column(String(255))
    result: Mapped[str | None] = mapped_column(String(50))
    severity: Mapped[str | None] = mapped_column(String(50))
    state: Mapped[str | None] = mapped_column(String(50))
    detail: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[CreatedAt]

    remediation_template_slug: Mapped[str | None] = mapped_column(String(255))
    remediation_generation_id: Mapped[int | None] = mapped_column(BigId)
