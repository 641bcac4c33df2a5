"""Reminders: set, list, take back. Ringing them is `scheduler`."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from bot.tools.arguments import CancelReminder, ListReminders, SetReminder
from bot.tools.finding import (
    MOST_CANDIDATES,
    Hint,
    candidates,
    is_anothers,
    likeliest,
    once_per_series,
    owners_of,
    ref_of,
    when_words,
    which,
)
from bot.tools.leads import told_beside
from bot.tools.noting import NoteAction
from bot.tools.times import read_lead, read_time, window_of
from bot.tools.tool import (
    ProposeContext,
    ToolContext,
    ToolRefused,
    ToolResult,
    note,
    notes,
    reads,
)
from bot.tools.unfound import nothing_found
from bot.wording import (
    say_count,
    say_instant,
    say_length,
    say_names,
    say_near_day,
    say_when,
)
from calendar_core.errors import NotFound
from calendar_core.events import Occurrence
from calendar_core.phrases import Kind, Meaning, resolve
from calendar_core.phrases.spoken import describe_rule
from calendar_core.when import DaySpan, TimeSpan, at_wall
from scheduler.quiet import ReminderPreferences
from scheduler.reminder import Reminder, due_before

MOST_LISTED = 30


@notes
async def set_reminder(ctx: ProposeContext, args: SetReminder) -> ToolResult:
    """Remind at a time, or before an event."""
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
    ctx: ProposeContext, args: SetReminder, text: str, at: datetime, rule: str
) -> ToolResult:
    if at <= ctx.now and not rule:
        raise ToolRefused(f"{_said(ctx, at)} is past. When shall I remind you?")
    in_channel = args.in_channel and not ctx.place.is_private
    when = _said(ctx, at) if not rule else f"{_rule_words(ctx, rule)}, from {_said(ctx, at)}"
    whom = f"everybody in {ctx.place.name}" if in_channel else "you"
    action = NoteAction(
        kind="remind",
        body={
            "place": ctx.place.key if in_channel else "",
            "text": text,
            "at": at.isoformat(),
            "rule": rule,
        },
        done=f"I'll remind {whom} {when}.",
        question=f'Remind {whom}: "{text}"?',
        fields={"when": when},
        must_ask=in_channel,
    )
    return await note(ctx, action, text=text, when=when, tool="set_reminder")


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


def _said(ctx: ToolContext, at: datetime) -> str:
    return say_instant(at, ctx.zone, ctx.now, clock_24h=ctx.me.preferences.clock_24h)


def _rule_words(ctx: ToolContext, rule: str) -> str:
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
    whole = one.is_series and not _of_a_day(ctx, args.event_when)
    beside = [told_beside(ctx, words, one.title, one.when) for words in args.leads]
    if _is_days(one) and any(beside):
        if whole or len(beside) > 1 or beside[0] is None:
            raise ToolRefused(f'"{one.title}" fills whole days. How many days before?')
        return await _at_moment(ctx, args, (args.text or "").strip() or one.title, beside[0], "")
    begin = _begin(one, ctx).astimezone(UTC)
    leads = [
        begin - at.astimezone(UTC) if at else read_lead(ctx, words)
        for at, words in zip(beside, args.leads, strict=True)
    ]
    leads = _sound(one, leads or list(ctx.me.preferences.leads))
    if not whole and all(_rings(ctx, one, lead) <= ctx.now for lead in leads):
        begins = say_when(one.when, ctx.zone, ctx.now) if _is_days(one) else _said(ctx, begin)
        raise ToolRefused(f'"{one.title}" begins {begins}; {_lead_words(one, leads[:1])} is past.')
    in_channel = args.in_channel and not ctx.place.is_private
    whom = f"everybody in {ctx.place.name}" if in_channel else "you"
    told = _lead_words(one, leads)
    every = "every " if whole else ""
    action = NoteAction(
        kind="remind_before",
        body={
            "place": ctx.place.key if in_channel else "",
            "event_id": one.event_id,
            "whose": one.owner,
            "recurrence_id": "" if whole else one.recurrence_id,
            "leads": [int(lead.total_seconds()) for lead in leads],
            "text": args.text or "",
        },
        done=f'I\'ll remind {whom} {told} {every}"{one.title}", {_next(ctx, one, leads)}.',
        question=f'Remind {whom} of "{one.title}"?',
        fields={"when": f"{told} {every}".strip()},
        must_ask=in_channel,
    )
    told_of = {"title": one.title, "ref": ref_of(one), "when": when_words(ctx, one)}
    return await note(ctx, action, tool="set_reminder", **told_of)


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
    return _said(ctx, min(ahead)) if ahead else "from the next one on"


def _begin(one: Occurrence, ctx: ToolContext) -> datetime:
    when = one.when if isinstance(one.when, TimeSpan) else one.when.within(ctx.zone)
    return when.start


@reads
async def list_reminders(ctx: ToolContext, args: ListReminders) -> ToolResult:
    """What waits to ring."""
    waiting = await _waiting(ctx, args.when)
    if not waiting:
        return ToolResult(text="No reminders are waiting.", facts={"reminders": []})
    lines = [f"{say_count(len(waiting), 'reminder')}:" if len(waiting) > 1 else "One reminder:"]
    lines += [
        f"  {number}  {_line(ctx, one)}" for number, one in enumerate(waiting[:MOST_LISTED], 1)
    ]
    if len(waiting) > MOST_LISTED:
        lines.append(f"…and {len(waiting) - MOST_LISTED} more.")
    return ToolResult(
        text="\n".join(lines),
        facts={
            "reminders": [_facts(ctx, n, one) for n, one in enumerate(waiting[:MOST_LISTED], 1)]
        },
        strangers_text=await _tells_anothers(ctx, waiting[:MOST_LISTED]),
    )


async def _tells_anothers(ctx: ToolContext, listed: Sequence[Reminder]) -> bool:
    """Whether a title among them was written by somebody else (law 3)."""
    for target in {one.event for one in listed if one.event is not None}:
        try:
            found = await ctx.world.mirror.find_occurrence(target, ctx.zone, owners_of(ctx))
        except NotFound:
            return True  # gone, or of another place: nobody can say here whose words they are
        if is_anothers(ctx, found):
            return True
    return False


async def _waiting(ctx: ToolContext, when: str | None) -> list[Reminder]:
    waiting = [one for one in await ctx.world.notebook.listed(ctx.person) if one.due is not None]
    if when:
        span = window_of(ctx, read_time(ctx, when))
        waiting = [one for one in waiting if one.due and span.contains(one.due)]
    return waiting


def _line(ctx: ToolContext, one: Reminder) -> str:
    at = one.rings_at or one.due
    assert at is not None
    what = one.text or (f'"{one.title}"' if one.title else "reminder")
    if one.lead is not None:
        what = f'{_before(one, one.lead)} "{one.title}"' + (f": {one.text}" if one.text else "")
    parts = [_said(ctx, at), what]
    if one.rule:
        parts.append(_rule_words(ctx, one.rule))
    if one.place:
        parts.append("in a channel")
    return " · ".join(parts)


def _before(one: Reminder, lead: timedelta) -> str:
    """Says "10 minutes before"; of whole days, which ring at an hour of their own, the days."""
    of_days = one.begins is not None and one.due is not None and one.begins - lead != one.due
    if of_days:
        lead = timedelta(days=lead.days)
    if not lead:
        return "on the day of" if of_days else "at the start of"
    return f"{say_length(lead)} before"


def _facts(ctx: ToolContext, number: int, one: Reminder) -> dict[str, object]:
    at = one.rings_at or one.due
    return {
        "n": number,
        "ref": one.id,
        "text": one.text or one.title,
        "when": _said(ctx, at) if at else "",
        "before_event": one.lead is not None,
    }


@notes
async def cancel_reminder(ctx: ProposeContext, args: CancelReminder) -> ToolResult:
    """Take back one reminder, or all."""
    waiting = await _waiting(ctx, args.when)
    found = _meant(waiting, args)
    if not found:
        raise ToolRefused(_none(ctx, waiting, args))
    if len(found) > 1 and not args.every:
        return _which(ctx, found)
    names = say_names([f'"{one.text or one.title}"' for one in found[:5]])
    rest = f" and {len(found) - 5} more" if len(found) > 5 else ""
    action = NoteAction(
        kind="cancel_reminders",
        body={"ids": [one.id for one in found]},
        done=f"I won't remind you of {names}{rest}.",
        question=f"Take back the reminder of {names}{rest}?",
    )
    return await note(ctx, action, tool="cancel_reminder")


def _meant(waiting: list[Reminder], args: CancelReminder) -> list[Reminder]:
    if not args.reminder:
        return waiting
    by_ref = [one for one in waiting if one.id == args.reminder]
    words = [word.strip(".,\"'") for word in args.reminder.casefold().split()]
    named = [
        one
        for one in waiting
        if all(word in f"{one.text} {one.title}".casefold() for word in words)
    ]
    return by_ref or named


def _none(ctx: ToolContext, waiting: list[Reminder], args: CancelReminder) -> str:
    if not waiting:
        when = f" {say_near_day(ctx.now.date(), ctx.now)}" if args.when == "today" else ""
        return f"No reminders are waiting{when}."
    there = "; ".join(_line(ctx, one) for one in waiting[:3])
    return f'I find no reminder "{args.reminder}". There is: {there}.'


def _which(ctx: ToolContext, found: list[Reminder]) -> ToolResult:
    shown = found[:MOST_CANDIDATES]
    lines = ["Which reminder?"]
    lines += [f"  {number}  {_line(ctx, one)}" for number, one in enumerate(shown, 1)]
    facts = [
        {"n": n, "ref": one.id, "title": one.text or one.title, "when": _line(ctx, one)}
        for n, one in enumerate(shown, 1)
    ]
    return ToolResult(text="\n".join(lines), facts={"which": facts})
