"""Proposing who comes: guests of an event that is there, and answers to invitations."""

from bot.channels import CHANNEL
from bot.tools.arguments import AddParticipants, RespondToInvitation, UpdateEvent
from bot.tools.copying import copied, guests_of
from bot.tools.finding import Hint, by_ref, candidates, once_per_series, target_of, which
from bot.tools.guests import as_invited, invite, organizer, reachable
from bot.tools.hearers import IN_CHAT, who_hears
from bot.tools.remarks import remarks_on
from bot.tools.retiming import new_time
from bot.tools.standing import calendar_of, hand_in, is_mine, the_one
from bot.tools.tool import (
    ProposeContext,
    ToolContext,
    ToolMisused,
    ToolRefused,
    ToolResult,
    proposes,
)
from bot.wording import begins_at, say_names
from calendar_core import capabilities
from calendar_core.changes.change import Amend, Remark, Reply
from calendar_core.events import Answer, Event, Occurrence, Scope
from calendar_core.patch import Patch
from calendar_core.when import DaySpan, When

_OF_GUESTS = (IN_CHAT, "mail", "assumed", "reminded")
"""Remarks about who comes."""
_OF_TIMES = ("conflict", "clocks", "unread")
LONGEST_NOTE = 500
_ANSWERS = {
    "accept": Answer.ACCEPTED,
    "tentative": Answer.TENTATIVE,
    "decline": Answer.DECLINED,
}


@proposes
async def add_participants(ctx: ProposeContext, args: AddParticipants) -> ToolResult:
    """Draw up an invitation to an event that is there."""
    hint = Hint(words=args.event or "", when=args.event_when or "")
    one = await the_one(ctx, hint)
    if isinstance(one, ToolResult):
        return one
    if not await is_mine(ctx, one):
        raise ToolRefused(f'Only {one.organizer} can invite people to "{one.title}".')
    calendar = await calendar_of(ctx, one)
    named = await invite(ctx, () if args.optional else args.who, args.who if args.optional else ())
    invited = await reachable(ctx, named, calendar)
    if invited.unmailed and not invited.guests:
        names = say_names(list(invited.unmailed))
        raise ToolRefused(f"I don't know {names}'s mail address. Give me one to invite them by.")
    if not invited.guests:
        names = say_names(list(invited.strangers)) or "them"
        raise ToolRefused(f"I don't know {names} here. Give me a mail address to put on the event.")
    event = Event(uid=one.uid, title=one.title, when=one.when, zone=ctx.zone.key)
    remarks = [
        remark
        for remark in await remarks_on(
            ctx, event, invited=invited, besides=one.event_id, calendar=calendar
        )
        if remark.kind in _OF_GUESTS or "then" in remark.text
    ]
    guests = await as_invited(ctx, one, invited)
    edit = Amend(
        target=target_of(one),
        patch=Patch(guests_added=guests, organizer=organizer(ctx, calendar)),
        scope=Scope(args.scope) if args.scope and one.is_series else None,
    )
    remarks += await copied(ctx, guests_of(invited.guests), besides=one.event_id)
    return await hand_in(ctx, (edit,), tuple(remarks), "add_participants", one)


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
        raise ToolRefused(await _no_invitation(ctx, hint))
    if len(found) > 1:
        return which(ctx, found)
    one = found[0]
    proposed, remarks = await _instead(ctx, args, one)
    scope = Scope(args.scope) if args.scope else None
    edit = Reply(
        target=target_of(one),
        answer=_ANSWERS[args.answer],
        note=(args.note or "")[:LONGEST_NOTE],
        proposed=proposed,
        scope=(Scope.THIS if proposed else scope) if one.is_series else None,
    )
    note = (("your note", edit.note),)
    remarks += await copied(ctx, note, besides=one.event_id, guests=True)
    heard = await who_hears(ctx, one)
    return await hand_in(ctx, (edit,), (heard, *remarks), "respond_to_invitation", one)


async def _instead(
    ctx: ToolContext, args: RespondToInvitation, one: Occurrence
) -> tuple[When | None, tuple[Remark, ...]]:
    """The time that is proposed in place of the event's own, with what to say about it."""
    if not args.propose:
        return None, ()
    if args.answer == "accept":
        raise ToolMisused('Another time goes with "decline" or "tentative".')
    when = new_time(ctx, UpdateEvent(when=args.propose), one)
    if when is None:
        raise ToolRefused("That is when it is already. When would you have time?")
    if begins_at(when, ctx.zone) <= ctx.now:
        raise ToolRefused("That time is past. When would you have time?")
    event = Event(
        uid=one.uid,
        title=one.title,
        when=when,
        zone=None if isinstance(when, DaySpan) else ctx.zone.key,
    )
    calendar = await calendar_of(ctx, one)
    said = await remarks_on(ctx, event, besides=one.event_id, calendar=calendar)
    remarks = [one for one in said if one.kind in _OF_TIMES]
    maker = capabilities.of(calendar.provider)
    if not maker.passes_on_times:
        by = maker.name or "its server"
        words = f"{by} knows no other times: {one.organizer or 'the organizer'} reads it as a word"
        remarks.append(Remark(kind="assumed", text=words))
    return when, tuple(remarks)


async def _no_invitation(ctx: ToolContext, hint: Hint) -> str:
    """Why there is nothing to answer: no such thing, or an event of one's own."""
    own = once_per_series(await candidates(ctx, hint)) if hint.words else []
    if len(own) == 1 and own[0].owner.startswith(CHANNEL):
        return (
            f'"{own[0].title}" is the channel\'s: say whether you come with the buttons under its '
            "card."
        )
    if len(own) == 1 and await is_mine(ctx, own[0]):
        return f'"{own[0].title}" is no invitation, it is your own: I can move or cancel it.'
    return "I see no invitation like that."


async def _invitations(ctx: ToolContext, hint: Hint) -> list[Occurrence]:
    """What the asker is invited to; the unanswered alone where there are any."""
    found = [one for one in await candidates(ctx, hint) if one.my_answer is not None]
    found = once_per_series(found)
    return [one for one in found if one.my_answer is Answer.OPEN] or found
