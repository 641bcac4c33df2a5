"""A linked account without a house around it: its connections, and what a mirror would remember."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from calendar_core.errors import NotFound
from calendar_core.events import Calendar, CalendarId, Resource
from calendar_core.linking import Account, AccountId, Connection, Credentials
from calendar_core.people import PersonId
from calendar_core.sync.reader import CalendarReader, Page
from calendar_core.when import TimeSpan

ReaderT = TypeVar("ReaderT", bound=CalendarReader)


@dataclass
class GivenConnections:
    """The connections of one account of ME."""

    account: Account
    linked: list[Calendar]
    credentials: Credentials
    renewals: int = 0

    async def connection(self, calendar_id: CalendarId) -> Connection:
        for one in self.linked:
            if one.id == calendar_id:
                return Connection(
                    account=self.account,
                    credentials=self.credentials,
                    remote=one.remote,
                    address=one.address,
                )
        raise NotFound("That calendar is no longer linked.")

    async def connections(
        self, owner: PersonId, provider: str
    ) -> Sequence[tuple[Account, Credentials]]:
        mine = (owner, provider) == (self.account.owner, self.account.provider)
        return ((self.account, self.credentials),) if mine else ()

    async def calendars(self, account_id: AccountId) -> tuple[Calendar, ...]:
        return tuple(self.linked) if account_id == self.account.id else ()

    async def renew(self, account_id: AccountId, credentials: Credentials) -> None:
        self.renewals += 1
        self.credentials = dict(credentials)

    async def of_account(self, account_id: AccountId) -> tuple[Account, Credentials]:
        if account_id != self.account.id:
            raise NotFound("That account is no longer linked.")
        return self.account, self.credentials


@dataclass
class Held:
    """What a mirror holds: texts and versions by UID, and what is far from a reader's window."""

    resources: dict[str, Resource] = field(default_factory=dict)
    far: frozenset[str] = frozenset()

    async def versions(self, calendar_id: CalendarId) -> dict[str, str]:
        return {uid: one.etag for uid, one in self.resources.items()}

    async def written(self, calendar_id: CalendarId) -> dict[str, str]:
        return {}

    async def outside(self, calendar_id: CalendarId, span: TimeSpan) -> frozenset[str]:
        return self.far

    async def uids(self, calendar_id: CalendarId, keys: Collection[str]) -> Mapping[str, str]:
        at = {one.etag.partition(" ")[0]: uid for uid, one in self.resources.items()}
        return {key: at[key] for key in keys if key in at}

    async def texts(self, calendar_id: CalendarId, uids: Collection[str]) -> Mapping[str, str]:
        return {uid: self.resources[uid].ics for uid in uids if uid in self.resources}


@dataclass
class Remembering(Generic[ReaderT]):
    """A reader whose pages are taken in, as the sync engine does: what the mirror then holds."""

    reader: ReaderT
    held: Held

    async def calendars(self, owner: PersonId) -> tuple[Calendar, ...]:
        return await self.reader.calendars(owner)

    async def changes_since(
        self, calendar_id: CalendarId, cursor: str | None
    ) -> AsyncIterator[Page]:
        async for page in self.reader.changes_since(calendar_id, cursor):
            self.held.resources |= {one.uid: one for one in page.changed}
            for uid in page.removed:
                self.held.resources.pop(uid, None)
            yield page

    async def busy(self, calendar_id: CalendarId, span: TimeSpan) -> tuple[TimeSpan, ...]:
        return await self.reader.busy(calendar_id, span)
