"""Which hour a said time is, and whether that hour exists on its day.

A time without am or pm is in waking and working hours: 8 to 11 in the morning, 12 at noon, 1 to 7
after noon; words like "in the morning" or "dinner" overrule that. Hours that the clocks jump over
are refused with the hours beside them; of hours that come twice the first is taken, and said.
"""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from calendar_core.phrases.frame import Frame, Refused, plus
from calendar_core.phrases.meaning import Grain, Kind, Meaning
from calendar_core.phrases.spoken_days import day_words
from calendar_core.phrases.terms import Clock, Part
from calendar_core.when import WallTime, at_wall, classify_wall

_MORNINGS = frozenset(("morning", "breakfast", "midmorning", "first thing", "early hours"))
_EVENINGS = frozenset(
    (
        "evening",
        "dinner",
        "night",
        "tonight",
        "afternoon",
        "midafternoon",
        "after work",
        "after school",
        "after dinner",
        "after lunch",
    )
)
_NIGHTS = frozenset(("night", "tonight"))
_LATEST_NIGHT_HOUR = 4


class Face(NamedTuple):
    """An hour of the day, and how many days after the named one it is."""

    at: time
    days: int = 0

    @property
    def minutes(self) -> int:
        """Minutes since the named day's midnight."""
        return self.days * 1440 + self.at.hour * 60 + self.at.minute


class Faces(NamedTuple):
    """The reading of a said time, and the other half of the day if that was guessed."""

    main: Face
    other: Face | None = None


def faces(clock: Clock, part: Part | None, frame: Frame) -> Faces:
    """What hour a time is; the other half of the day where nothing decides."""
    if clock.half == "work":
        return Faces(Face(frame.policy.work_day[1]), Face(time(23, 59, 59)))
    if clock.half == "now":
        return Faces(Face(frame.wall.time().replace(microsecond=0)))
    if clock.late:
        return Faces(Face(time(0), 1), Face(time(0)))
    if clock.half == "24" or clock.hour == 0 or clock.hour > 12:
        return Faces(_face(clock, clock.hour))
    early = clock.hour % 12
    if clock.half:
        return Faces(_said(clock, early + (12 if clock.half == "pm" else 0), part))
    hour = _by_part(early, part) if part else None
    if hour is not None:
        return Faces(_face(clock, hour % 24, hour // 24))
    guess = _guess(early, frame)
    return Faces(_face(clock, guess), _face(clock, (guess + 12) % 24))


def _face(clock: Clock, hour: int, days: int = 0) -> Face:
    return Face(time(hour, clock.minute, clock.second), days)


def _said(clock: Clock, hour: int, part: Part | None) -> Face:
    """An hour with am or pm; "tonight at 1am" is after the coming midnight."""
    late = part is not None and part.name in _NIGHTS and hour <= _LATEST_NIGHT_HOUR
    return _face(clock, hour, 1 if late else 0)


def _by_part(early: int, part: Part) -> int | None:
    """The hour that a part of the day makes of 0–11; over 24 after midnight."""
    if part.name in _MORNINGS:
        return early or 12
    if part.name in _NIGHTS and early <= _LATEST_NIGHT_HOUR:
        return early + 24
    if part.name in _EVENINGS:
        return early + 12
    if part.name == "lunch":
        return early if early >= 10 else early + 12
    return None


def _guess(early: int, frame: Frame) -> int:
    """The hour that 0–11 on the dial most likely is."""
    if frame.context == "am" and early >= 4:
        return early
    if frame.context == "pm" and early <= 9:
        return early + 12
    first = min(frame.policy.work_day[0].hour, 8)
    return early if first <= early else early + 12


def instant(day: date, face: Face, frame: Frame, grain: Grain) -> Meaning:
    """The instant of an hour on a day, with what a clock change makes of it."""
    wall = datetime.combine(plus(day, face.days), face.at)
    sort = classify_wall(wall, frame.zone)
    if sort is WallTime.SKIPPED:
        raise _skipped(wall, frame, grain)
    first = _meaning(at_wall(wall, frame.zone), grain)
    if sort is WallTime.PLAIN:
        return first
    second = _meaning(wall.replace(tzinfo=frame.zone, fold=1), grain)
    said = f"{_hm(wall)} comes twice on {day_words(wall.date(), frame.today)}: this is the first."
    return _with(first, notes=(said,), alternatives=(second,))


def ask_if_skipped(day: date, face: Face, frame: Frame, grain: Grain, main: Meaning) -> None:
    """Refuse to guess at the afternoon where the hour as said comes first but is jumped over."""
    wall = datetime.combine(plus(day, face.days), face.at)
    if classify_wall(wall, frame.zone) is not WallTime.SKIPPED:
        return
    first = main.start.replace(tzinfo=None) if isinstance(main.start, datetime) else wall
    if frame.wall < wall < first:
        raise _skipped(wall, frame, grain)


def _meaning(start: datetime, grain: Grain) -> Meaning:
    return Meaning(kind=Kind.INSTANT, grain=grain, start=start, time_said=True, day_said=True)


def _with(
    meaning: Meaning, *, notes: tuple[str, ...], alternatives: tuple[Meaning, ...]
) -> Meaning:
    return Meaning(
        kind=meaning.kind,
        grain=meaning.grain,
        start=meaning.start,
        time_said=True,
        day_said=True,
        notes=notes,
        alternatives=alternatives,
    )


def _hm(wall: datetime) -> str:
    return wall.strftime("%H:%M")


def _skipped(wall: datetime, frame: Frame, grain: Grain) -> Refused:
    """The question where an hour is jumped over: where the clocks go, and the hours that exist."""
    jump = gap_before(wall, frame.zone)
    start = wall.replace(second=0)
    while classify_wall(start - timedelta(minutes=1), frame.zone) is WallTime.SKIPPED:
        start -= timedelta(minutes=1)
    others = [wall + jump]
    if wall.hour < 12:
        others.insert(0, wall + timedelta(hours=12))
    hours = ", or ".join(_hm(other) for other in others)
    said = (
        f"{_hm(wall)} does not exist on {day_words(wall.date(), frame.today)}, "
        f"the clocks go from {_hm(start)} to {_hm(start + jump)}. {hours}?"
    )
    return Refused(
        said,
        tuple(_meaning(at_wall(other, frame.zone), grain) for other in others),
        instead=tuple(
            Clock(other.hour, other.minute, other.second, "24", grain) for other in others
        ),
    )


def gap_before(wall: datetime, zone: ZoneInfo) -> timedelta:
    """How far the clocks jump at an hour that they jump over."""
    before = wall.replace(tzinfo=zone, fold=1).utcoffset() or timedelta()
    after = wall.replace(tzinfo=zone, fold=0).utcoffset() or timedelta()
    return abs(after - before)
