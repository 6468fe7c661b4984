"""Settings, read from environment variables with the prefix PARTNER_GRAPH_ (or a .env file)."""

import ipaddress
from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from db.engine import UnsupportedDatabase, database_url, is_sqlite

EMBEDDED_URL = "sqlite+aiosqlite:///partner-graph.sqlite3"


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
        description="Secret of the HS256 bearer tokens, at least 32 characters. Needed wherever demo mode does not "
        "apply; on loopback one is made up for the lifetime of the process.",
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

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value not in ("debug", "info", "warning", "error"):
            raise ValueError("use debug, info, warning or error")
        return value

    @model_validator(mode="after")
    def _long_secret(self) -> Self:
        if self.token_secret is not None and len(self.token_secret.get_secret_value()) < 32:
            raise ValueError("PARTNER_GRAPH_TOKEN_SECRET needs at least 32 characters")
        return self

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
        return self.embedded and self.loopback and self.token_secret is None
