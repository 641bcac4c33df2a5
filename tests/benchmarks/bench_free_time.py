"""Free time of 20 people over four weeks: the solver beside a brute-force scan, in one run.

The scan looks at every start on the grid and at everything that everybody has, as one would write
it first. Both have to find the same slots.
"""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from statistics import median
from time import perf_counter
from zoneinfo import ZoneInfo

from calendar_core.availability import find_slots
from calendar_core.busy import BusySpan
from calendar_core.people import PersonId, WorkingHours
from calendar_core.refusals import summary_of_refusals
from calendar_core.slots import Attendee, Wish
from calendar_core.when import DaySpan, TimeSpan, at_wall

PEOPLE = 20
DAYS = 28
RUNS = 5
FIRST = date(2026, 3, 9)
BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [BERLIN, ZoneInfo("Europe/London"), ZoneInfo("Europe/Athens"), ZoneInfo("Africa/Lagos")]
WISH = Wish(
    length=timedelta(minutes=30),
    window=DaySpan(first=FIRST, until=FIRST + timedelta(days=DAYS)).within(BERLIN),
    count=None,
)


def run() -> Iterator[dict[str, object]]:
    """One row a figure: milliseconds in the median, and how many times faster the solver is."""
    people = _people(Random(2026))
    slots = find_slots(WISH, people, BERLIN).offered
    assert [slot.span.start for slot in slots] == list(_scan(people))
    solver = _median_ms(lambda: find_slots(WISH, people, BERLIN), RUNS)
    scan = _median_ms(lambda: list(_scan(people)), 1)
    refusals = _median_ms(
        lambda: summary_of_refusals(WISH, people, BERLIN, asker=people[0].person), RUNS
    )
    yield {
        "benchmark": "free_time",
        "people": PEOPLE,
        "days": DAYS,
        "busy": sum(len(who.busy) for who in people),
        "slots": len(slots),
        "solver_ms": round(solver, 2),
        "scan_ms": round(scan, 2),
        "ratio": round(scan / solver, 1),
    }
    yield {"benchmark": "free_time_refusals", "people": PEOPLE, "ms": round(refusals, 2)}


def _people(chance: Random) -> list[Attendee]:
    return [
        Attendee(
            person=PersonId(f"p{n}"),
            name=f"Person {n}",
            zone=ZONES[n % len(ZONES)],
            hours=WorkingHours(start=time(8), end=time(18)),
            busy=tuple(_busy(chance)),
        )
        for n in range(PEOPLE)
    ]


def _busy(chance: Random) -> Iterator[BusySpan]:
    """Two events a day, most of them short, all at an odd minute."""
    for day in range(DAYS):
        for _ in range(2):
            start = datetime.combine(FIRST + timedelta(days=day), time(), tzinfo=UTC)
            start += timedelta(minutes=chance.randrange(6 * 60, 18 * 60))
            end = start + timedelta(minutes=chance.choice([5, 10, 15, 30]))
            yield BusySpan(span=TimeSpan(start=start, end=end).within(BERLIN))


def _scan(people: list[Attendee]) -> Iterator[datetime]:
    at = WISH.window.start.astimezone(UTC)
    while at + WISH.length <= WISH.window.end.astimezone(UTC):
        span = TimeSpan(start=at, end=at + WISH.length)
        if all(_can(who, span) for who in people):
            yield at.astimezone(BERLIN)
        at += WISH.grid


def _can(who: Attendee, span: TimeSpan) -> bool:
    day = span.start.astimezone(who.zone).date()
    hours = who.hours.on(day)
    if hours is None:
        return False
    start, end = (at_wall(datetime.combine(day, one), who.zone) for one in hours)
    return (
        start <= span.start
        and span.end <= end
        and not any(span.overlaps(one.span) for one in who.busy)
    )


def _median_ms(work: Callable[[], object], runs: int) -> float:
    times = []
    for _ in range(runs):
        since = perf_counter()
        work()
        times.append((perf_counter() - since) * 1000)
    return median(times)


if __name__ == "__main__":
    for row in run():
        print(json.dumps(row))
