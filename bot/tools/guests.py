"""Whom the names in a request mean: people known here, or mail addresses."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.people import Person
from bot.tools.tool import ToolContext, ToolRefused
from bot.wording import say_names
from calendar_core import capabilities
from calendar_core.events import Answer, Attendance, Calendar, Event, Guest, Occurrence
from calendar_core.folding import folded
from calendar_core.indexing import addresses_of

_MAILBOX = re.compile(
    r"(?:(?P<name>[^<>@]*)<)?(?P<address>[^\s<>@,;:\"]+@[^\s<>@,;:\"]+)(?(name)>)"
)
"""A mail address, or a name with one: "Bo Lindt <bo@example.org>"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """Guests, and who of the named is nobody we know."""

    guests: tuple[Guest, ...]
    people: tuple[Person, ...]
    """Those of the guests who are known here."""
    strangers: tuple[str, ...]
    """Names without an address: they stay words in the title."""
    unmailed: tuple[str, ...] = ()
    """People who are known here but not by mail, where the calendar's maker writes to guests."""


async def invite(ctx: ToolContext, names: Sequence[str], optional: Sequence[str] = ()) -> Invited:
    """Turn names and addresses into guests. Raises ToolRefused with a question when two share a
    name."""
    guests: dict[str, Guest] = {}
    people: list[Person] = []
    strangers: list[str] = []
    for name, attendance in [(name, Attendance.REQUIRED) for name in names] + [
        (name, Attendance.OPTIONAL) for name in optional
    ]:
        mailed = _MAILBOX.fullmatch(name.strip())
        known = await one_person(ctx, mailed["address"] if mailed else name)
        if known is not None:
            guests[known.address] = Guest(
                address=known.address, name=known.name, attendance=attendance
            )
            people.append(known)
        elif mailed:
            address = f"mailto:{mailed['address'].lower()}"
            said = (mailed["name"] or "").strip(" \"'")
            guests[address] = Guest(address=address, name=said, attendance=attendance)
        else:
            strangers.append(name)
    for address in ctx.me.addresses:
        guests.pop(address, None)
    return Invited(
        guests=tuple(guests.values()),
        people=tuple(one for one in people if one.id != ctx.person),
        strangers=tuple(strangers),
    )


def reachable(invited: Invited, calendar: Calendar) -> Invited:
    """Those of the guests whom the calendar's maker can write to; the others stay words."""
    if capabilities.of(calendar.provider).mails_guests == "never":
        return invited
    guests = [one for one in invited.guests if one.address not in addresses_of(calendar)]
    unmailed = tuple(one.name for one in guests if one.email is None)
    return replace(
        invited, guests=tuple(one for one in guests if one.email is not None), unmailed=unmailed
    )


def naming_strangers(event: Event, strangers: Sequence[str]) -> Event:
    """The event with everybody named in its words whom no address names: in its title, else in its
    notes."""
    said = folded(f"{event.title}\n{event.description}")
    missing = [name for name in dict.fromkeys(strangers) if folded(name) not in said]
    if not missing:
        return event
    lines = (event.description, f"With {say_names(missing)}")
    return replace(event, description="\n".join(line for line in lines if line))


async def as_invited(ctx: ToolContext, one: Occurrence, invited: Invited) -> tuple[Guest, ...]:
    """Whom to add; one who is a guest already, by an address of before, stays that one guest."""
    from calendar_core.ics.reading import read

    owners = (ctx.person, one.owner)
    stored = await ctx.world.mirror.event(one.event_id, owners)
    there = {guest.address: guest for guest in read(stored.resource.ics)[0].guests}
    known = {
        person.address: there[address]
        for person in invited.people
        for address in person.addresses
        if address in there
    }
    return tuple(known.get(guest.address, guest) for guest in invited.guests)


async def one_person(ctx: ToolContext, name: str) -> Person | None:
    """The one person that a name means here; None when nobody. Raises ToolRefused when several."""
    if name.casefold().strip() in ("me", "i", "myself"):
        return ctx.me
    found = await ctx.world.people.named(name, near=ctx.person)
    if len(found) > 1:
        raise ToolRefused(f"Which {name}: {' or '.join(one.name for one in found)}?")
    return found[0] if found else None


def mailbox_of(words: str) -> tuple[str, str]:
    """The mail address that somebody is named by, in small letters, and the name with it; both
    empty for a name alone."""
    found = _MAILBOX.fullmatch(words.strip())
    if found is None:
        return "", ""
    return found["address"].lower(), (found["name"] or "").strip(" \"'")


def organizer(ctx: ToolContext, calendar: Calendar | None = None) -> Guest:
    """The asker, as the one who invites: on a linked calendar by the account's own address."""
    linked = calendar.address if calendar is not None and calendar.account_id else ""
    return Guest(address=linked or ctx.me.address, name=ctx.me.name, answer=Answer.ACCEPTED)
