"""Plays a story on a chat platform: the whole house behind the real door, on a standing clock."""

import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from adapters.console.script_lines import read_length
from bot.app.core import Core
from bot.app.house import make_engine
from bot.app.providers import MakeProvider
from bot.app.running import RunningHouse
from bot.bringing import Bringing
from bot.chat.platform import ChatPlatform
from bot.linking_cards import Setup
from bot.llm.model import LanguageModel
from bot.llm.offline.model import OfflineModel
from calendar_core.clock import StandingClock
from calendar_core.opening import open_database
from calendar_core.vault import Vault, new_key
from scheduler.stepping import advance_to
from tests.fakes.calendars import FakeProvider
from tests.fakes.linking import FakeLinking, a_maker
from tests.scenarios.both_stage import ON_DISCORD, BothStage
from tests.scenarios.discord_stage import DiscordStage
from tests.scenarios.looks import Look
from tests.scenarios.script import BOTH, Input, Story
from tests.scenarios.slack_stage import SlackStage
from tests.scenarios.stage import CHANNEL, Stage

CODE = re.compile(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b")
THE_CODE = "(the code)"
HERE = Path(__file__).parent
STAGES: dict[str, Callable[[], Stage]] = {
    "slack": SlackStage,
    "discord": DiscordStage,
    BOTH: BothStage,
}


SETUP = Setup(missing={"google": ("GOOGLE_CLIENT_SECRET",)}, by_code=frozenset({"microsoft"}))
"""What the operator of stories set: Google in part, Microsoft without a public address."""


def _makers() -> Iterator[tuple[str, MakeProvider]]:
    """Makers of calendars in memory; one password is right."""
    for name in ("caldav", "google", "microsoft"):
        yield name, a_maker(FakeLinking(name), FakeProvider())


@dataclass
class House:
    """Convene behind one door; it may be left and built anew over the same database."""

    stage: Stage
    where: Path | str
    """The data folder, or the database's URL."""
    clock: StandingClock
    zone: ZoneInfo
    core: Core = field(init=False)
    running: RunningHouse | None = None
    key: str = field(default_factory=new_key)
    makers: dict[str, MakeProvider] = field(default_factory=lambda: dict(_makers()))
    model: LanguageModel = field(default_factory=OfflineModel)

    async def build(self) -> None:
        """A process begins; the one before, if there was one, has ended."""
        if self.running is not None:
            await self.running.stop()
        former = self.core.database if self.running is not None else None
        self.core = Core(
            await open_database(self.where),
            self.clock,
            self.zone,
            vault=Vault(Path(os.devnull), self.key),
            makers=self.makers,
        )
        platforms: dict[str, ChatPlatform] = {}
        engine = make_engine(self.core, platforms, self.model, self.zone, setup=SETUP)
        platforms |= {one.name: one for one in self.stage.make_doors(self.core, engine)}
        await self.stage.open_doors()
        if former is not None:
            await former.dispose()
        self.running = RunningHouse(self.core, engine, self.model)
        await self.running.start()
        self.engine = engine

    async def bring(self, whose: str, file: str) -> None:
        """Somebody has these events already."""
        me = await self.core.people.welcome(self.stage.sender(whose), self.zone)
        await self.core.mirror.add_calendar(me.id, "Personal")
        bringing = Bringing(self.core.mirror, self.core.desk, self.clock)
        await bringing.bring_file(me, HERE / "calendars" / file)

    async def tells_zone(self, who: str, zone: ZoneInfo) -> None:
        """Somebody told long ago where they are, in case their platform does not."""
        sender = self.stage.sender(who)
        if sender.zone is None:
            await self.core.people.welcome(sender, zone)

    async def settle(self) -> None:
        """Until nothing more comes of what came in."""
        await self.stage.settle()
        while await self.core.worker.run_due():
            await self.stage.settle()

    async def pass_time(self, until: datetime) -> None:
        """Let the clock go on, and do what falls due."""
        await self.stage.passes(until - self.clock.now())
        await advance_to(until, self.clock, self.core.worker)
        await self.settle()

    async def close(self) -> None:
        """The end."""
        if self.running is not None:
            await self.running.stop()
        await self.stage.close()
        await self.core.database.dispose()


class Player:
    """Does what a story says, and writes down what people see of it."""

    def __init__(self, story: Story, house: House) -> None:
        self.story = story
        self.house = house
        self.stage = house.stage
        self.who = story.people[0].name
        self.place = ""
        self.stood: dict[str, Look] = {}
        self.newest: list[str] = []
        """What stands somewhere, that which came or changed last at the end."""
        self.code = ""
        """The last code that somebody was shown."""
        self.offered: dict[tuple[str, str], str] = {}
        """Person and label → the message that was the last to have such a button for them."""
        self.zones = {one.name: one.zone for one in story.people}
        if story.on == (BOTH,):
            self.zones |= {f"{one.name}{ON_DISCORD}": one.zone for one in story.people}

    async def play(self, platform: str) -> list[list[str]]:
        """What was seen after each input, from before the first on."""
        for whose, file in self.story.calendars:
            await self.house.bring(whose, file)
        await self.house.settle()
        played = [self._news()]
        for one in self.story.inputs:
            if platform in (*one.on, BOTH) and not one.is_silent:
                missed = await self._do(one)
                await self.house.settle()
                lines = self._eyes(one.text[2:]) if one.text.startswith("? ") else self._news()
                played.append([*missed, *lines])
            else:
                played.append([])
        return played

    async def _do(self, one: Input) -> list[str]:
        """Do it; a line for what could not be done."""
        text, who, place = one.text.replace(THE_CODE, self.code), self.who, self.place
        if text.startswith(("> ", "/cal")):
            await self.house.tells_zone(who, self.zones[who])
        if text.startswith("@"):
            self.who, self.place = _actor(text[1:])
            assert self.who in self.zones, text
        elif text.startswith("> "):
            await self.stage.says(who, place, text[2:])
        elif text.startswith(">> "):
            await self.stage.goes_on(who, place, text[3:])
        elif text.startswith("~ "):
            await self.stage.says_aside(who, place, text[2:])
        elif text.startswith("/cal"):
            await self.stage.commands(who, place, text[5:])
        elif text.endswith(") again"):
            label = text[1:].removesuffix(") again")
            await self.stage.presses_again(who, self.offered[who, label], label)
        elif text.startswith("("):
            return await self._press(text[1:-1])
        elif text.startswith("["):
            await self.stage.chooses(who, place, text[1:-1])
        elif text.startswith("= "):
            await self.stage.fills(who, json.loads(text[2:]))
        elif text.startswith("+"):
            await self.house.pass_time(self.house.clock.now() + read_length(text[1:]))
        elif text.startswith("--- restart"):
            await self._restart(text.removeprefix("--- restart").strip())
        elif text.startswith("--- "):
            await self.stage.happens(text[4:])
        else:
            assert text.startswith("? "), f"no such input: {text}"
        return []

    async def _press(self, label: str) -> list[str]:
        for id in reversed(self.newest):
            look = self.stood[id]
            if label in look.pressable and self._stands_before(look):
                await self.stage.presses(self.who, look, label)
                return []
        return [f"    ({self.who} sees no such button)"]

    def _stands_before(self, look: Look) -> bool:
        """Whether who acts sees it there; a private answer may stand in their direct messages."""
        if look.only not in ("", self.who) or look.is_form:
            return False
        if not look.only and look.where.endswith(ON_DISCORD) != self.who.endswith(ON_DISCORD):
            return False
        if self.place == "page":
            return look.where.endswith("page")
        return not look.where.endswith("page") and (bool(self.place) or not look.where)

    async def _restart(self, when: str) -> None:
        if when:
            at = datetime.fromisoformat(when).replace(tzinfo=self.story.zone)
            await self.stage.passes(at - self.house.clock.now())
            self.house.clock.move_to(at)
        await self.house.build()

    # Looking

    def _news(self) -> list[str]:
        lines: list[str] = []
        found = self.stage.looks(self.zones, self.story.zone)
        stands = {one.id: self._without_codes(one) for one in found}
        for id, look in stands.items():
            before = self.stood.get(id)
            if before != look:
                lines += _told(look, edited=before is not None)
                self.newest = [*(one for one in self.newest if one != id), id]
                readers = [look.only] if look.only else self.zones
                self.offered |= {(who, label): id for who in readers for label in look.pressable}
        gone = [look for id, look in self.stood.items() if id not in stands and not look.is_form]
        for look in gone:
            lines += [*_where(look), f"    (gone: {look.lines[0]})"]
        self.newest = [id for id in self.newest if id in stands]
        self.stood = deepcopy(stands)
        return lines

    def _without_codes(self, look: Look) -> Look:
        """Codes are others each time."""
        text = "\n".join(look.lines)
        for code in CODE.findall(text):
            self.code = code
        return replace(look, lines=tuple(CODE.sub(THE_CODE, text).split("\n")))

    def _eyes(self, who: str) -> list[str]:
        """The last message once more, as somebody else reads it."""
        found = self.stage.looks(self.zones, self.zones[who])
        seen = {one.id: one for one in found if one.only in ("", who) and not one.is_form}
        newest = [id for id in self.newest if id in seen]
        return _told(seen[newest[-1]], edited=False)


def _actor(text: str) -> tuple[str, str]:
    """Who, and where."""
    for place in (CHANNEL, "page"):
        if text.endswith(f" {place}"):
            return text.removesuffix(f" {place}"), place
    return text, ""


def _told(look: Look, *, edited: bool) -> list[str]:
    mark = "┇" if edited else "┃"
    return [*_where(look), *(f"    {mark} {line}" for line in look.lines)]


def _where(look: Look) -> list[str]:
    if look.is_form:
        return [f"    ({look.only} fills in)"]
    if look.where.endswith("page"):
        return [f"    (on {look.where})"]
    if look.where:
        return [f"    (in {look.where}{f', only {look.only} sees' if look.only else ''})"]
    return [f"    (to {look.only})"]


async def play_on(platform: str, story: Story, where: Path | str) -> Sequence[Sequence[str]]:
    """Play a story on one platform, on an empty database: a folder's, or a URL's."""
    stage = STAGES[platform]()
    house = House(stage, where, StandingClock(story.now), story.zone)
    await stage.set(story.people, story.now, story.zone)
    await house.build()
    try:
        return await Player(story, house).play(platform)
    finally:
        await house.close()
