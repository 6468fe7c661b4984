"""The outer form of ids and cursors: URL-safe base64 without padding."""

import base64


def wrap(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def unwrap(text: str) -> bytes:
    """Raises ValueError where the text is not of this form."""
    return base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
