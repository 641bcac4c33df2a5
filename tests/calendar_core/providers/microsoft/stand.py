"""A linked calendar without a house around it: its two doors, and what a mirror would remember."""

from dataclasses import dataclass, field

from calendar_core.clock import StandingClock
from calendar_core.errors import SignInNeeded
from calendar_core.events import Calendar, CalendarId
from calendar_core.linking import Account, AccountId, Credentials
from calendar_core.providers.microsoft.client import Graph
from calendar_core.providers.microsoft.connecting import Mailboxes
from calendar_core.providers.microsoft.reader import MicrosoftReader
from calendar_core.providers.microsoft.writer import MicrosoftWriter
from tests.calendar_core.house import ME, at
from tests.calendar_core.providers.given import GivenConnections, Held, Remembering
from tests.contracts.calendar_provider import Provider
from tests.servers.graph.server import ME as MAIL
from tests.servers.graph.server import TOKEN, GraphServer

HASTY = 1.0
"""Seconds of silence."""


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
class Stand:
    """A linked calendar, and its doors."""

    server: GraphServer
    connections: GivenConnections
    tokens: GivenTokens
    mailboxes: Mailboxes
    reader: Remembering[MicrosoftReader]
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
    connections = GivenConnections(account, [calendar], {"cache": "{}"})
    tokens = GivenTokens()
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
