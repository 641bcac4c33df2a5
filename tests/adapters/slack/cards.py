"""Cards as the bot makes them, by what they are."""

from datetime import timedelta

from bot.chat.cards import Button, Card, CardKind, Choice, Field, Link, Select, message
from bot.confirmations import card_of
from bot.notice_cards import answers_card, invitation_card, reminder_card
from calendar_core.changes.change import ChangeId, ChangeStatus, Remark
from calendar_core.events import Answer
from calendar_core.people import PersonId
from scheduler.notices import Answered
from tests.builders import (
    NOW,
    a_change,
    a_glimpse,
    a_guest,
    a_person,
    a_reader,
    a_reminder_due,
    a_span,
    an_event,
    an_invitation_notice,
    an_occurrence,
)

LUNCH = an_event("Lunch with Ana")
REVIEW = an_event("Design review", a_span(16, "10:00", 30), guests=(a_guest("Bo Lindt"),))
HOSTILE = an_event(
    "<!channel> *free* <https://evil.example|bank> & co.",
    location="<@U123> `rm` https://maps.example/?a=1&b=2",
)
STANDUP = an_occurrence(when=a_span(10, "08:10", 15), video_url="https://meet.example/x")
CONFLICT = Remark(kind="conflict", text='overlaps "1:1 with Kim" 15:30–16:00')
MAIL = Remark(kind="mail", text="Bo will be mailed")
SNOOZE = Select(
    label="Snooze …",
    choices=tuple(Choice(f"{n} minutes", f"snooze{n}:0a1b2c") for n in (5, 10, 30)),
)


def _moved(status: ChangeStatus) -> Card:
    after = an_event("Lunch with Ana", a_span(11, "13:00", 45))
    glimpse = a_glimpse(LUNCH, after)
    change = a_change(glimpse, status=status, remarks=(CONFLICT, MAIL))
    return card_of(change, a_reader())


def _answers() -> Card:
    guests = (a_guest("Bo Lindt", answer=Answer.ACCEPTED), a_guest("Kim", answer=Answer.DECLINED))
    notice = Answered(
        key="k",
        owner=PersonId("ana"),
        event=STANDUP.event_id,
        occurrence=STANDUP,
        guests=guests,
    )
    return answers_card(notice, a_person(), NOW)


CARDS = {
    "create": card_of(a_change(a_glimpse(None, LUNCH)), a_reader()),
    "move": _moved(ChangeStatus.PROPOSED),
    "moved": _moved(ChangeStatus.APPLIED),
    "declined": _moved(ChangeStatus.DECLINED),
    "stale": _moved(ChangeStatus.STALE),
    "cancel": card_of(a_change(a_glimpse(REVIEW, None)), a_reader()),
    "scope": card_of(
        a_change(a_glimpse(REVIEW, None, is_series=True, remaining=6), status=ChangeStatus.ASKED),
        a_reader(),
    ),
    "hostile": card_of(a_change(a_glimpse(None, HOSTILE), id=ChangeId("c1")), a_reader()),
    "reminder": reminder_card(a_reminder_due(STANDUP), a_person(), NOW),
    "late": reminder_card(
        a_reminder_due(None, text="send the report", late_by=timedelta(minutes=20)), a_person(), NOW
    ),
    "invitation": invitation_card(an_invitation_notice(), a_person(), NOW),
    "answers": _answers(),
    "digest": Card(
        kind=CardKind.DIGEST,
        title=("Your day",),
        body=(("  09:30–10:00  Standup · ", Link("notes", "https://n.example/a?b&c")), ("Free",)),
    ),
    "agenda": message("Wednesday 11 March\n  09:30–10:00  Standup · weekly\n\nFree: 10:00–12:30"),
    "snooze": Card(
        kind=CardKind.REMINDER,
        body=(("⏰ Send the report.",),),
        buttons=(Button(label="Done", value="done:0a1b2c"),),
        selects=(SNOOZE,),
    ),
}
LONG = Card(
    kind=CardKind.DIGEST,
    title=("Your month",),
    body=tuple((f"  {n:03}  {'long ' * 10}",) for n in range(400)),
    fields=tuple(Field(name=f"event {n}", value=("Wed 11 March",)) for n in range(25)),
    buttons=(Button(label="Done", value="done:1"),),
)
