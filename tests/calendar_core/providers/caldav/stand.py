"""A linked calendar without a house around it: its two doors, and what a mirror would remember."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace

from calendar_core.errors import NotFound
from calendar_core.events import Calendar, CalendarId
from calendar_core.linking import Account, AccountId, Connection, Credentials
from calendar_core.people import PersonId
from calendar_core.providers.caldav.client import Doors
from calendar_core.providers.caldav.reader import CalDavReader
from calendar_core.providers.caldav.writer import CalDavWriter
from calendar_core.sync.reader import Page
from calendar_core.when import TimeSpan
from tests.calendar_core.house import ME
from tests.contracts.calendar_provider import Provider
from tests.servers.caldav import PASSWORD, USER


@dataclass
class GivenConnections:
    """The connections of one account of ME."""

    account: Account
    linked: list[Calendar]
    password: str = PASSWORD

    async def connection(self, calendar_id: CalendarId) -> Connection:
        for one in self.linked:
            if one.id == calendar_id:
                return Connection(
                    account=self.account, credentials=self._credentials, remote=one.remote
                )
        raise NotFound("That calendar is no longer linked.")

    async def connections(
        self, owner: PersonId, provider: str
    ) -> Sequence[tuple[Account, Credentials]]:
        mine = (owner, provider) == (self.account.owner, self.account.provider)
        return ((self.account, self._credentials),) if mine else ()

    async def calendars(self, account_id: AccountId) -> tuple[Calendar, ...]:
        return tuple(self.linked) if account_id == self.account.id else ()

    async def renew(self, account_id: AccountId, credentials: Credentials) -> None:
        self.password = credentials["password"]

    async def of_account(self, account_id: AccountId) -> tuple[Account, Credentials]:
        return self.account, self._credentials

    @property
    def _credentials(self) -> Credentials:
        return {"user": USER, "password": self.password}


@dataclass
class Remembering:
    """A reader whose pages are taken in, as the sync engine does: what the mirror then holds."""

    reader: CalDavReader
    held: "Held"

    async def calendars(self, owner: PersonId) -> tuple[Calendar, ...]:
        return await self.reader.calendars(owner)

    async def changes_since(
        self, calendar_id: CalendarId, cursor: str | None
    ) -> AsyncIterator[Page]:
        async for page in self.reader.changes_since(calendar_id, cursor):
            for one in page.changed:
                self.held.by_uid[one.uid] = one.etag
            for uid in page.removed:
                self.held.by_uid.pop(uid, None)
            yield page

    async def busy(self, calendar_id: CalendarId, span: TimeSpan) -> tuple[TimeSpan, ...]:
        return await self.reader.busy(calendar_id, span)


@dataclass
class Held:
    """The versions that a mirror holds."""

    by_uid: dict[str, str] = field(default_factory=dict)

    async def versions(self, calendar_id: CalendarId) -> dict[str, str]:
        return dict(self.by_uid)


@dataclass
class Stand:
    """A linked calendar, and its doors."""

    connections: GivenConnections
    reader: Remembering
    writer: CalDavWriter
    calendar: Calendar

    @property
    def provider(self) -> Provider:
        """As the contract wants it."""
        return Provider(self.reader, self.writer, self.calendar)

    def through(self, url: str) -> None:
        """Reach the calendar by another address from now on."""
        self.connections.account = replace(self.connections.account, url=url)
        self.connections.linked[0] = replace(self.calendar, remote=url)


def a_stand(principal: str, calendar_url: str, doors: Doors) -> Stand:
    """ME's calendar at an address."""
    account = Account(
        id=AccountId("account"), owner=ME, provider="caldav", address=USER, url=principal
    )
    calendar = Calendar(
        id=CalendarId("linked"),
        owner=ME,
        name="Work",
        provider="caldav",
        account_id="account",
        remote=calendar_url,
    )
    connections = GivenConnections(account, [calendar])
    held = Held()
    return Stand(
        connections=connections,
        reader=Remembering(CalDavReader(doors, connections, held, page=3), held),
        writer=CalDavWriter(doors, connections),
        calendar=calendar,
    )
