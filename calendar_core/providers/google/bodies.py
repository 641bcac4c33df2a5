"""What is sent to Google: bodies of requests that name only what changes (law 7).

Google replaces lists as a whole, so a guest's entry is the one that stands there, edited.
"""

from collections.abc import Mapping
from typing import Any

from calendar_core.errors import NotAllowed
from calendar_core.providers.google.fields import Attendee, Fields
from calendar_core.providers.google.mapping import (
    CATEGORIES,
    OCCUPANCY,
    VIDEO,
    Json,
    video_of,
)

_PLAIN = ("summary", "description", "location", "status", "transparency", "visibility")
_USUAL = {"status": "confirmed", "transparency": "opaque", "visibility": "default"}


def new_body(fields: Fields, exdates: list[str]) -> Json:
    """A new event."""
    body: Json = {"start": fields["start"], "end": fields["end"]}
    for name in _PLAIN:
        if fields[name] and fields[name] != _USUAL.get(name):
            body[name] = fields[name]
    if fields["colorId"]:
        body["colorId"] = fields["colorId"]
    if fields["attendees"]:
        body["attendees"] = [_invited(at, one) for at, one in fields["attendees"].items()]
    if fields["reminders"]:
        body["reminders"] = _reminders(fields)
    if fields["recurrence"]:
        body["recurrence"] = [*fields["recurrence"], *exdates]
    if fields["source"]:
        body["source"] = _source(fields, {})
    private = {
        OCCUPANCY: fields["occupancy"],
        CATEGORIES: "\n".join(fields["categories"]),
        VIDEO: fields["video"],
    }
    kept = {name: value for name, value in private.items() if value}
    return body | ({"extendedProperties": {"private": kept}} if kept else {})


def patch_body(item: Json, names: set[str], before: Fields, after: Fields) -> Json:
    """These fields of an event as they shall be; `item` is what stands there."""
    body: Json = {name: after[name] for name in _PLAIN if name in names}
    if names & {"start", "end"}:
        body["start"] = _time(after["start"], item.get("start"))
        body["end"] = _end(after, item)
    if "colorId" in names:
        body["colorId"] = after["colorId"] or None
    if "attendees" in names:
        body |= _guests(item, before["attendees"], after["attendees"])
    if "reminders" in names:
        body["reminders"] = _reminders(after)
    if "source" in names:
        body["source"] = _source(after, item.get("source") or {}) if after["source"] else None
    private: dict[str, str | None] = {}
    if "occupancy" in names:
        private[OCCUPANCY] = after["occupancy"] or None
    if "categories" in names:
        private[CATEGORIES] = "\n".join(after["categories"]) or None
    if "video" in names:
        own = after["video"] == video_of(item)
        private[VIDEO] = None if own else after["video"] or None
        if not after["video"] and item.get("conferenceData"):
            body["conferenceData"] = None
    return body | ({"extendedProperties": {"private": private}} if private else {})


def asking_for_video(request_id: str) -> Json:
    """That Google make a link; asked again under the same id, it makes no second one."""
    asked = {"requestId": request_id, "conferenceSolutionKey": {"type": "hangoutsMeet"}}
    return {"conferenceData": {"createRequest": asked}}


def is_pending(item: Json) -> bool:
    """Whether Google is still making a video link."""
    asked = (item.get("conferenceData") or {}).get("createRequest") or {}
    return (asked.get("status") or {}).get("statusCode") == "pending"


def _time(wanted: Mapping[str, str], stands: Any) -> Json:
    """A patch merges what is nested: the other kind of time has to go by name."""
    other = "date" if "dateTime" in wanted else "dateTime"
    made: Json = dict(wanted)
    if isinstance(stands, dict) and other in stands:
        made[other] = None
    return made


def _end(after: Fields, item: Json) -> Json:
    """An end that was told in a zone of its own stays so."""
    made = _time(after["end"], item.get("end"))
    start, end = item.get("start") or {}, item.get("end") or {}
    own = end.get("timeZone")
    if own and own != start.get("timeZone") == after["start"].get("timeZone"):
        made["timeZone"] = own
    return made


def _guests(item: Json, before: Mapping[str, Attendee], after: Mapping[str, Attendee]) -> Json:
    standing = [one for one in item.get("attendees") or () if isinstance(one, dict)]
    if item.get("attendeesOmitted"):
        return _own_answer(standing, before, after)
    kept, there = [], set()
    for entry in standing:
        address = _address_in(entry, {**before, **after})
        there.add(address)
        if address in before and address not in after:
            continue
        wanted = after.get(address)
        kept.append(entry if wanted is None else _edited(entry, before.get(address), wanted))
    kept += [_invited(at, one) for at, one in after.items() if at not in there]
    return {"attendees": kept}


def _own_answer(
    standing: list[Json], before: Mapping[str, Attendee], after: Mapping[str, Attendee]
) -> Json:
    """Of a list that is not told in full, one's own answer alone can be written."""
    changed = {at for at in {*before, *after} if before.get(at) != after.get(at)}
    for entry in standing:
        address = _address_in(entry, after)
        if entry.get("self") and changed == {address} and address in after:
            mine = _edited(entry, before.get(address), after[address])
            return {"attendees": [mine], "attendeesOmitted": True}
    raise NotAllowed("This event has too many guests for their list to be changed from here.")


def _address_in(entry: Json, known: Mapping[str, Attendee]) -> str:
    """Which of our guests an entry is; one's own may go by the calendar's address."""
    mail = str(entry.get("email") or "").lower()
    named = next((at for at, one in known.items() if one.mail and one.mail == mail), None)
    return named or f"mailto:{mail}"


def _edited(entry: Json, before: Attendee | None, after: Attendee) -> Json:
    """An entry with what differs between before and after."""
    said = {
        "responseStatus": (before and before.answer, after.answer),
        "optional": (before and before.optional, after.optional),
        "comment": (before and before.comment, after.comment),
        "additionalGuests": (before and before.more, after.more),
    }
    return entry | {name: new for name, (old, new) in said.items() if old != new}


def _invited(address: str, guest: Attendee) -> Json:
    entry: Json = {"email": guest.mail or address.removeprefix("mailto:")}
    if guest.name:
        entry["displayName"] = guest.name
    if guest.answer != "needsAction":
        entry["responseStatus"] = guest.answer
    if guest.optional:
        entry["optional"] = True
    if guest.room:
        entry["resource"] = True
    if guest.comment:
        entry["comment"] = guest.comment
    if guest.more:
        entry["additionalGuests"] = guest.more
    return entry


def _reminders(fields: Fields) -> Json:
    overrides = [{"method": how, "minutes": minutes} for how, minutes in fields["reminders"]]
    return {"useDefault": False, "overrides": overrides}


def _source(fields: Fields, stands: Json) -> Json:
    return {"title": stands.get("title") or fields["summary"] or "Link", "url": fields["source"]}
