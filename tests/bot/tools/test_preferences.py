"""How somebody is served: `get_preferences` and `set_preferences`."""

from dataclasses import replace
from datetime import time
from typing import Any

import pytest

from bot.people import Person
from tests.bot.house import a_sender
from tests.bot.tools.asking import Asking


async def me(ask: Asking) -> Person:
    """Ana as she is kept."""
    found = await ask.house.people.of(a_sender("Ana"))
    assert found is not None
    return found


async def test_preferences_are_told_in_words(ask: Asking) -> None:
    assert await ask.text("get_preferences") == (
        "Ana, this is how I serve you:\n"
        "  zone            Europe/Berlin\n"
        "  working hours   Mon–Fri 09:00–17:00\n"
        "  week starts     Monday\n"
        "  clock           24 h\n"
        "  new events      1 hour\n"
        "  reminders       10 minutes before\n"
        "  all-day events  reminded at 09:00\n"
        "  quiet hours     none\n"
        "  on weekends     reminders ring\n"
        "  calendar news   told\n"
        "  daily digest    off\n"
        "  buffer          none"
    )


@pytest.mark.parametrize(
    ("wish", "done"),
    [
        ({"working_hours": "8:30 to 16:00"}, "working hours Mon–Fri 08:30–16:00"),
        ({"working_hours": "from 9 to 5"}, "working hours Mon–Fri 09:00–17:00"),
        ({"working_hours": "22 to 6"}, "working hours Mon–Fri 22:00–06:00"),
        ({"working_hours": "0 to 24"}, "working hours Mon–Fri 00:00–00:00"),
        ({"working_days": "Monday to Thursday"}, "working hours Mon–Thu 09:00–17:00"),
        ({"working_days": "Mon, Wed and Fri"}, "working hours Mon, Wed, Fri 09:00–17:00"),
        ({"working_days": "weekends"}, "working hours Sat, Sun 09:00–17:00"),
        ({"week_start": "sunday"}, "weeks start on Sunday"),
        ({"clock": "12"}, "12 h clock"),
        ({"default_length": "45 minutes"}, "new events take 45 minutes"),
        (
            {"reminder_leads": ["5 minutes", "1 day before"]},
            "reminders 5 minutes and 1 day before",
        ),
        ({"reminder_leads": []}, "reminders none"),
        ({"all_day_reminder": "8:00"}, "all-day events are reminded at 08:00"),
        ({"quiet_hours": "22:00 to 7:00"}, "quiet hours 22:00–07:00"),
        ({"quiet_hours": "10 to 7"}, "quiet hours 22:00–07:00"),
        ({"quiet_hours": "13:00 to 14:00"}, "quiet hours 13:00–14:00"),
        ({"quiet_hours": "none"}, "no quiet hours"),
        ({"reminder_leads": ["0 minutes", "1 hour"]}, "reminders 1 hour before and at the start"),
        ({"weekend_reminders": False}, "reminders rest on weekends"),
        ({"digest_at": "7:30"}, "daily digest at 07:30"),
        ({"digest_at": "off"}, "no daily digest"),
        ({"buffer": "10 minutes"}, "10 minutes between meetings"),
        (
            {"pause_reminders_until": "Monday"},
            "reminders rest until Mon 16 March at 00:00",
        ),
        ({"clock": "12", "week_start": "sunday"}, "weeks start on Sunday and 12 h clock"),
    ],
)
async def test_a_wish_is_kept_at_once_and_can_be_taken_back(
    ask: Asking, wish: dict[str, Any], done: str
) -> None:
    before = await me(ask)
    result = await ask("set_preferences", **wish)
    assert result.text == f"Noted: {done}."
    assert result.undo is not None
    await ask.house.press_value(result.undo.value)
    assert await me(ask) == before


async def test_a_wish_changes_what_it_names_and_nothing_else(ask: Asking) -> None:
    first = await ask("set_preferences", clock="12")
    await ask("set_preferences", week_start="sunday")
    assert first.undo is not None
    await ask.house.press_value(first.undo.value)
    kept = (await me(ask)).preferences
    assert (kept.clock_24h, kept.week_start) == (True, 6)


async def test_a_zone_is_asked_about_first_and_takes_other_wishes_along(ask: Asking) -> None:
    before = await me(ask)
    result = await ask("set_preferences", zone="tokyo", clock="12")
    assert result.asked is not None
    assert result.undo is None
    assert result.asked.action.question == "Change your zone to Asia/Tokyo?"
    assert dict(result.asked.action.fields) == {
        "was": "Europe/Berlin",
        "will be": "Asia/Tokyo, where it is 16:00 now",
        "and": "12 h clock",
        "note": "events stay at their instants; I tell you all times in the new zone",
    }
    assert await me(ask) == before
    await ask.house.press_value(f"note:{result.asked.id}")
    after = await me(ask)
    assert (after.zone.key, after.preferences.clock_24h) == ("Asia/Tokyo", False)
    await ask.house.press_value(f"unnote:{result.asked.id}")
    assert await me(ask) == before


async def test_the_zone_one_has_is_no_question(ask: Asking) -> None:
    assert await ask.text("set_preferences", zone="berlin") == (
        "Your zone is Europe/Berlin already."
    )


async def test_after_a_strangers_text_a_wish_is_asked_about(ask: Asking) -> None:
    ask.saw_strangers_text = True
    result = await ask("set_preferences", clock="12")
    assert result.asked is not None
    assert dict(result.asked.action.fields) == {"to": "12 h clock"}
    assert (await me(ask)).preferences.clock_24h


async def test_hours_are_told_on_the_clock_that_one_reads(ask: Asking) -> None:
    await ask("set_preferences", clock="12", quiet_hours="22:00 to 7:00", digest_at="7:30")
    told = await ask.text("get_preferences")
    for line in (
        "working hours   Mon–Fri 9 am–5 pm",
        "all-day events  reminded at 9 am",
        "quiet hours     10 pm–7 am",
        "daily digest    7:30 am",
    ):
        assert line in told


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({}, "What shall I change: zone, hours, week start, lengths, reminders, digest?"),
        ({"zone": "Berlln"}, "I know no time zone 'Berlln'. Did you mean Europe/Berlin?"),
        (
            {"default_length": "3 days"},
            "A new event is between a minute and a day long. How long?",
        ),
        ({"pause_reminders_until": "yesterday"}, "That is past. Until when?"),
        ({"buffer": "9 hours"}, "That would leave no room between meetings."),
        ({"in_digests": False}, "Which calendar do you mean? You have Personal and Work."),
        ({"working_hours": "none"}, "From when to when do you work?"),
    ],
)
async def test_what_can_not_be_is_refused(ask: Asking, wish: dict[str, Any], words: str) -> None:
    assert (await ask.refusal("set_preferences", **wish)).startswith(words)


@pytest.mark.parametrize(
    "wish",
    [
        {"working_hours": "tomorrow"},
        {"working_days": "xyz"},
        {"digest_at": "soon"},
        {"quiet_hours": "25 to 7"},
        {"buffer": "Friday"},
        {"default_calendar": "Work", "clock": "12"},
    ],
)
async def test_what_is_not_understood_is_the_models_to_correct(
    ask: Asking, wish: dict[str, Any]
) -> None:
    before = await me(ask)
    assert await ask.misuse("set_preferences", **wish)
    assert await me(ask) == before


async def test_a_day_of_other_hours_is_told_and_kept_when_the_rest_changes(ask: Asking) -> None:
    ana = await me(ask)
    hours = replace(ana.preferences.hours, special=((4, time(9), time(13)),))
    await ask.house.people.save(replace(ana, preferences=replace(ana.preferences, hours=hours)))
    told = await ask.text("get_preferences")
    assert "  working hours   Mon–Fri 09:00–17:00, Fri 09:00–13:00\n" in told

    done = await ask.text("set_preferences", working_hours="8 to 16")
    assert done == "Noted: working hours Mon–Fri 08:00–16:00, Fri 09:00–13:00."
    assert (await me(ask)).preferences.hours.special == hours.special

    done = await ask.text("set_preferences", working_days="Monday to Thursday")
    assert done == "Noted: working hours Mon–Thu 08:00–16:00."
    assert (await me(ask)).preferences.hours.special == ()
