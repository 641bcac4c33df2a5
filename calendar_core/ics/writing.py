"""Events → iCalendar text: new resources, and edits that touch nothing but what they name (law 7).

An edit works on the content lines that stand there; every property, parameter and component that
the patch does not name stays letter for letter. What one edit means for a whole series is
`calendar_core.recurrence`. Giving calendars out is `export`, told from here too.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from zoneinfo import ZoneInfo

from calendar_core.events import Event, RecurrenceId, Resource, Visibility
from calendar_core.ics.countering import commented, with_proposals
from calendar_core.ics.export import calendar_text as calendar_text
from calendar_core.ics.lines import Block, Line, calendar
from calendar_core.ics.properties import (
    alarm_block,
    category_lines,
    guest_line,
    instant_line,
    mail_alarm_block,
    occupancy_lines,
    occurrence_line,
    organizer_line,
    repeat_lines,
    text_lines,
    uri_lines,
    video_lines,
    wanted_lines,
    when_lines,
)
from calendar_core.ics.reading import is_mailed, lead_of
from calendar_core.ics.sheet import event_of, open_sheet, with_when
from calendar_core.ics.values import address_of
from calendar_core.ics.zoning import with_timezones
from calendar_core.patch import Patch
from calendar_core.wallclock import clock_of, span_at, wall
from calendar_core.when import DaySpan, TimeSpan

_VIDEO = ("X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL")
_LOOKS = ("X-ALT-DESC",)
"""The same text in another dress; it would go on saying the old one."""


def new_resource(event: Event, *, at: datetime) -> Resource:
    """A created event as stored text, with all that others need to read it."""
    clock = clock_of(event)
    start, end = when_lines(event.when, clock)
    lines: list[Line] = [*text_lines("UID", event.uid), instant_line("DTSTAMP", at)]
    lines += [instant_line("CREATED", at), start, end]
    if event.recurrence_id:
        lines.append(occurrence_line(event.recurrence_id, clock))
    if event.repeat is not None:
        lines += chain.from_iterable(repeat_lines(event.repeat, clock).values())
    lines += _plain_lines(event)
    lines += [organizer_line(event.organizer)] if event.organizer else []
    lines += [guest_line(one) for one in event.guests]
    mails = [mail_alarm_block(one, event.title, event.organizer) for one in event.mail_alarms]
    block = Block("VEVENT", (*lines, *map(alarm_block, event.alarms), *mails))
    return Resource(uid=event.uid, ics=with_timezones(calendar([block])).text())


def _plain_lines(event: Event) -> list[Line]:
    said = [
        *text_lines("SUMMARY", event.title),
        *text_lines("LOCATION", event.location),
        *text_lines("DESCRIPTION", event.description),
        Line(f"STATUS:{event.status.value}"),
        *chain.from_iterable(occupancy_lines(event.occupancy).values()),
    ]
    if event.visibility is not Visibility.PUBLIC:
        said.append(Line(f"CLASS:{event.visibility.value}"))
    said += category_lines(event.categories)
    said += text_lines("COLOR", event.color)
    said += video_lines(event.video_url)
    said += wanted_lines(wanted=event.video_wanted)
    said += uri_lines("URL", event.url)
    return [*said, Line(f"SEQUENCE:{event.sequence}")]


def patch(ics: str, recurrence_id: RecurrenceId, patch: Patch, *, at: datetime) -> str:
    """The text with the patch on the master, or on one occurrence, which is made from the master if
    missing.

    Raises NotFound when there is neither that override nor a master to make it from,
    BadCalendarData.
    """
    sheet = open_sheet(ics)
    if recurrence_id:
        sheet = sheet.with_override(recurrence_id)
    changed = patched(sheet.block(recurrence_id), patch, at=at)
    return sheet.with_block(recurrence_id, changed).text()


def patched(block: Block, patch: Patch, *, at: datetime) -> Block:
    """One VEVENT with the patch."""
    for edit in (_edit_texts, _edit_times, _edit_guests, _edit_alarms):
        block = edit(block, patch)
    return stamped(block, at=at, moved=patch.when is not None or patch.repeat is not None)


def stamped(block: Block, *, at: datetime, moved: bool) -> Block:
    """One VEVENT with the time of its revision; SEQUENCE rises when its times changed."""
    block = block.with_lines("DTSTAMP", [instant_line("DTSTAMP", at)])
    block = block.with_lines("LAST-MODIFIED", [instant_line("LAST-MODIFIED", at)])
    said = block.value("SEQUENCE")
    count = int(said) + 1 if said.isdigit() else 1
    return block.with_lines("SEQUENCE", [Line(f"SEQUENCE:{count}")]) if moved else block


def _edit_texts(block: Block, patch: Patch) -> Block:
    said: dict[str, Sequence[Line]] = {}
    for name, text in (
        ("SUMMARY", patch.title),
        ("LOCATION", patch.location),
        ("DESCRIPTION", patch.description),
        ("COLOR", patch.color),
        ("STATUS", patch.status),
        ("CLASS", patch.visibility),
    ):
        if text is not None:
            said[name] = text_lines(name, text)
    if patch.categories is not None:
        said["CATEGORIES"] = category_lines(patch.categories)
    if patch.occupancy is not None:
        said |= occupancy_lines(patch.occupancy)
    if patch.video_url is not None or patch.video_wanted:
        said |= dict.fromkeys(_VIDEO, ()) | {"CONFERENCE": video_lines(patch.video_url or "")}
        said["X-CONVENE-VIDEO"] = wanted_lines(wanted=patch.video_wanted)
    for name, lines in said.items():
        block = block.with_lines(name, lines)
    return block.without(*_LOOKS) if patch.description is not None else block


def _edit_times(block: Block, patch: Patch) -> Block:
    if patch.when is None and patch.repeat is None and patch.zone is None:
        return block
    event = event_of(block)
    clock = ZoneInfo(patch.zone) if patch.zone else clock_of(event)
    if patch.when is not None:
        if isinstance(event.when, DaySpan) and isinstance(patch.when, TimeSpan) and clock is None:
            clock = _own_zone(patch.when)
        block = with_when(block, patch.when, clock)
    elif patch.zone and isinstance(event.when, TimeSpan):
        start, end = (wall(one, clock_of(event)) for one in (event.when.start, event.when.end))
        block = with_when(block, span_at(start, end, clock), clock)
    if patch.repeat is None:
        return block
    for name, lines in repeat_lines(patch.repeat, clock).items():
        block = block.with_lines(name, lines)
    return block


def _own_zone(span: TimeSpan) -> ZoneInfo:
    """The zone that a time came in, for an event that had none."""
    zone = span.start.tzinfo
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo("UTC")


def _edit_guests(block: Block, patch: Patch) -> Block:
    gone = {_plain(one) for one in patch.guests_removed}
    answers = {_plain(address): answer for address, answer in patch.answers.items()}
    notes = {_plain(address): note for address, note in patch.notes.items()}
    kept: list[Line] = []
    for line in block.lines("ATTENDEE"):
        address = _plain(address_of(line))
        if address in gone:
            continue
        answer = answers.get(address)
        if answer is not None:
            line = line.with_param("PARTSTAT", answer.value)
            line = commented(line, notes.get(address, ""))
        kept.append(line)
    there = {_plain(address_of(line)) for line in kept}
    kept += [guest_line(one) for one in patch.guests_added if _plain(one.address) not in there]
    if tuple(kept) != block.lines("ATTENDEE"):
        block = block.with_lines("ATTENDEE", kept)
    if patch.organizer is not None:
        block = block.with_lines("ORGANIZER", [organizer_line(patch.organizer)])
    return with_proposals(block, answers, patch.proposals)


def _plain(address: str) -> str:
    return address.strip().lower()


def _edit_alarms(block: Block, patch: Patch) -> Block:
    """Alarms on screen that lead the start are replaced; those at an hour, before the end or by
    mail stay."""
    if patch.alarms is None:
        return block
    kept = block.mapped(lambda one: None if _is_lead(one) else one)
    return replace(kept, members=(*kept.members, *map(alarm_block, patch.alarms)))


def _is_lead(member: Line | Block) -> bool:
    if not isinstance(member, Block) or member.name != "VALARM":
        return False
    return lead_of(member) is not None and not is_mailed(member)
