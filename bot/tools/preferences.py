"""Showing and changing how a person wants to be served. Reading their wishes is `preferring`."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from bot.people import Preferences
from bot.tools.arguments import GetPreferences, SetPreferences
from bot.tools.calendars import calendar_action
from bot.tools.dayhours import DAYS
from bot.tools.model_wishes import OFFLINE
from bot.tools.noting import NoteAction
from bot.tools.preferring import say_hours_of_day, say_leads, say_working_hours, wishes_of
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
from bot.wording import say_clock, say_instant, say_length, say_names
from bot.zones import UnknownZone, find_zone

_KEPT = TypeAdapter(Preferences)
_OF_CALENDARS = {"default_calendar", "calendar", "counts_as_busy", "in_digests"}


@reads
async def get_preferences(ctx: ToolContext, args: GetPreferences) -> ToolResult:
    """How the person is served."""
    lines = [f"  {name:<16}{value}" for name, value in _told(ctx, ctx.me.preferences).items()]
    return ToolResult(
        text="\n".join([f"{ctx.me.name}, this is how I serve you:", *lines]),
        facts={"zone": ctx.zone.key} | _told(ctx, ctx.me.preferences),
    )


def _told(ctx: ToolContext, kept: Preferences) -> dict[str, str]:
    return {
        "zone": ctx.zone.key,
        "working hours": say_working_hours(ctx, kept.hours),
        "week starts": DAYS[kept.week_start].title(),
        "clock": "24 h" if kept.clock_24h else "12 h",
        "new events": say_length(kept.default_length),
        "reminders": say_leads(kept.leads),
        "all-day events": f"reminded at {say_clock(kept.all_day_at, clock_24h=kept.clock_24h)}",
        "quiet hours": say_hours_of_day(ctx, *kept.quiet) if kept.quiet else "none",
        "on weekends": "reminders ring" if kept.weekend_reminders else "reminders rest",
        "calendar news": "told" if kept.calendar_news else "not told",
        "daily digest": (
            say_clock(kept.digest_at, clock_24h=kept.clock_24h) if kept.digest_at else "off"
        ),
        "buffer": say_length(kept.buffer) if kept.buffer else "none",
        **_paused(ctx, kept),
        **({"model": kept.model or "the usual one"} if len(ctx.world.models) > 1 else {}),
    }


def _paused(ctx: ToolContext, kept: Preferences) -> dict[str, str]:
    if kept.paused_until is None or kept.paused_until <= ctx.now:
        return {}
    until = say_instant(kept.paused_until, ctx.zone, ctx.now, clock_24h=kept.clock_24h)
    return {"paused until": until}


@notes
async def set_preferences(ctx: ProposeContext, args: SetPreferences) -> ToolResult:
    """Change how the person is served; a zone is asked about first."""
    told = {name for name, value in args if value is not None}
    if told & _OF_CALENDARS:
        if told - _OF_CALENDARS:
            raise ToolMisused("Say what is about a calendar in a call of its own, then the rest.")
        return await note(ctx, await calendar_action(ctx, args), tool="set_preferences")
    wished: dict[str, Any] = {}
    said = []
    for wish in wishes_of(ctx, args):
        wished |= wish.fields
        said.append(wish.words)
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
        # What is said from then on goes to whoever runs that model.
        must_ask=wished.get("model", OFFLINE) != OFFLINE,
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
