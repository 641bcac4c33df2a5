"""The words of `/cal`, and what each stands for."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.chat.messages import Command, Place, PlaceKind
from bot.commanding import said_by, word_of
from tests.bot.house import House, a_sender, direct
from tests.bot.seeded import Seeded

TEAM = Place(platform="fake", workspace="w", channel="#team", kind=PlaceKind.CHANNEL, name="#team")
AT = datetime(2026, 3, 10, 7, tzinfo=UTC)


def a_command(text: str, name: str = "", number: int = 1) -> Command:
    return Command(
        id=f"k{number}",
        place=direct("Ana"),
        sender=a_sender("Ana"),
        name=name,
        text=text,
        at=AT,
        trigger="t1",
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "help"),
        ("today", "What's on today?"),
        ("Week", "What's on this week?"),
        ("free", "When am I free?"),
        ("free friday afternoon", "When am I free friday afternoon?"),
        ("find dentist", "Find dentist"),
        ("new lunch with Bo on Friday at 12:30", "Create lunch with Bo on Friday at 12:30"),
        ("remind", "Which reminders do I have?"),
        ("remind tomorrow at 9 to call Bo", "Remind me tomorrow at 9 to call Bo"),
        ("remind me tomorrow at 9 to call Bo", "remind me tomorrow at 9 to call Bo"),
        ("remind this channel at 9 to vote", "remind this channel at 9 to vote"),
        ("today at 5 dinner with Bo", "today at 5 dinner with Bo"),
        ("week of 3 May", "week of 3 May"),
        ("move lunch to 1", "move lunch to 1"),
    ],
)
def test_a_typed_word_stands_for_a_sentence(text: str, said: str) -> None:
    assert said_by(*word_of(a_command(text))) == said


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("remind", "me at 5 to go", "Remind me at 5 to go"),
        ("remind", "at 5 to go", "Remind me at 5 to go"),
        ("today", "", "What's on today?"),
        ("free", "45 minutes on friday with @Bo?", "When am I free 45 minutes on friday with @Bo?"),
    ],
)
def test_a_chosen_word_stands_for_a_sentence(name: str, text: str, said: str) -> None:
    assert said_by(*word_of(a_command(text, name))) == said


async def test_free_text_is_a_message(there: Seeded) -> None:
    await there.house.engine.on_command(a_command("lunch tomorrow at 12:30"))
    assert there.house.platform.last.text.startswith('Create "Lunch"?')


@pytest.mark.parametrize(("text", "form"), [("new", "new:event"), ("settings", "settings:me")])
async def test_words_that_ask_open_their_form(house: House, text: str, form: str) -> None:
    await house.engine.on_command(a_command(text))
    (asked,) = house.platform.asked
    assert (asked.form.value, asked.trigger) == (form, "t1")
    assert house.platform.said == []


async def test_words_behind_settings_are_a_message(there: Seeded) -> None:
    await there.house.engine.on_command(a_command("settings my time zone is Lisbon"))
    assert there.house.platform.last.text.startswith("Change your zone to Europe/Lisbon?")


async def test_a_command_delivered_twice_acts_once(house: House) -> None:
    for _ in range(2):
        await house.engine.on_command(a_command("remind tomorrow at 9 to call Bo"))
    assert len(house.platform.said) == 1


async def test_a_command_that_is_not_understood_is_answered_to_the_asker_alone(
    house: House,
) -> None:
    asked = replace(a_command("frobnicate"), place=TEAM)
    await house.engine.on_command(asked)
    assert house.platform.last.seen_by == asked.sender
