"""Which tokens are taken at the door, and that nothing else is."""

import pytest

from tests.door.bearers import ask, base64_of, is_unauthenticated, signed, unsigned
from tests.door.client import SECRET, Client

HEADER_VALUES = {
    "none": None,
    "empty": "",
    "another scheme": f"Basic {base64_of(b'user:password')}",
    "token alone": signed(),
    "scheme alone": "Bearer",
    "scheme and space": "Bearer ",
    "scheme and spaces": "Bearer    ",
    "two tokens": f"Bearer {signed()} {signed()}",
    "comma": f"Bearer {signed()},Bearer {signed()}",
    "not ASCII": "Bearer é".encode("latin-1"),
}


@pytest.mark.parametrize("authorization", HEADER_VALUES.values(), ids=HEADER_VALUES)
async def test_a_call_without_a_bearer_token_is_refused(outside: Client, authorization: str | bytes | None) -> None:
    assert is_unauthenticated(await ask(outside, authorization))


FORGED = {
    "garbage": "garbage",
    "dots": "...",
    "three words": "a.b.c",
    "another secret": signed("another secret that is long enough as well"),
    "another algorithm": signed(SECRET * 2, "HS512"),
    "no algorithm": signed("", "none"),
    "no signature": signed().rpartition(".")[0] + ".",
    "cut": signed()[:-2],
    "header is no JSON": unsigned(b"\xff"),
    "header is a number": unsigned(b"5"),
    "header is null": unsigned(b"null"),
    "header of 5000 digits": unsigned(b'{"alg": ' + b"9" * 5000 + b"}"),
    "header 100k deep": unsigned(b"[" * 100_000),
    "public key algorithm": unsigned(b'{"alg": "RS256", "typ": "JWT"}'),
    "NONE": unsigned(b'{"alg": "NONE"}'),
    "list as algorithm": unsigned(b'{"alg": ["HS256"]}'),
}


@pytest.mark.parametrize("bearer", FORGED.values(), ids=FORGED)
async def test_a_forged_token_is_refused(outside: Client, bearer: str) -> None:
    assert is_unauthenticated(await ask(outside, f"Bearer {bearer}"))


async def test_the_token_is_checked_before_the_body_is_read(outside: Client) -> None:
    assert is_unauthenticated(await outside.send(b"{"))
    assert is_unauthenticated(await outside.request("DELETE"))


async def test_the_scheme_may_be_spelled_in_any_case(outside: Client) -> None:
    assert (await ask(outside, f"bearer {signed()}")).status_code == 200
