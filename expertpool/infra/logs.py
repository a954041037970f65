"""Structured logs on standard error: events and ids, never names, addresses or case facts."""

import logging
import sys

import structlog
from structlog.typing import Processor


def init_logs() -> None:
    """Log one line per event: text for a terminal, JSON for everything else.

    Tracebacks are plain: the fancy ones print local variables, and those hold case facts.
    """
    if sys.stderr.isatty():
        plain = structlog.dev.plain_traceback
        last: list[Processor] = [structlog.dev.ConsoleRenderer(exception_formatter=plain)]
    else:
        last = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
