"""The outer form of ids and cursors: URL-safe base64 without padding."""

from base64 import b64decode
from binascii import b2a_base64

URL_SAFE = bytes.maketrans(b"+/", b"-_")


def wrap(content: bytes) -> str:
    return b2a_base64(content, newline=False).translate(URL_SAFE, b"=").decode()


def global_id(kind: str, key: int) -> str:
    """The id of a node: its type's name and its key."""
    return wrap(f"{kind}:{key}".encode())


def unwrap(text: str) -> bytes:
    """Raises ValueError where the text is not of this form."""
    return b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
