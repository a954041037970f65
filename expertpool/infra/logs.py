"""Structured logs on standard error: events and ids, never names, addresses or case facts."""

import logging
import sys
import traceback
from types import TracebackType

import structlog
from structlog.typing import EventDict, Processor

_MOST_CAUSES = 10
_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def init_logs() -> None:
    """Log one line per event: text for a terminal, JSON for everything else.

    Of exceptions only what and where is written: see `told`.
    """
    last: Processor = (
        structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _exception_told,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Formatter("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


def told(error: BaseException) -> str:
    """An exception and its causes without their words, which quote what people entered: PostgreSQL tells the
    whole row that it refuses."""
    parts: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(parts) < _MOST_CAUSES:
        frames = "".join(traceback.format_tb(cause.__traceback__))
        parts.append(f"{frames}{type(cause).__module__}.{type(cause).__qualname__}{_code(cause)}")
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return "\ncaused by:\n".join(parts)


def _code(error: BaseException) -> str:
    """What a database calls its refusal, and the constraint it names."""
    constraint = getattr(getattr(error, "diag", None), "constraint_name", None)
    codes = [str(each) for each in (getattr(error, "sqlstate", None), constraint) if each]
    return f" ({' '.join(codes)})" if codes else ""


def _exception_told(_logger: object, _method: str, event: EventDict) -> EventDict:
    given = event.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else sys.exc_info()[1] if given else None
    if error is not None:
        event["exception"] = told(error)
    return event


class Formatter(logging.Formatter):
    """As `told`, for what libraries and jobs log by the standard library."""

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802 - the library's name
        """The exception without its words."""
        return told(ei[1]) if ei[1] is not None else ""
