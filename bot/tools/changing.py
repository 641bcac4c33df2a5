"""Proposing changes of an event: its time, words, place, looks, repetition; guests taken off.

Who is invited besides is `inviting`, the end of events `cancelling`.
"""

from dataclasses import replace

from bot.tools.arguments import UpdateEvent
from bot.tools.colors import color_named
from bot.tools.copying import copied
from bot.tools.creating import OCCUPANCY
from bot.tools.finding import Hint, names_of, owners_of, target_of
from bot.tools.guests import guests_of_list
from bot.tools.hearers import told
from bot.tools.meeting_rooms import patched_room
from bot.tools.remarks import remarks_on
from bot.tools.retiming import new_time
from bot.tools.standing import calendar_of, hand_in, is_mine, the_one
from bot.tools.times import read_event_time
from bot.tools.tool import (
    ProposeContext,
    ToolContext,
    ToolMisused,
    ToolRefused,
    ToolResult,
    proposes,
)
from bot.tools.video import nothing_to_change, patched_video, video_remarks
from bot.wording import say_names
from calendar_core import capabilities
from calendar_core.changes.change import Amend, Remark
from calendar_core.events import Calendar, Event, Occurrence, Repeat, Scope, Status, Visibility
from calendar_core.patch import Patch
from calendar_core.when import DaySpan, TimeSpan

_NOTHING = "What shall I change: the time, the title, the place, or the guests?"


@proposes
async def update_event(ctx: ProposeContext, args: UpdateEvent) -> ToolResult:
    """Draw up a change of an event."""
    hint = Hint(words=args.event or "", when=args.event_when or "", person=args.event_person or "")
    one = await the_one(ctx, hint)
    if isinstance(one, ToolResult):
        return one
    mine = await is_mine(ctx, one)
    if not mine:
        raise ToolRefused(
            f'"{one.title}" is {one.organizer}\'s event. '
            "I can answer it for you: accept, maybe or decline."
        )
    gone = await _addresses(ctx, one, args.remove_guests)
    calendar = await calendar_of(ctx, one)
    maker = capabilities.of(calendar.provider)
    video = patched_video(args, one, maker)
    patch = _patch(ctx, args, one, gone)
    patch = replace(patch, video_url=video.video_url, video_wanted=video.video_wanted)
    patch, of_room = await patched_room(ctx, args.room, one, patch, calendar, args.scope)
    if patch == Patch():
        raise ToolRefused(nothing_to_change(args.video, one, maker) or _NOTHING)
    remarks = await _change_remarks(ctx, one, patch, calendar) + of_room
    remarks += video_remarks(args.video, patch.video_url, one, maker)
    scope = Scope(args.scope) if args.scope else None
    edit = Amend(target=target_of(one), patch=patch, scope=scope if one.is_series else None)
    return await hand_in(ctx, (edit,), remarks, "update_event", one)


def _patch(ctx: ToolContext, args: UpdateEvent, one: Occurrence, gone: tuple[str, ...]) -> Patch:
    return Patch(
        title=args.title or None,
        when=new_time(ctx, args, one),
        location=args.location,
        description=args.description,
        status=_status(args.show_as),
        occupancy=OCCUPANCY[args.show_as] if args.show_as else None,
        visibility=_visibility(args.visibility),
        color=None if args.color is None else color_named(args.color),
        repeat=_repeat(ctx, args),
        guests_removed=gone,
    )


def _status(show_as: str | None) -> Status | None:
    if show_as is None:
        return None
    return Status.TENTATIVE if show_as == "tentative" else Status.CONFIRMED


def _visibility(word: str | None) -> Visibility | None:
    if word is None:
        return None
    return Visibility.PRIVATE if word == "private" else Visibility.PUBLIC


def _repeat(ctx: ToolContext, args: UpdateEvent) -> Repeat | None:
    if args.repeat is None:
        return None
    if args.repeat.casefold().strip() in ("", "never", "no", "none", "not", "once"):
        return Repeat()
    time = read_event_time(ctx, args.repeat, None, all_day=False)
    if time.zone is not None:
        raise ToolRefused(f"Say how it repeats in {ctx.zone.key} time: a series keeps its zone.")
    if not time.rule:
        raise ToolMisused('Say how it repeats: "every Tuesday", or "never".')
    return Repeat(rule=time.rule)


async def _addresses(ctx: ToolContext, one: Occurrence, names: list[str]) -> tuple[str, ...]:
    """Guests to take off, by their names; of a list those who are invited. Raises ToolRefused for
    one who is not, and for a list of whom nobody is."""
    if not names:
        return ()
    from calendar_core.ics.reading import read

    stored = await ctx.world.mirror.event(one.event_id, owners_of(ctx))
    guests = read(stored.resource.ics)[0].guests
    found: list[str] = []
    for name in names:
        wanted = name.casefold().strip("@ ")
        match = [guest for guest in guests if wanted in f"{guest.name} {guest.address}".casefold()]
        match = match or await guests_of_list(ctx, name, guests)
        if not match:
            others = names_of(one)
            there = f"{say_names(others) or 'nobody'} {'are' if len(others) > 1 else 'is'}"
            raise ToolRefused(f'{name} is not invited to "{one.title}"; {there}.')
        found += [guest.address for guest in match]
    return tuple(found)


async def _change_remarks(
    ctx: ToolContext, one: Occurrence, patch: Patch, calendar: Calendar
) -> tuple[Remark, ...]:
    remarks: tuple[Remark, ...] = ()
    if patch.when is not None:
        event = Event(
            uid=one.uid,
            title=one.title,
            when=patch.when,
            zone=None if isinstance(patch.when, DaySpan) else ctx.zone.key,
            occupancy=one.occupancy,
        )
        remarks += await remarks_on(ctx, event, besides=one.event_id, calendar=calendar)
        if isinstance(patch.when, TimeSpan) and patch.when.start < ctx.now:
            remarks += (Remark(kind="past", text="that time is past"),)
    said = (("title", patch.title), ("place", patch.location), ("notes", patch.description))
    pieces = [(name, text) for name, text in said if text]
    remarks += await copied(ctx, pieces, besides=one.event_id, guests=bool(one.guests))
    return remarks + await told(ctx, (one,))
