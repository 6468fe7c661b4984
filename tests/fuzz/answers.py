"""What every answer must be, whatever was sent."""

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from graph.codes import CODES
from tests.door.client import LEAKS

# What is never an answer to malformed input, be it with other data in an answer of status 200.
OURS = {code for code, what in CODES.items() if what.status >= 500}


@dataclass
class Tally:
    """`executed` counts the answers that hold a value."""

    asked: int = 0
    executed: int = 0
    codes: Counter[str] = field(default_factory=Counter)

    def add(self, body: dict[str, Any]) -> None:
        self.asked += 1
        self.executed += holds_a_value(body.get("data"))
        self.codes.update(error["extensions"]["code"] for error in body.get("errors", ()))


def holds_a_value(data: Any) -> bool:
    return isinstance(data, dict) and any(each is not None for each in data.values())


def checked(status: int, content_type: str, content: bytes) -> dict[str, Any]:
    """The body, after a look at all that is promised of it."""
    assert 200 <= status < 500, (status, content[:500])
    assert content_type in ("application/json", "application/graphql-response+json"), content_type
    text = content.decode()
    assert not (leak := LEAKS.search(text)), (leak, text[:500])
    body = json.loads(text)
    assert isinstance(body, dict)
    assert body.keys() <= {"data", "errors", "extensions"}
    assert "data" in body or "errors" in body
    if "errors" in body:
        assert body["errors"]
        for error in body["errors"]:
            code = error["extensions"]["code"]
            assert code in CODES.keys() - OURS, error
            assert isinstance(error["message"], str)
            assert error["message"]
    return body
