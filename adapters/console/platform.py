"""The terminal as a chat platform: local names for people, `#names` for channels.

Keeping is `store`, drawing is a `Screen`; here are the rules between them.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from adapters.console.incoming import PLATFORM, direct
from adapters.console.screen import OpenForm, Post, Screen
from adapters.console.store import EDIT, Store
from bot.chat.cards import Card, has_secret, in_one_zone
from bot.chat.forms import Form
from bot.chat.messages import MessageRef, Place, Sender
from bot.chat.platform import PlaceGone, Right


class ConsolePlatform:
    """Says things in the terminal, each once.

    A message is kept, then shown and flushed, then marked as shown, and the next one waits for
    that: the order on the screen is the order of the ids.
    """

    def __init__(self, store: Store, screen: Screen) -> None:
        self.store = store
        self._screen = screen
        self._turn = asyncio.Lock()
        self._forms: dict[str, OpenForm] = {}
        self.is_closed = False
        """Whether whoever looked at the screen has gone."""

    @property
    def name(self) -> str:
        return PLATFORM

    async def post(
        self, place: Place, card: Card, *, seen_by: Sender | None = None, key: str | None = None
    ) -> MessageRef:
        _check(place)
        card = in_one_zone(card)
        async with self._turn:
            post, is_new = await self.store.keep(
                place.channel, card, seen_by=seen_by.user if seen_by else None, key=key
            )
            if is_new:
                await self._show(self._screen.show, _once(post, card))
        return post.ref

    async def update(self, message: MessageRef, card: Card, *, reply: str | None = None) -> None:
        card = in_one_zone(card)
        async with self._turn:
            known = await self.store.message(message.id)
            if known is not None and known.card == card:
                return
            post = await self.store.edit(message.id, card)
            if post is None:
                raise PlaceGone(f"There is no message {message.id} in this terminal.")
            await self._show(self._screen.show_edit, _once(post, card))

    async def stream(self, place: Place, *, seen_by: Sender | None = None) -> "ConsoleStream":
        _check(place)
        return ConsoleStream(self, self._screen, place, seen_by)

    async def open_form(
        self, form: Form, *, place: Place, sender: Sender, trigger: str | None
    ) -> None:
        opened = OpenForm(form=form, place=place, sender=sender)
        self._forms[sender.user] = opened
        await self._screen.ask(opened)

    async def reach(self, sender: Sender) -> Place:
        if sender.platform != PLATFORM or not sender.user:
            raise PlaceGone(f"{sender.name or 'This person'} is not in this terminal.")
        return direct(sender.user)

    async def may(self, sender: Sender, place: Place, right: Right) -> bool:
        """Everybody may do everything in a channel; a direct conversation is its owner's."""
        if place.platform != PLATFORM or sender.platform != PLATFORM:
            return False
        return not place.is_private or place == direct(sender.user)

    async def working(self, place: Place, sender: Sender, status: str) -> None:
        await self._screen.status(place, sender, status)

    async def show_waiting(self) -> None:
        """Show what an earlier process kept and did not show any more."""
        async with self._turn:
            for post, what in await self.store.waiting():
                await self._show(
                    self._screen.show_edit if what == EDIT else self._screen.show, post
                )

    async def _show(self, draw: Callable[[Post], Awaitable[None]], post: Post) -> None:
        """Show it, then remember that it was shown. Raises PlaceGone when nobody looks any more."""
        try:
            await draw(post)
        except OSError as error:
            self.is_closed = True
            raise PlaceGone("The terminal is gone.") from error
        await self.store.mark_shown(post.id)

    def form_of(self, user: str) -> OpenForm | None:
        """The form that waits for somebody's answer."""
        return self._forms.get(user)

    def close_form(self, user: str) -> None:
        """The form was answered or dismissed."""
        self._forms.pop(user, None)


class ConsoleStream:
    """An answer that grows on the screen and is kept when it is whole."""

    def __init__(
        self, platform: ConsolePlatform, screen: Screen, place: Place, seen_by: Sender | None
    ) -> None:
        self._platform = platform
        self._screen = screen
        self._place = place
        self._seen_by = seen_by
        self._text = ""

    async def append(self, text: str) -> None:
        self._text += text
        await self._grow(self._text)

    async def finish(self, card: Card) -> MessageRef:
        await self._grow("")
        return await self._platform.post(self._place, card, seen_by=self._seen_by)

    async def _grow(self, text: str) -> None:
        seen_by = self._seen_by.user if self._seen_by else None
        await self._screen.grow(self._place, seen_by, text)


def _once(post: Post, card: Card) -> Post:
    """What was kept, with what is shown this once."""
    return replace(post, card=card) if has_secret(card) else post


def _check(place: Place) -> None:
    """Raises PlaceGone for a place that no terminal has."""
    if place.platform != PLATFORM or place.channel in ("", "@", "#"):
        raise PlaceGone(f"There is no place {place.name or place.key} in this terminal.")
