"""Bringing events in from a file, and giving them out: a person's own act, one confirmed change
through the desk.

Reading iCalendar text is `calendar_core.ics`; this counts, asks the desk, and says what happened.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.people import Person
from bot.wording import say_count, say_names
from calendar_core.changes.change import (
    Bring,
    ChangeId,
    ChangeStatus,
    PendingChange,
    Proposal,
)
from calendar_core.clock import Clock
from calendar_core.errors import BadCalendarData, CalendarError, NotFound, Unsayable
from calendar_core.events import Calendar, Event, Repeat, Resource
from calendar_core.mirror import Mirror
from calendar_core.people import PersonId
from calendar_core.when import DaySpan, TimeSpan, at_wall

_MAIL = re.compile(r"[^@\s:]+@[^@\s:]+\.[^@\s:]+")
LARGEST = 200 * 1024 * 1024
"""Bytes of a file that are read."""
MOST_PROBLEMS = 50
SATURDAY = 5
WEEK = timedelta(days=7)
Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and of how much."""


class ImportDesk(Protocol):
    """The change desk, as an import uses it."""

    async def propose(self, proposal: Proposal) -> PendingChange: ...
    async def settle(self, change_id: ChangeId, by: PersonId) -> PendingChange: ...
    async def decline(self, change_id: ChangeId, by: PersonId) -> PendingChange: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What came of an import."""

    calendar: Calendar
    read: int
    """Events (UIDs) that the file holds and that could be read."""
    change: PendingChange | None
    """What was written, so that it can be taken back; None when all of it stood there."""
    problems: tuple[tuple[str, str], ...]
    """UID and reason of what could not be read."""
    refused: tuple[tuple[str, str], ...] = ()
    """UID and reason of what the calendar has no place for; the rest came in."""
    remarks: tuple[tuple[str, str], ...] = ()
    """UID and what to know of events that came in all the same."""

    @property
    def changed(self) -> int:
        """How many events were new or differed from what stood there."""
        return self.change.count if self.change is not None else 0

    def lines(self, name: str) -> list[str]:
        """What happened, in words."""
        same = self.read - self.changed
        told = [
            f"Brought {say_count(self.changed, 'event')} from {name} into {self.calendar.name}."
        ]
        if self.read and not self.changed:
            events = say_count(self.read, "event")
            told = [f"Everything in {name} stands in {self.calendar.name} already: {events}."]
        elif same:
            told.append(f"{say_count(same, 'event')} stood there already.")
        if not (self.read or self.problems or self.refused):
            told = [f"{name} is a calendar without events; nothing was changed."]
        entries = say_count(len(self.problems), "entry", "entries")
        told += _listed(f"{entries} could not be read:", self.problems)
        left = say_count(len(self.refused), "event")
        told += _listed(f"{left} can't be kept in {self.calendar.name}:", self.refused)
        return told + _listed("To know:", self.remarks)


def _listed(heading: str, found: Sequence[tuple[str, str]]) -> list[str]:
    if not found:
        return []
    lines = [heading, *(f"  {uid or 'file'}: {why}" for uid, why in found[:MOST_PROBLEMS])]
    if len(found) > MOST_PROBLEMS:
        lines.append(f"  …and {len(found) - MOST_PROBLEMS} more.")
    return lines


class Bringing:
    """Imports and exports calendars of a person."""

    def __init__(self, mirror: Mirror, desk: ImportDesk, clock: Clock) -> None:
        self._mirror = mirror
        self._desk = desk
        self._clock = clock

    async def bring_file(
        self,
        person: Person,
        file: Path,
        *,
        calendar: str | None = None,
        zone: ZoneInfo | None = None,
        progress: Progress | None = None,
    ) -> Brought:
        """Import an .ics file. Raises CalendarError."""
        return await self.bring_data(
            person, read_file(file), calendar=calendar, zone=zone, progress=progress
        )

    async def bring_data(
        self,
        person: Person,
        data: bytes,
        *,
        calendar: str | None = None,
        zone: ZoneInfo | None = None,
        progress: Progress | None = None,
    ) -> Brought:
        """Import the text of an .ics file. What can't be read is reported; the rest comes in."""
        from calendar_core.ics.problems import Problem
        from calendar_core.ics.splitting import split
        from calendar_core.ics.taking import resources

        file = split(data)
        found: list[Resource] = []
        problems: list[tuple[str, str]] = []
        remarks: list[tuple[str, str]] = []
        total = len(file.components)
        for number, one in enumerate(resources(file, zone=zone), 1):
            if isinstance(one, Problem):
                (problems if one.lost else remarks).append((one.uid, one.reason))
            else:
                found.append(one)
            if progress is not None:
                progress("Reading", min(number, total), total)
        target = await self._known_as(await self.calendar(person, calendar), file.calendar_name)
        if progress is not None:
            progress("Writing", 0, len(found))
        change, refused = await self._write_sayable(person, target, tuple(found))
        if progress is not None:
            progress("Writing", len(found), len(found))
        return Brought(
            calendar=target,
            read=len(found) - len(refused),
            change=change,
            problems=tuple(problems),
            refused=refused,
            remarks=tuple(remarks),
        )

    async def bring(self, person: Person, found: tuple[Resource, ...]) -> list[str]:
        """Import events that were made here, e.g. the sample week."""
        target = await self.calendar(person, None)
        change = await self._write(person, target, found)
        events = say_count(change.count if change else 0, "event")
        return [f"Put {events} of a sample week into {target.name}."]

    async def _known_as(self, calendar: Calendar, name: str) -> Calendar:
        """An export that bears its owner's mail address tells which guest they are."""
        if calendar.address or not _MAIL.fullmatch(name.strip()):
            return calendar
        known = replace(calendar, address=f"mailto:{name.strip().lower()}")
        await self._mirror.update_calendar(known)
        return known

    async def calendar(self, person: Person, name: str | None) -> Calendar:
        """The calendar of that name, made when missing; the default one without a name."""
        calendars = await self._mirror.calendars((person.id,))
        if name is None:
            default = await self._mirror.default_calendar(person.id)
            return default or await self._mirror.add_calendar(person.id, "Personal")
        wanted = name.casefold().strip()
        for one in calendars:
            if one.name.casefold() == wanted:
                return one
        return await self._mirror.add_calendar(person.id, name.strip())

    async def _write_sayable(
        self, person: Person, calendar: Calendar, found: tuple[Resource, ...]
    ) -> tuple[PendingChange | None, tuple[tuple[str, str], ...]]:
        """What was written, and what the calendar's maker has no place for, with the reasons."""
        try:
            return await self._write(person, calendar, found), ()
        except Unsayable as err:
            out = dict(err.parts)
            left = tuple(one for one in found if one.uid not in out)
            if len(left) == len(found):
                raise
            return await self._write(person, calendar, left), err.parts

    async def _write(
        self, person: Person, calendar: Calendar, found: tuple[Resource, ...]
    ) -> PendingChange | None:
        """One confirmed change; None when all of it stands there already."""
        if not found:
            return None
        change = await self._desk.propose(
            Proposal(
                owner=person.id,
                place="",
                edits=(Bring(calendar_id=calendar.id, resources=found),),
            )
        )
        if not change.count:
            await self._desk.decline(change.id, person.id)
            return None
        done = await self._desk.settle(change.id, person.id)
        if done.status is not ChangeStatus.APPLIED:
            raise CalendarError(done.detail or "The import could not be written; try it again.")
        return done

    async def give_out(self, person: Person, calendar: str | None) -> tuple[Iterator[str], int]:
        """A calendar as iCalendar text, line by line, and how many events it holds. Raises
        NotFound."""
        from calendar_core.ics.export import calendar_text

        calendars = await self._mirror.calendars((person.id,))
        wanted = [
            one
            for one in calendars
            if calendar is None or one.name.casefold() == calendar.casefold()
        ]
        if not wanted:
            names = say_names([one.name for one in calendars]) or "none yet"
            raise NotFound(f"There is no calendar {calendar!r}. There is: {names}.")
        found: list[Resource] = []
        for one in wanted:
            found += await self._mirror.resources(one.id, (person.id,))
        name = wanted[0].name if len(wanted) == 1 else person.name
        return calendar_text(found, name=name), len(found)


def read_file(file: Path) -> bytes:
    """The bytes of a file. Raises BadCalendarData with the next step."""
    try:
        size = file.stat().st_size
        if size > LARGEST:
            raise BadCalendarData(
                f"{file.name} has {size // 1_000_000} MB; I read up to {LARGEST // 1_000_000}. "
                "Export a shorter range."
            )
        return file.read_bytes()
    except OSError as err:
        raise BadCalendarData(
            f"I can't read {file}: {err.strerror}. Name an .ics file that you may read."
        ) from err


def sample_week(person: Person, now: datetime) -> tuple[Resource, ...]:
    """A small week to try things on: this one, from Saturday on the next, in the person's zone."""
    from calendar_core.ics.writing import new_resource

    return tuple(new_resource(event, at=now) for event in _sample_events(person, now))


def _sample_events(person: Person, now: datetime) -> Iterator[Event]:
    today = now.astimezone(person.zone).date()
    monday = today - timedelta(days=today.weekday())
    if today.weekday() >= SATURDAY:
        monday += WEEK

    def timed(
        uid: str, title: str, day: int, at: str, minutes: int, *, rule: str = "", location: str = ""
    ) -> Event:
        wall = datetime.combine(monday + timedelta(days=day), time.fromisoformat(at))
        start = at_wall(wall, person.zone)
        return Event(
            uid=f"sample-{monday}-{uid}",
            title=title,
            when=TimeSpan(start=start, end=start + timedelta(minutes=minutes)),
            zone=person.zone.key,
            location=location,
            repeat=Repeat(rule=rule) if rule else None,
        )

    weekdays = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;COUNT=20"
    yield timed("standup", "Standup", 0, "09:30", 15, rule=weekdays)
    yield timed("review", "Design review", 0, "14:00", 60, rule="FREQ=WEEKLY;COUNT=8")
    yield timed("dentist", "Dentist", 1, "16:00", 45, location="Dr. Wu")
    yield timed("lunch", "Lunch with Ana", 2, "12:30", 45, location="Café Oslo")
    yield timed("one", "1:1 with Kim", 3, "11:00", 30, rule="FREQ=WEEKLY;INTERVAL=2;COUNT=6")
    yield timed("gym", "Gym", 3, "18:00", 60)
    yield timed("retro", "Retro", 4, "15:00", 60)
    yield Event(
        uid=f"sample-{monday}-out",
        title="Offsite",
        when=DaySpan(first=monday + timedelta(days=9), until=monday + timedelta(days=11)),
        zone=None,
    )
