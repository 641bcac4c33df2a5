"""A small house to play in: two people with built-in calendars, a mirror, a desk, a standing
clock."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from calendar_core.changes.change import (
    Amend,
    ChangeId,
    Create,
    Edit,
    PendingChange,
    Proposal,
)
from calendar_core.changes.desk import ChangeDesk
from calendar_core.changes.writer import CalendarWriter
from calendar_core.clock import StandingClock
from calendar_core.database import Database
from calendar_core.events import Calendar, Event, Guest, Occurrence, Repeat, Scope, Target
from calendar_core.mirror import Mirror
from calendar_core.patch import Patch
from calendar_core.people import PersonId
from calendar_core.providers.local.writer import LocalWriter
from calendar_core.report import EventNews, Report
from calendar_core.when import DaySpan, TimeSpan, When

BERLIN = ZoneInfo("Europe/Berlin")
ME = PersonId("11111111-aaaa-4aaa-8aaa-111111111111")
ANA = PersonId("22222222-bbbb-4bbb-8bbb-222222222222")
BO = PersonId("33333333-cccc-4ccc-8ccc-333333333333")
MONDAY = date(2026, 3, 9)
PLACE = "console/desk"


def at(clock: str, day: date = MONDAY, zone: ZoneInfo = BERLIN) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)


def span(start: str, end: str, day: date = MONDAY, zone: ZoneInfo = BERLIN) -> TimeSpan:
    return TimeSpan(start=at(start, day, zone), end=at(end, day, zone))


def days(first: date, number: int = 1) -> DaySpan:
    return DaySpan(first=first, until=first + timedelta(days=number))


def address(person: PersonId) -> str:
    return f"urn:uuid:{person}"


def guest(person: PersonId, name: str = "") -> Guest:
    return Guest(address=address(person), name=name)


def an_event(title: str = "Review", when: When | None = None, **fields: Any) -> Event:
    when = when or span("14:00", "15:00")
    zone = "Europe/Berlin" if isinstance(when, TimeSpan) and not fields.get("floating") else None
    return Event(
        **{"uid": f"{title}@test".lower(), "title": title, "when": when, "zone": zone} | fields
    )


def weekly(
    title: str = "Standup", when: When | None = None, rule: str = "FREQ=WEEKLY", **f: Any
) -> Event:
    return an_event(title, when or span("09:00", "09:15"), repeat=Repeat(rule=rule), **f)


@dataclass
class Followed:
    """Remembers what it was told."""

    news: list[EventNews] = field(default_factory=list)

    async def follow(self, report: Report, session: Any) -> None:
        self.news += report.news

    def told(self) -> list[tuple[str, str]]:
        """What and origin, in order; forgotten afterwards."""
        told = [(one.what, one.origin) for one in self.news]
        self.news.clear()
        return told


@dataclass
class House:
    """All that a test of changes needs."""

    database: Database
    clock: StandingClock
    mirror: Mirror
    writers: dict[str, CalendarWriter]
    desk: ChangeDesk
    followed: Followed
    mine: Calendar
    anas: Calendar

    async def propose(self, *edits: Edit, **fields: Any) -> PendingChange:
        return await self.desk.propose(
            Proposal(**{"owner": ME, "place": PLACE, "edits": edits} | fields)
        )

    async def do(self, *edits: Edit, owner: PersonId = ME, **fields: Any) -> PendingChange:
        """Propose, confirm and apply."""
        change = await self.propose(*edits, owner=owner, **fields)
        return await self.press(change.id, owner)

    async def press(self, change: ChangeId, by: PersonId = ME) -> PendingChange:
        return await self.desk.apply(await self.desk.confirm(change, by))

    async def create(self, event: Event, owner: PersonId = ME) -> Target:
        """An event that stands there; its target (of a series the first occurrence)."""
        calendar = await self.mirror.default_calendar(owner)
        assert calendar is not None
        done = await self.do(Create(calendar_id=calendar.id, event=event), owner=owner)
        assert done.status == "applied", done.detail
        assert done.glimpses[0].target is not None
        found = await self.mirror.next_occurrences(
            done.glimpses[0].target.event_id,
            datetime(2000, 1, 1, tzinfo=BERLIN),
            1,
            BERLIN,
            (owner,),
        )
        return Target(event_id=found[0].event_id, recurrence_id=found[0].recurrence_id)

    async def amend(
        self, target: Target, scope: Scope | None = None, **patch: Any
    ) -> PendingChange:
        return await self.do(Amend(target=target, patch=Patch(**patch), scope=scope))

    async def seen(
        self, owner: PersonId = ME, first: date = MONDAY, number: int = 7, zone: ZoneInfo = BERLIN
    ) -> Sequence[Occurrence]:
        window = days(first, number).within(zone)
        return (await self.mirror.occurrences((owner,), window, zone)).occurrences

    async def agenda(
        self, owner: PersonId = ME, first: date = MONDAY, number: int = 7
    ) -> list[str]:
        """ "Mon 09 14:00 Review", one line an occurrence."""
        return [told(one) for one in await self.seen(owner, first, number)]


def told(one: Occurrence) -> str:
    if isinstance(one.when, DaySpan):
        return f"{one.when.first:%a %d} {one.when.days}d {one.title}"
    return f"{one.when.start:%a %d %H:%M} {one.title}"


async def a_house(database: Database) -> House:
    """Two people, Ana with a mail address."""
    clock = StandingClock(at("08:00"))
    followed = Followed()
    mirror = Mirror(database, clock, [followed])
    writers: dict[str, CalendarWriter] = {"local": LocalWriter(database, mirror, clock)}
    return House(
        database=database,
        clock=clock,
        mirror=mirror,
        writers=writers,
        desk=ChangeDesk(database, mirror, writers, clock),
        followed=followed,
        mine=await mirror.add_calendar(ME, "Personal"),
        anas=await mirror.add_calendar(ANA, "Ana", address="mailto:ana@example.org"),
    )
