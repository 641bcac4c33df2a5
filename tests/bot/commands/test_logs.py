"""The log of a serving process carries ids and no content."""

import asyncio
import logging
from collections.abc import Iterator

import pytest

from bot.commands.logs import Discreet, log_of_loop, log_to_stderr

SECRET = "dinner in Zanzibar"


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    names = ("", "convene", "scheduler", "calendar_core")
    levels = {name: logging.getLogger(name).level for name in names}
    handlers = logging.getLogger().handlers
    yield
    logging.getLogger().handlers = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def test_an_exception_is_told_by_place_and_kind(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr(verbose=False)
    try:
        try:
            raise KeyError(SECRET)
        except KeyError as err:
            raise ValueError(f"no event {SECRET}") from err
    except ValueError:
        logging.getLogger("convene.engine").exception("failed incident=%s", "1a2b")
    told = capsys.readouterr().err
    assert SECRET not in told
    assert "failed incident=1a2b" in told
    assert told.index("builtins.KeyError") < told.index("builtins.ValueError")
    assert "test_logs.py" in told


def test_an_exception_that_is_its_own_cause_is_told_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log_to_stderr(verbose=False)
    try:
        error = ValueError(SECRET)
        raise error from error
    except ValueError:
        logging.getLogger("convene.engine").exception("failed incident=%s", "1a2b")
    told = capsys.readouterr().err
    assert "failed incident=1a2b" in told
    assert told.count("builtins.ValueError") == 1


def test_what_a_library_says_of_an_exception_is_told_by_its_kind(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log_to_stderr(verbose=False)
    try:
        raise ValueError(SECRET)
    except ValueError as err:
        message = f"Failed to run listener function (error: {err})"
        logging.getLogger("convene.slack.library").exception(message)
    told = capsys.readouterr().err
    assert "Failed to run listener function (error: ValueError)" in told
    assert SECRET not in told


def test_libraries_are_never_debugged(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr(verbose=True)
    for name in ("aiosqlite", "slack_bolt", "discord.http", "openai", "asyncio"):
        logging.getLogger(name).debug(SECRET)
    logging.getLogger("convene.engine").debug("looked incoming=%s", "m1")
    told = capsys.readouterr().err
    assert SECRET not in told
    assert "looked incoming=m1" in told


def test_one_event_is_one_line() -> None:
    record = logging.LogRecord("x", logging.INFO, __file__, 1, "one\ntwo %s", ("three",), None)
    assert Discreet("%(message)s").format(record) == "one two three"


async def test_a_task_that_nobody_looked_after_shows_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log_to_stderr(verbose=False)
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(log_of_loop)

    async def breaks() -> None:
        raise ValueError(SECRET)

    task = loop.create_task(breaks())
    await asyncio.wait({task})
    context = {"message": "Task exception was never retrieved", "future": task}
    loop.call_exception_handler({**context, "exception": task.exception()})
    told = capsys.readouterr().err
    assert "Task exception was never retrieved" in told
    assert "builtins.ValueError" in told
    assert SECRET not in told
