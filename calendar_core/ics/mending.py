"""Broken lines of one event: mended or left out where the event is as good without, else refused
with the reason.

A start, an original start or a rule can't be guessed; anything else is left out with a note, and so
stored text is valid iCalendar whatever came in.
"""

import re
from datetime import datetime, timedelta
from functools import lru_cache

import icalendar

from calendar_core.errors import BadCalendarData
from calendar_core.events import RecurrenceId
from calendar_core.ics.lines import Block, Line, calendar
from calendar_core.ics.reading import to_event
from calendar_core.ics.values import moments_of
from calendar_core.ics.zoning import TIMED, Zoning
from calendar_core.rules import is_readable, parts_of, rule_of, until_text, until_wall, why_refused
from calendar_core.wallclock import clock_of
from calendar_core.when import DaySpan

_NEEDED = ("DTSTART", "RECURRENCE-ID", "RRULE")
_DASHED = re.compile(r"^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?(?:\.\d+)?(Z?))?$")
_TIME = re.compile(r"\d{8}(?:T\d{6}Z?)?")
_SHORT = re.compile(r"^(\d{8}T\d{4})(Z?)$")
_LEAP = re.compile(r"T(\d{4})60(?!\d)")
_MIDNIGHT = re.compile(r"(\d{8})T2400(?:00)?(?!\d)")
_SOUND = re.compile(
    # Text under a known name, with at most a language; times in RFC 5545's form; whole numbers.
    r"(?:SUMMARY|DESCRIPTION|LOCATION|STATUS|TRANSP|CLASS|UID|X-[A-Z0-9-]+)(?:;LANGUAGE=[\w-]+)?:.*"
    r"|(?:DTSTART|DTEND|DTSTAMP|CREATED|LAST-MODIFIED|RECURRENCE-ID)"
    r"(?:;TZID=[\w/+-]+|;VALUE=DATE(?:-TIME)?)?"
    r":\d{4}(?:0[1-9]|1[0-2])(?:0[1-9]|1\d|2[0-8])(?:T(?:[01]\d|2[0-3])[0-5]\d[0-5]\dZ?)?"
    r"|SEQUENCE:\d{1,9}",
    re.S,
)
"""Lines that need no second look: nearly all of them, and the look is what takes an import's time.
"""
_PARTS = (
    *("FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYSETPOS", "BYMONTH", "BYMONTHDAY"),
    *("BYYEARDAY", "BYWEEKNO", "BYDAY", "BYHOUR", "BYMINUTE", "BYSECOND"),
)
_ONCE = ("UID", "DTSTART", "DTEND", "DURATION", "RECURRENCE-ID", "DTSTAMP", "SEQUENCE", "STATUS")
_WORDS = {
    "DTSTART": "start",
    "DTEND": "end",
    "RECURRENCE-ID": "original start",
    "RRULE": "rule",
    "EXDATE": "list of skipped dates",
    "RDATE": "list of extra dates",
    "TRIGGER": "alarm",
    "ATTENDEE": "guest",
}


class Mender:
    """Mends the events of one UID and keeps notes of what it left out."""

    def __init__(self, zoning: Zoning) -> None:
        self._zoning = zoning
        self._notes: list[str] = []

    @property
    def notes(self) -> list[str]:
        """What was mended, as sentences without a subject."""
        return [*self._zoning.notes, *dict.fromkeys(self._notes)]

    def mended(self, event: Block, uid: str) -> Block:
        """An event that can be stored. Raises BadCalendarData with the reason why not."""
        event = event.with_lines("UID", [Line(f"UID:{uid}")])
        return _with_until(_in_order(self._alarms(_once(event.mapped(self._line)))))

    def checked(self, event: Block) -> Block:
        """Without the lines that the library can't read; asked for when it found some."""
        kept = event.mapped(
            lambda one: one if isinstance(one, Block) else self._readable(one, event)
        )
        return kept.mapped(lambda one: self._checked_alarm(one) if isinstance(one, Block) else one)

    def _line(self, member: Line | Block) -> Line | Block | None:
        if isinstance(member, Block):
            return member
        name = member.name
        if name == "X-CONVENE-VIDEO":  # a wish to a maker of calendars; nobody confirmed this one
            return None
        if not name or ":" not in member.text or member.head == member.text:
            self._notes.append("a line that is no property was left out")
            return None
        if name in TIMED:
            return self._timed(self._zoning.told(_plain_time(member)))
        return self._rule(member) if name == "RRULE" else member

    def _timed(self, line: Line) -> Line | None:
        if moments_of(line):
            return line
        self._left_out(line)
        return None

    def _left_out(self, line: Line) -> None:
        """Note that a line is dropped. Raises BadCalendarData for one that is needed."""
        word = _WORDS.get(line.name, line.name)
        if line.name in _NEEDED:
            raise BadCalendarData(f"its {word} can't be read ({line.value[:40]})")
        self._notes.append(f"its {word} can't be read ({line.value[:40]}) and was left out")

    def _rule(self, line: Line) -> Line:
        parts = {k: v.upper() for k, v in parts_of(line.value.replace(" ", "")).items()}
        strange = [name for name in parts if name not in _PARTS]
        if parts.get("COUNT", "").startswith("-"):
            strange.append("COUNT")
        for name in strange:
            del parts[name]
            self._notes.append(
                f"its rule has a part {name} that means nothing here and was left out"
            )
        reason = why_refused(parts)
        for name in [] if reason is None or is_readable(parts) else list(parts):
            rest = {one: value for one, value in parts.items() if one != name}
            if name.startswith("BY") and why_refused(rest) is None:
                self._notes.append(
                    f"its rule has a part {name} that can't be read and was left out"
                )
                return Line(f"RRULE:{rule_of(rest)}")
        if reason is not None:
            raise BadCalendarData(reason)
        return Line(f"RRULE:{rule_of(parts)}")

    def _readable(self, line: Line, event: Block) -> Line | None:
        if not _errors(event.name, (line,)):
            return line
        self._left_out(line)
        return None

    def _alarms(self, event: Block) -> Block:
        """Without alarms that never ring."""

        def kept(one: Line | Block) -> Line | Block | None:
            if isinstance(one, Line) or one.name != "VALARM" or one.line("TRIGGER") is not None:
                return one
            self._notes.append("an alarm without a time was left out")
            return None

        return event.mapped(kept)

    def _checked_alarm(self, alarm: Block) -> Block | None:
        bad = [m for m in alarm.members if isinstance(m, Line) and _errors(alarm.name, (m,))]
        if any(line.name == "TRIGGER" for line in bad):
            self._notes.append("an alarm whose time can't be read was left out")
            return None
        return alarm.mapped(lambda one: None if one in bad else one)


def is_sound(event: Block) -> bool:
    """Whether every line is one that can't go wrong, or that the library reads."""
    odd = [m for m in event.members if isinstance(m, Line) and not _SOUND.fullmatch(m.text)]
    alarms = [m for m in event.members if isinstance(m, Block) and not _is_sound_alarm(m)]
    return not alarms and (not odd or not _errors(event.name, tuple(odd)))


def _is_sound_alarm(block: Block) -> bool:
    lines = tuple(m for m in block.members if isinstance(m, Line))
    return not _errors(block.name, lines) if len(lines) == len(block.members) else False


@lru_cache(maxsize=256)
def _errors(kind: str, lines: tuple[Line, ...]) -> bool:
    """Whether the library stumbles over lines of a component."""
    text = calendar([Block(kind, lines)]).text()
    try:
        tree = icalendar.Calendar.from_ical(text.encode())
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        return True
    return any(one.errors for one in tree.walk())


def _plain_time(line: Line) -> Line:
    """Times written as ISO 8601 has them, without seconds, in small letters, at 24:00 or in a leap
    second, in RFC 5545's form."""
    value = _MIDNIGHT.sub(_next_day, _LEAP.sub(r"T\g<1>59", line.value.strip().upper()))
    dashed, short = _DASHED.match(value), _SHORT.match(value)
    if dashed:
        year, month, day, hour, minute, second, utc = dashed.groups()
        time = f"T{hour}{minute}{second or '00'}{utc}" if hour else ""
        return line.with_value(f"{year}{month}{day}{time}")
    if short:
        return line.with_value(f"{short[1]}00{short[2]}")
    mended = line.with_value(value)
    # what is no time at all is told as it was written
    return mended if value != line.value and moments_of(mended) else line


def _next_day(found: re.Match[str]) -> str:
    """Midnight at the end of a day is that of the next."""
    try:
        day = datetime.strptime(found[1], "%Y%m%d") + timedelta(days=1)  # noqa: DTZ007 - a day
    except (ValueError, OverflowError):
        return found[0]
    return f"{day:%Y%m%d}T000000"


def _once(event: Block) -> Block:
    """Of properties that may stand once only the first; of end and length the end."""
    seen: set[str] = set()

    def first(member: Line | Block) -> Line | Block | None:
        if isinstance(member, Block) or member.name not in _ONCE:
            return member
        if member.name in seen:
            return None
        seen.add(member.name)
        return member

    kept = event.mapped(first)
    return kept.without("DURATION") if "DTEND" in seen else kept


def _in_order(event: Block) -> Block:
    """An end before its start is meant the other way round; a day that ends as it begins is that
    day.
    """
    start, end = event.line("DTSTART"), event.line("DTEND")
    if start is None or end is None or start.head[7:] != end.head[5:]:
        return event
    if not _TIME.fullmatch(start.value) or not _TIME.fullmatch(end.value):
        return event
    if end.value < start.value:
        swapped = event.with_lines("DTSTART", [start.with_value(end.value)])
        return swapped.with_lines("DTEND", [end.with_value(start.value)])
    day = end.value == start.value and len(start.value) == 8
    return event.without("DTEND") if day else event


def _with_until(event: Block) -> Block:
    """A rule's end in the kind of the start, which RFC 5545 wants and many programs miss."""
    line, start = event.line("RRULE"), event.line("DTSTART")
    parts = parts_of("" if line is None else line.value)
    if start is None or "UNTIL" not in parts or not moments_of(start):
        return event
    master = to_event(event, RecurrenceId(""))
    last, clock = until_wall(parts, master), clock_of(master)
    if last is None:
        return event
    kind = until_text(last, clock, isinstance(master.when, DaySpan))
    if len(kind) == len(parts["UNTIL"]):
        return event
    return event.with_lines("RRULE", [Line(f"RRULE:{rule_of({**parts, 'UNTIL': kind})}")])
