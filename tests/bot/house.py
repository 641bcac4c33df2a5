"""A whole house to talk to: the real engine, toolbox, desk, mirror and reminders.

Only the clock, the chat platform and the model are stand-ins; calendar writers are counted.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import text

from bot.app.core import Core
from bot.app.house import make_engine
from bot.app.models import Ways
from bot.app.providers import MakeProvider
from bot.chat.cards import Button
from bot.chat.messages import (
    ButtonPress,
    Command,
    FormAnswer,
    IncomingMessage,
    MessageRef,
    Place,
    PlaceKind,
    Sender,
)
from bot.linking_cards import Setup
from bot.llm.model import LanguageModel, ModelCapabilities, ModelEvent, ModelRequest
from bot.llm.offline.model import OfflineModel
from bot.models import Models
from bot.people import Person
from calendar_core.calendars import Calendars
from calendar_core.changes.change import ChangeStatus, PendingChange
from calendar_core.clock import StandingClock
from calendar_core.database import Database
from calendar_core.embedder import Embedder
from calendar_core.providers.local.writer import LocalWriter
from calendar_core.vault import Vault
from scheduler.stepping import advance_to
from tests.builders import BERLIN, NOW
from tests.fakes.platform import FakePlatform, Said
from tests.fakes.writer import CountingWriter

TEAM = Place(platform="fake", workspace="w", channel="#team", kind=PlaceKind.CHANNEL, name="#team")
_numbers = count(1)


def a_sender(name: str, platform: str = "fake") -> Sender:
    """The account of somebody in the one workspace."""
    user = name.lower()
    return Sender(platform=platform, workspace="w", user=user, name=name, zone=BERLIN.key)


def direct(name: str, thread: str | None = None, platform: str = "fake") -> Place:
    """Somebody's direct messages."""
    return Place(platform=platform, workspace="w", channel=f"@{name.lower()}", thread=thread)


class Stage:
    """Where a model plays; another may take its place between two turns."""

    def __init__(self, model: LanguageModel) -> None:
        self.playing = model

    @property
    def name(self) -> str:
        return self.playing.name

    @property
    def capabilities(self) -> ModelCapabilities:
        return self.playing.capabilities

    def reply(self, request: ModelRequest) -> AsyncIterator[ModelEvent]:
        return self.playing.reply(request)


@dataclass
class House:
    """Everything joined; `say`, `press` and `fill` are what people do."""

    database: Database
    model: LanguageModel = field(default_factory=OfflineModel)
    clock: StandingClock = field(default_factory=lambda: StandingClock(NOW))
    platform: FakePlatform = field(default_factory=FakePlatform)
    other: FakePlatform = field(default_factory=lambda: FakePlatform("other"))
    """A second platform: whoever speaks there has an account there."""
    models: Models | None = None
    """What can be chosen; else `model` is the only one."""
    public_url: str | None = None
    """Where others reach the web door."""
    makers: Mapping[str, MakeProvider] = field(default_factory=dict)
    """Makers of calendars that accounts are linked with."""
    vault: Vault | None = None
    """Where their credentials are sealed."""
    ways: Ways | None = None
    """What the operator allows and limits."""
    embedder: Embedder | None = None
    """What knows meanings."""
    setup: Setup | None = None
    """What the operator set for linking on vendors' pages."""

    def __post_init__(self) -> None:
        calendars = Calendars(self.database, self.clock)
        self.writer = CountingWriter(LocalWriter(self.database, calendars, self.clock))
        self.core = Core(
            self.database,
            self.clock,
            BERLIN,
            writer=self.writer,
            public_url=self.public_url,
            makers=self.makers,
            vault=self.vault,
            embedder=self.embedder,
        )
        self.mirror, self.desk, self.people = self.core.mirror, self.core.desk, self.core.people
        self.reminders = self.core.reminders
        self._stage = Stage(self.model)
        self._platforms = {"fake": self.platform, "other": self.other}
        self.engine = make_engine(
            self.core,
            dict(self._platforms),
            self.models or self._stage,
            BERLIN,
            setup=self.setup,
            ways=self.ways,
        )

    def plays(self, model: LanguageModel) -> None:
        """Have this model play the turns from now on."""
        self._stage.playing = model

    async def welcome(self, name: str, **details: Any) -> Person:
        """Somebody who has been here before, with a calendar of their own."""
        sender = a_sender(name)
        person = await self.people.welcome(sender, BERLIN)
        if details:
            person = replace(person, **details)
            await self.people.save(person)
        if not await self.mirror.calendars((person.id,)):
            await self.mirror.add_calendar(person.id, "Personal", address=person.address)
        return person

    async def say(self, words: str, by: str = "Ana", place: Place | None = None) -> list[Said]:
        """Somebody writes; what the bot said new is returned."""
        place = place or direct(by)
        said = self._platforms[place.platform].said
        before = len(said)
        message = IncomingMessage(
            id=f"m{next(_numbers)}",
            place=place,
            sender=a_sender(by, place.platform),
            text=words,
            at=self.clock.now(),
        )
        await self.engine.on_message(message)
        return said[before:]

    async def command(self, text: str, by: str = "Ana", place: Place | None = None) -> list[Said]:
        """Somebody uses the slash command; what the bot said new."""
        place = place or direct(by)
        said = self._platforms[place.platform].said
        before = len(said)
        command = Command(
            id=f"s{next(_numbers)}",
            place=place,
            sender=a_sender(by, place.platform),
            name="",
            text=text,
            at=self.clock.now(),
            trigger="t",
        )
        await self.engine.on_command(command)
        return said[before:]

    async def press(
        self, label: str, by: str = "Ana", said: Said | None = None, place: Place | None = None
    ) -> list[Said]:
        """Somebody presses a button, of the newest card that shows it; what was said new."""
        said = said or self.card_with(label)
        return await self.press_value(
            button(said, label).value, by, said.ref, place or said.ref.place
        )

    async def press_value(
        self, value: str, by: str = "Ana", message: MessageRef | None = None,
        place: Place | None = None,
    ) -> list[Said]:  # fmt: skip
        """Somebody presses what carries this value, whether it is still shown or not."""
        place = place or direct(by)
        shown = self._platforms[place.platform].said
        before = len(shown)
        press = ButtonPress(
            id=f"p{next(_numbers)}",
            place=place,
            sender=a_sender(by, place.platform),
            value=value,
            at=self.clock.now(),
            message=message,
        )
        await self.engine.on_press(press)
        return shown[before:]

    async def fill(self, by: str = "Ana", **fields: str) -> list[Said]:
        """Somebody fills the form that was opened last; what stood there stays otherwise."""
        before = len(self.platform.said)
        asked = self.platform.asked[-1]
        stood = {one.name: one.value for one in asked.form.fields}
        answer = FormAnswer(
            id=f"f{next(_numbers)}",
            place=asked.place,
            sender=a_sender(by),
            value=asked.form.value,
            at=self.clock.now(),
            fields=stood | fields,
        )
        await self.engine.on_form(answer)
        return self.platform.said[before:]

    def card_with(self, label: str) -> Said:
        """The newest message that shows this button."""
        for said in reversed(self.platform.said):
            if any(one.label == label for one in said.card.buttons):
                return said
        raise AssertionError(f"no message shows {label!r}")

    async def advance(self, by: timedelta) -> None:
        """Let time pass; what falls due is done."""
        await advance_to(self.clock.now() + by, self.clock, self.core.worker)

    async def settle(self) -> None:
        """Do what is due now."""
        await self.core.worker.run_due()

    async def changes(self, name: str = "Ana") -> list[PendingChange]:
        """All changes of somebody, oldest first."""
        person = await self.welcome(name)
        rows = await self.rows("changes", "id", f"owner = '{person.id}' ORDER BY number")
        return [await self.desk.get(id_) for (id_,) in rows]

    async def statuses(self, name: str = "Ana") -> list[ChangeStatus]:
        """How somebody's changes stand, oldest first."""
        return [change.status for change in await self.changes(name)]

    async def titles(self, name: str = "Ana", *, when: datetime = NOW) -> list[str]:
        """What stands on somebody's calendars, deleted ones left out, by title."""
        person = await self.welcome(name)
        found = []
        for calendar in await self.mirror.calendars((person.id,)):
            for resource in await self.mirror.resources(calendar.id, (person.id,)):
                line = next(one for one in resource.ics.splitlines() if one.startswith("SUMMARY"))
                found.append(line.partition(":")[2])
        return sorted(found)

    async def rows(self, table: str, columns: str = "*", where: str = "1 = 1") -> list[Any]:
        """What a table holds, as it is."""
        async with self.database.reading() as session:
            statement = text(f"SELECT {columns} FROM {table} WHERE {where}")
            return [tuple(row) for row in await session.execute(statement)]


def button(said: Said, label: str) -> Button:
    """A button of a message as it is, or as it ever was."""
    for card in (said.card, *reversed(said.before)):
        for one in card.buttons:
            if one.label == label:
                return one
    raise AssertionError(f"{said.text!r} never showed {label!r}")
