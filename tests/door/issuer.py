"""An identity provider: its key pairs, the key set that it publishes on a port of this machine, its tokens."""

import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

ISSUER = "https://issuer.example.com/"
AUDIENCE = "partner-graph"
ALGORITHMS = ["RS256", "ES256"]
CURVES = {"ES256": ec.SECP256R1, "ES384": ec.SECP384R1, "ES256K": ec.SECP256K1}


@cache
def key_of(algorithm: str, name: str = "ours", bits: int = 2048) -> Any:
    """A private key; the same one for the same name, as RSA's take their time."""
    if algorithm in CURVES:
        return ec.generate_private_key(CURVES[algorithm]())
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def jwk(key: Any, kid: str | None = "ours", **changes: Any) -> dict[str, Any]:
    """The public part, as it is published; `...` leaves a member out."""
    is_rsa = isinstance(key, rsa.RSAPrivateKey)
    encoder = jwt.algorithms.RSAAlgorithm if is_rsa else jwt.algorithms.ECAlgorithm
    public = encoder.to_jwk(key.public_key(), as_dict=True)
    data = {
        **public,
        "use": "sig",
        "alg": "RS256" if is_rsa else "ES256",
        "kid": ... if kid is None else kid,
        **changes,
    }
    return {name: value for name, value in data.items() if value is not ...}


def key_set(*keys: dict[str, Any]) -> bytes:
    return json.dumps({"keys": keys}).encode()


def claims_of(changes: dict[str, Any], now: float | None = None) -> bytes:
    """Claims that would be taken but for the changes; `...` leaves one out."""
    at = int(time.time() if now is None else now)
    claims = {"sub": "1", "iss": ISSUER, "aud": AUDIENCE, "iat": at, "exp": at + 86_400, "roles": ["admin"], **changes}
    return json.dumps({name: value for name, value in claims.items() if value is not ...}).encode()


def signed(
    key: Any, algorithm: str | None, kid: Any = "ours", headers: dict[str, Any] | None = None, **changes: Any
) -> str:
    named = {**(headers or {}), **({} if kid is None else {"kid": kid})}
    return jwt.PyJWS().encode(claims_of(changes), key, algorithm=algorithm, headers=named)


class Issuer:
    """Answers with `document`, and remembers what it was asked."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.document = key_set()
        self.status = 200
        self.headers: dict[str, str] = {}
        self.asked: list[str] = []
        self.answers = threading.Event()
        self.answers.set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        # A caller that breaks off is no fault of ours.
        self._server.handle_error = lambda *arguments: None  # type: ignore[method-assign]
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.host = f"127.0.0.1:{self._server.server_port}"
        self.url = f"{'http' if tls is None else 'https'}://{self.host}/keys"

    def publish(self, *keys: dict[str, Any]) -> None:
        self.document = key_set(*keys)

    def run(self) -> None:
        self._server.serve_forever(poll_interval=0.01)

    def stop(self) -> None:
        self.answers.set()
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.asked.append(self.path)
                issuer.answers.wait(10)
                self.send_response(issuer.status)
                for name, value in {"Content-Length": str(len(issuer.document)), **issuer.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(issuer.document)

            def log_message(self, *arguments: Any) -> None:
                pass

        return Handler


@contextmanager
def issuing(tls: ssl.SSLContext | None = None) -> Iterator[Issuer]:
    issuer = Issuer(tls)
    thread = threading.Thread(target=issuer.run)
    thread.start()
    try:
        yield issuer
    finally:
        issuer.stop()
        thread.join()


class Clock:
    """Stands still until it is told otherwise."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now
