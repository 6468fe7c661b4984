"""The keys that tokens are checked with: one shared secret, or an identity provider's key set, read again in time.

A key brings its algorithm with it. What the token says of that decides nothing.
"""

import asyncio
import base64
import math
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from graph.identity.refusals import IdentityUnavailable, Unauthenticated
from graph.identity.sources import KeyFile, KeyUrl, NoKeys
from graph.log import logger

log = logger("identity")

SHORTEST_RSA = 2048
# More than a source takes for an answer, as the time that finding its address takes comes on top.
MOMENT_SECONDS = 0.25
"""For which a call waits for newer keys, where older ones would do."""
PATIENCE_SECONDS = 6.0
OLDEST_SECONDS = 24 * 3600
NO_KEY = f"no key to check RS256 (of {SHORTEST_RSA} bits or more) or ES256 with"
NO_SUCH_KEY = "the bearer token is signed with no key that is known here"


class Keys(Protocol):
    """`generation` is another object whenever the keys are others, and holds good while `clock()` is below `till`."""

    clock: Callable[[], float]
    till: float

    @property
    def algorithms(self) -> tuple[str, ...]: ...

    @property
    def generation(self) -> object: ...

    async def refresh(self) -> None: ...

    async def key(self, kid: str | None) -> jwt.PyJWK: ...


class SharedSecret:
    """For development: whoever can check these tokens can make them."""

    algorithms = ("HS256",)

    def __init__(self, secret: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.generation = secret
        self.till = math.inf
        encoded = base64.urlsafe_b64encode(secret.encode()).decode()
        self._key = jwt.PyJWK.from_dict({"kty": "oct", "k": encoded}, self.algorithms[0])

    async def refresh(self) -> None:
        """There is nothing to read."""

    async def key(self, kid: str | None) -> jwt.PyJWK:
        return self._key


class KeySet:
    """Read when first needed, when its time is up, and for a key that it does not have; by one for all who wait. What
    was read stays good for a day where the provider does not answer: its outage need not be ours."""

    algorithms = ("RS256", "ES256")

    def __init__(self, source: KeyFile | KeyUrl, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.generation: Usable | None = None
        self.till = -math.inf
        self._source = source
        self._document = b""
        self._read_at = self._asked_at = -math.inf
        self._is_failing = False
        self._reading: asyncio.Task[None] | None = None

    async def refresh(self) -> None:
        if self.clock() < self.till:
            return
        if self.clock() - self._read_at >= OLDEST_SECONDS:
            self.generation, self._document = None, b""
        if self.generation is None:
            await self._read()
            return
        # The keys we have do meanwhile: a provider that is slow, or hangs, holds up nobody for long.
        self.till = self.clock() + self._source.pause
        reading = self._start()
        if not self._is_failing:
            await asyncio.wait({reading}, timeout=MOMENT_SECONDS)

    async def key(self, kid: str | None) -> jwt.PyJWK:
        await self.refresh()
        found = self._find(kid)
        if found is None and kid is not None and self._may_ask():
            await self._read()
            found = self._find(kid)
        if found is not None:
            return found
        # While the provider does not answer nobody knows whether it has such a key by now.
        if self.generation is None or (self._is_failing and kid is not None):
            raise IdentityUnavailable(max(self.till - self.clock(), 1.0))
        raise Unauthenticated(NO_SUCH_KEY)

    def _find(self, kid: str | None) -> jwt.PyJWK | None:
        return None if self.generation is None else self.generation.find(kid)

    def _may_ask(self) -> bool:
        """A flood of keys that nobody knows is no flood to the provider."""
        return self._reading is not None or self.clock() - self._asked_at >= self._source.pause

    def _start(self) -> asyncio.Task[None]:
        if self._reading is None:
            self._asked_at = self.clock()
            self._reading = asyncio.create_task(self._replace())
        return self._reading

    async def _read(self) -> None:
        # Shielded: whoever gives up waiting does not do so for the others.
        await asyncio.shield(self._start())

    async def _replace(self) -> None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                document = await asyncio.to_thread(self._source.read)
            # The same document is the same generation: what was checked with it need not be checked again.
            if document != self._document or self.generation is None:
                self.generation, self._document = usable(document), document
                if not self.generation.number:
                    log.warning("The identity provider's key set has %s: no token is taken.", NO_KEY)
        except (NoKeys, TimeoutError) as error:
            self._fail(str(error) or "the identity provider does not answer")
        else:
            self._read_at, self.till = self._asked_at, self._asked_at + self._source.seconds
            if self._is_failing:
                log.warning("The identity provider's keys can be had again.")
            self._is_failing = False
        finally:
            self._reading = None

    def _fail(self, reason: str) -> None:
        if not self._is_failing:
            held = "Until they can, calls are refused." if self.generation is None else "Those we have stay good."
            log.warning("The identity provider's keys cannot be had: %s. %s", reason, held)
        self._is_failing = True
        # From now on: a provider that took its time to fail is not asked again at once.
        self._asked_at = self.clock()
        self.till = self._asked_at + self._source.pause


class Usable(NamedTuple):
    """The keys of a set that tokens can be checked with. `only` is the one where there is exactly one."""

    named: dict[str, jwt.PyJWK]
    only: jwt.PyJWK | None
    number: int

    def find(self, kid: str | None) -> jwt.PyJWK | None:
        return self.only if kid is None else self.named.get(kid)


def usable(document: bytes) -> Usable:
    try:
        listed = orjson.loads(document)["keys"]
    except (ValueError, TypeError, KeyError):
        listed = None
    if not isinstance(listed, list):
        raise NoKeys("what is there is no key set: a JSON object with a list `keys`", passing=False)
    keys = [key for key in map(_key, listed) if key is not None]
    # A name that two keys have names neither.
    times = Counter(key.key_id for key in keys)
    named = {key.key_id: key for key in keys if key.key_id is not None and times[key.key_id] == 1}
    return Usable(named, keys[0] if len(keys) == 1 else None, len(keys))


def _key(data: Any) -> jwt.PyJWK | None:
    """The key, where all that it says of itself fits one of our algorithms."""
    algorithm = _algorithm(data) if isinstance(data, dict) else None
    if algorithm is None:
        return None
    try:
        key = jwt.PyJWK.from_dict(data, algorithm)
    except jwt.PyJWTError:
        return None
    if isinstance(key.key, RSAPublicKey) and key.key.key_size < SHORTEST_RSA:
        return None
    return key


def _algorithm(data: dict[str, Any]) -> str | None:
    if data.get("kty") == "RSA":
        algorithm = "RS256"
    elif data.get("kty") == "EC" and data.get("crv") == "P-256":
        algorithm = "ES256"
    else:
        return None
    operations = data.get("key_ops", ["verify"])
    fits = (
        data.get("alg", algorithm) == algorithm
        and data.get("use", "sig") == "sig"
        and isinstance(operations, list)
        and "verify" in operations
        and isinstance(data.get("kid", ""), str)
        # With its private part published, the key is everybody's.
        and "d" not in data
    )
    return algorithm if fits else None
