"""Reminders: `set_reminder`, `list_reminders`, `cancel_reminder`. Done at once, or asked about."""

from typing import Any

import pytest

from bot.tools.tool import ToolResult
from tests.bot.house import TEAM
from tests.bot.seeded import Seeded
from tests.bot.tools.asking import Asking


async def waiting(ask: Asking) -> list[str]:
    """What waits to ring, a line each."""
    text = await ask.text("list_reminders")
    return [line.strip().partition("  ")[2] for line in text.splitlines()[1:]]


STOOD = ["today at 16:00 · send the report", "tomorrow at 08:00 · water the plants"]


@pytest.mark.parametrize(
    ("arguments", "done", "line"),
    [
        (
            {"text": "stretch", "when": "in 2 hours"},
            "I'll remind you today at 10:00.",
            "today at 10:00 · stretch",
        ),
        (
            {"text": "call mum", "when": "tomorrow"},
            "I'll remind you tomorrow at 09:00.",
            "tomorrow at 09:00 · call mum",
        ),
        (
            {"text": "plan", "when": "every Friday at 16:00"},
            "I'll remind you every Friday, from Fri 13 March at 16:00.",
            "Fri 13 March at 16:00 · plan · every Friday",
        ),
        (
            {"event": "dentist"},
            'I\'ll remind you 10 minutes before "Dentist", tomorrow at 15:50.',
            'tomorrow at 15:50 · 10 minutes before "Dentist"',
        ),
        (
            {"event": "offsite"},
            'I\'ll remind you on the day of "Offsite", Thu 19 March at 09:00.',
            'Thu 19 March at 09:00 · on the day of "Offsite"',
        ),
        (
            {"event": "offsite", "leads": ["1 day"]},
            'I\'ll remind you 1 day before "Offsite", Wed 18 March at 09:00.',
            'Wed 18 March at 09:00 · 1 day before "Offsite"',
        ),
        (
            {"event": "dentist", "leads": ["2 hours"], "text": "take the card"},
            'I\'ll remind you 2 hours before "Dentist", tomorrow at 14:00.',
            'tomorrow at 14:00 · 2 hours before "Dentist": take the card',
        ),
        (
            {"event": "standup", "event_when": "tomorrow", "leads": ["5 minutes"]},
            'I\'ll remind you 5 minutes before "Standup", tomorrow at 09:25.',
            'tomorrow at 09:25 · 5 minutes before "Standup"',
        ),
        (
            {"event": "dentist", "leads": ["the morning of at 7"]},
            'I\'ll remind you 9 hours before "Dentist", tomorrow at 07:00.',
            'tomorrow at 07:00 · 9 hours before "Dentist"',
        ),
        (
            {"event": "dentist", "leads": ["1 day before at 6pm"]},
            'I\'ll remind you 22 hours before "Dentist", today at 18:00.',
            'today at 18:00 · 22 hours before "Dentist"',
        ),
        (
            {"event": "offsite", "leads": ["the evening before at 7"], "text": "pack"},
            'I\'ll remind you Wed 18 March at 19:00. It stays there if "Offsite" moves.',
            "Wed 18 March at 19:00 · pack",
        ),
        (
            {"event": "standup", "leads": ["5 minutes"]},
            'I\'ll remind you 5 minutes before every "Standup", today at 09:25.',
            'today at 09:25 · 5 minutes before "Standup"',
        ),
    ],
)
async def test_a_reminder_is_kept_at_once_and_can_be_taken_back(
    ask: Asking, arguments: dict[str, Any], done: str, line: str
) -> None:
    result = await ask("set_reminder", **arguments)
    assert result.text == done
    assert set(await waiting(ask)) == {*STOOD, line}
    await taken_back(ask, result)
    assert await waiting(ask) == STOOD


async def taken_back(ask: Asking, result: ToolResult) -> None:
    """Press the Undo of a note."""
    assert result.undo is not None
    await ask.house.press_value(result.undo.value)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"when": "in 2 hours"}, "What shall I remind you of?"),
        ({"text": "x"}, "When shall I remind you?"),
        ({"leads": ["1 day"]}, "Before which event?"),
        (
            {"text": "plan", "when": "yesterday at 4"},
            "Mon 9 March at 16:00 is past. When shall I remind you?",
        ),
        (
            {"event": "dentist", "leads": ["the day of at 5pm"]},
            '"Dentist" begins tomorrow at 16:00. How long before?',
        ),
        (
            {"event": "dentist", "leads": ["the Monday before"]},
            '"Dentist" begins tomorrow at 16:00; 2 days 7 hours before is past.',
        ),
        (
            {"event": "standup", "leads": ["1 hour before at noon"]},
            "How long before, and at which hour?",
        ),
        (
            {"event": "dentist", "leads": ["2 days"]},
            '"Dentist" begins tomorrow at 16:00; 2 days before is past.',
        ),
    ],
)
async def test_what_is_open_is_asked(ask: Asking, arguments: dict[str, Any], words: str) -> None:
    assert await ask.refusal("set_reminder", **arguments) == words
    assert await waiting(ask) == STOOD


async def test_nobody_else_is_reminded_unasked(ask: Asking) -> None:
    for words in ("remind Bo to call me at 5pm", "please remind @Zoe to call me at 5pm"):
        ask.changed = {"said": words}
        refusal = await ask.refusal("set_reminder", text="call", when="at 5pm")
        assert refusal.startswith("I remind you, or everybody in a channel")
    ask.changed = {"said": "remind the team to call at 5pm"}
    refusal = await ask.refusal("set_reminder", text="call", when="at 5pm", in_channel=True)
    assert refusal.startswith("Others are reminded in a channel")
    assert await waiting(ask) == STOOD


async def test_the_next_of_a_series_is_one(ask: Asking) -> None:
    ask.changed = {"said": "remind me 5 minutes before the next standup"}
    told = await ask.text("set_reminder", event="standup", leads=["5 minutes"])
    assert told == 'I\'ll remind you 5 minutes before "Standup", today at 09:25.'


async def test_which_event_is_asked(ask: Asking) -> None:
    result = await ask("set_reminder", event="review")
    assert result.text.splitlines()[0] == "Which one?"
    assert await waiting(ask) == STOOD


@pytest.mark.parametrize(
    ("arguments", "question", "fields"),
    [
        (
            {"text": "stand up", "when": "every weekday at 9"},
            'Remind everybody in #team: "stand up"?',
            {"when": "every weekday, from today at 09:00"},
        ),
        (
            {"event": "release"},
            'Remind everybody in #team of "Release"?',
            {"when": "10 minutes before"},
        ),
    ],
)
async def test_what_speaks_to_a_channel_is_asked_first(
    ask: Asking, arguments: dict[str, Any], question: str, fields: dict[str, str]
) -> None:
    ask.place = TEAM
    result = await ask("set_reminder", in_channel=True, **arguments)
    assert result.asked is not None
    assert (result.text, result.undo) == ("", None)
    assert (result.asked.action.question, dict(result.asked.action.fields)) == (question, fields)
    assert await waiting(ask) == STOOD


async def test_in_a_channel_ones_own_reminder_stays_ones_own(ask: Asking) -> None:
    ask.place = TEAM
    result = await ask("set_reminder", text="only me", when="in 2 hours")
    assert result.private
    assert "today at 10:00 · only me" in await waiting(ask)


async def test_after_a_strangers_text_everything_is_asked_first(ask: Asking) -> None:
    ask.saw_strangers_text = True
    remind = await ask("set_reminder", text="x", when="in 2 hours")
    cancel = await ask("cancel_reminder", every=True)
    assert remind.asked is not None
    assert cancel.asked is not None
    assert remind.asked.action.question == 'Remind you: "x"?'
    assert cancel.asked.action.question == (
        'Take back the reminder of "send the report" and "water the plants"?'
    )
    assert await waiting(ask) == STOOD


async def test_reminders_are_listed_by_day(ask: Asking) -> None:
    assert await ask.text("list_reminders") == (
        "2 reminders:\n"
        "  1  today at 16:00 · send the report\n"
        "  2  tomorrow at 08:00 · water the plants"
    )
    assert await ask.text("list_reminders", when="tomorrow") == (
        "One reminder:\n  1  tomorrow at 08:00 · water the plants"
    )
    assert await ask.text("list_reminders", when="next week") == "No reminders are waiting."


async def test_one_is_taken_back_by_words_or_ref(ask: Asking, there: Seeded) -> None:
    result = await ask("cancel_reminder", reminder="the plants")
    assert result.text == 'I won\'t remind you of "water the plants".'
    await ask("cancel_reminder", reminder=there.reminders[0])
    assert await ask.text("list_reminders") == "No reminders are waiting."
    await taken_back(ask, result)
    assert await waiting(ask) == [STOOD[1]]


async def test_several_are_asked_about_unless_all_are_meant(ask: Asking) -> None:
    result = await ask("cancel_reminder")
    assert result.text == (
        "Which reminder?\n"
        "  1  today at 16:00 · send the report\n"
        "  2  tomorrow at 08:00 · water the plants"
    )
    every = await ask("cancel_reminder", every=True)
    assert every.text == 'I won\'t remind you of "send the report" and "water the plants".'
    assert await ask.refusal("cancel_reminder", every=True) == "No reminders are waiting."


async def test_what_does_not_wait_can_not_be_taken_back(ask: Asking) -> None:
    assert await ask.refusal("cancel_reminder", reminder="zebra") == (
        'I find no reminder "zebra". There is: today at 16:00 · send the report; '
        "tomorrow at 08:00 · water the plants."
    )


async def test_anothers_reminders_are_not_seen(ask: Asking, there: Seeded) -> None:
    ask.by = "Mallory"
    assert await ask.text("list_reminders") == "No reminders are waiting."
    assert await ask.refusal("cancel_reminder", reminder=there.reminders[0]) == (
        "No reminders are waiting."
    )


async def test_a_title_that_somebody_else_wrote_is_marked_in_the_list(
    ask: Asking, there: Seeded
) -> None:
    await ask("set_reminder", event=there.single[0])
    assert not (await ask("list_reminders")).strangers_text
    await ask("set_reminder", event=there.invited[0])
    assert (await ask("list_reminders")).strangers_text


async def test_reminders_of_whole_days_are_listed_by_days(ask: Asking, there: Seeded) -> None:
    offsite = there.single[3]
    await ask("set_reminder", event=offsite, leads=["10 minutes", "2 days"])
    await ask("set_reminder", event=there.single[0], leads=["10 minutes"])
    listed = await ask.text("list_reminders")
    assert 'Thu 19 March at 09:00 · on the day of "Offsite"' in listed
    assert 'Tue 17 March at 09:00 · 2 days before "Offsite"' in listed
    assert '15:50 · 10 minutes before "Dentist"' in listed


async def test_a_repeating_reminder_is_told_in_ones_own_zone(ask: Asking) -> None:
    refused = await ask.refusal("set_reminder", text="call", when="every Monday at 9 London time")
    assert refused == (
        "A repeating reminder keeps your own zone. Say its hour in Europe/Berlin time."
    )
