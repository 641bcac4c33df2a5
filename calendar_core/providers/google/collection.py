"""One calendar at Google: its events by id, by UID, by what changed, one occurrence of a series.

Every request of events that this room makes is here; what answers mean for a change is `writer`.
https://developers.google.com/workspace/calendar/api/v3/reference/events
"""

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any

from calendar_core.errors import NotFound, TryLater
from calendar_core.events import RecurrenceId
from calendar_core.linking import Connection
from calendar_core.providers.google.client import Google
from calendar_core.providers.google.ids import id_for
from calendar_core.providers.google.mapping import Json, Place, place_of
from calendar_core.providers.google.refusals import Malformed
from calendar_core.providers.google.series import Series, series_of
from calendar_core.providers.google.times import UTC_ZONE, told
from calendar_core.when import TimeSpan

PAGE = 1000
_MOST_PAGES = 4000
_MOST_INSTANCES = 40
"""Pages of occurrences that are looked through for one, where Google does not go to it at once."""
_KIND = "calendar#events"
_NEAR = timedelta(days=1)
_CHUNK = timedelta(days=60)
"""The longest stretch that is asked about at once; Google refuses more than some months."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """One page of a list of events."""

    items: tuple[Json, ...]
    place: Place
    token: str | None
    """On the last page: the sync token."""


class Collection:
    """A calendar, reached with its owner's account."""

    def __init__(self, google: Google, connection: Connection, *, page: int = PAGE) -> None:
        self._google = google
        self._account = connection.account.id
        self._page = page
        self.remote = connection.remote
        self.free_busy_only = connection.account.free_busy_only
        self.pause = google.app.pause

    async def changes(self, token: str | None) -> AsyncIterator[Slice]:
        """What changed since a sync token, or all, a page at a time. Raises Gone or Malformed for a
        token that is no longer accepted, and as `Google.ask`."""
        fixed = {"syncToken": token} if token else {}
        async for one in self._listed(fixed):
            yield one

    async def of_uid(self, ical_uid: str, *, deleted: bool = True) -> tuple[list[Json], Place]:
        """All events with an iCalendar UID: the master, its changed and its cancelled ones."""
        items: list[Json] = []
        place = None
        async for one in self._listed({"iCalUID": ical_uid, "showDeleted": deleted}):
            # A server that does not know the filter tells of all.
            items += (item for item in one.items if item.get("iCalUID") in (None, ical_uid))
            place = one.place
        return items, place or await self.place()

    async def place(self) -> Place:
        """The calendar's zone, and what it lets see, as its latest list told."""
        known = self._google.remembered(self._account, self.remote)
        if known is not None:
            return known
        async for one in self._listed({"iCalUID": "none"}):
            return one.place
        raise TryLater("Google's list of events broke off.")

    async def _listed(self, fixed: Mapping[str, Any]) -> AsyncIterator[Slice]:
        page: str | None = None
        for _ in range(_MOST_PAGES):
            asked = dict(fixed) | ({"pageToken": page} if page else {})
            said = await self._google.ask(
                self._account,
                partial(_list, self.remote, self._page, asked),
            )
            items = said.get("items", [])
            page = said.get("nextPageToken") or None
            token = said.get("nextSyncToken") or None
            if not isinstance(items, list) or said.get("kind", "calendar#events") != _KIND:
                raise TryLater("Google's list of events makes no sense.")
            place = place_of(self.remote, said)
            self._google.remember(self._account, place)
            yield Slice(
                items=tuple(one for one in items if isinstance(one, dict) and one.get("id")),
                place=place,
                token=None if page else token,
            )
            if page is None:
                return
        raise TryLater("Google's list of events has no end.")

    async def get(self, id_: str) -> Json | None:
        """An event, also a deleted one; None for an id that was never used."""
        with contextlib.suppress(NotFound):
            return await self._google.ask(
                self._account,
                lambda service: service.events().get(calendarId=self.remote, eventId=id_),
            )
        return None

    async def series(self, id_: str, uid: str) -> tuple[Series, Place, Json | None]:
        """All of an event, by its id or else by its UID, and the event that stands under the id,
        deleted or not."""
        master = await self.get(id_ or id_for(uid)) if id_ or uid else None
        if master is not None and (
            master.get("status") == "cancelled" or not master.get("recurrence")
        ):
            place = await self.place()
            return series_of(master["id"], [master], place), place, master
        ical_uid = str((master or {}).get("iCalUID") or uid)
        if not ical_uid:
            place = await self.place()
            return series_of(id_, (), place), place, None
        items, place = await self.of_uid(ical_uid)
        if master is None:
            found = _series_id(items, id_ or id_for(uid))
            master = next((one for one in items if one["id"] == found), None)
            return series_of(found, items, place), place, master
        # The master as it was just read: it may have changed between the two.
        rest = [one for one in items if one["id"] != master["id"]]
        return series_of(master["id"], [*rest, master], place), place, master

    async def occurrence(self, id_: str, original: RecurrenceId) -> Json | None:
        """An occurrence of a series by its original start, cancelled ones too; None where the
        series has none there."""
        start = told(_as_time(original), UTC_ZONE).at
        day = start if isinstance(start, datetime) else datetime.combine(start, time(), UTC)
        near = {"timeMin": (day - _NEAR).isoformat(), "timeMax": (day + _NEAR).isoformat()}
        # The first goes to it at once; should the two tell the same start in other words, the
        # second finds it where its series has it.
        for fixed in ({"originalStart": start.isoformat()}, near):
            found = await self._instance(id_, original, {**fixed, "showDeleted": True})
            if found is not None:
                return found
        return None

    async def _instance(
        self, id_: str, original: RecurrenceId, fixed: Mapping[str, Any]
    ) -> Json | None:
        page: str | None = None
        for _ in range(_MOST_INSTANCES):
            asked = {**fixed, **({"pageToken": page} if page else {})}
            try:
                said = await self._google.ask(
                    self._account, partial(_instances, self.remote, id_, self._page, asked)
                )
            except (NotFound, Malformed):
                return None
            place = place_of(self.remote, said)
            for one in said.get("items", ()):
                if told(one.get("originalStartTime"), place.zone).rid == original:
                    found: Json = one
                    return found
            page = said.get("nextPageToken")
            if not page:
                return None
        return None

    async def insert(self, body: Json, mails: str) -> Json:
        """A new event, under the id in `body`."""
        return await self._google.ask(
            self._account,
            lambda service: service.events().insert(
                calendarId=self.remote, body=body, sendUpdates=mails, conferenceDataVersion=1
            ),
        )

    async def patch(self, id_: str, body: Json, mails: str, etag: str) -> Json:
        """Some fields of an event, if it is still of that version."""
        return await self._google.ask(
            self._account,
            lambda service: service.events().patch(
                calendarId=self.remote,
                eventId=id_,
                body=body,
                sendUpdates=mails,
                conferenceDataVersion=1,
            ),
            {"If-Match": etag} if etag else {},
        )

    async def delete(self, id_: str, mails: str, etag: str) -> None:
        """Let an event go, if it is still of that version; one that is gone is gone."""
        with contextlib.suppress(NotFound):
            await self._google.ask(
                self._account,
                lambda service: service.events().delete(
                    calendarId=self.remote, eventId=id_, sendUpdates=mails
                ),
                {"If-Match": etag} if etag else {},
            )


def stretches(span: TimeSpan) -> list[TimeSpan]:
    """A long stretch in pieces that may be asked about at once."""
    found = []
    at, end = span.start.astimezone(UTC), span.end.astimezone(UTC)
    while at < end:
        until = min(at + _CHUNK, end)
        found.append(TimeSpan(start=at, end=until))
        at = until
    return found


def _list(remote: str, page: int, asked: Mapping[str, Any], service: Any) -> Any:
    # The same parameters each time: a sync token holds for those that it was got with.
    return service.events().list(calendarId=remote, singleEvents=False, maxResults=page, **asked)


def _instances(remote: str, id_: str, page: int, asked: Mapping[str, Any], service: Any) -> Any:
    return service.events().instances(calendarId=remote, eventId=id_, maxResults=page, **asked)


def _series_id(items: list[Json], otherwise: str) -> str:
    """Which event is the series, of all that have one UID."""
    masters = [one for one in items if not one.get("recurringEventId")]
    living = [one["id"] for one in masters if one.get("status") != "cancelled"]
    named = [str(one["recurringEventId"]) for one in items if one.get("recurringEventId")]
    return next(iter([*living, *named, *(one["id"] for one in masters)]), otherwise)


def _as_time(original: RecurrenceId) -> Json:
    return {"date": original} if len(original) == 10 else {"dateTime": original}
