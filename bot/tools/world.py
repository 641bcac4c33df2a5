"""What a tool may look at and note down: narrow views of the rooms below, joined in `bot.app`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.channels import ChannelSettings
from bot.chat.messages import Sender
from bot.groups import Group
from bot.linked_health import Link
from bot.people import Person
from calendar_core.events import Calendar, CalendarId, Occurrence
from calendar_core.mirror import Mirror
from calendar_core.people import PersonId
from calendar_core.rooms import Room
from calendar_core.when import TimeSpan
from scheduler.reminder import Reminder


class Directory(Protocol):
    """Who is known here."""

    async def person(self, person: PersonId) -> Person:
        """A person by id. Raises NotFound."""
        ...

    async def named(self, name: str, *, near: PersonId) -> Sequence[Person]:
        """People whom a name or mail address may mean, best first; those near the asker only."""
        ...

    async def everyone(self, *, near: PersonId) -> Sequence[Person]:
        """All people that the asker may know of, the asker included."""
        ...

    async def strangers(self, people: Sequence[PersonId]) -> frozenset[PersonId]:
        """Which of them are known by name alone, and have never spoken with Convene."""
        ...

    async def account_in(self, workspace: str, platform: str, person: PersonId) -> Sender | None:
        """Somebody's account in a workspace of a platform."""
        ...

    async def communities_of(self, sender: Sender) -> Sequence[str]:
        """Where an account was seen: its own workspace, where it has one, and communities."""
        ...


class Notebook(Protocol):
    """The waiting reminders, to look at."""

    async def listed(self, owner: PersonId) -> Sequence[Reminder]:
        """What waits, soonest first."""
        ...


class ChannelBook(Protocol):
    """How channels are served, to look at."""

    async def of(self, channel: PersonId) -> ChannelSettings:
        """How one is served."""
        ...


class GroupsOf(Protocol):
    """Lists of people, to look at."""

    async def of(self, owner: PersonId) -> Sequence[Group]:
        """Somebody's own."""
        ...


class LinksOf(Protocol):
    """Linked accounts with their health, to look at."""

    async def of(self, owner: PersonId) -> Sequence[Link]:
        """Somebody's."""
        ...


class Outside(Protocol):
    """When somebody is taken and which rooms there are, asked of makers of calendars at that
    moment."""

    async def can_ask(self, owner: PersonId) -> bool:
        """Whether some linked account of somebody may be asked for colleagues."""
        ...

    async def colleagues(
        self, owner: PersonId, addresses: Sequence[str], span: TimeSpan
    ) -> Mapping[str, tuple[TimeSpan, ...]]:
        """When these mail addresses are taken; who can't be told is left out."""
        ...

    async def busy(
        self, calendars: Sequence[Calendar], span: TimeSpan
    ) -> Mapping[CalendarId, tuple[TimeSpan, ...]]:
        """When these linked calendars are taken; what does not answer is left out."""
        ...

    async def rooms(self, calendar: Calendar, query: str) -> Sequence[Room]:
        """The rooms that words mean where a calendar is; of no words all. Raises NotAllowed,
        SignInNeeded, TryLater."""
        ...


class CloseInMeaning(Protocol):
    """Events whose words are others than those that were said."""

    async def close(
        self,
        owners: Sequence[PersonId],
        words: str,
        *,
        span: TimeSpan | None = None,
        zone: ZoneInfo,
    ) -> Sequence[Occurrence]:
        """The few closest in meaning, the closest first; none where nobody knows meanings."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything that tools can look at."""

    mirror: Mirror
    meanings: CloseInMeaning
    people: Directory
    notebook: Notebook
    links: LinksOf
    groups: GroupsOf
    channels: ChannelBook
    outside: Outside
    models: tuple[str, ...] = ()
    """The language models that can be chosen, by name, the house's first."""
