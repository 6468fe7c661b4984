"""Requests that nobody should send, each reproducible from its seed."""

import gzip
import json
from collections.abc import Callable
from random import Random
from typing import Any
from urllib.parse import quote

from tests.fuzz.wire import Pieces

DOCUMENTS = (
    "{ __typename }", "{ viewer { demo roles user { id name } } }", "{ companies(first: 2) { nodes { id name } } }",
    'query Q($n: Int = 1, $c: String) { companies(first: $n, filter: {country: [$c, "DE"]}) { totalCount } }',
    "{ companies(first: 20) { edges { cursor node { id name products(first: 3) { nodes { id name } } } } } }",
    "query A { viewer { demo } } query B { __typename }", "{ __schema { types { kind } } }",
)  # fmt: skip
VALUES: tuple[Any, ...] = (None, True, 0, -1, 2**31, 2**64, 1e308, "", "x", "\ud800", "\x00", [], {}, [[]], {"a": []})
TOKENS = (
    b"",
    b"\x00",
    b"\r",
    b"\n",
    b"\r\n",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"%00",
    b"%",
    b"{",
    b"}",
    b'"',
    b"\\u",
    b"-",
)
MEDIA = (
    b"application/json", b"application/graphql-response+json", b"*/*", b"text/html", b"", b";;;,,,", b"q=0", b"\xff",
    b"application/json;q=0", b"text/html;q=x, */*;q=", b"*/*;q=0.0.0", b"a/" + b"b" * 5000, b"gzip;q=1e9, *;q=-1",
)  # fmt: skip
ENCODINGS = (b"gzip", b"br", b"*", b"gzip;q=", b"identity;q=0", b"*;q=0, gzip", b"\x80", b"gzip," * 500, b"deflate")


def head(method: bytes, target: bytes, *lines: bytes) -> bytes:
    return b"\r\n".join((b"%s %s HTTP/1.1" % (method, target), b"Host: localhost", *lines, b"", b""))


class Junk:
    """Makes requests for the bearer of one token."""

    def __init__(self, bearer: str) -> None:
        self.authorization = b"Authorization: Bearer " + bearer.encode()

    def make(self, seed: int) -> tuple[str, Pieces]:
        """Its kind, and what is sent."""
        random = Random(seed)
        kind = KINDS[seed % len(KINDS)]
        return kind.__name__, kind(self, random)

    def post(self, body: bytes, *lines: bytes, length: int | bytes | None = None) -> bytes:
        size = len(body) if length is None else length
        named = b"Content-Length: %s" % (size if isinstance(size, bytes) else b"%d" % size)
        return head(b"POST", b"/graphql", self.authorization, b"Content-Type: application/json", named, *lines) + body

    def good(self, random: Random) -> bytes:
        return self.post(json.dumps({"query": random.choice(DOCUMENTS), "operationName": None}).encode())

    # Of bytes

    def flipped(self, random: Random) -> Pieces:
        request = bytearray(self.good(random))
        for _ in range(random.randint(1, 8)):
            request[random.randrange(len(request))] ^= 1 << random.randrange(8)
        return [bytes(request)]

    def flipped_body(self, random: Random) -> Pieces:
        body = bytearray(json.dumps({"query": random.choice(DOCUMENTS)}).encode())
        for _ in range(random.randint(1, 4)):
            body[random.randrange(len(body))] ^= 1 << random.randrange(8)
        return [self.post(bytes(body))]

    def spliced(self, random: Random) -> Pieces:
        request = self.good(random)
        at, until = sorted(random.randrange(len(request)) for _ in range(2))
        return [request[:at] + random.choice(TOKENS) * random.randint(1, 50) + request[until:]]

    def cut(self, random: Random) -> Pieces:
        request = self.good(random)
        return [request[: random.randrange(1, len(request))]]

    def noise(self, random: Random) -> Pieces:
        return [random.randbytes(random.randint(1, 3000)) + b"\r\n\r\n"]

    def trickled(self, random: Random) -> Pieces:
        request = self.good(random)
        at = sorted(random.randrange(1, len(request)) for _ in range(4))
        pieces = [request[start:end] for start, end in zip([0, *at], [*at, len(request)], strict=True)]
        return [each for piece in pieces if piece for each in (piece, random.random() * 0.05)]

    def pipelined(self, random: Random) -> Pieces:
        return [b"".join(random.choice((self.good, self.getting))(random) for _ in range(random.randint(2, 12)))]

    # Of the head

    def headers(self, random: Random) -> Pieces:
        line = random.choice(
            (
                b"Content-Length: %d" % random.randint(0, 10**6), b"Content-Length: -1", b"Content-Length: 1e3",
                b"Content-Length: " + b"9" * 30, b"Transfer-Encoding: chunked", b"Transfer-Encoding: gzip, chunked",
                b"Transfer-Encoding: \x0bchunked", b"Host: evil.example", b"Authorization: Bearer x", b": nameless",
                b"no colon", b"Sp ace: x", b"Bad\x00Name: x", b"Folded: a\r\n b", b"X: \xff\xfe\x00",
                b"X: " + b"y" * 70_000,
                b"Connection: close", b"Connection: \xff", b"Expect: 100-continue", b"Expect: 999-never",
                b"Content-Encoding: gzip", b"Content-Encoding: br, \xff", b"Content-Type: text/plain",
                b"Content-Type: multipart/form-data; boundary=" + b"-" * 200,
                b"Content-Type: application/json;charset=x",
                b"Upgrade: h2c\r\nConnection: Upgrade", b"Upgrade: websocket\r\nConnection: Upgrade",
                b"Forwarded: for=\x01", b"If-None-Match: " + b'W/"x",' * 900, b"Range: bytes=0-0", b"TE: trailers",
            )
        )  # fmt: skip
        lines = [line] * random.choice((1, 1, 2, 50))
        body = json.dumps({"query": random.choice(DOCUMENTS)}).encode()
        return [self.post(body, *lines) if random.random() < 0.5 else head(b"POST", b"/graphql", *lines) + body]

    def many_headers(self, random: Random) -> Pieces:
        lines = [b"X-%d: %s" % (n, random.randbytes(4).hex().encode()) for n in range(random.choice((200, 5000)))]
        return [self.post(b'{"query": "{ __typename }"}', *lines)]

    def endless_head(self, random: Random) -> Pieces:
        return [head(b"POST", b"/graphql")[:-2] + b"X: ", *([b"y" * 40_000, 0.01] * random.randint(1, 6))]

    def injected(self, random: Random) -> Pieces:
        junk = random.choice((b"\r\n", b"\n", b"\r", b"\r\n ", b"%0d%0a", b"\xc4\x8d\xc4\x8a", b"\x00", b"\t"))
        value = b"abcdefgh" + junk + b"X-Injected: 1" + junk + b"Set-Cookie: a=b"
        name = random.choice((b"X-Request-Id", b"If-None-Match", b"Accept", b"Origin", b"Authorization"))
        return [self.post(b'{"query": "{ __typename }"}', name + b": " + value)]

    def accepting(self, random: Random) -> Pieces:
        accept = b"Accept: " + b",".join(random.choice(MEDIA) for _ in range(random.randint(1, 3)))
        encoding = b"Accept-Encoding: " + random.choice(ENCODINGS)
        return [self.post(json.dumps({"query": random.choice(DOCUMENTS)}).encode(), accept, encoding)]

    def methods(self, random: Random) -> Pieces:
        method = random.choice(
            (b"PUT", b"DELETE", b"HEAD", b"OPTIONS", b"TRACE", b"CONNECT", b"PATCH", b"get", b"BREW", b"")
        )
        target = random.choice(
            (b"/graphql", b"*", b"http://evil.example/graphql", b"/graphql/../x", b"//", b"\xff", b"/%2e")
        )
        return [head(method, target, self.authorization)]

    def handshakes(self, random: Random) -> Pieces:
        lines = (
            b"Upgrade: websocket", b"Connection: Upgrade", b"Sec-WebSocket-Version: 13", b"Origin: http://evil.example",
            b"Sec-WebSocket-Version: 99", b"Sec-WebSocket-Key: " + b"A" * 22 + b"==", b"Sec-WebSocket-Key: x",
            b"Sec-WebSocket-Extensions: permessage-deflate; a=" + b"9" * 3000, b"Content-Length: 5",
        )  # fmt: skip
        chosen = lines[:2] + tuple(random.sample(lines[2:], random.randint(0, 4)))
        return [head(random.choice((b"GET", b"GET", b"POST")), b"/graphql", *chosen) + b"hello" * random.randint(0, 1)]

    # Of the body

    def lengths(self, random: Random) -> Pieces:
        body = json.dumps({"query": random.choice(DOCUMENTS)}).encode()
        return [self.post(body, length=max(0, len(body) + random.choice((-len(body), -5, -1, 1, 7, 5000, 2**40))))]

    def chunked(self, random: Random) -> Pieces:
        body = json.dumps({"query": random.choice(DOCUMENTS)}).encode()
        size = random.choice(
            (b"%x" % len(body), b"%x" % (len(body) + 3), b"0", b"-1", b"zz", b"f" * 20, b"", b"%x;a=b" % len(body))
        )
        ending = random.choice((b"\r\n0\r\n\r\n", b"0\r\n\r\n", b"\r\n0\r\nX-Injected: 1\r\n\r\n", b"\r\n", b""))
        lines = (self.authorization, b"Content-Type: application/json", b"Transfer-Encoding: chunked")
        return [head(b"POST", b"/graphql", *lines) + size + b"\r\n" + body + ending]

    def bodies(self, random: Random) -> Pieces:
        body = random.choice(
            (
                b"[" * 100_000, b'{"query":' * 100_000, b"[" * 100_000 + b"]" * 100_000,
                b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
                b'{"query": "{ __typename }", "variables": {"n": %s}}' % (b"9" * 5000), b"9" * 5000, b"-" + b"9" * 5000,
                b"1e999999", b"null", b"true", b'"x"', b"", b" ", b"\xef\xbb\xbf{}", b"\xff" * 50,
                b'{"query": "\xed\xa0\x80"}',
                b'{"query": "\\ud800"}', b'{"query": "{ node(id: \\"\\ud800\\") { id } }"}',
                gzip.compress(b"{}" * 5000),
                gzip.compress(b"x")[:9], "{}".encode("utf-16"), "{}".encode("utf-32"),
                b'{"query": "{ a }", "query": 1}',
                b'{"query": "{ companies(first: %s) { totalCount } }"}' % (b"9" * 5000), b"NaN", b"[1,]",
                b"{'query': 1}",
                b'{"query": "' + b"{ viewer " * 3000 + b'"}', b'{"query": "{ ' + b"a " * 40_000 + b'}"}',
                b"\x00" * 2000,
                b'{"query": "#' + b"x" * 1_100_000 + b'"}',
                b'{"query": "{ companies(after: \\"%s\\") { totalCount } }"}' % (b"A" * 60_000),
            )
        )  # fmt: skip
        return [self.post(body)]

    def members(self, random: Random) -> Pieces:
        body: dict[str, Any] = {"query": random.choice(DOCUMENTS)}
        for name in random.sample(["query", "variables", "operationName", "extensions", "documentId", "x"], 2):
            body[name] = random.choice(VALUES)
        return [self.post(json.dumps(body).encode())]

    def documents(self, random: Random) -> Pieces:
        hashes = ("0" * 64, "g" * 64, "x", "\ud800" * 64, "A" * 64, "é" * 64, 1, None, "0" * 10_000)
        body: dict[str, Any] = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": random.choice(hashes)}}}
        if random.random() < 0.4:
            body["extensions"]["persistedQuery"] = random.choice(VALUES)
        if random.random() < 0.4:
            body["query"] = random.choice(DOCUMENTS)
        if random.random() < 0.3:
            body["documentId"] = random.choice(("sha256:", "sha256:" + "0" * 64, "../../etc/passwd", *hashes))
        return [self.post(json.dumps(body).encode())]

    # Of the address

    def getting(self, random: Random) -> bytes:
        return head(b"GET", b"/graphql?query=" + quote(random.choice(DOCUMENTS)).encode(), self.authorization)

    def queries(self, random: Random) -> Pieces:
        junk = random.choice(
            (
                b"%", b"%zz", b"%ff%fe", b"%00", b"%ed%a0%80", b"a=b&" * 30, b"&&&&", b"query", b"query=%7B", b"%u1234",
                b"query=" + b"%7B" * 30_000, b"variables=%7B", b"variables=[]", b"extensions=1",
                b"variables=" + b"[" * 20_000,
                b"variables=%7B%22n%22:" + b"9" * 5000 + b"%7D", b"documentId=" + b"x" * 300, b"operationName=%00",
                b"\xff",
                b"query=mutation%7B__typename%7D", b"extensions=%7B%22persistedQuery%22:%7B%7D%7D", b";", b"#",
                b"?" * 40,
            )
        )  # fmt: skip
        known = b"query=" + quote(random.choice(DOCUMENTS)).encode() + b"&"
        return [head(b"GET", b"/graphql?" + (known if random.random() < 0.5 else b"") + junk, self.authorization)]


KINDS: tuple[Callable[[Junk, Random], Pieces], ...] = (
    Junk.flipped, Junk.flipped_body, Junk.spliced, Junk.cut, Junk.noise, Junk.trickled, Junk.pipelined, Junk.headers,
    Junk.many_headers, Junk.endless_head, Junk.injected, Junk.accepting, Junk.methods, Junk.lengths, Junk.chunked,
    Junk.bodies, Junk.members, Junk.documents, Junk.queries, Junk.flipped_body, Junk.handshakes, Junk.bodies,
    Junk.members,
)  # fmt: skip
