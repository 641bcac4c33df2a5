"""The conversation as plain text, for pipes and for scripts without --json."""

from collections.abc import Sequence
from typing import TextIO

from adapters.console.audience import audience
from adapters.console.escape import safe, safe_lines
from adapters.console.keys import Keys
from adapters.console.render import Paper, draw
from adapters.console.screen import OpenForm, Post
from adapters.console.seat import Seat
from bot.chat.messages import Place, Sender


class PlainScreen:
    """Writes cards as text. `seat` is the reader's; with `keys` buttons say what presses them."""

    def __init__(self, out: TextIO, paper: Paper, *, seat: Seat, keys: Keys | None = None) -> None:
        self._out = out
        self._paper = paper
        self._seat = seat
        self._keys = keys

    async def show(self, post: Post) -> None:
        keys: Sequence[str] = self._keys.note(post) if self._keys else ()
        header = audience(post, name=self._seat.name, place=self._seat.place)
        self._write(draw(post.card, self._paper, keys=keys, header=header))

    async def show_edit(self, post: Post) -> None:
        await self.show(post)

    async def grow(self, place: Place, seen_by: str | None, text: str) -> None:
        """Only finished answers are written."""

    async def ask(self, form: OpenForm) -> None:
        fields = "".join(f"  {f.label}: {f.value}\n" for f in form.form.fields)
        self._write(f"{safe(form.form.title)}\n{fields}")

    async def status(self, place: Place, sender: Sender, text: str) -> None:
        """Nobody waits in front of a pipe."""

    async def remark(self, text: str) -> None:
        """Something that the terminal itself says."""
        self._write(f"{safe_lines(text)}\n")

    def begin_line(self, prompt: str) -> None:
        """Somebody may type behind this."""
        self._out.write(prompt)
        self._out.flush()

    def begin_step(self, number: int) -> None:
        """Text has no line numbers."""

    def end_step(self) -> None:
        """Nothing is held back."""

    def _write(self, text: str) -> None:
        self._out.write(f"{text}\n")
        self._out.flush()
