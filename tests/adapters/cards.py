"""Cards as the bot makes them, by what they are."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from bot.account_codes import CodeStatus, LinkCode
from bot.account_words import join_card
from bot.account_words import outcome_card as accounts_outcome
from bot.channels import ChannelSettings, Digest
from bot.chat.cards import Button, Card, CardKind, Choice, Field, Link, Select, message
from bot.chat.messages import Sender
from bot.confirmations import card_of
from bot.note_cards import note_card
from bot.notes import Note, NoteStatus
from bot.notice_cards import answers_card, card_of_notice, invitation_card, reminder_card
from bot.rests import LABEL as MORE
from bot.showing import noted_card
from bot.signup_cards import dressed
from bot.tools.channel_wishes import action_of
from bot.tools.tool import ToolResult, Undo
from calendar_core.changes.change import ChangeId, ChangeStatus, Create, Remark, Reply
from calendar_core.events import Answer, Event
from calendar_core.people import PersonId
from scheduler.notices import Answered, RemindersMissed
from tests.adapters.account_cards import ACCOUNT_MAKERS
from tests.adapters.assistant_cards import ASSISTANT_MAKERS
from tests.adapters.invitation_cards import INVITATION_MAKERS
from tests.adapters.reading_cards import READING_MAKERS
from tests.builders import (
    BERLIN,
    NOW,
    PERSONAL,
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


def _accepted() -> Card:
    """What came of an answer, with the others to give."""
    glimpse = a_glimpse(REVIEW, REVIEW)
    assert glimpse.target is not None
    reply = Reply(target=glimpse.target, answer=Answer.ACCEPTED)
    heard = Remark(kind="invited", text="Bo is told here in chat")
    change = a_change(glimpse, status=ChangeStatus.APPLIED, edits=(reply,), remarks=(heard,))
    return card_of(change, a_reader())


RETRO = an_event(
    "Retro",
    a_span(11, "15:00"),
    guests=(
        a_guest("Bo Lindt", answer=Answer.ACCEPTED),
        a_guest("*Kim* <!here>", answer=Answer.TENTATIVE),
    ),
)


def _signups(event: Event | None = RETRO) -> Card:
    """An event of a channel, with who comes."""
    made = an_event("Retro", a_span(11, "15:00"))
    change = a_change(
        a_glimpse(None, made),
        status=ChangeStatus.APPLIED,
        public=True,
        edits=(Create(calendar_id=PERSONAL, event=made),),
    )
    reader = a_reader()
    return dressed(card_of(change, reader), change, event, reader)


def _note(status: NoteStatus) -> Note:
    stood = ChannelSettings(owner=PersonId("channel:slack/T1/C1"), name="#team", zone=BERLIN)
    wanted = replace(stood, digest=Digest.DAILY, leads=(timedelta(minutes=15),))
    return Note(
        id="c0ffee",
        owner=PersonId("ana"),
        place="slack/T1/C1/",
        action=action_of(stood, wanted, "Ana"),
        undo={},
        status=status,
        at=NOW,
    )


CODE = LinkCode(
    id="c0ffee",
    person=PersonId("ana"),
    account=Sender(platform="slack", workspace="T1", user="U1", name="Ana"),
    platform="discord",
    status=CodeStatus.ENTERED,
    expires_at=NOW,
    entered_by=PersonId("bo"),
    entered_on=None,
)


MAKERS: dict[str, Callable[[], Card]] = {
    "create": lambda: card_of(a_change(a_glimpse(None, LUNCH)), a_reader()),
    "move": lambda: _moved(ChangeStatus.PROPOSED),
    "moved": lambda: _moved(ChangeStatus.APPLIED),
    "declined": lambda: _moved(ChangeStatus.DECLINED),
    "stale": lambda: _moved(ChangeStatus.STALE),
    "cancel": lambda: card_of(a_change(a_glimpse(REVIEW, None)), a_reader()),
    "scope": lambda: card_of(
        a_change(a_glimpse(REVIEW, None, is_series=True, remaining=6), status=ChangeStatus.ASKED),
        a_reader(),
    ),
    "hostile": lambda: card_of(a_change(a_glimpse(None, HOSTILE), id=ChangeId("c1")), a_reader()),
    "reminder": lambda: reminder_card(a_reminder_due(STANDUP), a_person(), NOW),
    "late": lambda: reminder_card(
        a_reminder_due(None, text="send the report", late_by=timedelta(minutes=20)), a_person(), NOW
    ),
    "invitation": lambda: invitation_card(an_invitation_notice(), a_person(), NOW),
    "answers": _answers,
    "digest": lambda: Card(
        kind=CardKind.DIGEST,
        title=("Your day",),
        body=(("  09:30–10:00  Standup · ", Link("notes", "https://n.example/a?b&c")), ("Free",)),
    ),
    "agenda": lambda: message(
        "Wednesday 11 March\n  09:30–10:00  Standup · weekly\n\nFree: 10:00–12:30"
    ),
    "snooze": lambda: Card(
        kind=CardKind.REMINDER,
        body=(("⏰ Send the report.",),),
        buttons=(Button(label="Done", value="done:0a1b2c"),),
        selects=(SNOOZE,),
    ),
    "expired": lambda: _moved(ChangeStatus.EXPIRED),
    "failed": lambda: _moved(ChangeStatus.FAILED),
    "undone": lambda: _moved(ChangeStatus.UNDONE),
    "several": lambda: card_of(
        a_change(a_glimpse(REVIEW, None), a_glimpse(HOSTILE, None), count=14), a_reader()
    ),
    "accepted": _accepted,
    "signups": lambda: _signups(),
    "signups_moved": lambda: _signups(an_event("Retro", a_span(12, "15:00"))),
    "signups_gone": lambda: _signups(None),
    "invited_to_series": lambda: invitation_card(
        an_invitation_notice(
            occurrence=an_occurrence("Review", a_span(12, "14:00"), is_series=True)
        ),
        a_person(),
        NOW,
    ),
    "invitation_cancelled": lambda: invitation_card(
        an_invitation_notice("cancelled", occurrence=None, title=HOSTILE.title), a_person(), NOW
    ),
    "missed": lambda: card_of_notice(
        RemindersMissed(key="k", owner=PersonId("ana"), titles=("Standup", HOSTILE.title)),
        a_person(),
        NOW,
    ),
    "note": lambda: note_card(_note(NoteStatus.ASKED)),
    "noted": lambda: note_card(_note(NoteStatus.DONE), undo="unnote:c0ffee"),
    "noted_at_once": lambda: noted_card(
        ToolResult(text="I'll remind you today at 16:05.", undo=Undo(value="unnote:c0ffee"))
    ),
    "join": lambda: join_card(CODE, "Ana", HOSTILE.title, "discord"),
    "joined": lambda: accounts_outcome("✓ Joined: this account and Ana's on Slack are one person."),
    "more": lambda: replace(
        message("Wednesday 11 March\n  09:30–10:00  Standup"),
        buttons=(Button(label=MORE, value="more:c0ffee"),),
    ),
}
MAKERS |= ACCOUNT_MAKERS | ASSISTANT_MAKERS | INVITATION_MAKERS | READING_MAKERS
CARDS = {name: make() for name, make in MAKERS.items()}
LONG = Card(
    kind=CardKind.DIGEST,
    title=("Your month",),
    body=tuple((f"  {n:03}  {'long ' * 10}",) for n in range(400)),
    fields=tuple(Field(name=f"event {n}", value=("Wed 11 March",)) for n in range(25)),
    buttons=(Button(label="Done", value="done:1"),),
)
