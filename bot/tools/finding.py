"""Which event a person means: by words, by time, by who takes part, or by the `ref` of an earlier
result."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.chat.messages import Place
from bot.tools.times import begins, names_days, read_time, read_window
from bot.tools.tool import ToolContext, ToolRefused, ToolResult
from bot.wording import say_when, with_capital_days
from calendar_core.changes.change import Target
from calendar_core.errors import NotFound
from calendar_core.events import Answer, EventId, Occurrence, RecurrenceId, Status
from calendar_core.folding import folded
from calendar_core.people import PersonId
from calendar_core.phrases import Kind
from calendar_core.when import TimeSpan

AHEAD = timedelta(days=400)
MOST_CANDIDATES = 9
MOST_FOUND = 200
_WEEKDAYS = {"MO", "TU", "WE", "TH", "FR"}
_ANY = frozenset(
    [
        "a",
        "an",
        "the",
        "my",
        "our",
        "this",
        "that",
        "event",
        "events",
        "meeting",
        "meetings",
        "appointment",
        "appointments",
        "thing",
        "things",
        "it",
        "one",
        "call",
        "entry",
        "item",
        "plans",
        "plan",
        "booking",
        "schedule",
        "calendar",
        "something",
        "everything",
        "anything",
        "all",
    ]
)


def ref_of(occurrence: Occurrence) -> str:
    """How a model names an occurrence: `event@original-start`, opaque to people."""
    if occurrence.recurrence_id:
        return f"{occurrence.event_id}@{occurrence.recurrence_id}"
    return occurrence.event_id


def target_ref(target: Target) -> str:
    """The same of a change's target."""
    if target.recurrence_id:
        return f"{target.event_id}@{target.recurrence_id}"
    return target.event_id


def target_of(occurrence: Occurrence) -> Target:
    """The same, for a change."""
    return Target(event_id=occurrence.event_id, recurrence_id=occurrence.recurrence_id)


def channel_owner(place: Place) -> PersonId:
    """Whose the calendar of a channel is: the channel's own."""
    return PersonId(f"channel:{place.platform}/{place.workspace}/{place.channel}")


async def zone_line(ctx: ToolContext) -> list[str]:
    """In whose time an answer tells its hours, where readers in other zones see it too."""
    people = await ctx.world.people.everyone(near=ctx.person)
    if all(one.zone.key == ctx.zone.key for one in people):
        return []
    return [f"All times are in {ctx.zone.key}."]


def channel_here(ctx: ToolContext) -> PersonId:
    """Whose calendar stands for the channel that is spoken in."""
    return ctx.channel or channel_owner(ctx.place)


def owners_of(ctx: ToolContext) -> tuple[PersonId, ...]:
    """Whose calendars the asker may look at here: their own, and the channel's."""
    if ctx.place.is_private:
        return (ctx.person,)
    return (ctx.person, channel_here(ctx))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """What a person said to tell an event."""

    words: str = ""
    when: str = ""
    person: str = ""
    past: bool = False
    declined_too: bool = False
    """Whether events that the person declined count as well."""

    @property
    def told(self) -> str:
        """The hint as it was said, for "I found no …"."""
        parts = [f'"{self.words}"' if self.words else "event"]
        parts += [f"with {self.person}"] if self.person else []
        when = with_capital_days(self.when.removeprefix("on "))
        parts += [f"for {when}"] if when else []
        return " ".join(parts)


async def candidates(ctx: ToolContext, hint: Hint) -> tuple[Occurrence, ...]:
    """The occurrences that fit; a series stands there once, by the first that fits, unless a time
    was said."""
    ref = await by_ref(ctx, hint.words)
    if ref is not None:
        return (ref,)
    span = read_window(ctx, hint.when) if hint.when else None
    words = telling(hint.words)
    if span is None and not words and not hint.person:
        return ()
    found = await _look(ctx, words, hint, span)
    if span is not None and not found and words:
        found = await _look(ctx, words, replace(hint, when=""), None)
        found = [one for one in found if _near(one, span, ctx)]
    often = None if found else _OFTEN.match(hint.words)
    if often is not None:
        named = await candidates(ctx, replace(hint, words=hint.words[often.end() :]))
        rhythm = _RHYTHMS[often[1].casefold()]
        return tuple(one for one in named if rhythm in one.rule) or named
    return tuple(once_per_series(found) if span is None else found)


_RHYTHMS = {
    "daily": "FREQ=DAILY",
    "weekly": "FREQ=WEEKLY",
    "biweekly": "INTERVAL=2",
    "fortnightly": "INTERVAL=2",
    "monthly": "FREQ=MONTHLY",
    "quarterly": "INTERVAL=3",
    "yearly": "FREQ=YEARLY",
}
_OFTEN = re.compile(rf"(?:the |my |our )?({'|'.join(_RHYTHMS)}) (?=\w)", re.I)
"""What tells a series by how often it is, where no title says so."""


def likeliest(ctx: ToolContext, hint: Hint, found: Sequence[Occurrence]) -> tuple[Occurrence, ...]:
    """Of what an hour alone points at: what begins then, else what has hours, before whole days."""
    if not hint.when or hint.words or len(found) < 2:
        return tuple(found)
    said = read_time(ctx, hint.when)
    if names_days(said):
        return tuple(found)
    timed = tuple(one for one in found if isinstance(one.when, TimeSpan))
    if said.kind is Kind.INSTANT:
        timed = tuple(one for one in timed if begins(one.when, ctx.zone) == said.start) or timed
    return timed or tuple(found)


async def _look(
    ctx: ToolContext, words: list[str], hint: Hint, span: TimeSpan | None
) -> list[Occurrence]:
    if span is None:
        span = (
            TimeSpan(start=ctx.now - AHEAD, end=ctx.now)
            if hint.past
            else TimeSpan(start=ctx.now, end=ctx.now + AHEAD)
        )
    if words:
        found: Iterable[Occurrence] = await _by_words(ctx, " ".join(words), span)
        if hint.when:
            found = await _every_one_of(ctx, found, span)
    else:
        agenda = await ctx.world.mirror.occurrences(owners_of(ctx), span, ctx.zone)
        found = agenda.own
    fitting = [
        one
        for one in found
        if (is_alive(one) or (hint.declined_too and one.status is not Status.CANCELLED))
        and takes_part(one, hint.person)
    ]
    own = await _own_first(ctx, fitting)
    return sorted(told_once(own), key=lambda one: _distance(one, ctx))


async def _own_first(ctx: ToolContext, found: list[Occurrence]) -> list[Occurrence]:
    """What stands on the asker's own calendars, if any of it does: only then on such as somebody
    else shares with them."""
    if len({one.calendar_id for one in found}) < 2:
        return found
    listed = await ctx.world.mirror.calendars(owners_of(ctx))
    others = {calendar.id for calendar in listed if calendar.is_anothers}
    return [one for one in found if one.calendar_id not in others] or found


async def _by_words(ctx: ToolContext, words: str, span: TimeSpan) -> Sequence[Occurrence]:
    mirror, whose = ctx.world.mirror, owners_of(ctx)
    found = await mirror.search(whose, words, span=span, zone=ctx.zone, limit=MOST_FOUND)
    if found:
        return found
    return await mirror.search_alike(whose, words, span=span, zone=ctx.zone, limit=MOST_FOUND)


async def _every_one_of(
    ctx: ToolContext, found: Iterable[Occurrence], span: TimeSpan
) -> list[Occurrence]:
    """All occurrences in a span of the events that were found: a search names each event once."""
    series = {one.event_id for one in found if one.is_series}
    once = [one for one in found if one.event_id not in series]
    if not series:
        return once
    agenda = await ctx.world.mirror.occurrences(owners_of(ctx), span, ctx.zone)
    return once + [one for one in agenda.occurrences if one.event_id in series]


def _distance(one: Occurrence, ctx: ToolContext) -> timedelta:
    span = one.when if isinstance(one.when, TimeSpan) else one.when.within(ctx.zone)
    return abs(span.start - ctx.now)


def _near(one: Occurrence, span: TimeSpan, ctx: ToolContext) -> bool:
    when = one.when if isinstance(one.when, TimeSpan) else one.when.within(ctx.zone)
    return when.overlaps(span) or when.start == span.start


def is_alive(one: Occurrence) -> bool:
    """Whether the event still counts for its owner: neither cancelled nor declined."""
    return one.status is not Status.CANCELLED and one.my_answer is not Answer.DECLINED


def takes_part(one: Occurrence, person: str) -> bool:
    """Whether somebody of that name is guest, organizer, or named in the title; of several names
    ("Ana and Bo") all are."""
    who = (*one.guests, one.organizer)
    # Of an address that stands for a name, only what stands before its server is one.
    names = who if "@" in person else (name.partition("@")[0] for name in who)
    said = [folded(text) for text in (*names, one.title)]
    return all(
        any(re.search(rf"(?<![^\W_]){re.escape(wanted.lstrip('@'))}", text) for text in said)
        for wanted in _NAMES.split(folded(person))
        if wanted
    )


_NAMES = re.compile(r"\s*(?:,|&|\band\b)\s*")


def is_named(one: Occurrence, words: str) -> bool:
    """Whether words mean an event: its `ref`, or words of its title, place or guests."""
    if words in (ref_of(one), one.event_id):
        return True
    said = folded(" ".join((one.title, one.location or "", *one.guests)))
    told = [folded(word) for word in telling(words)]
    return bool(told) and all(re.search(rf"(?<![^\W_]){re.escape(w)}", said) for w in told)


def told_once(found: Iterable[Occurrence]) -> list[Occurrence]:
    """What stands on the asker's calendar and on the channel's, once: as the channel's, for that
    is the one which all who are in see and change."""
    found = list(found)
    of_channel = {(one.uid, one.recurrence_id) for one in found if _is_channels(one)}
    return [
        one for one in found if _is_channels(one) or (one.uid, one.recurrence_id) not in of_channel
    ]


def _is_channels(one: Occurrence) -> bool:
    return one.owner.startswith("channel:")


def once_per_series(found: Iterable[Occurrence]) -> list[Occurrence]:
    """Each event once, by its first occurrence in the given order."""
    seen: dict[EventId, Occurrence] = {}
    for one in found:
        seen.setdefault(one.event_id, one)
    return list(seen.values())


def telling(words: str) -> list[str]:
    """The words that tell an event from others."""
    bare = [word.strip(".,!?\"'“”").removesuffix("'s") for word in words.split()]
    return [word for word in bare if word and word.casefold() not in _ANY]


async def by_ref(ctx: ToolContext, ref: str) -> Occurrence | None:
    """The occurrence that an earlier result named, or None when the text is no ref."""
    event, _, original = ref.strip().partition("@")
    if len(event) != 24 or any(letter not in "0123456789abcdef" for letter in event):
        return None
    target = Target(event_id=EventId(event), recurrence_id=RecurrenceId(original))
    try:
        return await ctx.world.mirror.find_occurrence(target, ctx.zone, owners_of(ctx))
    except NotFound as err:
        raise ToolRefused("That event is no longer there.") from err


def which(
    ctx: ToolContext, found: Sequence[Occurrence], question: str = "Which one?"
) -> ToolResult:
    """Ask which of several was meant, with numbers to answer by."""
    shown = found[:MOST_CANDIDATES]
    lines = [question]
    lines += [f"  {number}  {_candidate(ctx, one)}" for number, one in enumerate(shown, 1)]
    if len(found) > len(shown):
        lines.append(f"…and {len(found) - len(shown)} more. Say the day to narrow it down.")
    facts = {
        "which": [
            {
                "n": number,
                "ref": ref_of(one),
                "title": one.title,
                "when": when_words(ctx, one),
                "repeats": one.is_series,
            }
            for number, one in enumerate(shown, 1)
        ]
    }
    anothers = any(is_anothers(ctx, one) for one in shown)
    return ToolResult(text="\n".join(lines), facts=facts, strangers_text=anothers)


def is_anothers(ctx: ToolContext, one: Occurrence) -> bool:
    """Whether somebody else organizes the event, or fills its calendar, and so wrote its text."""
    if not one.organizer or one.organizer_address == "":
        return one.is_outside
    if one.organizer_address is None:
        return one.organizer not in ctx.me.names
    mine = (*ctx.me.addresses, ctx.me.email)
    return one.organizer_address.casefold() not in {
        address.casefold().removeprefix("mailto:") for address in mine
    }


def _candidate(ctx: ToolContext, one: Occurrence) -> str:
    return " · ".join([when_words(ctx, one), one.title, *names_of(one)[:3], *repeats(one)])


def when_words(ctx: ToolContext, one: Occurrence) -> str:
    """When it is, in the asker's words for times."""
    return say_when(one.when, ctx.zone, ctx.now, clock_24h=ctx.me.preferences.clock_24h)


def names_of(one: Occurrence) -> list[str]:
    """Who else takes part."""
    return list(one.guests) or ([one.organizer] if one.organizer else [])


def repeats(one: Occurrence) -> list[str]:
    """One word for how it repeats, or none."""
    if not one.is_series:
        return []
    parts = dict(part.split("=", 1) for part in one.rule.split(";") if "=" in part)
    every = int(parts.get("INTERVAL", "1") or 1)
    names = {"DAILY": "daily", "WEEKLY": "weekly", "MONTHLY": "monthly", "YEARLY": "yearly"}
    unit = {"DAILY": "days", "WEEKLY": "weeks", "MONTHLY": "months", "YEARLY": "years"}
    freq = parts.get("FREQ", "")
    if freq not in names:
        return ["repeats"]
    if every == 1 and set(parts.get("BYDAY", "").split(",")) == _WEEKDAYS:
        return ["weekdays"]
    return [names[freq] if every == 1 else f"every {every} {unit[freq]}"]
