"""What goes out over HTTP: bytes, their type, and the headers that go with them."""

import gzip
import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from starlette.types import Send

from graph.answers import written
from graph.codes import CODES
from graph.errors import RETRY_LATER, Refusal
from graph.headers import RAW
from graph.service import Answer, told

JSON = "application/json"
RESPONSE = "application/graphql-response+json"
EVENTS = "text/event-stream"
OFFERED = {RESPONSE: RESPONSE, JSON: JSON, "*/*": JSON, "application/*": JSON, EVENTS: EVENTS}
# Of one caller, for now.
KEPT = [(b"cache-control", b"private, no-cache"), (b"vary", b"Accept, Accept-Encoding, Authorization")]
NOT_KEPT = [(b"cache-control", b"no-store")]
DOES_NOT_FIT = frozenset({"GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED"})
QUALITY = re.compile(r"[01](\.[0-9]{0,3})?")
RETRY = (b"retry-after", b"1")


class Reply(NamedTuple):
    status: int
    body: bytes
    media_type: str
    headers: Iterable[tuple[bytes, bytes]] = NOT_KEPT

    async def send(self, send: Send, *more: tuple[bytes, bytes]) -> None:
        sent = [*more, *self.headers, *RAW]
        if self.status != 304:
            sent += [(b"content-length", b"%d" % len(self.body)), (b"content-type", self.media_type.encode())]
        await send({"type": "http.response.start", "status": self.status, "headers": sent})
        await send({"type": "http.response.body", "body": self.body})

    def compressed(self, accepted: bytes, least: int) -> "Reply":
        """As gzip, where the client takes it and it is worth the time."""
        if not least or len(self.body) < least or not _takes_gzip(accepted):
            return self
        headers = [*self.headers, (b"content-encoding", b"gzip")]
        if self.headers is not KEPT and not any(name == b"vary" for name, _ in headers):
            headers.append((b"vary", b"Accept-Encoding"))
        return self._replace(body=gzip.compress(self.body, 5, mtime=0), headers=headers)


def refused(refusal: Refusal, media_type: str) -> Reply:
    headers = [(name.encode(), value.encode()) for name, value in refusal.headers.items()]
    return Reply(refusal.status, written({"errors": [refusal.shown]}), media_type, [*NOT_KEPT, *headers])


def failed(error: dict[str, Any]) -> Reply:
    code = error["extensions"]["code"]
    headers = [*NOT_KEPT, RETRY] if code in RETRY_LATER else NOT_KEPT
    return Reply(CODES[code].status, written({"errors": [error]}), JSON, headers)


def answered(answer: Answer, media_type: str) -> Reply:
    if not answer.errors:
        return Reply(200, _with_cost(written({"data": answer.data}), answer), media_type)
    codes = [error["extensions"]["code"] for error in answer.errors]
    body = written(answer.body)
    if not (answer.data and any(answer.data.values())) and not RETRY_LATER.isdisjoint(codes):
        return Reply(503, body, media_type, [*NOT_KEPT, RETRY])
    # The older media type wants 200 for a document that does not fit; not for one that is too much.
    is_bad = answer.refused and (media_type == RESPONSE or not DOES_NOT_FIT.issuperset(codes))
    return Reply(400 if is_bad else 200, body, media_type)


def cacheable(answer: Answer, media_type: str, known: bytes) -> Reply:
    """The answer to a GET, with a tag of its data; 304 without a body where the client has those already. What is left
    of the points is not part of the tag."""
    if answer.errors:
        return answered(answer, media_type)
    data = written({"data": answer.data})
    tag = b'W/"%s"' % hashlib.blake2b(data + media_type.encode(), digest_size=16).hexdigest().encode()
    headers = [*KEPT, (b"etag", tag)]
    if known.strip() == b"*" or tag in [each.strip() for each in known.split(b",")]:
        return Reply(304, b"", media_type, headers)
    return Reply(200, _with_cost(data, answer), media_type, headers)


def _with_cost(data: bytes, answer: Answer) -> bytes:
    return b'%s,"extensions":{"cost":%s}}' % (data[:-1], written(told(answer.charge)))


@lru_cache(256)
def media_type(accept: bytes) -> str | None:
    """What the client likes best of the types, of those it likes alike the first; application/json where it does not
    say, None where there is none."""
    liked = [(quality, -place, name) for place, (name, quality) in enumerate(_qualities(accept)) if name in OFFERED]
    quality, _, name = max(liked, default=(0, 0, ""))
    return OFFERED[name] if quality > 0 else None


@lru_cache(256)
def _takes_gzip(accepted: bytes) -> bool:
    qualities = dict(_qualities(accepted))
    return qualities.get("gzip", qualities.get("*", 0)) > 0


def _qualities(accepted: bytes) -> Iterator[tuple[str, float]]:
    for part in accepted.decode("latin-1").lower().split(","):
        name, *parameters = [each.strip() for each in part.split(";")]
        given = next(
            (value for key, _, value in (each.partition("=") for each in parameters) if key.strip() == "q"), "1"
        )
        yield name, float(given) if QUALITY.fullmatch(given.strip()) else 1.0
