"""Documented shapes of what Discord delivers that are not the everyday ones: partial objects,
foreign servers, fields left out. Nothing ends the connection, and whoever asks is answered.
"""

import copy
import logging
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import discord
import pytest

from adapters.discord.door import DiscordDoor
from adapters.discord.incoming import _embedded
from bot.chat.cards import message
from bot.chat.messages import PlaceKind
from tests.adapters.discord.house import Conversation, Heard, Memory
from tests.adapters.discord.test_door import a_door, until
from tests.servers.discord.server import DiscordServer, serving
from tests.servers.discord.world import ANA, APPLICATION, BOT, GUILD, TEAM, member, user

Json = dict[str, Any]
MISSING: Any = object()
FAR = "12345"
"""A server that the bot is not on."""


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with serving() as running:
        yield running


@pytest.fixture
async def talk() -> Conversation:
    return Conversation()


@pytest.fixture
async def door(server: DiscordServer, talk: Conversation) -> AsyncIterator[DiscordDoor]:
    one = a_door(server, talk, Memory())

    async def answer(heard: Heard) -> None:
        hidden = None if heard.place.is_private else heard.sender
        await one.platform.post(heard.place, message("Yes."), seen_by=hidden)

    talk.does = answer
    await one.start()
    yield one
    await one.stop(grace=0)


def without(whole: Json, changes: Json) -> Json:
    """A payload with other values, and without those that are MISSING."""
    changed = copy.deepcopy(whole) | changes
    return {name: value for name, value in changed.items() if value is not MISSING}


def a_message(server: DiscordServer, changes: Json) -> Json:
    """Ana mentions the bot in the channel."""
    said = server.world.said_by(user(ANA), TEAM, {"content": f"<@{APPLICATION}> hello"})
    there = {"guild_id": GUILD, "member": member(ANA), "mentions": [BOT]}
    return without({**said, **there}, changes)


DIRECTLY = {"guild_id": MISSING, "member": MISSING, "mentions": [], "channel_id": "555"}
HOOK = {"id": "77", "username": "hook", "discriminator": "0000", "avatar": None}
SILENT: tuple[Json, ...] = (
    {"webhook_id": "77", "author": HOOK},
    *({"type": kind} for kind in (6, 7, 8, 18, 20, 21)),
    {"type": 19, "mentions": [], "content": ""},
    {"content": "", "mentions": [], "guild_id": "999", "channel_id": "998", "member": MISSING},
)
POLL: Json = {"question": {"text": "When?"}, "answers": [], "expiry": None, "layout_type": 1}
SAID: tuple[tuple[Json, str, tuple[str, str]], ...] = (
    ({"member": MISSING}, "hello", (GUILD, TEAM)),
    ({"mention_roles": MISSING, "embeds": MISSING, "attachments": MISSING}, "hello", (GUILD, TEAM)),
    ({"poll": POLL | {"allow_multiselect": False}}, "hello", (GUILD, TEAM)),
    (
        {"type": 19, "content": "yes please", "referenced_message": None},
        "yes please",
        (GUILD, TEAM),
    ),
    ({"content": f"<@{APPLICATION}>"}, "help", (GUILD, TEAM)),
    ({"guild_id": "999", "channel_id": "998"}, "hello", ("999", "998")),
    ({"channel_id": "997"}, "hello", (GUILD, "997")),
    ({**DIRECTLY, "content": "what's on?"}, "what's on?", ("", "555")),
)


def test_words_are_found_where_a_message_keeps_them() -> None:
    view = discord.ui.LayoutView()
    view.add_item(discord.ui.Container(discord.ui.TextDisplay("Offsite"), accent_colour=1))
    view.add_item(discord.ui.TextDisplay("on 12 May at 14:00"))
    shown: Any = view
    nothing: dict[str, Any] = {"components": [], "embeds": [], "message_snapshots": []}
    found = []
    for parts in (
        {
            "components": [
                SimpleNamespace(to_dict=lambda one=one: one) for one in shown.to_components()
            ]
        },
        {"embeds": [discord.Embed(title="Offsite", description="on 12 May")]},
        {"message_snapshots": [SimpleNamespace(content="Offsite, 12 May")]},
    ):
        message: Any = SimpleNamespace(**(nothing | parts))
        found.append(_embedded(message))
    assert found == ["Offsite\non 12 May at 14:00", "Offsite\non 12 May", "Offsite, 12 May"]


async def test_words_of_many_shapes(
    server: DiscordServer,
    door: DiscordDoor,
    talk: Conversation,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for changes in SILENT:
        await server.gateway.tell("MESSAGE_CREATE", a_message(server, changes))
    for changes, _, _ in SAID:
        await server.gateway.tell("MESSAGE_CREATE", a_message(server, changes))
    await until(lambda: len(talk.heard) >= len(SAID))
    heard = [(one.text, (one.place.workspace, one.place.channel)) for one in talk.heard]
    assert sorted(heard) == sorted((text, where) for _, text, where in SAID)
    kinds = {one.place.workspace: one.place.kind for one in talk.heard}
    assert kinds == {
        GUILD: PlaceKind.CHANNEL,
        "999": PlaceKind.CHANNEL,  # not known yet, and read by others all the same
        "": PlaceKind.DIRECT,
    }
    assert [one for one in caplog.records if one.levelno >= logging.ERROR] == []


async def test_what_cannot_be_read_ends_nothing(
    server: DiscordServer, door: DiscordDoor, talk: Conversation
) -> None:
    await server.gateway.tell("MESSAGE_CREATE", {"id": "1", "nobody": "wrote this"})
    await server.gateway.tell("GUILD_CREATE", {"id": "666", "roles": [{}], "channels": None})
    await server.say_directly("still there?")
    await until(lambda: [one.text for one in talk.heard] == ["still there?"])
    assert door.is_connected
    assert len(server.gateway.identifies) == 1


THREAD = {"id": "447", "type": 11, "name": "plans", "parent_id": TEAM}
BY_ANA = {"user": user(ANA), "member": MISSING, "guild_id": MISSING}
ASKED: tuple[tuple[Json, tuple[str, str, str | None]], ...] = (
    ({"channel": MISSING}, (GUILD, TEAM, None)),
    ({"attachment_size_limit": MISSING, "entitlements": MISSING}, (GUILD, TEAM, None)),
    ({"context": MISSING, "authorizing_integration_owners": MISSING}, (GUILD, TEAM, None)),
    ({"app_permissions": MISSING, "locale": MISSING, "version": MISSING}, (GUILD, TEAM, None)),
    ({"member": MISSING, "user": user(ANA)}, (GUILD, TEAM, None)),
    ({"channel_id": "447", "channel": THREAD}, (GUILD, TEAM, "447")),
    ({"channel_id": "8", "channel": {"id": "8", "type": 2, "name": "voice"}}, (GUILD, "8", None)),
    ({"channel_id": "9", "channel": {"id": "9", "type": 99, "name": "new"}}, (GUILD, "9", None)),
    (
        {"guild_id": FAR, "channel_id": "6", "channel": {"id": "6", "type": 0, "name": "far"}},
        (FAR, "6", None),
    ),
    ({"guild_id": FAR, "channel_id": "7", "channel": {"id": "7", "type": 0}}, (FAR, "7", None)),
    ({**BY_ANA, "channel_id": "555", "channel": MISSING, "context": 1}, ("", "555", None)),
    (
        {**BY_ANA, "channel_id": "557", "channel": {"id": "557", "type": 1}, "context": 2},
        ("", "557", None),
    ),
    (
        {**BY_ANA, "channel_id": "558", "channel": {"id": "558", "type": 3}, "context": 2},
        ("", "558", None),
    ),
)


async def test_commands_of_many_shapes(
    server: DiscordServer, door: DiscordDoor, talk: Conversation
) -> None:
    """Each is answered; by what only the asker sees wherever others read along."""
    data = {"name": "cal", "type": 1, "options": [{"name": "today", "type": 1, "options": []}]}
    data["id"] = next(one["id"] for one in server.world.commands if one["name"] == "cal")
    for changes, where in ASKED:
        token = await _interact(server, 2, data, changes)
        await until(lambda token=token: bool(server.world.responses[token]))  # type: ignore[misc]
        [first] = server.world.responses[token]
        place = talk.heard[-1].place
        assert (place.workspace, place.channel, place.thread) == where
        is_own = where == ("", "555", None)
        assert place.is_private == is_own
        assert bool(first["data"]["flags"] & 64) != is_own, changes


async def _interact(server: DiscordServer, kind: int, data: Json, changes: Json) -> str:
    told = {name: value for name, value in changes.items() if value is not MISSING}
    return await server.interact(
        kind, data, lacks={name for name in changes if name not in told}, **told
    )


@pytest.mark.parametrize(
    ("data", "value"),
    [
        ({"custom_id": "confirm:1", "component_type": 2}, "confirm:1"),
        ({"custom_id": "~choose:0", "component_type": 3, "values": ["snooze10:1"]}, "snooze10:1"),
        ({"custom_id": "of an older version", "component_type": 2}, None),
        ({"custom_id": "~choose:0", "component_type": 5}, None),
    ],
)
async def test_a_press_on_what_the_message_does_not_show_is_answered(
    server: DiscordServer, door: DiscordDoor, talk: Conversation, data: Json, value: str | None
) -> None:
    """It was edited meanwhile, or is told in part."""
    shown = {"id": "31", "channel_id": TEAM, "author": BOT, "flags": 64,
             "timestamp": "2026-03-10T08:00:00+00:00"}  # fmt: skip
    token = await server.interact(3, data, message=shown)
    await until(lambda: bool(server.world.responses[token]))
    said = "Yes." if value else "I no longer know this button. Ask me again, and I draw it anew."
    told = server.world.messages.values
    await until(lambda: any(one["content"] == said for one in told()))
    assert [one.value for one in talk.heard] == ([value] if value else [])
