"""What a tool is handed: who asks, what may be read, and the way to propose. Joins the tools to
the desk."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bot.allowing import ALL, Allowed
from bot.channels import CHANNEL, is_shared
from bot.chat.messages import Place, Sender
from bot.chat.platform import ChatPlatform, GroupsThere, MailAddresses, PlatformError, Right
from bot.speaking import Hearing
from bot.tools.noting import Noting
from bot.tools.tool import NoRooms, ProposeContext, Rooms, ToolRefused
from bot.tools.world import Directory, World
from calendar_core.changes.change import (
    Amend,
    ChangeId,
    Create,
    Edit,
    PendingChange,
    Proposal,
    Remove,
    Reply,
)
from calendar_core.events import Calendar
from calendar_core.mirror import Mirror
from calendar_core.people import PersonId


class Proposing(Protocol):
    """The desk, as far as proposing goes."""

    async def propose(self, proposal: Proposal) -> PendingChange:
        """Store what somebody wants."""
        ...

    async def open_in(self, place: str, owner: PersonId) -> Sequence[PendingChange]:
        """What waits there for its owner."""
        ...


@dataclass(frozen=True, slots=True)
class Superseding:
    """Proposals of one turn: a new wish about the same thing replaces the open card of an earlier
    turn."""

    desk: Proposing
    own: set[ChangeId]
    """What was proposed in this turn: those stand side by side."""
    corrects: bool = False
    """Whether the person takes back what was proposed last and says it anew."""
    trunk: str = ""
    """The direct conversation from which this thread branched off: what waits there may be
    meant."""

    async def propose(self, proposal: Proposal) -> PendingChange:
        """Store what somebody wants, superseding what it replaces."""
        if proposal.supersedes is None:
            proposal = await self._replacing(proposal)
        change = await self.desk.propose(proposal)
        self.own.add(change.id)
        return change

    async def _replacing(self, proposal: Proposal) -> Proposal:
        waiting = [*await self.desk.open_in(proposal.place, proposal.owner)]
        if self.trunk:
            waiting += await self.desk.open_in(self.trunk, proposal.owner)
        earlier = [change for change in waiting if change.id not in self.own]
        for change in earlier:
            if is_same_wish(change.edits, proposal.edits):
                return replace(proposal, supersedes=change.id)
        if self.corrects and earlier and is_same_of_another(earlier[0].edits, proposal.edits):
            return replace(proposal, supersedes=earlier[0].id)
        return proposal


_CORRECTION = re.compile(
    r"\s*(?:(?:no|nope|nah|sorry|wait)\s*[,.;:!–—-]|no (?=the |not |i mean)|not that(?: one)?\b"
    r"|wrong one\b|i meant?\b)\W*(?=\w)",
    re.I,
)


def is_correction(words: str) -> bool:
    """Whether words take back what was just proposed and say it anew: "no, the second one"."""
    return _CORRECTION.match(words) is not None


def is_same_of_another(open_: tuple[Edit, ...], new: tuple[Edit, ...]) -> bool:
    """Whether a new proposal does to another event what an open one does: moves, cancels or
    answers."""
    if len(open_) != 1 or len(new) != 1:
        return False
    return type(open_[0]) is type(new[0]) and isinstance(new[0], Amend | Remove | Reply)


def is_same_wish(open_: tuple[Edit, ...], new: tuple[Edit, ...]) -> bool:
    """Whether a new proposal is the old one, corrected: the same event, fewer of those to cancel,
    or the same title or time to create."""
    if len(open_) != 1 or len(new) != 1:
        fewer = _cancelled(new)
        return open_ == new or (bool(fewer) and fewer <= _cancelled(open_))
    old, wish = open_[0], new[0]
    if isinstance(old, Create) and isinstance(wish, Create):
        same_title = old.event.title.casefold() == wish.event.title.casefold()
        return same_title or old.event.when == wish.event.when
    if isinstance(old, Amend | Remove | Reply) and isinstance(wish, Amend | Remove | Reply):
        return old.target.event_id == wish.target.event_id
    return False


def _cancelled(edits: tuple[Edit, ...]) -> set[tuple[str, str]]:
    """The occurrences that edits cancel or decline; none where they do anything else."""
    if not all(isinstance(one, Remove | Reply) for one in edits):
        return set()
    targets = [one.target for one in edits if isinstance(one, Remove | Reply)]
    return {(target.event_id, target.recurrence_id) for target in targets}


@dataclass(frozen=True, slots=True)
class ChannelsOf:
    """The channels whose calendars somebody may see from elsewhere: those that they can speak in,
    as their platform says at that moment."""

    mirror: Mirror
    people: Directory
    platform: ChatPlatform
    sender: Sender

    async def calendars(self) -> Sequence[Calendar]:
        """The calendars of those channels, in the sender's own workspace or where they were seen:
        on Discord people belong to many servers."""
        found: list[Calendar] = []
        for community in await self.people.communities_of(self.sender):
            prefix = f"{CHANNEL}{self.sender.platform}/{community}/"
            there = await self.mirror.calendars_below(prefix)
            found += [one for one in there if await self._may_see(one, community)]
        return found

    async def members_of(self, place: Place, group: str) -> tuple[Sender, ...] | None:
        """As the platform says at that moment, of the workspace in which the sender speaks."""
        if place.platform != self.sender.platform or not isinstance(self.platform, GroupsThere):
            return None
        try:
            return await self.platform.members_of(place, group)
        except PlatformError as err:
            raise ToolRefused(str(err)) from err

    async def mail_of(self, person: PersonId) -> str:
        """As the platform shows it to all of the workspace in which the sender speaks."""
        if not isinstance(self.platform, MailAddresses):
            return ""
        there = self.sender
        account = await self.people.account_in(there.workspace, there.platform, person)
        return await self.platform.mail_of(account) if account is not None else ""

    async def may_manage(self, place: Place) -> bool:
        """As the platform says at that moment."""
        if place.platform != self.sender.platform:
            return False
        try:
            return await self.platform.may(self.sender, place, Right.MANAGE)
        except PlatformError as err:
            raise ToolRefused(str(err)) from err

    async def _may_see(self, calendar: Calendar, community: str) -> bool:
        if is_shared(calendar.owner):  # by all of the sender's own workspace, and no visitors
            return community == self.sender.workspace
        place = Place.channel_from_key(f"{calendar.owner.removeprefix(CHANNEL)}/")
        try:
            return await self.platform.may(self.sender, place, Right.SPEAK)
        except PlatformError:
            return False


class Contexts:
    """Makes the context of a turn or a form."""

    def __init__(
        self,
        world: World,
        desk: Proposing,
        noting: Noting,
        platforms: Mapping[str, ChatPlatform] | None = None,
        allowed: Allowed = ALL,
    ) -> None:
        self._allowed = allowed
        self._platforms = {} if platforms is None else platforms  # doors come later
        self._world = world
        self._desk = desk
        self._noting = noting

    def of(self, hearing: Hearing, words: str = "") -> ProposeContext:
        """For one person speaking in one place, now; `words` are what they say."""
        return ProposeContext(
            me=hearing.me,
            place=hearing.place,
            now=hearing.now,
            channel=hearing.channel,
            world=self._world,
            rooms=self._rooms(hearing.sender),
            proposals=Superseding(
                self._desk, set(), is_correction(words), hearing.place.trunk_key or ""
            ),
            noting=self._noting,
            allowed=self._allowed,
            said=words,
        )

    def _rooms(self, sender: Sender) -> Rooms:
        platform = self._platforms.get(sender.platform)
        return (
            NoRooms()
            if platform is None
            else ChannelsOf(self._world.mirror, self._world.people, platform, sender)
        )

    @property
    def world(self) -> World:
        """What can be looked at."""
        return self._world
