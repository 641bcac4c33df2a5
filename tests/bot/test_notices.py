"""What people are told without asking: reminders, digests, invitations, outcomes."""

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from bot.chat.cards import Button, Card, CardKind, Moment, plain_text
from bot.chat.platform import PlatformBusy
from bot.conversations import Conversations
from bot.notice_cards import invitation_card, reminder_card
from bot.people import Preferences
from calendar_core.changes.change import Create, Proposal
from calendar_core.errors import TryLater
from calendar_core.events import EventId, Guest
from calendar_core.people import PersonId
from calendar_core.report import Press
from calendar_core.when import When
from scheduler.notices import DigestDue, ReminderDue, RemindersMissed
from tests.bot.drawn import drawn
from tests.bot.house import TEAM
from tests.bot.seeded import Seeded
from tests.bot.test_account_linking import THERE, join
from tests.builders import (
    NOW,
    a_person,
    a_reminder_due,
    a_span,
    an_event,
    an_invitation_notice,
    an_occurrence,
    days,
    on,
)
from tests.fakes.models import ScriptedModel, calls, says

ANA = a_person()


def rung(notice: ReminderDue, **wishes: Any) -> str:
    """The card as Ana reads it now."""
    return drawn(reminder_card(notice, a_person(wishes=wishes), NOW))


def test_a_reminder_is_a_value_whose_buttons_carry_its_delivery() -> None:
    when = a_span(10, "08:10", 15)
    one = an_occurrence(when=when, video_url="https://meet.example/x")
    key = "reminder:0a1b2c:20260310T070000Z"
    assert reminder_card(a_reminder_due(one), ANA, NOW) == Card(
        kind=CardKind.REMINDER,
        body=(("⏰ Standup in 10 minutes, 08:10–08:25.",),),
        buttons=(
            Button(label="Join", value="join:0a1b2c", url="https://meet.example/x"),
            Button(label="Snooze 5 min", value=f"snooze:{key}"),
            Button(label="Done", value=f"done:{key}"),
        ),
        moments=(Moment(when.start, "08:10–08:25", until=when.end, with_day=False),),
    )


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (a_span(10, "08:01", 15), "in 1 minute, 08:01–08:16"),
        (a_span(10, "09:30", 15), "in 1 hour 30 minutes, 09:30–09:45"),
        (a_span(10, "08:00", 15), "begins now, 08:00–08:15"),
        (a_span(10, "07:50", 15), "has begun, 07:50–08:05"),
        (a_span(11, "08:00", 15), "in 1 day, Wed 11 March 08:00–08:15"),
        (days(10), "is today, all day"),
        (days(11), "is tomorrow, all day"),
        (days(13), "is Fri 13 March, all day"),
    ],
)
def test_a_reminder_says_how_soon(when: When, words: str) -> None:
    assert rung(a_reminder_due(an_occurrence(when=when))).splitlines()[0] == f"⏰ Standup {words}."


def test_a_reminder_says_where_and_what_to_think_of() -> None:
    one = an_occurrence(when=a_span(10, "08:10", 15), location="Attic")
    assert rung(a_reminder_due(one, text="bring slides"), clock_24h=False) == (
        "⏰ Standup in 10 minutes, 8:10 am–8:25 am · Attic. Bring slides.\n"
        "[Snooze 5 min] [Done]\n~ plain"
    )


def test_a_plain_reminder_says_its_words() -> None:
    assert rung(a_reminder_due(text="send the report")) == (
        "⏰ Send the report.\n[Snooze 5 min] [Done]\n~ plain"
    )
    assert rung(a_reminder_due(text="did it rain?")).startswith("⏰ Did it rain?\n")


def test_a_late_reminder_says_how_late_and_why() -> None:
    late = a_reminder_due(text="send the report", late_by=timedelta(minutes=20, seconds=10))
    card = reminder_card(late, ANA, NOW)
    assert plain_text(card) == "⏰ Late by 20 minutes, I was not running: send the report."
    assert card.late


def test_a_join_button_leads_to_no_odd_address() -> None:
    for url in ("javascript:alert(1)", "http://plain.example", "file:///etc/passwd", ""):
        one = an_occurrence(when=a_span(10, "08:10", 15), video_url=url)
        assert "[Join]" not in rung(a_reminder_due(one))


def test_a_channels_reminder_is_nobodys_to_put_off() -> None:
    notice = a_reminder_due(an_occurrence(when=a_span(10, "08:10", 15)), place="fake/w/#team/")
    assert reminder_card(notice, None, NOW).buttons == ()


@pytest.mark.parametrize(
    ("what", "card"),
    [
        (
            "invited",
            'Bo Lindt invites you to "Review", Thu 12 March 14:00–15:00.\n'
            "[Accept] [Maybe] [Decline] [Propose another time]\n~ plain",
        ),
        (
            "moved",
            'Bo Lindt changed "Review": Thu 12 March 14:00–15:00 now.\n'
            "[Accept] [Maybe] [Decline] [Propose another time]\n~ plain",
        ),
        ("cancelled", 'Bo Lindt cancelled "Review".\n~ plain'),
    ],
)
def test_news_of_an_invitation(what: str, card: str) -> None:
    assert drawn(invitation_card(an_invitation_notice(what), ANA, NOW)) == card


# Brought to people


async def test_a_reminder_reaches_its_owners_direct_messages_once(there: Seeded) -> None:
    house = there.house
    await house.advance(on(10, "16:30") - house.clock.now())
    told = [one for one in house.platform.said if one.text == "⏰ Send the report."]
    assert [one.ref.place.channel for one in told] == ["@ana"]
    assert told[0].key is not None
    await house.core.notifier.deliver(a_reminder_due(owner=there.ana.id, key=told[0].key))
    assert [one.text for one in house.platform.said].count("⏰ Send the report.") == 1


async def test_a_channels_reminder_rings_in_the_channel(there: Seeded) -> None:
    house = there.house
    wish = {"text": "stand up", "when": "in 2 hours", "in_channel": True}
    house.plays(ScriptedModel(calls(("set_reminder", wish)), says("That is all.")))
    (card,) = await house.say("remind us", place=TEAM)
    assert drawn(card.card) == (
        'Remind everybody in #team: "stand up"?\n'
        "when: today at 10:00\n"
        "[Confirm] [Not now]\n"
        "~ asking"
    )
    await house.press("Confirm", said=card)
    await house.advance(timedelta(hours=2))
    rings = [one for one in house.platform.said if one.text == "⏰ Stand up."]
    assert [(one.ref.place.channel, one.seen_by) for one in rings] == [("#team", None)]


async def test_the_digest_comes_at_its_hour_with_the_day(there: Seeded) -> None:
    house = there.house
    house.plays(
        ScriptedModel(calls(("set_preferences", {"digest_at": "7:30"})), says("That is all."))
    )
    await house.say("a digest at half past seven, please")
    await house.advance(on(11, "07:30") - house.clock.now())
    digest = next(one for one in house.platform.said if one.card.kind is CardKind.DIGEST)
    lines = digest.text.splitlines()
    assert lines[0] == "Your day"
    assert "  12:30–13:15  Lunch with Bo · Café Oslo" in lines
    assert "  16:00–16:45  Dentist · Dr. Wu" in lines


def test_a_reminder_of_long_ago_names_its_day() -> None:
    late = a_reminder_due(text="send the report", late_by=timedelta(days=3))
    assert plain_text(reminder_card(late, ANA, NOW)) == (
        "⏰ Missed since Sat 7 March, I was not running: send the report."
    )


async def test_a_late_digest_says_so(there: Seeded) -> None:
    notice = DigestDue(
        key="digest:1",
        owner=there.ana.id,
        place="",
        day=on(10, "08:00").date(),
        late_by=timedelta(hours=2),
    )
    await there.house.core.notifier.deliver(notice)
    card = there.house.platform.last.card
    assert card.late
    assert plain_text(card).splitlines()[:2] == [
        "Your day",
        "Late by 2 hours, I was not running:",
    ]


async def test_missed_ones_are_named_in_one_line(there: Seeded) -> None:
    await there.house.core.notifier.deliver(
        RemindersMissed(key="missed:1", owner=there.ana.id, titles=("Standup", "Gym"))
    )
    said = there.house.platform.last
    assert said.text == 'While I was not running, these came and went: "Standup" and "Gym".'
    assert said.card.late


async def tea(there: Seeded) -> None:
    """Ana invites Kim to tea, who is told."""
    house = there.house
    await house.settle()
    guest = Guest(address=there.kim.address, name="Kim")
    host = Guest(address=there.ana.address, name="Ana")
    event = an_event("Tea", a_span(12, "10:00"), organizer=host, guests=(guest,))
    calendar = (await house.mirror.calendars((there.ana.id,)))[0]
    edit = Create(calendar_id=calendar.id, event=event)
    change = await house.desk.propose(Proposal(owner=there.ana.id, place="", edits=(edit,)))
    await house.desk.settle(change.id, there.ana.id)
    await house.settle()


async def moved_to(there: Seeded, clock: str) -> None:
    """Ana moves the tea."""
    await done(there, ("update_event", {"event": "tea", "when": f"Thursday at {clock}"}))


async def done(there: Seeded, wish: tuple[str, dict[str, Any]]) -> None:
    """Ana has something done; who is to be told is told."""
    there.house.plays(ScriptedModel(calls(wish), says("That is all.")))
    await there.house.say("please")
    await there.house.press("Confirm")
    await there.house.settle()


def told(there: Seeded, whom: str) -> list[list[str]]:
    """What each message of news to somebody said, from first to last."""
    return [
        [plain_text(card) for card in (*one.before, one.card)]
        for one in there.house.platform.said
        if one.ref.place.channel == f"@{whom}" and (one.key or "").startswith("news:")
    ]


INVITES = 'Ana invites you to "Tea", Thu 12 March 10:00–11:00.'
MOVED = 'Ana moved "Tea" from Thu 12 March 10:00–11:00 to Thu 12 March 11:00–12:00.'
MOVED_ON = 'Ana moved "Tea" from Thu 12 March 10:00–11:00 to Thu 12 March 12:00–13:00.'


async def test_guests_are_told_of_an_invitation_a_move_and_the_end_in_one_message(
    there: Seeded,
) -> None:
    await tea(there)
    await moved_to(there, "11:00")
    shown = there.house.card_with("Accept")
    assert (shown.text, [one.label for one in shown.card.buttons]) == (
        MOVED,
        ["Accept", "Maybe", "Decline", "Propose another time"],
    )
    await done(there, ("delete_event", {"event": "tea"}))
    assert told(there, "kim")[-1:] == [
        [INVITES, MOVED, 'Ana cancelled "Tea", Thu 12 March 11:00–12:00.']
    ]
    assert shown.card.buttons == ()


async def test_moves_come_anew_a_while_after_the_last(there: Seeded) -> None:
    await tea(there)
    there.house.clock.advance(timedelta(minutes=15))
    await moved_to(there, "11:00")
    there.house.clock.advance(timedelta(seconds=1))
    await moved_to(there, "12:00")
    assert told(there, "kim")[-2:] == [
        [INVITES, MOVED],
        [MOVED_ON],
    ]


async def test_news_come_anew_when_the_message_is_gone(there: Seeded) -> None:
    await tea(there)
    there.house.platform.lost.add(there.house.card_with("Accept").ref.id)
    await moved_to(there, "11:00")
    await moved_to(there, "12:00")
    assert told(there, "kim")[-2:] == [
        [INVITES],
        [MOVED, MOVED_ON],
    ]


async def test_what_was_moved_and_moved_back_is_as_it_was(there: Seeded) -> None:
    await tea(there)
    await moved_to(there, "11:00")
    await moved_to(there, "10:00")
    as_it_was = '"Tea" is as it was: Thu 12 March 10:00–11:00.'
    assert told(there, "kim")[-1:] == [[INVITES, MOVED, as_it_was]]
    assert [one.label for one in there.house.card_with("Accept").card.buttons][:1] == ["Accept"]


async def test_another_place_and_title_are_told_too(there: Seeded) -> None:
    await tea(there)
    await done(there, ("update_event", {"event": "tea", "location": "Attic", "title": "Cake"}))
    assert told(there, "kim")[-1][-1] == (
        'Ana changed "Tea", Thu 12 March 10:00–11:00: it is called "Cake" now; '
        "its place is Attic now."
    )


async def test_notes_and_colours_are_not_told(there: Seeded) -> None:
    await tea(there)
    await done(there, ("update_event", {"event": "tea", "description": "Bring cups."}))
    assert told(there, "kim")[-1] == [INVITES]


async def test_a_move_says_what_it_overlaps_now(there: Seeded) -> None:
    await tea(there)
    await there.house.say("gym on Thursday at 11 for an hour", "Kim")
    await there.house.press("Confirm", "Kim")
    await moved_to(there, "11:00")
    assert told(there, "kim")[-1][-1] == f'{MOVED} It now overlaps "Gym".'


async def test_news_come_where_the_person_is_now(there: Seeded) -> None:
    """Ana went on elsewhere: an edit here would not be seen."""
    house, notifier = there.house, there.house.core.notifier
    await notifier.deliver(an_invitation_notice(owner=there.ana.id))
    await join(house)
    house.clock.advance(timedelta(minutes=5))
    await house.say("hello", "Bo", THERE)
    await notifier.deliver(an_invitation_notice("moved", owner=there.ana.id, key="news:2"))
    assert len(told(there, "ana")[0]) == 1
    assert house.other.last.text == 'Bo Lindt changed "Review": Thu 12 March 14:00–15:00 now.'


@pytest.mark.parametrize("standing", [True, False], ids=["edited", "posted"])
async def test_news_are_not_doubled_by_a_crash_before_they_are_recorded(
    there: Seeded, monkeypatch: pytest.MonkeyPatch, *, standing: bool
) -> None:
    house = there.house
    if standing:
        await house.core.notifier.deliver(an_invitation_notice(owner=there.ana.id))
    notice = an_invitation_notice("moved", owner=there.ana.id, key="news:2")
    with monkeypatch.context() as crashing:
        crashing.setattr(Conversations, "told", _crash)
        crashing.setattr(house.platform, "update", _after(house.platform.update))
        with pytest.raises(RuntimeError):
            await house.core.notifier.deliver(notice)
    await house.core.notifier.deliver(notice)
    await house.core.notifier.deliver(replace(notice, key="news:3"))
    assert len(told(there, "ana")) == 1


async def _crash(*_: object) -> None:
    raise RuntimeError("crash")


def _after(update: Any) -> Any:
    async def edited(*given: Any) -> None:
        await update(*given)
        raise RuntimeError("crash")

    return edited


async def test_the_host_is_told_of_an_answer(there: Seeded) -> None:
    house = there.house
    await house.settle()
    house.plays(
        ScriptedModel(calls(("respond_to_invitation", {"event": "party", "answer": "accept"})))
    )
    await house.say("I'll come")
    await house.press("Confirm")
    await house.settle()
    accepted = '"Bo\'s party", Fri 13 March 19:00–21:00: Ana accepted.'
    assert told(there, "bo")[-1:] == [[accepted]]
    await done(there, ("respond_to_invitation", {"event": "party", "answer": "decline"}))
    assert told(there, "bo")[-1:] == [[accepted, accepted.replace("accepted", "declined")]]


async def test_a_busy_platform_is_tried_again_later(
    there: Seeded, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(*_: object, **__: object) -> None:
        raise PlatformBusy("Slow down.", 30)

    monkeypatch.setattr(there.house.platform, "post", busy)
    with pytest.raises(TryLater) as told:
        await there.house.core.notifier.deliver(a_reminder_due(owner=there.ana.id, text="x"))
    assert told.value.after == timedelta(seconds=30)


async def test_somebody_who_can_not_be_reached_stops_nothing(there: Seeded) -> None:
    house = there.house
    house.platform.gone.add("fake/w/@ana/")
    await house.core.notifier.deliver(a_reminder_due(owner=there.ana.id, text="x"))
    unknown = a_reminder_due(owner=PersonId("nobody"), text="x")
    await house.core.notifier.deliver(unknown)
    assert house.platform.said == []


async def test_a_reminder_for_a_channel_that_is_gone_says_so_to_whoever_set_it(
    there: Seeded,
) -> None:
    platform = there.house.platform
    platform.gone.add(TEAM.key)
    notice = a_reminder_due(owner=there.ana.id, text="water the plants", place=TEAM.key)
    await there.house.core.notifier.deliver(notice)
    assert platform.last.ref.place.is_private
    assert plain_text(platform.last.card) == (
        "⏰ Water the plants.\n"
        "It was meant for a channel where I can't write any more: only you see it."
    )


async def test_times_are_told_in_each_ones_own_zone_and_clock(there: Seeded) -> None:
    from zoneinfo import ZoneInfo

    house = there.house
    kim = replace(
        there.kim,
        zone=ZoneInfo("Asia/Tokyo"),
        preferences=Preferences(clock_24h=False, all_day_at=time(9)),
    )
    await house.people.save(kim)
    notice = an_invitation_notice(owner=kim.id)
    await house.core.notifier.deliver(notice)
    assert house.platform.last.text == (
        'Bo Lindt invites you to "Review", Thu 12 March 10 pm–11 pm.'
    )


ELSEWHERE = "slack/T1/C1/"
"""A channel that nobody here reads."""


async def test_who_pressed_is_named_to_those_who_read_where_that_was(there: Seeded) -> None:
    for number, (what, place, by) in enumerate(
        (
            ("invited", TEAM.key, "Kim"),
            ("invited", ELSEWHERE, "Bo Lindt"),
            ("cancelled", TEAM.key, "Kim"),
            ("cancelled", ELSEWHERE, "Somebody"),
        )
    ):
        press = Press(person=there.kim.id, place=place)
        notice = an_invitation_notice(
            what, owner=there.ana.id, event=EventId(f"e{number}"), key=f"news:{number}", press=press
        )
        await there.house.core.notifier.deliver(notice)
        assert there.house.platform.last.text.startswith(f"{by} ")
