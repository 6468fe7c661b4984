"""Key sets: which of the keys in them are used, by which name, and from where they are read."""

import socket
from pathlib import Path
from typing import Any

import jwt
import pytest

from graph.identity.claims import Terms
from graph.identity.door import Door
from graph.identity.keys import KeySet, Usable, usable
from graph.identity.refusals import Unauthenticated
from graph.identity.sources import LARGEST, KeyFile, KeyUrl, NoKeys, wrong_address
from graph.identity.tokens import Tokens
from tests.door.issuer import ALGORITHMS, ISSUER, Clock, Issuer, jwk, key_of, key_set, signed

RSA, EC = (jwk(key_of(algorithm), algorithm) for algorithm in ALGORITHMS)


def used(*keys: Any) -> Usable:
    return usable(key_set(*keys))


# Which keys are used

UNUSED: dict[str, Any] = {
    "shared secret": {"kty": "oct", "k": "c2VjcmV0" * 8, "kid": "RS256", "alg": "HS256"},
    "shared secret that says RS256": {"kty": "oct", "k": "c2VjcmV0" * 8, "kid": "RS256", "alg": "RS256"},
    "Edwards curve": {"kty": "OKP", "crv": "Ed25519", "x": "A" * 43, "kid": "RS256"},
    "P-384": jwk(key_of("ES384"), alg="ES384"),
    "P-384 that says ES256": jwk(key_of("ES384"), alg="ES256"),
    "secp256k1": jwk(key_of("ES256K"), alg=...),
    "1024 bits": jwk(key_of("RS256", "short", 1024)),
    "for encryption": {**RSA, "use": "enc"},
    "null as use": {**RSA, "use": None},
    "for PS256": {**RSA, "alg": "PS256"},
    "for RS512": {**RSA, "alg": "RS512"},
    "for key transport": {**RSA, "alg": "RSA-OAEP"},
    "EC for RS256": {**EC, "alg": "RS256"},
    "RSA for ES256": {**RSA, "alg": "ES256"},
    "for signing only": {**RSA, "key_ops": ["sign"]},
    "for nothing": {**RSA, "key_ops": []},
    "text as key_ops": {**RSA, "key_ops": "verify"},
    "number as key_ops": {**RSA, "key_ops": 1},
    "number as kid": {**RSA, "kid": 1},
    "null as kid": {**RSA, "kid": None},
    "private part in it": jwt.algorithms.RSAAlgorithm.to_jwk(key_of("RS256"), as_dict=True) | {"key_ops": ["verify"]},
    "EC with its private part": jwt.algorithms.ECAlgorithm.to_jwk(key_of("ES256"), as_dict=True),
    "no kty": {name: value for name, value in RSA.items() if name != "kty"},
    "list as kty": {**RSA, "kty": ["RSA"]},
    "list as crv": {**EC, "crv": ["P-256"]},
    "no modulus": {name: value for name, value in RSA.items() if name != "n"},
    "number as modulus": {**RSA, "n": 5},
    "list as exponent": {**RSA, "e": ["AQAB"]},
    "exponent 1": {**RSA, "e": "AQ"},
    "not base64": {**RSA, "n": "é!"},
    "point off the curve": {**EC, "x": EC["y"]},
    "short point": {**EC, "x": "AQAB"},
    "number as point": {**EC, "x": 7},
    "text": "RSA",
    "null": None,
    "list": [RSA],
}


@pytest.mark.parametrize("key", UNUSED.values(), ids=UNUSED)
def test_a_key_that_does_not_fit_is_not_used(key: Any) -> None:
    assert used(key) == Usable({}, None, 0)
    assert list(used(key, EC).named) == ["ES256"]


@pytest.mark.parametrize("key", [RSA, EC], ids=ALGORITHMS)
@pytest.mark.parametrize(
    "said", [{}, {"alg": ...}, {"use": ...}, {"key_ops": ["verify"]}, {"key_ops": ["encrypt", "verify"]}, {"x5t": "x"}]
)
def test_a_key_need_not_say_what_it_is_for(key: dict[str, Any], said: dict[str, Any]) -> None:
    changed = {name: value for name, value in {**key, **said}.items() if value is not ...}
    assert used(changed).named[key["kid"]].algorithm_name == key["kid"]


DOCUMENTS = [b"", b"\xff", b"null", b"[]", b"{}", b'{"keys": null}', b'{"keys": {}}', b"[" * 100_000, b"<html></html>"]


@pytest.mark.parametrize("document", DOCUMENTS, ids=range(len(DOCUMENTS)))
def test_a_document_that_is_no_key_set_is_refused(document: bytes) -> None:
    with pytest.raises(NoKeys, match="no key set"):
        usable(document)


# Names


def test_a_key_is_found_by_its_name_alone() -> None:
    keys = used(RSA, EC)
    assert [keys.find(name) is not None for name in ("RS256", "ES256", "rs256", "", None)] == [True, True] + [False] * 3


def test_without_a_name_the_only_key_is_found() -> None:
    for keys in (used(RSA), used(RSA, {"kty": "oct", "k": "c2VjcmV0", "kid": "other"})):
        assert keys.find(None) is keys.find("RS256") is not None
        assert keys.find("other") is None


def test_keys_without_names_cannot_be_told_apart() -> None:
    one, two = (jwk(key_of(algorithm), None) for algorithm in ALGORITHMS)
    assert used(one).find(None) is not None
    assert used(one).find("RS256") is None
    assert used(one, two) == Usable({}, None, 2)


def test_a_name_that_two_keys_have_names_neither() -> None:
    others = jwk(key_of("RS256", "theirs"), "RS256")
    for twins in ([RSA, others], [RSA, RSA], [RSA, {**EC, "kid": "RS256"}]):
        assert used(*twins) == Usable({}, None, 2)
        assert list(used(*twins, EC).named) == ["ES256"]
        assert used(*twins, EC).find(None) is None


# Files


async def is_taken(door: Door, algorithm: str) -> bool:
    try:
        await door.caller(f"Bearer {signed(key_of(algorithm), algorithm, algorithm)}")
    except Unauthenticated:
        return False
    return True


async def test_a_file_that_is_replaced_is_read_again(tmp_path: Path) -> None:
    file, clock = tmp_path / "keys.json", Clock()
    door = Door(Tokens(KeySet(KeyFile(str(file)), clock), Terms(issuer=ISSUER)))
    file.write_bytes(key_set(RSA))
    assert [await is_taken(door, algorithm) for algorithm in ALGORITHMS] == [True, False]
    file.write_bytes(key_set(EC))
    assert [await is_taken(door, algorithm) for algorithm in ALGORITHMS] == [True, False]
    clock.now += 1
    assert [await is_taken(door, algorithm) for algorithm in ALGORITHMS] == [False, True]
    # While it is being replaced, it is as if it had not been touched.
    file.write_text("")
    clock.now += 1
    assert await is_taken(door, "ES256")
    file.unlink()
    clock.now += 1
    assert await is_taken(door, "ES256")


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    large = tmp_path / "large"
    large.write_bytes(b" " * (LARGEST + 1))
    for path, said in ((tmp_path / "none", "No such file"), (tmp_path, "Is a directory"), (large, "larger than 256")):
        with pytest.raises(NoKeys, match=said) as refused:
            KeyFile(str(path)).read()
        assert not refused.value.passing
    with pytest.raises(NoKeys, match="that is no path"):
        KeyFile("a\0b").read()


# Addresses


@pytest.mark.parametrize("status", [400, 401, 404, 408, 429, 500, 503])
def test_an_answer_that_is_none_is_said(issuer: Issuer, status: int) -> None:
    issuer.status = status
    with pytest.raises(NoKeys, match=f"/keys answered {status}$") as refused:
        KeyUrl(f"{issuer.url}?token=secret", 300).read()
    assert refused.value.passing is (status in (408, 429, 500, 503))
    assert "secret" not in str(refused.value)


def test_an_answer_is_bounded(issuer: Issuer) -> None:
    issuer.document = b" " * LARGEST
    assert len(KeyUrl(issuer.url, 300).read()) == LARGEST
    issuer.document += b" "
    with pytest.raises(NoKeys, match="larger than 256 KiB"):
        KeyUrl(issuer.url, 300).read()


@pytest.mark.parametrize(
    "place",
    [
        "https://{host}/keys",
        "http://localhost:{port}/keys",
        "http://example.com/",
        "ftp://{host}/",
        "file:///etc/hosts",
    ],
)
def test_a_redirect_elsewhere_is_not_followed(issuer: Issuer, place: str) -> None:
    port = issuer.host.partition(":")[2]
    issuer.status, issuer.headers = 302, {"Location": place.format(host=issuer.host, port=port)}
    with pytest.raises(NoKeys, match="answered 302: redirects are followed on the same host only"):
        KeyUrl(issuer.url, 300).read()
    assert issuer.asked == ["/keys"]


def test_a_redirect_in_a_circle_comes_to_an_end(issuer: Issuer) -> None:
    issuer.status, issuer.headers = 302, {"Location": "/keys"}
    with pytest.raises(NoKeys, match="answered 302"):
        KeyUrl(issuer.url, 300).read()
    assert 1 < len(issuer.asked) < 12


def test_nobody_at_the_address_may_pass() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/keys"
        with pytest.raises(NoKeys, match="cannot be reached: Connection refused") as refused:
            KeyUrl(url, 300).read()
    assert refused.value.passing


WRONG = {
    "http://example.com/keys": "use https://",
    "http://127.0.0.1.example.com/keys": "use https://",
    "http://169.254.169.254/keys": "use https://",
    "ftp://127.0.0.1/keys": "use https://",
    "file:///etc/keys": "it is no URL",
    "https://": "it is no URL",
    "https:///keys": "it is no URL",
    "https://[::1/keys": "it is no URL",
    "https://example.com:0/keys": "it is no URL",
    "https://example.com:99999/keys": "it is no URL",
    "https://example.com/a b": "it is no URL",
    "https://example.com/a\nb": "it is no URL",
    "https://user:word@example.com/keys": "leave user and password out",
}


@pytest.mark.parametrize(("url", "said"), WRONG.items(), ids=WRONG)
def test_a_wrong_address_is_said(url: str, said: str) -> None:
    assert (wrong_address(url) or "").startswith(said)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/keys",
        "https://example.com:8443/",
        "http://localhost:1/",
        "http://127.0.0.1/",
        "http://[::1]/x",
    ],
)
def test_an_address_that_will_do(url: str) -> None:
    assert wrong_address(url) is None
