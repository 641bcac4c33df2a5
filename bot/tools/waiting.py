"""Reminders that wait: one's own, and in a channel those of the channel. Listing them, taking them
back. Setting them is `reminders`.
"""

import re
from collections.abc import Sequence
from datetime import timedelta

from bot.chat.messages import Place
from bot.tools.arguments import CancelReminder, ListReminders
from bot.tools.finding import MOST_CANDIDATES, channel_here, is_anothers, owners_of
from bot.tools.noting import NoteAction
from bot.tools.reminders import rule_words, said
from bot.tools.times import read_time, window_of
from bot.tools.tool import (
    ProposeContext,
    ToolContext,
    ToolRefused,
    ToolResult,
    note,
    notes,
    reads,
)
from bot.wording import say_count, say_length, say_names, say_near_day
from calendar_core.errors import NotFound
from scheduler.reminder import Reminder, parted

MOST_LISTED = 30
_HERE = re.compile(
    r"\b(?:here|(?:this|the|our) (?:channel|room|thread)|channel'?s? reminders?|everyone"
    r"|everybody)\b",
    re.I,
)
"""Words for what rings in the channel that is spoken in."""


@reads
async def list_reminders(ctx: ToolContext, args: ListReminders) -> ToolResult:
    """What waits to ring."""
    waiting = await _waiting(ctx, args.when)
    if _names_here(ctx):
        waiting = [one for one in waiting if _rings_here(ctx, one)]
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
    """One's own, and in a channel what rings there of the channel's own events; soonest first."""
    listed = [*await ctx.world.notebook.listed(ctx.person)]
    if not ctx.place.is_private:
        there = await ctx.world.notebook.listed(channel_here(ctx))
        listed += [one for one in there if _rings_here(ctx, one)]
    waiting = sorted((at, one.id, one) for one in listed if (at := one.rings_at or one.due))
    if when:
        span = window_of(ctx, read_time(ctx, when))
        return [one for _, _, one in waiting if one.due and span.contains(one.due)]
    return [one for _, _, one in waiting]


def _rings_here(ctx: ToolContext, one: Reminder) -> bool:
    """Whether it rings in this channel, or in a thread of it."""
    return bool(one.place) and Place.channel_from_key(one.place).channel == ctx.place.channel


def _line(ctx: ToolContext, one: Reminder) -> str:
    at = one.rings_at or one.due
    assert at is not None
    title, note = _told(one)
    what = note or title or (f'"{one.title}"' if one.title else "reminder")
    if one.lead is not None:
        what = f'{_before(one, one.lead)} "{one.title}"' + (f": {note}" if note else "")
    parts = [said(ctx, at), what]
    if one.rule:
        parts.append(rule_words(ctx, one.rule))
    if one.place:
        here = not ctx.place.is_private and _rings_here(ctx, one)
        parts.append("for everybody here" if here else "in a channel")
    return " · ".join(parts)


def _names_here(ctx: ToolContext) -> bool:
    return not ctx.place.is_private and _HERE.search(ctx.said) is not None


def _told(one: Reminder) -> tuple[str, str]:
    """The title under which a channel is told of one's own event, if it is; what else was said."""
    return parted(one.text) if one.place and one.lead is not None else ("", one.text)


def _name(one: Reminder) -> str:
    return _told(one)[1] or one.title


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
        "text": _name(one),
        "when": said(ctx, at) if at else "",
        "before_event": one.lead is not None,
    }


@notes
async def cancel_reminder(ctx: ProposeContext, args: CancelReminder) -> ToolResult:
    """Take back one reminder, or all."""
    waiting = await _waiting(ctx, args.when)
    found = _meant(ctx, waiting, args)
    if not found:
        raise ToolRefused(_none(ctx, waiting, args))
    if len(found) > 1 and not args.every:
        return _which(ctx, found)
    whose = {one.id: one.owner for one in found if one.owner != ctx.person}
    names = _names([one for one in found if one.id not in whose])
    there = _names([one for one in found if one.id in whose])
    whom = f"everybody in {ctx.place.name or 'this channel'}"
    told = [f"you of {names}"] if names else []
    told += [f"{whom} of {there}"] if there else []
    both = f"{names} and {there}" if names and there else names or f"{there} for {whom}"
    action = NoteAction(
        kind="cancel_reminders",
        body={"ids": [one.id for one in found], "of": whose},
        done=f"I won't remind {', nor '.join(told)}.",
        question=f"Take back the reminder of {both}?",
        must_ask=bool(there),
    )
    return await note(ctx, action, tool="cancel_reminder")


def _names(found: Sequence[Reminder]) -> str:
    named = say_names([f'"{_name(one)}"' for one in found[:5]])
    return f"{named} and {len(found) - 5} more" if len(found) > 5 else named


def _meant(ctx: ToolContext, waiting: list[Reminder], args: CancelReminder) -> list[Reminder]:
    if not args.reminder:  # "all my reminders" are one's own, unless the words name the channel
        here = _names_here(ctx)
        return [
            one for one in waiting if (_rings_here(ctx, one) if here else one.owner == ctx.person)
        ]
    by_ref = [one for one in waiting if one.id == args.reminder]
    words = [word.strip(".,\"'") for word in args.reminder.casefold().split()]
    named = [
        one
        for one in waiting
        if all(word in f"{one.text} {one.title}".casefold() for word in words)
    ]
    return by_ref or named


def _none(ctx: ToolContext, waiting: list[Reminder], args: CancelReminder) -> str:
    if not waiting or not args.reminder:
        when = f" {say_near_day(ctx.now.date(), ctx.now)}" if args.when == "today" else ""
        return f"No reminders are waiting{when}."
    there = "; ".join(_line(ctx, one) for one in waiting[:3])
    return f'I find no reminder "{args.reminder}". There is: {there}.'


def _which(ctx: ToolContext, found: list[Reminder]) -> ToolResult:
    shown = found[:MOST_CANDIDATES]
    lines = ["Which reminder?"]
    lines += [f"  {number}  {_line(ctx, one)}" for number, one in enumerate(shown, 1)]
    facts = [
        {"n": n, "ref": one.id, "title": _name(one), "when": _line(ctx, one)}
        for n, one in enumerate(shown, 1)
    ]
    return ToolResult(text="\n".join(lines), facts={"which": facts})
