"""What came of a change, in one line, built from what the calendar holds afterwards."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.chat.cards import Tone
from bot.meanwhile import meanwhile_words
from bot.series_words import series_words
from bot.wording import say_count, say_day, say_line, say_names, say_when
from calendar_core.changes.change import ChangeStatus, Glimpse, PendingChange, Reply
from calendar_core.events import Answer, Event, Scope
from calendar_core.when import DaySpan


def outcome_words(
    change: PendingChange, zone: ZoneInfo, now: datetime, *, clock_24h: bool = True
) -> tuple[str, Tone]:
    """The outcome line of a change that is no longer open, and how it should feel."""
    change = in_lines(change)
    match change.status:
        case ChangeStatus.APPLIED:
            return f"✓ {_applied(change, zone, now, clock_24h)}", Tone.DONE
        case ChangeStatus.CONFIRMED:
            return "Confirmed; I am writing it.", Tone.PLAIN
        case ChangeStatus.UNDONE:
            detail = f" {say_line(change.detail)}" if change.detail else ""
            return f"Taken back: {_as_it_was(change)}.{detail}", Tone.PLAIN
        case ChangeStatus.DECLINED:
            return f"Left as it was: {_name(change)}.", Tone.PLAIN
        case ChangeStatus.EXPIRED:
            return f"Expired, nothing was changed: {_name(change)}.", Tone.PLAIN
        case ChangeStatus.SUPERSEDED:
            return f"Replaced by a newer card: {_name(change)}.", Tone.PLAIN
        case ChangeStatus.STALE:
            return _late(change, zone, now, clock_24h), Tone.CAREFUL
        case _:
            return change.detail or "That did not work; nothing was changed.", Tone.CAREFUL


def in_lines(change: PendingChange) -> PendingChange:
    """The same with titles, places and names in one line each: a break in foreign text could pass
    for a line of the bot's own."""
    glimpses = [
        replace(one, before=_in_lines(one.before), after=_in_lines(one.after))
        for one in change.glimpses
    ]
    meanwhile = [
        replace(one, before=_in_lines(one.before), now=_in_lines(one.now))
        for one in change.meanwhile
    ]
    return replace(change, glimpses=tuple(glimpses), meanwhile=tuple(meanwhile))


def _in_lines(event: Event | None) -> Event | None:
    if event is None:
        return None
    place = ", ".join(line for one in event.location.splitlines() if (line := say_line(one)))
    guests = tuple(replace(guest, name=say_line(guest.name)) for guest in event.guests)
    return replace(event, title=say_line(event.title), location=place, guests=guests)


def _late(change: PendingChange, zone: ZoneInfo, now: datetime, clock_24h: bool) -> str:
    """What had changed, each thing with what it was and what it is now."""
    if not change.meanwhile:
        return change.detail or f"This has changed meanwhile: {_name(change)}."
    told = [meanwhile_words(one, zone, now, clock_24h=clock_24h) for one in change.meanwhile]
    return f"This has changed meanwhile: {'; '.join(told)}."


def _applied(change: PendingChange, zone: ZoneInfo, now: datetime, clock_24h: bool) -> str:
    if change.undoes is not None:
        return f"Taken back: {_as_it_was(change)}."
    told = _told(change)
    if len(change.glimpses) != 1 or change.count > 1:
        return f"{_plural(change)}.{told}"
    glimpse = change.glimpses[0]

    def when(event: Event) -> str:
        if glimpse.before is None and event.repeat is not None and event.repeat.rule:
            return series_words(event, zone, now, clock_24h=clock_24h)
        return say_when(event.when, zone, now, clock_24h=clock_24h)

    answers = [edit.answer for edit in change.edits if isinstance(edit, Reply)]
    if answers:
        word = {"ACCEPTED": "Accepted", "TENTATIVE": "Answered maybe to", "DECLINED": "Declined"}
        event = glimpse.before or glimpse.after
        assert event is not None
        instead = next((one.proposed for one in change.edits if isinstance(one, Reply)), None)
        also = ""
        if instead is not None:
            time = say_when(instead, zone, now, clock_24h=clock_24h)
            also = f", and proposed {time}"
        verb = word.get(answers[0].value, "Answered")
        return f'{verb} "{event.title}", {when(event)}{also}.{told}'
    waits = glimpse.after is not None and glimpse.after.video_wanted
    missing = " Its video link is not there yet." if waits else ""
    return f"{_single(glimpse, when, zone, now)}.{told}{missing}"


def _single(glimpse: Glimpse, when: Callable[[Event], str], zone: ZoneInfo, now: datetime) -> str:
    before, after = glimpse.before, glimpse.after
    if before is None:
        assert after is not None
        return f'Created "{after.title}", {when(after)}'
    series = _series(glimpse, zone, now)
    if after is None:
        return f'Cancelled "{before.title}"{series or ", " + when(before)}'
    if before.when != after.when:
        verb = "Moved" if _begins(before) != _begins(after) else "Changed"
        return f'{verb} "{after.title}" to {when(after)}{series}'
    if len(after.people) > len(before.people):
        had = {guest.address for guest in before.people}
        names = [g.name or g.email or "" for g in after.people if g.address not in had]
        return f'Invited {say_names(names)} to "{after.title}", {when(after)}{series}'
    if before.title != after.title:
        return f'"{before.title}" is called "{after.title}" now, {when(after)}{series}'
    if before.location != after.location and after.location:
        return f'"{after.title}" is at {after.location} now, {when(after)}{series}'
    return f'Changed "{after.title}", {when(after)}{series}'


def _begins(event: Event) -> object:
    return event.when.first if isinstance(event.when, DaySpan) else event.when.start


def _series(glimpse: Glimpse, zone: ZoneInfo, now: datetime) -> str:
    if not glimpse.is_series or glimpse.scope is None:
        return ""
    event = glimpse.before or glimpse.after
    assert event is not None
    first = event.when.first if isinstance(event.when, DaySpan) else None
    day = first or event.when.start.astimezone(zone).date()  # type: ignore[union-attr]
    return {
        Scope.THIS: f" (only {say_day(day, now)})",
        Scope.FOLLOWING: f" (from {say_day(day, now)} on)",
        Scope.ALL: " (the whole series)",
    }[glimpse.scope]


def _plural(change: PendingChange) -> str:
    events = say_count(change.count, "event")
    if is_all_gone(change):
        return f"Cancelled {events}"
    if all(one.before is None for one in change.glimpses):
        return f"Brought in {events}"
    return f"Changed {events}"


def is_all_gone(change: PendingChange) -> bool:
    """Whether everything in it is cancelled, or, being somebody else's, declined."""
    declined = [isinstance(one, Reply) and one.answer is Answer.DECLINED for one in change.edits]
    if len(declined) != len(change.glimpses):
        declined = [False] * len(change.glimpses)
    return all(one.after is None or no for one, no in zip(change.glimpses, declined, strict=True))


def _told(change: PendingChange) -> str:
    """Who learns of it, as the card said."""
    said = [r.text for r in change.remarks if r.kind == "invited"]
    said += [r.text for r in change.remarks if r.kind == "mail" and r.text.endswith("be mailed")]
    if not said:
        return ""
    words = said[0]
    for now_words, past in (
        (" will be mailed", " was mailed"),
        (" will both be mailed", " were both mailed"),
        (" will all be mailed", " were all mailed"),
        (" gets the", " got the"),
        (" get the", " got the"),
        (" is told", " was told"),
        (" are told", " were told"),
    ):
        if now_words in words:
            words = words.replace(now_words, past)
            break
    first = words.partition(" ")[0]
    return f" {words}." if "@" in first else f" {words[:1].upper()}{words[1:]}."


def _as_it_was(change: PendingChange) -> str:
    """What taking back led to."""
    if change.count > 1 or len(change.glimpses) != 1:
        return f"{_name(change)} are as they were"
    glimpse = change.glimpses[0]
    came, went = glimpse.before is None, glimpse.after is None
    if change.undoes is not None:
        came, went = went, came
    if came:
        return f"{_name(change)} is gone again"
    return f"{_name(change)} {'stands there again' if went else 'is as it was'}"


def _name(change: PendingChange) -> str:
    events = [one.after or one.before for one in change.glimpses]
    titles = [f'"{event.title}"' for event in events if event is not None]
    if change.count > 1 or not titles:
        return say_count(change.count, "event")
    return titles[0]


def facts_of(
    change: PendingChange, zone: ZoneInfo, now: datetime, mine: Collection[str] = ()
) -> dict[str, object]:
    """What "it" and "that" mean after this change: for the transcript. Titles of events that none
    of `mine`, the owner's addresses, organizes are strangers' words (law 3)."""
    events = []
    for glimpse in change.glimpses[:5]:
        event = glimpse.after or glimpse.before
        if event is None:
            continue
        facts: dict[str, object] = {
            "title": event.title,
            "when": say_when(event.when, zone, now),
            "gone": glimpse.after is None,
        }
        organizer = glimpse.before.organizer if glimpse.before else None
        if organizer is not None and organizer.address not in mine:
            facts["written_by_a_stranger"] = True
        if glimpse.target is not None:
            ref = glimpse.target.event_id
            rid = glimpse.target.recurrence_id
            facts["ref"] = f"{ref}@{rid}" if rid else ref
        events.append(facts)
    return {"events": events, "answered": _answered(change)}


def _answered(change: PendingChange) -> str:
    answers = [edit.answer for edit in change.edits if isinstance(edit, Reply)]
    return answers[0].value.lower() if answers and answers[0] is not Answer.OPEN else ""
