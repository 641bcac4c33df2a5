"""Proposing new events: one's own, and meetings with guests."""

from dataclasses import replace
from uuid import uuid4

from bot.tools.arguments import BookMeeting, CreateEvent, EventDetails
from bot.tools.colors import color_named
from bot.tools.copying import copied, pieces_of
from bot.tools.finding import owners_of
from bot.tools.guests import Invited, invite, naming_strangers, organizer, reachable
from bot.tools.leads import lead_before
from bot.tools.meeting_rooms import with_room
from bot.tools.naming import calendar_to_write
from bot.tools.proposing import proposed
from bot.tools.remarks import remarks_on
from bot.tools.times import EventTime, read_event_time, read_length
from bot.tools.tool import ProposeContext, ToolContext, ToolRefused, ToolResult, proposes
from bot.tools.video import link_of, video_remarks, wants_link
from bot.wording import say_names
from calendar_core import capabilities
from calendar_core.capabilities import Capabilities
from calendar_core.changes.change import Create, Proposal
from calendar_core.events import Calendar, Event, Occupancy, Repeat, Status, Visibility
from calendar_core.when import DaySpan

OCCUPANCY = {
    "busy": Occupancy.BUSY,
    "free": Occupancy.FREE,
    "tentative": Occupancy.BUSY,
    "out of office": Occupancy.OUT_OF_OFFICE,
    "working elsewhere": Occupancy.ELSEWHERE,
}


@proposes
async def create_event(ctx: ProposeContext, args: CreateEvent) -> ToolResult:
    """Draw up a new event."""
    title = args.title.strip()
    if not title:
        raise ToolRefused("What shall I call it?")
    invited = await invite(ctx, args.guests, args.optional_guests)
    return await _propose(ctx, args, title, invited, "create_event")


@proposes
async def book_meeting(ctx: ProposeContext, args: BookMeeting) -> ToolResult:
    """Draw up a meeting with guests."""
    invited = await invite(ctx, args.guests, args.optional_guests)
    named = [guest.name or guest.email or "" for guest in invited.guests] + list(invited.strangers)
    if not named:
        raise ToolRefused("Whom shall I invite?")
    title = (args.title or "").strip() or f"Meeting with {say_names(named)}"
    return await _propose(ctx, args, title, invited, "book_meeting")


async def _propose(
    ctx: ProposeContext, args: EventDetails, title: str, invited: Invited, tool: str
) -> ToolResult:
    length = read_length(ctx, args.length) if args.length else None
    time = read_event_time(ctx, args.when, length, all_day=args.all_day)
    calendar = await calendar_to_write(ctx, args.calendar)
    invited = await reachable(ctx, invited, calendar)
    event = _event(ctx, args, title, time, invited, calendar)
    event, of_room = await with_room(ctx, args.room, event, calendar)
    if event.guests:
        event = replace(event, organizer=organizer(ctx, calendar))
    event = booked(event, capabilities.of(calendar.provider))
    event = naming_strangers(event, (*invited.strangers, *invited.unmailed))
    remarks = await remarks_on(ctx, event, invited=invited, time=time, calendar=calendar)
    remarks += of_room
    remarks += await copied(ctx, pieces_of(event, args.when), guests=bool(event.guests))
    remarks += video_remarks(args.video, event.video_url, None, capabilities.of(calendar.provider))
    on_channel = calendar.owner != ctx.person
    change = await ctx.proposals.propose(
        Proposal(
            owner=ctx.person,
            place=ctx.place.key,
            edits=(Create(calendar_id=calendar.id, event=event),),
            remarks=remarks,
            public=on_channel and ctx.may_show_all,
            also=owners_of(ctx)[1:],
        )
    )
    return proposed(ctx, change, tool)


def _event(
    ctx: ToolContext,
    args: EventDetails,
    title: str,
    time: EventTime,
    invited: Invited,
    calendar: Calendar,
) -> Event:
    timed = not isinstance(time.when, DaySpan)
    maker = capabilities.of(calendar.provider)
    return Event(
        uid=f"{uuid4()}",
        title=title,
        when=time.when,
        zone=(time.zone or ctx.zone).key if timed else None,
        repeat=Repeat(rule=time.rule) if time.rule else None,
        description=args.description or "",
        location=args.location or "",
        status=Status.TENTATIVE if args.show_as == "tentative" else Status.CONFIRMED,
        occupancy=OCCUPANCY[args.show_as or ("busy" if timed else "free")],
        visibility=Visibility.PRIVATE if args.visibility == "private" else Visibility.PUBLIC,
        guests=invited.guests,
        color=color_named(args.color or ""),
        video_url=link_of(args.location) or "",
        video_wanted=wants_link(args.video, args.location, maker),
        alarms=tuple(lead_before(ctx, words, title, time.when) for words in args.reminders),
    )


def booked(event: Event, maker: Capabilities) -> Event:
    """The event with the reminders that the calendar's maker gives a meeting with guests, unless
    somebody asked for others."""
    meeting = bool(event.people) and not isinstance(event.when, DaySpan)
    given = event.alarms == maker.booked_alarms and bool(meeting or event.mail_alarms)
    asked = () if given else event.alarms
    if asked or not meeting:
        return replace(event, alarms=asked, mail_alarms=())
    return replace(event, alarms=maker.booked_alarms, mail_alarms=maker.booked_mails)
