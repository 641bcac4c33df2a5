"""What the terminal needs from the rest of the house; joined to it in `bot.app`."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias
from zoneinfo import ZoneInfo

from bot.chat.platform import ChatHandler
from calendar_core.clock import Clock

if TYPE_CHECKING:  # the database's libraries stay unread until the prompt stands
    from adapters.console.platform import ConsolePlatform

Load: TypeAlias = Path | Literal["sample", "nothing"]
"""What a new calendar begins with: an .ics file, a small sample week, or nothing."""


class CannotStart(Exception):
    """The data folder, its database or a setting is unusable; the message says so to a person."""


class Failed(Exception):
    """Something that a person asked for could not be done; the message is the sentence to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstAnswers:
    """What a new person told about themselves."""

    name: str
    zone: str
    """As typed and accepted: "Europe/Berlin", "berlin"."""
    hours: str
    """Working hours as typed and accepted: "9-17"."""
    load: Load = "nothing"


class Welcome(Protocol):
    """Who sits at this terminal."""

    async def known_person(self) -> str | None:
        """The name of the person whose terminal this is; None before the first start."""
        ...

    def check_zone(self, text: str) -> str | None:
        """Why this is no time zone, in a sentence with the nearest ones; None when it is one."""
        ...

    def check_hours(self, text: str) -> str | None:
        """Why these are no working hours, in a sentence; None when they are."""
        ...

    async def settle(self, answers: FirstAnswers) -> list[str]:
        """Make the person and their calendar and load what was asked for.

        Returns what was done, a line each.

        Raises Failed when the file could not be loaded; the person stands all the same.
        """
        ...


class Host(Protocol):
    """The running house as a terminal sees it."""

    @property
    def handler(self) -> ChatHandler:
        """Who answers."""
        ...

    @property
    def platform(self) -> "ConsolePlatform":
        """The terminal's own platform, that the handler speaks through."""
        ...

    @property
    def clock(self) -> Clock:
        """What time it is here."""
        ...

    @property
    def zone(self) -> ZoneInfo:
        """The default person's zone."""
        ...

    @property
    def welcome(self) -> Welcome:
        """Who sits here."""
        ...

    async def start(self) -> None:
        """Show what waits, run overdue work; with a running clock, begin to tick."""
        ...

    async def settle(self) -> None:
        """Wait until the current turns, and all work that is due now, are done."""
        ...

    async def next_due(self, after: datetime) -> datetime | None:
        """The first instant later than `after` at which work falls due."""
        ...

    async def advance_to(self, instant: datetime) -> None:
        """Stand the clock at an instant and run what is due by then.

        Only where the clock stands still but for this.
        """
        ...

    async def person(self, name: str) -> None:
        """Make sure that somebody of this name exists."""
        ...
