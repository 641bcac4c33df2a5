"""The log of a serving process: one event a line, ids and no content."""

import asyncio
import logging
import sys
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any, TypeAlias

_OURS = ("convene", "scheduler", "calendar_core")
_CHATTY = ("convene.slack.library", "discord.client")
"""Slack's libraries, which tell of every session; discord.py, which misses what calls need."""
_ExcInfo: TypeAlias = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)


def _is_worth_it(record: logging.LogRecord) -> bool:
    return record.name not in _CHATTY or record.levelno >= logging.ERROR


class Discreet(logging.Formatter):
    """Tells where something broke and of which kind, never an exception's own text: that may hold
    people's words."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        message = " ".join(record.message.splitlines())
        # Libraries put an exception's text into what they say of it.
        for error in _chain(record.exc_info[1] if record.exc_info else None):
            if len(told := str(error)) > 2:
                message = message.replace(" ".join(told.splitlines()), type(error).__name__)
        record.message = message
        return super().formatMessage(record)

    def formatException(self, ei: _ExcInfo) -> str:
        lines: list[str] = []
        for error in _chain(ei[1]):
            where = traceback.format_tb(error.__traceback__)
            lines[:0] = [*where, f"{type(error).__module__}.{type(error).__qualname__}\n"]
        return "".join(lines).rstrip("\n")


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An exception and what led to it, the newest first, each once: one may name itself as its
    cause."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def log_to_stderr(*, verbose: bool) -> None:
    """Begin to log. `verbose` tells more of what we do, and what libraries do; of libraries never
    what they tell when they are debugged, for people's words stand there."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Discreet("%(asctime)s %(levelname)-7s %(name)s %(message)s"))
    if not verbose:
        handler.addFilter(_is_worth_it)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO if verbose else logging.WARNING)
    for name in _OURS:
        logging.getLogger(name).setLevel(logging.DEBUG if verbose else logging.INFO)


def log_of_loop(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What asyncio has to tell, without the tasks' and errors' own texts. A loop's exception
    handler."""
    error = context.get("exception")
    logging.getLogger("convene.loop").error(
        "%s", context["message"].split("\n")[0], exc_info=error if error is not None else None
    )
