"""Slack and Discord as one stage, in one house: the same people have an account on each.

On Discord somebody is called "Ana on Discord".
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.app.core import Core
from bot.chat.messages import Sender
from bot.chat.platform import ChatPlatform
from bot.engine import Engine
from tests.scenarios.discord_stage import DiscordStage
from tests.scenarios.looks import Look
from tests.scenarios.script import Somebody
from tests.scenarios.slack_stage import SlackStage
from tests.scenarios.stage import Stage

ON_DISCORD = " on Discord"


class BothStage:
    """Both, side by side."""

    def __init__(self) -> None:
        self.slack = SlackStage()
        self.discord = DiscordStage()
        self._last: Stage = self.slack

    def _of(self, who: str) -> tuple[Stage, str]:
        """Where that account is, and its name there."""
        name = who.removesuffix(ON_DISCORD)
        self._last = self.slack if name == who else self.discord
        return self._last, name

    async def set(self, people: Sequence[Somebody], now: datetime, zone: ZoneInfo) -> None:
        await self.slack.set(people, now, zone)
        await self.discord.set(people, now, zone)

    def make_doors(self, core: Core, engine: Engine) -> tuple[ChatPlatform, ...]:
        return (*self.slack.make_doors(core, engine), *self.discord.make_doors(core, engine))

    async def open_doors(self) -> None:
        await self.slack.open_doors()
        await self.discord.open_doors()

    async def close(self) -> None:
        await self.discord.close()
        await self.slack.close()

    def sender(self, who: str) -> Sender:
        stage, name = self._of(who)
        return stage.sender(name)

    async def says(self, who: str, place: str, words: str) -> None:
        stage, name = self._of(who)
        await stage.says(name, place, words)

    async def goes_on(self, who: str, place: str, words: str) -> None:
        stage, name = self._of(who)
        await stage.goes_on(name, place, words)

    async def says_aside(self, who: str, place: str, words: str) -> None:
        stage, name = self._of(who)
        await stage.says_aside(name, place, words)

    async def commands(self, who: str, place: str, words: str) -> None:
        stage, name = self._of(who)
        await stage.commands(name, place, words)

    async def presses(self, who: str, look: Look, label: str) -> None:
        stage, name = self._of(who)
        await stage.presses(name, look, label)

    async def presses_again(self, who: str, id: str, label: str) -> None:
        stage, name = self._of(who)
        await stage.presses_again(name, id, label)

    async def fills(self, who: str, fields: Mapping[str, str]) -> None:
        stage, name = self._of(who)
        await stage.fills(name, fields)

    async def chooses(self, who: str, place: str, entry: str) -> None:
        stage, name = self._of(who)
        await stage.chooses(name, place, entry)

    async def happens(self, what: str) -> None:
        """On the platform where somebody acted last."""
        await self._last.happens(what)

    async def passes(self, length: timedelta) -> None:
        await self.slack.passes(length)
        await self.discord.passes(length)

    async def settle(self) -> None:
        await self.slack.settle()
        await self.discord.settle()
        await self.slack.settle()

    def looks(self, zone_of: Mapping[str, ZoneInfo], home: ZoneInfo) -> list[Look]:
        there = [_on_discord(one) for one in self.discord.looks(zone_of, home)]
        return [*self.slack.looks(zone_of, home), *there]


def _on_discord(look: Look) -> Look:
    return replace(
        look,
        where=f"{look.where}{ON_DISCORD}" if look.where else "",
        only=f"{look.only}{ON_DISCORD}" if look.only else "",
    )
