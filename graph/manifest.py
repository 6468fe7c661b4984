"""Trusted documents: those of `operations/`, and those of a manifest that a client's build has written.

Two formats are read. One object of ids and texts, as graphql-codegen's client preset and Relay's compiler write it;
an id that is a SHA-256 or SHA-1 hash may be asked for with `sha256:` or `sha1:` before it. And Apollo's:
`{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{"id": ..., "body": ...}]}`.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from graph.documents import sha256

# A wheel carries the documents beside this file; in a checkout they are a folder of the repository.
PLACES = (Path(__file__).parent / "_operations", Path(__file__).parent.parent / "operations")
APOLLO = "apollo-persisted-query-manifest"
HASHES = {re.compile("[0-9a-f]{64}"): "sha256", re.compile("[0-9a-f]{40}"): "sha1"}


class NotAManifest(ValueError):
    """The text says what is wrong with it."""


def trusted() -> list[str]:
    """The documents of `operations/`."""
    folder = next((place for place in PLACES if place.is_dir()), PLACES[-1])
    return [path.read_text() for path in sorted(folder.glob("*.graphql"))]


def manifest() -> dict[str, str]:
    """The documents of `operations/` by their hashes, in the format of graphql-codegen."""
    return {sha256(text): text for text in trusted()}


def read(content: bytes) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each document, and the ids that it goes by."""
    try:
        found = orjson.loads(content)
    except orjson.JSONDecodeError:
        raise NotAManifest("it is not JSON") from None
    for name, text in _entries(found):
        if not isinstance(name, str) or not isinstance(text, str) or not name or not text.strip():
            raise NotAManifest("each document needs an id and a text")
        yield text, tuple(_names(name, text))


def _entries(found: Any) -> Iterator[tuple[Any, Any]]:
    if not isinstance(found, dict):
        raise NotAManifest("it is not an object of ids and documents")
    if found.get("format") != APOLLO:
        yield from found.items()
        return
    operations = found.get("operations")
    if found.get("version") != 1 or not isinstance(operations, list):
        raise NotAManifest("of Apollo's manifests, version 1 is read, with a list of `operations`")
    for each in operations:
        yield (each.get("id"), each.get("body")) if isinstance(each, dict) else (None, None)


def _names(name: str, text: str) -> Iterator[str]:
    yield name
    kind = next((kind for form, kind in HASHES.items() if form.fullmatch(name)), None)
    if kind == "sha256" and name != sha256(text):
        raise NotAManifest(f"the document {name[:12]}… has another hash than its id says")
    if kind is not None:
        yield f"{kind}:{name}"
