"""Tokens of an identity provider, RS256 and ES256: whatever is forged is refused as it is with a shared secret."""

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy.ext.asyncio import AsyncEngine

from graph.app import make_app
from graph.identity.claims import Terms
from graph.identity.door import Door
from graph.identity.keys import KeySet
from graph.identity.refusals import Unauthenticated
from graph.identity.sources import KeyUrl
from graph.identity.tokens import Tokens
from tests.door.bearers import WHO, ask, base64_of, is_unauthenticated
from tests.door.client import SECRET, Client, settings
from tests.door.issuer import ALGORITHMS, ISSUER, Issuer, claims_of, jwk, key_of, signed
from tests.door.test_claims import CLAIMS, TAKEN
from tests.door.test_tokens import FORGED

OTHER = {"RS256": "ES256", "ES256": "RS256"}


@pytest.fixture
def door(issuer: Issuer) -> Door:
    """Knows one key of each kind."""
    issuer.publish(*(jwk(key_of(algorithm), algorithm) for algorithm in ALGORITHMS))
    return Door(Tokens(KeySet(KeyUrl(issuer.url, 300)), Terms(issuer=ISSUER)))


def good(algorithm: str, **claims: Any) -> str:
    return signed(key_of(algorithm), algorithm, algorithm, **claims)


async def is_refused(door: Door, bearer: str) -> bool:
    with pytest.raises(Unauthenticated):
        await door.caller(f"Bearer {bearer}")
    return True


def hmac_with(secret: bytes, algorithm: str) -> str:
    """What PyJWT would not sign: the public key taken for a shared secret."""
    header = json.dumps({"alg": "HS256", "typ": "JWT", "kid": algorithm}).encode()
    content = f"{base64_of(header)}.{base64_of(claims_of({}))}"
    return f"{content}.{base64_of(hmac.digest(secret, content.encode(), hashlib.sha256))}"


def public(algorithm: str, encoding: Encoding = Encoding.PEM) -> bytes:
    return key_of(algorithm).public_key().public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)


def by_hand(algorithm: str, **headers: Any) -> str:
    """Well signed, with headers that PyJWT would not write."""
    header = json.dumps({"alg": algorithm, "kid": algorithm, **headers}).encode()
    content = f"{base64_of(header)}.{base64_of(claims_of({}))}"
    return f"{content}.{base64_of(jwt.get_algorithm_by_name(algorithm).sign(content.encode(), key_of(algorithm)))}"


def own_jwk(algorithm: str) -> dict[str, Any]:
    return jwk(key_of(algorithm, "theirs"), algorithm)


def with_headers(algorithm: str, **headers: Any) -> str:
    """Signed with a key of the forger's own, and where to find that key."""
    kid = headers.pop("kid", algorithm)
    return signed(key_of(algorithm, "theirs"), algorithm, kid, headers)


PROVIDER_FORGED: dict[str, Callable[[str], str]] = {
    "no algorithm": lambda name: signed("", "none", name),
    "the public key as secret": lambda name: hmac_with(public(name), name),
    "the public key's DER as secret": lambda name: hmac_with(public(name, Encoding.DER), name),
    "the key's JSON as secret": lambda name: hmac_with(json.dumps(jwk(key_of(name), name)).encode(), name),
    "the secret of development": lambda name: signed(SECRET, "HS256", name),
    "PS256": lambda name: signed(key_of("RS256"), "PS256", name),
    "RS384": lambda name: signed(key_of("RS256"), "RS384", name),
    "RS512": lambda name: signed(key_of("RS256"), "RS512", name),
    "ES384": lambda name: signed(key_of("ES384"), "ES384", name),
    "ES256K": lambda name: signed(key_of("ES256K"), "ES256K", name),
    "another key": lambda name: signed(key_of(name, "theirs"), name, name),
    "the other kind of key": lambda name: signed(key_of(name), name, OTHER[name]),
    "the other kind's signature": lambda name: signed(key_of(OTHER[name]), OTHER[name], name),
    "no kid where there are two keys": lambda name: signed(key_of(name), name, None),
    "unknown kid": lambda name: signed(key_of(name), name, "nobody's"),
    "kid in capitals": lambda name: signed(key_of(name), name, name.lower()),
    "empty kid": lambda name: signed(key_of(name), name, ""),
    "kid that is a path": lambda name: signed(key_of(name), name, "../../../../dev/null"),
    "kid that is SQL": lambda name: signed(key_of(name), name, f"{name}' OR '1'='1"),
    "kid with a NUL": lambda name: signed(key_of(name), name, f"{name}\0"),
    "kid of 5000 characters": lambda name: signed(key_of(name), name, name * 1000),
    "lone surrogate in the kid": lambda name: signed(key_of(name), name, "\ud800"),
    "critical extension": lambda name: signed(key_of(name), name, name, {"crit": ["exp"], "exp": 1}),
    "critical extension that PyJWT knows": lambda name: by_hand(name, b64=True, crit=["b64"]),
    "detached body": lambda name: signed(key_of(name), name, name, {"b64": False, "crit": ["b64"]}),
    "the forger's key in the header": lambda name: with_headers(name, jwk=own_jwk(name)),
    "the same under its own kid": lambda name: with_headers(name, jwk=own_jwk(name), kid="theirs"),
    "a certificate in the header": lambda name: with_headers(name, x5c=[base64_of(b"certificate")]),
    "longer than 8 KiB": lambda name: good(name, padding="a" * 8192),
    "no iss": lambda name: good(name, iss=...),
    "null iss": lambda name: good(name, iss=None),
    "another iss": lambda name: good(name, iss="https://issuer.example.org/"),
    "iss without its end": lambda name: good(name, iss=ISSUER.rstrip("/")),
    "list as iss": lambda name: good(name, iss=[ISSUER]),
}


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("forge", PROVIDER_FORGED.values(), ids=PROVIDER_FORGED)
async def test_a_forged_token_is_refused(door: Door, algorithm: str, forge: Callable[[str], str]) -> None:
    assert await is_refused(door, forge(algorithm))
    assert (await door.caller(f"Bearer {good(algorithm)}")).actor.user_id == 1


@pytest.mark.parametrize("bearer", FORGED.values(), ids=FORGED)
async def test_what_is_forged_for_a_secret_is_refused_here_too(door: Door, bearer: str) -> None:
    assert await is_refused(door, bearer)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("claims", CLAIMS.values(), ids=CLAIMS)
async def test_the_same_claims_are_refused(door: Door, algorithm: str, claims: dict[str, Any]) -> None:
    assert await is_refused(door, good(algorithm, **claims))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("claims", TAKEN.values(), ids=TAKEN)
async def test_the_same_claims_do(door: Door, algorithm: str, claims: dict[str, Any]) -> None:
    assert (await door.caller(f"Bearer {good(algorithm, **claims)}")).until is not None


@pytest.mark.parametrize("algorithm", ALGORITHMS)
async def test_a_bit_that_is_turned_spoils_the_signature(door: Door, algorithm: str) -> None:
    head, body, signature = good(algorithm).split(".")
    raw = bytearray(jwt.utils.base64url_decode(signature))
    for at in (0, len(raw) // 2, len(raw) - 1):
        turned = bytes([*raw[:at], raw[at] ^ 1, *raw[at + 1 :]])
        assert await is_refused(door, f"{head}.{body}.{base64_of(turned)}")
    for other in (b"", bytes(len(raw)), bytes(raw) * 2, bytes(raw[:-1])):
        assert await is_refused(door, f"{head}.{body}.{base64_of(other)}")


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("header", ["jku", "x5u"])
async def test_an_address_in_the_header_is_never_called(
    door: Door, issuer: Issuer, algorithm: str, header: str
) -> None:
    theirs = f"http://{issuer.host}/theirs"
    assert await is_refused(door, with_headers(algorithm, **{header: theirs}))
    assert await is_refused(door, with_headers(algorithm, **{header: theirs, "kid": "theirs"}))
    # Some providers put their own there: that alone is no fault.
    bearer = signed(key_of(algorithm), algorithm, algorithm, {header: theirs})
    assert (await door.caller(f"Bearer {bearer}")).actor.user_id == 1
    assert set(issuer.asked) == {"/keys"}


NO_TOKENS = ["é" * 20, "\ud800.a.b", "a" * 10**7, "." * 10**6, signed("", "none"), signed(SECRET, "HS256", "theirs")]


@pytest.mark.parametrize("bearer", NO_TOKENS, ids=range(len(NO_TOKENS)))
async def test_what_is_no_token_at_all_is_refused_without_asking(door: Door, issuer: Issuer, bearer: str) -> None:
    assert await is_refused(door, bearer)
    assert issuer.asked == []


async def test_claims_may_have_other_names(issuer: Issuer) -> None:
    issuer.publish(jwk(key_of("ES256")))
    terms = Terms(issuer=ISSUER, user_claim="https://example.com/user", roles_claim="https://example.com/roles")
    door = Door(Tokens(KeySet(KeyUrl(issuer.url, 300)), terms))
    named = {"https://example.com/user": "7", "https://example.com/roles": ["editor"]}
    bearer = signed(key_of("ES256"), "ES256", sub="oauth|ada", roles=["admin"], **named)
    actor = (await door.caller(f"Bearer {bearer}")).actor
    assert (actor.user_id, actor.roles) == (7, {"editor"})
    assert await is_refused(door, signed(key_of("ES256"), "ES256"))


async def over_http(embedded: AsyncEngine, issuer: Issuer, algorithm: str, bearer: str) -> httpx.Response:
    issuer.publish(jwk(key_of(algorithm), algorithm))
    chosen = settings(embedded, token_secret=None, jwks=issuer.url, token_issuer=ISSUER)
    return await ask(Client(make_app(chosen, embedded), bearer=None), f"Bearer {bearer}")


@pytest.mark.parametrize("algorithm", ALGORITHMS)
async def test_a_call_is_answered(embedded: AsyncEngine, issuer: Issuer, algorithm: str) -> None:
    response = await over_http(embedded, issuer, algorithm, good(algorithm))
    viewer = {"demo": False, "roles": ["ADMIN"], "agentId": None, "user": None}
    assert (response.status_code, response.json()) == (200, {"data": {"viewer": viewer}}), WHO


@pytest.mark.parametrize("algorithm", ALGORITHMS)
async def test_a_call_with_a_token_of_development_is_refused(
    embedded: AsyncEngine, issuer: Issuer, algorithm: str
) -> None:
    assert is_unauthenticated(await over_http(embedded, issuer, algorithm, signed(SECRET, "HS256", algorithm)))
