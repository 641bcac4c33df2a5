"""The door against a Discord on loopback: connections that break, limits, refusals."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord import door as doors
from adapters.discord.client import ShardedClient
from adapters.discord.door import DiscordDoor, DiscordUnusable
from bot.chat.cards import message
from bot.chat.messages import Place, PlaceKind, Sender
from bot.chat.platform import PlatformBusy, Right
from tests.adapters.discord.house import Conversation, Heard, Memory
from tests.servers.discord.rest import Fault
from tests.servers.discord.server import TOKEN, DiscordServer, serving
from tests.servers.discord.world import ANA, GUILD, TEAM

CHANNEL = Place(
    platform="discord", workspace=GUILD, channel=TEAM, kind=PlaceKind.CHANNEL, name="#team"
)


def a_door(
    server: DiscordServer,
    talk: Conversation,
    memory: Memory,
    *,
    token: str = TOKEN,
    gateway_url: str | None = "",
) -> DiscordDoor:
    return DiscordDoor(
        token,
        talk,
        talk,
        posted=memory,
        synced=memory,
        clock=memory,
        api_url=server.api_url,
        gateway_url=server.gateway_url if gateway_url == "" else gateway_url,
    )


@asynccontextmanager
async def opened(server: DiscordServer, talk: Conversation) -> AsyncIterator[DiscordDoor]:
    door = a_door(server, talk, Memory())
    await door.start()
    try:
        yield door
    finally:
        await door.stop(grace=0)


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


async def until(is_so: Callable[[], bool], within: float = 5) -> None:
    """Wait for what another task does."""
    async with asyncio.timeout(within):
        while not is_so():  # noqa: ASYNC110 (it is another's state)
            await asyncio.sleep(0.01)


def texts(talk: Conversation) -> list[str]:
    return [one.text for one in talk.heard]


def sent(server: DiscordServer) -> list[str]:
    bot = [one for one in server.world.messages.values() if one["author"].get("bot")]
    return [one["content"] for one in bot]


def answering(door: DiscordDoor, text: str) -> Callable[[Heard], Awaitable[None]]:
    async def answer(heard: Heard) -> None:
        seen_by = None if heard.place.is_private else heard.sender
        await door.platform.post(heard.place, message(text), seen_by=seen_by)

    return answer


async def test_it_logs_in_listens_and_answers(
    server: DiscordServer, door: DiscordDoor, talk: Conversation
) -> None:
    assert door.health == "Discord: connected as Convene, 1 server"
    assert door.is_connected
    assert {one["name"] for one in server.world.commands} >= {"cal"}
    [identify] = server.gateway.identifies
    assert identify["intents"] & (1 << 1 | 1 << 8 | 1 << 15) == 0, "no privileged intent"
    talk.does = answering(door, "Nothing today.")
    await server.say_directly("what's on?")
    await until(lambda: sent(server) == ["Nothing today."])


async def test_a_command_is_answered_where_the_door_was_pointed(
    server: DiscordServer, door: DiscordDoor, talk: Conversation
) -> None:
    talk.does = answering(door, "You are free.")
    token = await server.slash("free", when="friday")
    await until(lambda: sent(server) == ["You are free."])
    [response] = server.world.responses[token]
    assert response["data"]["flags"] & 64, "seen by the asker alone"
    assert Route.BASE == "https://discord.com/api/v10"
    assert DiscordWebSocket.DEFAULT_GATEWAY.host == "gateway.discord.gg"


async def test_two_doors_go_their_own_ways(server: DiscordServer, talk: Conversation) -> None:
    other_talk = Conversation()
    async with (
        serving() as other,
        opened(server, talk) as one_door,
        opened(other, other_talk) as other_door,
    ):
        talk.does = answering(one_door, "one")
        other_talk.does = answering(other_door, "other")
        await server.slash("today")
        await other.slash("today")
        await until(lambda: (sent(server), sent(other)) == (["one"], ["other"]))


async def test_a_server_is_asked_for_its_gateway_where_none_is_named(
    server: DiscordServer, talk: Conversation
) -> None:
    door = a_door(server, talk, Memory(), gateway_url=None)
    await door.start()
    assert door.is_connected
    await door.stop(grace=0)


async def test_heartbeats_go_on(server: DiscordServer, talk: Conversation) -> None:
    server.gateway.pause = 0.05
    async with opened(server, talk):
        await until(lambda: server.gateway.heartbeats > 2)


async def test_a_broken_connection_is_resumed_and_nothing_is_lost(
    server: DiscordServer, door: DiscordDoor, talk: Conversation
) -> None:
    await server.say_directly("before")
    await until(lambda: texts(talk) == ["before"])
    await server.gateway.drop(4000)
    await server.say_directly("meanwhile")
    await until(lambda: texts(talk) == ["before", "meanwhile"])
    [resume] = server.gateway.resumes
    assert resume["session_id"] == "session-1"
    assert len(server.gateway.identifies) == 1


async def test_what_is_told_twice_is_heard_once(
    server: DiscordServer, door: DiscordDoor, talk: Conversation
) -> None:
    await server.say_directly("lunch?")
    await server.gateway.tell_again()
    await server.say_directly("dinner?")
    await until(lambda: "dinner?" in texts(talk))
    assert texts(talk) == ["lunch?", "dinner?"]


async def test_it_comes_again_when_asked_to(
    server: DiscordServer, door: DiscordDoor, talk: Conversation
) -> None:
    await server.gateway.ask_to_reconnect()
    await until(server.gateway.connected.is_set)
    assert len(server.gateway.resumes) == 1
    await server.say_directly("still there?")
    await until(lambda: texts(talk) == ["still there?"])


async def test_a_session_that_is_over_is_begun_anew(
    server: DiscordServer,
    door: DiscordDoor,
    talk: Conversation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def at_once(shard: int | None, *, initial: bool = False) -> None:
        """discord.py waits five seconds."""

    monkeypatch.setattr(door.client, "before_identify_hook", at_once)
    await server.gateway.invalidate()
    await until(server.gateway.connected.is_set, within=10)
    assert len(server.gateway.identifies) == 2
    await server.say_directly("still there?")
    await until(lambda: texts(talk) == ["still there?"])


@pytest.mark.parametrize("via", ["1.1 google", ""])
@pytest.mark.parametrize("scope", ["global", "user"])
async def test_limits_are_waited_for_as_told(
    server: DiscordServer, door: DiscordDoor, via: str, scope: str
) -> None:
    server.rest.faults.append(
        Fault(
            "POST",
            r"/channels/\d+/messages",
            429,
            {"message": "slow down", "retry_after": 0.3, "global": scope == "global"},
            {"Retry-After": "0.3", "X-RateLimit-Scope": scope, "Via": via},
        )
    )
    began = time.monotonic()
    await door.platform.post(CHANNEL, message("hello"))
    assert time.monotonic() - began >= 0.3
    assert sent(server) == ["hello"]


async def test_a_limit_that_is_too_long_is_the_callers_to_wait_for(
    server: DiscordServer, door: DiscordDoor
) -> None:
    server.rest.faults.append(
        Fault(
            "POST",
            r"/channels/\d+/messages",
            429,
            {"message": "slow down", "retry_after": 120.0, "global": False},
            {"Retry-After": "120"},
        )
    )
    with pytest.raises(PlatformBusy) as refused:
        await door.platform.post(CHANNEL, message("hello"))
    assert refused.value.seconds == 120


async def test_what_fails_on_discords_side_is_tried_again_and_stands_once(
    server: DiscordServer, door: DiscordDoor
) -> None:
    server.rest.faults.append(Fault("POST", r"/channels/\d+/messages", 502))
    await door.platform.post(CHANNEL, message("hello"), key="k")
    assert sent(server) == ["hello"]


async def test_the_same_mark_is_one_message_to_discord(
    server: DiscordServer, talk: Conversation
) -> None:
    for _ in range(2):  # another process that knows nothing of the first, within minutes
        async with opened(server, talk) as door:
            await door.platform.post(CHANNEL, message("Standup in 10 minutes"), key="reminder:1")
    assert sent(server) == ["Standup in 10 minutes"]


async def test_a_refused_token_is_a_sentence(server: DiscordServer, talk: Conversation) -> None:
    door = a_door(server, talk, Memory(), token="an old token")
    with pytest.raises(DiscordUnusable, match="refuses the token"):
        await door.start()
    assert "refuses the token" in door.health


async def test_a_token_that_is_taken_back_ends_it(server: DiscordServer, door: DiscordDoor) -> None:
    await server.gateway.drop(4004)
    await until(lambda: "refuses the token" in door.health)
    assert not door.is_connected


async def test_too_many_servers_for_one_connection_are_a_sentence(
    server: DiscordServer, talk: Conversation
) -> None:
    server.gateway.close_on_identify = 4011
    with pytest.raises(DiscordUnusable, match="refuses the number of connections"):
        await a_door(server, talk, Memory()).start()


async def test_a_discord_that_is_away_at_first_is_waited_for(
    server: DiscordServer, talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "_FIRST_WAIT", 0.1)
    server.rest.faults.append(Fault("GET", "/users/@me", 403, times=2))
    door = a_door(server, talk, Memory())
    await door.start()
    assert door.is_connected
    await door.stop(grace=0)


async def test_a_gateway_that_is_away_at_first_is_waited_for(
    server: DiscordServer, talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "_FIRST_WAIT", 0.1)
    monkeypatch.setattr(doors, "READY_TIME", 1.5)
    door = a_door(server, talk, Memory(), gateway_url="ws://127.0.0.1:9/")
    await door.start()
    assert not door.is_connected
    assert "not reachable" in door.health or "connecting" in door.health
    await door.stop(grace=0)


async def test_closing_lets_turns_finish_or_says_that_they_could_not(
    server: DiscordServer, talk: Conversation
) -> None:
    door = a_door(server, talk, Memory())
    await door.start()
    never = asyncio.Event()

    async def slow(heard: Heard) -> None:
        if heard.text == "quick":
            await asyncio.sleep(0.1)
            await door.platform.post(heard.place, message("done"))
        else:
            await never.wait()

    talk.does = slow
    await server.say_directly("quick")
    await server.say_directly("slow")
    await until(lambda: len(talk.heard) == 2)
    await door.stop(grace=0.4)
    stopped = "I was stopped before I could answer. Please ask me again in a minute."
    assert sent(server) == ["done", stopped]
    assert door.health == "Discord: stopped"
    with pytest.raises(PlatformBusy):
        await door.platform.post(CHANNEL, message("too late"))


async def test_it_closes_in_time_where_discord_is_away(
    server: DiscordServer, talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(heard: Heard) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(doors, "GOODBYE", 0.1)
    door = a_door(server, talk, Memory())
    await door.start()
    talk.does = hang
    await server.say_directly("what's on?")
    await until(lambda: bool(talk.heard))
    server.rest.faults.append(Fault("POST", r"/channels/\d+/messages", 503, times=99))
    async with asyncio.timeout(3):
        await door.stop(grace=0)
    assert sent(server) == []


async def test_rights_are_asked_afresh(server: DiscordServer, door: DiscordDoor) -> None:
    ana = Sender(platform="discord", workspace="", user=ANA)
    assert await door.platform.may(ana, CHANNEL, Right.SPEAK)
    assert not await door.platform.may(ana, CHANNEL, Right.MANAGE)
    asked = [one for one in server.rest.asked if "/members/" in one.path]
    assert len(asked) == 2


async def test_very_many_servers_are_heard_over_several_connections(
    server: DiscordServer, talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many as Discord says; each is resumed for itself, and one client speaks."""

    async def at_once(client: ShardedClient, shard: int | None, *, initial: bool = False) -> None:
        """discord.py waits five seconds between two."""

    monkeypatch.setattr(ShardedClient, "before_identify_hook", at_once)
    server.rest.shards = 3
    async with opened(server, talk) as door:
        assert [one["shard"] for one in server.gateway.identifies] == [[0, 3], [1, 3], [2, 3]]
        assert door.health == "Discord: connected as Convene, 1 server"
        talk.does = answering(door, "Nothing today.")
        await server.say_directly("what's on?")
        await until(lambda: sent(server) == ["Nothing today."])
        await server.slash("today")
        await until(lambda: len(sent(server)) == 2)
        await server.gateway.drop(4000, shard=1)
        await until(lambda: len(server.gateway.resumes) == 1)
        await server.say_directly("and tomorrow?")
        await until(lambda: len(sent(server)) == 3)
        assert len(server.gateway.identifies) == 3


async def test_a_discord_that_tells_no_number_of_connections_gets_one(
    server: DiscordServer, talk: Conversation
) -> None:
    server.rest.faults.append(Fault("GET", "/gateway/bot", 404))
    async with opened(server, talk) as door:
        assert door.is_connected
    assert len(server.gateway.identifies) == 1
