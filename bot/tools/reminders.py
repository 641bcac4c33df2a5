"""Setting reminders. Those that wait are `waiting`; ringing them is `scheduler`."""

import re
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from bot.tools.arguments import SetReminder
from bot.tools.finding import (
    Hint,
    candidates,
    likeliest,
    once_per_series,
    ref_of,
    when_words,
    which,
)
from bot.tools.leads import told_beside
from bot.tools.noting import NoteAction
from bot.tools.times import read_lead, read_time
from bot.tools.tool import (
    ProposeContext,
    ToolContext,
    ToolRefused,
    ToolResult,
    note,
    notes,
)
from bot.tools.unfound import nothing_found
from bot.wording import (
    say_instant,
    say_length,
    say_names,
    say_when,
)
from calendar_core.events import Occurrence
from calendar_core.phrases import Kind, Meaning, resolve
from calendar_core.phrases.spoken import describe_rule
from calendar_core.when import DaySpan, TimeSpan, at_wall
from scheduler.quiet import ReminderPreferences, ring_at
from scheduler.reminder import due_before, for_others

MOST_LISTED = 30


@notes
async def set_reminder(ctx: ProposeContext, args: SetReminder) -> ToolResult:
    """Remind at a time, or before an event."""
    await _check_whom(ctx)
    if args.event or (args.event_when and not args.when):
        return await _before_event(ctx, args)
    if not args.when:
        if args.leads:
            raise ToolRefused("Before which event?")
        raise ToolRefused("When shall I remind you?")
    text = (args.text or "").strip()
    if not text:
        raise ToolRefused("What shall I remind you of?")
    found = read_time(ctx, args.when)
    at, rule = _moment(ctx, found)
    return await _at_moment(ctx, args, text, at, rule)


async def _at_moment(
    ctx: ProposeContext, args: SetReminder, text: str, at: datetime, rule: str, *, beside: str = ""
) -> ToolResult:
    """`beside` is the title of whole days that it was reckoned from, once and for all."""
    if at <= ctx.now and not rule:
        past = said(ctx, at)
        raise ToolRefused(f"{past[:1].upper()}{past[1:]} is past. When shall I remind you?")
    room, whom = _whom(ctx, args)
    when = said(ctx, at) if not rule else f"{rule_words(ctx, rule)}, from {said(ctx, at)}"
    action = NoteAction(
        kind="remind",
        body={
            "place": room,
            "text": text,
            "at": at.isoformat(),
            "rule": rule,
        },
        done=f"I'll remind {whom} {when}.{'' if room else _held(ctx, at)}"
        + (f" {_stays(beside)}." if beside else ""),
        question=f'Remind {whom}: "{text}"?',
        fields={"when": when, **({"note": _stays(beside)} if beside else {})},
        must_ask=bool(room),
    )
    return await note(ctx, action, text=text, when=when, tool="set_reminder")


def _stays(beside: str) -> str:
    return f'It stays there if "{beside}" moves'


def _held(ctx: ToolContext, at: datetime, *, begins: datetime | None = None) -> str:
    """What quiet hours or a pause make of its moment; nothing where it rings then."""
    kept = ctx.me.preferences
    wishes = ReminderPreferences(
        zone=ctx.zone,
        quiet=kept.quiet,
        weekends=kept.weekend_reminders,
        paused_until=kept.paused_until,
    )
    rings = ring_at(at, begins=begins, asked=True, preferences=wishes)
    if rings is None or rings <= at.astimezone(UTC):
        return ""
    holds = "pause holds" if kept.paused_until and at < kept.paused_until else "quiet hours hold"
    return f" Your {holds} it until {said(ctx, rings.astimezone(ctx.zone))}."


def _held_before(ctx: ToolContext, one: Occurrence, leads: list[timedelta]) -> str:
    """The same for the first of several leads that is still ahead."""
    ahead = [at for at in (_rings(ctx, one, lead) for lead in leads) if at > ctx.now]
    begins = None if _is_days(one) else _begin(one, ctx)
    return _held(ctx, min(ahead), begins=begins) if ahead else ""


THERE = "Others are reminded in a channel: say it there, please. Here I remind you alone."
ALONE = (
    'I remind you, or everybody in a channel ("remind everyone here at 3 to …"), but no other '
    "person alone. To meet them, invite them to an event."
)
_SOMEBODY = re.compile(
    r"^(?:please |can you |could you )*remind (?!me\b|us\b)(?P<at>@?)(?P<name>[^\W\d][\w'-]*)\s",
    re.I,
)


async def _check_whom(ctx: ToolContext) -> None:
    """Nobody is reminded in another's stead. Raises ToolRefused where the words name somebody."""
    match = _SOMEBODY.match(ctx.said)
    if match is None:
        return
    if match["at"]:
        raise ToolRefused(ALONE)
    name = match["name"].casefold()
    known = await ctx.world.people.named(name, near=ctx.person)
    if any(name in one.name.casefold().split() and one.id != ctx.person for one in known):
        raise ToolRefused(ALONE)


_OPEN = {"note": "they see its title as it is now, its hours, place and link to join"}
_ROOMS = frozenset({"discord"})
"""Platforms on which a thread is a room of its own. Elsewhere it is read by few, and every answer
may stand in one."""
_THREAD = re.compile(r"\bthread\b", re.I)


def _whom(ctx: ToolContext, args: SetReminder) -> tuple[str, str]:
    """Key of the place to ring in, empty for the asker's direct messages; whom that reminds."""
    place = ctx.place
    if not args.in_channel:
        return "", "you"
    if place.is_private:
        raise ToolRefused(THERE)
    if place.thread is not None and (place.platform in _ROOMS or _THREAD.search(ctx.said)):
        return place.key, f"everybody in the thread in {place.name or 'the channel'}"
    return replace(place, thread=None).key, f"everybody in {place.name or 'this channel'}"


def _moment(ctx: ToolContext, found: Meaning) -> tuple[datetime, str]:
    """The instant to ring at; a day alone means the hour of all-day reminders, a part of it its
    start, each time of "every Friday afternoon" too."""
    if found.kind is Kind.LENGTH and found.length is not None:
        return ctx.now + found.length, ""
    start = found.start
    if start is None:
        raise ToolRefused("When shall I remind you?")
    if found.kind is Kind.RULE and found.zone not in ("", ctx.zone.key):
        raise ToolRefused(
            f"A repeating reminder keeps your own zone. Say its hour in {ctx.zone.key} time."
        )
    if not isinstance(start, datetime):
        hour = found.hours[0] if found.hours else ctx.me.preferences.all_day_at or time(9)
        start = at_wall(datetime.combine(start, hour), ctx.zone)
        if start <= ctx.now and found.kind is not Kind.RULE:
            start = ctx.now + timedelta(hours=1)
    elif (
        found.vague and start <= ctx.now and isinstance(found.end, datetime) and found.end > ctx.now
    ):
        start = ctx.now + timedelta(hours=1)
    return start, found.rule or "" if found.kind is Kind.RULE else ""


def said(ctx: ToolContext, at: datetime) -> str:
    return say_instant(at, ctx.zone, ctx.now, clock_24h=ctx.me.preferences.clock_24h)


def rule_words(ctx: ToolContext, rule: str) -> str:
    bare = ";".join(p for p in rule.split(";") if not p.startswith(("BYHOUR", "BYMINUTE")))
    return describe_rule(bare, now=ctx.now, zone=ctx.zone)


async def _before_event(ctx: ProposeContext, args: SetReminder) -> ToolResult:
    hint = Hint(words=args.event or "", when=args.event_when or "")
    found = once_per_series(likeliest(ctx, hint, await candidates(ctx, hint)))
    if not found:
        return await nothing_found(ctx, hint)
    if len(found) > 1:
        return which(ctx, found)
    one = found[0]
    whole = one.is_series and not (_of_a_day(ctx, args.event_when) or _NEXT.search(ctx.said))
    beside = [told_beside(ctx, words, one.title, one.when) for words in args.leads]
    if _is_days(one) and any(beside):
        if whole or len(beside) > 1 or beside[0] is None:
            raise ToolRefused(f'"{one.title}" fills whole days. How many days before?')
        told = (args.text or "").strip() or one.title
        return await _at_moment(ctx, args, told, beside[0], "", beside=one.title)
    begin = _begin(one, ctx).astimezone(UTC)
    leads = [
        begin - at.astimezone(UTC) if at else read_lead(ctx, words)
        for at, words in zip(beside, args.leads, strict=True)
    ]
    leads = _sound(one, leads or list(ctx.me.preferences.leads))
    if not whole and all(_rings(ctx, one, lead) <= ctx.now for lead in leads):
        begins = say_when(one.when, ctx.zone, ctx.now) if _is_days(one) else said(ctx, begin)
        raise ToolRefused(f'"{one.title}" begins {begins}; {_lead_words(one, leads[:1])} is past.')
    room, whom = _whom(ctx, args)
    own = bool(room) and one.owner == ctx.person
    told = _lead_words(one, leads)
    every = "every " if whole else ""
    short = told.removesuffix(" of")  # "on the day"
    action = NoteAction(
        kind="remind_before",
        body={
            "place": room,
            "event_id": one.event_id,
            "whose": one.owner,
            "recurrence_id": "" if whole else one.recurrence_id,
            "leads": [int(lead.total_seconds()) for lead in leads],
            "text": for_others(one.title, args.text or "") if own else args.text or "",
        },
        done=f'I\'ll remind {whom} {told} {every}"{one.title}", {_next(ctx, one, leads)}.'
        + ("" if room or whole else _held_before(ctx, one, leads)),
        question=f'Remind {whom} of "{one.title}"?',
        fields={"when": f"{short}, each time" if whole else short, **(_OPEN if own else {})},
        must_ask=bool(room),
    )
    told_of = {"title": one.title, "ref": ref_of(one), "when": when_words(ctx, one)}
    return await note(ctx, action, tool="set_reminder", **told_of)


_NEXT = re.compile(r"\b(?:the|my|our) (?:next|upcoming|coming) (?!\d|few\b|two\b|three\b)", re.I)
"""One of a series is meant, told from the others by nothing else."""


def _of_a_day(ctx: ToolContext, event_when: str | None) -> bool:
    """Whether a day was told with the event: then one of a series is meant, and no other."""
    told = (
        resolve(event_when, now=ctx.now, zone=ctx.zone, policy=ctx.policy) if event_when else None
    )
    return isinstance(told, Meaning) and told.day_said and told.kind is not Kind.RULE


def _sound(one: Occurrence, leads: list[timedelta]) -> list[timedelta]:
    """Of an event of whole days only the whole days of a lead count: "10 minutes before" is that
    day's morning."""
    if not leads:
        raise ToolRefused("How long before?")
    return list({lead.days: lead for lead in leads}.values()) if _is_days(one) else leads


def _is_days(one: Occurrence) -> bool:
    return isinstance(one.when, DaySpan)


def _lead_words(one: Occurrence, leads: list[timedelta]) -> str:
    """Says "10 minutes and 1 day before"; of whole days "1 day before", "on the day of"."""
    if isinstance(one.when, DaySpan):
        leads = [timedelta(days=lead.days) for lead in leads]
    before = [say_length(lead) for lead in leads if lead]
    told = [f"{say_names(before)} before"] if before else []
    at_once = "on the day of" if isinstance(one.when, DaySpan) else "at the start of"
    return say_names([*told, at_once] if timedelta() in leads else told)


def _rings(ctx: ToolContext, one: Occurrence, lead: timedelta) -> datetime:
    """The moment of a lead, as the scheduler will reckon it."""
    kept = ctx.me.preferences
    return due_before(one, lead, ReminderPreferences(zone=ctx.zone, all_day_at=kept.all_day_at))


def _next(ctx: ToolContext, one: Occurrence, leads: list[timedelta]) -> str:
    ahead = [at for at in (_rings(ctx, one, lead) for lead in leads) if at > ctx.now]
    return said(ctx, min(ahead)) if ahead else "from the next one on"


def _begin(one: Occurrence, ctx: ToolContext) -> datetime:
    when = one.when if isinstance(one.when, TimeSpan) else one.when.within(ctx.zone)
    return when.start
