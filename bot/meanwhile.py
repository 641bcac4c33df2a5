"""What became of an event while its change waited, in words, for its owner's eyes: was and is."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.wording import say_names, say_when
from calendar_core.changes.change import Meanwhile
from calendar_core.events import Answer, Event, Status

MOST_TOLD = 3
"""So many things are told of one event."""
_PLAIN = {
    "repeat": "it repeats otherwise",
    "organizer": "its organizer is another",
    "description": "its notes are others",
    "occupancy": "it counts otherwise as busy or free",
    "visibility": "others see more or less of it",
    "video_url": "its video link is another",
    "video_wanted": "its video link is another",
    "color": "its colour is another",
    "categories": "its labels are others",
    "alarms": "its reminders are others",
    "mail_alarms": "its reminders are others",
    "url": "its link is another",
}
_ANSWERS = {
    Answer.ACCEPTED: "accepted",
    Answer.TENTATIVE: "said maybe",
    Answer.DECLINED: "declined",
    Answer.OPEN: "is asked again",
}


def meanwhile_words(
    meanwhile: Meanwhile, zone: ZoneInfo, now: datetime, *, clock_24h: bool = True
) -> str:
    """Says `"Review" moved from Thu 12 March 14:00–15:00 to Thu 12 March 16:00–17:00`."""
    before, after = meanwhile.before, meanwhile.now
    if before is None or after is None:
        event = before or after
        title = f'"{event.title}"' if event is not None else "it"
        return f"{title} {'stands there already' if after else 'is no longer there'}"
    told = []
    if "when" in meanwhile.fields:
        was, is_now = (
            say_when(one.when, zone, now, clock_24h=clock_24h) for one in (before, after)
        )
        # The zone alone may be another: then the hours sound the same.
        told.append(f"moved from {was} to {is_now}" if was != is_now else f"is told anew, {is_now}")
    for name in meanwhile.fields:
        told += _clauses(name, before, after)
    if not told:
        told = ["was edited"]
    if len(told) > MOST_TOLD:
        told = [*told[:MOST_TOLD], "and more"]
    if told[0].startswith(("it ", "its ", "others ")):
        return f'"{before.title}": {"; ".join(told)}'
    return f'"{before.title}" {"; ".join(told)}'


def _clauses(name: str, before: Event, after: Event) -> Iterator[str]:
    match name:
        case "title":
            yield f'is called "{after.title}" now'
        case "location" if not after.location:
            yield f"its place was {before.location}, now it has none"
        case "location" if not before.location:
            yield f"its place is {after.location} now"
        case "location":
            yield f"its place is {after.location} now, it was {before.location}"
        case "status":
            yield (
                "was cancelled"
                if after.status is Status.CANCELLED
                else (f"is {after.status.value.lower()} now")
            )
        case "guests":
            yield from _guests(before, after)
        case "answers":
            yield from _answers(before, after)
        case _ if name in _PLAIN:
            yield f"{_PLAIN[name]} now"


def _guests(before: Event, after: Event) -> Iterator[str]:
    had = {guest.address: guest.name or guest.email or "a guest" for guest in before.guests}
    has = {guest.address: guest.name or guest.email or "a guest" for guest in after.guests}
    came = [name for address, name in has.items() if address not in had]
    went = [name for address, name in had.items() if address not in has]
    if came:
        yield f"its guests are joined by {say_names(came)} now"
    if went:
        yield f"its guests are without {say_names(went)} now"


def _answers(before: Event, after: Event) -> Iterator[str]:
    said = {guest.address: guest.answer for guest in before.guests}
    new = [one for one in after.guests if said.get(one.address, one.answer) is not one.answer]
    told = [f"{one.name or one.email or 'a guest'} {_ANSWERS[one.answer]}" for one in new]
    if told:
        yield f"its guests answered: {', '.join(told)}"
