"""Whom the names in a request mean: people known here, or mail addresses."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.groups import find
from bot.people import Person
from bot.tools.tool import ToolContext, ToolRefused
from bot.wording import say_names
from calendar_core import capabilities
from calendar_core.events import Answer, Attendance, Calendar, Event, Guest, Occurrence
from calendar_core.folding import folded
from calendar_core.indexing import addresses_of
from calendar_core.people import PersonId

_MAILBOX = re.compile(
    r"(?:(?P<name>[^<>@]*)<)?(?P<address>[^\s<>@,;:\"]+@[^\s<>@,;:\"]+)(?(name)>)"
)
"""A mail address, or a name with one: "Bo Lindt <bo@example.org>"."""


MOST_GUESTS = 50
"""People whom one request may name, those of lists counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Somebody whom a request names."""

    said: str
    """Their name as it is known here, else the words themselves."""
    person: Person | None = None


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
    may_stay_away = await people_named(ctx, optional)
    for one, attendance in [
        *((one, Attendance.REQUIRED) for one in await people_named(ctx, names)),
        *((one, Attendance.OPTIONAL) for one in may_stay_away),
    ]:
        name, known = one.said, one.person
        mailed = _MAILBOX.fullmatch(name.strip())
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


async def reachable(ctx: ToolContext, invited: Invited, calendar: Calendar) -> Invited:
    """Those of the guests whom the calendar's maker can write to; the others stay words. People
    here are written to where their workspace shows their mail address."""
    if capabilities.of(calendar.provider).mails_guests == "never":
        return invited
    ids = {person.address: person.id for person in invited.people}
    known = [
        await _by_mail(ctx, one, ids[one.address])
        if one.email is None and one.address in ids
        else one
        for one in invited.guests
    ]
    guests = [one for one in known if one.address not in addresses_of(calendar)]
    unmailed = tuple(one.name for one in guests if one.email is None)
    return replace(
        invited, guests=tuple(one for one in guests if one.email is not None), unmailed=unmailed
    )


async def _by_mail(ctx: ToolContext, guest: Guest, person: PersonId) -> Guest:
    mail = (await ctx.rooms.mail_of(person)).lower()
    return replace(guest, address=f"mailto:{mail}") if _MAILBOX.fullmatch(mail) else guest


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


async def people_named(ctx: ToolContext, names: Sequence[str]) -> tuple[Named, ...]:
    """Whom names, mail addresses and the asker's own lists mean, each once. Raises ToolRefused when
    two share a name, or for more than `MOST_GUESTS`."""
    if not names:
        return ()
    groups = await ctx.world.groups.of(ctx.person)
    found: dict[str, Named] = {}
    for name in names:
        group = find(groups, name)
        if group is None:
            each = await _named_there(ctx, name)
        else:
            near = {one.id: one for one in await ctx.world.people.everyone(near=ctx.person)}
            each = [
                Named(said=near[one.person].name, person=near[one.person])
                if one.person in near
                else await _named(ctx, one.said)
                for one in group.members
            ]
        for one in each:
            found.setdefault(one.person.id if one.person else folded(one.said), one)
    if len(found) > MOST_GUESTS:
        raise ToolRefused(f"That is {len(found)} people; I invite at most {MOST_GUESTS} at once.")
    return tuple(found.values())


async def guests_of_list(ctx: ToolContext, name: str, guests: Sequence[Guest]) -> list[Guest]:
    """Which guests of an event stand on one of the asker's lists, or in a group of the platform's
    own. Raises ToolRefused as `people_named` does."""
    if not name.startswith("@") and find(await ctx.world.groups.of(ctx.person), name) is None:
        return []
    found = []
    for one in await people_named(ctx, [name]):
        known = one.person.addresses if one.person else frozenset()
        mail, _ = mailbox_of(one.said)
        found += [
            guest
            for guest in guests
            if guest.address in known
            or (mail and (guest.email or "").casefold() == mail)
            or (not mail and folded(guest.name) == folded(one.said))
        ]
    return list(dict.fromkeys(found))


async def _named_there(ctx: ToolContext, name: str) -> list[Named]:
    """Whom a name means, or a group of the platform's own: "@design"."""
    one = await _named(ctx, name)
    if one.person is not None or not name.startswith("@"):
        return [one]
    senders = await ctx.rooms.members_of(ctx.place, name)
    if senders is None:
        return [one]
    if not senders:
        raise ToolRefused(f"Nobody is in {name}.")
    found = []
    for sender in senders:
        known = await _named(ctx, sender.email or sender.name or sender.user)
        said = f"{sender.name} <{sender.email}>" if sender.email else known.said
        found.append(known if known.person else Named(said=said))
    return found


async def _named(ctx: ToolContext, name: str) -> Named:
    address, _ = mailbox_of(name)
    person = await one_person(ctx, address or name)
    return Named(said=person.name if person else name.strip(), person=person)


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
