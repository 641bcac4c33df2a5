"""What stands in the terminal's conversation, and the port by which it becomes visible.

A `Screen` draws; it remembers nothing. The stored conversation is `store`, the rules of posting
are `platform`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.chat.cards import Card
from bot.chat.forms import Form
from bot.chat.messages import MessageRef, Place, Sender


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A message of the bot as it stands in the conversation."""

    id: str
    """c1, c2 …: numbered over the life of the data folder."""
    place: Place
    seen_by: str | None
    """The one person who sees it; None where everybody in the place does."""
    key: str | None
    card: Card
    at: datetime
    """When it was posted or last edited, aware."""

    @property
    def ref(self) -> MessageRef:
        """How the conversation names it."""
        return MessageRef(place=self.place, id=self.id)

    @property
    def to(self) -> str | None:
        """The person addressed; None for everybody in a channel."""
        if self.seen_by is not None:
            return self.seen_by
        return self.place.channel.removeprefix("@") if self.place.is_private else None

    @property
    def is_hidden(self) -> bool:
        """Whether others who read this place do not see it."""
        if self.seen_by is None:
            return False
        return not self.place.is_private or self.place.channel != f"@{self.seen_by}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenForm:
    """A form that waits for one person's answer."""

    form: Form
    place: Place
    sender: Sender


class Screen(Protocol):
    """Makes visible what is said. What a call shows is flushed when it returns."""

    async def show(self, post: Post) -> None:
        """Something was said."""
        ...

    async def show_edit(self, post: Post) -> None:
        """A message was edited."""
        ...

    async def grow(self, place: Place, seen_by: str | None, text: str) -> None:
        """An answer is being thought; `text` is all of it so far, empty when it is over."""
        ...

    async def ask(self, form: OpenForm) -> None:
        """A form was opened."""
        ...

    async def status(self, place: Place, sender: Sender, text: str) -> None:
        """What is going on, quietly; the empty text ends it."""
        ...
