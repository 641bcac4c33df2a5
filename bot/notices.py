"""Reminders, digests, invitations and late outcomes → cards, brought to people. Implements
`scheduler.Notifier`.

When they are due is `scheduler`'s business. Posting is idempotent by the notice's key: a crash
between "posted"
and "recorded" is settled by the platform, not by posting twice.
"""

import logging
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from bot.channels import ChannelSettings, Digest, channel_of
from bot.chat.cards import Card, CardKind, Line, Quiet, message
from bot.chat.messages import MessageRef, Place, Sender
from bot.chat.platform import PlaceGone, PlatformBusy, PlatformError
from bot.contexts import Contexts
from bot.decisions import Decisions
from bot.notice_cards import (
    card_of_notice,
    late_words,
)
from bot.people import Person
from bot.reaching import Reaching, Unreached
from bot.speaking import Hearing, Speaking
from bot.store import CHANNEL, People
from bot.tools.agenda import channel_digest_of, digest_of
from bot.viewers import in_zone, on_each_clock
from bot.wording import say_line, say_near_day
from calendar_core.clock import Clock
from calendar_core.errors import NotFound, TryLater
from calendar_core.people import PersonId
from calendar_core.report import Press
from scheduler.missed import TRIED_EVERY, Untold
from scheduler.notices import (
    MOVES_MERGED,
    AccountUnwell,
    Answered,
    CalendarsChanged,
    ChangeSettled,
    CounterProposed,
    DigestDue,
    Invited,
    Notice,
    ReminderDue,
    RemindersMissed,
)
from scheduler.quiet import ReminderPreferences

log = logging.getLogger("convene.notices")

_ALONE = Quiet("It was meant for a channel where I can't write any more: only you see it.")

ANSWERS_MERGED = timedelta(hours=24)
SHUT = timedelta(days=7)
"""Within which it is said once that nothing can be told in a channel any more."""
_SUBJECTS = {Invited: "invited", Answered: "answered", CalendarsChanged: "calendars"}
"""What tells the messages of one event from those of another, or of all one's calendars."""


class Notices:
    """Brings notices to people, each once."""

    def __init__(
        self,
        speaking: Speaking,
        people: People,
        contexts: Contexts,
        desk: Decisions,
        clock: Clock,
        reaching: Reaching,
        untold: Untold,
    ) -> None:
        self._reaching = reaching
        self._untold = untold
        self._speaking = speaking
        self._people = people
        self._contexts = contexts
        self._desk = desk
        self._clock = clock

    async def deliver(self, notice: Notice) -> None:
        """Say it once. Raises TryLater when the platform is away or limits us."""
        try:
            await self._deliver(notice)
        except PlatformBusy as err:
            after = timedelta(seconds=err.seconds) if err.seconds else None
            raise TryLater(str(err), after) from err
        except Unreached as err:
            await self._keep(notice, err)
        except (PlaceGone, NotFound) as err:
            log.warning("undeliverable key=%s", notice.key)
            if isinstance(err, PlaceGone) and notice.owner.startswith(CHANNEL):
                await self._say_shut(notice)

    async def _say_shut(self, notice: Notice) -> None:
        """Tell whoever set a channel's agenda and reminders that they can't be told there any more;
        not again for a while. Others than they may read it in nothing that is told."""
        place = getattr(notice, "place", "")
        channel = channel_of(Place.channel_from_key(place)) if place else notice.owner
        settings = await self._speaking.channels.of(channel)
        subject = f"shut:{sha256(channel.encode()).hexdigest()[:24]}"
        if settings.set_by is None or await self._speaking.conversations.telling(subject, SHUT):
            return
        try:
            setter = await self._people.person(settings.set_by)
            ref = await self._tell(setter, message(_shut_line(settings)), f"{notice.key}:shut")
        except (Unreached, PlatformError, NotFound) as err:
            log.info("not told key=%s error=%s", notice.key, type(err).__name__)
            return
        await self._speaking.conversations.told(subject, ref)

    async def _keep(self, notice: Notice, err: Unreached) -> None:
        """Nobody is there to be told: keep what is worth telling later."""
        log.info("unreached key=%s", notice.key)
        if isinstance(notice, RemindersMissed):
            raise TryLater("They can't be reached.", TRIED_EVERY) from err
        title = _worth_keeping(notice)
        if title:
            await self._untold.keep(notice.owner, notice.key, title, self._clock.now())

    async def _deliver(self, notice: Notice) -> None:
        if isinstance(notice, ChangeSettled):
            await self._settled(notice)
            return
        if isinstance(notice, DigestDue):
            if notice.owner.startswith(CHANNEL):
                await self._channel_digest(notice)
            else:
                await self._digest(notice)
            return
        place = getattr(notice, "place", "")
        zone_of = await self._reader(notice.owner)
        now = self._clock.now().astimezone(zone_of.zone)
        if isinstance(notice, Invited) and notice.press is not None:
            notice = await self._with_presser(notice, notice.press)
        card = card_of_notice(notice, zone_of, now)
        if isinstance(notice, Invited | Answered | CalendarsChanged):
            await self._news(notice, zone_of, card)
            return
        await self._post(notice.owner, place, card, notice.key)

    async def _news(
        self, notice: Invited | Answered | CalendarsChanged, person: Person, card: Card
    ) -> None:
        """News of one event are one message, edited in place while it is recent; what one has to
        be told aloud is posted anew.

        Told again, after a crash, they are edited into the same or posted under the same key.
        """
        about = notice.owner if isinstance(notice, CalendarsChanged) else notice.event
        subject = f"{_SUBJECTS[type(notice)]}:{about}"
        standing = await self._speaking.conversations.telling(subject, _merged_for(notice))
        if standing is not None and await self._reaching.retell(person, standing, card):
            await self._speaking.interrupted(standing.place, person.id)
            return
        ref = await self._tell(person, card, notice.key)
        await self._speaking.conversations.told(subject, ref)

    async def _with_presser(self, notice: Invited, press: Press) -> Invited:
        """Told of who did it, by name to those alone who may read where that was."""
        name, there = await self._name(press.person), Place.channel_from_key(press.place)
        if name != notice.by and not (name and await self._reaching.may_read(notice.owner, there)):
            # It stays the organizer who invites; the rest was somebody.
            name = notice.by if notice.what == "invited" else ""
        changes = tuple(replace(one, by=name) for one in notice.changes)
        return replace(notice, by=name, changes=changes)

    async def _name(self, person: PersonId) -> str:
        try:
            return (await self._people.person(person)).name
        except NotFound:
            return ""

    async def _tell(self, person: Person, card: Card, key: str) -> MessageRef:
        ref = await self._reaching.tell(person, card, key)
        await self._speaking.interrupted(ref.place, person.id)
        return ref

    async def _reader(self, owner: PersonId) -> Person:
        if owner.startswith(CHANNEL):
            return _channel_as_reader(owner, await self._people.reminder_preferences(owner))
        return await self._people.person(owner)

    async def _post(self, owner: PersonId, place: str, card: Card, key: str) -> None:
        """Into the channel, where it is for one; what a person asked for comes to them directly
        where the channel is gone."""
        if place:
            where = Place.channel_from_key(place)
            try:
                await self._speaking.platform(where.platform).post(where, card, key=key)
            except PlaceGone:
                if owner.startswith(CHANNEL):
                    raise
                card = replace(card, body=(*card.body, (_ALONE,)))
            else:
                return
        await self._tell(await self._people.person(owner), card, key)

    async def _account(self, owner: PersonId) -> Sender:
        account = await self._people.account_of(owner)
        if account is None:
            raise NotFound("I can't reach that person.")
        return account

    async def _settled(self, notice: ChangeSettled) -> None:
        """A change that nobody waited for came to its end: its cards are edited, nothing new is
        said."""
        person = await self._people.person(notice.owner)
        change = await self._desk.get(notice.change_id)
        await self._speaking.redraw_change(person, change)

    async def _digest(self, notice: DigestDue) -> None:
        hearing = await self._hearing(notice.owner)
        context = self._contexts.of(hearing)
        agenda = await digest_of(context, notice.day)
        late = late_words(notice.late_by, hearing.now)
        lines: list[Line] = [(line,) for line in [*late, *agenda.text.split("\n")]]
        card = Card(
            kind=CardKind.DIGEST,
            title=(f"Your {say_near_day(notice.day, hearing.now)}",)
            if notice.day != hearing.now.date()
            else ("Your day",),
            body=tuple(lines),
            late=notice.late_by is not None,
        )
        await self._post(notice.owner, notice.place, card, notice.key)

    async def _channel_digest(self, notice: DigestDue) -> None:
        """Into the channel, for all to read: what stands on its calendar and nothing else. Where
        nothing does, nothing is said."""
        settings = await self._speaking.channels.of(notice.owner)
        place = settings.place
        reader = Person(id=settings.calendar_owner, name=settings.name, zone=settings.zone)
        now = self._clock.now().astimezone(settings.zone)
        nobody = Sender(platform=place.platform, workspace=place.workspace, user="")
        hearing = Hearing(place=place, sender=nobody, me=reader, now=now)
        weekly = settings.digest is Digest.WEEKLY
        context = self._contexts.of(hearing)
        agenda = await channel_digest_of(context, notice.day, 7 if weekly else 1)
        if not agenda.facts["count"]:
            return
        name = f" in {settings.name}" if settings.name else ""
        late = late_words(notice.late_by, now)
        lines: list[Line] = [(line,) for line in [*late, *agenda.text.split("\n")]]
        card = Card(
            kind=CardKind.DIGEST,
            title=(f"{'The week' if weekly else 'Today'}{name}",),
            body=(*lines, (in_zone(settings.zone),)),
            late=notice.late_by is not None,
        )
        told = on_each_clock(card, agenda.moments)
        await self._speaking.platform(place.platform).post(place, told, key=notice.key)

    async def _hearing(self, owner: PersonId) -> Hearing:
        me = await self._people.person(owner)
        account = await self._account(owner)
        # Nothing is said there yet: whether it can be is found out by saying it.
        place = Place(platform=account.platform, workspace=account.workspace, channel=account.user)
        now = self._clock.now().astimezone(me.zone)
        return Hearing(place=place, sender=account, me=me, now=now)


def _shut_line(settings: ChannelSettings) -> str:
    name = say_line(settings.place.name or "a channel").removeprefix("#")
    return (
        f"I can't write in #{name} any more, so its agenda and reminders don't come. Let me in "
        'there again, or switch them off: "/cal settings channel" there.'
    )


def _channel_as_reader(owner: PersonId, preferences: ReminderPreferences) -> Person:
    """A channel, as somebody who reads times in its zone."""
    return Person(id=owner, name="", zone=preferences.zone)


def _worth_keeping(notice: Notice) -> str:
    """What is named later of something that could not be told; empty for what is stale by then."""
    match notice:
        case ReminderDue():
            return notice.occurrence.title if notice.occurrence is not None else notice.text
        case Invited():
            return f"{notice.what} by {notice.by or 'somebody'}: {notice.title}"
        case Answered():
            return f"answers to {notice.occurrence.title}"
        case CounterProposed():
            return f"another time for {notice.occurrence.title}"
        case CalendarsChanged():
            return "changes in your calendars"
        case AccountUnwell():
            return f"{notice.address} can't be read any more"
        case _:
            return ""


def _merged_for(notice: Invited | Answered | CalendarsChanged) -> timedelta:
    """How long news are edited into what was told before: an edit makes no sound."""
    if isinstance(notice, Answered):
        return ANSWERS_MERGED
    told_aloud = isinstance(notice, Invited) and notice.what == "cancelled"
    return timedelta() if told_aloud else MOVES_MERGED
