"""Notices → cards: reminders, invitations, answers, news of accounts. Pure; bringing them is
`notices`.
"""

from datetime import datetime, timedelta

from bot.channels import CHANNEL
from bot.chat.cards import Button, ButtonStyle, Card, CardKind, Moment
from bot.countering import counter_button, counter_card
from bot.gathered_cards import gathered_card
from bot.invitations import answer_buttons
from bot.linking_words import AGAIN
from bot.news_words import listener, say_answered, say_as_it_was, say_changed
from bot.people import Person
from bot.reaching import missed_card
from bot.wording import (
    moments_of,
    say_answer,
    say_clocks,
    say_day,
    say_length,
    say_names,
    say_near_day,
    say_when,
)
from calendar_core.events import Guest, Occurrence
from calendar_core.when import DaySpan
from scheduler.notices import (
    AccountUnwell,
    Answered,
    CalendarsChanged,
    CounterProposed,
    Invited,
    Notice,
    ReminderDue,
    RemindersMissed,
)
from scheduler.reminder import parted

LONG_LATE = timedelta(days=2)
"""From here on a day says more than a length."""


def card_of_notice(notice: Notice, person: Person | None, now: datetime) -> Card:
    match notice:
        case ReminderDue():
            return reminder_card(notice, person, now)
        case RemindersMissed():
            return missed_card(notice, person)
        case Invited():
            return invitation_card(notice, person, now)
        case Answered():
            return answers_card(notice, person, now)
        case CounterProposed() if person is not None:
            return counter_card(notice, person, now)
        case CalendarsChanged() if person is not None:
            return gathered_card(notice, person, now)
        case AccountUnwell():
            return unwell_card(notice)
        case _:
            raise TypeError(f"no card for {type(notice).__name__}")


def unwell_card(notice: AccountUnwell) -> Card:
    """One's linked account is no longer read."""
    text = (
        f"⚠ I can't read the calendars of {notice.address} any more. {notice.why} "
        "Until then I don't know what stands on them."
    )
    return Card(
        kind=CardKind.NOTICE,
        body=((text,), ("Linked again, it keeps its calendars and settings.",)),
        buttons=(
            Button(
                label="Link it again",
                value=f"{AGAIN}:{notice.account}",
                style=ButtonStyle.PRIMARY,
            ),
        ),
    )


def reminder_card(notice: ReminderDue, person: Person | None, now: datetime) -> Card:
    """For example "⏰ Standup in 10 minutes, 09:30–09:45.", "⏰ Late by 20 minutes, I was not
    running: send the report."."""
    late = late_words(notice.late_by, now)
    words = _reminder_words(notice, person, now)
    text = f"⏰ {late[0]} {words}" if late else f"⏰ {words[:1].upper()}{words[1:]}"
    return Card(
        kind=CardKind.REMINDER,
        body=((text,),),
        buttons=_reminder_buttons(notice),
        late=notice.late_by is not None,
        moments=clocks_of(notice.occurrence, person),
    )


def clocks_of(one: Occurrence | None, person: Person | None) -> tuple[Moment, ...]:
    """The hours that a reminder tells, for readers in other zones."""
    if one is None or isinstance(one.when, DaySpan):
        return ()
    clock_24h = person is None or person.preferences.clock_24h
    here = one.when.within(person.zone) if person else one.when
    text = say_clocks(here.start, here.end, clock_24h=clock_24h)
    return (Moment(here.start, text, until=here.end, with_day=False),)


def late_words(late_by: timedelta | None, now: datetime) -> list[str]:
    if late_by is None:
        return []
    if late_by >= LONG_LATE:
        return [f"Missed since {say_day((now - late_by).date(), now)}, I was not running:"]
    minutes = max(timedelta(minutes=1), timedelta(minutes=round(late_by / timedelta(minutes=1))))
    return [f"Late by {say_length(minutes)}, I was not running:"]


def _reminder_words(notice: ReminderDue, person: Person | None, now: datetime) -> str:
    one = notice.occurrence
    if one is None:
        return f"{notice.text}." if notice.text[-1:] not in ".!?" else notice.text
    confirmed, text = _for_others(notice)
    title = confirmed or one.title or "(no title)"
    note = f" {text[:1].upper()}{text[1:]}." if text and text != title else ""
    return f"{title} {_how_soon(one, person, now)}.{note}"


def _for_others(notice: ReminderDue) -> tuple[str, str]:
    """What a channel is told of somebody's own event: the title that they confirmed, and their
    words; without a title in all other reminders."""
    if notice.place and not notice.owner.startswith(CHANNEL):
        return parted(notice.text)
    return "", notice.text


def _how_soon(one: Occurrence, person: Person | None, now: datetime) -> str:
    clock_24h = person is None or person.preferences.clock_24h
    if isinstance(one.when, DaySpan):
        day = one.when.first
        if day == now.date():
            return "is today, all day"
        return f"is {say_near_day(day, now)}, all day"
    here = one.when.within(person.zone) if person else one.when
    clocks = say_clocks(here.start, here.end, clock_24h=clock_24h)
    if here.start.date() != now.date():
        clocks = f"{say_day(here.start.date(), now)} {clocks}"
    # Join leads there already
    place = f" · {one.location}" if one.location and one.location != one.video_url else ""
    ahead = here.start - now
    if ahead > timedelta(seconds=30):
        rounded = timedelta(minutes=max(1, round(ahead / timedelta(minutes=1))))
        return f"in {say_length(rounded)}, {clocks}{place}"
    if ahead > timedelta(minutes=-1):
        return f"begins now, {clocks}{place}"
    return f"has begun, {clocks}{place}"


def _reminder_buttons(notice: ReminderDue) -> tuple[Button, ...]:
    buttons = []
    if notice.occurrence is not None and notice.occurrence.video_url.startswith("https://"):
        join = Button(
            label="Join", value=f"join:{notice.reminder_id}", url=notice.occurrence.video_url
        )
        buttons.append(join)
    if notice.place:  # a channel's: nobody's own to put off
        return tuple(buttons)
    buttons.append(Button(label="Snooze 5 min", value=f"snooze:{notice.key}"))
    buttons.append(Button(label="Done", value=f"done:{notice.key}"))
    return tuple(buttons)


def invitation_card(notice: Invited, person: Person | None, now: datetime) -> Card:
    """News of an invitation."""
    if notice.changes and person is not None and notice.what != "invited":
        return _changed_card(notice, person, now)
    when = _told_when(notice.occurrence, person, now)
    by, title = notice.by or "Somebody", f'"{notice.title}"'
    is_series = notice.occurrence is not None and notice.occurrence.is_series
    what, at = (f"the series {title}", f"next on {when}") if is_series else (title, when)
    text = {
        "invited": f"{by} invites you to {what}, {at}.",
        "moved": f"{by} changed {what}: {at} now.",
    }.get(notice.what, f"{by} cancelled {title}.")
    return Card(
        kind=CardKind.NOTICE,
        body=((f"{text}{_overlap(notice)}",),),
        buttons=_invitation_buttons(notice),
        moments=_moments(when, notice.occurrence),
    )


def _changed_card(notice: Invited, person: Person, now: datetime) -> Card:
    """What exactly changed of an invitation."""
    to, one = listener(person, now), notice.occurrence
    told = [
        say_as_it_was(change, to) if change.before == change.after else say_changed(change, to)
        for change in notice.changes
    ]
    lines = [said.text for said in told]
    moments = [moment for said in told for moment in said.moments]
    if one is not None and one.is_series and any(change.after for change in notice.changes):
        next_ = to.when(one.when)
        lines[-1] = f"{lines[-1]} Next on {next_}."
        moments += moments_of([(next_, one.when)])
    lines[-1] = f"{lines[-1]}{_overlap(notice)}"
    return Card(
        kind=CardKind.NOTICE,
        body=tuple((line,) for line in lines),
        buttons=_invitation_buttons(notice),
        moments=tuple(dict.fromkeys(moments)),
    )


def _overlap(notice: Invited) -> str:
    if not notice.overlaps:
        return ""
    now = "now " if notice.what == "moved" else ""
    titles = say_names([f'"{title}"' for title in notice.overlaps])
    return f" It {now}overlaps {titles}."


def answers_card(notice: Answered, person: Person | None, now: datetime) -> Card:
    """How the guests of an event answered so far."""
    when = _told_when(notice.occurrence, person, now)
    mine = person.addresses if person is not None else ()
    said = [_say_answer(one, person, now) for one in notice.guests if one.address not in mine]
    text = f'"{notice.occurrence.title}", {when}: {"; ".join(said)}.'
    return Card(kind=CardKind.NOTICE, body=((text,),), moments=_moments(when, notice.occurrence))


def _say_answer(guest: Guest, person: Person | None, now: datetime) -> str:
    return say_answer(guest) if person is None else say_answered(guest, listener(person, now))


def _moments(told: str, one: Occurrence | None) -> tuple[Moment, ...]:
    return moments_of([(told, one.when)]) if told and one is not None else ()


def _told_when(one: Occurrence | None, person: Person | None, now: datetime) -> str:
    if one is None or person is None:
        return ""
    return say_when(one.when, person.zone, now, clock_24h=person.preferences.clock_24h)


def _invitation_buttons(notice: Invited) -> tuple[Button, ...]:
    if notice.what not in ("invited", "moved") or notice.occurrence is None:
        return ()
    if notice.changes and not any(change.after for change in notice.changes):
        return ()
    one = notice.occurrence
    return (*answer_buttons(one.event_id, one.when), counter_button(one.event_id))
