"""What a request asks for, whatever brought it: HTTP, server-sent events or a socket."""

from typing import Any, NamedTuple

from graph.errors import Refusal, bad_request

HASH_DIGITS = 64
LONGEST_ID = 200


class Ask(NamedTuple):
    """One of `query`, `document_id` and `hash` is there; `hash` is that of an automatically persisted query, whose text
    may come along."""

    query: str | None
    variables: dict[str, Any] | None = None
    operation_name: str | None = None
    document_id: str | None = None
    hash: str | None = None


def read(body: Any) -> Ask:
    """From a JSON object with the parameters of GraphQL over HTTP."""
    if isinstance(body, list):
        raise Refusal("LIMIT_BATCH", "Send one operation a request: lists of them are not taken.")
    if not isinstance(body, dict):
        raise bad_request("The body must be one JSON object with `query`.")
    query, variables, name = body.get("query"), body.get("variables"), body.get("operationName")
    if variables is not None and not isinstance(variables, dict):
        raise bad_request("`variables` must be an object.")
    if name is not None and not isinstance(name, str):
        raise bad_request("`operationName` must be a string.")
    if query is not None and not isinstance(query, str):
        raise bad_request("`query` must hold a GraphQL document.")
    extensions = body.get("extensions")
    if extensions is not None and not isinstance(extensions, dict):
        raise bad_request("`extensions` must be an object.")
    document_id, hash_ = _document_id(body), _hash(extensions)
    if not (query and query.strip()) and document_id is None and hash_ is None:
        raise bad_request("`query` must hold a GraphQL document, or `documentId` the id of a trusted one.")
    if query is not None and document_id is not None:
        raise bad_request("Send either `query` or `documentId`.")
    return Ask(query, variables, name, document_id, hash_)


def _document_id(body: dict[str, Any]) -> str | None:
    found = body.get("documentId")
    if found is not None and not (isinstance(found, str) and 0 < len(found) <= LONGEST_ID):
        raise bad_request("`documentId` must be the id of a trusted document, such as `sha256:…`.")
    return found


def _hash(extensions: dict[str, Any] | None) -> str | None:
    found = (extensions or {}).get("persistedQuery")
    if found is None:
        return None
    hash_ = found.get("sha256Hash") if isinstance(found, dict) else None
    if not isinstance(hash_, str) or len(hash_) != HASH_DIGITS or found.get("version") != 1:
        raise bad_request("`extensions.persistedQuery` takes `version: 1` and a `sha256Hash` of 64 hexadecimal digits.")
    return hash_.lower()
