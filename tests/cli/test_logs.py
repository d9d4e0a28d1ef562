"""What the process logs: one form for all, and nothing that a person could be known by."""

import json
import logging
from io import StringIO

import pytest
import structlog

from flow.cli.logs import AGAIN_AFTER_S, NotAgain, configure_logs
from flow.settings import load_settings


def written(form: str, *, level: str = "info") -> StringIO:
    stream = StringIO()
    configure_logs(load_settings(log_format=form, log_level=level), stream=stream)
    return stream


def fail_on_someone() -> None:
    person = "k1.made-up-person"
    raise RuntimeError(f"a bug near {len(person)} characters")


def test_json_lines_with_level_time_and_fields() -> None:
    stream = written("json")
    structlog.get_logger("flow.engine.worker").info("partitions assigned", partitions=[1, 2])
    line = json.loads(stream.getvalue())
    assert line["event"] == "partitions assigned"
    assert line["partitions"] == [1, 2]
    assert line["level"] == "info"
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize("form", ["json", "console"])
def test_a_traceback_shows_no_local_variables(form: str) -> None:
    stream = written(form)
    try:
        fail_on_someone()
    except RuntimeError as error:
        structlog.get_logger("flow").error("stopped by a bug", exc_info=error)
    assert "fail_on_someone" in stream.getvalue()
    assert "k1.made-up-person" not in stream.getvalue()


@pytest.mark.parametrize("name", ["faust.transport", "mode", "aiokafka.consumer"])
def test_libraries_say_warnings_only(name: str) -> None:
    stream = written("json", level="debug")
    logging.getLogger(name).info("Starting...")
    assert stream.getvalue() == ""
    logging.getLogger(name).warning("Heartbeat failed")
    assert json.loads(stream.getvalue())["event"] == "Heartbeat failed"


def test_the_level_is_kept() -> None:
    stream = written("json", level="error")
    structlog.get_logger("flow").warning("not now")
    assert stream.getvalue() == ""


def test_a_librarys_line_is_not_repeated_at_once() -> None:
    now_s = 0.0
    once = NotAgain(lambda: now_s)

    def shown(name: str, text: str) -> bool:
        return once.filter(logging.LogRecord(name, logging.ERROR, "", 0, text, (), None))

    assert shown("aiokafka", "Unable to connect to %s")
    assert not shown("aiokafka", "Unable to connect to %s")
    assert shown("aiokafka", "Heartbeat failed")
    assert shown("flow.engine.worker", "stopped")
    assert shown("flow.engine.worker", "stopped")
    now_s = AGAIN_AFTER_S
    assert shown("aiokafka", "Unable to connect to %s")
