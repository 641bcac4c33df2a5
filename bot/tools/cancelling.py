"""Proposing the end of events: one, or all that match."""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.tools.arguments import DeleteEvent
from bot.tools.finding import (
    Hint,
    candidates,
    is_named,
    once_per_series,
    target_of,
)
from bot.tools.hearers import told, who_hears
from bot.tools.naming import calendar_to_read
from bot.tools.standing import hand_in, is_mine, the_one
from bot.tools.times import names_days, read_time
from bot.tools.tool import (
    ProposeContext,
    ToolContext,
    ToolMisused,
    ToolRefused,
    ToolResult,
    proposes,
)
from bot.tools.unfound import nothing_found
from bot.wording import say_count, say_names
from calendar_core.changes.change import Edit, Remark, Remove, Reply
from calendar_core.events import Answer, CalendarId, Occurrence, Scope
from calendar_core.phrases import Kind
from calendar_core.when import DaySpan, TimeSpan

_CALENDAR = re.compile(r"\b(?:the|my|our|this) (?P<name>#?[\w-]+)(?:'s)? calendar\b", re.I)
_CHANNELS = frozenset({"team", "channel", "group", "shared"})
MOST_AT_ONCE = 100
"""How many events one card may delete."""


@proposes
async def delete_event(ctx: ProposeContext, args: DeleteEvent) -> ToolResult:
    """Draw up the end of one event, or of all that match."""
    hint = Hint(words=args.event or "", when=args.when or "", person=args.person or "")
    if args.every:
        return await _delete_all(ctx, args, hint)
    one = await the_one(ctx, hint)
    if isinstance(one, ToolResult):
        return one
    removal = await _removal(ctx, one, args.scope)
    declines = isinstance(removal, Reply)
    hears = (await who_hears(ctx, one),) if declines else await told(ctx, (one,))
    return await hand_in(ctx, (removal,), hears, "delete_event", one)


async def _removal(ctx: ToolContext, one: Occurrence, scope: str | None) -> Edit:
    told = Scope(scope) if scope and one.is_series else None
    if await is_mine(ctx, one):
        return Remove(target=target_of(one), scope=told)
    return Reply(target=target_of(one), answer=Answer.DECLINED, scope=told)


async def _delete_all(ctx: ProposeContext, args: DeleteEvent, hint: Hint) -> ToolResult:
    if not (hint.words or hint.when or hint.person):
        hint = Hint(when="next 365 days")
    found = await candidates(ctx, hint)
    if hint.when and not hint.words and not names_days(read_time(ctx, hint.when)):
        # "My afternoon" is about what stands in those hours, not about the day.
        found = tuple(one for one in found if isinstance(one.when, TimeSpan))
    there = await _calendars_meant(ctx)
    found = tuple(one for one in found if not there or one.calendar_id in there)
    found = _without_kept(ctx, found, args.keep)
    if not found:
        return await nothing_found(ctx, hint)
    if not args.when:
        found = tuple(once_per_series(found))
    if len(found) > MOST_AT_ONCE:
        raise ToolRefused(
            f"That is {say_count(len(found), 'event')}; I delete at most {MOST_AT_ONCE} at once. "
            "Say a shorter time."
        )
    scope = args.scope or ("this" if args.when else "all")
    edits = tuple([await _removal(ctx, one, scope) for one in found])
    remarks = (*_whole_days_too(found, hint), *await told(ctx, found))
    return await hand_in(ctx, edits, remarks, "delete_event", *found)


async def _calendars_meant(ctx: ToolContext) -> frozenset[CalendarId]:
    """Those that the asker's own words name: "everything on the team calendar" is nothing of
    theirs. Raises ToolRefused for a channel's that is not to be found."""
    match = _CALENDAR.search(ctx.said)
    if match is None:
        return frozenset()
    try:
        return frozenset(one.id for one in await calendar_to_read(ctx, match["name"]))
    except ToolRefused:
        if match["name"].casefold() in _CHANNELS or match["name"].startswith("#"):
            raise
        return frozenset()  # "my whole calendar"


def _without_kept(
    ctx: ToolContext, found: tuple[Occurrence, ...], keep: Sequence[str]
) -> tuple[Occurrence, ...]:
    """What goes; what shall stay must be there, else a slip of the finger would cancel it."""
    missing = [words for words in keep if not any(_is_meant(ctx, one, words) for one in found)]
    if missing and found:
        named = say_names([f'"{words}"' for words in missing])
        raise ToolRefused(f"I found no {named} there, so I cancel nothing.")
    return tuple(one for one in found if not any(_is_meant(ctx, one, words) for words in keep))


def _is_meant(ctx: ToolContext, one: Occurrence, words: str) -> bool:
    """Whether words name an event, or the hour at which it begins: "the 3pm"."""
    if is_named(one, words):
        return True
    if isinstance(one.when, DaySpan):
        return False
    try:
        said = read_time(ctx, words.removeprefix("the "))
    except (ToolMisused, ToolRefused):
        return False
    if said.kind is not Kind.INSTANT or not isinstance(said.start, datetime):
        return False
    begins, hour = (at.astimezone(ctx.zone) for at in (one.when.start, said.start))
    return begins == hour if said.day_said else begins.time() == hour.time()


def _whole_days_too(found: Sequence[Occurrence], hint: Hint) -> tuple[Remark, ...]:
    """Say that whole days go along where they were not named."""
    days = [one.title for one in found if isinstance(one.when, DaySpan)]
    if not days or hint.words or len(days) == len(found):
        return ()
    named = say_names([f'"{title}"' for title in dict.fromkeys(days)][:3])
    more = "" if len(set(days)) <= 3 else " and more"
    return (Remark(kind="days", text=f"all-day events go too: {named}{more}"),)
