"""The two ports between the conversation and a chat platform: we call one, it calls the other."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple, Protocol, runtime_checkable

from bot.chat.cards import Card
from bot.chat.forms import Form, Option
from bot.chat.messages import (
    ButtonPress,
    Command,
    FormAnswer,
    IncomingMessage,
    LinksShared,
    MessageRef,
    Opened,
    Place,
    Sender,
    Shortcut,
    Typing,
)


class PlatformError(Exception):
    """A chat platform could not do what was asked."""


class PlaceGone(PlatformError):
    """The place refuses us: closed, left, deleted or forbidden."""


class PlatformBusy(PlatformError):
    """The platform is down or limits us; try again after `seconds`, where it says."""

    def __init__(self, message: str, seconds: float | None = None) -> None:
        super().__init__(message)
        self.seconds = seconds


class Right(StrEnum):
    """What somebody may do in a place."""

    SPEAK = "speak"
    MANAGE = "manage"
    """Bind calendars, digests and reminders to the place."""
    GOVERN = "govern"
    """Set what holds for everybody in the workspace, or on the server, that the place is in."""


class Stream(Protocol):
    """An answer that grows while it is thought."""

    async def append(self, text: str) -> None:
        """Show more text."""
        ...

    async def finish(self, card: Card) -> MessageRef:
        """Replace what was streamed by the finished card."""
        ...


class ChatPlatform(Protocol):
    """A place where people talk and the bot may speak."""

    @property
    def name(self) -> str:
        """`console`, `slack`, `discord`."""
        ...

    async def post(
        self, place: Place, card: Card, *, seen_by: Sender | None = None, key: str | None = None
    ) -> MessageRef:
        """Say something. With `seen_by` in a channel only that person sees it, there or, where
        the platform can't, in their direct conversation: the result tells where it stands.

        With a `key` it is idempotent: what was posted under that key before is returned, not
        posted again.
        Raises PlaceGone, PlatformBusy.
        """
        ...

    async def update(self, message: MessageRef, card: Card, *, reply: str | None = None) -> None:
        """Edit a message in place; `reply` is the press's own address, for what only one person
        sees.

        Raises PlaceGone, PlatformBusy.
        """
        ...

    async def stream(self, place: Place, *, seen_by: Sender | None = None) -> Stream | None:
        """Begin an answer that grows; None where this place cannot show that."""
        ...

    async def open_form(
        self, form: Form, *, place: Place, sender: Sender, trigger: str | None
    ) -> None:
        """Ask with several fields, in answer to a press or command.

        Raises PlatformBusy.
        """
        ...

    async def reach(self, sender: Sender) -> Place:
        """The direct conversation with somebody, opened where needed.

        Raises PlaceGone.
        """
        ...

    async def may(self, sender: Sender, place: Place, right: Right) -> bool:
        """Whether somebody may do that there; asked afresh each time."""
        ...

    async def working(self, place: Place, sender: Sender, status: str) -> None:
        """Show quietly what is going on ("Looking at Tuesday"); the empty text ends it. Never
        fails."""
        ...


class Prompt(NamedTuple):
    """Something to begin with, offered in an empty conversation."""

    title: str
    words: str
    """What is said when it is chosen."""


@runtime_checkable
class PersonalPages(Protocol):
    """What a platform with a page per person can do beside `ChatPlatform`."""

    async def show_page(self, sender: Sender, cards: Sequence[Card]) -> None:
        """Draw somebody's own page anew, a section a card.

        Raises PlaceGone, PlatformBusy.
        """
        ...

    async def offer(self, place: Place, sender: Sender, prompts: Sequence[Prompt]) -> None:
        """Offer something to begin with in an empty conversation. Never fails."""
        ...


@runtime_checkable
class GroupsThere(Protocol):
    """What a platform with groups of its own can do beside `ChatPlatform`: Slack's user groups,
    Discord's roles."""

    async def members_of(self, place: Place, group: str) -> tuple[Sender, ...] | None:
        """Who is in a group, by its handle or id ("@design"); None where there is none.

        Raises PlatformError, in words for people, where that can't be told.
        """
        ...


@runtime_checkable
class MailAddresses(Protocol):
    """What a platform that shows people's mail addresses to each other can do beside
    `ChatPlatform`."""

    async def mail_of(self, sender: Sender) -> str:
        """The address that it shows of somebody; empty where none. Never fails."""
        ...


@runtime_checkable
class LinkPreviews(Protocol):
    """What a platform can do beside `ChatPlatform` that lets an app say what a link leads to."""

    async def preview(self, message: MessageRef, cards: Mapping[str, Card]) -> None:
        """Show beneath somebody's message what its links lead to, by address, to all who read it;
        in place of what was shown there before.

        Raises PlaceGone, PlatformBusy.
        """
        ...


class ChatHandler(Protocol):
    """Who answers what comes in: the engine."""

    async def on_message(self, message: IncomingMessage) -> None:
        """Somebody wrote."""
        ...

    async def on_press(self, press: ButtonPress) -> None:
        """Somebody pressed a button."""
        ...

    async def on_command(self, command: Command) -> None:
        """Somebody used a slash command."""
        ...

    async def on_form(self, answer: FormAnswer) -> None:
        """Somebody filled in a form."""
        ...


class MenuHandler(Protocol):
    """Who answers what is not said in words: menus, pages, forms before they close, completion."""

    async def on_shortcut(self, shortcut: Shortcut) -> None:
        """Somebody chose an entry of a menu."""
        ...

    async def on_open(self, opened: Opened) -> None:
        """Somebody opened their own page or the conversation with the bot."""
        ...

    async def on_links(self, shared: LinksShared) -> None:
        """Somebody shared links to calendars; nothing is owed to them."""
        ...

    async def suggest(self, typing: Typing) -> Sequence[Option]:
        """What an option of a command may be, best first, at most 25. Quick; never fails."""
        ...

    async def check_form(self, answer: FormAnswer) -> Mapping[str, str]:
        """What is wrong with a filled form: field name → a sentence; empty when it can be taken.

        Nothing is done, and it is quick: a platform may ask before it closes the form.
        """
        ...
