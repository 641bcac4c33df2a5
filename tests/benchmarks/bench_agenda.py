"""The agenda of a day over 10,000 events with 500 series, beside what one would use instead.

In one run: the mirror; the same SELECT through the same session with its rows thrown away;
recurring-ical-events over the whole calendar, warm and with its set-up; and `ical`'s timeline.
All of them have to find as many occurrences.
"""

import asyncio
import json
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
from ical.calendar_stream import IcsCalendarStream

from calendar_core.clock import StandingClock
from calendar_core.database import Database
from calendar_core.events import Event, Repeat, Resource
from calendar_core.ics.writing import new_resource
from calendar_core.mirror import Mirror
from calendar_core.opening import open_database
from calendar_core.people import PersonId
from calendar_core.timeline import scan, window
from calendar_core.when import DaySpan, TimeSpan

EVENTS = 10_000
SERIES = 500
RUNS = 60
BERLIN = ZoneInfo("Europe/Berlin")
ME = PersonId("me")
NOW = datetime(2026, 3, 9, 8, tzinfo=BERLIN)
DAY = DaySpan(first=date(2026, 3, 10), until=date(2026, 3, 11)).within(BERLIN)


def run() -> Iterator[dict[str, object]]:
    """One row a figure, milliseconds in the median, and how many times the mirror's it is."""
    resources = _resources(Random(2026))
    with tempfile.TemporaryDirectory() as folder:
        yield from asyncio.run(_mirrored(Path(folder), resources))
    text = _one_calendar(resources)
    start = perf_counter()
    query = recurring_ical_events.of(icalendar.Calendar.from_ical(text.encode()))
    found = len(query.between(DAY.start, DAY.end))
    yield _row("recurring-ical-events with set-up", (perf_counter() - start) * 1000, found)
    warm = _median_ms(lambda: query.between(DAY.start, DAY.end), 5)
    yield _row("recurring-ical-events warm", warm, found)
    timeline = IcsCalendarStream.calendar_from_ics(text).timeline_tz(BERLIN)
    found = len(list(timeline.overlapping(DAY.start, DAY.end)))
    other = _median_ms(lambda: list(timeline.overlapping(DAY.start, DAY.end)), 5)
    yield _row("ical timeline warm", other, found)


async def _mirrored(folder: Path, resources: list[Resource]) -> list[dict[str, object]]:
    database = await open_database(folder)
    mirror = Mirror(database, StandingClock(NOW))
    calendar = await mirror.add_calendar(ME, "Work")
    start = perf_counter()
    await mirror.absorb(calendar.id, resources)
    absorbed = (perf_counter() - start) * 1000

    async def agenda() -> int:
        return len((await mirror.occurrences((ME,), DAY, BERLIN)).occurrences)

    found = await agenda()
    mine, bare = await _side_by_side(agenda, lambda: _select(database), RUNS)
    week = TimeSpan(start=DAY.start, end=DAY.start + timedelta(days=7))
    far = TimeSpan(start=DAY.start + timedelta(days=3650), end=DAY.end + timedelta(days=3650))
    rows = [
        _row("absorb all", absorbed, len(resources)),
        _row("mirror, a day", mine, found),
        _row("its SELECT, rows thrown away", bare, found)
        | {"mirror_is_times": round(mine / bare, 2)},
    ]
    for name, span in (("mirror, a week", week), ("mirror, a day in ten years", far)):

        async def other(span: TimeSpan = span) -> int:
            return len((await mirror.occurrences((ME,), span, BERLIN)).occurrences)

        times, _ = await _side_by_side(other, other, 5)
        rows.append(_row(name, times, await other()))
    await database.dispose()
    return rows


async def _select(database: Database) -> None:
    async with database.reading() as session:
        (await session.execute(scan(1), window((ME,), DAY))).all()


async def _side_by_side(
    one: Callable[[], Awaitable[object]], other: Callable[[], Awaitable[object]], runs: int
) -> tuple[float, float]:
    """Medians of two things done in turn, so that both see the same machine."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs):
        for kept, what in zip(times, (one, other), strict=True):
            start = perf_counter()
            await what()
            kept.append((perf_counter() - start) * 1000)
    return median(times[0]), median(times[1])


def many(count: int) -> list[Resource]:
    """So many events like these, every twentieth a series."""
    return _resources(Random(2026), count)


def _resources(chance: Random, count: int = EVENTS) -> list[Resource]:
    resources = []
    for number in range(count):
        repeat = None
        day = date(2024, 3, 11) + timedelta(days=chance.randrange(1460))
        if number < SERIES * count // EVENTS:
            repeat = Repeat(
                rule=chance.choice(("FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2", "FREQ=MONTHLY"))
            )
            day = date(2025, 3, 11) + timedelta(days=chance.randrange(400))
        start = datetime(day.year, day.month, day.day, chance.randrange(7, 19), tzinfo=BERLIN)
        event = Event(
            uid=f"event-{number}@bench",
            title=f"Meeting {number}",
            when=TimeSpan(start=start, end=start + timedelta(minutes=45)),
            zone=BERLIN.key,
            repeat=repeat,
            location="Room 2",
        )
        resources.append(new_resource(event, at=NOW.astimezone(UTC)))
    return resources


def _one_calendar(resources: list[Resource]) -> str:
    """All resources in one text, with one VTIMEZONE."""
    zone, events = "", []
    for one in resources:
        head, _, rest = one.ics.partition("BEGIN:VEVENT")
        event, _, tail = rest.rpartition("END:VEVENT")
        zone = zone or head.partition("BEGIN:VTIMEZONE")[2] or tail.partition("BEGIN:VTIMEZONE")[2]
        events.append(f"BEGIN:VEVENT{event}END:VEVENT\r\n")
    zone = zone.partition("END:VTIMEZONE")[0]
    frame = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:bench\r\n"
    return f"{frame}BEGIN:VTIMEZONE{zone}END:VTIMEZONE\r\n{''.join(events)}END:VCALENDAR\r\n"


def _median_ms(work: Callable[[], object], runs: int) -> float:
    times = []
    for _ in range(runs):
        start = perf_counter()
        work()
        times.append((perf_counter() - start) * 1000)
    return median(times)


def _row(name: str, milliseconds: float, found: int) -> dict[str, object]:
    return {"bench": "agenda", "name": name, "ms": round(milliseconds, 3), "found": found}


if __name__ == "__main__":
    for row in run():
        print(json.dumps(row))
