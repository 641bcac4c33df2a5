"""The real conversation through the real door: what a person on Discord lives through."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle
from simcord.env import Env

from adapters.discord.door import DiscordDoor
from adapters.discord.store import Store
from bot.app.core import Core
from bot.app.house import make_engine
from bot.chat.messages import Sender
from bot.chat.platform import ChatPlatform
from bot.llm.offline.model import OfflineModel
from calendar_core.calendars import Calendars
from calendar_core.clock import StandingClock
from calendar_core.database import Database
from calendar_core.opening import open_database
from calendar_core.providers.local.writer import LocalWriter
from tests.adapters.discord.seen import parts, pressable, words
from tests.builders import BERLIN, NOW


@pytest.fixture
async def core(tmp_path: Path) -> AsyncIterator[Core]:
    database: Database = await open_database(tmp_path)
    clock = StandingClock(NOW)
    writer = LocalWriter(database, Calendars(database, clock), clock)
    yield Core(database, clock, BERLIN, writer=writer)
    await database.dispose()


@pytest.fixture
async def door(core: Core) -> DiscordDoor:
    platforms: dict[str, ChatPlatform] = {}
    engine = make_engine(core, platforms, OfflineModel(), BERLIN)
    store = Store(core.database, core.clock)
    door = DiscordDoor("a token", engine, engine, posted=store, synced=store, clock=core.clock)
    platforms["discord"] = door.platform
    return door


@pytest.fixture
def simcord_bot(door: DiscordDoor) -> object:
    return door.client


@pytest.fixture
async def team(simcord_env: Env) -> ChannelHandle:
    return simcord_env.create_guild().create_text_channel("team")


@pytest.fixture
async def ana(simcord_env: Env, team: ChannelHandle, core: Core) -> MemberActor:
    """She told long ago where she is: Discord tells nobody's zone."""
    member = simcord_env.guild.add_member(simcord_env.create_user("ana"))
    account = Sender(platform="discord", workspace="", user=str(member.id), name="ana")
    await core.people.welcome(account, BERLIN)
    return member


@pytest.fixture
async def zoe(simcord_env: Env, team: ChannelHandle) -> MemberActor:
    """Nobody knows where she is."""
    return simcord_env.guild.add_member(simcord_env.create_user("zoe"))


def shown(env: Env, channel: int) -> list[str]:
    """What the bot said in a channel, as it stands; what one person sees is marked."""
    return [
        ("only you: " if one.is_ephemeral else "") + words(one.content, one.components)
        for one in env.backend.messages[channel].values()
        if one.author_id == env.backend.bot_user.id
    ]


async def test_one_sentence_one_card_one_click(
    simcord_env: Env, team: ChannelHandle, ana: MemberActor
) -> None:
    asked = await ana.slash(team, "cal ask", words="lunch tomorrow at 12:30 for 45 minutes")
    assert asked.response is not None
    [card] = shown(simcord_env, team.id)
    assert card.startswith('only you: ### Create "Lunch"?\n**when**')
    pressed = await ana.click(asked.response, label="Confirm")
    assert pressed.acknowledged
    [outcome] = shown(simcord_env, team.id)
    assert outcome.startswith('only you: ### ✓ Created "Lunch", <t:')
    undone = await ana.click(asked.response, label="Undo")
    assert undone.acknowledged
    assert "Lunch" in shown(simcord_env, team.id)[0]


async def test_a_conversation_in_direct_messages(
    simcord_env: Env, team: ChannelHandle, ana: MemberActor
) -> None:
    await ana.send_dm("dentist on friday at 9 for 30 minutes")
    card = ana.user.dm_channel.last_message
    assert card is not None
    await ana.user.click(card, label="Confirm")
    await ana.send_dm("what's on friday?")
    created, agenda = shown(simcord_env, ana.user.dm_channel.id)
    assert created.startswith('### ✓ Created "Dentist"')
    assert "09:00–09:30  Dentist" in agenda


async def test_the_channel_sees_nothing_of_a_private_answer(
    simcord_env: Env, team: ChannelHandle, ana: MemberActor
) -> None:
    bot = simcord_env.backend.bot_user.id
    await ana.send(team, f"<@{bot}> what's on tomorrow?")
    assert shown(simcord_env, team.id) == ["ana, the answer is in your direct messages."]
    [answer] = shown(simcord_env, ana.user.dm_channel.id)
    assert answer.startswith("Nothing tomorrow.")


async def test_whoever_discord_tells_no_zone_of_is_told_which_one_is_taken(
    simcord_env: Env, team: ChannelHandle, zoe: MemberActor
) -> None:
    await zoe.slash(team, "cal today")
    agenda, asked = shown(simcord_env, team.id)
    assert agenda.startswith("only you: Nothing today")
    assert asked.startswith("only you: I don't know your time zone yet, so I take Europe/Berlin")
    await zoe.send_dm("lunch tomorrow at 12:30")
    [card] = shown(simcord_env, zoe.user.dm_channel.id)
    assert card.startswith('### Create "Lunch"?')


async def test_a_form_from_the_menu_of_a_command_makes_a_card(
    simcord_env: Env, team: ChannelHandle, ana: MemberActor
) -> None:
    opened = await ana.slash(team, "cal new")
    assert opened.modal is not None
    filled = {"title": "Review", "when": "friday 14:00 for 1 hour"}
    made = await ana.submit_modal(opened, filled)
    assert made.response is not None
    assert made.response.ephemeral
    assert words(None, made.response.components).startswith('### Create "Review"?')
    assert any(one.startswith("confirm:") for one in pressable(made.response.components))


async def test_a_message_becomes_a_card(
    simcord_env: Env, team: ChannelHandle, ana: MemberActor
) -> None:
    bo = simcord_env.guild.add_member(simcord_env.create_user("bo"))
    said = await bo.send(team, "Dinner at mine on Saturday at 19:00?")
    used = await ana.context_menu(team, "Make an event of this", said)
    assert used.modal is not None, "the day is past: the form asks for another"
    values = {one.get("custom_id"): one.get("value") for one in parts(used.modal["components"])}
    assert values["title"] == "Dinner"
