"""Being told by Google that a calendar changed: push channels.

A channel can't be prolonged: a new one is made before the old one ends. What is told has no body;
it says that there is something to read.
https://developers.google.com/workspace/calendar/api/guides/push
"""

import contextlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from calendar_core.errors import BadCalendarData, NotAllowed, NotFound, TryLater
from calendar_core.events import CalendarId
from calendar_core.linking import Connections
from calendar_core.providers.google.client import Google
from calendar_core.providers.google.refusals import Malformed
from calendar_core.sync.watcher import Notification, Told, Watch

_STATES = ("sync", "exists", "not_exists")
_LONGEST = timedelta(days=60)


class GoogleWatcher:
    """Watches the calendars that people linked from Google."""

    def __init__(self, google: Google, connections: Connections) -> None:
        self._google = google
        self._connections = connections

    async def watch(self, calendar_id: CalendarId, address: str, *, id: str, secret: str) -> Watch:
        """Have changes told to an address (https). Raises NotAllowed (this calendar can't be
        watched), NotFound, SignInNeeded, TryLater."""
        connection = await self._connections.connection(calendar_id)
        body = {"id": id, "type": "web_hook", "address": address, "token": secret}
        told = await self._google.ask(
            connection.account.id,
            lambda service: service.events().watch(calendarId=connection.remote, body=body),
        )
        if not told.get("resourceId"):
            raise TryLater("Google's answer makes no sense.")
        return Watch(
            id=id,
            calendar_id=calendar_id,
            remote=str(told["resourceId"]),
            secret=secret,
            until=_until(told.get("expiration"), self._google.clock.now()),
        )

    async def renew(self, watch: Watch, address: str, *, id: str, secret: str) -> Watch:
        """A new channel, and then the end of the old one; for a moment both may tell. Raises as
        `watch`."""
        made = await self.watch(watch.calendar_id, address, id=id, secret=secret)
        # The old one ends by itself as well.
        with contextlib.suppress(TryLater, NotAllowed):
            await self.stop(watch)
        return made

    async def stop(self, watch: Watch) -> None:
        """End it; one that is gone is ended. Raises SignInNeeded, TryLater."""
        with contextlib.suppress(NotFound, Malformed):
            connection = await self._connections.connection(watch.calendar_id)
            body = {"id": watch.id, "resourceId": watch.remote}
            await self._google.ask(
                connection.account.id, lambda service: service.channels().stop(body=body)
            )

    def read_notification(
        self, headers: Mapping[str, str], query: Mapping[str, str], body: bytes
    ) -> Notification:
        """What a request says; header names in lower case. Pure. Raises BadCalendarData for what
        is none."""
        state = headers.get("x-goog-resource-state", "").lower()
        channel = headers.get("x-goog-channel-id", "")
        if not channel or state not in _STATES:
            raise BadCalendarData("That is no notification of Google's.")
        told = Told(
            remote=headers.get("x-goog-resource-id", ""),
            watch_id=channel,
            secret=headers.get("x-goog-channel-token", ""),
            # The first message only says that the channel is there.
            changed=state != "sync",
        )
        return Notification(told=(told,))


def _until(expiration: object, now: datetime) -> datetime:
    """When a channel ends: milliseconds since 1970, as text. Without it Google's usual week, and
    some caution."""
    said = str(expiration)
    if not (said.isascii() and said.isdigit() and len(said) < 16):
        return now + timedelta(days=1)
    return min(datetime.fromtimestamp(int(said) / 1000, UTC), now + _LONGEST)
