"""Where the bot is no member: a user-installed app in foreign servers and others' conversations.

simcord knows only servers with the bot in them, so the server is taken out of discord.py's cache:
what then comes is what comes from a foreign one.
"""

import asyncio

import discord
import pytest

from bot.chat.cards import Button, Card, CardKind, message
from bot.chat.messages import ButtonPress, Command
from bot.chat.platform import PlatformError, Right
from tests.adapters.discord.conftest import Town
from tests.adapters.discord.house import Heard
from tests.adapters.discord.seen import words
from tests.adapters.discord.test_listening import team

CARD = Card(
    kind=CardKind.CARD, title=("Lunch?",), buttons=(Button(label="Yes", value="confirm:1"),)
)


@pytest.fixture
def foreign(town: Town) -> Town:
    guild = town.door.client.get_guild(town.guild.id)
    assert guild is not None
    town.door.client._connection._remove_guild(guild)
    return town


async def test_more_than_five_answers_become_one_that_grows(foreign: Town) -> None:
    async def answer(command: Command) -> None:
        for number in range(9):
            await foreign.platform.post(
                command.place, message(f"answer {number}"), seen_by=command.sender
            )

    foreign.talk.does = answer
    result = await foreign.ana.slash(foreign.team, "cal ask", words="hello")
    assert result.response is not None
    assert len(result.followups) == 5
    last = result.followups[-1]
    assert words(last.content, last.components).split("\n\n") == [
        f"answer {number}" for number in range(5, 9)
    ]


async def test_all_is_said_by_the_interaction(foreign: Town) -> None:
    async def act(heard: Heard) -> None:
        if isinstance(heard, ButtonPress):
            assert heard.reply is not None
            assert heard.message is not None
            await foreign.platform.update(heard.message, message("Done."), reply=heard.reply)
        else:
            await foreign.platform.post(heard.place, CARD)

    foreign.talk.does = act
    result = await foreign.ana.slash(foreign.team, "cal ask", words="lunch")
    shown = result.response
    assert shown is not None
    assert not shown.ephemeral
    await foreign.ana.click(shown, label="Yes")
    assert words(shown.content, shown.components) == "Done."
    sent = [one for one in foreign.env.http_requests if one.path.startswith("/channels/")]
    assert sent == []


async def test_rights_are_those_that_came_with_the_interaction(foreign: Town) -> None:
    """Nobody has the bot post there by itself: it can only answer."""
    held: list[tuple[bool, bool, bool | str]] = []

    async def ask(command: Command) -> None:
        may: list[bool] = []
        for right in (Right.SPEAK, Right.GOVERN):
            may.append(await foreign.platform.may(command.sender, command.place, right))
        try:
            manages: bool | str = await foreign.platform.may(
                command.sender, command.place, Right.MANAGE
            )
        except PlatformError as err:
            manages = str(err)[:24]
        held.append((may[0], may[1], manages))

    foreign.talk.does = ask
    await foreign.ana.slash(foreign.team, "cal help")
    assert held == [(True, False, False)]
    admin = foreign.guild.create_role("admin", permissions=discord.Permissions(manage_guild=True))
    cleo = foreign.guild.add_member(foreign.env.create_user("cleo"), roles=[admin])
    await cleo.slash(foreign.team, "cal help")
    assert held[1] == (True, True, "I'm not on this server, ")
    assert foreign.talk.last.place == team(foreign)


async def test_what_is_for_all_follows_what_one_person_sees(foreign: Town) -> None:
    async def act(command: Command) -> None:
        await asyncio.sleep(0.05)
        await foreign.platform.post(command.place, CARD)

    foreign.talk.does = act
    result = await foreign.ana.slash(foreign.team, "cal ask", words="lunch")
    assert result.response is not None
    assert (result.response.content, result.response.ephemeral) == ("Here, for all to see:", True)
    [shown] = result.followups
    assert not shown.ephemeral
