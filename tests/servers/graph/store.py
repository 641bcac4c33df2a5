"""All mailboxes of a Graph server (`records`), and what is done to them."""

import html
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from tests.servers.graph import occurring
from tests.servers.graph.records import Box, Record, bad, zone_of

Json = dict[str, Any]
START_OF_TIME = datetime(2026, 1, 1, tzinfo=UTC)
_FAR = datetime(2030, 1, 1, tzinfo=UTC)
CUSTOM = "tzone://Microsoft/Custom"
_PLAIN = {
    "subject": "",
    "importance": "normal",
    "sensitivity": "normal",
    "showAs": "busy",
    "isReminderOn": True,
    "reminderMinutesBeforeStart": 15,
    "categories": [],
    "responseRequested": True,
    "allowNewTimeProposals": True,
    "hideAttendees": False,
    "location": {"displayName": "", "locationType": "default"},
    "attendees": [],
    "isOnlineMeeting": False,
    "onlineMeetingProvider": "unknown",
}
WRITABLE = {
    *_PLAIN,
    *("body", "start", "end", "isAllDay", "recurrence", "singleValueExtendedProperties"),
    *("locations", "originalStartTimeZone", "transactionId"),
}
_CHOICES = {
    "showAs": {"free", "tentative", "busy", "oof", "workingElsewhere", "unknown"},
    "sensitivity": {"normal", "personal", "private", "confidential"},
    "importance": {"low", "normal", "high"},
}
_LOCATION = {
    *("displayName", "locationUri", "locationType", "address", "locationEmailAddress"),
}
_PROPERTY = re.compile(r"(String|Integer|Boolean) \{[0-9a-fA-F-]{36}\} (Name [\w.:-]+|Id 0x\w+)")


@dataclass
class Store:
    """All mailboxes, and the count of changes."""

    boxes: dict[str, Box] = field(default_factory=dict)
    changes: int = 0
    numbers: int = 0
    mails: list[tuple[str, str, str]] = field(default_factory=list)
    """What was mailed: to whom, what, subject."""
    gone: dict[int, tuple[str, int]] = field(default_factory=dict)
    """Of deleted records: calendar and version."""

    def tick(self) -> int:
        self.changes += 1
        return self.changes

    def add_box(self, mail: str, name: str) -> Box:
        box = self.boxes[mail] = Box(mail, name)
        self.add_calendar(box, "Calendar", isDefaultCalendar=True)
        return box

    def add_calendar(self, box: Box, name: str, **more: Any) -> str:
        """A calendar; its id."""
        self.numbers += 1
        id_ = f"AAMkAGcal{self.numbers:06d}+/="
        box.calendars[id_] = {
            "id": id_,
            "name": name,
            "color": "auto",
            "hexColor": "",
            "isDefaultCalendar": False,
            "canShare": True,
            "canViewPrivateItems": True,
            "canEdit": True,
            "allowedOnlineMeetingProviders": ["teamsForBusiness"],
            "defaultOnlineMeetingProvider": "teamsForBusiness",
            "isRemovable": True,
            "owner": {"name": box.name, "address": box.mail},
            **more,
        }
        return id_

    def create(self, box: Box, calendar: str, said: Json) -> Record:
        """An event as a POST makes it; the same transaction makes it once."""
        transaction = said.get("transactionId")
        for one in box.records.values():
            if transaction and one.transaction == transaction:
                return one
        wanted = said.get("onlineMeetingProvider", "unknown")
        if wanted not in ("unknown", *box.calendars[calendar]["allowedOnlineMeetingProviders"]):
            raise bad("ErrorInvalidArgument", f"no meetings of {wanted} here")
        for name in ("start", "end"):
            if name not in said:
                raise bad("ErrorPropertyValidationFailure", f"{name} is wanted")
        self.numbers += 1
        record = Record(
            number=self.numbers,
            owner=box.mail,
            calendar=calendar,
            fields={name: said.get(name, value) for name, value in _PLAIN.items()},
            body="",
            start=START_OF_TIME,
            end=START_OF_TIME,
            zone="UTC",
            all_day=False,
            recurrence=None,
            ical_uid=f"040000008200E00074C5B7101A82E008{self.numbers:032X}",
            transaction=transaction,
            properties={},
            organizer=box.calendars[calendar]["owner"]["address"],
        )
        self.write(record, {**said, "transactionId": None}, is_new=True)
        box.records[record.number] = record
        self._mail(record, "invitation")
        return record

    def write(self, record: Record, said: Json, *, is_new: bool = False) -> None:
        """What a PATCH of an event or a master does."""
        _check(said, record, is_new=is_new)
        was = (record.start, record.end, record.zone, record.recurrence)
        _set_times(record, said)
        if "recurrence" in said:
            record.recurrence = said["recurrence"]
        _check_recurrence(record)
        if record.recurrence is not None and not is_new and self._is_other(record, was):
            # Exchange forgets the exceptions of a series whose times or rule change.
            record.exceptions.clear()
            record.deleted.clear()
        _set_plain(record, record.fields, said)
        if "body" in said:
            record.body = _as_html(said["body"])
        self._meet(record, said, is_new=is_new)
        for one in said.get("singleValueExtendedProperties", ()):
            record.properties[one["id"]] = one["value"]
        record.version = record.content = self.tick()

    def _is_other(self, record: Record, was: tuple[Any, ...]) -> bool:
        return was != (record.start, record.end, record.zone, record.recurrence)

    def write_occurrence(self, record: Record, day: date, said: Json) -> None:
        """What a PATCH of one occurrence does."""
        if "recurrence" in said or "singleValueExtendedProperties" in said:
            raise bad("ErrorInvalidRequest", "not of an occurrence")
        _check(said, record, is_new=False)
        own = record.exceptions.setdefault(day, {"fields": {}})
        start, end = record.span(day)
        moved = Record(**{**record.__dict__, "start": start, "end": end})
        _set_times(moved, said)
        if {"start", "end"} & said.keys():
            own["start"], own["end"] = moved.start, moved.end
        if "isAllDay" in said and said["isAllDay"] != record.all_day:
            raise bad("ErrorInvalidRequest", "an occurrence stays as its series is")
        _set_plain(record, own["fields"], said)
        if "body" in said:
            own["body"] = _as_html(said["body"])
        own["version"] = record.version = self.tick()
        self._mail(record, "update")

    def delete(self, box: Box, record: Record, day: date | None) -> None:
        """Take away an event, a series or one occurrence."""
        if day is not None:
            record.exceptions.pop(day, None)
            record.deleted.add(day)
            record.version = self.tick()
            if not record.days(_FAR):
                # With its last occurrence a series goes.
                del box.records[record.number]
                self.gone[record.number] = (record.calendar, self.tick())
        else:
            del box.records[record.number]
            self.gone[record.number] = (record.calendar, self.tick())
        if record.organizer == box.mail:
            self._mail(record, "cancellation")

    def _mail(self, record: Record, what: str) -> None:
        for one in record.fields["attendees"]:
            self.mails.append((one["emailAddress"]["address"], what, record.fields["subject"]))

    def _meet(self, record: Record, said: Json, *, is_new: bool) -> None:
        if record.fields["isOnlineMeeting"] and record.join_url is None:
            record.join_url = f"https://teams.microsoft.com/l/meetup-join/19%3a{record.number}"
            record.body += _blob(record.join_url)
        elif record.join_url is not None and record.join_url not in record.body:
            # Whoever writes over Teams' part of the body has no meeting any more.
            record.join_url = None
            record.fields |= {"isOnlineMeeting": False, "onlineMeetingProvider": "unknown"}


def _blob(url: str) -> str:
    line = "_" * 80
    return (
        f'<br><div class="me-email-text"><div><span>{line}</span></div><div>'
        f'<span>Microsoft Teams</span> <a href="{url}">Join: {url}</a></div>'
        f"<div><span>{line}</span></div></div>"
    )


def _as_html(body: Json) -> str:
    content, kind = body.get("content", ""), body.get("contentType", "text")
    if kind.lower() == "html":
        return str(content)
    return f"<html><body><div>{html.escape(content)}</div></body></html>".replace("\n", "<br>\r\n")


def as_text(markup: str) -> str:
    """HTML as Exchange tells it in plain text."""
    text = re.sub(r"<(br|/div|/p)[^>]*>(\r?\n)?", "\r\n", markup)
    return html.unescape(re.sub(r"<[^>]+>", "", text)).strip("\r\n")


def _set_plain(record: Record, fields: Json, said: Json) -> None:
    for name in _PLAIN.keys() & said.keys():
        value = said[name]
        if name == "attendees":
            value = _attendees(record, value)
        if name == "location":
            value = {"locationType": "default", **value}
        fields[name] = value


def _attendees(record: Record, listed: list[Json]) -> list[Json]:
    """Who stays keeps the answer; nobody can set one."""
    known = {one["emailAddress"]["address"]: one for one in record.fields["attendees"]}
    none = {"response": "none", "time": "0001-01-01T00:00:00Z"}
    return [
        {
            "type": one.get("type", "required"),
            "status": known.get(one["emailAddress"]["address"], {}).get("status", none),
            "emailAddress": {"name": one["emailAddress"]["address"], **one["emailAddress"]},
        }
        for one in listed
    ]


def _check(said: Json, record: Record, *, is_new: bool) -> None:
    strange = said.keys() - WRITABLE
    if strange:
        raise bad("RequestBodyRead", f"unknown or read-only properties {sorted(strange)}")
    if not is_new and "transactionId" in said:
        raise bad("ErrorPropertyValidationFailure", "ClientId/TransactionId is immutable")
    for name, allowed in _CHOICES.items():
        if name in said and said[name] not in allowed:
            raise bad("ErrorInvalidArgument", f"{name} {said[name]}")
    stays = {"isOnlineMeeting": True, "onlineMeetingProvider": "teamsForBusiness"}
    is_online = not is_new and record.fields["isOnlineMeeting"]
    if is_online and any(said.get(name, value) != value for name, value in stays.items()):
        raise bad("ErrorInvalidArgument", "an online meeting stays one")
    for one in said.get("attendees", ()):
        if set(one) - {"emailAddress", "type", "status"} or not one["emailAddress"].get("address"):
            raise bad("ErrorInvalidRecipients", str(one))
        if one.get("type") not in (None, "required", "optional", "resource"):
            raise bad("ErrorInvalidArgument", str(one))
    if set(said.get("location", {})) - _LOCATION:
        raise bad("RequestBodyRead", "location")
    for one in said.get("singleValueExtendedProperties", ()):
        if not _PROPERTY.fullmatch(one["id"]) or not isinstance(one["value"], str):
            raise bad("ErrorInvalidProperty", str(one))


def _set_times(record: Record, said: Json) -> None:
    all_day = said.get("isAllDay", record.all_day)
    found = {}
    for name in ("start", "end"):
        if name not in said:
            continue
        told = said[name]
        if set(told) != {"dateTime", "timeZone"}:
            raise bad("ErrorPropertyValidationFailure", f"{name}: {told}")
        wall = datetime.fromisoformat(told["dateTime"].partition(".")[0])
        zone = zone_of(told["timeZone"])
        if all_day and wall.time() != time():
            raise bad("ErrorInvalidRequest", "The event is all day and starts at no midnight")
        # A whole day is one wherever somebody is.
        at = wall.replace(tzinfo=ZoneInfo("UTC") if all_day else zone)
        found[name] = (at.astimezone(UTC), told["timeZone"])
    if len({zone for _, zone in found.values()}) > 1 and all_day:
        raise bad("ErrorInvalidRequest", "start and end of whole days in two zones")
    if found and all_day != record.all_day and len(found) < 2:
        raise bad("ErrorInvalidRequest", "start and end belong to it")
    start, zone = found.get("start", (record.start, record.zone))
    end, _ = found.get("end", (record.end, zone))
    if end < start or (all_day and end == start):
        raise bad("ErrorInvalidArgument", "The end is before the start")
    record.start, record.end, record.zone, record.all_day = start, end, zone, all_day


def _check_recurrence(record: Record) -> None:
    if record.recurrence is None:
        return
    try:
        occurring.check(record.recurrence)
    except occurring.BadPattern as err:
        raise bad("ErrorInvalidRecurrencePattern", str(err)) from err
    range_ = record.recurrence["range"]
    zone = zone_of(range_.get("recurrenceTimeZone", record.zone))
    local = record.start if record.all_day else record.start.astimezone(zone)
    if range_["startDate"] != local.date().isoformat():
        raise bad("ErrorPropertyValidationFailure", "startDate is not that of the event")
