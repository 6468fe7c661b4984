"""Answers as bytes. Data may hold what orjson writes as the scalars would: naive times (UTC), days, stored JSON."""

from typing import Any

import orjson


def written(body: Any) -> bytes:
    return orjson.dumps(body, option=orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z)
