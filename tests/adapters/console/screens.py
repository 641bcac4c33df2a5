"""A screen that records."""

from adapters.console.screen import OpenForm, Post
from bot.chat.messages import Place, Sender


class Unplugged(OSError):
    """The terminal is gone."""


class RecordingScreen:
    """Remembers what it was given; `unplugged`, it fails as a closed terminal does."""

    def __init__(self) -> None:
        self.shown: list[tuple[str, Post]] = []
        self.growing: list[str] = []
        self.forms: list[OpenForm] = []
        self.statuses: list[str] = []
        self.unplugged = False

    async def show(self, post: Post) -> None:
        self._take("post", post)

    async def show_edit(self, post: Post) -> None:
        self._take("edit", post)

    async def grow(self, place: Place, seen_by: str | None, text: str) -> None:
        self.growing.append(text)

    async def ask(self, form: OpenForm) -> None:
        self.forms.append(form)

    async def status(self, place: Place, sender: Sender, text: str) -> None:
        self.statuses.append(text)

    def _take(self, what: str, post: Post) -> None:
        if self.unplugged:
            raise Unplugged
        self.shown.append((what, post))
