"""Discord as a chat platform: how something is said where it belongs.

What only one person may see goes by an interaction of theirs, else to their direct messages. What
is said to all goes to the channel. Rules of interactions are in `live`, finding one in `addresses`,
drawing in `render`, errors in `calls`, what is posted once in `keyed`.
"""

import hashlib
import logging
import secrets
from datetime import datetime, timedelta
from typing import Any

import discord

from adapters.discord import limits
from adapters.discord.addresses import Addresses, Recent
from adapters.discord.calls import TooLate, call
from adapters.discord.edits import Edits
from adapters.discord.forms import Drafts, modal_of
from adapters.discord.incoming import PLATFORM, direct_place, readable, sender_of
from adapters.discord.keyed import Keyed, is_same
from adapters.discord.ports import PostedKeys
from adapters.discord.render import Drawn, draw, draw_components
from adapters.discord.rights import Rights
from adapters.discord.rooms import Rooms, people_named
from adapters.discord.streaming import DiscordStream
from bot.chat.cards import Card, message
from bot.chat.forms import Form
from bot.chat.messages import MessageRef, Place, Sender
from bot.chat.platform import PlaceGone, PlatformBusy, PlatformError, Right
from calendar_core.clock import Clock

log = logging.getLogger("convene.discord")

_TYPING_LASTS = timedelta(seconds=8)
"""Discord shows for ten seconds that somebody types."""


class DiscordPlatform:
    """Says things on Discord."""

    def __init__(
        self,
        client: discord.Client,
        addresses: Addresses,
        drafts: Drafts,
        posted: PostedKeys,
        clock: Clock,
    ) -> None:
        self._client = client
        self._clock = clock
        self._addresses = addresses
        self._drafts = drafts
        self._rights = Rights(client, addresses)
        self._keyed = Keyed(posted, self._find_sent)
        self._edits = Edits()
        self._rooms = Rooms()
        self._typing: Recent[str, datetime] = Recent(1000)

    def use(self, client: discord.Client) -> None:
        """Speak through another client."""
        self._client = client
        self._rights = Rights(client, self._addresses)

    @property
    def name(self) -> str:
        return PLATFORM

    async def post(
        self, place: Place, card: Card, *, seen_by: Sender | None = None, key: str | None = None
    ) -> MessageRef:
        channel_of(place)
        if key is None:
            return await self._post(place, card, seen_by, secrets.token_hex(limits.NONCE // 2))
        return await self._keyed.once(
            key, place, card, lambda: self._post(place, card, seen_by, nonce_of(key))
        )

    async def _post(
        self, place: Place, card: Card, seen_by: Sender | None, nonce: str
    ) -> MessageRef:
        if seen_by is not None and not place.is_private:
            return await self._post_hidden(place, card, seen_by, nonce)
        live = self._addresses.of_place(place)
        if live is not None and ((live.waits and place.is_private) or not live.at_home):
            try:
                return self._shown(live, place, await live.say(card, hidden=False))
            except TooLate:
                log.info("interaction over place=%s", place.key)
        try:
            return await self._send(place, draw(card), nonce)
        except PlaceGone:  # we may not speak there, but we may answer who asks
            if live is None or not live.is_usable:
                raise
            return self._shown(live, place, await live.say(card, hidden=False))

    async def _post_hidden(
        self, place: Place, card: Card, seen_by: Sender, nonce: str
    ) -> MessageRef:
        """In a channel, for one person: by their interaction, else in their direct messages."""
        live = self._addresses.of_person(place, seen_by.user)
        if live is not None:
            try:
                return self._shown(live, place, await live.say(card, hidden=True))
            except TooLate:
                log.info("interaction over place=%s", place.key)
        try:
            direct = await self.reach(seen_by)
            ref = await self._send(direct, draw(card), nonce)
        except PlaceGone:
            await self._tell_once(place, seen_by, "closed", _CLOSED)
            raise
        await self._tell_once(place, seen_by, "answered", _ANSWERED)
        return ref

    async def _tell_once(self, place: Place, reader: Sender, what: str, words: str) -> None:
        """A line for all in the channel, once a day; never what was answered."""
        today = self._clock.now().date().isoformat()
        key = f"{what}:{place.key}:{reader.user}:{today}"
        line = message(words.format(name=reader.name or "you there"))
        try:
            await self.post(place, line, key=key)
        except PlatformError as err:
            log.info("not told place=%s error=%s", place.key, err)

    def _shown(self, live: Any, place: Place, id: str) -> MessageRef:
        self._addresses.shown(id, live)
        return MessageRef(place=place, id=id)

    async def _send(self, place: Place, drawn: Drawn, nonce: str) -> MessageRef:
        channel = self._channel(place)
        sent = await call(lambda: channel.send(**drawn.to_send(), nonce=nonce))
        return MessageRef(place=place, id=str(sent.id))

    async def update(self, message: MessageRef, card: Card, *, reply: str | None = None) -> None:
        channel_of(message.place)
        await self._edits.edit(message.id, lambda: self._update(message, card))

    async def _update(self, message: MessageRef, card: Card) -> None:
        for live in self._addresses.editors(message.id):
            try:
                await live.edit(message.id, card)
                return
            except TooLate:
                log.info("interaction over message=%s", message.id)
        if not message.id.isdecimal():
            raise PlaceGone(f"There is no message {message.id} on Discord.")
        partial = self._channel(message.place).get_partial_message(int(message.id))
        drawn = draw_components(card)
        await call(lambda: partial.edit(**drawn.to_edit()))

    async def stream(self, place: Place, *, seen_by: Sender | None = None) -> DiscordStream | None:
        """In direct messages alone: elsewhere edits of a growing answer would disturb all."""
        channel_of(place)
        return DiscordStream(self, place) if place.is_private else None

    async def grow(self, ref: MessageRef | None, place: Place, text: str) -> MessageRef:
        """Show markdown in the making, as a new message or in place of what stands there."""
        if ref is None:
            live = self._addresses.of_place(place)
            if live is not None and live.waits:
                return MessageRef(place=place, id=await live.show(text))
            return await self._send(place, Drawn(content=text), secrets.token_hex(12))
        partial = self._channel(place).get_partial_message(int(ref.id))
        await call(lambda: partial.edit(content=text))
        return ref

    async def grown(self, ref: MessageRef, card: Card) -> None:
        """The finished card where a text grew: plain words stay plain, so that searches and
        previews of replies show them."""
        drawn = draw(card)
        if drawn.content is None:
            await self.update(ref, card)
            return
        partial = self._channel(ref.place).get_partial_message(int(ref.id))
        await call(lambda: partial.edit(**drawn.to_edit()))

    async def open_form(
        self, form: Form, *, place: Place, sender: Sender, trigger: str | None
    ) -> None:
        """Where the time for a form is over, a button offers it."""
        draft = self._drafts.keep(form, sender)
        live = self._addresses.of_handle(trigger)
        if live is not None and await live.open(modal_of(draft)):
            return
        hidden = None if place.is_private else sender
        await self._post(place, self._drafts.offer(draft), hidden, secrets.token_hex(12))

    async def reach(self, sender: Sender) -> Place:
        if sender.platform != PLATFORM or not sender.user.isdecimal():
            raise PlaceGone(f"{sender.name or 'This person'} is not on Discord.")
        known = self._addresses.direct(sender.user)
        if known is None:
            self._check_open()
            user = discord.Object(int(sender.user))
            known = str((await call(lambda: self._client.create_dm(user))).id)
            self._addresses.learn_direct(sender.user, known)
        return direct_place(known)

    async def complete_room(self, said: discord.Message) -> None:
        """Give a message its channel and thread, where Discord has not told of them."""
        await self._rooms.complete(said, self._client)

    async def read(self, text: str, guild: int | None) -> tuple[str, tuple[Sender, ...]]:
        """The words of a command as people read them, and the people whom they mention: Discord
        tells only their ids."""
        there = self._client.get_guild(guild) if guild is not None else None
        people = await people_named(text, there, self._client)
        bot = self._client.user.id if self._client.user is not None else None
        others = tuple(sender_of(one) for one in people if one.id != bot and not one.bot)
        return readable(text, people, there, leave_out=bot), others

    async def may(self, sender: Sender, place: Place, right: Right) -> bool:
        if sender.platform != PLATFORM or place.platform != PLATFORM:
            return False
        if not sender.user.isdecimal():
            return False
        if place.is_private:
            return right is not Right.GOVERN and await self._is_own(sender, place)
        return await self._rights.has(sender, place, right)

    async def _is_own(self, sender: Sender, place: Place) -> bool:
        try:
            return (await self.reach(sender)).channel == place.channel
        except PlaceGone:
            return False

    async def members_of(self, place: Place, group: str) -> tuple[Sender, ...] | None:
        """Discord lists a role's members only to bots that may see everybody, which we do not ask
        for: what can be told is whether there is such a role."""
        guild = self._client.get_guild(int(place.workspace)) if _is_guild(place) else None
        wanted = group.removeprefix("@").casefold()
        if guild is None or all(role.name.casefold() != wanted for role in guild.roles):
            return None
        raise PlatformError(
            f"I can't see who has the role {group}. Name the people, or make a list: "
            '"the design team is Ana, Bo and Kim".'
        )

    async def working(self, place: Place, sender: Sender, status: str) -> None:
        """Show that the bot types; Discord shows no words, and ends it by itself."""
        if not status or place.platform != PLATFORM:
            return
        live = self._addresses.of_person(place, sender.user)
        now = self._clock.now()
        since = self._typing.get(place.key)
        if (live is not None and live.waits) or (since and now - since < _TYPING_LASTS):
            return
        self._typing.put(place.key, now)
        try:
            channel = self._channel(place)
            await call(lambda: channel._state.http.send_typing(channel.id))
        except (PlatformError, discord.DiscordException) as err:
            log.info("no typing place=%s error=%s", place.key, err)

    async def _find_sent(self, place: Place, card: Card, key: str, since: datetime) -> str | None:
        """Whether a message that a crash left unrecorded was sent after all; its id."""
        bot = self._client.user
        if bot is None:
            raise PlatformBusy("Discord is not connected.")
        channel = self._channel(place)

        async def look() -> list[discord.Message]:
            after = since - timedelta(minutes=1)
            return [one async for one in channel.history(limit=50, after=after)]

        for sent in await call(look):
            if sent.author.id == bot.id and is_same(sent, draw(card), nonce_of(key)):
                return str(sent.id)
        return None

    def _channel(self, place: Place) -> discord.PartialMessageable:
        self._check_open()
        guild = int(place.workspace) if place.workspace.isdecimal() else None
        return self._client.get_partial_messageable(channel_of(place), guild_id=guild)

    def _check_open(self) -> None:
        if self._client.user is None or self._client.is_closed():
            raise PlatformBusy("Discord is not connected.")


_ANSWERED = "{name}, the answer is in your direct messages."
_CLOSED = (
    "{name}, I can't send you direct messages. Allow them for this server, or ask with /cal: "
    "only you see what I answer to that."
)


def channel_of(place: Place) -> int:
    """The channel or thread where something is said. Raises PlaceGone for what is none."""
    id = place.thread or place.channel
    if place.platform != PLATFORM or not id.isdecimal():
        raise PlaceGone(f"There is no place {place.name or place.key} on Discord.")
    return int(id)


def nonce_of(key: str) -> str:
    """The mark by which Discord knows that a message was sent before."""
    return hashlib.sha256(key.encode()).hexdigest()[: limits.NONCE]


def _is_guild(place: Place) -> bool:
    return place.platform == PLATFORM and place.workspace.isdecimal()
