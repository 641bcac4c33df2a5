"""Asks makers of calendars to link, keeps what came of it, and unlinks: for chats and commands.

What is said about it is `linking`; the makers themselves are behind `calendar_core.linking`.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import NamedTuple, Protocol

from bot.linking_words import Kind
from calendar_core.accounts import Account, AccountId, Accounts, Begun, Linked, Linking, Wish
from calendar_core.errors import CalendarError, NotAllowed, NotYours, SignInNeeded, TryLater
from calendar_core.events import Calendar
from calendar_core.linking import Credentials
from calendar_core.people import PersonId

log = logging.getLogger("convene.linking")
AT_MOST = 60.0
"""Seconds that a maker may take for one step."""


class HasLinking(Protocol):
    """A maker of calendars, as far as linking goes."""

    @property
    def linking(self) -> Linking:
        """Links its accounts."""
        ...


class Maker(Protocol):
    """A maker that is loaded when it is first used."""

    async def made(self) -> HasLinking:
        """The maker itself."""
        ...


class Reads(Protocol):
    """Who reads linked accounts."""

    async def soon(self, account_id: AccountId) -> None:
        """Read it now."""
        ...


class Watched(Protocol):
    """Who has makers tell of changes."""

    async def soon(self, account_id: AccountId) -> None:
        """Have an account's maker do so, where it can."""
        ...

    async def end(self, account_id: AccountId) -> None:
        """Have it do so no more; what it does not stop is not believed."""
        ...


class Kept(NamedTuple):
    """An account that is linked now, and its calendars."""

    account: Account
    calendars: tuple[Calendar, ...]


class Unlinked(NamedTuple):
    """What was erased, and whether its maker was told."""

    account: Account
    is_revoked: bool


class Linker:
    """Links and unlinks accounts."""

    def __init__(
        self,
        accounts: Accounts,
        makers: Mapping[str, Maker],
        reads: Reads,
        watched: Watched | None = None,
    ) -> None:
        self._accounts = accounts
        self._makers = makers
        self._reads = reads
        self._watched = watched

    @property
    def known(self) -> tuple[str, ...]:
        """The providers that accounts can be linked with."""
        return tuple(self._makers)

    async def begin(self, kind: Kind, wish: Wish) -> Begun:
        """As `Linking.begin`; NotAllowed too where the provider is not known here."""
        async with self._asked(kind.provider, kind.title) as linking:
            return await linking.begin(wish)

    async def finish(self, kind: Kind, begun: Begun, answer: Mapping[str, str]) -> Linked:
        """As `Linking.finish`."""
        async with self._asked(kind.provider, kind.title) as linking:
            return await linking.finish(begun, answer)

    async def keep(
        self, owner: PersonId, linked: Linked, *, free_busy_only: bool | None = None
    ) -> Kept:
        """Keep what was linked, and have it read. Raises KeysUnusable."""
        account = await self._accounts.link(owner, linked, free_busy_only=free_busy_only)
        await self._reads.soon(account.id)
        if self._watched is not None:
            await self._watched.soon(account.id)
        log.info("link account=%s provider=%s", account.id, account.provider)
        return Kept(account, await self._accounts.calendars(account.id))

    async def forget(self, owner: PersonId, linked: Linked) -> bool:
        """Have a maker forget what it granted and nobody keeps; whether it did."""
        account = Account(
            id=AccountId(""),
            owner=owner,
            provider=linked.provider,
            address=linked.address,
            url=linked.url,
        )
        return await self._revoked(account, linked.credentials)

    async def own(self, account_id: str, by: PersonId) -> Account:
        """An account of one's own. Raises NotFound, NotYours."""
        account = await self._accounts.get(AccountId(account_id))
        if account.owner != by:
            raise NotYours("This is somebody else's account.")
        return account

    async def unlink(self, account_id: str, by: PersonId) -> Unlinked:
        """Have the maker forget, then erase everything of the account here. Raises NotFound,
        NotYours."""
        account = await self.own(account_id, by)
        try:
            _, credentials = await self._accounts.of_account(account.id)
        except SignInNeeded:
            credentials = {}
        if self._watched is not None:
            await self._watched.end(account.id)
        # Before erasing: a crash in between leaves an account to unlink, not a grant to forget.
        is_revoked = bool(credentials) and await self._revoked(account, credentials)
        await self._accounts.unlink(account.id, by)
        log.info("unlink account=%s revoked=%s", account.id, is_revoked)
        return Unlinked(account, is_revoked)

    async def _revoked(self, account: Account, credentials: Credentials) -> bool:
        """Have a maker forget a grant; False where it can't be told. Left alone while another link
        here is of the same account, which would end with it."""
        if any(_is_same(account, one) for one in await self._accounts.everyone()):
            return True
        try:
            async with self._asked(account.provider, account.provider) as linking:
                await linking.revoke(account, credentials)
        except CalendarError as err:
            log.info("not revoked provider=%s error=%s", account.provider, type(err).__name__)
            return False
        return True

    @asynccontextmanager
    async def _asked(self, provider: str, title: str) -> AsyncIterator[Linking]:
        """The linking of a provider, for as long as one step may take."""
        maker = self._makers.get(provider)
        if maker is None:
            raise NotAllowed(f"This Convene can't link {title} calendars.")
        try:
            async with asyncio.timeout(AT_MOST):
                yield (await maker.made()).linking
        except TimeoutError as err:
            raise TryLater(f"{title} does not answer. Try again in a minute.") from err


def _is_same(account: Account, other: Account) -> bool:
    """Whether two links are of one account at its maker."""
    return account.id != other.id and (
        account.provider,
        account.address.casefold(),
        account.url,
    ) == (other.provider, other.address.casefold(), other.url)
