"""What the door was not told of, or not shown: threads and channels, words to its role, what became
of its commands, and where and when it may connect."""

import time
from collections.abc import AsyncIterator

import pytest

from adapters.discord.door import DiscordDoor
from bot.chat.messages import Place, PlaceKind, Sender
from bot.chat.platform import Right
from tests.adapters.discord.house import Conversation, Heard, Memory
from tests.adapters.discord.test_door import a_door, opened, sent, until
from tests.servers.discord.server import DiscordServer, serving
from tests.servers.discord.world import ANA, APPLICATION, BOT, GUILD, TEAM, member, user

ROLE = "6000"
THREAD = "447"
ANA_THERE = Sender(platform="discord", workspace="", user=ANA)


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with serving() as running:
        yield running


@pytest.fixture
async def talk() -> Conversation:
    return Conversation()


@pytest.fixture
async def door(server: DiscordServer, talk: Conversation) -> AsyncIterator[DiscordDoor]:
    async with opened(server, talk) as one:
        yield one


async def say(server: DiscordServer, text: str, *, channel: str = TEAM, role: bool = False) -> None:
    """Ana mentions the bot, or the role that Discord made for it."""
    said = server.world.said_by(user(ANA), channel, {"content": text})
    named = {"mention_roles": [ROLE]} if role else {"mentions": [BOT]}
    there = {"guild_id": GUILD, "member": member(ANA), **named}
    await server.gateway.tell("MESSAGE_CREATE", {**said, **there})


async def test_a_thread_that_nobody_told_of_has_its_channel(
    server: DiscordServer, door: DiscordDoor, talk: Conversation
) -> None:
    server.world.threads.add(THREAD)
    for text in ("first", "second"):
        await say(server, f"<@{APPLICATION}> {text}", channel=THREAD)
    await until(lambda: len(talk.heard) == 2)
    heard = [(one.text, one.place.channel, one.place.thread) for one in talk.heard]
    assert heard == [("first", TEAM, THREAD), ("second", TEAM, THREAD)]
    assert len([one for one in server.rest.asked if one.path == f"/channels/{THREAD}"]) == 1


async def test_words_to_the_bots_own_role_are_words_to_the_bot(
    server: DiscordServer, door: DiscordDoor, talk: Conversation
) -> None:
    """Where Discord does not show them, that is said, and how to be heard."""
    made = {"id": ROLE, "name": "Convene", "permissions": "0", "position": 1, "color": 0,
            "hoist": False, "managed": True, "mentionable": False,
            "tags": {"bot_id": APPLICATION}}  # fmt: skip
    await server.gateway.tell("GUILD_ROLE_CREATE", {"guild_id": GUILD, "role": made})
    await say(server, f"<@&{ROLE}> what's on?", role=True)
    await until(lambda: [one.text for one in talk.heard] == ["what's on?"])
    await say(server, "", role=True)
    await until(lambda: bool(sent(server)))
    assert "Choose me instead" in sent(server)[0]
    assert len(talk.heard) == 1


async def test_commands_that_discord_lost_are_told_again(
    server: DiscordServer, talk: Conversation
) -> None:
    memory = Memory()
    for lost in (False, False, True):
        if lost:
            server.world.commands = []
        door = a_door(server, talk, memory)
        await door.start()
        await door.stop(grace=0)
    assert memory.syncs == 2
    assert len(server.world.commands) == 3


async def test_it_resumes_where_it_was_pointed(server: DiscordServer, talk: Conversation) -> None:
    """Also where a session is to be resumed at one of Discord's own gateways."""
    server.gateway.url = "wss://gateway-us-east1-b.discord.gg"
    async with opened(server, talk):
        await server.gateway.drop(4000)
        await until(lambda: len(server.gateway.resumes) == 1)


async def test_no_connection_is_begun_where_none_is_left_for_today(
    server: DiscordServer, talk: Conversation
) -> None:
    server.rest.starts = 0
    began = time.monotonic()
    async with opened(server, talk) as door:
        assert door.is_connected
        assert time.monotonic() - began >= 0.3


async def test_rights_in_a_channel_that_the_bot_may_not_see_are_those_that_came_with_the_command(
    server: DiscordServer, door: DiscordDoor, talk: Conversation
) -> None:
    hidden = Place(platform="discord", workspace=GUILD, channel="99", kind=PlaceKind.CHANNEL)
    assert not await door.platform.may(ANA_THERE, hidden, Right.MANAGE)
    data = {"name": "cal", "type": 1, "options": [{"name": "today", "type": 1, "options": []}]}
    data["id"] = next(one["id"] for one in server.world.commands if one["name"] == "cal")
    managing = {**member(ANA), "permissions": str(1 << 10 | 1 << 4)}
    room = {"id": "99", "type": 0, "name": "hidden"}
    may: dict[Right, bool] = {}

    async def look(heard: Heard) -> None:
        for right in (Right.MANAGE, Right.GOVERN):
            may[right] = await door.platform.may(heard.sender, hidden, right)

    talk.does = look
    await server.interact(2, data, channel_id="99", channel=room, member=managing)
    await until(lambda: len(may) == 2)
    assert may == {Right.MANAGE: True, Right.GOVERN: False}
