"""Who hears of what is proposed, how, and when they are reminded: as the card says it before
anything is written.

What else a card says beside a change is `remarks`; whom names mean is `guests`.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from bot.people import Preferences
from bot.tools.finding import owners_of
from bot.tools.guests import Invited
from bot.tools.tool import ToolContext
from bot.wording import say_count, say_length, say_names
from calendar_core import capabilities
from calendar_core.capabilities import Capabilities
from calendar_core.changes.change import Remark
from calendar_core.events import Calendar, Event, Occurrence
from calendar_core.when import DaySpan

IN_CHAT = "invited"
"""The kind of remark that tells who hears of it in chat."""
MOST_NAMED = 3
MOST_IN_CHAT = 8
USUAL = Preferences().guest_leads
"""When people are reminded of a meeting who never said otherwise."""
NOBODY = Remark(kind="mail", text="nobody is mailed")


async def told(ctx: ToolContext, found: Sequence[Occurrence]) -> tuple[Remark, ...]:
    """Who learns of a change: by mail from a linked calendar's maker; else guests who are people
    here, and nobody is mailed."""
    calendars = {one.id: one for one in await ctx.world.mirror.calendars(owners_of(ctx))}
    here: dict[str, None] = {}
    mailed: dict[Capabilities, dict[str, None]] = {}
    for one in found:
        there = calendars.get(one.calendar_id)
        maker = capabilities.LOCAL if there is None else capabilities.of(there.provider)
        names = here if maker.mails_guests == "never" else mailed.setdefault(maker, {})
        names.update(dict.fromkeys(one.guests))
    mails = [_mailed(list(names), maker) for maker, names in mailed.items() if names]
    if not here:
        return tuple(mails)
    return (*await _told_here(ctx, here), *(mails or [NOBODY]))


async def _told_here(ctx: ToolContext, names: Iterable[str]) -> tuple[Remark, ...]:
    people = await ctx.world.people.everyone(near=ctx.person)
    known = {text.casefold() for one in people for text in (one.name, one.email) if text}
    mine = {text.casefold() for text in ctx.me.names}  # whoever asks knows
    here = [name for name in names if name.casefold() in known - mine]
    if not here:
        return ()
    verb = "is" if len(here) == 1 else "are"
    rest = len(here) - MOST_IN_CHAT
    names = [*here[:MOST_IN_CHAT], f"{rest} more"] if rest > 0 else here
    return (Remark(kind=IN_CHAT, text=f"{say_names(names)} {verb} told here in chat"),)


def _mailed(names: Sequence[str], maker: Capabilities) -> Remark:
    """Says "Ana and Bo will both be mailed", "its server may mail Ana"."""
    said = say_names(names) if len(names) <= MOST_NAMED else say_count(len(names), "guest")
    if maker.mails_guests == "perhaps":
        return Remark(kind="mail", text=f"its server may mail {said}")
    every = {1: "", 2: "both "}.get(len(names), "all ")
    return Remark(kind="mail", text=f"{said} will {every}be mailed")


async def who_hears(ctx: ToolContext, one: Occurrence) -> Remark:
    """Who learns of an answer to an invitation."""
    calendars = await ctx.world.mirror.calendars(owners_of(ctx))
    maker = next(
        (capabilities.of(there.provider) for there in calendars if there.id == one.calendar_id),
        capabilities.LOCAL,
    )
    if maker.mails_guests != "never":
        return _mailed([one.organizer or "the organizer"], maker)
    known = await ctx.world.people.named(one.organizer, near=ctx.person)
    if known:
        return Remark(kind=IN_CHAT, text=f"{known[0].name} is told here in chat")
    text = f"{one.organizer or 'the organizer'} is not mailed: only your copy changes"
    return Remark(kind="mail", text=text)


def invitations(invited: Invited, calendar: Calendar | None) -> list[Remark]:
    """How the guests of an event learn of it, and who of the named does not."""
    maker = capabilities.LOCAL if calendar is None else capabilities.of(calendar.provider)
    if maker.mails_guests == "never":
        said = _invited_here(invited)
    else:
        names = [one.name or one.email or "" for one in invited.guests]
        said = [_mailed(names, maker)] if names else []
    if invited.unmailed:
        names = list(invited.unmailed)
        words = f"I don't know {say_names(names)}'s mail address, so only the words name them"
        said.append(Remark(kind="assumed", text=words))
    if invited.strangers:
        names = list(invited.strangers)
        words = f"I don't know {say_names(names)} here, so only the words name them"
        said.append(Remark(kind="assumed", text=words))
    return said


def _invited_here(invited: Invited) -> list[Remark]:
    said = []
    if invited.people:
        names = say_names([one.name for one in invited.people])
        verb = "gets" if len(invited.people) == 1 else "get"
        said.append(Remark(kind=IN_CHAT, text=f"{names} {verb} the invitation here in chat"))
    known = {person.address for person in invited.people}
    outside = [one.email for one in invited.guests if one.email and one.address not in known]
    if outside:
        words = f"nobody is mailed: a built-in calendar can't write to {say_names(outside)}"
        said.append(Remark(kind="mail", text=words))
    elif invited.people:
        said.append(NOBODY)
    return said


def reminded(
    ctx: ToolContext,
    event: Event,
    invited: Invited,
    calendar: Calendar | None,
    *,
    is_new: bool,
) -> list[Remark]:
    """When the guests are reminded here of a meeting, and the asker of a new one; what the
    calendar's maker does besides stands among the fields of the card."""
    if not invited.guests or isinstance(event.when, DaySpan):
        return []
    maker = capabilities.LOCAL if calendar is None else capabilities.of(calendar.provider)
    kept = ctx.me.preferences
    mine = _ahead(ctx, event, kept.leads if maker.booked_mails else kept.guest_leads)
    asked = bool(set(event.alarms) - set(maker.booked_alarms)) or not is_new
    if maker.mails_guests != "never":
        if asked or not mine:
            return []
        return [Remark(kind="reminded", text=f"I remind you here {_leads(mine)} before")]
    if not invited.people:
        return []
    usual = _ahead(ctx, event, USUAL)
    as_usual = {
        one.name: sorted(one.preferences.guest_leads) == sorted(USUAL) for one in invited.people
    }
    others = [name for name, usually in as_usual.items() if not usually]
    together = [name for name, usually in as_usual.items() if usually and usual]
    said = []
    if mine and not asked and (mine == usual or not together):
        together = ["you", *together]
    elif mine and not asked:
        said.append(f"you are reminded {_leads(mine)} before")
    if together:
        verb = "is" if len(together) == 1 and together != ["you"] else "are"
        leads = mine if together == ["you"] else usual
        said.append(f"{say_names(together)} {verb} reminded {_leads(leads)} before")
    if others:  # when is theirs to know
        verb = "is" if len(others) == 1 else "are"
        said.append(f"{say_names(others)} {verb} reminded as they set it")
    return [Remark(kind="reminded", text="; ".join(said))] if said else []


def _ahead(ctx: ToolContext, event: Event, leads: Sequence[timedelta]) -> tuple[timedelta, ...]:
    """Those whose moment is still to come; of a series all, for the next ones."""
    if event.repeat is not None or isinstance(event.when, DaySpan):
        return tuple(sorted(leads))
    return tuple(sorted(one for one in leads if event.when.start - one > ctx.now))


def _leads(leads: Sequence[timedelta]) -> str:
    return say_names([say_length(one) for one in sorted(leads, reverse=True)])
