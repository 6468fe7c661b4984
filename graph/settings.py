"""Settings, read from environment variables with the prefix PARTNER_GRAPH_ (or a .env file)."""

import ipaddress
import re
from pathlib import Path
from typing import Any, Literal, Self

from jwt.utils import is_pem_format, is_ssh_key
from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from db.engine import UnsupportedDatabase, database_url, is_sqlite
from domain.policy import with_overrides
from graph.identity.claims import AUDIENCE, LEEWAY_SECONDS
from graph.identity.sources import wrong_address
from graph.limits.policy import BY_NAME, LIMITS, Limits

ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?")
EMBEDDED_URL = "sqlite+aiosqlite:///partner-graph.sqlite3"


def _limit(name: str, description: str) -> Any:
    return Field(BY_NAME[name].default, ge=1, le=10_000_000, description=description)


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="PARTNER_GRAPH_", env_file=".env", extra="ignore")

    database_url: SecretStr = Field(
        SecretStr(EMBEDDED_URL),
        description="The database: `mysql+asyncmy://user:password@host/name`, `mariadb+asyncmy://…` or "
        "`sqlite+aiosqlite:///file`.",
    )
    host: str = Field("127.0.0.1", description="Address to listen on. Anything but loopback needs signed tokens.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    token_secret: SecretStr | None = Field(
        None,
        description="Secret of the HS256 bearer tokens of development, at least 32 characters. It or a key set is "
        "needed wherever demo mode does not apply; on loopback a secret is made up for the lifetime of the process.",
    )
    jwks: str | None = Field(
        None,
        description="The identity provider's key set (JWKS) that RS256 and ES256 tokens are checked with: a file's "
        "path, or an `https://` URL; `http://` for loopback only. Not beside a token secret.",
    )
    jwks_seconds: int = Field(
        300,
        ge=10,
        le=86_400,
        description="Seconds after which the key set is read again from its URL; a file is looked at every second.",
    )
    token_issuer: str | None = Field(
        None, min_length=1, description="The `iss` that tokens must have. Needed with a key set; unchecked without it."
    )
    token_audience: str = Field(AUDIENCE, min_length=1, description="The `aud` that tokens must have, or have in it.")
    token_leeway: int = Field(
        LEEWAY_SECONDS, ge=0, le=300, description="Seconds by which clocks may differ when tokens begin and end."
    )
    token_user_claim: str = Field("sub", min_length=1, description="The claim that holds the user's key, as text.")
    token_roles_claim: str = Field(
        "roles", min_length=1, description="The claim that holds the user's global roles, a list."
    )
    demo_user_id: int = Field(1, description="The user that demo mode (embedded SQLite on loopback) signs in.")
    pool_size: int = Field(
        10, ge=1, le=200, description="Database connections of one process: so many for reads, and for writes."
    )
    pool_timeout: float = Field(3.0, gt=0, le=60, description="Seconds to wait for a free connection before refusing.")
    executor: Literal["levels", "stock"] = Field(
        "levels",
        description="How operations are executed: `levels` completes whole levels at once, `stock` is graphql-core's "
        "own executor, field by field. The answers are the same.",
    )
    rate_points: int = Field(
        300_000,
        ge=0,
        description="Points that one caller may spend in a window, over all their tokens; 0 limits nothing.",
    )
    rate_seconds: int = Field(60, ge=1, le=86_400, description="Length of that window.")
    redis_url: SecretStr | None = Field(
        None,
        description="Where points are counted for several processes together: `redis://…` or `rediss://…`. In the "
        "memory of each process when absent.",
    )
    most_body_bytes: int = Field(1_048_576, ge=1024, le=16_777_216, description="Bytes of a request's body.")
    most_document_bytes: int = _limit("most_document_bytes", "Bytes of a document.")
    most_tokens: int = _limit("most_tokens", "Words and signs of a document.")
    most_depth: int = _limit("most_depth", "Levels of fields in each other.")
    most_aliases: int = _limit("most_aliases", "Aliases of an operation, as often as their fragments are spread.")
    most_root_fields: int = _limit("most_root_fields", "Fields of an operation's first level.")
    most_repeats: int = _limit("most_repeats", "Fields of the same name in one place: they have to be merged.")
    most_fragments: int = _limit("most_fragments", "Fragments of an operation, each counted where it is spread.")
    most_directives: int = _limit("most_directives", "Directives of an operation.")
    most_values: int = _limit("most_values", "Values in the variables of a call, those within others included.")
    most_cost: int = _limit("most_cost", "Points of an operation: about one for each object that it may read.")
    most_errors: int = Field(5, ge=1, le=100, description="Errors that an answer lists.")
    most_calls: int = Field(8, ge=1, le=1000, description="Calls of one caller that are answered at a time.")
    most_waiting: int = Field(
        200, ge=1, le=100_000, description="Calls of one caller that are answered or wait for their turn."
    )
    deadline: float = Field(30.0, gt=0, le=600, description="Seconds that a call may take, waiting included.")
    client_timeout: float = Field(
        30.0,
        gt=0,
        le=600,
        description="Seconds for a caller to send the headers of a request, then its body, and to read the answer.",
    )
    statement_timeout: float = Field(
        10.0, gt=0, le=600, description="Seconds that one statement may take in the database (MySQL: one SELECT)."
    )
    introspection: bool = Field(
        True,
        description="Whether callers may read the schema. Without it errors do not suggest names either, and GraphiQL "
        "cannot complete them.",
    )
    only_trusted: bool = Field(False, description="Whether nothing but trusted documents is executed.")
    documents: Path | None = Field(
        None,
        description="A manifest of trusted documents beside those of `operations/`; see docs/trusted-documents.md.",
    )
    poll_seconds: float = Field(
        2.0,
        gt=0,
        le=60,
        description="Seconds after which subscribers hear, at the latest, of what other processes have written.",
    )
    socket_init_seconds: float = Field(
        5.0, gt=0, le=60, description="Seconds that a WebSocket may take to say who calls (`connection_init`)."
    )
    most_socket_bytes: int = Field(
        262_144, ge=1024, le=16_777_216, description="Bytes of a message that comes in over a WebSocket."
    )
    most_operations: int = Field(50, ge=1, le=1000, description="Operations that run at a time over one WebSocket.")
    most_sockets: int = Field(
        20, ge=1, le=10_000, description="WebSockets and event streams that one caller may have open in a process."
    )
    most_connections: int = Field(
        1000, ge=1, le=100_000, description="WebSockets and event streams that one process holds open for all."
    )
    cors_origins: list[str] = Field(
        [],
        description='Origins whose pages may call: a JSON list such as `["https://app.example.com"]`. Their '
        "WebSockets too.",
    )
    strict_get: bool = Field(
        False, description="Whether a GET needs a header that no page elsewhere can send, such as `X-Requested-With`."
    )
    compress_from: int = Field(
        4096, ge=0, description="Bytes from which on an answer is compressed, where the client takes gzip; 0: never."
    )
    policy: dict[str, Any] = Field(
        {},
        description='Parts of the policy to replace: JSON such as `{"launch": {"readiness": 90}}`; see docs/policy.md.',
    )
    audit: str = Field(
        "stderr", description="Where the audit goes, a JSON object a line: `stderr`, `off`, or a file to append to."
    )
    graphiql: bool = Field(True, description="Whether the GraphiQL page is served at /graphiql.")
    log_level: str = Field("info", description="Level of the log: debug, info, warning or error.")

    @field_validator("database_url")
    @classmethod
    def _supported(cls, value: SecretStr) -> SecretStr:
        try:
            url = database_url(value.get_secret_value())
        except UnsupportedDatabase as error:
            raise ValueError(str(error)) from None
        except ValueError:
            raise ValueError("its port is not a number") from None
        if url.port is not None and not 0 < url.port <= 65535:
            raise ValueError("its port must be between 1 and 65535")
        # Otherwise the rest of a password would be taken for the host, and shown when that host is not found.
        if "@" in (url.host or ""):
            raise ValueError("write an @ in the user's name or password as %40")
        return value

    @field_validator("policy")
    @classmethod
    def _known_policy(cls, value: dict[str, Any]) -> dict[str, Any]:
        with_overrides(value)
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith(("redis://", "rediss://")):
            raise ValueError("use redis://host:port/number or rediss://…")
        return value

    @field_validator("cors_origins")
    @classmethod
    def _origins(cls, value: list[str]) -> list[str]:
        if wrong := [each for each in value if not ORIGIN.fullmatch(each)]:
            raise ValueError(f"{wrong[0]!r} is no origin: write https://host, without a path, or https://host:port")
        return value

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value not in ("debug", "info", "warning", "error"):
            raise ValueError("use debug, info, warning or error")
        return value

    @field_validator("jwks")
    @classmethod
    def _safe_address(cls, value: str | None) -> str | None:
        if value == "":
            raise ValueError("it is empty")
        if value is not None and "://" in value and (problem := wrong_address(value)):
            raise ValueError(problem)
        return value

    @model_validator(mode="after")
    def _one_kind_of_keys(self) -> Self:
        secret = None if self.token_secret is None else self.token_secret.get_secret_value()
        if secret is not None and len(secret) < 32:
            raise ValueError("PARTNER_GRAPH_TOKEN_SECRET needs at least 32 characters")
        if secret is not None and (is_pem_format(secret.encode()) or is_ssh_key(secret.encode())):
            raise ValueError(
                "PARTNER_GRAPH_TOKEN_SECRET is a key of a pair: a file of public keys goes into PARTNER_GRAPH_JWKS"
            )
        if secret is not None and self.jwks is not None:
            raise ValueError(
                "PARTNER_GRAPH_JWKS and PARTNER_GRAPH_TOKEN_SECRET are both set: unset the secret to take the identity "
                "provider's tokens, or the JWKS to take those of development"
            )
        if self.jwks is not None and self.token_issuer is None:
            raise ValueError("PARTNER_GRAPH_JWKS needs PARTNER_GRAPH_TOKEN_ISSUER: the `iss` of the tokens to be taken")
        return self

    @model_validator(mode="after")
    def _points_for_one_call(self) -> Self:
        if 0 < self.rate_points < self.most_cost:
            raise ValueError(
                "PARTNER_GRAPH_RATE_POINTS must be at least PARTNER_GRAPH_MOST_COST: otherwise calls are allowed that "
                "can never be paid for"
            )
        return self

    @property
    def limits(self) -> Limits:
        return Limits({limit.name: getattr(self, limit.name) for limit in LIMITS})

    @property
    def embedded(self) -> bool:
        return is_sqlite(database_url(self.database_url.get_secret_value()))

    @property
    def loopback(self) -> bool:
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def demo_mode(self) -> bool:
        """No token needed: only where nobody but this machine's user can call, on data that is embedded."""
        return self.embedded and self.loopback and self.token_secret is None and self.jwks is None
