"""Discord keeps the promises of every chat platform."""

import asyncio

import discord
import pytest

from adapters.discord.addresses import Addresses
from adapters.discord.live import Answer, Live
from bot.chat.cards import Card, message
from bot.chat.messages import Place, PlaceKind, Sender
from tests.adapters.discord.conftest import Town
from tests.adapters.discord.seen import looks_like
from tests.contracts.chat_platform import ASKING, OUTCOME, ChatPlatformContract, Visible

KNOWN = (ASKING, OUTCOME, message("On Wednesday."), message("other words"), message("hello"))


class DiscordStage:
    """Our platform in simcord's Discord, while a press of Ana's still waits for its answer."""

    def __init__(self, town: Town, pressed: discord.Interaction[discord.Client]) -> None:
        self._town = town
        self.platform = town.platform
        self.ana = Sender(platform="discord", workspace="", user=str(town.ana.id), name="ana")
        self.team = Place(
            platform="discord",
            workspace=str(town.guild.id),
            channel=str(town.team.id),
            kind=PlaceKind.CHANNEL,
            name="#team",
        )
        self._pressed = pressed
        live = Live(pressed, self.team, answer=Answer.SILENTLY, at_home=True, clock=town.memory)
        live.handle = "t1"
        addresses: Addresses = town.platform._addresses
        addresses.add(live)

    async def visible(self) -> list[Visible]:
        backend = self._town.env.backend
        shown = backend.messages[self._town.team.id].values()
        return [
            Visible(str(one.id), known(one), str(self._town.ana.id) if one.is_ephemeral else None)
            for one in shown
            if one.author_id == backend.bot_user.id
        ]

    def forms(self) -> list[str]:
        record = self._town.env.backend.interactions[self._pressed.id]
        return [record.modal["custom_id"]] if record.modal else []


def known(shown: object) -> Card:
    content, components = shown.content, shown.components  # type: ignore[attr-defined]
    return next((one for one in KNOWN if looks_like(one, content, components)), Card())


class TestDiscordPlatform(ChatPlatformContract):
    @pytest.fixture
    async def stage(self, town: Town) -> DiscordStage:
        caught: list[discord.Interaction[discord.Client]] = []

        async def catch(interaction: discord.Interaction[discord.Client], value: str) -> None:
            caught.append(interaction)
            await asyncio.sleep(0)

        said = await town.door.client.get_partial_messageable(town.team.id).send("a message")
        town.door.client.on_pressed = catch  # type: ignore[method-assign]
        await said.delete()
        ref = await town.platform.post(
            Place(platform="discord", workspace="", channel=str(town.team.id)), ASKING
        )
        shown = next(one for one in town.team.history() if str(one.id) == ref.id)
        await town.ana.click(shown, label="Confirm")
        town.env.backend.delete_message(town.team.id, int(ref.id))
        await town.env.settle()
        return DiscordStage(town, caught[0])
