"""What is said about feeds: which wish some words are, the cards, the sentences. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from bot.chat.cards import Button, ButtonStyle, Card, CardKind, Field, Link, Secret, Strong, Tone
from bot.feeds import Feed
from bot.wording import say_day, say_instant, say_line
from calendar_core.ics.giving import Shows

GIVE, REVOKE = "feed", "unfeed"
"""The verbs of the cards' buttons."""
ALL, CHANNEL = "all", "channel"
"""Stand for a calendar's id in a button: all of one's own, and the channel's."""
LISTED = 5
"""Feeds that have a button of their own."""
_SHOWS = (
    (r"busy[ -]only|only busy|free[ /-]?busy(?: only)?|(?:with no|without) titles", Shows.BUSY),
    (r"with (?:the )?titles(?: and places)?|titles only", Shows.TITLES),
    (r"with (?:everything|all|full details?|all (?:the )?details?)|in full detail", Shows.ALL),
)
_HERE = re.compile(
    r"(?:\b(?:of|for|from) )?\b(?:this|the|our) channel(?:'s|’s)?(?: calendar)?\b"
    r"|(?:\bof |\bfor )?\bchannel(?: calendar)?\b"
)
_KIND = (
    r"(?:(?:ics|ical|icalendar|webcal|calendar|subscription) )*"
    r"(?:feeds?(?: (?:address|url|link))?|(?:ics|ical|icalendar|webcal|subscription) "
    r"(?:address|url|link))"
)
_WISH = re.compile(
    r"(?:(?:please|can you|could you|can i (?:have|get)|i(?:'d| would) like|i want|i need|give|get|"
    r"make|create|show|send|publish|set up|tell|us|me|which|what|do i have|are|is) )*"
    r"(?:(?:an?|the|my|our|another|new) )*"
    rf"{_KIND}"
    r"(?: (?:do i have|are there|please))?"
    r"(?:(?: (?:of|for|from))(?: (?:my|the|our))* (?P<name>.+?))?"
)
_STOP = re.compile(
    r"(?:please )?(?P<verb>stop|revoke|end|turn off|switch off|take back|withdraw|disable|remove|"
    rf"delete|cancel) (?:(?:the|my|our|all|this|that) )*{_KIND}"
    r"(?:(?: (?:of|for))(?: (?:my|the|our))* calendars?)?"
)
_ALL_OF_IT = {"calendar", "calendars", "all calendars", "all my calendars", "everything"}


@dataclass(frozen=True, slots=True)
class AsksFeed:
    """A feed, please; or, where nothing says how much it shows, which there are."""

    shows: Shows | None = None
    name: str = ""
    """Of a calendar; empty for all."""
    of_channel: bool = False


@dataclass(frozen=True, slots=True)
class StopsFeed:
    """No feed any more."""

    is_sure: bool
    """Whether the words can mean nothing else."""
    of_channel: bool = False


Wish: TypeAlias = AsksFeed | StopsFeed


def read_wish(text: str, calendars: Sequence[str]) -> Wish | None:
    """What some words wish about feeds; None when they are about something else. `calendars` are
    the names of those that may be meant."""
    words = " ".join(text.casefold().replace("`", "").strip(" .!?").split())
    words, shows = _shown(words)
    of_channel = _HERE.search(words) is not None
    words = " ".join(_HERE.sub("", words).split())
    stop = _STOP.fullmatch(words)
    if stop is not None:
        is_sure = stop["verb"] not in ("remove", "delete", "cancel", "end")
        return StopsFeed(is_sure=is_sure, of_channel=of_channel)
    wish = _WISH.fullmatch(words)
    bare = re.fullmatch(r"feeds? (?P<name>.+)", words) if wish is None else None
    found = wish or bare
    if found is None:
        return None
    name = (found["name"] or "").strip("\"'“”")
    if not name or name in _ALL_OF_IT:
        return AsksFeed(shows, of_channel=of_channel)
    known = {one.casefold(): one for one in calendars}
    meant = known.get(name) or known.get(name.removesuffix(" calendar"))
    return None if meant is None or of_channel else AsksFeed(shows, meant)


def _shown(words: str) -> tuple[str, Shows | None]:
    for pattern, shows in _SHOWS:
        found = re.search(rf",? ?\b(?:{pattern})\b", words)
        if found is not None:
            rest = f"{words[: found.start()]} {words[found.end() :]}"
            return " ".join(rest.split()), shows
    return words, None


NO_ADDRESS = (
    "I can't give out a feed yet: nobody can reach me from outside. Whoever runs me sets "
    "CONVENE_PUBLIC_URL to the address of my web door, and starts convene serve. Until then, "
    "convene export writes a calendar as a file."
)
NOT_HERE = "Say that in the channel whose calendar you mean, please."
NONE = "You give out no feed."
NONE_HERE = "This channel gives out no feed."
REVOKED = "✓ Revoked: that address answers nobody any more."
SHOWN = {
    Shows.BUSY: "busy only",
    Shows.TITLES: "with titles",
    Shows.ALL: "with everything",
}
_MEANS = {
    Shows.BUSY: "when you are busy, and nothing else",
    Shows.TITLES: "times, titles and places; private events as “Busy”",
    Shows.ALL: "all that stands there: private events, guests and descriptions too",
}


def choice_card(what: str, subject: str, feeds: Sequence[Feed], now: datetime) -> Card:
    """How much shall it show? And what is given out already."""
    ask = Card(
        kind=CardKind.CARD,
        title=(f"A feed of {what}: how much may it show?",),
        body=(
            ("Calendar apps can subscribe to its address. Whoever has that can read it.",),
            *((line,) for line in _listed(feeds, now)),
        ),
        fields=tuple(
            Field(name=SHOWN[one], value=(_MEANS[one],)) for one in (Shows.TITLES, Shows.BUSY)
        ),
        buttons=tuple(
            Button(label=SHOWN[one].capitalize(), value=f"{GIVE}:{one.value}.{subject}")
            for one in (Shows.TITLES, Shows.BUSY)
        ),
        tone=Tone.ASKING,
    )
    return replace(ask, buttons=(*ask.buttons, *_revoking(feeds)))


def _revoking(feeds: Sequence[Feed]) -> list[Button]:
    return [
        Button(
            label=f"Revoke {at}" if len(feeds) > 1 else "Revoke",
            value=f"{REVOKE}:{feed.id}",
            style=ButtonStyle.DANGER,
        )
        for at, feed in enumerate(feeds[:LISTED], start=1)
    ]


def list_card(feeds: Sequence[Feed], now: datetime) -> Card:
    """Which shall be revoked?"""
    return Card(
        kind=CardKind.CARD,
        title=("Which feed shall end?",),
        body=tuple((line,) for line in _numbered(feeds, now)),
        buttons=tuple(_revoking(feeds)),
        tone=Tone.ASKING,
    )


def _listed(feeds: Sequence[Feed], now: datetime) -> list[str]:
    if len(feeds) > 1:
        return ["Given out already:", *_numbered(feeds, now)]
    return [f"Given out already: {_told(feed, now)}." for feed in feeds]


def _numbered(feeds: Sequence[Feed], now: datetime) -> list[str]:
    shown = [f"{at}. {_told(feed, now)}" for at, feed in enumerate(feeds[:LISTED], start=1)]
    more = len(feeds) - len(shown)
    return [*shown, f"and {more} more"] if more else shown


def _told(feed: Feed, now: datetime) -> str:
    read = "never read" if feed.read_at is None else f"last read {_when(feed.read_at, now)}"
    return f"{told_what(feed)}, {SHOWN[feed.shows]}, since {_day(feed.made_at, now)}, {read}"


def told_what(feed: Feed) -> str:
    """Which calendars a feed shows."""
    if feed.is_empty:
        return "a calendar that is gone"
    return say_line(feed.calendar) if feed.calendar else "all calendars"


def _when(at: datetime, now: datetime) -> str:
    zone = now.tzinfo
    assert isinstance(zone, ZoneInfo)
    return say_instant(at, zone, now)


def _day(at: datetime, now: datetime) -> str:
    return say_day(at.astimezone(now.tzinfo).date(), now)


def made_card(what: str, feed: Feed, address: str) -> Card:
    """Here it is: the one time that its address is told."""
    return Card(
        kind=CardKind.CARD,
        title=(f"✓ Here is the feed of {what}, {SHOWN[feed.shows]}",),
        fields=(
            Field(name="address", value=(Link(address, Secret(address)),)),
            Field(name="shows", value=(_MEANS[feed.shows],)),
            Field(
                name="subscribe",
                value=(
                    "in Google Calendar by Other calendars, From URL; in Apple's by File, New "
                    "Calendar Subscription; in Outlook by Add calendar, Subscribe from web",
                ),
            ),
            Field(
                name="careful",
                value=(
                    Strong("Whoever has this address can read it."),
                    " I can't show it again. To end it, press Revoke, or say “stop the feed”.",
                ),
            ),
        ),
        buttons=(Button(label="Revoke", value=f"{REVOKE}:{feed.id}", style=ButtonStyle.DANGER),),
        tone=Tone.DONE,
    )


def outcome_card(words: str, tone: Tone = Tone.DONE) -> Card:
    """What came of it."""
    return Card(kind=CardKind.CARD, title=(words,), tone=tone)
