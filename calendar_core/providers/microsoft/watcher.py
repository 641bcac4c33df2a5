"""Being told by Graph that something changed on a calendar: subscriptions, renewed before they end.

Graph looks whether we are there before it promises anything, tells of changes without saying what
they are, and of what becomes of its promise (lifecycle events).
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from calendar_core.clock import Clock
from calendar_core.errors import BadCalendarData, NotAllowed, NotFound
from calendar_core.events import CalendarId
from calendar_core.providers.microsoft.client import Refused, segment
from calendar_core.providers.microsoft.connecting import Mailboxes
from calendar_core.providers.microsoft.zones import parsed, stamp
from calendar_core.sync.watcher import Notification, Told, Watch

LASTS = timedelta(days=6)
"""How long a promise is asked for: below the 10,080 minutes that Graph gives for events."""
_CONFLICT = 409
_PLAIN = "=+-_"
"""Letters of an id that are told as they are where it stands in a resource's name."""
_LARGEST = 1024 * 1024
"""Bytes of a notification."""


class MicrosoftWatcher:
    """Watches calendars that people linked from Microsoft."""

    def __init__(self, mailboxes: Mailboxes, clock: Clock) -> None:
        self._mailboxes = mailboxes
        self._clock = clock

    async def watch(self, calendar_id: CalendarId, address: str, *, id: str, secret: str) -> Watch:
        """Have changes told to an address. Raises NotAllowed (Graph does not reach the address, or
        tells nothing of this calendar), NotFound, SignInNeeded, TryLater."""
        if not address.startswith("https://") and not _is_loopback(address):
            raise NotAllowed("Microsoft tells changes to https addresses alone.")
        collection, connection = await self._mailboxes.collection(calendar_id)
        until = self._clock.now() + LASTS
        resource = f"me/calendars/{quote(connection.remote, safe=_PLAIN)}/events"
        body = {
            "changeType": "created,updated,deleted",
            "resource": resource,
            "notificationUrl": address,
            "lifecycleNotificationUrl": address,
            "expirationDateTime": stamp(until),
            "clientState": secret,
        }
        try:
            made = await collection.mailbox.post("/subscriptions", body)
        except Refused as err:
            if err.status != _CONFLICT:
                raise
            await self._end_others(calendar_id, resource)
            made = await collection.mailbox.post("/subscriptions", body)
        remote = str(made.get("id") or "")
        if not remote:
            raise NotAllowed("Microsoft promises nothing for this calendar.")
        return Watch(
            id=id,
            calendar_id=calendar_id,
            remote=remote,
            secret=secret,
            until=_until(made, until),
        )

    async def renew(self, watch: Watch, address: str, *, id: str, secret: str) -> Watch:
        """Prolong a promise; one that is gone is made anew, under the given id. Raises as
        `watch`."""
        collection, _ = await self._mailboxes.collection(watch.calendar_id)
        until = self._clock.now() + LASTS
        try:
            told = await collection.mailbox.patch(
                f"/subscriptions/{segment(watch.remote)}", {"expirationDateTime": stamp(until)}
            )
        except NotFound:
            return await self.watch(watch.calendar_id, address, id=id, secret=secret)
        return replace(watch, until=_until(told, until))

    async def stop(self, watch: Watch) -> None:
        """End it; one that is gone is ended. Raises SignInNeeded, TryLater."""
        try:
            collection, _ = await self._mailboxes.collection(watch.calendar_id)
        except NotFound:
            return
        await collection.mailbox.delete(f"/subscriptions/{segment(watch.remote)}")

    def read_notification(
        self, headers: Mapping[str, str], query: Mapping[str, str], body: bytes
    ) -> Notification:
        """What a request says: a look whether we are there, changes, or what becomes of promises.
        Raises BadCalendarData for what is none."""
        token = query.get("validationToken")
        if token is not None:
            return Notification(echo=token)
        try:
            items = json.loads(body[:_LARGEST])["value"]
            told = tuple(_told(one) for one in items)
        except (ValueError, KeyError, TypeError, AttributeError) as err:
            raise BadCalendarData("This is no notification of Microsoft's.") from err
        return Notification(told=told)

    async def _end_others(self, calendar_id: CalendarId, resource: str) -> None:
        """End what we were promised before for the same calendar, and forgot."""
        collection, _ = await self._mailboxes.collection(calendar_id)
        for one in await collection.mailbox.listed("/subscriptions", size=100):
            if str(one.get("resource") or "").lstrip("/") == resource:
                await collection.mailbox.delete(f"/subscriptions/{segment(str(one['id']))}")


def _told(item: Any) -> Told:
    remote, secret = str(item["subscriptionId"]), str(item.get("clientState") or "")
    match item.get("lifecycleEvent"):
        case None:
            return Told(remote=remote, secret=secret)
        case "reauthorizationRequired":
            return Told(remote=remote, secret=secret, changed=False, renew=True)
        case "subscriptionRemoved":
            return Told(remote=remote, secret=secret, lapsed=True)
        case _:
            # `missed`, and whatever else may come: there may be something to read.
            return Told(remote=remote, secret=secret)


def _until(told: Mapping[str, Any], wanted: datetime) -> datetime:
    try:
        until = parsed(str(told["expirationDateTime"]))
    except (KeyError, ValueError):
        return wanted
    return until if until.tzinfo else until.replace(tzinfo=UTC)


def _is_loopback(address: str) -> bool:
    return address.startswith(("http://127.0.0.1:", "http://localhost:", "http://[::1]:"))
