"""Every press is answered: in time, twice, late, by a stranger, on old cards, after a restart."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from bot.chat.cards import Card
from bot.chat.messages import MessageRef
from bot.chat.platform import PlatformBusy
from calendar_core.changes.change import Amend, ChangeId, ChangeStatus, Proposal, Target
from calendar_core.events import EventId, Scope
from calendar_core.patch import Patch
from tests.bot.drawn import drawn
from tests.bot.house import TEAM, House, button, direct
from tests.bot.seeded import Seeded
from tests.builders import a_span, on
from tests.fakes.models import ScriptedModel, calls, says
from tests.fakes.platform import Said

TALK = ("create_event", {"title": "Talk", "when": "tomorrow 10:00-10:30"})


async def proposed(house: House, *wanted: tuple[str, dict[str, Any]]) -> Said:
    """The card of what a model proposed for Ana."""
    house.plays(ScriptedModel(calls(*(wanted or (TALK,))), says("That is all.")))
    said = await house.say("please")
    return said[-1]


async def move_dentist(there: Seeded, day: int, clock: str) -> None:
    """Somebody else's hand moves the dentist meanwhile."""
    desk = there.house.desk
    edit = Amend(
        target=Target(event_id=EventId(there.single[0])), patch=Patch(when=a_span(day, clock, 45))
    )
    change = await desk.propose(Proposal(owner=there.ana.id, place="", edits=(edit,)))
    await desk.settle(change.id, there.ana.id)


def texts(said: list[Said]) -> list[str]:
    return [one.text for one in said]


async def test_confirm_writes_and_the_card_becomes_its_outcome(there: Seeded) -> None:
    house = there.house
    card = await proposed(house)
    assert await house.press("Confirm") == []
    assert drawn(card.card) == '✓ Created "Talk", Wed 11 March 10:00–10:30.\n[Undo]\n~ done'
    assert "Talk" in await house.titles()


async def test_pressing_confirm_twice_writes_once(there: Seeded) -> None:
    house = there.house
    card = await proposed(house)
    await house.press("Confirm")
    house.clock.advance(timedelta(minutes=5))
    again = await house.press("Confirm", said=card)
    assert texts(again) == ["✓ Already done at 08:00."]
    assert len(house.writer.told) == 1


async def test_a_card_that_a_crash_kept_out_of_the_books_is_edited_where_it_is_pressed(
    there: Seeded,
) -> None:
    house = there.house
    card = await proposed(house)
    async with house.database.session() as session:
        await session.execute(text("DELETE FROM posted_cards"))
    assert await house.press("Confirm") == []
    assert drawn(card.card).startswith('✓ Created "Talk"')


async def test_what_was_decided_stands_on_its_card_soon_though_the_edit_failed(
    there: Seeded, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = there.house
    card = await proposed(house)

    async def away(*_: object, **__: object) -> None:
        raise PlatformBusy("Slack is having trouble. Please try again shortly.")

    with monkeypatch.context() as patched:
        patched.setattr(house.platform, "update", away)
        await house.press("Confirm")
    assert drawn(card.card).startswith('Create "Talk"?')
    await house.advance(timedelta(minutes=2))
    assert drawn(card.card).startswith('✓ Created "Talk"')
    assert len(house.writer.told) == 1


async def test_a_card_that_was_edited_is_not_edited_again(there: Seeded) -> None:
    house = there.house
    card = await proposed(house)
    await house.press("Confirm")
    edits = len(card.before)
    await house.advance(timedelta(minutes=2))
    assert len(card.before) == edits


async def test_a_press_that_comes_too_late_draws_no_card_that_is_outdated(
    there: Seeded, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = there.house
    card = await proposed(house)
    await house.press("Confirm")
    taking_back, update = list[Card](), house.platform.update
    seen = await house.desk.get(ChangeId(button(card, "Undo").value.removeprefix("undo:")))

    async def slow(ref: MessageRef, shown: Card, *, reply: str | None = None) -> None:
        if not taking_back:  # another press takes it back while this one draws its card
            taking_back.append(shown)
            await house.desk.undo(seen.id, there.ana.id)
        await update(ref, shown, reply=reply)

    monkeypatch.setattr(house.platform, "update", slow)
    await house.press("Confirm", said=card)
    assert drawn(card.card) == 'Taken back: "Talk" is gone again.\n~ plain'


async def test_not_now_leaves_everything_as_it_was(there: Seeded) -> None:
    house = there.house
    card = await proposed(house)
    await house.press("Not now")
    assert drawn(card.card) == 'Left as it was: "Talk".\n~ plain'
    late = await house.press("Confirm", said=card)
    assert texts(late) == ["Already declined at 08:00."]
    assert house.writer.told == []


@pytest.mark.parametrize("label", ["Confirm", "Edit", "Not now"])
async def test_a_stranger_is_told_whose_it_is(there: Seeded, label: str) -> None:
    house = there.house
    card = await proposed(house)
    said = await house.press(label, by="Mallory", said=card)
    assert texts(said) == ["This is Ana's to decide."]
    assert said[0].ref.place.channel == "@mallory"
    assert house.platform.asked == []
    assert (await house.statuses())[-1] is ChangeStatus.PROPOSED


async def test_an_expired_card_says_so(there: Seeded) -> None:
    house = there.house
    card = await proposed(house)
    house.clock.advance(timedelta(hours=25))
    said = await house.press("Confirm", said=card)
    assert texts(said) == [
        "This has expired; nothing was changed. Ask me again if you still want it."
    ]
    assert drawn(card.card) == 'Expired, nothing was changed: "Talk".\n~ plain'


async def test_a_card_expires_by_itself_when_its_event_begins(there: Seeded) -> None:
    house = there.house
    card = await proposed(house)
    await house.advance(on(11, "10:00") - house.clock.now())
    assert drawn(card.card) == 'Expired, nothing was changed: "Talk".\n~ plain'


async def test_a_newer_wish_replaces_the_older_card(there: Seeded) -> None:
    house = there.house
    older = await proposed(house)
    newer = await proposed(
        house, ("create_event", {"title": "Talk", "when": "tomorrow 11:00-11:30"})
    )
    assert drawn(older.card) == 'Replaced by a newer card: "Talk".\n~ plain'
    said = await house.press("Confirm", said=older)
    assert texts(said) == ["There is a newer version of this card. Use that one."]
    await house.press("Confirm", said=newer)
    assert [one.status for one in await house.changes()][-2:] == [
        ChangeStatus.SUPERSEDED,
        ChangeStatus.APPLIED,
    ]


async def test_two_wishes_of_one_turn_stand_side_by_side(there: Seeded) -> None:
    house = there.house
    second = ("create_event", {"title": "Talk", "when": "tomorrow 11:00-11:30"})
    await proposed(house, TALK, second)
    assert (await house.statuses())[-2:] == [ChangeStatus.PROPOSED, ChangeStatus.PROPOSED]


async def test_a_scope_is_a_press_of_its_own(there: Seeded) -> None:
    house = there.house
    card = await proposed(house, ("delete_event", {"event": there.series[1]}))
    assert "[Whole series (6 left)]" in drawn(card.card)
    await house.press("This and following")
    shown = house.card_with("Confirm")
    assert drawn(shown.card).splitlines()[0] == 'Cancel "Design review" from Mon 16 March on?'
    assert house.writer.told == []
    assert (await house.statuses())[-2:] == [ChangeStatus.SUPERSEDED, ChangeStatus.PROPOSED]
    again = await house.press_value(f"all:{(await house.changes())[-2].id}")
    assert texts(again) == ["There is a newer version of this card. Use that one."]
    await house.press("Confirm")
    assert "Design review" not in await house.titles()


async def test_a_stale_card_offers_a_fresh_look(there: Seeded) -> None:
    house = there.house
    card = await proposed(house, ("update_event", {"event": there.single[0], "title": "Dr. Wu"}))
    await move_dentist(there, 12, "08:00")
    house.writer.told.clear()
    await house.press("Confirm", said=card)
    assert drawn(card.card) == (
        'This has changed meanwhile: "Dentist" moved from Wed 11 March 16:00–16:45 to '
        "Thu 12 March 08:00–08:45 "
        "(you changed it at 08:00).\n"
        "[Show me the new one] [Leave it]\n"
        "~ careful"
    )
    await house.press("Show me the new one")
    fresh = house.card_with("Confirm")
    assert drawn(fresh.card) == (
        'Change "Dentist"?\n'
        "when: Thu 12 March 08:00–08:45\n"
        "title was: Dentist\n"
        "title will be: Dr. Wu\n"
        "calendar: Personal\n"
        "[Confirm] [Edit] [Not now]\n"
        "~ asking"
    )
    await house.press("Confirm")
    assert "Dr. Wu" in await house.titles()


async def test_a_stale_card_can_be_left(there: Seeded) -> None:
    house = there.house
    card = await proposed(house, ("update_event", {"event": there.single[0], "title": "Dr. Wu"}))
    await move_dentist(there, 12, "08:00")
    await house.press("Confirm", said=card)
    await house.press("Leave it", said=card)
    assert card.card.buttons == ()
    assert "Dentist" in await house.titles()


async def test_undo_takes_it_back_once_and_for_a_day(there: Seeded) -> None:
    house = there.house
    before = await house.titles()
    card = await proposed(house)
    await house.press("Confirm")
    await house.press("Undo")
    assert drawn(card.card) == 'Taken back: "Talk" is gone again.\n~ plain'
    assert await house.titles() == before
    assert texts(await house.press("Undo", said=card)) == ["Already taken back."]


async def test_undo_is_over_after_a_day(there: Seeded) -> None:
    house = there.house
    card = await proposed(house)
    await house.press("Confirm")
    house.clock.advance(timedelta(hours=24, seconds=1))
    assert texts(await house.press("Undo", said=card)) == [
        "Undo works for 24 hours; that is over. Say what you want changed instead."
    ]
    assert card.card.buttons == ()
    assert "Talk" in await house.titles()


async def test_undo_never_overwrites_what_came_later(there: Seeded) -> None:
    house = there.house
    wish = {"event": there.single[0], "when": "Thursday 9:00"}
    card = await proposed(house, ("update_event", wish))
    await house.press("Confirm")
    await move_dentist(there, 13, "08:00")
    said = await house.press("Undo", said=card)
    assert len(said) == 1
    assert said[0].text.startswith("This has changed meanwhile")
    found = await house.mirror.find_occurrence(
        Target(event_id=EventId(there.single[0])), there.ana.zone, (there.ana.id,)
    )
    assert found.when == a_span(13, "08:00", 45)


async def test_editing_a_card_makes_a_new_one(there: Seeded) -> None:
    house = there.house
    card = await proposed(house)
    await house.press("Edit")
    form = house.platform.asked[-1].form
    assert [(one.name, one.value) for one in form.fields] == [
        ("title", "Talk"),
        ("when", "Wed 11 March 10:00–10:30"),
        ("place", ""),
        ("notes", ""),
        ("guests", ""),
    ]
    await house.fill(title="Big talk", when="Thursday at 11", guests="Bo, max@example.org")
    fresh = house.card_with("Confirm")
    assert drawn(fresh.card) == (
        'Create "Big talk"?\n'
        "when: Thu 12 March 11:00–11:30\n"
        "guests: Bo and max@example.org\n"
        "calendar: Personal · nobody is mailed: a built-in calendar can't write to "
        "max@example.org\n"
        "note: Bo gets the invitation here in chat\n"
        "note: you and Bo are reminded 1 day and 10 minutes before\n"
        "[Confirm] [Edit] [Not now]\n"
        "~ asking"
    )
    assert (await house.statuses())[-2:] == [ChangeStatus.SUPERSEDED, ChangeStatus.PROPOSED]
    assert house.writer.told == []
    if fresh is not card:
        assert drawn(card.card) == 'Replaced by a newer card: "Talk".\n~ plain'


async def test_an_edited_move_keeps_who_hears_of_it(there: Seeded) -> None:
    house = there.house
    wish = {"event": there.single[4], "when": "Thursday 15:00"}
    await proposed(house, ("update_event", wish))
    await house.press("Edit")
    await house.fill(place="Attic")
    assert drawn(house.card_with("Confirm").card) == (
        'Move "Review"?\n'
        "was: Thu 12 March 14:00–15:00\n"
        "will be: Thu 12 March 15:00–16:00\n"
        "place was: none\n"
        "place will be: Attic\n"
        "guests: Bo\n"
        "calendar: Personal · nobody is mailed\n"
        "note: Bo is told here in chat\n"
        "[Confirm] [Edit] [Not now]\n"
        "~ asking"
    )


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": "  "}, "An event needs a title. The card above still stands."),
        (
            {"when": "yesterday at 10"},
            "Mon 9 March is past. Which day do you mean? The card above still stands.",
        ),
    ],
)
async def test_a_form_that_can_not_be_loses_nothing(
    there: Seeded, fields: dict[str, str], words: str
) -> None:
    house = there.house
    card = await proposed(house)
    await house.press("Edit")
    assert texts(await house.fill(**fields)) == [words]
    await house.press("Confirm", said=card)
    assert "Talk" in await house.titles()


async def test_a_form_filled_too_late_or_by_a_stranger_changes_nothing(there: Seeded) -> None:
    house = there.house
    await proposed(house)
    await house.press("Edit")
    assert texts(await house.fill(by="Mallory", title="Mine")) == ["This is Ana's to decide."]
    await house.press("Not now")
    assert texts(await house.fill(title="Late")) == ["Already declined at 08:00."]


@pytest.mark.parametrize("value", ["", "confirm", "confirm:", "frobnicate:1", ":", "CONFIRM:1"])
async def test_a_button_of_an_older_house_is_answered(there: Seeded, value: str) -> None:
    assert texts(await there.house.press_value(value)) == [
        "I don't know that button any more. Ask me again, please."
    ]


@pytest.mark.parametrize("verb", ["confirm", "decline", "undo", "edit", "again", "leave", "this"])
async def test_a_card_that_nobody_knows_is_answered(there: Seeded, verb: str) -> None:
    said = await there.house.press_value(f"{verb}:0123456789abcdef")
    assert len(said) == 1
    assert said[0].text


async def test_an_old_card_works_after_a_restart(there: Seeded) -> None:
    card = await proposed(there.house)
    restarted = House(there.house.database)
    (said,) = await restarted.press_value(button(card, "Confirm").value)
    assert said.text.startswith('✓ Created "Talk"'), "the old message is not there any more"
    assert "Talk" in await restarted.titles()
    twice = await restarted.press_value(button(card, "Confirm").value)
    assert texts(twice) == ["✓ Already done at 08:00."]


async def test_a_rung_reminder_is_put_off_and_done(there: Seeded) -> None:
    house = there.house
    await house.advance(on(10, "16:00") - house.clock.now())
    rung = house.card_with("Snooze 5 min")
    assert rung.text == "⏰ Send the report."
    await house.press("Snooze 5 min", said=rung)
    assert drawn(rung.card) == "Snoozed for 5 minutes: again today at 16:05.\n~ plain"
    await house.advance(timedelta(minutes=5))
    again = house.card_with("Done")
    assert (again.text, again is rung) == ("⏰ Send the report.", False)
    await house.press("Done", said=again)
    assert drawn(again.card) == "✓ Done: send the report.\n~ plain"


async def test_what_has_rung_can_not_be_taken_back(there: Seeded) -> None:
    house = there.house
    await house.say("remind me in 1 hour to stretch")
    [noted] = [one for one in house.platform.said if one.text == "I'll remind you today at 09:00."]
    await house.advance(timedelta(hours=1, minutes=1))
    await house.press("Undo", said=noted)
    assert noted.text == "It has rung: nothing is left to take back."


async def test_anothers_reminder_is_not_ones_to_put_off(there: Seeded) -> None:
    house = there.house
    await house.advance(on(10, "16:00") - house.clock.now())
    rung = house.card_with("Snooze 5 min")
    said = await house.press("Snooze 5 min", by="Mallory", said=rung)
    assert len(said) == 1
    assert said[0].ref.place == direct("Mallory")
    assert rung.text == "⏰ Send the report."


async def test_a_note_that_was_asked_is_done_by_its_owner_once(there: Seeded) -> None:
    house = there.house
    card = await proposed(house, ("set_preferences", {"zone": "Tokyo"}))
    assert drawn(card.card) == (
        "Change your zone to Asia/Tokyo?\n"
        "was: Europe/Berlin\n"
        "will be: Asia/Tokyo, where it is 16:00 now\n"
        "note: events stay at their instants; I tell you all times in the new zone\n"
        "[Confirm] [Not now]\n"
        "~ asking"
    )
    stranger = await house.press("Confirm", by="Mallory", said=card)
    assert texts(stranger) == ["This is Ana's to decide."]
    await house.press("Confirm", said=card)
    assert drawn(card.card) == "✓ Your zone is Asia/Tokyo now.\n[Undo]\n~ done"
    assert texts(await house.press("Confirm", said=card)) == ["Already done at 16:00."]
    await house.press("Undo", said=card)
    assert drawn(card.card).startswith("Taken back: your zone is Europe/Berlin again.")
    assert (await house.people.person(there.ana.id)).zone.key == "Europe/Berlin"


PARTY = 'Bo invites you to "Bo\'s party", Fri 13 March 19:00–21:00.'


async def invited(there: Seeded) -> Said:
    """Bo's invitation, as it came to Ana."""
    await there.house.settle()
    return next(one for one in there.house.platform.said if one.text == PARTY)


async def test_an_answer_under_an_invitation_is_the_yes_itself(there: Seeded) -> None:
    house, news = there.house, await invited(there)
    before = len(house.platform.said)
    await house.press("Accept", said=news)
    assert drawn(news.card) == (
        '✓ Accepted "Bo\'s party", Fri 13 March 19:00–21:00. Bo was told here in chat.\n'
        "[Maybe] [Decline] [Undo]\n~ done"
    )
    [told] = [one.by for one in house.writer.told]
    assert told == there.ana.id
    assert house.platform.said[before:] == []
    await house.press("Decline", said=news)
    assert drawn(news.card).startswith('✓ Declined "Bo\'s party"')
    await house.press("Undo", said=news)
    assert drawn(news.card) == (
        'Taken back: "Bo\'s party" is as it was.\n[Accept] [Maybe] [Decline]\n~ plain'
    )
    again = await house.press("Accept", said=news)
    assert texts(again) == ["That is your answer already; nothing was changed."]


async def test_an_invitation_pressed_twice_is_answered_once(there: Seeded) -> None:
    house, news = there.house, await invited(there)
    accept = next(one.value for one in news.card.buttons if one.label == "Accept")
    await house.press_value(accept, "Ana", news.ref)
    again = await house.press_value(accept, "Ana", news.ref)
    assert texts(again) == ["That is your answer already; nothing was changed."]
    assert len(house.writer.told) == 1


async def test_an_invitation_whose_card_tells_another_time_is_asked_about(there: Seeded) -> None:
    """A press does what its card says: where that no longer holds, a card says what does."""
    house, news = there.house, await invited(there)
    accept = next(one.value for one in news.card.buttons if one.label == "Accept")
    for value in (accept.partition("@")[0], f"{accept}5"):
        await house.press_value(value, "Ana", news.ref)
        card = house.card_with("Confirm")
        assert drawn(card.card).splitlines()[0] == 'Accept "Bo\'s party"?'
        assert house.writer.told == []
    await house.press("Confirm", said=card)
    assert drawn(card.card).startswith('✓ Accepted "Bo\'s party", Fri 13 March 19:00–21:00.')


async def test_in_a_channel_a_press_is_answered_to_its_presser_alone(there: Seeded) -> None:
    house = there.house
    house.plays(ScriptedModel(calls(TALK), says("That is all.")))
    (card,) = await house.say("please", place=TEAM)
    assert card.seen_by is not None
    assert card.seen_by.user == "ana"
    said = await house.press("Confirm", by="Bo", said=card)
    assert [(one.text, one.seen_by and one.seen_by.user) for one in said] == [
        ("This is Ana's to decide.", "bo")
    ]


async def test_the_channels_own_calendar_is_decided_in_the_open(there: Seeded) -> None:
    house = there.house
    wish = {"title": "Party", "when": "Friday 16:00-17:00", "calendar": "team"}
    house.plays(ScriptedModel(calls(("create_event", wish)), says("That is all.")))
    (card,) = await house.say("please", place=TEAM)
    assert card.seen_by is None
    await house.press("Confirm", said=card)
    assert drawn(card.card) == (
        "✓ Created \"Party\", Fri 13 March 16:00–17:00.\n[I'm in] [Maybe] [Can't] [Undo]\n~ done"
    )


async def test_undoing_a_part_of_a_series_brings_it_back_whole(there: Seeded) -> None:
    house = there.house
    before = await house.rows("local_resources", "key, ics", "ics IS NOT NULL ORDER BY key")
    wish = {"event": there.series[1], "scope": Scope.FOLLOWING.value, "when": "at 11"}
    card = await proposed(house, ("update_event", wish))
    await house.press("Confirm", said=card)
    assert drawn(card.card).startswith('✓ Moved "Design review"')
    await house.press("Undo", said=card)
    after = await house.rows("local_resources", "key, ics", "ics IS NOT NULL ORDER BY key")
    assert [key for key, _ in after] == [key for key, _ in before]


async def test_an_outcome_whose_card_can_not_be_edited_is_said_anew(there: Seeded) -> None:
    house = there.house
    (card,) = await house.say("dentist tomorrow at 15:00", place=TEAM)
    house.platform.lost.add(card.ref.id)
    (said,) = await house.say("yes", place=TEAM)
    assert said.text.startswith('✓ Created "Dentist"')
    assert said.seen_by is not None
    (change, *_) = reversed(await house.changes())
    assert change.status is ChangeStatus.APPLIED


async def test_a_card_that_can_not_be_edited_is_replaced_anew(there: Seeded) -> None:
    house = there.house
    (card,) = await house.say("dentist tomorrow at 15:00", place=TEAM)
    await house.press("Edit", said=card)
    house.platform.lost.add(card.ref.id)
    (said,) = await house.fill(when="tomorrow 16:00")
    assert "16:00" in said.text
    assert said.seen_by is not None


async def test_a_guest_whom_nobody_knows_is_named_in_the_notes(there: Seeded) -> None:
    house = there.house
    await house.say("dentist tomorrow at 15:00")
    await house.press("Edit")
    await house.fill(guests="zoe")
    (event,) = [one.glimpses[0].after for one in await house.changes() if one.is_open]
    assert event is not None
    assert (event.guests, event.description) == ((), "With zoe")
    await house.press("Edit")
    await house.fill(guests="zoe")
    (event,) = [one.glimpses[0].after for one in await house.changes() if one.is_open]
    assert event is not None
    assert event.description == "With zoe"
