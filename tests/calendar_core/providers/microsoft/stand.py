"""A linked calendar without a house around it: its two doors, and what a mirror would remember."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from calendar_core.clock import StandingClock
from calendar_core.errors import NotFound, SignInNeeded
from calendar_core.events import Calendar, CalendarId
from calendar_core.linking import Account, AccountId, Connection, Credentials
from calendar_core.people import PersonId
from calendar_core.providers.microsoft.client import Graph
from calendar_core.providers.microsoft.connecting import Mailboxes
from calendar_core.providers.microsoft.reader import MicrosoftReader
from calendar_core.providers.microsoft.writer import MicrosoftWriter
from calendar_core.sync.reader import Page
from calendar_core.when import TimeSpan
from tests.calendar_core.house import ME, at
from tests.contracts.calendar_provider import Provider
from tests.servers.graph.server import ME as MAIL
from tests.servers.graph.server import TOKEN, GraphServer

HASTY = 1.0
"""Seconds of silence."""


@dataclass
class GivenConnections:
    """The connections of one account of ME."""

    account: Account
    linked: list[Calendar]
    credentials: Credentials = field(default_factory=lambda: {"cache": "{}"})
    renewals: int = 0

    async def connection(self, calendar_id: CalendarId) -> Connection:
        for one in self.linked:
            if one.id == calendar_id:
                return Connection(
                    account=self.account, credentials=self.credentials, remote=one.remote
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
        self.credentials, self.renewals = credentials, self.renewals + 1

    async def of_account(self, account_id: AccountId) -> tuple[Account, Credentials]:
        return self.account, self.credentials


@dataclass
class GivenTokens:
    """Access tokens without anybody who signs people in."""

    tokens: list[str] = field(default_factory=lambda: [TOKEN])
    asked: int = 0

    async def token(
        self, account_id: AccountId, credentials: Credentials, *, refused: str = ""
    ) -> str:
        self.asked += 1
        left = [one for one in self.tokens if one != refused]
        if not left:
            raise SignInNeeded("Microsoft wants you to sign in again.")
        return left[0]


@dataclass
class Held:
    """The versions that a mirror holds, and which of them are far from the window."""

    by_uid: dict[str, str] = field(default_factory=dict)
    far: frozenset[str] = frozenset()

    async def versions(self, calendar_id: CalendarId) -> dict[str, str]:
        return dict(self.by_uid)

    async def outside(self, calendar_id: CalendarId, span: TimeSpan) -> frozenset[str]:
        return self.far


@dataclass
class Remembering:
    """A reader whose pages are taken in, as the sync engine does."""

    reader: MicrosoftReader
    held: Held

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
class Stand:
    """A linked calendar, and its doors."""

    server: GraphServer
    connections: GivenConnections
    tokens: GivenTokens
    mailboxes: Mailboxes
    reader: Remembering
    writer: MicrosoftWriter
    calendar: Calendar
    clock: StandingClock

    @property
    def provider(self) -> Provider:
        """As the contract wants it."""
        return Provider(self.reader, self.writer, self.calendar)


def a_stand(server: GraphServer, client: Graph) -> Stand:
    """ME's own calendar on a server."""
    account = Account(id=AccountId("account"), owner=ME, provider="microsoft", address=MAIL)
    calendar = Calendar(
        id=CalendarId("linked"),
        owner=ME,
        name="Calendar",
        provider="microsoft",
        account_id="account",
        remote=server.calendar,
    )
    connections, tokens = GivenConnections(account, [calendar]), GivenTokens()
    clock, held = StandingClock(at("08:00")), Held()
    mailboxes = Mailboxes(client, tokens, connections)
    return Stand(
        server=server,
        connections=connections,
        tokens=tokens,
        mailboxes=mailboxes,
        reader=Remembering(MicrosoftReader(mailboxes, held, clock), held),
        writer=MicrosoftWriter(mailboxes, clock),
        calendar=calendar,
        clock=clock,
    )
