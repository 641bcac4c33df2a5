"""Connecting other assistants in conversation: asked for, shown once to the asker alone, put away,
ended."""

import pytest

from bot.app.mcp import make_assistants
from bot.assistant_cards import served_here
from bot.assistant_words import (
    DISCONNECTED,
    NONE,
    PUT_AWAY_LINE,
    AsksConnect,
    AsksDisconnect,
    AsksList,
    read_wish,
)
from calendar_core.changes.change import ChangeStatus
from calendar_core.database import Database
from tests.bot.house import TEAM, House

WISHES = [
    ("Connect my assistant", AsksConnect()),
    ("please connect my assistant Claude Desktop.", AsksConnect("Claude Desktop")),
    ("connect an MCP client called Desk", AsksConnect("Desk")),
    ("add an assistant called Desk", AsksConnect("Desk")),
    ("set up an MCP client", AsksConnect()),
    ("give me an MCP token", AsksConnect()),
    ("disconnect my assistant", AsksDisconnect()),
    ("Revoke the assistant Desk", AsksDisconnect("Desk")),
    ("revoke my mcp token", AsksDisconnect()),
    ("which assistants are connected?", AsksList()),
    ("show my assistants", AsksList()),
]


@pytest.mark.parametrize(("text", "wish"), WISHES)
def test_wishes_about_assistants_are_understood(text: str, wish: object) -> None:
    assert read_wish(text) == wish


@pytest.mark.parametrize(
    "text",
    [
        "add assistant interview",
        "add the assistant review tomorrow at 3",
        "connect the assistant with Bo at 4",
        "meet my assistant on Friday",
        "cancel the assistant meeting",
        "remind me to call the assistant",
        "what's on today?",
        "invite my assistant",
    ],
)
def test_words_about_something_else_are_left_alone(text: str) -> None:
    assert read_wish(text) is None


@pytest.fixture
async def house(database: Database) -> House:
    made = House(database, public_url="https://convene.example.org")
    await made.welcome("Ana")
    return made


async def test_a_token_is_shown_once_to_the_asker_alone_and_put_away(house: House) -> None:
    (asked,) = await house.say("connect my assistant Desk", place=TEAM)
    assert asked.seen_by is not None
    await house.press("May read and propose", said=asked)
    shown = [line for line in asked.text.splitlines() if line.startswith("token: ")]
    token = shown[0].removeprefix("token: ")
    assert "https://convene.example.org/mcp" in asked.text
    assistant = await house.core.assistants.by(token)
    assert assistant is not None
    assert (assistant.name, assistant.may_propose) == ("Desk", True)
    for table in ("assistants", "conversation_parts", "posted_cards", "jobs"):
        assert token not in str(await house.rows(table))

    await house.press("I have it, put it away", said=asked)
    assert asked.text == PUT_AWAY_LINE
    await house.press("Disconnect", said=asked)
    assert asked.text == DISCONNECTED
    assert await house.core.assistants.by(token) is None
    assert "disconnected already" in (await house.press("Disconnect", said=asked))[-1].text


async def test_somebody_else_ends_nothing_of_ones_own(house: House) -> None:
    (asked,) = await house.say("connect my assistant")
    await house.press("May only read", said=asked)
    said = await house.press("Disconnect", by="Bo", said=asked)
    assert "disconnected already" in said[-1].text
    (there,) = await house.core.assistants.of((await house.welcome("Ana")).id)
    assert (there.name, there.may_propose) == ("assistant 1", False)


async def test_what_waits_of_one_that_is_ended_is_left_undone(house: House) -> None:
    ana = await house.welcome("Ana")
    _, token = await house.core.assistants.let_in(ana.id, "Desk")
    assistants = make_assistants(house.core, served_here({"fake"}))
    visit = await assistants.visitor(token)
    assert visit is not None
    await visit.call("create_event", {"title": "Lunch", "when": "tomorrow 12:30"}, "")
    await visit.call("set_reminder", {"text": "stretch", "when": "in 2 hours"}, "")
    await house.settle()
    cards = list(house.platform.said)
    ended = await house.say("disconnect my assistant")
    assert ended[-1].text == f"{DISCONNECTED} Its 2 cards are withdrawn."
    assert sorted(one.text for one in cards) == ["Left as it was.", 'Left as it was: "Lunch".']
    assert await house.statuses() == [ChangeStatus.DECLINED]
    assert house.writer.told == []


async def test_they_are_listed_and_ended_by_name(house: House) -> None:
    assert (await house.say("disconnect my assistant"))[-1].text == NONE
    for name in ("Desk", "Shelf"):
        (asked,) = await house.say(f"connect my assistant {name}")
        await house.press("May only read", said=asked)
    listed = (await house.say("which assistants are connected?"))[-1]
    assert "1. “Desk”, reads alone, since Tue 10 March, never used" in listed.text
    assert "These assistants" in (await house.say("disconnect my assistant"))[-1].text
    assert (await house.say("disconnect my assistant shelf"))[-1].text == DISCONNECTED
    assert (await house.say("disconnect my assistant"))[-1].text == DISCONNECTED
