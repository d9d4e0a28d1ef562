"""What this process logs about itself: never an identifier, a value of an event, or free text."""

import logging
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TextIO

import structlog

if TYPE_CHECKING:
    from structlog.typing import Processor

    from flow.settings import Settings

LIBRARIES = (
    "faust",
    "mode",
    "aiokafka",
    "asyncio",
    "aiohttp",
    # Faust's services log under the name of the module that derives from them.
    "flow.engine.app",
    "flow.engine.transport",
)
"""They log every start and stop at INFO; what matters to an operator is said by our own lines."""
AGAIN_AFTER_S = 30.0
TEXTS_MAX = 200
"""Texts that are remembered; a library has a few dozen."""


def configure_logs(
    settings: "Settings", *, stream: TextIO | None = None, level: str | None = None
) -> None:
    """Our own lines and the libraries' warnings, in one form, to stderr or to `stream`."""
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    target = stream or sys.stderr
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_rendering(settings.log_format, colours=target.isatty()),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel((level or settings.log_level).upper())
    handler.addFilter(NotAgain(time.monotonic))
    for name in LIBRARIES:
        logging.getLogger(name).setLevel(logging.WARNING)


class NotAgain(logging.Filter):
    """Drops a library's line where the same text was logged a moment ago.

    Kafka's client writes thirty lines a second while a broker is gone.
    """

    def __init__(self, now_s: Callable[[], float]) -> None:
        super().__init__()
        self._now_s = now_s
        self._last_s: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.partition(".")[0] not in LIBRARIES:
            return True
        text = (record.name, str(record.msg))
        now_s = self._now_s()
        if now_s - self._last_s.get(text, -AGAIN_AFTER_S) < AGAIN_AFTER_S:
            return False
        if len(self._last_s) >= TEXTS_MAX:
            self._last_s.clear()
        self._last_s[text] = now_s
        return True


def quiet_libraries() -> None:
    """For commands whose one message says all: Kafka's client stays silent."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)


def _rendering(form: str, *, colours: bool) -> list[Any]:
    if form == "json":
        return [
            # Frames with their code lines, without local variables: those hold people's data.
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
            ),
            structlog.processors.JSONRenderer(),
        ]
    return [
        structlog.dev.ConsoleRenderer(
            colors=colours, exception_formatter=structlog.dev.plain_traceback
        )
    ]
