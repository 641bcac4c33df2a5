"""A linked calendar without a house around it: its two doors, and what a mirror would remember."""

from dataclasses import dataclass, replace

from calendar_core.events import Calendar, CalendarId
from calendar_core.linking import Account, AccountId
from calendar_core.providers.caldav.client import Doors
from calendar_core.providers.caldav.reader import MANY, CalDavReader
from calendar_core.providers.caldav.writer import CalDavWriter
from tests.calendar_core.house import ME
from tests.calendar_core.providers.given import GivenConnections, Held, Remembering
from tests.contracts.calendar_provider import Provider
from tests.servers.caldav import PASSWORD, USER


@dataclass
class Stand:
    """A linked calendar, and its doors."""

    connections: GivenConnections
    reader: Remembering[CalDavReader]
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


def a_stand(principal: str, calendar_url: str, doors: Doors, *, many: int = MANY) -> Stand:
    """ME's calendar at an address; of more events than `many` the first token is made late."""
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
    connections = GivenConnections(account, [calendar], {"user": USER, "password": PASSWORD})
    held = Held()
    return Stand(
        connections=connections,
        reader=Remembering(CalDavReader(doors, connections, held, page=3, many=many), held),
        writer=CalDavWriter(doors, connections),
        calendar=calendar,
    )
