"""Raw components → resources worth storing: mended where that is safe, refused with a reason if
not.

Stored text has our own head, IANA zones alone and no METHOD (RFC 4791 §4.1); all else is as it
came. The scan of the file is `splitting`, the mending of single lines `mending`.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from zoneinfo import ZoneInfo

from calendar_core.errors import BadCalendarData
from calendar_core.events import Event, Resource
from calendar_core.ics.lines import Block, Line, calendar, parse
from calendar_core.ics.mending import Mender, is_sound
from calendar_core.ics.problems import Problem
from calendar_core.ics.reading import read, sequence_of
from calendar_core.ics.splitting import SplitFile
from calendar_core.ics.zones import named_zone
from calendar_core.ics.zoning import Zoning, with_timezones
from calendar_core.rules import is_endless, rule_starts, starts


def resources(split: SplitFile, *, zone: ZoneInfo | None) -> Iterator[Resource | Problem]:
    """One resource for each UID that can be read, and a problem for what can't or was mended.

    Floating times stay floating, unless the file names its zone or `zone` is given, which wins.
    """
    yield from split.problems
    home = named_zone(split.default_zone) if split.default_zone else None
    for uid, blocks in split.components.items():
        series = _repeats(blocks)
        zoning = Zoning(split.timezones, zone or home, home if series else None, series=series)
        mender = Mender(zoning)
        try:
            newest, twice = _newest(blocks)
            resource = _taken(uid, newest, mender, is_cancelled=split.is_cancellation)
        except BadCalendarData as err:
            yield Problem(uid, str(err))
            continue
        except (OverflowError, ValueError):
            yield Problem(uid, "its dates are beyond what a calendar can hold")
            continue
        yield resource
        if twice:
            yield Problem(uid, twice, lost=False)
        yield from (Problem(uid, note, lost=False) for note in mender.notes)


def _repeats(blocks: Sequence[str]) -> bool:
    return any("RRULE" in one or "RDATE" in one or "RECURRENCE-ID" in one for one in blocks)


def _newest(blocks: Sequence[str]) -> tuple[list[Block], str]:
    """Of components for one occurrence the one with the highest SEQUENCE, of equals the first; and
    what to know where there were several."""
    told: dict[str, list[Block]] = {}
    for block in map(parse, blocks):
        line = block.line("RECURRENCE-ID")
        told.setdefault("" if line is None else line.text, []).append(block)
    most = max(map(len, told.values()))
    note = f"the file tells it in {most} ways; the one with the highest SEQUENCE counts"
    return [max(alike, key=sequence_of) for alike in told.values()], note if most > 1 else ""


def _taken(uid: str, blocks: Sequence[Block], mender: Mender, *, is_cancelled: bool) -> Resource:
    events = [mender.mended(block, uid) for block in blocks]
    if is_cancelled:
        events = [one.with_lines("STATUS", [Line("STATUS:CANCELLED")]) for one in events]
    resource = _assembled(uid, events)
    if not all(map(is_sound, events)):
        resource = _assembled(uid, [mender.checked(event) for event in events])
    _expandable(read(resource))
    return resource


def _assembled(uid: str, events: list[Block]) -> Resource:
    return Resource(uid=uid, ics=with_timezones(calendar(events)).text())


def _expandable(events: tuple[Event, ...]) -> None:
    """See that a series has starts, and its rule some of its own; raises BadCalendarData."""
    for event in events:
        if event.repeat is None:
            continue
        if not list(islice(starts(event), 3)):
            raise BadCalendarData("its rule leaves no occurrence")
        if is_endless(event) and next(rule_starts(event), None) is None:
            raise BadCalendarData("its rule never comes round")
