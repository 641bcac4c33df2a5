"""A linked Google calendar without a house around it: its doors, and what a mirror would hold."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from calendar_core.clock import SystemClock
from calendar_core.errors import NotFound
from calendar_core.events import Calendar, CalendarId
from calendar_core.linking import Account, AccountId, Connection, Credentials
from calendar_core.people import PersonId
from calendar_core.providers.google.app import App
from calendar_core.providers.google.client import Google
from calendar_core.providers.google.reader import GoogleReader
from calendar_core.providers.google.writer import GoogleWriter
from calendar_core.sync.reader import Page
from calendar_core.when import TimeSpan
from tests.calendar_core.house import ME
from tests.contracts.calendar_provider import Provider
from tests.servers.google.server import GoogleServer

MAIL = "me@example.org"


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
        self.renewals += 1
        self.credentials = dict(credentials)

    async def of_account(self, account_id: AccountId) -> tuple[Account, Credentials]:
        if account_id != self.account.id:
            raise NotFound("That account is no longer linked.")
        return self.account, self.credentials


@dataclass
class Held:
    """What a mirror holds: texts and versions by UID."""

    by_uid: dict[str, tuple[str, str]] = field(default_factory=dict)

    async def uids(self, calendar_id: CalendarId, keys: Collection[str]) -> Mapping[str, str]:
        at = {etag.partition(" ")[0]: uid for uid, (etag, _) in self.by_uid.items()}
        return {key: at[key] for key in keys if key in at}

    async def texts(self, calendar_id: CalendarId, uids: Collection[str]) -> Mapping[str, str]:
        return {uid: self.by_uid[uid][1] for uid in uids if uid in self.by_uid}


@dataclass
class Remembering:
    """A reader whose pages are taken in, as the sync engine does: what the mirror then holds."""

    reader: GoogleReader
    held: Held

    async def calendars(self, owner: PersonId) -> tuple[Calendar, ...]:
        return await self.reader.calendars(owner)

    async def changes_since(
        self, calendar_id: CalendarId, cursor: str | None
    ) -> AsyncIterator[Page]:
        async for page in self.reader.changes_since(calendar_id, cursor):
            for one in page.changed:
                self.held.by_uid[one.uid] = (one.etag, one.ics)
            for uid in page.removed:
                self.held.by_uid.pop(uid, None)
            yield page

    async def busy(self, calendar_id: CalendarId, span: TimeSpan) -> tuple[TimeSpan, ...]:
        return await self.reader.busy(calendar_id, span)


@dataclass
class Stand:
    """A linked calendar, and its doors."""

    server: GoogleServer
    google: Google
    connections: GivenConnections
    reader: Remembering
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
