"""How well events are found: by words, and with the embedded model beside them.

`tests/data/meanings.json` holds titles, what people say for them in the same and in other words,
and what there is nothing of. A hit is counted where one of the right events is first, or among the
first three; for the last, where nothing is told. Without `convene[meaning]` words alone are scored.
"""

import asyncio
import json
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.llm.wordvectors import WordLlamaEmbedder, is_installed
from calendar_core.clock import StandingClock
from calendar_core.events import Event, Resource
from calendar_core.ics.writing import new_resource
from calendar_core.meaning import Meanings
from calendar_core.mirror import Mirror
from calendar_core.opening import open_database
from calendar_core.people import PersonId
from calendar_core.when import TimeSpan

CASES = Path(__file__).parents[1] / "data" / "meanings.json"
BERLIN = ZoneInfo("Europe/Berlin")
ME = PersonId("me")
NOW = datetime(2026, 3, 9, 8, tzinfo=BERLIN)


def run() -> Iterator[dict[str, object]]:
    """A row for each way of looking and kind of words."""
    yield from asyncio.run(scores())


async def scores() -> list[dict[str, object]]:
    """The rows."""
    cases = json.loads(CASES.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        database = await open_database(folder)
        clock = StandingClock(NOW)
        mirror = Mirror(database, clock)
        calendar = await mirror.add_calendar(ME, "Personal")
        await mirror.absorb(
            calendar.id, [_resource(title, place) for place, title in enumerate(cases["events"])]
        )
        meanings = Meanings(database, clock, WordLlamaEmbedder() if is_installed() else None)
        while await meanings.make(calendar.id):
            pass

        async def words(said: str) -> list[str]:
            found = await mirror.search((ME,), said, zone=BERLIN)
            found = found or await mirror.search_alike((ME,), said, zone=BERLIN)
            return [one.title for one in found]

        async def both(said: str) -> list[str]:
            found = await words(said)
            return found or [one.title for one in await meanings.close((ME,), said, zone=BERLIN)]

        rows: list[dict[str, object]] = []
        for name, look in (("words", words), ("words, then meaning", both)):
            if look is both and not is_installed():
                rows.append({"name": name, "skipped": "convene[meaning] is not installed"})
                continue
            for kind in ("by_words", "by_meaning"):
                found = [(await look(said), right) for said, right in cases[kind].items()]
                rows.append({"name": name, "asked": kind, **_hits(found)})
            nothing = [not await look(said) for said in cases["there_is_none"]]
            rows.append(
                {"name": name, "asked": "there_is_none", "of": len(nothing), "right": sum(nothing)}
            )
        await database.dispose()
    return [{"bench": "meaning"} | row for row in rows]


def _titles(right: Sequence[str]) -> set[str]:
    return {one.partition(", ")[0] for one in right}


def _hits(found: Sequence[tuple[list[str], list[str]]]) -> dict[str, int]:
    return {
        "of": len(found),
        "hit_at_1": sum(bool(set(told[:1]) & _titles(right)) for told, right in found),
        "hit_at_3": sum(bool(set(told[:3]) & _titles(right)) for told, right in found),
    }


def _resource(said: str, number: int) -> Resource:
    """An event of that title, with what follows the comma as its place."""
    title, _, place = said.partition(", ")
    start = NOW + timedelta(days=1 + number, hours=2)
    event = Event(
        uid=f"{number}@meaning",
        title=title,
        location=place,
        when=TimeSpan(start=start, end=start + timedelta(hours=1)),
        zone=BERLIN.key,
    )
    return new_resource(event, at=NOW.astimezone(UTC))
