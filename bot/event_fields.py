"""What the card of a change says of an event, field by field: all that is known of a new one, and
was and will be of one that changes.

Around it stands the question or the outcome: `confirmations`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.chat.cards import Button, Field, Line, Quiet, Strong
from bot.series_words import series_words
from bot.wording import say_length, say_line, say_names, say_when
from calendar_core.capabilities import LOCAL, Capabilities
from calendar_core.changes.change import Glimpse, PendingChange, Remark
from calendar_core.events import (
    Attendance,
    CalendarId,
    Event,
    Guest,
    Occupancy,
    Status,
    Visibility,
)
from calendar_core.phrases.spoken import describe_rule
from calendar_core.when import TimeSpan, When

JOIN = "Join"
_USUAL = {"visibility": "public", "status": "confirmed", "shown as": "busy"}
"""What is not said of an event, unless it was or will be otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """For whom a card is drawn."""

    zone: ZoneInfo
    now: datetime
    """Aware, in `zone`."""
    clock_24h: bool = True
    calendars: Mapping[CalendarId, str]
    """Names of the calendars that the change touches."""
    makers: Mapping[CalendarId, Capabilities] = field(default_factory=dict)
    """What the makers of the reader's own calendars among them can do."""
    me: frozenset[str] = frozenset()
    """The reader's own CAL-ADDRESSes: left out of guest lists."""
    meanwhile: str = ""
    """Who changed the event meanwhile, and when, on the card of a change that came too late."""

    def when(self, event: Event) -> str:
        """An event's time, told to the reader."""
        return self.at(event.when)

    def at(self, when: When) -> str:
        """A time, told to the reader."""
        return say_when(when, self.zone, self.now, clock_24h=self.clock_24h)

    def maker(self, calendar_id: CalendarId) -> Capabilities:
        """What the maker of a calendar can do; little, where it is not the reader's own."""
        return self.makers.get(calendar_id, LOCAL)


def fields_of(glimpse: Glimpse, reader: Reader) -> tuple[Field, ...]:
    """What a card says of the one event that it is about."""
    before, after = glimpse.before, glimpse.after
    if after is None:
        assert before is not None
        return (
            Field(name="when", value=(Strong(reader.when(before)),)),
            *_guest_fields(before.guests, reader),
        )
    if before is None:
        return _event_fields(after, reader, reader.maker(glimpse.calendar_id))
    return _difference(before, after, reader, reader.maker(glimpse.calendar_id))


def _event_fields(event: Event, reader: Reader, maker: Capabilities) -> tuple[Field, ...]:
    """All that is said of a new event."""
    facts: list[tuple[str, Line]] = [("when", (Strong(_when_words(event, reader)),))]
    if event.location and event.location != _rooms(event):
        facts.append(("place", (event.location,)))
    if event.rooms:
        facts.append(("room", (_rooms(event),)))
    if event.description:
        facts.append(("notes", (_short(event.description),)))
    facts += [(name, (value,)) for name, value in _marks(event, maker)]
    found = [Field(name=name, value=value) for name, value in facts]
    return (*found, *_guest_fields(event.guests, reader))


def _rooms(event: Event) -> str:
    """The rooms that are booked for it; they are no guests."""
    return say_names([one.name or one.email or "a room" for one in event.rooms])


def _when_words(event: Event, reader: Reader) -> str:
    if event.repeat is None or not event.repeat.rule:
        return reader.when(event)
    return series_words(event, reader.zone, reader.now, clock_24h=reader.clock_24h)


def _marks(event: Event, maker: Capabilities) -> list[tuple[str, str]]:
    marks = []
    if event.visibility is not Visibility.PUBLIC:
        marks.append(("visibility", "private"))
    if event.status is Status.TENTATIVE:
        marks.append(("status", "tentative"))
    shown = {
        Occupancy.OUT_OF_OFFICE: "out of office",
        Occupancy.ELSEWHERE: "working elsewhere",
        Occupancy.FREE: "free" if isinstance(event.when, TimeSpan) else "",
    }
    if shown.get(event.occupancy):
        marks.append(("shown as", shown[event.occupancy]))
    if event.color:
        marks.append(("colour", event.color))
    if event.video_url:
        marks.append(("video", event.video_url))
    elif event.video_wanted:
        marks.append(("video", f"a {maker.video or 'video'} link"))
    if reminders := _reminder_words(event, maker):
        marks.append(("reminders", reminders))
    return marks


def _reminder_words(event: Event, maker: Capabilities) -> str:
    """Says "10 minutes before on screen and 1 day before by mail, by Google Calendar"."""
    shown, mailed = (
        f"{say_names([say_length(one) for one in leads])} before" if leads else ""
        for leads in (event.alarms, event.mail_alarms)
    )
    if mailed:
        shown = " and ".join((*([f"{shown} on screen"] if shown else []), f"{mailed} by mail"))
    return f"{shown}, by {maker.name}" if shown and maker.reminds else shown


def _guest_fields(guests: Sequence[Guest], reader: Reader) -> tuple[Field, ...]:
    others = [one for one in guests if one.address not in reader.me and not one.is_room]
    required = [guest for guest in others if guest.attendance is Attendance.REQUIRED]
    optional = [guest for guest in others if guest.attendance is Attendance.OPTIONAL]
    found = []
    for name, group in (("guests", required), ("optional", optional)):
        if group:
            found.append(Field(name=name, value=(say_names([guest_words(one) for one in group]),)))
    return tuple(found)


def guest_words(guest: Guest) -> str:
    """A guest with the address that a mail would go to."""
    if guest.email:
        return f"{guest.name} <{guest.email}>" if guest.name else guest.email
    return guest.name or "a guest"


def _difference(
    before: Event, after: Event, reader: Reader, maker: Capabilities
) -> tuple[Field, ...]:
    """Was and will be, for everything that changes and nothing else."""
    found: list[Field] = []

    def changed(name: str, was: str, will: str) -> None:
        if was != will:
            label = f"{name} " if name else ""
            found.append(Field(name=f"{label}was", value=(Quiet(was or "none"),)))
            found.append(Field(name=f"{label}will be", value=(Strong(will or "none"),)))

    changed("", reader.when(before), reader.when(after))
    if not found:
        found.append(Field(name="when", value=(reader.when(after),)))
    changed("title", before.title, after.title)
    if any(one.location not in ("", _rooms(one)) for one in (before, after)):
        changed("place", before.location, after.location)
    changed("room", _rooms(before), _rooms(after))
    changed("notes", _short(before.description), _short(after.description))
    changed("repeats", _rule_words(before, reader), _rule_words(after, reader))
    marks_before, marks_after = dict(_marks(before, maker)), dict(_marks(after, maker))
    for name in dict.fromkeys((*marks_before, *marks_after)):
        usual = _USUAL.get(name, "")
        changed(name, marks_before.get(name, usual), marks_after.get(name, usual))
    found += _guest_changes(before, after, reader)
    return tuple(found)


def links_of(change: PendingChange, reader: Reader) -> tuple[Button, ...]:
    """Where the one event of a change can be joined, and opened at its maker: for the owner of its
    calendar alone, who sees it there too."""
    if len(change.glimpses) != 1 or change.public:
        return ()
    glimpse = change.glimpses[0]
    event, maker = glimpse.after, reader.maker(glimpse.calendar_id)
    if event is None:
        return ()
    told = ((JOIN, event.video_url), (f"Open in {maker.name}", event.link if maker.name else ""))
    return tuple(
        Button(label=label, value=f"open:{change.id}", url=url)
        for label, url in told
        if url.startswith("https://")
    )


def _rule_words(event: Event, reader: Reader) -> str:
    if event.repeat is None or not event.repeat.rule:
        return ""
    return describe_rule(event.repeat.rule, now=reader.now, zone=reader.zone)


def _guest_changes(before: Event, after: Event, reader: Reader) -> list[Field]:
    had = {guest.address: guest for guest in before.people}
    has = {guest.address: guest for guest in after.people}
    added = [guest_words(has[address]) for address in has if address not in had]
    gone = [guest_words(had[address]) for address in had if address not in has]
    found = []
    if added:
        found.append(Field(name="new guests", value=(Strong(say_names(added)),)))
    if gone:
        found.append(Field(name="taken off", value=(Strong(say_names(gone)),)))
    kept = [guest for guest in after.people if guest.address in had]
    return found + list(_guest_fields(kept, reader))


def _short(text: str) -> str:
    line = say_line(text)
    return line if len(line) <= 200 else f"{line[:199]}…"


def with_length(fields: tuple[Field, ...], remarks: Sequence[Remark]) -> tuple[Field, ...]:
    """Beside the time: that its length is the person's usual one, where none was said."""
    said = next((remark.text for remark in remarks if remark.kind == "length"), None)
    if said is None:
        return fields
    return tuple(
        replace(one, value=(*one.value, f" ({said})")) if one.name == "when" else one
        for one in fields
    )
