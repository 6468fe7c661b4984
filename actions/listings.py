"""Since when a listing is live: the door to `products.listing_live_date`."""

from datetime import date

from actions.perform import Work
from db import tables as t


def live_on(work: Work, product: t.Product, day: date | None) -> bool:
    """Whether that is another day than before."""
    if product.listing_live_date == day:
        return False
    product.listing_live_date = day
    product.updated_at = work.now
    return True
