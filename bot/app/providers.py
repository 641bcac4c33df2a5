"""The makers of calendars that accounts can be linked with, each as one bundle.

Their libraries are loaded when somebody uses them: neither the first prompt nor a house without
linked accounts waits for them.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.settings import Settings
from calendar_core.changes.change import Write
from calendar_core.changes.confirmed import ConfirmedChange
from calendar_core.changes.limits import check_all
from calendar_core.changes.writer import CalendarWriter, Written
from calendar_core.clock import Clock
from calendar_core.colleagues import Colleagues
from calendar_core.database import Database
from calendar_core.events import Calendar, CalendarId
from calendar_core.linking import Connections, Linking
from calendar_core.people import PersonId
from calendar_core.rooms import Rooms
from calendar_core.sync.reader import CalendarReader, Page
from calendar_core.sync.watcher import Watcher
from calendar_core.when import TimeSpan


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A maker of calendars: the reader goes to syncing, the writer to the desk."""

    name: str
    reader: CalendarReader
    writer: CalendarWriter
    linking: Linking
    watcher: Watcher | None = None
    """Tells of changes, where the maker can."""
    colleagues: Colleagues | None = None
    """Asks when others of the same organization are taken, where the maker can."""
    rooms: Rooms | None = None
    """Asks which rooms of the organization can be booked, where the maker can."""
    objects: Callable[[Write], None] | None = None
    """Raises NotAllowed for a write that the maker has no place for, known without asking it."""
    close: Callable[[], None] = lambda: None


MakeProvider = Callable[[Connections, Database], Provider]
"""Makes one; may take a second, and is called in a thread."""


class Late:
    """A provider that is made when it is first used. Its reader, writer and limits, by shape."""

    def __init__(
        self, name: str, make: MakeProvider, connections: Connections, database: Database
    ) -> None:
        self.name = name
        self._make = make
        self._connections = connections
        self._database = database
        self._made: Provider | None = None
        self._turn = asyncio.Lock()

    async def made(self) -> Provider:
        """The provider itself."""
        async with self._turn:
            if self._made is None:
                self._made = await asyncio.to_thread(self._make, self._connections, self._database)
            return self._made

    def close(self) -> None:
        """Close what it holds open."""
        if self._made is not None:
            self._made.close()

    async def calendars(self, owner: PersonId) -> tuple[Calendar, ...]:
        """As `CalendarReader`."""
        return await (await self.made()).reader.calendars(owner)

    async def changes_since(
        self, calendar_id: CalendarId, cursor: str | None
    ) -> AsyncIterator[Page]:
        """As `CalendarReader`."""
        async for page in (await self.made()).reader.changes_since(calendar_id, cursor):
            yield page

    async def busy(self, calendar_id: CalendarId, span: TimeSpan) -> tuple[TimeSpan, ...]:
        """As `CalendarReader`."""
        return await (await self.made()).reader.busy(calendar_id, span)

    async def apply(self, change: ConfirmedChange) -> tuple[Written, ...]:
        """As `CalendarWriter`."""
        return await (await self.made()).writer.apply(change)

    async def check(self, calendar_id: CalendarId, writes: Sequence[Write]) -> None:
        """As `Limits`."""
        objects = (await self.made()).objects
        if objects is not None:
            await asyncio.to_thread(check_all, writes, objects)


def makers(settings: Settings, clock: Clock | None = None) -> Mapping[str, MakeProvider]:
    """All that accounts can be linked with, by the names that calendars have of them; `clock` is
    the house's, where that is not the machine's."""
    found = {"caldav": caldav(settings), "feed": feed(settings)}
    if settings.google_client_id and settings.google_client_secret:
        found["google"] = google(settings)
    if settings.microsoft_client_id:
        found["microsoft"] = microsoft(settings, clock)
    return found


def microsoft(settings: Settings, clock: Clock | None = None) -> MakeProvider:
    """Microsoft 365 and Outlook.com, by way of the app that the operator registered there."""

    def make(connections: Connections, database: Database) -> Provider:
        from calendar_core.clock import SystemClock
        from calendar_core.providers.microsoft.client import Graph
        from calendar_core.providers.microsoft.colleagues import MicrosoftColleagues
        from calendar_core.providers.microsoft.connecting import Mailboxes
        from calendar_core.providers.microsoft.limits import object_to
        from calendar_core.providers.microsoft.linking import MicrosoftLinking
        from calendar_core.providers.microsoft.login import App, Login
        from calendar_core.providers.microsoft.mirrored import MirroredEvents
        from calendar_core.providers.microsoft.reader import MicrosoftReader
        from calendar_core.providers.microsoft.rooms import MicrosoftRooms
        from calendar_core.providers.microsoft.tokens import Tokens
        from calendar_core.providers.microsoft.watcher import MicrosoftWatcher
        from calendar_core.providers.microsoft.writer import MicrosoftWriter

        secret = settings.microsoft_client_secret
        app = App(
            client_id=settings.microsoft_client_id or "",
            secret=secret.get_secret_value() if secret else None,
            authority=settings.microsoft_authority,
            api=settings.graph_api_url,
            ca_file=settings.ssl_cert_file,
        )
        login, graph = Login(app), Graph(app.api, ca_file=app.ca_file)
        mailboxes = Mailboxes(graph, Tokens(login, connections), connections)
        # Which months are read, and until when promises are asked for, goes by the house's clock.
        now = clock or SystemClock()

        def close() -> None:
            login.close()
            graph.close()

        return Provider(
            name="microsoft",
            reader=MicrosoftReader(mailboxes, MirroredEvents(database), now),
            writer=MicrosoftWriter(mailboxes, now),
            linking=MicrosoftLinking(graph, login),
            watcher=MicrosoftWatcher(mailboxes, now),
            colleagues=MicrosoftColleagues(mailboxes),
            rooms=MicrosoftRooms(mailboxes),
            objects=object_to,
            close=close,
        )

    return make


def google(settings: Settings) -> MakeProvider:
    """Google Calendar, by way of the app that the operator registered there."""

    def make(connections: Connections, database: Database) -> Provider:
        from calendar_core.clock import SystemClock
        from calendar_core.providers.google.app import App
        from calendar_core.providers.google.client import Google
        from calendar_core.providers.google.colleagues import GoogleColleagues
        from calendar_core.providers.google.limits import object_to
        from calendar_core.providers.google.linking import GoogleLinking
        from calendar_core.providers.google.mirrored import MirrorRows
        from calendar_core.providers.google.reader import GoogleReader
        from calendar_core.providers.google.rooms import GoogleRooms
        from calendar_core.providers.google.watcher import GoogleWatcher
        from calendar_core.providers.google.writer import GoogleWriter

        secret = settings.google_client_secret
        app = App(
            client_id=settings.google_client_id or "",
            client_secret=secret.get_secret_value() if secret else "",
            api_url=settings.google_api_url,
            auth_url=settings.google_auth_url,
            token_url=settings.google_token_url,
            ca_file=settings.ssl_cert_file,
        )
        # Tokens live by the machine's clock, whatever the house's says.
        door = Google(app, connections, SystemClock())
        return Provider(
            name="google",
            reader=GoogleReader(door, connections, MirrorRows(database)),
            writer=GoogleWriter(door, connections),
            linking=GoogleLinking(door),
            watcher=GoogleWatcher(door, connections),
            colleagues=GoogleColleagues(door),
            rooms=GoogleRooms(door),
            objects=object_to,
            close=door.close,
        )

    return make


def caldav(settings: Settings) -> MakeProvider:
    """CalDAV servers, iCloud among them; those in private networks only where the operator allows
    it."""

    def make(connections: Connections, database: Database) -> Provider:
        from calendar_core.clock import SystemClock
        from calendar_core.providers.caldav.client import Doors
        from calendar_core.providers.caldav.colleagues import CalDavColleagues
        from calendar_core.providers.caldav.dns import SystemNames
        from calendar_core.providers.caldav.linking import CalDavLinking
        from calendar_core.providers.caldav.reader import CalDavReader
        from calendar_core.providers.caldav.versions import MirroredVersions
        from calendar_core.providers.caldav.wire import Outside
        from calendar_core.providers.caldav.writer import CalDavWriter

        doors = Doors(Outside(private=settings.allow_private, ca_file=settings.ssl_cert_file))
        return Provider(
            name="caldav",
            reader=CalDavReader(doors, connections, MirroredVersions(database)),
            writer=CalDavWriter(doors, connections),
            linking=CalDavLinking(doors, SystemNames()),
            colleagues=CalDavColleagues(doors, connections, SystemClock()),
            close=doors.close,
        )

    return make


def feed(settings: Settings) -> MakeProvider:
    """Calendars that are given out as one .ics file at an address, read-only; of private networks
    only where the operator allows it."""

    def make(connections: Connections, database: Database) -> Provider:
        from calendar_core.outside import Outside
        from calendar_core.providers.feed.client import LARGEST, Feeds
        from calendar_core.providers.feed.linking import FeedLinking
        from calendar_core.providers.feed.reader import FeedReader
        from calendar_core.providers.feed.writer import FeedWriter
        from calendar_core.sync.versions import MirroredVersions

        outside = Outside(
            private=settings.allow_private,
            ca_file=settings.ssl_cert_file,
            longest=90.0,
            largest=LARGEST,
        )
        feeds = Feeds(outside)
        return Provider(
            name="feed",
            reader=FeedReader(feeds, connections, MirroredVersions(database)),
            writer=FeedWriter(),
            linking=FeedLinking(feeds, outside),
        )

    return make
