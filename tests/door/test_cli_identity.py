"""The console script and who calls: keys that cannot be used are said at the start, and tokens are minted to fit."""

import asyncio
import socket
from pathlib import Path
from typing import Any

import httpx
import pytest

from domain.actors import Actor
from graph.identity.claims import Terms
from graph.identity.door import Door
from graph.identity.keys import SharedSecret
from graph.identity.tokens import Tokens
from tests.door.client import SECRET
from tests.door.issuer import ISSUER, Issuer, jwk, key_of, key_set, signed
from tests.door.processes import called, serving
from tests.door.test_cli import refusal

pytestmark = pytest.mark.usefixtures("own_folder")
PEM = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----\n"


def serve_refused(url: str, **settings: str) -> str:
    return refusal(called("serve", database_url=url, **{"token_issuer": ISSUER, **settings}))


# Settings

BAD_SETTINGS = {
    "both kinds of keys": (
        {"token_secret": SECRET, "jwks": "keys.json"}, "PARTNER_GRAPH_JWKS and PARTNER_GRAPH_TOKEN_SECRET are both set"
    ),
    "no issuer": ({"jwks": "keys.json", "token_issuer": ""}, "PARTNER_GRAPH_TOKEN_ISSUER: "),
    "empty key set": ({"jwks": ""}, "PARTNER_GRAPH_JWKS: it is empty"),
    "http": ({"jwks": "http://example.com/keys"}, "PARTNER_GRAPH_JWKS: use https://"),
    "public key as secret": ({"token_secret": PEM}, "PARTNER_GRAPH_TOKEN_SECRET is a key of a pair: "),
    "empty audience": ({"token_audience": ""}, "PARTNER_GRAPH_TOKEN_AUDIENCE: "),
    "empty claim": ({"token_user_claim": ""}, "PARTNER_GRAPH_TOKEN_USER_CLAIM: "),
    "empty claim of roles": ({"token_roles_claim": ""}, "PARTNER_GRAPH_TOKEN_ROLES_CLAIM: "),
    "minus as leeway": ({"token_leeway": "-1"}, "PARTNER_GRAPH_TOKEN_LEEWAY: "),
    "long leeway": ({"token_leeway": "301"}, "PARTNER_GRAPH_TOKEN_LEEWAY: "),
    "short lifetime": ({"jwks_seconds": "9"}, "PARTNER_GRAPH_JWKS_SECONDS: "),
}  # fmt: skip


@pytest.mark.parametrize(("given", "said"), BAD_SETTINGS.values(), ids=BAD_SETTINGS)
def test_a_bad_setting_is_refused_by_its_name(embedded_url: str, given: dict[str, str], said: str) -> None:
    line = serve_refused(embedded_url, **given)
    assert line.startswith(said)
    assert SECRET not in line


def test_a_key_set_needs_an_issuer(embedded_url: str) -> None:
    line = refusal(called("serve", database_url=embedded_url, jwks="keys.json"))
    assert line.startswith("PARTNER_GRAPH_JWKS needs PARTNER_GRAPH_TOKEN_ISSUER: ")


# serve

BAD_FILES: dict[str, tuple[bytes | None, str]] = {
    "missing": (None, "cannot be read: No such file or directory."),
    "empty": (b"", "no key set: a JSON object with a list `keys`."),
    "no JSON": (PEM.encode(), "no key set: a JSON object with a list `keys`."),
    "no keys": (key_set(), "has no key to check RS256 (of 2048 bits or more) or ES256 with."),
    "shared secret": (key_set({"kty": "oct", "k": "c2VjcmV0", "kid": "a"}), "has no key to check RS256"),
}


@pytest.mark.parametrize(("content", "said"), BAD_FILES.values(), ids=BAD_FILES)
def test_a_file_without_keys_is_refused(embedded_url: str, own_folder: Path, content: bytes | None, said: str) -> None:
    if content is not None:
        (own_folder / "keys.json").write_bytes(content)
    line = serve_refused(embedded_url, jwks="keys.json")
    assert line.startswith("PARTNER_GRAPH_JWKS: ")
    assert said in line


def test_an_address_that_is_not_that_of_keys_is_refused(embedded_url: str, issuer: Issuer) -> None:
    issuer.status = 404
    assert serve_refused(embedded_url, jwks=issuer.url) == f"PARTNER_GRAPH_JWKS: {issuer.url} answered 404."


def test_a_provider_that_is_down_does_not_keep_the_server_down(
    embedded_url: str, tmp_path: Path, issuer: Issuer
) -> None:
    issuer.status = 503
    chosen = {"database_url": embedded_url, "jwks": issuer.url, "token_issuer": ISSUER, "token_roles_claim": "scope"}
    with serving(folder=tmp_path, **chosen) as served:
        assert f"{issuer.url} answered 503. Until it can, calls are refused" in served.log.read_text()
        assert "needs a bearer token" in (tmp_path / "serve.out").read_text()
        issuer.status = 200
        issuer.publish(jwk(key_of("ES256")))
        bearer = signed(key_of("ES256"), "ES256", scope=["editor"])
        call: dict[str, Any] = {"url": f"{served.url}/graphql", "json": {"query": "{ viewer { demo roles } }"}}
        assert httpx.post(**call).status_code == 401
        answer = httpx.post(**call, headers={"Authorization": f"Bearer {bearer}"})
        assert answer.json()["data"] == {"viewer": {"demo": False, "roles": ["EDITOR"]}}
        assert bearer not in served.end().err


def test_a_name_that_leads_to_a_network_is_not_listened_on(embedded_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Demo mode is for `localhost`, wherever a file of hosts says that is."""
    everywhere = [(socket.AF_INET, socket.SOCK_STREAM, 0, "", ("0.0.0.0", 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *arguments, **options: everywhere)
    line = refusal(called("serve", "--host", "localhost", database_url=embedded_url))
    assert line.startswith("localhost leads to 0.0.0.0 here, which is no loopback address.")


# token


def actor_of(bearer: str, terms: Terms) -> Actor:
    return asyncio.run(Door(Tokens(SharedSecret(SECRET), terms)).caller(f"Bearer {bearer.strip()}")).actor


def test_a_token_is_minted_as_the_server_wants_it() -> None:
    names = {"token_issuer": "us", "token_audience": "graph", "token_user_claim": "uid", "token_roles_claim": "may"}
    minted = called("token", "--user", "7", "--role", "manager", token_secret=SECRET, **names)
    terms = Terms(issuer="us", audience="graph", user_claim="uid", roles_claim="may")
    actor = actor_of(minted.out, terms)
    assert (minted.code, actor.user_id, actor.roles) == (0, 7, {"manager"})


def test_no_token_is_minted_in_a_providers_name() -> None:
    line = refusal(called("token", "--user", "7", jwks="keys.json", token_issuer=ISSUER))
    assert line == "PARTNER_GRAPH_JWKS is set: only the identity provider can sign tokens that are taken."
