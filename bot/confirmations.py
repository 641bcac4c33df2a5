"""A pending change → its card, at every stage of its life. Deciding is the desk's; pressing is the
engine's.

A card is drawn from the stored change alone, so it looks the same after a restart. Confirm stands
only on a card
whose payload is complete (law 6).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.chat.cards import (
    Button,
    ButtonStyle,
    Card,
    CardKind,
    Field,
    Line,
    Moment,
    Quiet,
    Strong,
    Tone,
)
from bot.outcomes import in_lines, is_all_gone, outcome_words
from bot.series_words import series_words
from bot.wording import moments_of, say_count, say_day, say_length, say_line, say_names, say_when
from calendar_core.changes.change import (
    ChangeStatus,
    Glimpse,
    PendingChange,
    Remark,
    Reply,
)
from calendar_core.events import (
    Answer,
    Attendance,
    CalendarId,
    Event,
    Guest,
    Occupancy,
    Scope,
    Status,
    Visibility,
)
from calendar_core.phrases.spoken import describe_rule
from calendar_core.when import DaySpan, TimeSpan

MOST_SHOWN = 12
"""So many events are named on one card."""
_TO_CARE = ("conflict", "duplicate", "past", "copied")
"""Remarks that one should not overlook."""
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
    me: frozenset[str] = frozenset()
    """The reader's own CAL-ADDRESSes: left out of guest lists."""
    meanwhile: str = ""
    """Who changed the event meanwhile, and when, on the card of a change that came too late."""

    def when(self, event: Event) -> str:
        """An event's time, told to the reader."""
        return say_when(event.when, self.zone, self.now, clock_24h=self.clock_24h)


def card_of(change: PendingChange, reader: Reader) -> Card:
    """The card of a change as it stands now."""
    change = in_lines(change)
    return replace(_card_of(change, reader), moments=_moments(change, reader))


def _card_of(change: PendingChange, reader: Reader) -> Card:
    match change.status:
        case ChangeStatus.ASKED:
            return _scope_card(change, reader)
        case ChangeStatus.PROPOSED:
            return _question_card(change, reader)
        case _:
            return _outcome_card(change, reader)


def _moments(change: PendingChange, reader: Reader) -> tuple[Moment, ...]:
    """The times that the card tells, for readers in other zones."""
    told = [(one.before, one.after) for one in change.glimpses[:MOST_SHOWN]]
    told += [(one.before, one.now) for one in change.meanwhile]
    return moments_of((reader.when(one), one.when) for both in told for one in both if one)


def _question_card(change: PendingChange, reader: Reader) -> Card:
    careful = any(remark.kind in _TO_CARE for remark in change.remarks)
    single = len(change.glimpses) == 1 and change.count <= 1
    fields = (
        _with_length(_fields(change.glimpses[0], reader), change.remarks)
        if single
        else _list_fields(change, reader)
    )
    buttons = [Button(label="Confirm", value=f"confirm:{change.id}", style=ButtonStyle.PRIMARY)]
    if single and _can_edit(change.glimpses[0], change):
        buttons.append(Button(label="Edit", value=f"edit:{change.id}"))
    buttons.append(Button(label="Not now", value=f"decline:{change.id}"))
    return Card(
        kind=CardKind.CARD,
        title=(question(change, reader),),
        fields=(*fields, *_calendar_field(change, reader), *_remark_fields(change.remarks)),
        buttons=tuple(buttons),
        tone=Tone.CAREFUL if careful else Tone.ASKING,
    )


def _can_edit(glimpse: Glimpse, change: PendingChange) -> bool:
    return glimpse.after is not None and not any(isinstance(edit, Reply) for edit in change.edits)


def question(change: PendingChange, reader: Reader) -> str:
    """The title of a card that waits: what will happen, as a question."""
    if change.undoes is not None:
        return "Take that back?"
    if len(change.glimpses) != 1 or change.count > 1:
        return _plural_question(change)
    glimpse = change.glimpses[0]
    if glimpse.before is None and glimpse.after is not None:
        return f'Create "{glimpse.after.title}"?'
    event = glimpse.before or glimpse.after
    assert event is not None
    which = _which_occurrences(glimpse, reader)
    if glimpse.after is None:
        return f'Cancel "{event.title}"{which}?'
    if answer := _answer_given(change):
        words = {"ACCEPTED": "Accept", "TENTATIVE": "Answer maybe to", "DECLINED": "Decline"}
        return f'{words[answer]} "{event.title}"{which}?'
    return f'{_verb(glimpse)} "{event.title}"{which}?'


def _plural_question(change: PendingChange) -> str:
    new = sum(1 for one in change.glimpses if one.before is None)
    events = say_count(change.count, "event")
    if is_all_gone(change):
        return f"Cancel {events}?"
    if new == len(change.glimpses):
        return f"Create {events}?"
    return f"Change {events}?"


def _answer_given(change: PendingChange) -> str:
    answers = [edit.answer for edit in change.edits if isinstance(edit, Reply)]
    return answers[0].value if answers and answers[0] is not Answer.OPEN else ""


def _verb(glimpse: Glimpse) -> str:
    before, after = glimpse.before, glimpse.after
    assert before is not None
    assert after is not None
    if before.when != after.when and before.title == after.title:
        return "Move" if _begin(before) != _begin(after) else "Change"
    if len(after.guests) > len(before.guests):
        return "Add guests to"
    return "Change"


def _begin(event: Event) -> object:
    return event.when.first if isinstance(event.when, DaySpan) else event.when.start


def _which_occurrences(glimpse: Glimpse, reader: Reader) -> str:
    if not glimpse.is_series or glimpse.scope is None:
        return ""
    event = glimpse.before or glimpse.after
    assert event is not None
    day = _day(event, reader)
    return {
        Scope.THIS: f" on {day}",
        Scope.FOLLOWING: f" from {day} on",
        Scope.ALL: ", the whole series",
    }[glimpse.scope]


def _day(event: Event, reader: Reader) -> str:
    day = (
        event.when.first
        if isinstance(event.when, DaySpan)
        else event.when.start.astimezone(reader.zone).date()
    )
    return say_day(day, reader.now)


def _fields(glimpse: Glimpse, reader: Reader) -> tuple[Field, ...]:
    before, after = glimpse.before, glimpse.after
    if after is None:
        assert before is not None
        return (
            Field(name="when", value=(Strong(reader.when(before)),)),
            *_guest_fields(before.guests, reader),
        )
    if before is None:
        return _event_fields(after, reader)
    return _difference(before, after, reader)


def _event_fields(event: Event, reader: Reader) -> tuple[Field, ...]:
    """All that is said of a new event."""
    facts: list[tuple[str, Line]] = [("when", (Strong(_when_words(event, reader)),))]
    if event.location:
        facts.append(("place", (event.location,)))
    if event.description:
        facts.append(("notes", (_short(event.description),)))
    facts += [(name, (value,)) for name, value in _marks(event)]
    found = [Field(name=name, value=value) for name, value in facts]
    return (*found, *_guest_fields(event.guests, reader))


def _when_words(event: Event, reader: Reader) -> str:
    if event.repeat is None or not event.repeat.rule:
        return reader.when(event)
    return series_words(event, reader.zone, reader.now, clock_24h=reader.clock_24h)


def _marks(event: Event) -> list[tuple[str, str]]:
    marks = []
    if event.visibility is not Visibility.PUBLIC:
        marks.append(("visibility", "private"))
    if event.status is Status.TENTATIVE:
        marks.append(("status", "tentative"))
    shown = {
        Occupancy.OUT_OF_OFFICE: "out of office",
        Occupancy.FREE: "free" if isinstance(event.when, TimeSpan) else "",
    }
    if shown.get(event.occupancy):
        marks.append(("shown as", shown[event.occupancy]))
    if event.color:
        marks.append(("colour", event.color))
    if event.video_url:
        marks.append(("video", event.video_url))
    if event.alarms:
        marks.append(
            ("reminders", f"{say_names([say_length(one) for one in event.alarms])} before")
        )
    return marks


def _guest_fields(guests: Sequence[Guest], reader: Reader) -> tuple[Field, ...]:
    others = [guest for guest in guests if guest.address not in reader.me]
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


def _difference(before: Event, after: Event, reader: Reader) -> tuple[Field, ...]:
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
    changed("place", before.location, after.location)
    changed("notes", _short(before.description), _short(after.description))
    changed("repeats", _rule_words(before, reader), _rule_words(after, reader))
    marks_before, marks_after = dict(_marks(before)), dict(_marks(after))
    for name in dict.fromkeys((*marks_before, *marks_after)):
        usual = _USUAL.get(name, "")
        changed(name, marks_before.get(name, usual), marks_after.get(name, usual))
    found += _guest_changes(before, after, reader)
    return tuple(found)


def _rule_words(event: Event, reader: Reader) -> str:
    if event.repeat is None or not event.repeat.rule:
        return ""
    return describe_rule(event.repeat.rule, now=reader.now, zone=reader.zone)


def _guest_changes(before: Event, after: Event, reader: Reader) -> list[Field]:
    had = {guest.address: guest for guest in before.guests}
    has = {guest.address: guest for guest in after.guests}
    added = [guest_words(has[address]) for address in has if address not in had]
    gone = [guest_words(had[address]) for address in had if address not in has]
    found = []
    if added:
        found.append(Field(name="new guests", value=(Strong(say_names(added)),)))
    if gone:
        found.append(Field(name="taken off", value=(Strong(say_names(gone)),)))
    kept = [guest for guest in after.guests if guest.address in had]
    return found + list(_guest_fields(kept, reader))


def _short(text: str) -> str:
    line = say_line(text)
    return line if len(line) <= 200 else f"{line[:199]}…"


def _list_fields(change: PendingChange, reader: Reader) -> tuple[Field, ...]:
    found = []
    for glimpse in change.glimpses[:MOST_SHOWN]:
        event = glimpse.after or glimpse.before
        assert event is not None
        scope = _which_occurrences(glimpse, reader) if glimpse.scope is not Scope.THIS else ""
        found.append(Field(name=event.title, value=(f"{reader.when(event)}{scope}",)))
    rest = change.count - len(found)
    if rest > 0:
        found.append(Field(name="and", value=(f"{rest} more",)))
    return tuple(found)


def _calendar_field(change: PendingChange, reader: Reader) -> tuple[Field, ...]:
    ids = dict.fromkeys(glimpse.calendar_id for glimpse in change.glimpses)
    names = [reader.calendars[one] for one in ids if one in reader.calendars]
    if not names:
        return ()
    mail = [remark.text for remark in change.remarks if remark.kind == "mail"]
    return (Field(name="calendar", value=(" · ".join([say_names(names), *mail]),)),)


def _remark_fields(remarks: Sequence[Remark]) -> tuple[Field, ...]:
    return tuple(
        Field(name="note", value=(remark.text,))
        for remark in remarks
        if remark.kind not in ("mail", "length")
    )


def _with_length(fields: tuple[Field, ...], remarks: Sequence[Remark]) -> tuple[Field, ...]:
    """Beside the time: that its length is the person's usual one, where none was said."""
    said = next((remark.text for remark in remarks if remark.kind == "length"), None)
    if said is None:
        return fields
    return tuple(
        replace(one, value=(*one.value, f" ({said})")) if one.name == "when" else one
        for one in fields
    )


def _scope_card(change: PendingChange, reader: Reader) -> Card:
    glimpse = change.glimpses[0]
    event = glimpse.before or glimpse.after
    assert event is not None
    verb = "Cancel" if glimpse.after is None else "Change"
    if answer := _answer_given(change):
        verb = {"ACCEPTED": "Accept", "TENTATIVE": "Answer maybe to", "DECLINED": "Decline"}[answer]
    left = "" if glimpse.remaining is None else f" ({glimpse.remaining} left)"
    return Card(
        kind=CardKind.CARD,
        title=(f'{verb} "{event.title}". Which?',),
        fields=_fields(glimpse, reader),
        buttons=(
            Button(label=f"Only {_day(event, reader)}", value=f"this:{change.id}"),
            Button(label="This and following", value=f"following:{change.id}"),
            Button(label=f"Whole series{left}", value=f"all:{change.id}"),
            Button(label="Not now", value=f"decline:{change.id}"),
        ),
        tone=Tone.ASKING,
    )


def _outcome_card(change: PendingChange, reader: Reader) -> Card:
    words, tone = outcome_words(change, reader.zone, reader.now, clock_24h=reader.clock_24h)
    if reader.meanwhile and change.status is ChangeStatus.STALE:
        words = f"{words.rstrip('.')} ({reader.meanwhile})."
    buttons: tuple[Button, ...] = ()
    if change.status is ChangeStatus.APPLIED and _can_undo(change, reader):
        buttons = (Button(label="Undo", value=f"undo:{change.id}"),)
    if change.status is ChangeStatus.STALE:
        buttons = (
            Button(label="Show me the new one", value=f"again:{change.id}"),
            Button(label="Leave it", value=f"leave:{change.id}"),
        )
    return Card(kind=CardKind.CARD, title=(words,), buttons=buttons, tone=tone)


def _can_undo(change: PendingChange, reader: Reader) -> bool:
    in_time = change.undo_until is None or change.undo_until > reader.now
    return change.undoes is None and in_time
