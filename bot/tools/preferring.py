"""What somebody wishes of their preferences: words → fields of `Preferences`, and how it is said.

Keeping them is `bot.notes`, once noted; a change of zone is a card of its own (`preferences`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from bot.tools.arguments import SetPreferences
from bot.tools.dayhours import (
    DAYS,
    is_off,
    read_clock,
    read_days,
    read_quiet_hours,
    read_working_hours,
    say_weekdays,
)
from bot.tools.model_wishes import said_of, wish_of_model
from bot.tools.times import read_lead, read_length, read_time, window_of
from bot.tools.tool import ToolContext, ToolRefused
from bot.wording import say_clock, say_instant, say_length, say_names
from calendar_core.people import WorkingHours
from calendar_core.phrases import Kind

LONGEST_BUFFER = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing that shall be otherwise."""

    words: str
    """How it is told: "weeks start on Sunday"."""
    fields: dict[str, Any]
    """Of `Preferences`, as they shall be."""


def wishes_of(ctx: ToolContext, args: SetPreferences) -> Iterator[Wish]:
    """Everything that is wished. Raises ToolMisused, ToolRefused."""
    yield from _of_the_week(ctx, args)
    yield from _of_events(ctx, args)
    yield from _of_reminders(ctx, args)
    yield from _of_rest(ctx, args)


def say_hours_of_day(ctx: ToolContext, start: time, end: time) -> str:
    """Says "09:00–17:00", on the clock that the person reads."""
    clock_24h = ctx.me.preferences.clock_24h
    return f"{say_clock(start, clock_24h=clock_24h)}–{say_clock(end, clock_24h=clock_24h)}"


def say_working_hours(ctx: ToolContext, hours: WorkingHours) -> str:
    """Says "Mon–Fri 09:00–17:00, Fri 09:00–13:00": days of their own hours stand behind."""
    usual = f"{say_weekdays(hours.days)} {say_hours_of_day(ctx, hours.start, hours.end)}"
    others = (
        f"{say_weekdays((day,))} {say_hours_of_day(ctx, start, end)}"
        for day, start, end in sorted(hours.special)
    )
    return ", ".join([usual, *others])


def say_leads(leads: tuple[timedelta, ...]) -> str:
    """Says "10 minutes and 1 day before", or "none"."""
    before = [say_length(lead) for lead in leads if lead]
    told = [f"{say_names(before)} before"] if before else []
    told += ["at the start"] if timedelta() in leads else []
    return say_names(told) or "none"


def _of_the_week(ctx: ToolContext, args: SetPreferences) -> Iterator[Wish]:
    if args.working_hours is not None or args.working_days is not None:
        hours = _hours(ctx, args)
        yield Wish(f"working hours {say_working_hours(ctx, hours)}", {"hours": hours})
    if args.week_start is not None:
        first = DAYS.index(args.week_start)
        yield Wish(f"weeks start on {args.week_start.title()}", {"week_start": first})
    if args.clock is not None:
        yield Wish(f"{args.clock} h clock", {"clock_24h": args.clock == "24"})


def _hours(ctx: ToolContext, args: SetPreferences) -> WorkingHours:
    kept = ctx.me.preferences.hours
    start, end, days, special = kept.start, kept.end, kept.days, kept.special
    if args.working_hours is not None:
        if is_off(args.working_hours):
            raise ToolRefused("From when to when do you work?")
        start, end = read_working_hours(ctx, args.working_hours)
    if args.working_days is not None:
        days = read_days(args.working_days)
        if days != kept.days:
            special = tuple(one for one in special if one[0] in days)
    return WorkingHours(start=start, end=end, days=days, special=special)


def _of_events(ctx: ToolContext, args: SetPreferences) -> Iterator[Wish]:
    if args.default_length is not None:
        length = read_length(ctx, args.default_length)
        if not timedelta() < length <= timedelta(days=1):
            raise ToolRefused("A new event is between a minute and a day long. How long?")
        yield Wish(f"new events take {say_length(length)}", {"default_length": length})
    if args.buffer is not None:
        buffer = timedelta() if is_off(args.buffer) else read_length(ctx, args.buffer)
        if buffer > LONGEST_BUFFER:
            raise ToolRefused("That would leave no room between meetings. How long shall it be?")
        told = f"{say_length(buffer)} between meetings" if buffer else "no buffer"
        yield Wish(told, {"buffer": buffer})


def _of_reminders(ctx: ToolContext, args: SetPreferences) -> Iterator[Wish]:
    clock_24h = ctx.me.preferences.clock_24h
    if args.reminder_leads is not None:
        leads = tuple(read_lead(ctx, words) for words in args.reminder_leads)
        yield Wish(f"reminders {say_leads(leads)}", {"leads": leads, "guest_leads": leads})
    if args.all_day_reminder is not None:
        at = read_clock(ctx, args.all_day_reminder)
        told = f"all-day events are reminded at {say_clock(at, clock_24h=clock_24h)}"
        yield Wish(told, {"all_day_at": at})
    if args.digest_at is not None:
        digest = None if is_off(args.digest_at) else read_clock(ctx, args.digest_at)
        told = f"daily digest at {say_clock(digest, clock_24h=clock_24h)}" if digest else ""
        yield Wish(told or "no daily digest", {"digest_at": digest})


def _of_rest(ctx: ToolContext, args: SetPreferences) -> Iterator[Wish]:
    """When nothing rings."""
    if args.quiet_hours is not None:
        quiet = None if is_off(args.quiet_hours) else read_quiet_hours(ctx, args.quiet_hours)
        told = f"quiet hours {say_hours_of_day(ctx, *quiet)}" if quiet else "no quiet hours"
        yield Wish(told, {"quiet": quiet})
    if args.weekend_reminders is not None:
        state = "ring" if args.weekend_reminders else "rest"
        yield Wish(f"reminders {state} on weekends", {"weekend_reminders": args.weekend_reminders})
    if args.calendar_news is not None:
        tell = "I tell you" if args.calendar_news else "I don't tell you"
        words = f"{tell} what others change in your linked calendars"
        yield Wish(words, {"calendar_news": args.calendar_news})
    if args.pause_reminders_until is not None:
        off = is_off(args.pause_reminders_until)
        until = None if off else _until(ctx, args.pause_reminders_until)
        yield Wish(_rest_words(ctx, until), {"paused_until": until})
    if args.model is not None:
        yield _of_model(ctx, args.model)


def _of_model(ctx: ToolContext, words: str) -> Wish:
    name = wish_of_model(words, ctx.world.models)
    if name is None:
        names = say_names(ctx.world.models) or "no other"
        raise ToolRefused(f"I know no model {words[:60]}. There is: {names}.")
    told = f"answered by {said_of(name)}" if name else "answered by the usual model"
    return Wish(told, {"model": name})


def _rest_words(ctx: ToolContext, until: datetime | None) -> str:
    if until is None:
        return "reminders ring"
    at = say_instant(until, ctx.zone, ctx.now, clock_24h=ctx.me.preferences.clock_24h)
    return f"reminders rest until {at}"


def _until(ctx: ToolContext, words: str) -> datetime:
    found = read_time(ctx, words)
    window = window_of(ctx, found)
    # "Until Monday" is open at its beginning: its end is meant. So is that of "two hours".
    at = window.end if found.kind is Kind.LENGTH or found.start is None else window.start
    if at <= ctx.now:
        raise ToolRefused("That is past. Until when?")
    return at
