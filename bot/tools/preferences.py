"""Showing and changing how a person wants to be served."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from bot.people import Preferences
from bot.tools.arguments import GetPreferences, SetPreferences
from bot.tools.calendars import calendar_action
from bot.tools.noting import NoteAction
from bot.tools.times import read_lead, read_length, read_time, window_of
from bot.tools.tool import (
    ProposeContext,
    ToolContext,
    ToolMisused,
    ToolRefused,
    ToolResult,
    note,
    notes,
    reads,
)
from bot.wording import say_instant, say_length, say_names
from bot.zones import UnknownZone, find_zone
from calendar_core.people import WorkingHours
from calendar_core.phrases import Kind

_KEPT = TypeAdapter(Preferences)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_OFF = frozenset({"off", "none", "never", "no", ""})
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})")
_RANGE = re.compile(r"\s*(?:\bto\b|\buntil\b|\btill\b|[-–])\s*")


@reads
async def get_preferences(ctx: ToolContext, args: GetPreferences) -> ToolResult:
    """How the person is served."""
    lines = [f"  {name:<16}{value}" for name, value in _told(ctx, ctx.me.preferences).items()]
    return ToolResult(
        text="\n".join([f"{ctx.me.name}, this is how I serve you:", *lines]),
        facts={"zone": ctx.zone.key} | _told(ctx, ctx.me.preferences),
    )


def _told(ctx: ToolContext, kept: Preferences) -> dict[str, str]:
    hours = kept.hours
    return {
        "zone": ctx.zone.key,
        "working hours": f"{_days_words(hours.days)} {hours.start:%H:%M}–{hours.end:%H:%M}",
        "week starts": _DAYS[kept.week_start].title(),
        "clock": "24 h" if kept.clock_24h else "12 h",
        "new events": say_length(kept.default_length),
        "reminders": _leads_words(kept.leads),
        "all-day events": f"reminded at {kept.all_day_at:%H:%M}",
        "quiet hours": f"{kept.quiet[0]:%H:%M}–{kept.quiet[1]:%H:%M}" if kept.quiet else "none",
        "on weekends": "reminders ring" if kept.weekend_reminders else "reminders rest",
        "daily digest": f"{kept.digest_at:%H:%M}" if kept.digest_at else "off",
        "buffer": say_length(kept.buffer) if kept.buffer else "none",
        **(
            {"paused until": say_instant(kept.paused_until, ctx.zone, ctx.now)}
            if kept.paused_until and kept.paused_until > ctx.now
            else {}
        ),
    }


def _leads_words(leads: tuple[timedelta, ...]) -> str:
    return f"{say_names([say_length(lead) for lead in leads])} before" if leads else "none"


def _days_words(days: tuple[int, ...]) -> str:
    names = [_DAYS[day][:3].title() for day in sorted(days)]
    if len(days) > 2 and sorted(days) == list(range(min(days), max(days) + 1)):
        return f"{names[0]}–{names[-1]}"
    return ", ".join(names)


@notes
async def set_preferences(ctx: ProposeContext, args: SetPreferences) -> ToolResult:
    """Change how the person is served; a zone is asked about first."""
    if args.default_calendar or args.calendar:
        return await note(ctx, await calendar_action(ctx, args), tool="set_preferences")
    wished: dict[str, Any] = {}
    said = []
    for fields, words in _changes(ctx, args):
        wished |= fields
        said.append(words)
    zone = _zone(args.zone) if args.zone is not None else ctx.zone
    if zone.key == ctx.zone.key and not said:
        if args.zone is not None:
            return ToolResult(text=f"Your zone is {zone.key} already.")
        raise ToolRefused(
            "What shall I change: zone, hours, week start, lengths, reminders, digest?"
        )
    body = _body(ctx.me.preferences, wished)
    if zone.key != ctx.zone.key:
        return await note(ctx, _new_zone(ctx, zone, body, said), tool="set_preferences")
    action = NoteAction(
        kind="preferences",
        body=body,
        done=f"Noted: {say_names(said)}.",
        question="Change your preferences?",
        fields={"to": say_names(said)},
    )
    return await note(ctx, action, tool="set_preferences")


def _body(kept: Preferences, wished: Mapping[str, Any]) -> dict[str, Any]:
    """What was wished and nothing else: a note that waits must not undo what comes after it."""
    dumped = _KEPT.dump_python(replace(kept, **wished), mode="json")
    return {name: dumped[name] for name in wished}


def _zone(words: str) -> ZoneInfo:
    try:
        return find_zone(words)
    except UnknownZone as err:
        raise ToolRefused(str(err)) from err


def _new_zone(
    ctx: ToolContext, zone: ZoneInfo, preferences: dict[str, Any], said: list[str]
) -> NoteAction:
    here = ctx.now.astimezone(zone)
    also = f"; {say_names(said)}" if said else ""
    return NoteAction(
        kind="zone",
        body={"zone": zone.key, "preferences": preferences},
        done=f"Your zone is {zone.key} now{also}.",
        question=f"Change your zone to {zone.key}?",
        fields={
            "was": ctx.zone.key,
            "will be": f"{zone.key}, where it is {here:%H:%M} now",
            **({"and": say_names(said)} if said else {}),
            "note": "events stay at their instants; I tell you all times in the new zone",
        },
        must_ask=True,
    )


def _changes(ctx: ToolContext, args: SetPreferences) -> list[tuple[dict[str, Any], str]]:
    """Each wish as fields and its words."""
    found: list[tuple[dict[str, Any], str]] = []

    def keep(words: str, **fields: Any) -> None:
        found.append((fields, words))

    if args.working_hours is not None or args.working_days is not None:
        hours = _hours(ctx, args)
        told = f"working hours {_days_words(hours.days)} {hours.start:%H:%M}–{hours.end:%H:%M}"
        keep(told, hours=hours)
    if args.week_start is not None:
        keep(f"weeks start on {args.week_start.title()}", week_start=_DAYS.index(args.week_start))
    if args.clock is not None:
        keep(f"{args.clock} h clock", clock_24h=args.clock == "24")
    if args.default_length is not None:
        length = read_length(ctx, args.default_length)
        if not timedelta() < length <= timedelta(days=1):
            raise ToolRefused("A new event is between a minute and a day long. How long?")
        keep(f"new events take {say_length(length)}", default_length=length)
    if args.reminder_leads is not None:
        leads = tuple(read_lead(ctx, words) for words in args.reminder_leads)
        keep(f"reminders {_leads_words(leads)}", leads=leads, guest_leads=leads)
    if args.all_day_reminder is not None:
        at = read_clock(ctx, args.all_day_reminder)
        keep(f"all-day events are reminded at {at:%H:%M}", all_day_at=at)
    if args.quiet_hours is not None:
        quiet = _range(ctx, args.quiet_hours, overnight=True)
        told = f"quiet hours {quiet[0]:%H:%M}–{quiet[1]:%H:%M}" if quiet else "no quiet hours"
        keep(told, quiet=quiet)
    if args.weekend_reminders is not None:
        state = "ring" if args.weekend_reminders else "rest"
        keep(f"reminders {state} on weekends", weekend_reminders=args.weekend_reminders)
    if args.digest_at is not None:
        off = args.digest_at.casefold().strip() in _OFF
        digest = None if off else read_clock(ctx, args.digest_at)
        keep(f"daily digest at {digest:%H:%M}" if digest else "no daily digest", digest_at=digest)
    if args.buffer is not None:
        off = args.buffer.casefold().strip() in _OFF
        buffer = timedelta() if off else read_length(ctx, args.buffer)
        keep(f"{say_length(buffer)} between meetings" if buffer else "no buffer", buffer=buffer)
    if args.pause_reminders_until is not None:
        off = args.pause_reminders_until.casefold().strip() in _OFF
        until = None if off else _until(ctx, args.pause_reminders_until)
        told = (
            f"reminders rest until {say_instant(until, ctx.zone, ctx.now)}"
            if until
            else "reminders ring"
        )
        keep(told, paused_until=until)
    return found


def _until(ctx: ToolContext, words: str) -> datetime:
    found = read_time(ctx, words)
    window = window_of(ctx, found)
    # "Until Monday" is open at its beginning: its end is meant. So is that of "two hours".
    at = window.end if found.kind is Kind.LENGTH or found.start is None else window.start
    if at <= ctx.now:
        raise ToolRefused("That is past. Until when?")
    return at


def read_clock(ctx: ToolContext, words: str) -> time:
    """An hour of the day; "7:30" without more is in the morning, as clocks are written."""
    if plain := _CLOCK.fullmatch(words.strip()):
        hour, minute = int(plain[1]), int(plain[2])
        if hour < 24 and minute < 60:
            return time(hour, minute)
    found = read_time(ctx, words)
    if not isinstance(found.start, datetime) or not found.time_said:
        raise ToolMisused(f'"{words[:40]}" is not an hour of the day. Say it as "7:30".')
    return found.start.astimezone(ctx.zone).time().replace(fold=0)


def _hours(ctx: ToolContext, args: SetPreferences) -> WorkingHours:
    kept = ctx.me.preferences.hours
    start, end, days = kept.start, kept.end, kept.days
    if args.working_hours is not None:
        told = _range(ctx, args.working_hours)
        if told is None:
            raise ToolRefused("From when to when do you work?")
        start, end = told
    if args.working_days is not None:
        days = read_days(args.working_days)
    return WorkingHours(start=start, end=end, days=days)


def _range(ctx: ToolContext, words: str, *, overnight: bool = False) -> tuple[time, time] | None:
    """Two hours of the day: "8:30 to 16:00", overnight "22 to 7"; None for "none"."""
    if words.casefold().strip() in _OFF:
        return None
    parts = _RANGE.split(words.strip().removeprefix("from ").removeprefix("between "), maxsplit=1)
    if len(parts) != 2:
        parts = words.split(" and ", 1)
    if len(parts) != 2:
        raise ToolMisused(f'"{words[:40]}" has no beginning and end. Say it as "9:00 to 17:00".')
    start, end = parse_hour(ctx, parts[0]), parse_hour(ctx, parts[1])
    if not overnight and end <= start and end < time(12):
        end = end.replace(hour=end.hour + 12)
    return start, end


def parse_hour(ctx: ToolContext, words: str) -> time:
    """One end of a range of hours: a bare 8 is eight in the morning."""
    bare = words.strip().removesuffix("h").strip()
    if bare.isdigit() and int(bare) <= 24:
        return time(int(bare) % 24)
    return read_clock(ctx, words.strip())


def read_days(words: str) -> tuple[int, ...]:
    """Weekdays by name: "Monday to Thursday", "Mon, Wed and Fri", "weekdays", "every day"."""
    text = words.casefold()
    if "weekday" in text or "workday" in text:
        return (0, 1, 2, 3, 4)
    if "weekend" in text:
        return (5, 6)
    if "every day" in text or "daily" in text:
        return tuple(range(7))
    found = [
        next(i for i, day in enumerate(_DAYS) if day.startswith(name[:3]))
        for name in re.findall(r"[a-z]+", text)
        if len(name) >= 3 and any(day.startswith(name[:3]) for day in _DAYS)
    ]
    if len(found) == 2 and _RANGE.search(text):
        first, last = found
        return tuple(sorted((first + step) % 7 for step in range((last - first) % 7 + 1)))
    if not found:
        raise ToolMisused(f'"{words[:40]}" names no weekdays. Say it as "Monday to Thursday".')
    return tuple(sorted(set(found)))
