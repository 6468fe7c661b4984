"""How a call ends whose caller cannot be told."""

import math

from graph.errors import Refusal

EXPIRED = "the bearer token has expired: get a new one"
CHALLENGE = 'Bearer realm="partner-graph"'


class Unauthenticated(Refusal):
    """The call carries no acceptable token; the text says what is wrong with it."""

    def __init__(self, message: str) -> None:
        super().__init__("UNAUTHENTICATED", message)
        self.with_headers(WWW_Authenticate=CHALLENGE)


class IdentityUnavailable(Refusal):
    """No fault of the token: the keys that it would be checked with cannot be had at present."""

    def __init__(self, seconds: float) -> None:
        message = "Tokens cannot be checked at present: the identity provider's keys cannot be had. Try again."
        retry_after = math.ceil(seconds)
        super().__init__("IDENTITY_UNAVAILABLE", message, retryAfter=retry_after)
        self.with_headers(Retry_After=str(retry_after))
