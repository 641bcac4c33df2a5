"""A small house behind the terminal: echoes, asks, reminds; no engine."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from adapters.console import incoming
from adapters.console.platform import ConsolePlatform
from adapters.console.ports import CannotStart, Failed, FirstAnswers
from adapters.console.screen import Screen
from adapters.console.store import Store
from bot.chat.cards import Button, Card, CardKind, Field, Tone, message
from bot.chat.forms import Form, FormField, Option
from bot.chat.messages import (
    ButtonPress,
    Command,
    FormAnswer,
    IncomingMessage,
    MessageRef,
    Place,
    Sender,
)
from calendar_core.clock import StandingClock

FORM = Form(
    value="edit:1",
    title="Edit the lunch",
    fields=(
        FormField(name="title", label="Title", value="Lunch", required=True),
        FormField(
            name="repeat",
            label="Repeat",
            value="once",
            options=(Option("Once", "once"), Option("Every week", "weekly")),
        ),
    ),
)


def asking(text: str) -> Card:
    """A card with the three usual buttons, and a link."""
    return Card(
        kind=CardKind.CARD,
        title=(f"{text}?",),
        fields=(Field(name="when", value=("Wed 11 March 13:00–13:45",)),),
        buttons=(
            Button(label="Confirm", value="confirm:1"),
            Button(label="Edit", value="edit:1"),
            Button(label="Not now", value="decline:1"),
            Button(label="Join", value="join:1", url="https://meet.example/1"),
        ),
        tone=Tone.ASKING,
    )


class EchoHandler:
    """Answers "ask …" by a card, "private …" for the sender alone, the rest by an echo."""

    def __init__(self, platform: ConsolePlatform, reminders: "Reminders") -> None:
        self._platform = platform
        self._reminders = reminders
        self.heard: list[object] = []

    async def on_message(self, message_in: IncomingMessage) -> None:
        self.heard.append(message_in)
        word, _, rest = message_in.text.partition(" ")
        place, sender = message_in.place, message_in.sender
        await self._platform.working(place, sender, "Thinking")
        match word:
            case "ask":
                await self._platform.post(place, asking(rest))
            case "private":
                await self._platform.post(place, message(rest), seen_by=sender)
            case "remind":
                self._reminders.add(message_in.at + timedelta(minutes=int(rest)), sender)
                await self._platform.working(place, sender, "")
            case "silence":
                return
            case "slow":
                stream = await self._platform.stream(place)
                for part in rest.split():
                    await stream.append(f"{part} ")
                await stream.finish(message(rest))
            case _:
                await self._platform.post(place, message(f"You said: {message_in.text}"))

    async def on_press(self, press: ButtonPress) -> None:
        self.heard.append(press)
        assert press.message is not None
        if press.value == "edit:1":
            await self._platform.open_form(
                FORM, place=press.place, sender=press.sender, trigger=press.trigger
            )
            return
        await self._platform.update(press.message, outcome(f"{press.value} by {press.sender.user}"))

    async def on_command(self, command: Command) -> None:
        self.heard.append(command)

    async def on_form(self, answer: FormAnswer) -> None:
        self.heard.append(answer)
        said = ", ".join(f"{name}={value}" for name, value in answer.fields.items())
        await self._platform.post(answer.place, message(f"Filled: {said}"))


def outcome(text: str) -> Card:
    """What a press comes to."""
    return Card(
        kind=CardKind.CARD,
        title=(f"✓ {text}",),
        buttons=(Button(label="Undo", value="undo:1"),),
        tone=Tone.DONE,
    )


class Reminders:
    """Due work: one line to a person at an instant."""

    def __init__(self, platform: ConsolePlatform) -> None:
        self._platform = platform
        self._due: list[tuple[datetime, Sender]] = []

    def add(self, at: datetime, sender: Sender) -> None:
        self._due.append((at, sender))

    def after(self, instant: datetime) -> datetime | None:
        return min((at for at, _ in self._due if at > instant), default=None)

    async def run(self, now: datetime) -> None:
        for at, sender in sorted(self._due, key=lambda due: due[0]):
            if at <= now:
                self._due.remove((at, sender))
                await self.deliver(await self._platform.reach(sender), f"⏰ Due at {at:%H:%M}.")

    async def deliver(self, place: Place, text: str) -> MessageRef:
        buttons = (
            Button(label="Snooze 5 min", value="snooze:1"),
            Button(label="Done", value="done:1"),
        )
        card = Card(kind=CardKind.REMINDER, body=((text,),), buttons=buttons)
        return await self._platform.post(place, card)


class FakeWelcome:
    """Knows one person, or nobody yet."""

    def __init__(self, name: str | None) -> None:
        self.name = name
        self.settled: list[FirstAnswers] = []

    async def known_person(self) -> str | None:
        return self.name

    def check_zone(self, text: str) -> str | None:
        return None if "/" in text else f"I don't know the zone {text}. Did you mean Europe/Berlin?"

    def check_hours(self, text: str) -> str | None:
        return None if "-" in text else 'Write hours like "9-17".'

    async def settle(self, answers: FirstAnswers) -> list[str]:
        self.settled.append(answers)
        self.name = answers.name
        if isinstance(answers.load, Path):
            raise Failed(f"{answers.load} is no calendar.")
        return [f"Welcome, {answers.name}."]


class FakeHost:
    """The house as the terminal sees it."""

    def __init__(
        self,
        store: Store,
        screen: Screen,
        clock: StandingClock,
        *,
        person: str | None = "ana",
        zone: str = "Europe/Berlin",
    ) -> None:
        self.platform = ConsolePlatform(store, screen)
        self.clock = clock
        self.zone = ZoneInfo(zone)
        self.reminders = Reminders(self.platform)
        self.handler = EchoHandler(self.platform, self.reminders)
        self.welcome = FakeWelcome(person)
        self.people: list[str] = []

    async def start(self) -> None:
        await self.platform.show_waiting()
        await self.reminders.run(self.clock.now())

    async def settle(self) -> None:
        await self.reminders.run(self.clock.now())

    async def next_due(self, after: datetime) -> datetime | None:
        return self.reminders.after(after)

    async def advance_to(self, instant: datetime) -> None:
        self.clock.move_to(instant)
        await self.reminders.run(instant)

    async def person(self, name: str) -> None:
        if name not in self.people:
            self.people.append(name)


@asynccontextmanager
async def opened(host: FakeHost) -> AsyncIterator[FakeHost]:
    """A host as the terminal opens it."""
    yield host


@asynccontextmanager
async def broken(why: str) -> AsyncIterator[FakeHost]:
    """A house that can't be opened."""
    raise CannotStart(why)
    yield


def direct(name: str) -> Place:
    """Somebody's direct messages."""
    return incoming.direct(name)
