"""The person of a terminal: known or new, their calendar, and what it begins with. Implements the
console's port."""

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
        """The name of the person whose terminal this is: the first who came."""
        return await self._people.first_user("console")

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
        person = await self.person(
            answers.name, find_zone(answers.zone), Preferences(hours=read_hours(answers.hours))
        )
        done = [f"Welcome, {person.name}. Your calendar is called {PERSONAL}."]
        try:
            if isinstance(answers.load, Path):
                done += await self._bringing.bring_file(person, answers.load)
            elif answers.load == "sample":
                done += await self._bringing.bring(person, sample_week(person, self._clock.now()))
        except CalendarError as err:
            raise Failed(str(err)) from err
        return done

    async def person(
        self, name: str, zone: ZoneInfo | None = None, preferences: Preferences | None = None
    ) -> Person:
        """Somebody of this name, made when missing, with a calendar of their own."""
        sender = Sender(platform="console", workspace="", user=name, name=name)
        person = await self._people.welcome(sender, zone or self._zone, preferences)
        if not await self._mirror.calendars((person.id,)):
            await self._mirror.add_calendar(person.id, PERSONAL)
        return person


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
