"""Wishing to be told what others change in one's linked calendars, or not."""

import pytest

from tests.bot.house import House


@pytest.mark.parametrize(
    ("words", "wished"),
    [
        ("don't tell me about changes in my calendars", False),
        ("stop telling me what others change in my calendar", False),
        ("turn calendar news off", False),
        ("calendar news on", True),
        ("turn on calendar news", True),
    ],
)
async def test_it_is_wished_in_words(house: House, words: str, *, wished: bool) -> None:
    [said] = await house.say(words)
    told = "I tell you" if wished else "I don't tell you"
    assert said.text == f"Noted: {told} what others change in your linked calendars."
    assert (await house.welcome("Ana")).preferences.calendar_news is wished
    await house.press("Undo")
    assert (await house.welcome("Ana")).preferences.calendar_news is True
