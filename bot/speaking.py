"""Who speaks with whom, and saying things: finding the person and their conversation, posting
cards and lines.

Law 9 stands here: in a channel, what is private is seen by the asker alone.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.channels import Channels, is_shared
from bot.chat.cards import Button, Card, CardKind, Quiet, message
from bot.chat.messages import MessageRef, Place, Sender
from bot.chat.platform import ChatPlatform, PlaceGone, PlatformError, Stream
from bot.confirmations import Reader, card_of
from bot.note_cards import note_card
from bot.notes import Note
from bot.people import Person, Preferences
from bot.replies import for_error
from bot.signup_cards import dressed, takes_sign_ups
from bot.store import Conversations, People
from bot.transcript import Interrupted
from calendar_core import capabilities
from calendar_core.calendars import calendars_of
from calendar_core.changes.change import PendingChange
from calendar_core.clock import Clock
from calendar_core.database import Database
from calendar_core.errors import CalendarError, NotFound
from calendar_core.events import Calendar, Event
from calendar_core.mirror import Mirror
from calendar_core.people import PersonId

log = logging.getLogger("convene.speaking")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """One person speaking in one place, now."""

    place: Place
    sender: Sender
    me: Person
    now: datetime
    """Aware, in the person's zone."""
    calendars: tuple[Calendar, ...] = ()
    """The person's own, as they were when the person began to speak; empty where nobody spoke."""

    channel: PersonId | None = None
    """Whose calendar stands for the place, in a channel."""

    @property
    def key(self) -> str:
        """The conversation: in a channel each person has their own, private answers stay apart."""
        return self.place.key if self.place.is_private else f"{self.place.key}#{self.me.id}"


@dataclass(frozen=True, slots=True)
class Known:
    """Whom an account is; nobody yet where it is new here."""

    me: Person | None
    own: tuple[Calendar, ...] = ()
    """Their calendars."""


class Speaking:
    """Knows the platforms and says things there."""

    def __init__(
        self,
        platforms: Mapping[str, ChatPlatform],
        people: People,
        conversations: Conversations,
        mirror: Mirror,
        clock: Clock,
        home_zone: ZoneInfo,
        database: Database,
    ) -> None:
        self._database = database
        self._platforms = platforms
        self._people = people
        self._conversations = conversations
        self._mirror = mirror
        self._clock = clock
        self._home_zone = home_zone
        self._channels = Channels(database, clock, home_zone)
        # Two first messages may come at once: who or what is new is made by one of them.
        self._welcoming = asyncio.Lock()

    def platform(self, name: str) -> ChatPlatform:
        """The platform of that name."""
        return self._platforms[name]

    @property
    def channels(self) -> Channels:
        """How channels are served."""
        return self._channels

    @property
    def conversations(self) -> Conversations:
        """What was said, and where it stands."""
        return self._conversations

    async def take_on(
        self,
        place: Place,
        sender: Sender,
        incoming: str,
        noting: Callable[[Connection], None] | None = None,
    ) -> Known | None:
        """Take on what came in, and look up whose it is; None when it was delivered before.
        `noting` is done in the same unit of work."""

        def work(connection: Connection) -> Known | None:
            if not self._conversations.take_on(connection, place.platform, incoming):
                return None
            if noting is not None:
                noting(connection)
            return self._look_up(connection, sender)

        return await self._database.write(work)

    def _look_up(self, connection: Connection, sender: Sender) -> Known:
        me = self._people.read(connection, sender)
        return Known(me, calendars_of(connection, (me.id,)) if me else ())

    async def hear(self, place: Place, sender: Sender, known: Known | None = None) -> Hearing:
        """Find, or welcome, who speaks; they and the channel have a calendar from then on. `known`
        is what was looked up already."""
        me, own = await self._welcomed(sender, known)
        channel = None
        if not place.is_private:
            if not place.is_abroad_for(sender):
                await self._people.seen_in(place.workspace, sender, me.id)
            channel = await self._channels.calendar_owner(place)
            if not await self._mirror.calendars((channel,)):
                name = "Team" if is_shared(channel) else place.name or "Channel"
                await self._given_calendar(channel, name)
        now = self._clock.now().astimezone(me.zone)
        return Hearing(place=place, sender=sender, me=me, now=now, calendars=own, channel=channel)

    async def knows(self, sender: Sender) -> bool:
        """Whether an account is somebody's; nobody is welcomed by asking."""
        return await self._people.of(sender) is not None

    async def is_talking(self, place: Place, me: Person | None) -> bool:
        """Whether this person's conversation with us is under way there."""
        if me is None:
            return False
        key = place.key if place.is_private else f"{place.key}#{me.id}"
        return bool((await self._conversations.load(key, me.id)).parts)

    async def interrupted(self, place: Place, person: PersonId) -> None:
        """Remember that something nobody had asked for was shown in somebody's direct messages: a
        bare "ok" under it is not about an older card."""
        part = Interrupted(at=self._clock.now())
        await self._conversations.append(place.key, person, [part])

    async def meet(self, place: Place, sender: Sender, by: Sender) -> Person:
        """Somebody whom `by` names in a place: known from then on to whoever speaks there; between
        companies, to those who were named there and who named them."""
        person = await self.welcome(sender)
        if not place.is_private:
            # across companies the two know of each other in this one channel
            apart = place.is_abroad_for(sender) or place.is_abroad_for(by)
            community = f"{place.workspace}/{place.channel}" if apart else place.workspace
            for one in (sender, by) if apart else (sender,):
                await self._people.seen_in(community, one, person.id)
        return person

    async def welcome(self, sender: Sender) -> Person:
        """The person of an account, made when new, with a calendar of their own."""
        person, _ = await self._welcomed(sender)
        return person

    async def _welcomed(
        self, sender: Sender, known: Known | None = None
    ) -> tuple[Person, tuple[Calendar, ...]]:
        if known is None:
            known = await self._database.read(lambda connection: self._look_up(connection, sender))
        me, own = known.me, known.own
        if me is None:
            zone = ZoneInfo(sender.zone) if sender.zone else self._home_zone
            wishes = Preferences(was_asked=sender.zone is not None)
            async with self._welcoming:
                me = await self._people.welcome(sender, zone, wishes)
        elif sender.zone and not me.preferences.was_asked:
            me = await self._better_known(me, sender, ZoneInfo(sender.zone))
        return me, own or await self._given_calendar(me.id, "Personal")

    async def _better_known(self, me: Person, sender: Sender, zone: ZoneInfo) -> Person:
        """Somebody of whom the platform told nothing when they came first, as it tells of them
        now."""
        name = sender.name if sender.name and me.name == sender.user else me.name
        wishes = replace(me.preferences, was_asked=True)
        me = replace(me, name=name, zone=zone, preferences=wishes)
        await self._people.save(me)
        return me

    async def _given_calendar(self, owner: PersonId, name: str) -> tuple[Calendar, ...]:
        """Their calendars; one is made where there is none."""
        async with self._welcoming:
            own = await self._mirror.calendars((owner,))
            return own or (await self._mirror.add_calendar(owner, name),)

    async def say(
        self,
        place: Place,
        sender: Sender,
        text: str,
        *,
        private: bool,
        buttons: tuple[Button, ...] = (),
    ) -> None:
        """Say a line; in a channel a private one is seen by the sender alone."""
        words = message(text)
        card = Card(kind=CardKind.MESSAGE, body=words.body, buttons=buttons)
        await self.post(place, sender, card, private=private)

    async def post(
        self, place: Place, sender: Sender, card: Card, *, private: bool, key: str | None = None
    ) -> MessageRef:
        """Post a card where its reader sees it, and others do not when it is private; what all were
        to see is shown to who asked where nothing can be said to all."""
        platform = self.platform(place.platform)
        if private and place.is_private and await self.is_others(place, sender):
            place = await platform.reach(sender)
        seen_by = sender if private and not place.is_private else None
        try:
            return await platform.post(place, card, seen_by=seen_by, key=key)
        except PlaceGone:
            if place.is_private or seen_by is not None:
                raise
        log.warning("not for all to see platform=%s channel=%s", place.platform, place.channel)
        alone = Quiet(f"I can't write in {place.name or 'that channel'}: only you see this.")
        card = replace(card, body=(*card.body, (alone,)))
        return await platform.post(place, card, seen_by=sender, key=key)

    async def tell(self, place: Place, sender: Sender, text: str, key: str) -> None:
        """Say a line to one person, once under its key. Raises PlatformError."""
        await self.post(place, sender, message(text), private=True, key=key)

    async def stream(self, hearing: Hearing) -> Stream | None:
        """An answer in the making; None where others might read it, or where it can't grow."""
        place = hearing.place
        if not place.is_private or await self.is_others(place, hearing.sender):
            return None
        return await self.platform(place.platform).stream(place)

    async def is_others(self, place: Place, sender: Sender) -> bool:
        """Whether a private place is somebody else's than the sender's."""
        own = await self.platform(place.platform).reach(sender)
        return own.channel != place.channel

    async def say_error(
        self, place: Place, sender: Sender, error: CalendarError | PlatformError
    ) -> None:
        """Tell the person what went wrong and what to do next."""
        if isinstance(error, PlaceGone):
            log.warning("unreachable platform=%s", place.platform)
            return
        text = for_error(error) if isinstance(error, CalendarError) else str(error)
        await self.say(place, sender, text, private=True)

    async def rest(self, place: Place, sender: Sender) -> None:
        """End the working line."""
        await self.platform(place.platform).working(place, sender, "")

    async def status(self, hearing: Hearing, line: str) -> None:
        """Show quietly what is going on."""
        platform = self.platform(hearing.place.platform)
        await platform.working(hearing.place, hearing.sender, line)

    async def reader(self, person: Person, change: PendingChange) -> Reader:
        """For whom the card of a change is drawn."""
        calendars = await self._mirror.calendars((person.id, change.owner, *change.also))
        return Reader(
            zone=person.zone,
            now=self._clock.now().astimezone(person.zone),
            clock_24h=person.preferences.clock_24h,
            calendars={one.id: one.name for one in calendars},
            makers={
                one.id: capabilities.of(one.provider) for one in calendars if one.owner == person.id
            },
            me=person.addresses,
        )

    async def show_change(
        self, hearing: Hearing, change: PendingChange, *, stream: Stream | None = None
    ) -> MessageRef:
        """Post the card of a change, in place of words in the making; remember where it stands."""
        card = await self._drawn(change, await self.reader(hearing.me, change))
        if stream is not None:
            ref = await stream.finish(card)
        else:
            ref = await self.post(hearing.place, hearing.sender, card, private=not change.public)
        await self._conversations.posted(change.id, ref)
        return ref

    async def replace_change(
        self, hearing: Hearing, older: PendingChange, newer: PendingChange, *, reply: str | None
    ) -> None:
        """Turn the card of a change into that of the one that replaces it, in place."""
        standing = await self._conversations.where(older.id)
        if not standing:
            await self.show_change(hearing, newer)
            return
        card = card_of(newer, await self.reader(hearing.me, newer))
        stands = False
        for ref in standing:
            try:
                await self.rewrite(ref, card, reply=reply)
            except PlaceGone:
                log.info("card gone subject=%s message=%s", older.id, ref.id)
                continue
            stands = True
            await self._conversations.posted(newer.id, ref)
            await self._conversations.moved_on(older.id, ref)
        if not stands:
            await self.show_change(hearing, newer)

    async def redraw_change(
        self,
        person: Person,
        change: PendingChange,
        *,
        reply: str | None = None,
        meanwhile: str = "",
    ) -> bool:
        """Edit every card of a change into what it is now; a card that is gone is left.

        Whether it stands anywhere now: what one person alone saw can't be edited without a press
        on it. `meanwhile` says who changed the event when a change came too late.
        """
        reader = replace(await self.reader(person, change), meanwhile=meanwhile)
        return await self._redraw(change.id, await self._drawn(change, reader), reply)

    async def _drawn(self, change: PendingChange, reader: Reader) -> Card:
        """The card of a change as it stands now, where people sign up with who comes."""
        card = card_of(change, reader)
        if not takes_sign_ups(change):
            return card
        return dressed(card, change, await self.event_of(change), reader)

    async def event_of(self, change: PendingChange) -> Event | None:
        """The one event that a change is about, as it stands now; None when it is gone."""
        from calendar_core.ics.reading import read

        target = change.glimpses[0].target
        assert target is not None, "a change of one event names it"
        try:
            stored = await self._mirror.event(target.event_id, (change.owner, *change.also))
        except NotFound:
            return None
        return read(stored.resource.ics)[0]

    async def _redraw(self, subject: str, card: Card, reply: str | None) -> bool:
        stands = False
        for ref in await self._conversations.where(subject):
            try:
                await self.platform(ref.place.platform).update(ref, card, reply=reply)
                stands = True
            except PlaceGone:
                log.info("card gone subject=%s message=%s", subject, ref.id)
        return stands

    async def show_note(self, hearing: Hearing, note: Note) -> None:
        """Post the card of a note that waits."""
        ref = await self.post(hearing.place, hearing.sender, note_card(note), private=True)
        await self._conversations.posted(note.id, ref)

    async def redraw_note(
        self,
        hearing: Hearing,
        note: Note,
        *,
        undo: str | None = None,
        reply: str | None = None,
    ) -> None:
        """Edit the card of a note into what it is now; anew where it can't be edited."""
        card = note_card(note, undo=undo)
        if not await self._redraw(note.id, card, reply):
            ref = await self.post(hearing.place, hearing.sender, card, private=True)
            await self._conversations.posted(note.id, ref)

    async def rewrite(self, ref: MessageRef, card: Card, *, reply: str | None) -> None:
        """Edit one message."""
        await self.platform(ref.place.platform).update(ref, card, reply=reply)
