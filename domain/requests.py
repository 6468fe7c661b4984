"""What a write is asked for, in a form that can be compared, kept and approved."""

import hashlib
from dataclasses import dataclass
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class Request:
    """Equal requests have equal hashes, and others have others."""

    operation: str
    input: dict[str, Any]
    hash: str

    @classmethod
    def of(cls, operation: str, input: dict[str, Any]) -> "Request":
        canonical = orjson.dumps([operation, input], option=orjson.OPT_SORT_KEYS)
        return cls(operation, orjson.loads(canonical)[1], hashlib.sha256(canonical).hexdigest())
