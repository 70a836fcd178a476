"""How things are logged: a line an event, on standard error, tracebacks without the values that were at hand."""

import structlog
from structlog.dev import ConsoleRenderer, plain_traceback, set_exc_info
from structlog.processors import TimeStamper, add_log_level


def log_plainly() -> None:
    """Set the log up. The library's own choice prints the local variables of a traceback: what people reported."""
    structlog.configure(
        processors=[
            add_log_level,
            set_exc_info,
            TimeStamper(fmt="iso"),
            ConsoleRenderer(exception_formatter=plain_traceback),
        ]
    )
