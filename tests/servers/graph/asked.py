"""What comes of one request to Graph, once it is known whose it is."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.servers.graph import shapes
from tests.servers.graph.records import Box, Record, Refusal, bad, zone_of
from tests.servers.graph.shapes import Wishes, etag_of, told

if TYPE_CHECKING:
    from tests.servers.graph.server import GraphServer

Json = dict[str, Any]
_OURS = re.compile(
    r"singleValueExtendedProperties/any\((\w+): ?\1/id eq '(?P<id>[^']+)' and "
    r"\1/value (?:eq '(?P<value>(?:[^']|'')*)'|(?P<some>ne null))\)"
)
_EXPAND = re.compile(r"singleValueExtendedProperties\(\$filter=id eq '([^']+)'\)")
_BUSY = {"free": "0", "tentative": "1", "busy": "2", "oof": "3", "workingElsewhere": "4"}


@dataclass
class Asked:
    """One request of somebody."""

    server: "GraphServer"
    request: web.Request
    box: Box
    wishes: Wishes
    body: Json

    def _calendar(self, id_: str) -> str:
        if id_ not in self.box.calendars:
            raise Refusal(404, "ErrorItemNotFound", "The specified object was not found.")
        return id_

    def calendar(self, id_: str) -> Json:
        """One calendar."""
        return self.box.calendars[self._calendar(id_)]

    def _only(self, *names: str) -> None:
        strange = set(self.request.query) - set(names)
        if strange:
            raise bad("ErrorInvalidUrlQuery", f"not supported here: {sorted(strange)}")

    def _window(self) -> tuple[datetime, datetime]:
        try:
            since, until = (
                datetime.fromisoformat(self.request.query[name].replace("Z", "+00:00"))
                for name in ("startDateTime", "endDateTime")
            )
        except (KeyError, ValueError) as err:
            raise bad("ErrorInvalidParameter", "startDateTime and endDateTime") from err
        if until - since > timedelta(days=1825) or until < since:
            raise bad("ErrorCalendarViewRangeTooBig", "The difference is more than 1825 days")
        return since, until

    def delta(self, calendar: str) -> web.Response:
        """A page of a delta query."""
        self._only("startDateTime", "endDateTime", "$deltatoken", "$skiptoken")
        query, changes = self.request.query, self.server.changes
        token = query.get("$deltatoken") or query.get("$skiptoken")
        if token and len(query) > 1:
            raise bad("ErrorInvalidUrlQuery", "the window is in the token")
        if token:
            round_ = changes.known(token, self.box)
        else:
            round_ = changes.begin(self.box, self._calendar(calendar), *self._window())
        items, following, is_last = changes.page(round_, self.box, self.wishes)
        name = "@odata.deltaLink" if is_last else "@odata.nextLink"
        kind = "$deltatoken" if is_last else "$skiptoken"
        path = self.request.raw_path.partition("?")[0].removeprefix("/v1.0")
        return as_json({name: f"{self.server.url}{path}?{kind}={following}", "value": items})

    def view(self, calendar: str) -> web.Response:
        """What happens in a window."""
        self._only("startDateTime", "endDateTime", "$skip")
        since, until = self._window()
        items = [
            told(one, day, self.wishes)
            for one in self.box.records.values()
            if one.calendar == self._calendar(calendar)
            for day in one.happening(since, until)
        ]
        return self._paged(items)

    def instances(self, id_: str) -> web.Response:
        """The occurrences of a series."""
        self._only("startDateTime", "endDateTime", "$skip")
        if "instances" in self.server.lacks:
            raise bad("BadRequest", "Resource not found for the segment 'instances'.")
        record, day = shapes.found(self.box, id_)
        if record.recurrence is None or day is not None:
            raise bad("ErrorInvalidRequest", "not a series")
        since, until = self._window()
        return self._paged(
            [told(record, one, self.wishes) for one in record.happening(since, until)]
        )

    def events(self, calendar: str) -> web.Response:
        """Single events and masters."""
        self._only("$filter", "$expand", "$select", "$skip")
        listed = [
            one for one in self.box.records.values() if one.calendar == self._calendar(calendar)
        ]
        chosen = [one for one in listed if self._fits(one)]
        return self._paged([self._selected(self._shown(one, None)) for one in chosen])

    def _fits(self, record: Record) -> bool:
        said = self.request.query.get("$filter")
        if said is None:
            return True
        if "filters" in self.server.lacks:
            raise bad("ErrorInvalidUrlQueryFilter", said)
        ours = _OURS.fullmatch(said)
        if ours is not None:
            value = record.properties.get(ours["id"])
            wanted = (ours["value"] or "").replace("''", "'")
            return value is not None and (bool(ours["some"]) or value == wanted)
        if said == "type eq 'seriesMaster'":
            return record.recurrence is not None
        raise bad("ErrorInvalidUrlQueryFilter", said)

    def _shown(self, record: Record, day: date | None) -> Json:
        """With what `$expand` asks for."""
        shown = told(record, day, self.wishes)
        said = self.request.query.get("$expand")
        if said is None:
            return shown
        expands = _EXPAND.fullmatch(said)
        if expands is not None:
            if "properties" in self.server.lacks:
                return shown
            value = record.properties.get(expands[1]) if day is None else None
            found = [] if value is None else [{"id": expands[1], "value": value}]
            return {**shown, **({"singleValueExtendedProperties": found} if found else {})}
        if said == "exceptionOccurrences" and record.recurrence is not None:
            if "exceptions" in self.server.lacks:
                raise bad("ErrorInvalidUrlQuery", said)
            return {**shown, **self._series(record)}
        raise bad("ErrorInvalidUrlQuery", said)

    def _series(self, record: Record) -> Json:
        days = sorted(set(record.exceptions) - record.deleted)
        gone = sorted(record.deleted)
        return {
            "exceptionOccurrences": [told(record, one, self.wishes) for one in days],
            "cancelledOccurrences": [
                shapes.occurrence_id(record, one, self.wishes) for one in gone
            ],
        }

    def _selected(self, shown: Json) -> Json:
        said = self.request.query.get("$select")
        if said is None:
            # These two come when they are named, and not otherwise.
            return {
                name: value
                for name, value in shown.items()
                if name not in ("exceptionOccurrences", "cancelledOccurrences")
            }
        names = {*said.split(","), "id", "@odata.etag", "singleValueExtendedProperties"}
        return {name: value for name, value in shown.items() if name in names}

    def _paged(self, items: list[Json]) -> web.Response:
        skip = int(self.request.query.get("$skip", 0))
        page: Json = {"value": items[skip : skip + self.wishes.size]}
        if skip + self.wishes.size < len(items):
            base = str(self.request.rel_url.update_query({"$skip": skip + self.wishes.size}))
            page["@odata.nextLink"] = self.server.url + base.removeprefix("/v1.0")
        return as_json(page)

    def create(self, calendar: str) -> web.Response:
        """A new event."""
        if not self.box.calendars[self._calendar(calendar)]["canEdit"]:
            raise Refusal(403, "ErrorAccessDenied", "Access is denied.")
        if "properties" in self.server.lacks:
            self.body.pop("singleValueExtendedProperties", None)
        record = self.server.store.create(self.box, calendar, self.body)
        return as_json(told(record, None, self.wishes), 201)

    def event(self, method: str, id_: str) -> web.Response:
        """One event or occurrence, read or written."""
        record, day = shapes.found(self.box, id_)
        wanted = self.request.headers.get("If-Match")
        if wanted not in (None, "*", etag_of(record, day)) and method != "GET":
            raise Refusal(412, "ErrorIrresolvableConflict", "The change key passed is stale.")
        match method:
            case "GET":
                self._only("$expand", "$select")
                return as_json(self._selected(self._shown(record, day)))
            case "PATCH":
                if day is None:
                    self.server.store.write(record, self.body)
                else:
                    self.server.store.write_occurrence(record, day, self.body)
                return as_json(told(record, day, self.wishes))
            case "DELETE":
                self.server.store.delete(self.box, record, day)
                return web.Response(status=204)
            case _:
                raise Refusal(405, "ErrorInvalidRequest", method)

    def on(self, calendar: str, id_: str) -> None:
        """See that an event is where it is asked for: below no calendar are those of one's own
        alone."""
        record, _ = shapes.found(self.box, id_)
        owner = self.box.calendars[record.calendar].get("owner", {}).get("address", self.box.mail)
        is_there = (
            record.calendar == self._calendar(calendar) if calendar else owner == self.box.mail
        )
        if not is_there:
            raise Refusal(404, "ErrorItemNotFound", "The specified object was not found.")

    def act(self, id_: str, action: str) -> web.Response:
        """Answers to invitations, and calling off."""
        record, day = shapes.found(self.box, id_)
        mine = record.organizer == self.box.mail
        if action == "cancel":
            if set(self.body) - {"comment"} or not mine or not record.fields["attendees"]:
                raise bad("ErrorInvalidRequest", "You need to be the organizer to cancel")
            self.server.store.delete(self.box, record, day)
            return web.Response(status=202)
        states = {
            "accept": "accepted",
            "tentativelyAccept": "tentativelyAccepted",
            "decline": "declined",
        }
        if action not in states:
            raise bad("BadRequest", action)
        if mine or set(self.body) - {"comment", "sendResponse", "proposedNewTime"}:
            raise bad("ErrorInvalidRequest", "You can't respond to your own meeting")
        if "proposedNewTime" in self.body:
            self._proposed(record, action)
        if self.body.get("sendResponse", True):
            self.server.store.mails.append(
                (record.organizer, states[action], json.dumps(self.body))
            )
        if action == "decline" and self.server.declined_go:
            self.server.store.delete(self.box, record, day)
        else:
            record.response = states[action]
            record.fields["showAs"] = "tentative" if action == "tentativelyAccept" else "busy"
            record.version = record.content = self.server.store.tick()
        return web.Response(status=202)

    def _proposed(self, record: Record, action: str) -> None:
        told_ = self.body["proposedNewTime"]
        if action == "accept" or not record.fields["allowNewTimeProposals"]:
            raise bad("ErrorInvalidRequest", "no new time can be proposed")
        if self.body.get("sendResponse") is False or set(told_) != {"start", "end"}:
            raise bad("ErrorInvalidRequest", "proposedNewTime")
        for one in told_.values():
            zone_of(one["timeZone"])

    def rooms(self) -> web.Response:
        """The organization's rooms."""
        self._only("$top", "$skip", "$count", "$filter", "$select")
        return self._paged(self.server.places.all())

    def schedule(self) -> web.Response:
        """When people are taken."""
        asked = self.body["schedules"]
        since, until = (
            datetime.fromisoformat(self.body[name]["dateTime"]).replace(
                tzinfo=zone_of(self.body[name]["timeZone"])
            )
            for name in ("startTime", "endTime")
        )
        interval = self.body.get("availabilityViewInterval", 30)
        if len(asked) > 20 or until - since > timedelta(days=42) or not 5 <= interval <= 1440:
            raise bad("ErrorInvalidRequest", "too many schedules, or too long a time")
        return as_json({"value": [self._scheduled(one, since, until) for one in asked]})

    def _scheduled(self, mail: str, since: datetime, until: datetime) -> Json:
        box = self.server.store.boxes.get(mail.lower())
        if box is None:
            error = {"message": "Unable to resolve", "responseCode": "ErrorMailRecipientNotFound"}
            return {"scheduleId": mail, "availabilityView": "", "scheduleItems": [], "error": error}
        items = []
        for record in (*box.records.values(), *self.server.places.booked(mail.lower())):
            for day in record.happening(since, until):
                start, end = record.span(day)
                items.append(
                    {
                        "status": record.fields["showAs"],
                        "isPrivate": True,
                        "start": _utc(start),
                        "end": _utc(end),
                    }
                )
        return {"scheduleId": mail, "availabilityView": _BUSY["busy"], "scheduleItems": items}


def _utc(at: datetime) -> Json:
    stamp = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.0000000")
    return {"dateTime": stamp, "timeZone": "UTC"}


def as_json(body: Json, status: int = 200) -> web.Response:
    """An answer of Graph's."""
    return web.json_response(body, status=status)
