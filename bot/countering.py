"""Another time for an invitation: the button and form by which a guest proposes one, and the card
with which its organizer hears of it. Pure; presses are `counter_presses`.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.chat.cards import Button, Card, CardKind
from bot.chat.forms import Form, FormField, Option
from bot.news_words import listener, say_answered
from bot.people import Person
from bot.wording import moments_of
from calendar_core.events import EventId, Occurrence, RecurrenceId
from calendar_core.when import DaySpan, TimeSpan, When
from scheduler.notices import CounterProposed

COUNTER, MOVE_IT = "counter", "moveit"
"""The verbs: propose another time; move the event to the one that a guest proposed."""
DECLINE, MAYBE = "decline", "tentative"


def counter_button(event: EventId) -> Button:
    """On an invitation."""
    return Button(label="Propose another time", value=f"{COUNTER}:{event}")


def counter_form(one: Occurrence, told: str) -> Form:
    """When instead, and a word; `told` is when the event is, as its guest reads it."""
    answers = (Option("Decline", DECLINE), Option("Maybe", MAYBE))
    fields = (
        FormField(
            name="when",
            label="When instead",
            hint=f'it is {told} now; for example "Thursday 3pm"',
            required=True,
        ),
        FormField(name="answer", label="The time it has now", value=DECLINE, options=answers),
        FormField(name="note", label="A word to the organizer", multiline=True),
    )
    return Form(
        value=f"{COUNTER}:{one.event_id}@{one.recurrence_id}",
        title="Propose another time",
        fields=fields,
        submit="Propose",
    )


def counter_card(notice: CounterProposed, person: Person, now: datetime) -> Card:
    """A guest proposes another time to the organizer."""
    to, one, guest = listener(person, now), notice.occurrence, notice.guest
    when = to.when(one.when)
    text = f'"{one.title}", {when}: {say_answered(guest, to)}.'
    times = [(when, one.when)]
    buttons: tuple[Button, ...] = ()
    if guest.proposed is not None:
        times.append((to.when(guest.proposed), guest.proposed))
        buttons = (move_button(one, guest.proposed),)
    return Card(kind=CardKind.NOTICE, body=((text,),), buttons=buttons, moments=moments_of(times))


def move_button(one: Occurrence, to: When) -> Button:
    """Opens the proposal that moves an event there."""
    return Button(
        label="Move it", value=f"{MOVE_IT}:{one.event_id}@{_packed(to)}@{one.recurrence_id}"
    )


def split_move(subject: str) -> tuple[str, When | None]:
    """What such a button carries: the event as tools name it, and the time; None when it is not
    readable."""
    event, _, rest = subject.partition("@")
    packed, _, rid = rest.partition("@")
    return f"{event}@{RecurrenceId(rid)}" if rid else event, _unpacked(packed)


def in_digits(when: When, zone: ZoneInfo) -> str:
    """A time as words that are read back as the same, in that zone: "2026-03-12 15:00-16:00"."""
    if isinstance(when, DaySpan):
        last = f" to {when.last}" if when.days > 1 else ""
        return f"{when.first}{last}"
    here = when.within(zone)
    start = f"{here.start:%Y-%m-%d %H:%M}"
    if here.start.date() == here.end.date():
        return f"{start}-{here.end:%H:%M}"
    return f"{start} to {here.end:%Y-%m-%d %H:%M}"


def _packed(when: When) -> str:
    if isinstance(when, DaySpan):
        return f"{when.first:%Y%m%d}+{when.days}d"
    minutes = int(when.start.timestamp()) // 60
    return f"{minutes}+{when.length // timedelta(minutes=1)}"


def _unpacked(packed: str) -> When | None:
    start, _, length = packed.partition("+")
    if not start.isdecimal() or not length.removesuffix("d").isdecimal():
        return None
    number = int(length.removesuffix("d"))
    if length.endswith("d"):
        first = date(int(start[:4]), int(start[4:6]), int(start[6:8]))
        return DaySpan(first=first, until=first + timedelta(days=number))
    at = datetime.fromtimestamp(int(start) * 60, UTC)
    return TimeSpan(start=at, end=at + timedelta(minutes=number))
