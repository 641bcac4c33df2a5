"""What an interactive terminal shows: cards above the prompt, and what is growing right over it.

The libraries that draw cards are read on the first card, not before: the prompt comes first.
"""

import os
import textwrap
from collections import deque
from collections.abc import Callable, Iterator
from typing import TextIO

from prompt_toolkit.application import run_in_terminal
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.output import Output

from adapters.console.audience import audience
from adapters.console.escape import safe_lines
from adapters.console.keys import Keys
from adapters.console.screen import OpenForm, Post
from adapters.console.seat import Seat
from bot.chat.messages import Place, Sender

BAR = "┃"
SHARE = 2
"""A growing answer takes at most this part of the window: one half."""


class TerminalScreen:
    """Draws above the line that is being typed, without breaking it."""

    def __init__(self, out: TextIO, output: Output, *, seat: Seat, keys: Keys) -> None:
        self._out = out
        self._output = output
        self._seat = seat
        self._keys = keys
        self._growing = ""
        self._status = ""
        self.forms: deque[OpenForm] = deque()
        """Forms that wait to be asked, oldest first."""
        self.on_form: Callable[[], None] = _nothing
        self.on_change: Callable[[], None] = _nothing
        """Called when the prompt has to be drawn anew."""

    async def show(self, post: Post) -> None:
        # rich costs a tenth of a second, which the first prompt does not wait for
        from adapters.console.render import Paper, draw

        keys = self._keys.note(post)
        header = audience(post, name=self._seat.name, place=self._seat.place)
        paper = Paper(
            width=self._output.get_size().columns,
            colour=_has_colour(),
            ascii=not _can_write(self._out, BAR),
        )
        await self.write(draw(post.card, paper, keys=keys, header=header) + "\n")

    async def show_edit(self, post: Post) -> None:
        await self.show(post)

    async def grow(self, place: Place, seen_by: str | None, text: str) -> None:
        self._growing = safe_lines(text)
        self.on_change()

    async def ask(self, form: OpenForm) -> None:
        self.forms.append(form)
        self.on_form()

    async def status(self, place: Place, sender: Sender, text: str) -> None:
        self._status = safe_lines(text)
        self.on_change()

    async def remark(self, text: str) -> None:
        """Something that the terminal itself says."""
        width = self._output.get_size().columns
        await self.write("".join(f"{line}\n" for line in _wrapped(safe_lines(text), width)))

    async def write(self, text: str) -> None:
        """Put text above the prompt; it is flushed when this returns."""
        await run_in_terminal(lambda: self._write(text))

    def _write(self, text: str) -> None:
        encoding = self._out.encoding or "utf-8"
        self._out.write(text.encode(encoding, "replace").decode(encoding))
        self._out.flush()

    def prompt(self) -> StyleAndTextTuples:
        """What stands before the cursor: a growing answer, the status, who writes where."""
        above = [("", f"{line}\n") for line in self._tail()]
        status = [("fg:ansibrightblack", f"{self._status} …\n")] if self._status else []
        where = "" if self._seat.place.is_private else f" {self._seat.place.name}"
        return [*above, *status, ("bold", f"{self._seat.name}{where}"), ("", "> ")]

    def _tail(self) -> list[str]:
        """The end of a growing answer, as much as leaves room."""
        if not self._growing:
            return []
        return self._growing.split("\n")[-max(1, self._output.get_size().rows // SHARE) :]


def _wrapped(text: str, width: int) -> Iterator[str]:
    """Lines that fit; what goes on keeps the indentation."""
    for line in text.split("\n"):
        indent = " " * (len(line) - len(line.lstrip()))
        yield from textwrap.wrap(
            line, max(width, 20), subsequent_indent=indent, replace_whitespace=False
        ) or [""]


def _has_colour() -> bool:
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _can_write(out: TextIO, text: str) -> bool:
    try:
        text.encode(out.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _nothing() -> None:
    """Nobody listens yet."""
