"""A pending change → its card, at every stage of its life. Deciding is the desk's; pressing is the
engine's.

A card is drawn from the stored change alone, so it looks the same after a restart. Confirm stands
only on a card whose payload is complete (law 6). What it says of each event is `event_fields`.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.chat.cards import (
    Button,
    ButtonStyle,
    Card,
    CardKind,
    Field,
    Moment,
    Strong,
    Tone,
)
from bot.event_fields import Reader as Reader
from bot.event_fields import fields_of, links_of, with_length
from bot.invitations import answer_of, asks_to, other_answers
from bot.outcomes import in_lines, is_all_gone, outcome_words
from bot.wording import moments_of, say_count, say_day, say_line, say_names
from calendar_core.changes.change import (
    ChangeStatus,
    Glimpse,
    PendingChange,
    Remark,
    Reply,
)
from calendar_core.events import (
    Event,
    Scope,
)
from calendar_core.when import DaySpan, When

MOST_SHOWN = 12
"""So many events are named on one card."""
_TO_CARE = ("conflict", "duplicate", "past", "copied")
"""Remarks that one should not overlook."""


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
    times = [(reader.when(one), one.when) for both in told for one in both if one]
    instead = _instead(change)
    times += [(reader.at(instead), instead)] if instead is not None else []
    return moments_of(times)


def _question_card(change: PendingChange, reader: Reader) -> Card:
    careful = any(remark.kind in _TO_CARE for remark in change.remarks)
    single = len(change.glimpses) == 1 and change.count <= 1
    fields = (
        with_length(fields_of(change.glimpses[0], reader), change.remarks)
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
        fields=(
            *_assistant_field(change),
            *fields,
            *_reply_fields(change, reader),
            *_calendar_field(change, reader),
            *_remark_fields(change.remarks),
        ),
        buttons=tuple(buttons),
        tone=Tone.CAREFUL if careful else Tone.ASKING,
    )


def _instead(change: PendingChange) -> When | None:
    """The time that is proposed with an answer."""
    return next((one.proposed for one in change.edits if isinstance(one, Reply)), None)


def _reply_fields(change: PendingChange, reader: Reader) -> tuple[Field, ...]:
    """What the organizer gets beside an answer."""
    found = []
    instead = _instead(change)
    if instead is not None:
        found.append(Field(name="instead", value=(Strong(reader.at(instead)),)))
    note = next((one.note for one in change.edits if isinstance(one, Reply)), "")
    if note:
        found.append(Field(name="your words", value=(say_line(note),)))
    return tuple(found)


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
    if answer := answer_of(change):
        also = " and propose another time" if _instead(change) is not None else ""
        return f'{asks_to(answer)} "{event.title}"{which}{also}?'
    return f'{_verb(glimpse)} "{event.title}"{which}?'


def _plural_question(change: PendingChange) -> str:
    new = sum(1 for one in change.glimpses if one.before is None)
    events = say_count(change.count, "event")
    if is_all_gone(change):
        return f"Cancel {events}?"
    if new == len(change.glimpses):
        return f"Create {events}?"
    return f"Change {events}?"


def _verb(glimpse: Glimpse) -> str:
    before, after = glimpse.before, glimpse.after
    assert before is not None
    assert after is not None
    if before.when != after.when and before.title == after.title:
        return "Move" if _begin(before) != _begin(after) else "Change"
    if len(after.people) > len(before.people):
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
        if remark.kind not in ("mail", "length", "assistant")
    )


def _assistant_field(change: PendingChange) -> tuple[Field, ...]:
    """Which other assistant handed it in, where one did: nobody takes that for their own words."""
    said = [one.text for one in change.remarks if one.kind == "assistant"]
    return tuple(Field(name="from", value=(Strong(text),)) for text in said)


def _scope_card(change: PendingChange, reader: Reader) -> Card:
    glimpse = change.glimpses[0]
    event = glimpse.before or glimpse.after
    assert event is not None
    verb = "Cancel" if glimpse.after is None else "Change"
    if answer := answer_of(change):
        verb = asks_to(answer)
    left = "" if glimpse.remaining is None else f" ({glimpse.remaining} left)"
    return Card(
        kind=CardKind.CARD,
        title=(f'{verb} "{event.title}". Which?',),
        fields=(*_assistant_field(change), *fields_of(glimpse, reader)),
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
        buttons = (
            *other_answers(change, stands=True),
            *links_of(change, reader),
            Button(label="Undo", value=f"undo:{change.id}"),
        )
    if change.status is ChangeStatus.UNDONE:
        buttons = other_answers(change, stands=False)
    if change.status is ChangeStatus.STALE:
        buttons = (
            Button(label="Show me the new one", value=f"again:{change.id}"),
            Button(label="Leave it", value=f"leave:{change.id}"),
        )
    return Card(kind=CardKind.CARD, title=(words,), buttons=buttons, tone=tone)


def _can_undo(change: PendingChange, reader: Reader) -> bool:
    in_time = change.undo_until is None or change.undo_until > reader.now
    return change.undoes is None and in_time
