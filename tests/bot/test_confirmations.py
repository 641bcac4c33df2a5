"""What cards say, at every stage of a change's life: the whole card, as it is read."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.cards import Button, ButtonStyle, Card, CardKind, Field, Moment, Strong, Tone
from bot.confirmations import card_of
from calendar_core.changes.change import (
    ChangeId,
    ChangeStatus,
    PendingChange,
    Remark,
    Reply,
    Target,
)
from calendar_core.events import (
    Answer,
    Attendance,
    EventId,
    Occupancy,
    Repeat,
    Scope,
    Status,
    Visibility,
)
from calendar_core.when import TimeSpan
from tests.bot.drawn import drawn
from tests.builders import NOW, a_change, a_glimpse, a_guest, a_reader, a_span, an_event, days

BO = a_guest("Bo Lindt")
KIM = a_guest("Kim", attendance=Attendance.OPTIONAL)
MEETING = an_event(
    "Meeting with Bo",
    a_span(11, "15:30", 45),
    guests=(a_guest("Ana"), BO, KIM),
    organizer=a_guest("Ana"),
    location="Attic",
    description="line one\nline two",
    visibility=Visibility.PRIVATE,
    status=Status.TENTATIVE,
    color="teal",
    video_url="https://meet.example/x",
    alarms=(timedelta(days=1), timedelta(minutes=10)),
)
LUNCH = an_event("Lunch with Ana")
REVIEW = an_event("Design review", a_span(16, "10:00", 30), guests=(BO,))
OF_SERIES = a_glimpse(REVIEW, None, is_series=True, remaining=6)


def read(change: PendingChange) -> str:
    """The card as Ana reads it."""
    return drawn(card_of(change, a_reader()))


def test_a_card_is_a_value_with_its_buttons_and_its_times() -> None:
    assert isinstance(LUNCH.when, TimeSpan)
    when = Moment(LUNCH.when.start, "Wed 11 March 12:30–13:15", until=LUNCH.when.end)
    assert card_of(a_change(a_glimpse(None, LUNCH)), a_reader()) == Card(
        kind=CardKind.CARD,
        title=('Create "Lunch with Ana"?',),
        fields=(
            Field(name="when", value=(Strong("Wed 11 March 12:30–13:15"),)),
            Field(name="calendar", value=("Personal",)),
        ),
        buttons=(
            Button(label="Confirm", value="confirm:c0ffee", style=ButtonStyle.PRIMARY),
            Button(label="Edit", value="edit:c0ffee"),
            Button(label="Not now", value="decline:c0ffee"),
        ),
        moments=(when,),
        tone=Tone.ASKING,
    )


def test_a_new_event_says_everything_that_is_known_of_it() -> None:
    remarks = (
        Remark(kind="conflict", text='overlaps "1:1 with Kim" 15:30–16:00'),
        Remark(kind="mail", text="nobody is mailed"),
        Remark(kind="invited", text="Bo gets the invitation here in chat"),
    )
    assert read(a_change(a_glimpse(None, MEETING), remarks=remarks)) == (
        'Create "Meeting with Bo"?\n'
        "when: Wed 11 March 15:30–16:15\n"
        "place: Attic\n"
        "notes: line one line two\n"
        "visibility: private\n"
        "status: tentative\n"
        "colour: teal\n"
        "video: https://meet.example/x\n"
        "reminders: 1 day and 10 minutes before\n"
        "guests: Bo Lindt <bo@example.org>\n"
        "optional: Kim <kim@example.org>\n"
        "calendar: Personal · nobody is mailed\n"
        'note: overlaps "1:1 with Kim" 15:30–16:00\n'
        "note: Bo gets the invitation here in chat\n"
        "[Confirm] [Edit] [Not now]\n"
        "~ careful"
    )


def test_days_are_named_with_the_last_one() -> None:
    offsite = an_event("Offsite", days(19, 20), occupancy=Occupancy.OUT_OF_OFFICE)
    assert read(a_change(a_glimpse(None, offsite))) == (
        'Create "Offsite"?\n'
        "when: Thu 19 – Fri 20 March\n"
        "shown as: out of office\n"
        "calendar: Personal\n"
        "[Confirm] [Edit] [Not now]\n"
        "~ asking"
    )


def test_a_new_series_says_how_it_repeats_and_how_often() -> None:
    rule = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;UNTIL=20260403T073000Z"
    standup = an_event("Standup", a_span(11, "09:30", 15), rule=rule)
    assert read(a_change(a_glimpse(None, standup, is_series=True))) == (
        'Create "Standup"?\n'
        "when: every weekday 09:30–09:45, from Wed 11 March until Fri 3 April: 18 times\n"
        "calendar: Personal\n"
        "[Confirm] [Edit] [Not now]\n"
        "~ asking"
    )


def test_a_move_says_was_and_will_be() -> None:
    moved = replace(LUNCH, when=a_span(11, "13:00", 45))
    assert read(a_change(a_glimpse(LUNCH, moved))) == (
        'Move "Lunch with Ana"?\n'
        "was: Wed 11 March 12:30–13:15\n"
        "will be: Wed 11 March 13:00–13:45\n"
        "calendar: Personal\n"
        "[Confirm] [Edit] [Not now]\n"
        "~ asking"
    )


def test_a_change_says_all_that_changes_and_nothing_else() -> None:
    after = replace(
        MEETING,
        title="Talk",
        location="",
        description="",
        guests=(a_guest("Ana"), BO, a_guest("Max")),
        visibility=Visibility.PUBLIC,
        status=Status.CONFIRMED,
        occupancy=Occupancy.OUT_OF_OFFICE,
        color="",
        alarms=(),
    )
    assert read(a_change(a_glimpse(MEETING, after))) == (
        'Change "Meeting with Bo"?\n'
        "when: Wed 11 March 15:30–16:15\n"
        "title was: Meeting with Bo\n"
        "title will be: Talk\n"
        "place was: Attic\n"
        "place will be: none\n"
        "notes was: line one line two\n"
        "notes will be: none\n"
        "visibility was: private\n"
        "visibility will be: public\n"
        "status was: tentative\n"
        "status will be: confirmed\n"
        "colour was: teal\n"
        "colour will be: none\n"
        "reminders was: 1 day and 10 minutes before\n"
        "reminders will be: none\n"
        "shown as was: busy\n"
        "shown as will be: out of office\n"
        "new guests: Max <max@example.org>\n"
        "taken off: Kim <kim@example.org>\n"
        "guests: Bo Lindt <bo@example.org>\n"
        "calendar: Personal\n"
        "[Confirm] [Edit] [Not now]\n"
        "~ asking"
    )


def test_a_changed_repetition_is_told_in_words() -> None:
    weekly = replace(REVIEW, guests=(), repeat=Repeat(rule="FREQ=WEEKLY"))
    daily = replace(weekly, repeat=Repeat(rule="FREQ=DAILY"))
    glimpse = a_glimpse(weekly, daily, is_series=True, scope=Scope.ALL)
    assert read(a_change(glimpse)) == (
        'Change "Design review", the whole series?\n'
        "when: Mon 16 March 10:00–10:30\n"
        "repeats was: weekly\n"
        "repeats will be: daily\n"
        "calendar: Personal\n"
        "[Confirm] [Edit] [Not now]\n"
        "~ asking"
    )


def test_a_series_without_a_scope_is_a_question_that_can_not_be_confirmed() -> None:
    card = card_of(a_change(OF_SERIES, status=ChangeStatus.ASKED), a_reader())
    assert drawn(card) == (
        'Cancel "Design review". Which?\n'
        "when: Mon 16 March 10:00–10:30\n"
        "guests: Bo Lindt <bo@example.org>\n"
        "[Only Mon 16 March] [This and following] [Whole series (6 left)] [Not now]\n"
        "~ asking"
    )
    verbs = [one.value.partition(":")[0] for one in card.buttons]
    assert verbs == ["this", "following", "all", "decline"]


@pytest.mark.parametrize(
    ("scope", "title"),
    [
        (Scope.THIS, 'Cancel "Design review" on Mon 16 March?'),
        (Scope.FOLLOWING, 'Cancel "Design review" from Mon 16 March on?'),
        (Scope.ALL, 'Cancel "Design review", the whole series?'),
    ],
)
def test_a_chosen_scope_stands_in_the_title(scope: Scope, title: str) -> None:
    told = Remark(kind="invited", text="Bo is told here in chat")
    change = a_change(replace(OF_SERIES, scope=scope), remarks=(told,))
    assert read(change) == (
        f"{title}\n"
        "when: Mon 16 March 10:00–10:30\n"
        "guests: Bo Lindt <bo@example.org>\n"
        "calendar: Personal\n"
        "note: Bo is told here in chat\n"
        "[Confirm] [Not now]\n"
        "~ asking"
    )


def test_several_deletions_are_listed_and_the_rest_counted() -> None:
    gone = [
        a_glimpse(an_event(f"Event {hour}", a_span(11, f"{hour:02}:00")), None)
        for hour in range(1, 15)
    ]
    lines = read(a_change(*gone, count=60)).splitlines()
    assert lines[0] == "Cancel 60 events?"
    assert lines[1:13] == [
        f"Event {hour}: Wed 11 March {hour:02}:00–{hour + 1:02}:00" for hour in range(1, 13)
    ]
    assert lines[13:] == ["and: 48 more", "calendar: Personal", "[Confirm] [Not now]", "~ asking"]


def test_an_answer_to_an_invitation_is_a_question_too() -> None:
    assert read(an_answer(Answer.DECLINED)) == (
        'Decline "Review"?\n'
        "when: Thu 12 March 14:00–15:00\n"
        "guests: Bo Lindt <bo@example.org>\n"
        "calendar: Personal\n"
        "note: Bo is told here in chat\n"
        "[Confirm] [Not now]\n"
        "~ asking"
    )
    titles = [read(an_answer(one)).splitlines()[0] for one in (Answer.ACCEPTED, Answer.TENTATIVE)]
    assert titles == ['Accept "Review"?', 'Answer maybe to "Review"?']


def an_answer(answer: Answer) -> PendingChange:
    """A reply to Bo's invitation."""
    review = an_event("Review", a_span(12, "14:00"), guests=(a_guest("Ana"), BO))
    reply = Reply(target=Target(event_id=EventId("e1")), answer=answer)
    told = Remark(kind="invited", text="Bo is told here in chat")
    return a_change(a_glimpse(review, review), edits=(reply,), remarks=(told,))


def test_an_import_is_counted() -> None:
    brought = [a_glimpse(None, LUNCH), a_glimpse(None, REVIEW)]
    assert read(a_change(*brought, count=120)).splitlines()[0] == "Create 120 events?"
    applied = a_change(*brought, count=120, status=ChangeStatus.APPLIED)
    assert read(applied) == "✓ Brought in 120 events.\n[Undo]\n~ done"


MOVED = a_change(
    a_glimpse(LUNCH, replace(LUNCH, when=a_span(11, "13:00", 45))),
    undo_until=NOW + timedelta(hours=24),
)


@pytest.mark.parametrize(
    ("status", "card"),
    [
        (
            ChangeStatus.APPLIED,
            '✓ Moved "Lunch with Ana" to Wed 11 March 13:00–13:45.\n[Undo]\n~ done',
        ),
        (ChangeStatus.CONFIRMED, "Confirmed; I am writing it.\n~ plain"),
        (ChangeStatus.DECLINED, 'Left as it was: "Lunch with Ana".\n~ plain'),
        (ChangeStatus.EXPIRED, 'Expired, nothing was changed: "Lunch with Ana".\n~ plain'),
        (ChangeStatus.SUPERSEDED, 'Replaced by a newer card: "Lunch with Ana".\n~ plain'),
        (ChangeStatus.UNDONE, 'Taken back: "Lunch with Ana" is as it was.\n~ plain'),
        (
            ChangeStatus.STALE,
            'This has changed meanwhile: "Lunch with Ana".\n'
            "[Show me the new one] [Leave it]\n~ careful",
        ),
        (ChangeStatus.FAILED, "That did not work; nothing was changed.\n~ careful"),
    ],
)
def test_a_card_becomes_its_outcome(status: ChangeStatus, card: str) -> None:
    assert read(replace(MOVED, status=status)) == card


def test_an_outcome_says_why_it_did_not_work() -> None:
    why = 'This has changed meanwhile: "Lunch with Ana" now starts at 15:00.'
    stale = replace(MOVED, status=ChangeStatus.STALE, detail=why)
    assert read(stale) == f"{why}\n[Show me the new one] [Leave it]\n~ careful"
    failed = replace(MOVED, status=ChangeStatus.FAILED, detail='"Work" can only be read.')
    assert read(failed) == '"Work" can only be read.\n~ careful'


def test_undo_stands_there_for_a_day_and_never_on_an_undo() -> None:
    applied = replace(MOVED, status=ChangeStatus.APPLIED)
    assert "[Undo]" in read(applied)
    assert "[Undo]" not in read(replace(applied, undo_until=NOW))
    assert "[Undo]" not in read(replace(applied, undoes=ChangeId("first")))


def test_times_are_told_in_the_readers_zone_and_clock() -> None:
    card = card_of(MOVED, a_reader(clock_24h=False))
    assert [field.value[0] for field in card.fields[1:2]] == [Strong("Wed 11 March 1 pm–1:45 pm")]


@pytest.mark.parametrize("status", list(ChangeStatus))
def test_confirm_stands_only_on_what_is_proposed(status: ChangeStatus) -> None:
    change = a_change(OF_SERIES, status=status, undo_until=NOW + timedelta(hours=1))
    has_confirm = any(one.label == "Confirm" for one in card_of(change, a_reader()).buttons)
    assert has_confirm is (status is ChangeStatus.PROPOSED)


def test_a_strangers_words_are_plain_spans() -> None:
    hostile = 'Sync <!channel> *b* `c` [x](https://evil.example)\n✓ Created "all"\x1b[2J'
    event = an_event(hostile, location=hostile, description=hostile, guests=(a_guest(hostile),))
    for glimpse in (a_glimpse(None, event), a_glimpse(event, None), a_glimpse(event, event)):
        for status in ChangeStatus:
            card = card_of(a_change(glimpse, status=status), a_reader())
            spans = [*card.title, *(span for field in card.fields for span in field.value)]
            assert all(isinstance(span, str | Strong) or span.text == "none" for span in spans)
            assert drawn(card).count("\n✓") == 0
            assert "evil" not in " ".join(one.label + one.value for one in card.buttons)
