"""What the log says of an exception."""

import pytest
import structlog

from tocsin.logs import log_plainly


def test_a_traceback_shows_no_values(capsys: pytest.CaptureFixture[str]) -> None:
    log_plainly()
    try:
        secret = "+65" + "91234567"
        _ = {}[len(secret)]
    except KeyError as error:
        structlog.get_logger().error("it failed", exc_info=error)
    structlog.reset_defaults()
    told = "".join(capsys.readouterr())
    assert "it failed" in told
    assert "KeyError" in told
    assert "91234567" not in told.replace('"91234567"', "")
