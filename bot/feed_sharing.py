"""Giving calendars out as feeds, in conversation: wishes, the card that asks how much, the address,
and its end.

Everything is said to the asker alone: an address is a secret. Feeds themselves are `feeds`, the
words `feed_words`.
"""

from bot.channels import Channels, channel_of
from bot.chat.cards import Card, Tone, message
from bot.chat.messages import ButtonPress, Place
from bot.chat.platform import Right
from bot.feed_words import (
    ALL,
    CHANNEL,
    NO_ADDRESS,
    NONE,
    NONE_HERE,
    NOT_HERE,
    REVOKED,
    AsksFeed,
    StopsFeed,
    choice_card,
    list_card,
    made_card,
    outcome_card,
    read_wish,
)
from bot.feeds import Feeds, TooManyFeeds
from bot.replies import BUTTON_UNKNOWN
from bot.speaking import Hearing, Speaking
from bot.wording import say_line
from calendar_core.errors import NotFound, NotYours
from calendar_core.events import Calendar
from calendar_core.ics.giving import Shows
from calendar_core.mirror import Mirror
from calendar_core.people import PersonId


class FeedSharing:
    """Answers wishes about feeds, and the presses on their cards."""

    def __init__(
        self, speaking: Speaking, feeds: Feeds, channels: Channels, mirror: Mirror
    ) -> None:
        self._speaking = speaking
        self._feeds = feeds
        self._channels = channels
        self._mirror = mirror

    async def answer(self, hearing: Hearing, text: str) -> bool:
        """Answer words that are about feeds; False for all others."""
        if "feed" not in text.casefold() and not _names_a_link(text):
            return False
        own = await self._mirror.calendars((hearing.me.id,))
        wish = read_wish(text, [one.name for one in own])
        if wish is None:
            return False
        if wish.of_channel and hearing.place.is_private:
            await self._say(hearing, message(NOT_HERE))
            return True
        owner = await self._owner(hearing, wish.of_channel)
        if isinstance(wish, StopsFeed):
            feeds = await self._feeds.of(owner)
            if not feeds and not wish.is_sure:
                return False
        if wish.of_channel and not await self._may(hearing, hearing.place):
            await self._say(hearing, message(_not_allowed(hearing.place)))
            return True
        if isinstance(wish, StopsFeed):
            await self._say(hearing, await self._stopped(hearing, owner, wish))
        else:
            named = [one for one in own if one.name == wish.name]
            await self._say(hearing, await self._asked(hearing, owner, wish, named))
        return True

    async def give(self, hearing: Hearing, press: ButtonPress, subject: str) -> None:
        """The press that says how much a new feed shows."""
        said, _, which = subject.partition(".")
        if said not in Shows.__members__.values() or not which:
            await self._say(hearing, message(BUTTON_UNKNOWN))
            return
        of_channel = which == CHANNEL
        if of_channel and hearing.place.is_private:
            await self._settle(hearing, press, outcome_card(NOT_HERE, Tone.PLAIN))
            return
        if of_channel and not await self._may(hearing, hearing.place):
            await self._say(hearing, message(_not_allowed(hearing.place)))
            return
        owner = await self._owner(hearing, of_channel)
        calendar = None
        if which not in (ALL, CHANNEL):
            theirs = await self._mirror.calendars((owner,))
            calendar = next((one for one in theirs if one.id == which), None)
            if calendar is None:
                raise NotFound("That calendar is gone; there is nothing to give out.")
        card = await self._made(hearing, owner, Shows(said), calendar, of_channel)
        await self._settle(hearing, press, card)

    async def revoke(self, hearing: Hearing, press: ButtonPress, feed: str) -> None:
        """The press that ends a feed."""
        owner = await self._feeds.owner(feed)
        if owner != hearing.me.id:
            here = await self._owner(hearing, of_channel=True)
            if hearing.place.is_private or owner != here:
                raise NotYours("That feed is somebody else's.")
            if not await self._may(hearing, hearing.place):
                await self._say(hearing, message(_not_allowed(hearing.place)))
                return
        await self._feeds.revoke(feed, owner)
        await self._settle(hearing, press, outcome_card(REVOKED))

    async def _asked(
        self, hearing: Hearing, owner: PersonId, wish: AsksFeed, named: list[Calendar]
    ) -> Card:
        calendar = named[0] if wish.name and named else None
        if not self._feeds.can_be_reached:
            return message(NO_ADDRESS)
        if wish.shows is not None:
            return await self._made(hearing, owner, wish.shows, calendar, wish.of_channel)
        subject = CHANNEL if wish.of_channel else ALL if calendar is None else calendar.id
        what = _what(hearing, calendar, wish.of_channel)
        return choice_card(what, subject, await self._feeds.of(owner), hearing.now)

    async def _made(
        self,
        hearing: Hearing,
        owner: PersonId,
        shows: Shows,
        calendar: Calendar | None,
        of_channel: bool,
    ) -> Card:
        if not self._feeds.can_be_reached:
            return message(NO_ADDRESS)
        try:
            feed, address = await self._feeds.give(owner, hearing.me.id, shows, calendar)
        except TooManyFeeds as err:
            return message(str(err))
        return made_card(_what(hearing, calendar, of_channel), feed, address)

    async def _stopped(self, hearing: Hearing, owner: PersonId, wish: StopsFeed) -> Card:
        feeds = await self._feeds.of(owner)
        if not feeds:
            return message(NONE_HERE if wish.of_channel else NONE)
        if len(feeds) > 1:
            return list_card(feeds, hearing.now)
        await self._feeds.revoke(feeds[0].id, owner)
        return outcome_card(REVOKED)

    async def _owner(self, hearing: Hearing, of_channel: bool) -> PersonId:
        if not of_channel or hearing.place.is_private:
            return hearing.me.id
        return (await self._channels.of(channel_of(hearing.place))).calendar_owner

    async def _may(self, hearing: Hearing, place: Place) -> bool:
        platform = self._speaking.platform(place.platform)
        return await platform.may(hearing.sender, place, Right.MANAGE)

    async def _say(self, hearing: Hearing, card: Card) -> None:
        await self._speaking.post(hearing.place, hearing.sender, card, private=True)

    async def _settle(self, hearing: Hearing, press: ButtonPress, card: Card) -> None:
        """Turn the card into its outcome; where it is not known, say it."""
        if press.message is None:
            await self._say(hearing, card)
            return
        await self._speaking.rewrite(press.message, card, reply=press.reply)


def _names_a_link(text: str) -> bool:
    words = set(text.casefold().strip(" .!?").split())
    return bool(words & {"ics", "ical", "icalendar", "webcal", "subscription"})


def _what(hearing: Hearing, calendar: Calendar | None, of_channel: bool) -> str:
    if of_channel:
        return f"{say_line(hearing.place.name) or 'this channel'}'s calendar"
    return "your calendars" if calendar is None else f"“{say_line(calendar.name)}”"


def _not_allowed(place: Place) -> str:
    who = {
        "discord": 'those with the permission "Manage Channel"',
        "slack": "the channel's creator and the workspace's admins and owners",
    }.get(place.platform, "those who manage it")
    return f"Only {who} may give out the calendar of {place.name or 'this channel'}."
