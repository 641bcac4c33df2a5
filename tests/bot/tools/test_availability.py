"""Looking for free time: `find_free_time` and `check_availability`, alone and with others."""

from dataclasses import replace
from typing import Any

import pytest

from tests.bot.seeded import Seeded
from tests.bot.tools.asking import Asking
from tests.builders import on


async def test_slots_are_offered_best_first_with_what_stood_in_the_way(ask: Asking) -> None:
    result = await ask("find_free_time")
    assert result.text == (
        "30 minutes, today to Tue 17 March. Best first:\n"
        "  1  Tue 10 March 09:00–09:30\n"
        "  2  Tue 10 March 10:00–10:30\n"
        "  3  Tue 10 March 10:30–11:00\n"
        'Today 09:30–09:45 is out: you have "Standup".'
    )
    assert len(result.facts["slots"]) == 3
    assert result.status == "Compared 1 calendar"


async def test_several_people_are_compared_in_a_part_of_the_day(ask: Asking) -> None:
    wanted = {"length": "45 minutes", "when": "this week", "part_of_day": "afternoon"}
    text = await ask.text("find_free_time", who=["Bo", "Kim"], avoid=["today"], **wanted)
    assert text.splitlines()[:4] == [
        "Three of you, 45 minutes, today to Sun 15 March, 12:00–17:00. Best first:",
        "  1  Wed 11 March 13:30–14:15",
        "  2  Wed 11 March 14:30–15:15",
        "  3  Thu 12 March 12:00–12:45",
    ]


@pytest.mark.parametrize(
    ("arguments", "first"),
    [
        (
            {"when": "tomorrow", "length": "9 hours"},
            "9 hours, tomorrow: I find no free slot in your working hours.",
        ),
        (
            {"when": "Friday evening", "length": "30 min"},
            "30 minutes, Fri 13 March, 17:00–21:00. Best first:",
        ),
        (
            {"when": "after 14:00 tomorrow", "length": "30 min"},
            "30 minutes, tomorrow, 14:00–00:00. Best first:",
        ),
    ],
)
async def test_what_was_asked_stands_in_the_heading(
    ask: Asking, arguments: dict[str, str], first: str
) -> None:
    assert (await ask.text("find_free_time", **arguments)).splitlines()[0] == first


async def test_hours_outside_work_are_meant_when_they_are_named(ask: Asking) -> None:
    text = await ask.text("find_free_time", when="Thursday evening", who=["Bo"])
    assert text.splitlines()[1:] == [
        "  1  Thu 12 March 17:00–17:30",
        "  2  Thu 12 March 17:30–18:00",
        "  3  Thu 12 March 19:00–19:30",
        'Thu 12 March 18:00–19:00 is out: you have "Gym".',
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            {"who": ["Zoe"]},
            "I don't know Zoe's calendar. I can only look at people who talk with me here.",
        ),
        ({"when": "yesterday"}, "Mon 9 March is past. Which time do you mean?"),
        ({"length": "0 minutes"}, "How long shall it be?"),
    ],
)
async def test_what_can_not_be_compared_is_refused(
    ask: Asking, arguments: dict[str, str], words: str
) -> None:
    returned = await ask.call("find_free_time", **arguments)
    assert returned.result is None
    if "length" not in arguments:
        assert returned.part.content == words


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"when": "tomorrow at 14:00"}, "Yes, you are free Wed 11 March 14:00–15:00."),
        (
            {"when": "tomorrow at 14:00", "who": ["Bo"]},
            "Yes, Bo is free Wed 11 March 14:00–15:00.",
        ),
        (
            {"when": "tomorrow at 14:00", "who": ["Bo", "Kim"], "length": "30 minutes"},
            "Yes, Bo and Kim are free Wed 11 March 14:00–14:30.",
        ),
        (
            {"when": "tomorrow at 12:30"},
            'No, not Wed 11 March 12:30–13:30: you have "Lunch with Bo" 12:30–13:15.\n'
            "Nearest: Wed 11 March 13:30–14:30, Wed 11 March 14:30–15:30, "
            "Wed 11 March 10:00–11:00.",
        ),
        (
            {"when": "Friday at 19:00", "who": ["Bo"]},
            "No, not Fri 13 March 19:00–20:00: Bo is busy.\n"
            "Nearest: Fri 13 March 18:00–19:00, Fri 13 March 17:00–18:00, "
            "Fri 13 March 16:00–17:00.",
        ),
    ],
)
async def test_a_time_is_free_or_the_reason_and_the_nearest_are_told(
    ask: Asking, arguments: dict[str, str], text: str
) -> None:
    assert await ask.text("check_availability", **arguments) == text


async def test_a_day_without_a_length_is_answered_with_its_free_stretches(ask: Asking) -> None:
    text = "Tomorrow you are free 09:00–09:30, 09:45–11:00, 12:00–12:30 and 13:15–16:00."
    asked = await ask("find_free_time", when="tomorrow")
    assert asked.text == await ask.text("check_availability", when="tomorrow") == text
    assert len(asked.facts["slots"]) == 3
    assert asked.facts["free"][1] == {
        "start": "2026-03-11T09:45:00+01:00",
        "end": "2026-03-11T11:00:00+01:00",
    }


@pytest.mark.parametrize("more", [{"length": "30 min"}, {"who": ["Bo"]}, {"count": 2}])
async def test_slots_are_offered_where_a_slot_is_asked_for(
    ask: Asking, more: dict[str, Any]
) -> None:
    assert "Best first:" in await ask.text("find_free_time", when="tomorrow", **more)


async def test_free_stretches_do_not_hide_that_a_calendar_was_not_read(
    ask: Asking, there: Seeded
) -> None:
    calendars = await there.house.mirror.calendars((there.ana.id,))
    (work,) = [one for one in calendars if one.name == "Work"]
    await there.house.mirror.update_calendar(replace(work, unread_since=on(10, "07:40")))
    asked = await ask("find_free_time", when="tomorrow")
    assert asked.facts["incomplete"]
    assert "Work" in asked.text


async def test_others_events_are_never_named(ask: Asking) -> None:
    ask.by = "Mallory"
    for when in ("Friday at 19:00", "tomorrow at 12:30", "tomorrow at 16:00"):
        text = await ask.text("check_availability", when=when, who=["Bo", "Ana"])
        assert not {"party", "Lunch", "Dentist"} & set(text.replace('"', " ").split())
    text = await ask.text("find_free_time", who=["Ana", "Bo"], when="tomorrow", count=20)
    assert not {"Standup", "Lunch", "Dentist"} & set(text.replace('"', " ").split())


async def test_unknown_is_not_free(ask: Asking, there: Seeded) -> None:
    work = (await there.house.mirror.calendars((there.ana.id,)))[1]
    await there.house.mirror.update_calendar(replace(work, unread_since=on(10, "07:40")))
    result = await ask("check_availability", when="tomorrow at 14:00")
    assert result.facts["free"] is None
    assert result.text == (
        "I can't say for Wed 11 March 14:00–15:00.\n"
        "Your Work calendar has not answered since 07:40; what stands there is missing.\n"
        "On the others you are free."
    )
    found = await ask("find_free_time", when="tomorrow")
    assert found.facts["incomplete"] is True
    assert "has not answered since 07:40" in found.text


async def test_others_are_told_when_they_are_busy_and_never_by_what(ask: Asking) -> None:
    told = await ask("check_availability", who=["Bo"], when="on Friday", busy=True)
    assert told.text == "Fri 13 March: Bo is busy 19:00–21:00."
    [busy] = told.facts["busy"]
    assert busy == {
        "who": "Bo",
        "start": "2026-03-13T19:00:00+01:00",
        "end": "2026-03-13T21:00:00+01:00",
    }
    assert await ask.text("check_availability", who=["Bo"], when="this week", busy=True) == (
        "Bo is busy:\n  Thu 12 March 14:00–15:00\n  Fri 13 March 19:00–21:00"
    )
    free = await ask.text("check_availability", who=["Bo"], when="tomorrow", busy=True)
    assert free == "Wed 11 March: Bo has nothing that I can see."
    weekend = await ask.text("check_availability", who=["Bo"], when="14 to 15 March", busy=True)
    assert weekend == "From Sat 14 March to Sun 15 March: Bo has nothing that I can see."


async def test_at_an_hour_it_is_said_whether_others_are_free(ask: Asking) -> None:
    said = await ask.text("check_availability", who=["Bo"], when="Friday 20:00", busy=True)
    assert said.startswith("No, not Fri 13 March 20:00–21:00: Bo is busy")
