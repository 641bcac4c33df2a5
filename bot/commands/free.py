"""`convene free`: meetings to place, one JSON object a line in; the slots that hold, one line out.

The solver is that of `find_free_time` (`calendar_core.availability`). No calendar is read: a line
brings its people, what they have, and the days in question, which are taken to follow one another
as they are named.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Literal, TextIO
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, Field, ValidationError, model_validator

from calendar_core.availability import find_slots
from calendar_core.busy import BusySpan
from calendar_core.people import PersonId
from calendar_core.slots import HALF_HOUR, Attendee, Slot, Wish
from calendar_core.when import TimeSpan

ZONE = ZoneInfo("UTC")
FIRST_DAY = datetime(2024, 1, 1, tzinfo=ZONE)
"""Where the days of a line are laid out: any day would do in a zone whose clocks never change."""
DAY = timedelta(days=1)
MOST_DAYS = 366
NO_OBJECT = "This line is not a JSON object."


def _is_clock_time(text: str) -> str:
    _since_midnight(text)
    return text


ClockTime = Annotated[str, Field(pattern=r"^[0-9]{1,2}:[0-9]{2}$"), AfterValidator(_is_clock_time)]


class Problem(BaseModel):
    """One line: a meeting to place."""

    busy: dict[str, list[tuple[str, ClockTime, ClockTime]]]
    """What each person has: day, from, to."""
    days: Annotated[list[str], Field(min_length=1, max_length=MOST_DAYS)]
    """In order, the names that the line uses for them."""
    hours: tuple[ClockTime, ClockTime]
    """Within which everybody can be met, on each day."""
    length_minutes: Annotated[int, Field(gt=0, le=24 * 60)]
    avoid: list[tuple[str, Literal["before", "after"] | None, ClockTime | None]] = []
    """Day, side, time; without side and time the whole day."""

    @model_validator(mode="after")
    def _ends_follow_starts(self) -> "Problem":
        spans = [self.hours, *(one[1:] for taken in self.busy.values() for one in taken)]
        for start, end in spans:
            if _since_midnight(end) < _since_midnight(start):
                raise ValueError(f"{start} to {end} ends before it starts")
        if any((side is None) is not (at is None) for _, side, at in self.avoid):
            raise ValueError("what to avoid needs both a side and a time, or neither")
        return self


def run(batch: str) -> int:
    """Answer every line of a file, or of stdin for "-", in order; the exit code."""
    try:
        with _opened(batch) as lines:
            for line in lines:
                print(json.dumps(answer(line)), flush=True)
    except OSError as err:
        print(f"{batch} can't be read: {err.strerror}. Name a JSONL file, or -.", file=sys.stderr)
        return 1
    return 0


def answer(line: str) -> dict[str, object]:
    """What is printed for one line: its slots, or none and why the line can't be read."""
    try:
        found = json.loads(line)
        problem = Problem.model_validate(found)
    except ValidationError as err:
        return {"slots": [], "why": _first_fault(err) if isinstance(found, dict) else NO_OBJECT}
    except (ValueError, RecursionError):
        return {"slots": [], "why": NO_OBJECT}
    return {"slots": list(solve(problem))}


def solve(problem: Problem) -> Iterator[dict[str, str]]:
    """All slots on the half-hour grid, the earliest first, each within one day."""
    padded = any(len(at) == 5 and at.startswith("0") for at in problem.hours)
    for day in dict.fromkeys(problem.days):
        for slot in find_slots(_wish(problem, day), _people(problem, day), ZONE).offered:
            yield _written(slot, day, problem, padded)


def _wish(problem: Problem, day: str) -> Wish:
    """The hours of a line are everybody's: they are the window, not somebody's working hours."""
    return Wish(
        length=timedelta(minutes=problem.length_minutes),
        window=_span(problem, day, *problem.hours),
        avoid=tuple(
            _avoided(problem, day, side, at) for name, side, at in problem.avoid if name == day
        ),
        step=HALF_HOUR,
        count=None,
        respect_hours=False,
    )


def _avoided(problem: Problem, day: str, side: str | None, at: str | None) -> TimeSpan:
    start = at if side == "after" and at else "0:00"
    end = at if side == "before" and at else "24:00"
    return _span(problem, day, start, end)


def _people(problem: Problem, day: str) -> list[Attendee]:
    return [
        Attendee(
            person=PersonId(name),
            name=name,
            zone=ZONE,
            busy=tuple(
                BusySpan(span=_span(problem, day, start, end))
                for on, start, end in taken
                if on == day
            ),
        )
        for name, taken in problem.busy.items()
    ]


def _span(problem: Problem, day: str, start: str, end: str) -> TimeSpan:
    midnight = _midnight(problem, day)
    return TimeSpan(start=midnight + _since_midnight(start), end=midnight + _since_midnight(end))


def _midnight(problem: Problem, day: str) -> datetime:
    return FIRST_DAY + problem.days.index(day) * DAY


def _since_midnight(text: str) -> timedelta:
    hour, minute = map(int, text.split(":"))
    if minute > 59 or hour * 60 + minute > 24 * 60:
        raise ValueError(f"{text} is no time of day")
    return timedelta(hours=hour, minutes=minute)


def _written(slot: Slot, day: str, problem: Problem, padded: bool) -> dict[str, str]:
    """In the line's own form: its name for the day, "9:00" or "09:00"."""
    midnight = _midnight(problem, day)

    def clock(at: datetime) -> str:
        hour, minute = divmod((at - midnight) // timedelta(minutes=1), 60)
        return f"{hour:02}:{minute:02}" if padded else f"{hour}:{minute:02}"

    return {"day": day, "start": clock(slot.span.start), "end": clock(slot.span.end)}


def _first_fault(err: ValidationError) -> str:
    fault = err.errors(include_url=False)[0]
    place = ".".join(str(part) for part in fault["loc"])
    message = fault["msg"].removeprefix("Value error, ")
    return f"{place}: {message}." if place else f"{message}."


def _opened(batch: str) -> AbstractContextManager[TextIO]:
    if batch == "-":
        if isinstance(sys.stdin, TextIOWrapper):
            sys.stdin.reconfigure(encoding="utf-8", errors="replace")
        return nullcontext(sys.stdin)
    return Path(batch).open(encoding="utf-8-sig", errors="replace")
