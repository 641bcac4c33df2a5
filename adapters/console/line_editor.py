"""Lines from the keyboard: editing, history, questions with a default; one owner of the prompt."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.application import Application
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import DummyHistory, FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.output import Output

from adapters.console.escape import safe


class Interrupted(Exception):
    """Something else comes first; what was typed comes back with the next prompt."""


class LineEditor:
    """Reads one line at a time. Ctrl-C empties the line, then leaves; Ctrl-D leaves: EOFError."""

    def __init__(self, history: Path, *, is_wanted: Callable[[], bool]) -> None:
        self.drawn = asyncio.Event()
        """Set when the first prompt stands on the screen."""
        self._is_wanted = is_wanted
        self._typed = ""
        self._talking: PromptSession[str] = PromptSession(
            history=_history(history),
            auto_suggest=AutoSuggestFromHistory(),
            enable_history_search=True,
            key_bindings=_keys(_empty_or_leave),
        )
        self._offered = ""
        asked = _keys(_leave)
        asked.add("enter", filter=Condition(self._has_no_more_lines))(_accept)
        self._asking: PromptSession[str] = PromptSession(
            history=InMemoryHistory(), key_bindings=asked
        )
        self._hiding: PromptSession[str] | None = None
        for session in (self._talking, self._asking):
            session.app.after_render += self._note_drawn

    @property
    def output(self) -> Output:
        """The terminal that is written to."""
        return self._talking.app.output

    async def line(self, prompt: Callable[[], StyleAndTextTuples]) -> str:
        """What is typed next. Raises Interrupted, or EOFError when the person leaves."""
        app = self._talking.app
        app.erase_when_done = False
        typed = await self._talking.prompt_async(
            prompt, default=self._typed, pre_run=self._yield_to_others
        )
        self._typed = ""
        return typed

    async def ask(self, question: str, default: str, multiline: bool) -> str:
        """The answer to a question, over several lines where that is fine: then an empty line ends
        it, and Enter at once keeps what is offered. Raises EOFError.
        """
        hint = " (an empty line ends it)" if multiline else ""
        self._offered = default
        return await self._asking.prompt_async(
            f"{safe(question)}{hint}: ", default=default, multiline=multiline
        )

    async def ask_secret(self, question: str) -> str:
        """The answer to a question, shown as stars and kept nowhere. Raises EOFError."""
        if self._hiding is None:
            # Of its own: what is typed here stands in no history, not even in memory.
            self._hiding = PromptSession(
                history=DummyHistory(), key_bindings=_keys(_leave), is_password=True
            )
        return await self._hiding.prompt_async(f"{safe(question)}: ")

    def interrupt(self) -> None:
        """Break off the line that is being typed, keeping it for later."""
        if _is_open(self._talking.app):
            self._typed = self._talking.default_buffer.text
            _break_off(self._talking.app)

    def abort(self) -> None:
        """Break off whatever is asked."""
        self.interrupt()
        for session in (self._asking, self._hiding):
            if session is not None and _is_open(session.app):
                _break_off(session.app)

    def redraw(self) -> None:
        """The prompt has changed."""
        self._talking.app.invalidate()

    def _yield_to_others(self) -> None:
        if self._is_wanted():
            _break_off(self._talking.app)

    def _has_no_more_lines(self) -> bool:
        typed = self._asking.default_buffer.document
        at_an_empty_line = typed.is_cursor_at_the_end and not typed.current_line.strip()
        return typed.text == self._offered or at_an_empty_line

    def _note_drawn(self, app: "Application[str]") -> None:
        self.drawn.set()


def _is_open(app: "Application[str]") -> bool:
    return app.is_running and not app.is_done


def _break_off(app: "Application[str]") -> None:
    app.erase_when_done = True
    app.exit(exception=Interrupted())


class Lines(FileHistory):
    """What was typed before, but for what has an address in it: that of a feed is a secret."""

    def store_string(self, string: str) -> None:
        """Keep a line, if it may be kept."""
        if "://" not in string:
            super().store_string(string)


def _history(file: Path) -> History:
    """What was typed before, for its owner's eyes alone; kept in memory where no file can be."""
    try:
        os.close(os.open(file, os.O_CREAT | os.O_RDWR | os.O_APPEND, 0o600))
    except OSError:
        return InMemoryHistory()
    return Lines(str(file))


def _keys(on_interrupt: Callable[[KeyPressEvent], None]) -> KeyBindings:
    keys = KeyBindings()
    keys.add("c-c")(on_interrupt)
    keys.add("<sigint>")(on_interrupt)
    return keys


def _empty_or_leave(event: KeyPressEvent) -> None:
    if event.current_buffer.text:
        event.current_buffer.reset()
    else:
        _leave(event)


def _accept(event: KeyPressEvent) -> None:
    event.current_buffer.validate_and_handle()


def _leave(event: KeyPressEvent) -> None:
    if not event.app.is_done:
        event.app.exit(exception=EOFError())
