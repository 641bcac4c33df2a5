"""Who is invited to an event of Graph's, and what they answered.

The other way is `fields.attendees`.
"""

from dataclasses import replace
from typing import Any

from calendar_core.events import Answer, Attendance, Guest
from calendar_core.providers.microsoft.zones import instant
from calendar_core.when import TimeSpan

Json = dict[str, Any]
_ANSWERS = {
    "accepted": Answer.ACCEPTED,
    "organizer": Answer.ACCEPTED,
    "tentativelyaccepted": Answer.TENTATIVE,
    "declined": Answer.DECLINED,
}


def guests_of(event: Json, me: str) -> tuple[Guest, ...]:
    """The guests, with their answers; `me` is the account's own CAL-ADDRESS. Raises TryLater."""
    found: dict[str, Guest] = {}
    for one in event.get("attendees") or ():
        guest = guest_of(one, _answer(one.get("status")), str(one.get("type") or "required"))
        if guest is not None:
            found[guest.address] = replace(guest, proposed=_proposed(one))
    if event.get("isOrganizer", True) or not me:
        return tuple(found.values())
    # What one answered oneself stands beside the list, which may lag behind or not name one.
    own = found.get(me) or Guest(address=me)
    answer = _answer(event.get("responseStatus"))
    found[me] = Guest(address=me, name=own.name, answer=answer, attendance=own.attendance)
    return tuple(found.values())


def _proposed(attendee: Json) -> TimeSpan | None:
    """Another time that a guest proposed with their answer."""
    slot = attendee.get("proposedNewTime")
    if not isinstance(slot, dict) or not slot.get("start") or not slot.get("end"):
        return None
    start, end = instant(slot["start"]), instant(slot["end"])
    return TimeSpan(start=start, end=max(start, end))


def _answer(status: Any) -> Answer:
    said = str((status or {}).get("response") or "").lower() if isinstance(status, dict) else ""
    return _ANSWERS.get(said, Answer.OPEN)


def guest_of(who: Json, answer: Answer, kind: str = "required") -> Guest | None:
    """Somebody as Graph tells people; None without an address."""
    mail = who.get("emailAddress") or {}
    address = "".join(one for one in str(mail.get("address") or "") if one > " ").lower()
    if not address:
        return None
    return Guest(
        address=f"mailto:{address}",
        name=line_of(mail.get("name")),
        answer=answer,
        attendance=Attendance.OPTIONAL if kind == "optional" else Attendance.REQUIRED,
        is_room=kind == "resource",
    )


def line_of(text: Any) -> str:
    """A text of one line: of blanks, one is kept."""
    return " ".join(str(text or "").split())
