"""The life of a channel: its settings, its digest, its reminders; nothing private in it."""

from dataclasses import replace
from datetime import time, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.channel_form import asks_for_settings, channel_form
from bot.channels import Channels, ChannelSettings, Digest, channel_of, shared_owner
from bot.chat.cards import Moment, in_one_zone
from bot.chat.messages import Place, PlaceKind
from bot.tools.channel_wishes import differences, wished
from tests.bot.drawn import drawn
from tests.bot.house import TEAM, House, a_sender, direct
from tests.builders import BERLIN, a_person
from tests.fakes.platform import Said

OPS = Place(platform="fake", workspace="w", channel="#ops", kind=PlaceKind.CHANNEL, name="#ops")


async def set_up(house: House, place: Place = TEAM, by: str = "Ana", **fields: str) -> list[Said]:
    """Somebody opens the form of a channel and fills it."""
    await house.command("settings channel", by, place)
    return await house.fill(by, **fields)


async def an_event(house: House, words: str, place: Place = TEAM, by: str = "Ana") -> None:
    """An event on the channel's calendar."""
    await house.say(f"{words} in the {'team' if place == TEAM else 'ops'} calendar", by, place)
    await house.press("Confirm", by)
    await house.settle()


def public(house: House, place: Place = TEAM) -> list[Said]:
    """What all in a channel read."""
    return [
        one for one in house.platform.said if one.ref.place.key == place.key and one.seen_by is None
    ]


def clocks(said: Said) -> list[Moment]:
    """The times that each reader sees on their own clock."""
    return [span for line in said.card.body for span in line if isinstance(span, Moment)]


@pytest.mark.parametrize(
    ("words", "asks"),
    [
        ("channel settings", True),
        ("settings of this channel", True),
        ("Show me the channel settings, please", False),
        ("show me the channel settings", True),
        ("settings", False),
        ("post our agenda here every Monday at 9", False),
        ("show our agenda", False),
        ("what's on in the channel?", False),
    ],
)
def test_words_about_the_channel_are_told_from_others(words: str, asks: bool) -> None:
    assert asks_for_settings(words) is asks


def test_the_form_shows_how_the_channel_is_served() -> None:
    settings = ChannelSettings(
        owner=channel_of(TEAM),
        name="#team",
        zone=BERLIN,
        digest=Digest.WEEKLY,
        digest_day=2,
        digest_at=time(8, 30),
        leads=(),
    )
    form = channel_form(settings)
    assert form.value == "channel:channel:fake/w/#team"
    assert {one.name: one.value for one in form.fields} == {
        "calendar": "own",
        "zone": "Europe/Berlin",
        "digest": "wednesday",
        "digest_at": "08:30",
        "reminders": "off",
    }


async def test_settings_are_set_and_the_channel_is_told_by_whom(house: House) -> None:
    said = await set_up(
        house, digest="monday", digest_at="8:30", reminders="1 hour, 10 minutes", zone="London"
    )
    [told] = said
    assert told.seen_by is None
    assert told.ref.place.key == TEAM.key
    assert told.text == (
        "✓ Ana changed how I serve #team. Agenda: the week's, every Monday at 08:30 (was none). "
        "Reminders: 1 hour and 10 minutes before (were 10 minutes before). "
        "Zone: Europe/London (was Europe/Berlin)."
    )
    kept = await Channels(house.database, house.clock, BERLIN).of(channel_of(TEAM))
    assert kept == ChannelSettings(
        owner=channel_of(TEAM),
        name="#team",
        zone=ZoneInfo("Europe/London"),
        digest=Digest.WEEKLY,
        digest_at=time(8, 30),
        digest_day=0,
        leads=(timedelta(hours=1), timedelta(minutes=10)),
        is_set=True,
    )
    ana = await house.welcome("Ana")
    [entry] = await house.desk.audit_of(channel_of(TEAM))
    assert entry.by == ana.id
    assert entry.what.startswith("settings of #team: ")


async def test_who_may_not_is_told_who_may_and_sees_no_form(house: House) -> None:
    house.platform.powerless.add("bo")
    [said] = await house.command("settings channel", "Bo", TEAM)
    assert said.seen_by == a_sender("Bo")
    assert said.text == (
        "Only those who manage it may change how I serve #team. Nothing was changed."
    )
    assert house.platform.asked == []


async def test_the_right_is_asked_again_when_the_form_comes_back(house: House) -> None:
    await house.command("settings channel", "Bo", TEAM)
    house.platform.powerless.add("bo")
    [said] = await house.fill("Bo", digest="daily")
    assert said.text.startswith("Only those who manage it")
    assert await house.rows("channel_settings") == []


async def test_a_form_of_another_platform_s_channel_is_not_taken(house: House) -> None:
    await house.command("settings channel", "Bo", TEAM)
    value = house.platform.asked[-1].form.value
    there = direct("Bo", platform="other")
    [said] = await house.press_value(value, "Bo", None, there)
    assert said.text.startswith("Only those who manage it")


def test_who_sets_a_channel_first_brings_their_zone() -> None:
    """The machine's may be any."""
    asker: Any = SimpleNamespace(me=a_person(zone=BERLIN))
    unset = ChannelSettings(owner=channel_of(TEAM), zone=ZoneInfo("UTC"))
    wanted, _ = wished(unset, {"digest": "daily"}, asker)
    assert [(one.name, one.will) for one in differences(unset, wanted)] == [
        ("agenda", "each day's, Monday to Friday at 09:00"),
        ("zone", "Europe/Berlin"),
    ]
    stood = replace(unset, is_set=True)
    assert wished(stood, {"digest": "daily"}, asker)[0].zone == stood.zone


async def test_words_become_a_card_and_the_channel_is_told(house: House) -> None:
    [card] = await house.say("post the digest here at 9 every weekday", place=TEAM)
    assert card.seen_by == a_sender("Ana")
    assert drawn(card.card) == (
        "Change how I serve #team?\n"
        "agenda was: none\n"
        "agenda will be: each day's, Monday to Friday at 09:00\n"
        "note: everybody in #team is told\n"
        "[Confirm] [Not now]\n~ asking"
    )
    assert await house.rows("channel_settings") == []
    [told] = await house.press("Confirm", said=card)
    assert (told.seen_by, told.ref.place.key) == (None, TEAM.key)
    assert drawn(told.card) == (
        "✓ Ana changed how I serve #team. Agenda: each day's, Monday to Friday at 09:00 "
        "(was none).\n[Undo]\n~ done"
    )
    await house.press("Undo", said=told)
    assert told.text == "Taken back: #team is served as before."
    kept = await Channels(house.database, house.clock, BERLIN).of(channel_of(TEAM))
    assert kept.digest is Digest.OFF


async def test_the_right_is_asked_again_when_a_card_is_confirmed_or_undone(house: House) -> None:
    [card] = await house.say("remind this channel 15 minutes before events", place=TEAM)
    house.platform.powerless.add("ana")
    [said] = await house.press("Confirm", said=card)
    assert said.text.startswith("Only those who manage it may change")
    assert await house.rows("channel_settings") == []
    house.platform.powerless.clear()
    [told] = await house.press("Confirm", said=card)
    house.platform.powerless.add("ana")
    [said] = await house.press("Undo", said=told)
    assert said.text.startswith("Only those who manage it may change")
    kept = await Channels(house.database, house.clock, BERLIN).of(channel_of(TEAM))
    assert kept.leads == (timedelta(minutes=15),)


async def test_a_card_that_waited_undoes_nothing_that_came_after_it(house: House) -> None:
    [card] = await house.say("remind this channel 15 minutes before events", place=TEAM)
    await set_up(house, digest="daily", digest_at="8:00")
    await house.press("Confirm", said=card)
    kept = await Channels(house.database, house.clock, BERLIN).of(channel_of(TEAM))
    assert (kept.digest, kept.leads) == (Digest.DAILY, (timedelta(minutes=15),))


async def test_words_show_the_settings_and_a_button_opens_the_form(house: House) -> None:
    [said] = await house.say("channel settings", place=TEAM)
    assert said.seen_by == a_sender("Ana")
    assert said.text == (
        "#team: a calendar of its own, no agenda posted, reminders 10 minutes before, "
        "times of Europe/Berlin."
    )
    await house.press("Channel settings", said=said, place=TEAM)
    assert house.platform.asked[-1].form.title == "Settings of #team"


async def test_in_direct_messages_there_is_no_channel(house: House) -> None:
    [said] = await house.command("settings channel")
    assert said.text == "A channel's settings are changed in that channel. Say it there, please."


async def test_what_cannot_be_taken_changes_nothing(house: House) -> None:
    [said] = await set_up(house, zone="Atlantis", digest="daily")
    assert said.seen_by == a_sender("Ana")
    assert said.text.endswith("Nothing was changed.")
    assert await house.rows("channel_settings") == []
    [said] = await house.fill()
    assert said.text == "Nothing was changed."


async def test_the_daily_digest_holds_the_channel_s_calendar_alone(house: House) -> None:
    await house.say("Dentist tomorrow at 9")
    await house.press("Confirm")
    await an_event(house, "Team lunch tomorrow at 12")
    await set_up(house, digest="daily", digest_at="8:00", reminders="off")
    before = len(public(house))
    await house.advance(timedelta(days=1))
    [digest] = public(house)[before:]
    assert digest.text == "Today in #team\nWednesday 11 March\n  12:00–13:00  Team lunch"
    assert [one.text for one in clocks(digest)] == ["12:00–13:00"]
    await house.advance(timedelta(days=5))  # nothing stands there on any of these days
    assert len(public(house)) == before + 1


async def test_the_daily_digest_comes_on_working_days_on_which_something_stands(
    house: House,
) -> None:
    await an_event(house, "Standup every Thursday at 12")
    await an_event(house, "Market on Saturday at 10")
    await set_up(house, digest="daily", digest_at="8:00", reminders="off")
    before = len(public(house))
    await house.advance(timedelta(days=9))
    days = [one.text.splitlines()[1] for one in public(house)[before:]]
    assert days == ["Thursday 12 March", "Thursday 19 March"]


async def test_whoever_set_it_is_told_now_and_then_that_nothing_can_be_told_there_any_more(
    house: House,
) -> None:
    await an_event(house, "Standup every day at 12")
    await set_up(house, digest="daily", digest_at="8:00", reminders="10 minutes")
    house.platform.gone.add(TEAM.key)
    before = len(house.platform.said)
    await house.advance(timedelta(days=3))
    [told] = house.platform.said[before:]
    assert told.ref.place.is_private
    assert told.text == (
        "I can't write in #team any more, so its agenda and reminders don't come. Let me in "
        'there again, or switch them off: "/cal settings channel" there.'
    )
    await house.advance(timedelta(days=7))
    assert len(house.platform.said) == before + 2


async def test_a_week_without_events_is_not_told(house: House) -> None:
    await set_up(house, digest="wednesday", digest_at="8:00", reminders="off")
    before = len(public(house))
    await house.advance(timedelta(days=2))
    assert public(house)[before:] == []
    await an_event(house, "Party on March 20 at 16:00")
    await house.advance(timedelta(days=7))
    assert len(public(house)) == before + 2  # the card of the party, and its week


async def test_the_weekly_digest_shows_the_week_in_the_channel_s_zone(house: House) -> None:
    await set_up(
        house, digest="wednesday", digest_at="8:00", reminders="off", zone="America/New_York"
    )
    await an_event(house, "Team lunch tomorrow at 15:00")
    await an_event(house, "Party on Friday at 16:00")
    before = len(public(house))
    await house.advance(timedelta(days=1, hours=6))
    [digest] = public(house)[before:]
    assert digest.text == (
        "The week in #team\nWednesday 11 March\n  10:00–11:00  Team lunch\n"
        "Friday 13 March\n  11:00–12:00  Party"
    )


async def test_reminders_of_its_events_ring_in_the_channel_with_join(house: House) -> None:
    await set_up(house, reminders="1 hour")
    await an_event(house, "Standup tomorrow at 9:30 at https://meet.example/x")
    before = len(public(house))
    await house.advance(timedelta(days=2))
    [rung] = public(house)[before:]
    assert rung.text.startswith("⏰ Standup in 1 hour, 09:30–10:30")
    assert [(one.label, one.url) for one in rung.card.buttons] == [
        ("Join", "https://meet.example/x")
    ]
    assert rung.card.moments


async def test_reminders_turned_off_ring_no_more_and_back_on_again(house: House) -> None:
    await an_event(house, "Standup tomorrow at 9:30")
    await set_up(house, reminders="off")
    assert await house.rows("jobs", "key", "kind = 'reminder'") == []
    await set_up(house, reminders="5 minutes")
    before = len(public(house))
    await house.advance(timedelta(days=2))
    assert [one.text for one in public(house)[before:]] == ["⏰ Standup in 5 minutes, 09:30–10:30."]


async def test_a_shared_calendar_is_the_same_in_every_channel_that_shares(house: House) -> None:
    await set_up(house, calendar="shared", reminders="off")
    await set_up(house, OPS, calendar="shared", reminders="off")
    await house.say("Townhall tomorrow at 15:00 in the team calendar", place=TEAM)
    await house.press("Confirm")
    await house.settle()
    shared = shared_owner(channel_of(TEAM))
    assert [one.owner for one in await house.mirror.calendars((shared,))] == [shared]
    [said] = await house.say("what's on tomorrow in the team calendar?", "Bo", OPS)
    assert "Townhall" in said.text
    assert said.seen_by is None


async def test_a_shared_calendar_s_events_take_sign_ups_and_ring_once(house: House) -> None:
    await set_up(house, calendar="shared", reminders="10 minutes")
    await set_up(house, OPS, calendar="shared", reminders="10 minutes")
    await house.say("Townhall tomorrow at 15:00 in the team calendar", place=TEAM)
    card = house.card_with("Confirm")
    await house.press("Confirm")
    await house.press("I'm in", "Bo", card)
    await house.settle()
    assert card.text.endswith("In: Bo")
    before = len(public(house)) + len(public(house, OPS))
    await house.advance(timedelta(days=2))
    assert len(public(house)) + len(public(house, OPS)) == before + 1


async def test_nothing_private_of_anybody_stands_in_the_channel(house: House) -> None:
    await house.say("Secret tomorrow at 12:00", "Bo")
    await house.press("Confirm", "Bo")
    await house.say("remind me tomorrow at 8 to hide the Secret", "Bo")
    await set_up(house, digest="daily", digest_at="8:00")
    await an_event(house, "Team lunch tomorrow at 12")
    await house.say("what's on tomorrow?", "Bo", TEAM)
    await house.say("which reminders do I have?", "Bo", TEAM)
    await house.say("link other", "Bo", TEAM)
    await house.say("what am I doing tomorrow?", "Bo", TEAM)
    await house.advance(timedelta(days=2))
    for one in public(house):
        assert "Secret" not in one.text
        assert "Your code" not in one.text


async def test_an_hour_told_of_several_days_is_each_days_own(house: House) -> None:
    """Where clocks change in between, the same hour is another one elsewhere."""
    await set_up(house, digest="wednesday", digest_at="8:00", reminders="off")
    await an_event(house, "Standup every weekday at 9:30 for 15 minutes")
    before = len(public(house))
    await house.advance(timedelta(days=1, hours=6))
    [digest] = public(house)[before:]
    told = clocks(digest)
    assert [one.text for one in told] == ["09:30–09:45"] * 5
    assert [one.at.date().day for one in told] == [11, 12, 13, 16, 17]
    assert in_one_zone(digest.card).body[-1] == ("All times are in Europe/Berlin.",)


async def test_what_all_read_is_told_on_each_readers_clock(house: House) -> None:
    await house.welcome("Ben")
    await an_event(house, "Party on Friday at 16:00")
    [said] = await house.say("what's on this week in the team calendar?", place=TEAM)
    assert [one.text for one in clocks(said)] == ["16:00–17:00"]
