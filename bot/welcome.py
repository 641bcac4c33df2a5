"""The person of a terminal: known or new, their calendar, and what it begins with. Implements the
console's port."""

from dataclasses import replace
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from adapters.console.ports import Failed, FirstAnswers
from bot.bringing import Bringing, sample_week
from bot.chat.messages import Sender
from bot.people import Person, Preferences
from bot.store import People
from bot.zones import UnknownZone, find_zone
from calendar_core.changes.desk import ChangeDesk
from calendar_core.clock import Clock
from calendar_core.errors import CalendarError
from calendar_core.mirror import Mirror
from calendar_core.people import WorkingHours

PERSONAL = "Personal"
DEFAULT = "me"
"""Who acts where nobody has told a name."""


class ConsoleWelcome:
    """Makes the people of a terminal."""

    def __init__(
        self, people: People, mirror: Mirror, desk: ChangeDesk, clock: Clock, zone: ZoneInfo
    ) -> None:
        self._people = people
        self._mirror = mirror
        self._bringing = Bringing(mirror, desk, clock)
        self._clock = clock
        self._zone = zone

    async def known_person(self) -> str | None:
        """The name of the person whose terminal this is; None before they were asked."""
        first = await self._first()
        return first.name if first is not None and first.preferences.was_asked else None

    async def _first(self) -> Person | None:
        user = await self._people.first_user("console")
        return None if user is None else await self._people.of(_account(user))

    def check_zone(self, text: str) -> str | None:
        """Why this is no time zone; None when it is one."""
        try:
            find_zone(text)
        except UnknownZone as err:
            return str(err)
        return None

    def check_hours(self, text: str) -> str | None:
        """Why these are no working hours; None when they are."""
        try:
            read_hours(text)
        except ValueError as err:
            return str(err)
        return None

    async def settle(self, answers: FirstAnswers) -> list[str]:
        """Make the person and their calendar, and load what was asked for."""
        zone, hours = find_zone(answers.zone), read_hours(answers.hours)
        first = await self._first()
        if first is not None and not first.preferences.was_asked:
            told = replace(
                first, name=answers.name, zone=zone, preferences=Preferences(hours=hours)
            )
            await self._people.rename(told, _account(answers.name))
        person = await self.person(answers.name, zone, Preferences(hours=hours))
        done = [f"Welcome, {person.name}. Your calendar is called {PERSONAL}."]
        try:
            if isinstance(answers.load, Path):
                brought = await self._bringing.bring_file(person, answers.load)
                done += brought.lines(answers.load.name)
            elif answers.load == "sample":
                done += await self._bringing.bring(person, sample_week(person, self._clock.now()))
        except CalendarError as err:
            raise Failed(str(err)) from err
        return done

    async def person(
        self, name: str, zone: ZoneInfo | None = None, preferences: Preferences | None = None
    ) -> Person:
        """Somebody of this name, made when missing, with a calendar of their own.

        Who was guessed by a command gets this terminal's zone.
        """
        person = await self._people.welcome(_account(name), zone or self._zone, preferences)
        if not person.preferences.was_asked:
            wishes = replace(person.preferences, was_asked=True)
            person = replace(person, zone=self._zone, preferences=wishes)
            await self._people.save(person)
        await self._with_calendar(person)
        return person

    async def acting(self) -> Person:
        """The terminal's person, for a command; guessed when nobody was here yet."""
        first = await self._first()
        if first is None:
            guessed = Preferences(was_asked=False)
            first = await self._people.welcome(_account(DEFAULT), self._zone, guessed)
        await self._with_calendar(first)
        return first

    async def _with_calendar(self, person: Person) -> None:
        if not await self._mirror.calendars((person.id,)):
            await self._mirror.add_calendar(person.id, PERSONAL)


def _account(name: str) -> Sender:
    return Sender(platform="console", workspace="", user=name, name=name)


def read_hours(text: str) -> WorkingHours:
    """Working hours as typed at the first start: "9-17", "8:30 to 16:00". Raises ValueError with
    the next step."""
    for separator in ("–", "-", " to ", " until "):
        first, found, last = text.strip().casefold().partition(separator)
        if found:
            start, end = _hour(first), _hour(last)
            if start is not None and end is not None and start != end:
                return WorkingHours(start=start, end=end)
    raise ValueError(f"{text[:40]!r} are no working hours. Write them like 9-17 or 8:30-16:00.")


def _hour(text: str) -> time | None:
    bare = text.strip().removesuffix("h").strip()
    for form in ("%H:%M", "%H", "%I%p", "%I:%M%p", "%H.%M"):
        try:
            return datetime.strptime(bare.replace(" ", ""), form).time()  # noqa: DTZ007 (no date)
        except ValueError:
            continue
    return None
