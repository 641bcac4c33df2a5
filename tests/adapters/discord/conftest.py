"""A Discord in memory (simcord) with the real discord.py and our door in it."""

from dataclasses import dataclass

import pytest
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle, GuildHandle
from simcord.env import Env

from adapters.discord.door import DiscordDoor
from adapters.discord.platform import DiscordPlatform
from tests.adapters.discord.house import Conversation, Memory, a_door


@dataclass
class Town:
    """A server with a channel and two people, our bot in it, and eyes on all."""

    env: Env
    door: DiscordDoor
    talk: Conversation
    memory: Memory
    guild: GuildHandle
    team: ChannelHandle
    ana: MemberActor
    bo: MemberActor

    @property
    def platform(self) -> DiscordPlatform:
        return self.door.platform

    @property
    def bot(self) -> int:
        assert self.door.client.user is not None
        return self.door.client.user.id

    async def restart(self) -> None:
        """Another process begins, with nothing in memory but what is stored."""
        self.door = a_door(self.talk, self.memory)
        await self.env.restart_bot(self.door.client)

    def dm(self, person: MemberActor) -> ChannelHandle:
        return person.user.dm_channel


@pytest.fixture
def talk() -> Conversation:
    return Conversation()


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def door(talk: Conversation, memory: Memory) -> DiscordDoor:
    return a_door(talk, memory)


@pytest.fixture
def simcord_bot(door: DiscordDoor) -> object:
    return door.client


@pytest.fixture
async def town(simcord_env: Env, door: DiscordDoor, talk: Conversation, memory: Memory) -> Town:
    memory.clock = simcord_env.now
    guild = simcord_env.create_guild()
    team = guild.create_text_channel("team")
    ana = guild.add_member(simcord_env.create_user("ana"))
    bo = guild.add_member(simcord_env.create_user("bo"))
    return Town(simcord_env, door, talk, memory, guild, team, ana, bo)
