"""`calendarList`, `freebusy`, and push channels."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp

from tests.servers.google import checking, expanding
from tests.servers.google.errors import Refusal, bad
from tests.servers.google.world import Account, Held, World, instance

Json = dict[str, Any]
_LONGEST = timedelta(days=92)
_WEEK = timedelta(days=7)


@dataclass
class Channel:
    """Where changes of a calendar are told."""

    id: str
    token: str
    address: str
    calendar: str
    resource: str
    until: datetime
    number: int = 0


@dataclass
class Others:
    """What is not about single events."""

    world: World
    longest_page: int = 250
    channels: dict[str, Channel] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    telling: set["asyncio.Task[None]"] = field(default_factory=set)
    unwatchable: set[str] = field(default_factory=set)

    def calendar_list(self, account: Account, query: Json) -> Json:
        """`calendarList.list`."""
        listed = [self._entry(account, id_, role) for id_, role in account.roles.items()]
        first = int(query.get("pageToken") or 0)
        size = min(int(query.get("maxResults", 100)), 250, self.longest_page)
        answer: Json = {"kind": "calendar#calendarList", "items": listed[first : first + size]}
        if first + size < len(listed):
            return {**answer, "nextPageToken": str(first + size)}
        return {**answer, "nextSyncToken": "list"}

    def _entry(self, account: Account, id_: str, role: str) -> Json:
        held = self.world.calendars[id_]
        entry = {
            "kind": "calendar#calendarListEntry",
            "id": id_,
            "summary": held.summary,
            "timeZone": held.zone,
            "accessRole": role,
            "backgroundColor": "#9fe1e7",
            "defaultReminders": held.default_reminders,
        }
        return {**entry, "primary": True} if id_ == account.email else entry

    def free_busy(self, account: Account, body: Json) -> Json:
        """`freebusy.query`."""
        start, end = (datetime.fromisoformat(body[name]) for name in ("timeMin", "timeMax"))
        if end <= start:
            raise bad("timeRangeEmpty", "The specified time range is empty.")
        if end - start > _LONGEST:
            raise bad("timeRangeTooLong", "The requested time range is too long.")
        if len(body["items"]) > 50:
            raise bad("tooManyCalendarsRequested", "Too many calendars requested.")
        told: Json = {}
        for one in body["items"]:
            held = self.world.calendars.get(one["id"])
            if held is None:
                error = {"domain": "global", "reason": "notFound"}
                told[one["id"]] = {"errors": [error], "busy": []}
            else:
                claims = [*_claims(held), *self._booked(one["id"])]
                told[one["id"]] = {"busy": list(_busy(claims, start, end))}
        return {
            "kind": "calendar#freeBusy",
            "timeMin": body["timeMin"],
            "timeMax": body["timeMax"],
            "calendars": told,
        }

    def _booked(self, room: str) -> Any:
        """When a room is taken by events that invite it, on whichever calendar."""
        if not room.lower().endswith(checking.OF_ROOMS):
            return
        for held in self.world.calendars.values():
            asked = [
                item
                for item in held.events.values()
                if any(one["email"].lower() == room for one in item.get("attendees") or ())
            ]
            yield from _claimed(held, asked)

    def watch(self, calendar: Held, body: Json) -> Json:
        """`events.watch`."""
        if body.get("type") not in ("web_hook", "webhook"):
            raise bad("invalid", "Unknown channel type.")
        if calendar.id in self.unwatchable:
            raise bad("pushNotSupportedForRequestedResource")
        if not body["address"].startswith(("https://", "http://127.0.0.1:")):
            raise bad("webhookUrlNotHttps", "WebHook callback must be HTTPS.")
        if len(body["id"]) > 64 or len(body.get("token", "")) > 256:
            raise bad("invalid", "Channel id or token too long.")
        if body["id"] in self.used:
            raise bad("channelIdNotUnique", "Channel id not unique.")
        self.used.add(body["id"])
        made = Channel(
            id=body["id"],
            token=body.get("token", ""),
            address=body["address"],
            calendar=calendar.id,
            resource=f"resource-{calendar.id}",
            until=self.world.now() + _WEEK,
        )
        self.channels[made.id] = made
        self._tell(made, "sync")
        return {
            "kind": "api#channel",
            "id": made.id,
            "resourceId": made.resource,
            "resourceUri": f"https://www.googleapis.com/calendar/v3/calendars/{calendar.id}/events",
            "token": made.token,
            "expiration": str(int(made.until.timestamp() * 1000)),
        }

    def stop(self, body: Json) -> None:
        """`channels.stop`."""
        held = self.channels.get(body["id"])
        if held is None or held.resource != body["resourceId"]:
            raise Refusal(404, "notFound", f"Channel '{body['id']}' not found")
        del self.channels[body["id"]]

    def changed(self, calendar: Held) -> None:
        """Tell those who watch a calendar."""
        for one in list(self.channels.values()):
            if one.calendar == calendar.id and one.until > self.world.now():
                self._tell(one, "exists")

    def _tell(self, channel: Channel, state: str) -> None:
        channel.number += 1
        headers = {
            "X-Goog-Channel-ID": channel.id,
            "X-Goog-Channel-Token": channel.token,
            "X-Goog-Channel-Expiration": channel.until.strftime("%a, %d %b %Y %H:%M:%S GMT"),
            "X-Goog-Resource-ID": channel.resource,
            "X-Goog-Resource-URI": f"https://www.googleapis.com/calendar/v3/{channel.calendar}",
            "X-Goog-Resource-State": state,
            "X-Goog-Message-Number": str(channel.number),
        }
        task = asyncio.create_task(_post(channel.address, headers))
        self.telling.add(task)
        task.add_done_callback(self.telling.discard)


async def _post(address: str, headers: dict[str, str]) -> None:
    try:
        async with aiohttp.ClientSession() as session, session.post(address, headers=headers):
            return
    except aiohttp.ClientError:
        return


def _busy(claims: Any, start: datetime, end: datetime) -> Any:
    spans = sorted(
        (max(low, start), min(high, end)) for low, high in claims if low < end and start < high
    )
    for low, high in spans:
        yield {"start": _told(low), "end": _told(high)}


def _claims(held: Held) -> Any:
    return _claimed(held, held.events.values())


def _claimed(held: Held, items: Iterable[Json]) -> Any:
    zone = ZoneInfo(held.zone)
    for item in items:
        for one in occurrences(held, item):
            mine = [a for a in checking.told(one, held).get("attendees") or () if a.get("self")]
            declined = any(a["responseStatus"] == "declined" for a in mine)
            free = one.get("transparency") == "transparent" or declined
            if not free and one["status"] != "cancelled":
                yield expanding.at(one["start"], zone), expanding.at(one["end"], zone)


def occurrences(held: Held, item: Json) -> Any:
    """What happens of an event: itself, or what its series makes and nobody changed."""
    if not item.get("recurrence") or item["status"] == "cancelled":
        yield item
        return
    own = {one["id"] for one in held.exceptions(item["id"])}
    for start in expanding.starts(item):
        made = instance(item, start)
        if made["id"] not in own:
            yield made


def _told(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
