"""A linked Google calendar without a house around it: its doors, and what a mirror would hold."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from calendar_core.clock import SystemClock
from calendar_core.events import Calendar, CalendarId
from calendar_core.linking import Account, AccountId
from calendar_core.providers.google.app import App
from calendar_core.providers.google.client import Google
from calendar_core.providers.google.reader import GoogleReader
from calendar_core.providers.google.writer import GoogleWriter
from tests.calendar_core.house import ME
from tests.calendar_core.providers.given import GivenConnections, Held, Remembering
from tests.contracts.calendar_provider import Provider
from tests.servers.google.server import GoogleServer

MAIL = "me@example.org"


@dataclass
class Stand:
    """A linked calendar, and its doors."""

    server: GoogleServer
    google: Google
    connections: GivenConnections
    reader: Remembering[GoogleReader]
    writer: GoogleWriter
    calendar: Calendar

    @property
    def provider(self) -> Provider:
        """As the contract wants it."""
        return Provider(self.reader, self.writer, self.calendar)

    @property
    def events(self) -> dict[str, dict[str, Any]]:
        """What Google holds, by id."""
        return self.server.world.calendars[self.calendar.remote].events

    def holds(self, item: dict[str, Any]) -> dict[str, Any]:
        """Have Google hold an event as it is; what is missing as usual."""
        held = self.server.world.calendars[self.calendar.remote]
        own = {"email": MAIL, "self": True}
        usual = {
            "status": "confirmed",
            "iCalUID": f"{item['id']}@google.com",
            "htmlLink": f"https://www.google.com/calendar/event?eid={item['id']}",
            "created": "2026-01-02T10:00:00.000Z",
            "creator": own,
            "organizer": own,
            "sequence": 0,
            "reminders": {"useDefault": True},
            "eventType": "default",
        }
        return held.put({**usual, **item}, self.server.world.now())


def an_app(server: GoogleServer, **fields: Any) -> App:
    """The app that the server knows."""
    plain = App(
        client_id=server.world.client_id,
        client_secret=server.world.client_secret,
        api_url=f"{server.url}/calendar/v3/",
        auth_url=f"{server.url}/o/oauth2/auth",
        token_url=f"{server.url}/token",
        silence=5.0,
        longest=20.0,
        pause=0.0,
    )
    return replace(plain, **fields)


def tokens_of(server: GoogleServer, mail: str) -> dict[str, str]:
    """What somebody who linked has."""
    access, refresh = server.world.signed_in(server.world.accounts[mail])
    until = datetime.now(UTC) + timedelta(hours=1)
    return {"access_token": access, "refresh_token": refresh, "expires_at": until.isoformat()}


def a_stand(server: GoogleServer, **fields: Any) -> Stand:
    """ME's own calendar at Google, linked."""
    server.world.account(MAIL, "Work")
    account = Account(id=AccountId("account"), owner=ME, provider="google", address=MAIL)
    calendar = Calendar(
        id=CalendarId("linked"),
        owner=ME,
        name="Work",
        provider="google",
        account_id="account",
        address=f"mailto:{MAIL}",
        remote=MAIL,
    )
    connections = GivenConnections(account, [calendar], tokens_of(server, MAIL))
    google = Google(an_app(server, **fields), connections, SystemClock())
    held = Held()
    return Stand(
        server=server,
        google=google,
        connections=connections,
        reader=Remembering(GoogleReader(google, connections, held, page=3), held),
        writer=GoogleWriter(google, connections),
        calendar=calendar,
    )
