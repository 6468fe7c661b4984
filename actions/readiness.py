"""How ready a product is: the door to `products.launch_readiness_score`."""

from dataclasses import dataclass

from actions.access import check_expected, product_for_writing
from actions.perform import Facts, Work
from db import tables as t
from domain.readiness import check, trend


@dataclass(frozen=True, slots=True)
class RecordReadiness:
    product_id: int
    score: int
    expected_version: int | None = None


async def record_readiness(work: Work, ask: RecordReadiness) -> Facts:
    """Facts: company_id, product_id, score_id, changed."""
    company, product = await product_for_writing(work, ask.product_id)
    check_expected("expectedVersion", ask.expected_version, product.version, "Product", product.id)
    check(ask.score)
    target, before = product.target_launch_date, product.launch_readiness_score
    row = t.LaunchReadinessScore(
        product_id=product.id,
        score=ask.score,
        created_at=work.now,
        previous_score=before,
        score_trend=trend(before, ask.score),
        days_until_target=None if target is None else (target - work.now.date()).days,
    )
    work.transaction.add(row)
    product.launch_readiness_score = ask.score
    product.updated_at = work.now
    await work.transaction.flush()
    return {"company_id": company.id, "product_id": product.id, "score_id": row.id, "changed": True}
