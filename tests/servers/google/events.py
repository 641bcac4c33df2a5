"""`events`: list with its sync tokens, get, insert, patch, update, delete, instances."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any

from tests.servers.google import checking, expanding
from tests.servers.google.errors import Refusal, bad
from tests.servers.google.world import Held, World, instance

Json = dict[str, Any]
_NOT_WITH_TOKEN = (
    *("iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty"),
    *("timeMin", "timeMax", "updatedMin"),
)
_SAME = ("singleEvents", "eventTypes", "maxAttendees", "showHiddenInvitations")
_MAIN = ("start", "end", "recurrence")


@dataclass
class Events:
    """What may be asked of events; each method is named as Google names it."""

    world: World
    pending_looks: int = 0
    """How often a video link that is being made is told as pending."""
    tells_cancelled_by_uid: bool = True
    """Whether a list by UID has cancelled occurrences."""
    tells_deleted: bool = True
    """Whether a deleted event can still be looked at."""
    wants_local_starts: bool = False
    """Whether an original start in UTC is not understood for that of a series told elsewhere."""
    longest_page: int = 2500
    pages: dict[str, tuple[str, list[Json], str]] = field(default_factory=dict)
    looks: dict[str, int] = field(default_factory=dict)

    def page(self, calendar: Held, query: Json, body: Json) -> Json:
        """`events.list`."""
        size = min(int(query.get("maxResults", 250)), 2500, self.longest_page)
        bound = json.dumps([calendar.id, *(query.get(one) for one in _SAME)])
        if query.get("pageToken"):
            if query["pageToken"] not in self.pages:
                raise bad("invalid", "Invalid page token.")
            at, items, token = self.pages[query["pageToken"]]
            if at != bound:
                raise bad("invalid", "A page token holds for the parameters that it came with.")
        else:
            items, token = self._listed(calendar, query, bound), self._token(calendar, bound)
        first, rest = items[:size], items[size:]
        answer: Json = {
            "kind": "calendar#events",
            "summary": calendar.summary,
            "timeZone": calendar.zone,
            "accessRole": query["accessRole"],
            "defaultReminders": calendar.default_reminders,
            "items": first,
        }
        if rest:
            name = f"page{len(self.pages)}"
            self.pages[name] = (bound, rest, token)
            return {**answer, "nextPageToken": name}
        return {**answer, "nextSyncToken": token} if self._gives_token(query) else answer

    def get(self, calendar: Held, query: Json, body: Json) -> Json:
        """`events.get`."""
        item = calendar.found(query["eventId"])
        if item["status"] == "cancelled" and not self.tells_deleted:
            raise Refusal(404, "notFound", "Not Found")
        return checking.told(self._looked_at(calendar, item), calendar)

    def insert(self, calendar: Held, query: Json, body: Json) -> Json:
        """`events.insert`."""
        if "id" in body and "iCalUID" in body:
            raise bad("invalid", "Only one of id and iCalUID can be given.")
        id_ = body.get("id") or base64.b32hexencode(str(len(calendar.events)).encode()).decode()
        id_ = id_.rstrip("=").lower().rjust(5, "0") if "id" not in body else id_
        checking.check_id(id_)
        uid = body.get("iCalUID") or f"{id_}@google.com"
        taken = any(
            one["iCalUID"] == uid and one["status"] != "cancelled"
            for one in calendar.events.values()
        )
        if id_ in calendar.events or taken:
            raise Refusal(409, "duplicate", "The requested identifier already exists.")
        own = {"email": calendar.id, "self": True}
        plain = {k: v for k, v in body.items() if k not in ("id", "iCalUID", "conferenceData")}
        item = {
            "status": "confirmed",
            "reminders": {"useDefault": True},
            "eventType": "default",
            **checking.merged({}, plain),
            "id": id_,
            "iCalUID": uid,
            "htmlLink": f"https://www.google.com/calendar/event?eid={id_}",
            "created": self.world.now().strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "creator": own,
            "organizer": own,
            "sequence": 0,
        }
        checking.check(item)
        item = self._with_conference(item, body, query)
        stored = calendar.put(item, self.world.now())
        self._mail(stored, query, calendar, "invited")
        return checking.told(stored, calendar)

    def patch(self, calendar: Held, query: Json, body: Json) -> Json:
        """`events.patch`."""
        return self._changed(calendar, query, body, replaces=False)

    def update(self, calendar: Held, query: Json, body: Json) -> Json:
        """`events.update`."""
        return self._changed(calendar, query, body, replaces=True)

    def delete(self, calendar: Held, query: Json, body: Json) -> None:
        """`events.delete`."""
        item = calendar.found(query["eventId"])
        if item["status"] == "cancelled":
            raise Refusal(410, "deleted", "Resource has been deleted")
        _matches(item, query)
        calendar.put({**item, "status": "cancelled"}, self.world.now())
        for one in calendar.exceptions(item["id"]):
            calendar.events.pop(one["id"])
        self._mail(item, query, calendar, "cancelled")

    def instances(self, calendar: Held, query: Json, body: Json) -> Json:
        """`events.instances`."""
        master = calendar.found(query["eventId"])
        if not master.get("recurrence") or master["status"] == "cancelled":
            raise Refusal(404, "notFound", "Not Found")
        own = {one["id"]: one for one in calendar.exceptions(master["id"])}
        made = [instance(master, start) for start in expanding.starts(master)]
        there = {one["id"] for one in made}
        all_ = [own.get(one["id"], one) for one in made]
        all_ += [one for name, one in own.items() if name not in there]
        if "originalStart" in query:
            all_ = self._originally(all_, query["originalStart"])
        for bound, name in (("timeMin", "end"), ("timeMax", "start")):
            if bound in query:
                at, after = expanding.at({"dateTime": query[bound]}), bound == "timeMin"
                all_ = [one for one in all_ if (expanding.at(one[name]) > at) is after]
        if query.get("showDeleted") != "true":
            all_ = [one for one in all_ if one["status"] != "cancelled"]
        first = int(query.get("pageToken") or 0)
        size = min(int(query.get("maxResults", 250)), 2500, self.longest_page)
        answer: Json = {
            "kind": "calendar#events",
            "timeZone": calendar.zone,
            "accessRole": query["accessRole"],
            "items": [_listed(one, calendar) for one in all_[first : first + size]],
        }
        more = first + size < len(all_)
        return {**answer, "nextPageToken": str(first + size)} if more else answer

    def _originally(self, items: list[Json], said: str) -> list[Json]:
        if self.wants_local_starts and said.endswith("+00:00"):
            return []
        at = expanding.at(_as_time(said))
        return [one for one in items if expanding.at(one["originalStartTime"]) == at]

    def _changed(self, calendar: Held, query: Json, body: Json, *, replaces: bool) -> Json:
        item = calendar.found(query["eventId"])
        _matches(item, query)
        plain = {k: v for k, v in body.items() if k != "conferenceData"}
        made = checking.patched(item, plain, calendar, replaces=replaces)
        made = self._with_conference(made, body, query)
        if item.get("recurrence"):
            self._let_exceptions_follow(calendar, item, made)
        was_gone = item["status"] == "cancelled"
        stored = calendar.put(made, self.world.now())
        why = "cancelled" if stored["status"] == "cancelled" else "updated"
        self._mail(stored, query, calendar, "invited" if was_gone else why, item)
        return checking.told(stored, calendar)

    def _let_exceptions_follow(self, calendar: Held, old: Json, new: Json) -> None:
        """Those whose start the series no longer has are gone; the others follow where they said
        what the series said."""
        starts = set()
        if new.get("recurrence") and new["status"] != "cancelled":
            starts = {expanding.instance_id(new["id"], new, one) for one in expanding.starts(new)}
        for one in calendar.exceptions(old["id"]):
            if one["id"] not in starts:
                calendar.put({**one, "status": "cancelled"}, self.world.now())
            elif one["status"] != "cancelled":
                names = [
                    name
                    for name in (*new, *old)
                    if name not in _MAIN and one.get(name) == old.get(name) != new.get(name)
                ]
                followed = {**one, **{name: new.get(name) for name in names if name != "id"}}
                if followed != one:
                    kept = {name: value for name, value in followed.items() if value is not None}
                    calendar.put(kept, self.world.now())

    def _with_conference(self, item: Json, body: Json, query: Json) -> Json:
        if query.get("conferenceDataVersion") != "1" or "conferenceData" not in body:
            return item
        said = body["conferenceData"]
        if said is None:
            gone = ("conferenceData", "hangoutLink")
            return {name: value for name, value in item.items() if name not in gone}
        asked = said.get("createRequest")
        if asked is None:
            return item
        before = (item.get("conferenceData") or {}).get("createRequest") or {}
        if before.get("requestId") == asked["requestId"]:
            return item
        if asked["conferenceSolutionKey"]["type"] != "hangoutsMeet":
            raise bad("invalid", "Invalid conference type value.")
        made = {**item, "conferenceData": {"createRequest": _with_status(asked, "pending")}}
        self.looks[item["id"]] = self.pending_looks
        return self._finished(made)

    def _looked_at(self, calendar: Held, item: Json) -> Json:
        finished = self._finished(item)
        return calendar.put(finished, self.world.now()) if finished != item else item

    def _finished(self, item: Json) -> Json:
        asked = (item.get("conferenceData") or {}).get("createRequest")
        if asked is None or asked["status"]["statusCode"] != "pending":
            return item
        left = self.looks.get(item["id"], 0)
        self.looks[item["id"]] = left - 1
        if left > 0:
            return item
        link = f"https://meet.google.com/{item['id'][:3]}-{item['id'][-4:]}-xyz"
        return {
            **item,
            "hangoutLink": link,
            "conferenceData": {
                "createRequest": _with_status(asked, "success"),
                "entryPoints": [{"entryPointType": "video", "uri": link}],
                "conferenceSolution": {"key": {"type": "hangoutsMeet"}, "name": "Google Meet"},
                "conferenceId": link.rpartition("/")[2],
            },
        }

    def _listed(self, calendar: Held, query: Json, bound: str) -> list[Json]:
        since, deleted = 0, query.get("showDeleted") == "true"
        if query.get("syncToken"):
            since = self._since(calendar, query, bound)
        found = []
        for item in calendar.events.values():
            cancelled = item["status"] == "cancelled"
            if since:
                is_in = calendar.serials[item["id"]] > since
            else:
                master = calendar.events.get(str(item.get("recurringEventId")))
                lives = master is not None and master["status"] != "cancelled"
                is_in = not cancelled or deleted or lives
            if query.get("iCalUID"):
                is_in = is_in and item["iCalUID"] == query["iCalUID"]
                is_in = is_in and (self.tells_cancelled_by_uid or not cancelled)
            if is_in:
                found.append(_listed(item, calendar))
        return found

    def _since(self, calendar: Held, query: Json, bound: str) -> int:
        if any(name in query for name in _NOT_WITH_TOKEN) or query.get("showDeleted") == "false":
            raise bad("invalid", "That can't be asked together with a sync token.")
        try:
            serial, at = json.loads(base64.urlsafe_b64decode(query["syncToken"]))
        except ValueError as err:
            raise bad("invalid", "Invalid sync token value.") from err
        if at != bound:
            raise bad("invalid", "A sync token holds for the parameters that it came with.")
        if serial < calendar.forgotten:
            raise Refusal(410, "fullSyncRequired", "Sync token is no longer valid.")
        return int(serial) or -1

    def _token(self, calendar: Held, bound: str) -> str:
        return base64.urlsafe_b64encode(json.dumps([calendar.serial, bound]).encode()).decode()

    def _gives_token(self, query: Json) -> bool:
        return not any(name in query for name in ("orderBy", "q", "iCalUID", "updatedMin"))

    def _mail(
        self, item: Json, query: Json, calendar: Held, why: str, before: Json | None = None
    ) -> None:
        if query.get("sendUpdates") not in ("all", "externalOnly"):
            return
        guests = [one["email"] for one in item.get("attendees") or ()]
        guests += [one["email"] for one in (before or {}).get("attendees") or ()]
        if not (item.get("organizer") or {}).get("self"):
            guests = [item["organizer"]["email"]]
        for mail in dict.fromkeys(guests):
            if mail != calendar.id:
                self.world.mails.append((item["id"], mail, why))


def _listed(item: Json, calendar: Held) -> Json:
    if item["status"] == "cancelled":
        return checking.tombstone(item)
    return checking.told(item, calendar)


def _matches(item: Json, query: Json) -> None:
    if query.get("If-Match") not in (None, "*", item["etag"]):
        raise Refusal(412, "conditionNotMet", "Precondition Failed")


def _with_status(asked: Json, status: str) -> Json:
    return {**asked, "status": {"statusCode": status}}


def _as_time(said: str) -> Json:
    return {"date": said} if len(said) == 10 else {"dateTime": said}
