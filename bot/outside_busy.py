"""When somebody is taken, asked of makers of calendars at that moment: colleagues by mail address,
and calendars whose mirror could not be read; which rooms there are. Implements `Outside` of the
tools.

All are asked side by side, for a short while: what does not answer in time stays unknown.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Protocol

from calendar_core.accounts import Accounts
from calendar_core.colleagues import Colleagues
from calendar_core.errors import CalendarError, TryLater
from calendar_core.events import Calendar, CalendarId
from calendar_core.linking import Account, AccountId
from calendar_core.people import PersonId
from calendar_core.rooms import Room, Rooms
from calendar_core.when import TimeSpan

log = logging.getLogger("convene.outside")
WITHIN = 8.0
"""Seconds that makers have to answer while somebody waits."""
Spans = tuple[TimeSpan, ...]


class Asks(Protocol):
    """A maker of calendars, as far as this goes."""

    @property
    def colleagues(self) -> Colleagues | None:
        """Asks for colleagues, where the maker can."""
        ...

    @property
    def rooms(self) -> Rooms | None:
        """Asks for rooms, where the maker can."""
        ...


class Maker(Protocol):
    """The same, before its libraries are loaded."""

    async def made(self) -> Asks:
        """Load it."""
        ...

    async def busy(self, calendar_id: CalendarId, span: TimeSpan) -> Spans:
        """As `CalendarReader`."""
        ...


class OutsideBusy:
    """Asks the makers of linked accounts."""

    def __init__(
        self, linked: Accounts, makers: Mapping[str, Maker], within: float = WITHIN
    ) -> None:
        self._linked = linked
        self._makers = makers
        self._within = within

    async def can_ask(self, owner: PersonId) -> bool:
        """Whether some linked account of somebody may be asked for colleagues."""
        return any([await self._asks(one) is not None for one in await self._linked.of(owner)])

    async def colleagues(
        self, owner: PersonId, addresses: Sequence[str], span: TimeSpan
    ) -> Mapping[str, Spans]:
        """When these mail addresses are taken, as far as any account of the asker's is told; who
        can't be told is left out."""
        found: dict[str, Spans] = {}
        accounts = await self._linked.of(owner)
        asked = await asyncio.gather(*(self._of(one, addresses, span) for one in accounts))
        for told in asked:
            for address in addresses:
                if address in told:
                    found[address] = (*found.get(address, ()), *told[address])
        return found

    async def busy(
        self, calendars: Sequence[Calendar], span: TimeSpan
    ) -> Mapping[CalendarId, Spans]:
        """When these linked calendars are taken, as their makers say now; what does not answer is
        left out."""
        asked = await asyncio.gather(*(self._busy(one, span) for one in calendars))
        told = zip(calendars, asked, strict=True)
        return {one.id: spans for one, spans in told if spans is not None}

    async def rooms(self, calendar: Calendar, query: str) -> Sequence[Room]:
        """The rooms that words mean where a linked calendar is; of no words all, and none where its
        maker has none. Raises NotAllowed, SignInNeeded, TryLater."""
        maker = self._makers.get(calendar.provider)
        if maker is None:
            return ()
        try:
            async with asyncio.timeout(self._within):
                asks = (await maker.made()).rooms
                if asks is None:
                    return ()
                return await asks.rooms(AccountId(calendar.account_id), query)
        except TimeoutError as err:
            raise TryLater("The list of rooms does not come.") from err

    async def _asks(self, account: Account) -> Colleagues | None:
        maker = self._makers.get(account.provider)
        return None if maker is None else (await maker.made()).colleagues

    async def _of(
        self, account: Account, addresses: Sequence[str], span: TimeSpan
    ) -> Mapping[str, Spans]:
        try:
            async with asyncio.timeout(self._within):
                asks = await self._asks(account)
                return {} if asks is None else await asks.busy_of(account.id, addresses, span)
        except (CalendarError, TimeoutError) as err:
            log.info("colleagues not told account=%s error=%s", account.id, type(err).__name__)
            return {}

    async def _busy(self, calendar: Calendar, span: TimeSpan) -> Spans | None:
        maker = self._makers.get(calendar.provider)
        if maker is None:
            return None
        try:
            async with asyncio.timeout(self._within):
                return await maker.busy(calendar.id, span)
        except (CalendarError, TimeoutError) as err:
            log.info("not told calendar=%s error=%s", calendar.id, type(err).__name__)
            return None
