"""The Edit button of a card: a form with what the card says, and a new proposal from what was
filled in.

A filled form never changes the stored change; it makes a new one that supersedes it (law 2).
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.chat.forms import Form, FormField
from bot.series_words import series_words
from bot.tools.creating import booked
from bot.tools.guests import Invited, invite, naming_strangers, organizer, reachable
from bot.tools.remarks import remarks_on
from bot.tools.times import EventTime, read_event_time
from bot.tools.tool import ToolContext, ToolMisused, ToolRefused
from bot.wording import begins_at, say_when
from calendar_core import capabilities
from calendar_core.changes.change import Amend, Create, Edit, PendingChange, Proposal, Remark
from calendar_core.errors import NotFound
from calendar_core.events import Attendance, Calendar, Event, Guest, Repeat
from calendar_core.patch import Patch
from calendar_core.when import DaySpan

_BETWEEN = re.compile(r"[,;\n]+")


def edit_form(change: PendingChange, ctx: ToolContext) -> Form:
    """What can be changed on a card before it is confirmed."""
    event = _after(change)
    fields = [
        FormField(name="title", label="Title", value=event.title, required=True),
        FormField(
            name="when",
            label="When",
            value=_when_value(event, ctx),
            required=True,
            hint='in your words: "Friday 12:30 for 45 minutes"',
        ),
        FormField(name="place", label="Place", value=event.location),
        FormField(name="notes", label="Notes", value=event.description, multiline=True),
    ]
    if isinstance(change.edits[0], Create):
        names = ", ".join(_name(guest) for guest in event.people)
        fields.append(
            FormField(name="guests", label="Guests", value=names, hint="names, commas between")
        )
    return Form(value=f"edit:{change.id}", title="Change the card", fields=tuple(fields))


def _name(guest: Guest) -> str:
    return guest.name or guest.email or guest.address


def _after(change: PendingChange) -> Event:
    event = change.glimpses[0].after if change.glimpses else None
    if event is None or len(change.edits) != 1:
        raise ToolRefused("This card has nothing to edit. Say what you want instead.")
    return event


def _when_value(event: Event, ctx: ToolContext) -> str:
    """The time in words that can be read again; of a series with how it repeats."""
    return _series_value(event, ctx) or say_when(event.when, ctx.zone, ctx.now).removesuffix(
        ", all day"
    )


def _series_value(event: Event, ctx: ToolContext) -> str:
    """How it repeats, from when until when; empty where the words would be read otherwise."""
    if event.repeat is None or not event.repeat.rule:
        return ""
    told = series_words(event, ctx.zone, ctx.now).partition(": ")[0].replace(", all day", "")
    try:
        read = read_event_time(ctx, told, None, all_day=isinstance(event.when, DaySpan))
    except (ToolMisused, ToolRefused):
        return ""
    same_start = begins_at(read.when, ctx.zone) == begins_at(event.when, ctx.zone)
    return told if same_start and ("UNTIL=" in read.rule) == _ends(event.repeat) else ""


def _ends(repeat: Repeat) -> bool:
    return "UNTIL=" in repeat.rule or "COUNT=" in repeat.rule


async def proposal_from_form(
    change: PendingChange, fields: Mapping[str, str], ctx: ToolContext
) -> Proposal:
    """The proposal that a filled form makes. Raises ToolRefused with what to correct."""
    event, edit = _after(change), change.edits[0]
    title = fields.get("title", event.title).strip()
    if not title:
        raise ToolRefused("An event needs a title.")
    time = _time(event, fields, ctx)
    wanted = replace(
        event,
        title=title,
        when=time.when if time else event.when,
        zone=_zone(event, time, ctx),
        location=fields.get("place", event.location).strip(),
        description=fields.get("notes", event.description).strip(),
    )
    calendar = await _calendar(change, ctx)
    if isinstance(edit, Create):
        edit, remarks = await _created(edit, wanted, time, fields, ctx, calendar)
        stays: tuple[str, ...] = ("assistant", "copied", "video")
    elif isinstance(edit, Amend):
        edit, remarks = await _amended(edit, event, wanted, ctx, calendar)
        stays = ("assistant", "copied", "invited", "mail", "reminded", "video")
    else:
        raise ToolRefused("This card has nothing to edit. Say what you want instead.")
    return Proposal(
        owner=change.owner,
        place=change.place,
        edits=(edit,),
        remarks=(*remarks, *(one for one in change.remarks if one.kind in stays)),
        supersedes=change.id,
        public=change.public,
        also=change.also,
    )


def _time(event: Event, fields: Mapping[str, str], ctx: ToolContext) -> EventTime | None:
    """The new time, or None when the words were left as they stood."""
    words = fields.get("when", "").strip()
    if not words or words == _when_value(event, ctx):
        return None
    length = None if isinstance(event.when, DaySpan) else event.when.length
    try:
        spoken = read_event_time(ctx, words, None, all_day=False)
        if spoken.length_guessed and length is not None:
            return read_event_time(ctx, words, length, all_day=False)
    except ToolMisused as err:
        raise ToolRefused(str(err)) from err
    return spoken


def _zone(event: Event, time: EventTime | None, ctx: ToolContext) -> str | None:
    if time is None:
        return event.zone
    return None if isinstance(time.when, DaySpan) else ctx.zone.key


async def _calendar(change: PendingChange, ctx: ToolContext) -> Calendar:
    """Where the event of a card stands, or shall: what is there is compared. Raises NotFound."""
    for calendar in await ctx.world.mirror.calendars((change.owner, *change.also)):
        if calendar.id == change.glimpses[0].calendar_id:
            return calendar
    raise NotFound("That calendar is no longer there.")


async def _created(
    edit: Create,
    wanted: Event,
    time: EventTime | None,
    fields: Mapping[str, str],
    ctx: ToolContext,
    calendar: Calendar,
) -> tuple[Edit, tuple[Remark, ...]]:
    invited = await reachable(ctx, await _invited(edit.event, fields, ctx), calendar)
    repeat = wanted.repeat
    if time is not None and (time.rule or _series_value(edit.event, ctx)):
        repeat = Repeat(rule=time.rule) if time.rule else None
    event = replace(
        wanted,
        repeat=repeat,
        guests=(guests := (*invited.guests, *edit.event.rooms)),
        organizer=organizer(ctx, calendar) if guests else None,
    )
    event = booked(event, capabilities.of(calendar.provider))
    event = naming_strangers(event, (*invited.strangers, *invited.unmailed))
    remarks = await remarks_on(ctx, event, invited=invited, time=time, calendar=calendar)
    return Create(calendar_id=edit.calendar_id, event=event), remarks


async def _invited(event: Event, fields: Mapping[str, str], ctx: ToolContext) -> Invited:
    names = [name.strip() for name in _BETWEEN.split(fields.get("guests", "")) if name.strip()]
    if "guests" not in fields:
        names = [_name(guest) for guest in event.people]
    may_stay_away = {_name(one) for one in event.guests if one.attendance is Attendance.OPTIONAL}
    optional = [name for name in names if name in may_stay_away]
    return await invite(ctx, [name for name in names if name not in optional], optional)


async def _amended(
    edit: Amend, was: Event, wanted: Event, ctx: ToolContext, calendar: Calendar
) -> tuple[Edit, tuple[Remark, ...]]:
    patch: Patch = edit.patch
    if wanted.title != was.title:
        patch = replace(patch, title=wanted.title)
    if wanted.when != was.when:
        patch = replace(patch, when=wanted.when)
    if wanted.location != was.location:
        patch = replace(patch, location=wanted.location)
    if wanted.description != was.description:
        patch = replace(patch, description=wanted.description)
    remarks = await remarks_on(
        ctx, replace(wanted, repeat=None), besides=edit.target.event_id, calendar=calendar
    )
    return replace(edit, patch=patch), remarks
