"""When somebody is taken, as calendar servers tell it without saying by what (RFC 5545 §3.6.4)."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from calendar_core.errors import BadCalendarData
from calendar_core.ics.lines import Block, Line, calendar, parse
from calendar_core.ics.values import length_of
from calendar_core.when import TimeSpan


def busy_periods(text: str, span: TimeSpan) -> tuple[TimeSpan, ...]:
    """The taken stretches within a window, in order. Raises BadCalendarData for what is no such
    answer."""
    tree = parse(text)
    if not tree.blocks("VFREEBUSY"):
        raise BadCalendarData("This is no answer to when somebody is taken.")
    found = [
        period
        for block in tree.blocks("VFREEBUSY")
        for line in block.lines("FREEBUSY")
        if (line.param("FBTYPE") or "BUSY").upper() != "FREE"
        for period in _periods(line)
    ]
    return tuple(sorted((one for one in found if one.overlaps(span)), key=lambda one: one.start))


def busy_request(
    uid: str, organizer: str, people: Sequence[str], span: TimeSpan, *, at: datetime
) -> str:
    """The question when people are taken (RFC 5546 §3.3.2); all are CAL-ADDRESSes."""
    times = (("DTSTAMP", at), ("DTSTART", span.start), ("DTEND", span.end))
    asked = Block(
        "VFREEBUSY",
        (
            Line(f"UID:{uid}"),
            *(Line(f"{name}:{one.astimezone(UTC):%Y%m%dT%H%M%SZ}") for name, one in times),
            Line(f"ORGANIZER:{organizer}"),
            *(Line(f"ATTENDEE:{one}") for one in people),
        ),
    )
    return calendar((Line("METHOD:REQUEST"), asked)).text()


def _periods(line: Line) -> Iterator[TimeSpan]:
    for said in line.value.split(","):
        first, _, last = said.strip().partition("/")
        start = _instant(first)
        if last.upper().startswith("P"):
            length = length_of(last)
            if length is None:
                raise BadCalendarData("A stretch of time can't be read.")
            yield TimeSpan(start=start, end=start + length)
        else:
            yield TimeSpan(start=start, end=_instant(last))


def _instant(text: str) -> datetime:
    try:
        return datetime.strptime(text.upper(), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as err:
        raise BadCalendarData("A stretch of time can't be read.") from err
