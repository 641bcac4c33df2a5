"""Records as Graph v1.0 tells them, in the ids and zones that were asked for."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.servers.graph.records import Box, Record, Refusal, zone_of
from tests.servers.graph.store import START_OF_TIME, as_text

Json = dict[str, Any]
_IMMUTABLE, _MUTABLE = "AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A", "AAMkAGRkZTFiMDQxLWYzNWEtNGE2"


@dataclass(frozen=True)
class Wishes:
    """What a request's Prefer headers say."""

    immutable: bool = False
    text: bool = False
    zone: str = "UTC"
    size: int = 10

    @classmethod
    def read(cls, header: str) -> "Wishes":
        said = {}
        for one in header.split(","):
            name, _, value = one.strip().partition("=")
            said[name.lower()] = value.strip('"')
        return cls(
            immutable=said.get("idtype") == "ImmutableId",
            text=said.get("outlook.body-content-type") == "text",
            zone=said.get("outlook.timezone", "UTC"),
            size=int(said.get("odata.maxpagesize", 10)),
        )


def id_of(record: Record, day: date | None, wishes: Wishes) -> str:
    """An id: the one kind stays when an event moves to another calendar, the other does not."""
    suffix = "" if day is None else f"_{day:%Y%m%d}"
    if wishes.immutable:
        return f"{_IMMUTABLE}{record.number:08d}{suffix}=="
    where = sum(record.calendar.encode()) % 1000
    return f"{_MUTABLE}{where:03d}{record.number:08d}{suffix}=="


def found(box: Box, id_: str) -> tuple[Record, date | None]:
    """What an id of either kind names. Raises Refusal."""
    plain = id_.removesuffix("==")
    for prefix, skip in ((_IMMUTABLE, 0), (_MUTABLE, 3)):
        if plain.startswith(prefix):
            number, _, day = plain[len(prefix) + skip :].partition("_")
            record = box.records.get(int(number))
            if record is None:
                break
            if not day:
                return record, None
            when = datetime.strptime(day, "%Y%m%d").date()  # noqa: DTZ007
            if record.recurrence is not None and when in record.days(record.original(when)):
                return record, when
            break
    raise Refusal(404, "ErrorItemNotFound", "The specified object was not found in the store.")


def etag_of(record: Record, day: date | None) -> str:
    """A version."""
    version = record.version
    if day is not None:
        version = record.exceptions.get(day, {}).get("version", record.content)
    return f'W/"DwAAABYAAAA{version:06d}"'


def told(record: Record, day: date | None, wishes: Wishes) -> Json:
    """An event, a master, or an occurrence, with all of its properties."""
    own = record.exceptions.get(day, {}) if day is not None else {}
    fields = {**record.fields, **own.get("fields", {})}
    start, end = record.span(day)
    version = own.get("version", record.version if day is None else record.content)
    markup = own.get("body", record.body)
    text = as_text(markup)
    etag = etag_of(record, day)
    is_series = record.recurrence is not None
    kind = "seriesMaster" if is_series else "singleInstance"
    if day is not None:
        kind = "exception" if own else "occurrence"
    shown = {
        "@odata.etag": etag,
        "id": id_of(record, day, wishes),
        "createdDateTime": _stamp(record.number),
        "lastModifiedDateTime": _stamp(version),
        "changeKey": etag[3:-1],
        "transactionId": record.transaction,
        "originalStartTimeZone": record.named_zone or record.zone,
        "originalEndTimeZone": record.named_zone or record.zone,
        "iCalUId": record.ical_uid if day is None else f"{record.ical_uid}{day:%Y%m%d}",
        "uid": record.ical_uid,
        "hasAttachments": False,
        "bodyPreview": text[:255],
        "isAllDay": record.all_day,
        "isCancelled": record.is_cancelled,
        "isOrganizer": record.organizer == record.owner,
        "seriesMasterId": id_of(record, None, wishes) if day is not None else None,
        "type": kind,
        "webLink": f"https://outlook.office365.com/owa/?itemid={record.number}",
        "onlineMeetingUrl": None,
        "isDraft": False,
        "recurrence": _recurrence(record) if day is None else None,
        "responseStatus": {"response": record.response, "time": "0001-01-01T00:00:00Z"},
        "body": {
            "contentType": "text" if wishes.text else "html",
            "content": text if wishes.text else markup,
        },
        "start": _time(start, record, wishes),
        "end": _time(end, record, wishes),
        "organizer": {"emailAddress": {"name": record.organizer, "address": record.organizer}},
        "onlineMeeting": {"joinUrl": record.join_url} if record.join_url else None,
        **fields,
        "locations": [fields["location"]] if fields["location"]["displayName"] else [],
    }
    if day is not None:
        shown["originalStart"] = record.original(day).strftime("%Y-%m-%dT%H:%M:%SZ")
        shown["occurrenceId"] = occurrence_id(record, day, wishes)
    return shown


def _recurrence(record: Record) -> Json | None:
    """Graph tells every property of every kind, with zeros where it has no meaning."""
    if record.recurrence is None:
        return None
    empty = {"interval": 1, "month": 0, "dayOfMonth": 0, "firstDayOfWeek": "sunday"}
    pattern = {**empty, "index": "first", **record.recurrence["pattern"]}
    range_ = {
        "recurrenceTimeZone": record.zone,
        "endDate": "0001-01-01",
        "numberOfOccurrences": 0,
        **record.recurrence["range"],
    }
    if record.named_zone:
        range_["recurrenceTimeZone"] = record.named_zone
    return {"pattern": pattern, "range": range_}


def occurrence_id(record: Record, day: date, wishes: Wishes) -> str:
    """What `cancelledOccurrences` calls one."""
    return f"OID.{id_of(record, None, wishes)}.{day.isoformat()}"


def brief(record: Record, day: date, wishes: Wishes) -> Json:
    """An occurrence in a list of changes, which tells little of those that are as the master is."""
    whole = told(record, day, wishes)
    names = ("@odata.etag", "id", "seriesMasterId", "type", "start", "end")
    return {"@odata.type": "#microsoft.graph.event", **{name: whole[name] for name in names}}


def _time(at: datetime, record: Record, wishes: Wishes) -> Json:
    local = at if record.all_day else at.astimezone(zone_of(wishes.zone))
    return {"dateTime": local.strftime("%Y-%m-%dT%H:%M:%S.0000000"), "timeZone": wishes.zone}


def _stamp(number: int) -> str:
    at = (START_OF_TIME + timedelta(seconds=number)).astimezone(UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%S.1234567Z")
