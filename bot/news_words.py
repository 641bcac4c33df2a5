"""What became of events, in words: who did it, what was and what is. Pure.

Cards of it are `notice_cards`; what exactly changed is found out by
`calendar_core.comparing`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.chat.cards import Moment
from bot.people import Person
from bot.series_words import series_words
from bot.wording import moments_of, say_answer, say_clocks, say_line, say_when
from calendar_core.events import Event, Guest, Repeat, Status
from calendar_core.phrases.spoken import describe_rule
from calendar_core.report import Changed, Stood
from calendar_core.when import DaySpan, When

LONGEST_NOTE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One sentence, and the times in it for readers in other zones."""

    text: str
    moments: tuple[Moment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Who is told, and when."""

    zone: ZoneInfo
    now: datetime
    """Aware, in `zone`."""
    clock_24h: bool = True

    def when(self, when: When) -> str:
        """A time as they read it."""
        return say_when(when, self.zone, self.now, clock_24h=self.clock_24h)


def listener(person: Person, now: datetime) -> Listener:
    """Somebody as they listen now."""
    return Listener(
        zone=person.zone,
        now=now.astimezone(person.zone),
        clock_24h=person.preferences.clock_24h,
    )


def say_changed(one: Changed, to: Listener, *, is_cancelled: bool = True) -> Told:
    """Says 'Bo moved "Review" from Tue 10 March 10:00–11:00 to Wed 11 March 11:00–12:00.'.

    `is_cancelled` says that what is no longer there was cancelled, and did not merely go.
    """
    by = one.by or "Somebody"
    if one.before is None and one.after is None:
        return Told(text="")
    if one.after is None:
        assert one.before is not None
        return _gone(one.before, by, to, is_cancelled=is_cancelled)
    if one.before is None:
        return _came(one, one.after, by, to)
    if one.before == one.after:
        return _answers(one, one.after, to)
    return _otherwise(one.before, one.after, by, to)


def say_answered(guest: Guest, to: Listener) -> str:
    """Says 'Kim declined and proposes Thu 12 March 15:00–16:00: "in Rome that day"'."""
    instead = "" if guest.proposed is None else f" and proposes {to.when(guest.proposed)}"
    note = say_line(guest.note)
    if len(note) > LONGEST_NOTE:
        note = f"{note[: LONGEST_NOTE - 1].rstrip()}…"
    words = f': "{note}"' if note else ""
    return f"{say_answer(guest)}{instead}{words}"


def say_as_it_was(one: Changed, to: Listener) -> Told:
    """Of what was changed and changed back."""
    stood = one.after or one.before
    assert stood is not None, "it stood before and stands again"
    return _told(f"{_upper(_name(stood))} is as it was: {_when(stood, to)}.", to, stood)


def _told(sentence: str, to: Listener, *stood: Stood) -> Told:
    """A sentence, with the times of these states that it tells."""
    pairs = [(_when(one, to), one.when) for one in stood if not one.rule]
    return Told(text=sentence, moments=moments_of(pairs))


def _name(stood: Stood) -> str:
    title = f'"{stood.title or "(no title)"}"'
    return f"the series {title}" if stood.rule else title


def _when(stood: Stood, to: Listener) -> str:
    """Says "Thu 12 March 14:00–15:00", of a series "every Tuesday 09:30–09:45"."""
    if not stood.rule:
        return to.when(stood.when)
    parts = stood.rule.split(";")
    open_ended = ";".join(one for one in parts if not one.startswith(("UNTIL=", "COUNT=")))
    how = describe_rule(open_ended, now=to.now, zone=to.zone)
    if isinstance(stood.when, DaySpan):
        return f"{how}, all day"
    here = stood.when.within(to.zone)
    return f"{how} {say_clocks(here.start, here.end, clock_24h=to.clock_24h)}"


def _gone(stood: Stood, by: str, to: Listener, *, is_cancelled: bool) -> Told:
    name, when = _name(stood), _when(stood, to)
    if is_cancelled:
        return _told(f"{by} cancelled {name}, {when}.", to, stood)
    return _told(f"{_upper(name)} by {by}, {when}, is gone from your calendar.", to, stood)


def _came(one: Changed, stood: Stood, by: str, to: Listener) -> Told:
    name, when = _name(stood), _when(stood, to)
    if one.recurrence_id:
        return _told(f"{by} put {name} back: {when}.", to, stood)
    return _told(f"{by} invites you to {name}, {when}.", to, stood)


def _answers(one: Changed, stood: Stood, to: Listener) -> Told:
    said = "; ".join(say_answered(guest, to) for guest in one.answers)
    return _told(f"{_upper(_name(stood))}, {_when(stood, to)}: {said}.", to, stood)


def _otherwise(before: Stood, after: Stood, by: str, to: Listener) -> Told:
    clauses = list(_clauses(before, after))
    name, was, is_now = _name(before), _when(before, to), _when(after, to)
    if was != is_now:
        also = "".join(f"; {one}" for one in clauses)
        return _told(f"{by} moved {name} from {was} to {is_now}{also}.", to, before, after)
    if (before.when, before.rule) != (after.when, after.rule):
        # The hours sound the same: the series begins or ends another day.
        clauses.insert(0, _how_long(before, after, to))
    return _told(f"{by} changed {name}, {was}: {'; '.join(clauses)}.", to, before)


def _how_long(before: Stood, after: Stood, to: Listener) -> str:
    was, is_now = (_whole_series(one, to) for one in (before, after))
    return f"it is {is_now} now, it was {was}"


def _whole_series(stood: Stood, to: Listener) -> str:
    if not stood.rule:
        return to.when(stood.when)
    zone = None if isinstance(stood.when, DaySpan) else to.zone.key
    when = stood.when if isinstance(stood.when, DaySpan) else stood.when.within(to.zone)
    event = Event(uid="", title=stood.title, when=when, zone=zone, repeat=Repeat(rule=stood.rule))
    return series_words(event, to.zone, to.now, clock_24h=to.clock_24h)


def _clauses(before: Stood, after: Stood) -> Iterator[str]:
    if before.title != after.title:
        yield f'it is called "{after.title}" now'
    if before.location != after.location:
        yield _place(before.location, after.location)
    if before.video_url != after.video_url:
        yield "its video link is another now" if after.video_url else "it has no video link now"
    if before.status is not after.status:
        tentative = after.status is Status.TENTATIVE
        yield "it is tentative now" if tentative else "it is certain now"


def _place(before: str, after: str) -> str:
    if not after:
        return f"it has no place now, it was {before}"
    return f"its place is {after} now" + (f", it was {before}" if before else "")


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
