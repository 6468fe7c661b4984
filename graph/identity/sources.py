"""Where an identity provider's keys are read from: a file, or an address. Run in a thread: they block."""

import ipaddress
import time
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage, HTTPResponse
from pathlib import Path
from typing import IO
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

LARGEST = 256 * 1024
TIMEOUT_SECONDS = 5.0


class NoKeys(Exception):
    """The text says why; `passing` where that may be over soon by itself."""

    def __init__(self, reason: str, *, passing: bool) -> None:
        super().__init__(reason)
        self.passing = passing


@dataclass(frozen=True, slots=True)
class KeyFile:
    """Small and near, and so read again often: whoever replaces it need not tell."""

    path: str
    seconds: float = 1.0
    pause: float = 1.0

    def read(self) -> bytes:
        try:
            with Path(self.path).open("rb") as file:
                return _bounded(file.read(LARGEST + 1), self.path)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "that is no path"
            raise NoKeys(f"{self.path} cannot be read: {reason}", passing=False) from None


@dataclass(frozen=True, slots=True)
class KeyUrl:
    """`pause` is the least time between two requests, however many callers there are and whatever they send."""

    url: str
    seconds: float
    pause: float = 10.0

    def read(self) -> bytes:
        parts = urlsplit(self.url)
        shown = f"{parts.scheme}://{parts.netloc}{parts.path}"
        # A proxy is of no use on the way to this machine itself.
        proxies = ProxyHandler({}) if parts.scheme == "http" else ProxyHandler()
        request = Request(self.url, headers={"Accept": "application/jwk-set+json, application/json"})  # noqa: S310
        try:
            with build_opener(proxies, _SameHost).open(request, timeout=TIMEOUT_SECONDS) as response:
                return _bounded(_read(response), shown)
        except HTTPError as answer:
            answer.close()
            redirected = ": redirects are followed on the same host only" if answer.code < 400 else ""
            passing = answer.code >= 500 or answer.code in (408, 429)
            raise NoKeys(f"{shown} answered {answer.code}{redirected}", passing=passing) from None
        except (OSError, ValueError, HTTPException) as error:
            reason = getattr(error, "reason", None) or error
            words = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
            raise NoKeys(f"{shown} cannot be reached: {words}", passing=True) from None


def wrong_address(url: str) -> str | None:
    """What is wrong with the address of a key set, if anything is."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "it is no URL"
    if not parts.hostname or port == 0 or not url.isprintable() or " " in url or not url.isascii():
        return "it is no URL"
    if parts.username is not None or parts.password is not None:
        return "leave user and password out of it: keys are public"
    if parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname)):
        return None
    return "use https://, or http:// for this machine itself: whoever can change the keys on their way can sign tokens"


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _SameHost(HTTPRedirectHandler):
    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        if urlsplit(newurl)[:2] != urlsplit(req.full_url)[:2]:
            raise HTTPError(newurl, code, msg, headers, fp)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _read(response: HTTPResponse) -> bytes:
    """Bounded in time as a whole, as the socket's own timeout starts anew with each byte."""
    content, deadline = b"", time.monotonic() + TIMEOUT_SECONDS
    while (chunk := response.read1(LARGEST)) and len(content) <= LARGEST:
        content += chunk
        if time.monotonic() > deadline:
            raise TimeoutError("it takes too long")
    return content


def _bounded(content: bytes, shown: str) -> bytes:
    if len(content) > LARGEST:
        raise NoKeys(f"{shown} is larger than {LARGEST // 1024} KiB", passing=False)
    return content
