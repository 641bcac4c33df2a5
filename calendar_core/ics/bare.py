"""An event's times and nothing else: what is kept of calendars that are linked for free/busy only.

Which lines mean what stands in RFC 5545 §3.8; what counts as busy is `calendar_core.busy`.
"""

from collections.abc import Collection
from dataclasses import replace

from calendar_core.events import Answer, Event, Resource
from calendar_core.ics.lines import Block, Line, calendar
from calendar_core.ics.reading import read_components
from calendar_core.ics.zoning import with_timezones

TITLE = "Busy"
_TIMES = frozenset(
    (
        *("UID", "DTSTAMP", "SEQUENCE", "DTSTART", "DTEND", "DURATION", "RECURRENCE-ID"),
        *("RRULE", "RDATE", "EXDATE", "STATUS", "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS"),
    )
)
_TENTATIVE = (Answer.TENTATIVE, Answer.OPEN)


def bare(
    resource: Resource, known_as: Collection[str], *, keeping: Collection[str] = ()
) -> Resource:
    """The same times with no title, place, text, people, alarms or unknown properties, save for
    those that are named in `keeping`.

    What the owner (one of `known_as`) answered is told by status and transparency alone: declined
    is free, undecided is tentative. Raises BadCalendarData.
    """
    read = read_components(resource.ics)
    blocks = [_bare(block, _answer(event, known_as), keeping) for block, event in read]
    return replace(resource, ics=with_timezones(calendar(blocks)).text())


def _bare(block: Block, answer: Answer | None, keeping: Collection[str]) -> Block:
    lines = [one for one in block.members if isinstance(one, Line)]
    kept = [one for one in lines if one.name in _TIMES or one.name in keeping]
    title = () if "SUMMARY" in keeping else (Line(f"SUMMARY:{TITLE}"),)
    made = Block("VEVENT", (*map(_plain, kept), *title))
    if answer is Answer.DECLINED:
        return made.with_lines("TRANSP", [Line("TRANSP:TRANSPARENT")])
    if answer in _TENTATIVE and made.value("STATUS").upper() != "CANCELLED":
        return made.with_lines("STATUS", [Line("STATUS:TENTATIVE")])
    return made


def _plain(line: Line) -> Line:
    """Without parameters that are none of RFC 5545's for times."""
    if ";" not in line.text.partition(":")[0]:
        return line
    told = {name: line.param(name) for name in ("TZID", "VALUE", "RANGE", "RELATED")}
    plain = Line(f"{line.name}:{line.value}")
    for name, value in told.items():
        if value is not None:
            plain = plain.with_param(name, value)
    return plain


def _answer(event: Event, known_as: Collection[str]) -> Answer | None:
    """What the owner answered; None where nobody asked them."""
    own = event.organizer.address if event.organizer is not None else ""
    asked = (own,) if own in known_as else known_as
    given = [guest.answer for guest in event.guests if guest.address in asked]
    said = (one for one in given if one is not Answer.OPEN)
    return next(said, given[0] if given else None)
