"""What the server says of itself: one JSON object a line, through the standard library's loggers."""

import logging
from typing import Any

import orjson
import structlog
from structlog.stdlib import BoundLogger
from structlog.typing import Processor

NAME = "partner_graph"


def _serialized(event: Any, **_: Any) -> str:
    return orjson.dumps(event, default=str).decode()


PROCESSORS: tuple[Processor, ...] = (
    structlog.stdlib.filter_by_level,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    structlog.processors.format_exc_info,
    structlog.processors.JSONRenderer(_serialized),
)


def logger(name: str) -> BoundLogger:
    """`partner_graph.<name>`; what it is told in keywords are fields of the line."""
    found: BoundLogger = structlog.wrap_logger(
        logging.getLogger(f"{NAME}.{name}"), processors=PROCESSORS, wrapper_class=BoundLogger
    )
    return found


def configure(level: str, audit: str) -> None:
    """`level` is that of all but the audit, which goes to `stderr`, to a file, or with `off` nowhere."""
    everything, audited = logging.getLogger(NAME), logging.getLogger(f"{NAME}.audit")
    everything.handlers, everything.propagate = [_handler(logging.StreamHandler())], False
    everything.setLevel(level.upper())
    audited.setLevel(logging.CRITICAL if audit == "off" else logging.INFO)
    if audit not in ("stderr", "off"):
        audited.handlers, audited.propagate = [_handler(logging.FileHandler(audit, encoding="utf-8"))], False


def _handler(handler: logging.Handler) -> logging.Handler:
    handler.setFormatter(logging.Formatter("%(message)s"))
    return handler
