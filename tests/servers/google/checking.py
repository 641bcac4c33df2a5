"""What Google takes of an event, and what it makes of it when it stores it."""

import re
from typing import Any

from tests.servers.google import expanding
from tests.servers.google.errors import Refusal, bad
from tests.servers.google.world import Held

Json = dict[str, Any]
_ID = re.compile(r"[0-9a-v]{5,1024}")
_READ_ONLY = frozenset(
    (
        *("id", "iCalUID", "kind", "etag", "htmlLink", "created", "updated", "creator"),
        *("organizer", "recurringEventId", "originalStartTime", "hangoutLink", "eventType"),
        *("locked", "sequence"),
    )
)
OF_ROOMS = "@resource.calendar.google.com"
_MAIN = ("summary", "description", "location", "start", "end", "recurrence")


def check_id(said: str) -> None:
    """See that a new id is one."""
    if not _ID.fullmatch(said):
        raise bad("invalid", "Invalid resource id value.")


def check(item: Json) -> None:
    """See that an event makes sense."""
    for name in ("start", "end"):
        time = item.get(name)
        if not isinstance(time, dict) or ("date" in time) == ("dateTime" in time):
            raise bad("required", f"Missing {name} time.")
    if ("date" in item["start"]) != ("date" in item["end"]):
        raise bad("invalid", "Start and end times must either both be date or both be dateTime.")
    try:
        start, end = expanding.at(item["start"]), expanding.at(item["end"])
    except (ValueError, KeyError) as err:
        raise bad("invalid", "Invalid start or end time.") from err
    if end < start or ("date" in item["start"] and end == start):
        raise bad("timeRangeEmpty", "The specified time range is empty.")
    if item.get("recurrence"):
        expanding.check(item)
    if str(item.get("colorId", "1")) not in map(str, range(1, 12)):
        raise bad("invalid", "Invalid color id.")
    if item.get("status", "confirmed") not in ("confirmed", "tentative", "cancelled"):
        raise bad("invalid", "Invalid status.")
    _check_people(item)
    _check_reminders(item.get("reminders") or {})


def _check_people(item: Json) -> None:
    for one in item.get("attendees") or ():
        mail = str(one.get("email") or "")
        if not re.fullmatch(r"[^@\s]+@[^@\s]+", mail):
            raise bad("invalid", "Invalid attendee email.")
        answers = ("needsAction", "declined", "tentative", "accepted")
        if one.get("responseStatus", "needsAction") not in answers:
            raise bad("invalid", "Invalid response status.")
    mails = [one["email"].lower() for one in item.get("attendees") or ()]
    if len(mails) != len(set(mails)):
        raise bad("invalid", "Attendees listed twice.")


def _check_reminders(said: Json) -> None:
    overrides = said.get("overrides") or []
    if said.get("useDefault") and overrides:
        raise bad("cannotUseDefaultRemindersAndSpecifyOverride")
    if len(overrides) > 5:
        raise bad("invalid", "Too many override reminders.")
    for one in overrides:
        if one.get("method") not in ("email", "popup") or not 0 <= one.get("minutes", -1) <= 40_320:
            raise bad("invalid", "Invalid reminder.")


def merged(stands: Json, body: Json) -> Json:
    """A patch: what is nested is merged, null takes away, lists are replaced."""
    made = dict(stands)
    for name, value in body.items():
        if value is None:
            made.pop(name, None)
        elif isinstance(value, dict) and isinstance(made.get(name), dict):
            made[name] = merged(made[name], value)
        elif isinstance(value, dict):
            made[name] = merged({}, value)
        else:
            made[name] = value
    return made


def patched(stands: Json, body: Json, calendar: Held, *, replaces: bool = False) -> Json:
    """An event after a patch or an update, with what is not the caller's to change as it was."""
    given = {name: value for name, value in body.items() if name not in _READ_ONLY}
    if not (stands.get("organizer") or {}).get("self") and not stands.get("guestsCanModify"):
        return _own_copy(stands, given, calendar)
    if stands.get("locked") and any(
        given.get(one, stands.get(one)) != stands.get(one) for one in _MAIN
    ):
        raise Refusal(403, "eventLocked", "Locked copies can't be changed.")
    kept = {name: value for name, value in stands.items() if name in _READ_ONLY}
    made = {**kept, **given} if replaces else merged(stands, given)
    made.setdefault("status", "confirmed")
    made.setdefault("reminders", {"useDefault": True})
    check(made)
    if any(made.get(one) != stands.get(one) for one in ("start", "end", "recurrence")):
        made["sequence"] = stands.get("sequence", 0) + 1
    return made


def _own_copy(stands: Json, given: Json, calendar: Held) -> Json:
    """Somebody's invitation: its owner says whether they come, and how they see it."""
    for name in _MAIN:
        if name in given and merged({}, {name: given[name]}).get(name) != stands.get(name):
            raise Refusal(403, "forbiddenForNonOrganizer", "Only the organizer may change that.")
    own = {"colorId", "reminders", "transparency", "visibility", "status"}
    made = merged(stands, {name: value for name, value in given.items() if name in own})
    said = {one["email"].lower(): one for one in given.get("attendees") or ()}
    entries = []
    for one in stands.get("attendees") or ():
        own_entry = one["email"].lower() == calendar.id.lower()
        mine = said.get(one["email"].lower()) if own_entry else None
        kept = ("responseStatus", "comment", "additionalGuests")
        entries.append(one | {name: mine[name] for name in kept if name in mine} if mine else one)
    if entries:
        made["attendees"] = entries
    check(made)
    return made


def told(item: Json, calendar: Held) -> Json:
    """An event as Google answers it on this calendar."""
    made = {"kind": "calendar#event", **item}
    if made.get("attendees"):
        made["attendees"] = [_guest(one, made, calendar) for one in made["attendees"]]
    return made


def _guest(one: Json, item: Json, calendar: Held) -> Json:
    made = {"responseStatus": "needsAction", **one}
    if "email" not in one:
        return made
    if one["email"].lower() == calendar.id.lower():
        made["self"] = True
    if one["email"].lower().endswith(OF_ROOMS):
        # Rooms answer by themselves, and go by the name of their calendar.
        made |= {"resource": True, "responseStatus": "accepted"}
    if one["email"].lower() == str((item.get("organizer") or {}).get("email")).lower():
        made["organizer"] = True
    return made


def tombstone(item: Json) -> Json:
    """What a list still tells of a deleted event: no more than is promised."""
    kept = ("id", "etag", "status", "recurringEventId", "originalStartTime")
    return {"kind": "calendar#event", **{name: item[name] for name in kept if name in item}}
