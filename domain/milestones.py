"""Named milestones: what was achieved, and not taken back since."""

from collections.abc import Iterable
from typing import Any

from domain.documents import read
from domain.event_data import MilestoneData

Standing = dict[tuple[int | None, str], int]
"""By product (None: the company's own) and code: the event that says so."""


def standing(events: Iterable[tuple[int, int | None, Any]]) -> Standing:
    """`events` are (id, product, data) of milestone events, oldest first."""
    found: Standing = {}
    for id_, product_id, raw in events:
        data = read(MilestoneData, raw or {})
        if data is None or data.code is None:
            continue
        if data.revoked:
            found.pop((product_id, data.code), None)
        else:
            found.setdefault((product_id, data.code), id_)
    return found
