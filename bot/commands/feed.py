"""`convene feed`: calendars given out as feeds. Acts as the terminal's person."""

import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.commands.running import run_to_end
from bot.commands.syncing import open_house
from bot.commands.zones import machine_zone
from bot.feed_words import NO_ADDRESS, NONE, SHOWN, told_what
from bot.people import Person
from bot.wording import say_day, say_instant, say_names
from calendar_core.errors import NotFound
from calendar_core.events import Calendar
from calendar_core.ics.giving import Shows

if TYPE_CHECKING:  # the database's libraries are loaded when a folder is opened
    from bot.app.core import Core


def run_new(*, data: Path, calendar: str | None, shows: str) -> int:
    """Give out a calendar, or all that count; the exit code."""
    return _run(_new(data, calendar, Shows(shows)))


def run_list(*, data: Path) -> int:
    """List what is given out; the exit code."""
    return _run(_list(data))


def run_revoke(*, data: Path, number: int | None) -> int:
    """End a feed, by its number in the list; the exit code."""
    return _run(_revoke(data, number))


def _run(work: Coroutine[Any, Any, int]) -> int:
    return run_to_end(work, stopped="Stopped.")


async def _new(data: Path, calendar: str | None, shows: Shows) -> int:
    async with open_house(data) as core:
        if not core.feeds.can_be_reached:
            print(NO_ADDRESS, file=sys.stderr)
            return 1
        person = await _acting(core)
        chosen = await _calendar(core, person, calendar) if calendar else None
        feed, address = await core.feeds.give(person.id, person.id, shows, chosen)
        print(address)
        told = f"The feed of {told_what(feed)}, {SHOWN[shows]}. Whoever has this address can read "
        print(f"{told}it; it is shown this once.", file=sys.stderr)
    return 0


async def _list(data: Path) -> int:
    async with open_house(data) as core:
        person = await _acting(core)
        feeds = await core.feeds.of(person.id)
        if not feeds:
            print(NONE)
        now = core.clock.now().astimezone(person.zone)
        for number, feed in enumerate(feeds, start=1):
            since = say_day(feed.made_at.astimezone(person.zone).date(), now)
            read = "never read"
            if feed.read_at is not None:
                read = f"last read {say_instant(feed.read_at, person.zone, now)}"
            print(f"{number}  {told_what(feed)}  {SHOWN[feed.shows]}  since {since}  {read}")
    return 0


async def _revoke(data: Path, number: int | None) -> int:
    async with open_house(data) as core:
        person = await _acting(core)
        feeds = await core.feeds.of(person.id)
        if not feeds:
            raise NotFound(NONE)
        if number is None and len(feeds) == 1:
            number = 1
        if number is None:
            raise NotFound("Say which one by its number: convene feed list shows them.")
        if not 1 <= number <= len(feeds):
            raise NotFound(f"There is no feed {number}: convene feed list shows them.")
        await core.feeds.revoke(feeds[number - 1].id, person.id)
    print("Revoked: that address answers nobody any more.")
    return 0


async def _acting(core: "Core") -> Person:
    from bot.welcome import ConsoleWelcome

    return await ConsoleWelcome(
        core.people, core.mirror, core.desk, core.clock, machine_zone()
    ).acting()


async def _calendar(core: "Core", person: Person, name: str) -> Calendar:
    theirs = await core.mirror.calendars((person.id,))
    for one in theirs:
        if one.name.casefold() == name.casefold():
            return one
    names = say_names([one.name for one in theirs]) or "none yet"
    raise NotFound(f"There is no calendar {name!r}. There is: {names}.")
