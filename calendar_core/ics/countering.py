"""What a guest says beside their answer: a word, and another time at which they could.

The word is the X-RESPONSE-COMMENT of their ATTENDEE (as Outlook and CalendarServer have it). The
time is a line of our own, in the place of RFC 5546's COUNTER, which no API of a vendor speaks:
`X-CONVENE-PROPOSED;X-BY="mailto:kim@example.org":20260312T140000Z/20260312T150000Z`, of days
`20260312/20260313`, the end exclusive. Without X-BY it is the one whose calendar it stands on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from calendar_core.events import Answer, Guest
from calendar_core.ics.lines import Block, Line
from calendar_core.ics.values import address_of, moments_of
from calendar_core.when import DaySpan, TimeSpan, When

PROPOSED, COMMENT = "X-CONVENE-PROPOSED", "X-RESPONSE-COMMENT"
_BY = "X-BY"


def guests_with_words(block: Block, guests: Iterable[Guest]) -> tuple[Guest, ...]:
    """The guests of an event, each with what they said beside their answer."""
    comments = {
        address_of(line): comment
        for line in block.lines("ATTENDEE")
        if (comment := line.param(COMMENT))
    }
    times = {_plain(line.param(_BY) or ""): _time(line) for line in block.lines(PROPOSED)}
    if not comments and not times:
        return tuple(guests)
    return tuple(
        replace(
            one,
            note=" ".join(comments.get(one.address, "").split()),
            proposed=times.get(_plain(one.address)),
        )
        for one in guests
    )


def _time(line: Line) -> When | None:
    start, end = (moments_of(line.with_value(one)) for one in _two(line.value))
    if not start or not end:
        return None
    first, last = start[0], end[0]
    if isinstance(first, datetime) and isinstance(last, datetime):
        if first.tzinfo is None or last.tzinfo is None or last < first:
            return None
        return TimeSpan(start=first, end=last)
    if isinstance(first, datetime) or isinstance(last, datetime) or last <= first:
        return None
    return DaySpan(first=first, until=last)


def _two(value: str) -> tuple[str, str]:
    start, _, end = value.partition("/")
    return start, end


def commented(line: Line, note: str) -> Line:
    """An ATTENDEE with a word beside the answer, or without one."""
    if not note and line.param(COMMENT) is None:
        return line
    return line.with_param(COMMENT, note or None)


def with_proposals(
    block: Block, answered: Mapping[str, Answer], proposals: Mapping[str, When]
) -> Block:
    """An event on which those who answered now propose these times, and no others any more."""
    standing = block.lines(PROPOSED)
    kept = [one for one in standing if _plain(one.param(_BY) or "") not in answered]
    new = [_line(address, when) for address, when in proposals.items()]
    if not standing and not new:
        return block
    return block.with_lines(PROPOSED, [*kept, *new])


def _line(address: str, when: When) -> Line:
    value = (
        f"{_day(when.first)}/{_day(when.until)}"
        if isinstance(when, DaySpan)
        else f"{_instant(when.start)}/{_instant(when.end)}"
    )
    return Line(f"{PROPOSED}:{value}").with_param(_BY, address)


def _day(day: date) -> str:
    return day.strftime("%Y%m%d")


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def told_to(block: Block, known_as: Iterable[str]) -> Block:
    """An event as a guest gets it: what the other guests said is the organizer's to know."""
    me = {_plain(one) for one in known_as}
    proposals = [one for one in block.lines(PROPOSED) if _plain(one.param(_BY) or "") in me]
    guests = [
        one if _plain(address_of(one)) in me else commented(one, "")
        for one in block.lines("ATTENDEE")
    ]
    if tuple(guests) != block.lines("ATTENDEE"):
        block = block.with_lines("ATTENDEE", guests)
    if tuple(proposals) != block.lines(PROPOSED):
        block = block.with_lines(PROPOSED, proposals)
    return block


def _plain(address: str) -> str:
    return address.strip().lower()
