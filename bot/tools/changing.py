"""Proposing changes of what stands in the calendar: edit, delete, invite, answer."""

from collections.abc import Iterable, Sequence

from bot.tools.arguments import AddParticipants, DeleteEvent, RespondToInvitation, UpdateEvent
from bot.tools.colors import color_named
from bot.tools.copying import copied, guests_of
from bot.tools.creating import OCCUPANCY
from bot.tools.finding import (
    Hint,
    by_ref,
    candidates,
    is_named,
    likeliest,
    names_of,
    nothing_found,
    once_per_series,
    owners_of,
    target_of,
    which,
)
from bot.tools.guests import as_invited, invite, organizer
from bot.tools.proposing import proposed
from bot.tools.remarks import NO_VIDEO, link_of, no_video, remarks_on
from bot.tools.retiming import new_time
from bot.tools.times import names_days, read_event_time, read_time
from bot.tools.tool import (
    ProposeContext,
    ToolContext,
    ToolMisused,
    ToolRefused,
    ToolResult,
    proposes,
)
from bot.wording import say_count, say_names
from calendar_core.changes.change import Amend, Edit, Proposal, Remark, Remove, Reply
from calendar_core.events import (
    Answer,
    Event,
    Occurrence,
    Repeat,
    Scope,
    Status,
    Visibility,
)
from calendar_core.patch import Patch
from calendar_core.when import DaySpan, TimeSpan

MOST_AT_ONCE = 100
"""How many events one card may delete."""
IN_CHAT = "invited"
"""The kind of remark that tells who hears of it in chat."""
_ANSWERS = {
    "accept": Answer.ACCEPTED,
    "tentative": Answer.TENTATIVE,
    "decline": Answer.DECLINED,
}


@proposes
async def update_event(ctx: ProposeContext, args: UpdateEvent) -> ToolResult:
    """Draw up a change of an event."""
    hint = Hint(words=args.event or "", when=args.event_when or "", person=args.event_person or "")
    one = await _the_one(ctx, hint)
    if isinstance(one, ToolResult):
        return one
    mine = await is_mine(ctx, one)
    if not mine:
        raise ToolRefused(
            f'"{one.title}" is {one.organizer}\'s event. '
            "I can answer it for you: accept, maybe or decline."
        )
    gone = await _addresses(ctx, one, args.remove_guests)
    patch = _patch(ctx, args, one, gone)
    if patch == Patch():
        raise ToolRefused(_nothing_to_change(args, one))
    remarks = await _change_remarks(ctx, one, patch)
    if args.video and not (patch.video_url or one.video_url):
        remarks += (no_video(),)
    scope = Scope(args.scope) if args.scope else None
    edit = Amend(target=target_of(one), patch=patch, scope=scope if one.is_series else None)
    return await _propose(ctx, (edit,), remarks, "update_event", one)


async def _the_one(ctx: ToolContext, hint: Hint) -> Occurrence | ToolResult:
    """The event that is meant, or the question which."""
    if not (hint.words or hint.when or hint.person):
        raise ToolRefused("Which event?")
    found = once_per_series(likeliest(ctx, hint, await candidates(ctx, hint)))
    if not found:
        return await nothing_found(ctx, hint)
    return found[0] if len(found) == 1 else which(ctx, found)


async def is_mine(ctx: ToolContext, one: Occurrence) -> bool:
    """Whether the asker may change it: unless another person known here organizes it."""
    if one.my_answer is None or not one.organizer:
        return True
    mine = {*ctx.me.names, ctx.me.email, *_bare(ctx.me.addresses)}
    if one.organizer.casefold() in {text.casefold() for text in mine}:
        return True
    known = await ctx.world.people.named(one.organizer, near=ctx.person)
    return not any(person.id != ctx.person for person in known)


def _bare(addresses: Iterable[str]) -> set[str]:
    """Addresses as the agenda shows those without a name."""
    return {one.removeprefix("mailto:") for one in addresses}


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
        video_url=_video(args, one),
        repeat=_repeat(ctx, args),
        guests_removed=gone,
    )


def _video(args: UpdateEvent, one: Occurrence) -> str | None:
    """The link that was put into the place; the empty text takes one away."""
    link = link_of(args.location)
    if link is not None:
        return link
    left_place = args.location is not None and one.video_url == one.location
    return "" if one.video_url and (left_place or args.video is False) else None


def _nothing_to_change(args: UpdateEvent, one: Occurrence) -> str:
    if args.video:
        return f'"{one.title}" has a video link already.' if one.video_url else NO_VIDEO
    if args.video is False:
        return f'"{one.title}" has no video link.'
    return "What shall I change: the time, the title, the place, or the guests?"


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
    """Guests to take off, by their names. Raises ToolRefused for one who is not invited."""
    if not names:
        return ()
    from calendar_core.ics.reading import read

    stored = await ctx.world.mirror.event(one.event_id, owners_of(ctx))
    guests = read(stored.resource.ics)[0].guests
    found: list[str] = []
    for name in names:
        wanted = name.casefold().strip("@ ")
        match = [guest for guest in guests if wanted in f"{guest.name} {guest.address}".casefold()]
        if not match:
            others = names_of(one)
            there = f"{say_names(others) or 'nobody'} {'are' if len(others) > 1 else 'is'}"
            raise ToolRefused(f'{name} is not invited to "{one.title}"; {there}.')
        found += [guest.address for guest in match]
    return tuple(found)


async def _change_remarks(ctx: ToolContext, one: Occurrence, patch: Patch) -> tuple[Remark, ...]:
    remarks: tuple[Remark, ...] = ()
    if patch.when is not None:
        event = Event(
            uid=one.uid,
            title=one.title,
            when=patch.when,
            zone=None if isinstance(patch.when, DaySpan) else ctx.zone.key,
            occupancy=one.occupancy,
        )
        remarks += await remarks_on(ctx, event, besides=one.event_id, whose=one.owner)
        if isinstance(patch.when, TimeSpan) and patch.when.start < ctx.now:
            remarks += (Remark(kind="past", text="that time is past"),)
    said = (("title", patch.title), ("place", patch.location), ("notes", patch.description))
    pieces = [(name, text) for name, text in said if text]
    remarks += await copied(ctx, pieces, besides=one.event_id)
    return remarks + await told(ctx, (one,))


async def told(ctx: ToolContext, found: Sequence[Occurrence]) -> tuple[Remark, ...]:
    """Who learns of a change: guests who are people here; a built-in calendar mails nobody."""
    names = tuple(dict.fromkeys(name for one in found for name in one.guests))
    if not names:
        return ()
    people = await ctx.world.people.everyone(near=ctx.person)
    known = {text.casefold() for one in people for text in (one.name, one.email) if text}
    mine = {text.casefold() for text in ctx.me.names}  # whoever asks knows
    here = [name for name in names if name.casefold() in known - mine]
    mail = (Remark(kind="mail", text="nobody is mailed"),)
    if not here:
        return mail
    verb = "is" if len(here) == 1 else "are"
    text = f"{say_names(here[:8])} {verb} told here in chat"
    return (Remark(kind=IN_CHAT, text=text), *mail)


async def _propose(
    ctx: ProposeContext,
    edits: tuple[Edit, ...],
    remarks: tuple[Remark, ...],
    tool: str,
    *found: Occurrence,
) -> ToolResult:
    on_channel = all(one.owner != ctx.person for one in found)
    change = await ctx.proposals.propose(
        Proposal(
            owner=ctx.person,
            place=ctx.place.key,
            edits=edits,
            remarks=remarks,
            public=on_channel and ctx.may_show_all,
            also=owners_of(ctx)[1:],
        )
    )
    return proposed(ctx, change, tool)


@proposes
async def delete_event(ctx: ProposeContext, args: DeleteEvent) -> ToolResult:
    """Draw up the end of one event, or of all that match."""
    hint = Hint(words=args.event or "", when=args.when or "", person=args.person or "")
    if args.every:
        return await _delete_all(ctx, args, hint)
    one = await _the_one(ctx, hint)
    if isinstance(one, ToolResult):
        return one
    removal = await _removal(ctx, one, args.scope)
    declines = isinstance(removal, Reply)
    hears = (await who_hears(ctx, one),) if declines else await told(ctx, (one,))
    return await _propose(ctx, (removal,), hears, "delete_event", one)


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
    found = _without_kept(found, args.keep)
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
    return await _propose(ctx, edits, remarks, "delete_event", *found)


def _without_kept(found: tuple[Occurrence, ...], keep: Sequence[str]) -> tuple[Occurrence, ...]:
    """What goes; what shall stay must be there, else a slip of the finger would cancel it."""
    missing = [words for words in keep if not any(is_named(one, words) for one in found)]
    if missing and found:
        named = say_names([f'"{words}"' for words in missing])
        raise ToolRefused(f"I found no {named} there, so I cancel nothing.")
    return tuple(one for one in found if not any(is_named(one, words) for words in keep))


def _whole_days_too(found: Sequence[Occurrence], hint: Hint) -> tuple[Remark, ...]:
    """Say that whole days go along where they were not named."""
    days = [one.title for one in found if isinstance(one.when, DaySpan)]
    if not days or hint.words or len(days) == len(found):
        return ()
    named = say_names([f'"{title}"' for title in dict.fromkeys(days)][:3])
    more = "" if len(set(days)) <= 3 else " and more"
    return (Remark(kind="days", text=f"all-day events go too: {named}{more}"),)


@proposes
async def add_participants(ctx: ProposeContext, args: AddParticipants) -> ToolResult:
    """Draw up an invitation to an event that is there."""
    hint = Hint(words=args.event or "", when=args.event_when or "")
    one = await _the_one(ctx, hint)
    if isinstance(one, ToolResult):
        return one
    if not await is_mine(ctx, one):
        raise ToolRefused(f'Only {one.organizer} can invite people to "{one.title}".')
    invited = await invite(
        ctx, () if args.optional else args.who, args.who if args.optional else ()
    )
    if not invited.guests:
        names = say_names(list(invited.strangers)) or "them"
        raise ToolRefused(f"I don't know {names} here. Give me a mail address to put on the event.")
    event = Event(uid=one.uid, title=one.title, when=one.when, zone=ctx.zone.key)
    remarks = [
        remark
        for remark in await remarks_on(
            ctx, event, invited=invited, besides=one.event_id, whose=one.owner
        )
        if remark.kind in ("invited", "mail", "assumed") or "then" in remark.text
    ]
    guests = await as_invited(ctx, one, invited)
    edit = Amend(
        target=target_of(one),
        patch=Patch(guests_added=guests, organizer=organizer(ctx)),
        scope=Scope(args.scope) if args.scope and one.is_series else None,
    )
    remarks += await copied(ctx, guests_of(invited.guests), besides=one.event_id)
    return await _propose(ctx, (edit,), tuple(remarks), "add_participants", one)


@proposes
async def respond_to_invitation(ctx: ProposeContext, args: RespondToInvitation) -> ToolResult:
    """Draw up an answer to an invitation."""
    hint = Hint(
        words=args.event or "",
        when=args.event_when or "",
        person=args.organizer or "",
        declined_too=True,
    )
    lately = Hint(when="next 90 days", declined_too=True)
    if not (hint.words or hint.when or hint.person):
        hint = lately
    found = await _invitations(ctx, hint)
    if not found and await by_ref(ctx, hint.words) is not None:
        # "Decline it", right after talk of something that is no invitation.
        found = await _invitations(ctx, lately)
    if not found:
        raise ToolRefused("I see no invitation like that.")
    if len(found) > 1:
        return which(ctx, found)
    one = found[0]
    edit = Reply(
        target=target_of(one),
        answer=_ANSWERS[args.answer],
        note=args.note or "",
        scope=Scope(args.scope) if args.scope and one.is_series else None,
    )
    remark = await who_hears(ctx, one)
    return await _propose(ctx, (edit,), (remark,), "respond_to_invitation", one)


async def _invitations(ctx: ToolContext, hint: Hint) -> list[Occurrence]:
    """What the asker is invited to; the unanswered alone where there are any."""
    found = [one for one in await candidates(ctx, hint) if one.my_answer is not None]
    found = once_per_series(found)
    return [one for one in found if one.my_answer is Answer.OPEN] or found


async def who_hears(ctx: ToolContext, one: Occurrence) -> Remark:
    """Who learns of an answer to an invitation."""
    known = await ctx.world.people.named(one.organizer, near=ctx.person)
    if known:
        return Remark(kind=IN_CHAT, text=f"{known[0].name} is told here in chat")
    text = f"{one.organizer or 'the organizer'} is not mailed: only your copy changes"
    return Remark(kind="mail", text=text)
