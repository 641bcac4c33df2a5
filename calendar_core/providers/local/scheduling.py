"""Invitations between people whose calendars are kept here: RFC 6638 in spirit, without any mail.

The organizer's resource is the truth. Each guest who is a local person holds a copy of it on their
default calendar, under the same UID; an answer that a guest writes on their copy is written into
the organizer's, and so into everybody's. All of it happens in the writer's own transaction.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TypeAlias

from sqlalchemy.ext.asyncio import AsyncSession

from calendar_core.changes.answers import said_by, saying
from calendar_core.changes.change import Write
from calendar_core.changes.writer import Written
from calendar_core.events import Answer, CalendarId, Event, Guest, RecurrenceId
from calendar_core.ics.reading import read
from calendar_core.ics.writing import patch as patched
from calendar_core.providers.local.copies import copy_for, with_own
from calendar_core.providers.local.people import LocalPeople
from calendar_core.providers.local.store import Held, held, holders, put

Guests: TypeAlias = Mapping[CalendarId, Collection[str]]
"""The local guests of an event: the calendar that holds their copy → the CAL-ADDRESSes by which
the event names them. One whose accounts were joined may have several."""


class Scheduling:
    """Keeps organizer's and guests' resources in step within one unit of work."""

    def __init__(self, session: AsyncSession, people: LocalPeople, at: datetime) -> None:
        self._session = session
        self._people = people
        self._at = at

    async def follow(self, write: Write, standing: Held) -> list[Written]:
        """Do what a write that was just made means for others; `standing` is what stood there
        before."""
        home = standing.copy_of or await self._home_of(write)
        if home is not None:
            return await self._answer(home, write)
        if await self._is_organized_here(write):
            before = await self._guests(write.before, write.calendar_id)
            after = await self._guests(write.after, write.calendar_id)
            return await self._spread(write, before.keys() | after.keys(), after)
        return []

    async def _home_of(self, write: Write) -> CalendarId | None:
        """The organizer's calendar, when an invitation comes back to a guest's calendar (an
        undo)."""
        for calendar_id, one in (await holders(self._session, write.uid)).items():
            if calendar_id == write.calendar_id or one.ics is None or one.copy_of is not None:
                continue
            if write.calendar_id in await self._guests(one.ics, calendar_id):
                copy = Held(uid=write.uid, ics=write.after, copy_of=calendar_id)
                await put(self._session, write.calendar_id, [copy])
                return calendar_id
        return None

    async def _is_organized_here(self, write: Write) -> bool:
        """Whether the calendar holds the organizer's own resource, and not an event from
        elsewhere."""
        components = _components(write.after) or _components(write.before)
        who = next((one.organizer for one in components if one.organizer is not None), None)
        if who is None:
            return True
        theirs = await self._people.calendar_of(who.address, session=self._session)
        if theirs is None:
            return False
        if await self._people.same_owner(theirs, write.calendar_id, session=self._session):
            return True
        # A channel's calendar: organized by a member who does not hold it on their own.
        standing = (await held(self._session, theirs, [write.uid]))[write.uid]
        return standing.ics is None or standing.copy_of == write.calendar_id

    async def _guests(self, ics: str | None, home: CalendarId) -> Guests:
        """The local guests of the resource that stands on the calendar `home`."""
        found: dict[CalendarId, set[str]] = {}
        addresses = {guest.address: one.uid for one in _components(ics) for guest in one.guests}
        for address, uid in addresses.items():
            calendar_id = await self._people.calendar_of(address, session=self._session)
            if calendar_id is not None:
                calendar_id = await self._copy_of(home, uid, calendar_id)
                found.setdefault(calendar_id, set()).add(address)
        return found

    async def _copy_of(self, home: CalendarId, uid: str, default: CalendarId) -> CalendarId:
        """Where a guest holds their copy: on the calendar that took it once, else where new events
        of theirs go."""
        for calendar_id, one in sorted((await holders(self._session, uid)).items()):
            if (
                one.ics is not None
                and one.copy_of == home
                and await self._people.same_owner(calendar_id, default, session=self._session)
            ):
                return calendar_id
        return default

    async def _spread(
        self, write: Write, involved: set[CalendarId], invited: Guests
    ) -> list[Written]:
        """Give, change or take the guests' copies."""
        written = []
        for calendar_id in sorted(involved):
            if await self._people.same_owner(calendar_id, write.calendar_id, session=self._session):
                continue
            standing = (await held(self._session, calendar_id, [write.uid]))[write.uid]
            if standing.ics is not None and standing.copy_of != write.calendar_id:
                continue
            copy = None
            if write.after is not None and calendar_id in invited:
                copy = copy_for(write.after, invited[calendar_id], at=self._at)
            if copy is not None and standing.ics is not None:
                copy = with_own(copy, standing.ics, write.before, at=self._at)
            written.append(await self._put(calendar_id, write.uid, copy, write.calendar_id))
        return written

    async def _answer(self, home: CalendarId, write: Write) -> list[Written]:
        """Write a guest's answer into the organizer's resource, and from there into the other
        copies."""
        standing = (await held(self._session, home, [write.uid]))[write.uid]
        if standing.ics is None:
            return []
        guests = await self._guests(standing.ics, home)
        told = standing.ics
        for address in sorted(guests.get(write.calendar_id, ())):
            for recurrence_id, guest in _new_answers(write, standing.ics, address).items():
                told = patched(told, recurrence_id, saying([guest]), at=self._at)
        if told == standing.ics:
            return []
        written = [await self._put(home, write.uid, told, standing.copy_of, is_copy=False)]
        others = set(guests) - {write.calendar_id}
        spread = Write(calendar_id=home, uid=write.uid, before=standing.ics, after=told)
        return written + await self._spread(spread, others, guests)

    async def _put(
        self,
        calendar_id: CalendarId,
        uid: str,
        ics: str | None,
        copy_of: CalendarId | None,
        *,
        is_copy: bool = True,
    ) -> Written:
        one = Held(uid=uid, ics=ics, copy_of=copy_of)
        await put(self._session, calendar_id, [one])
        return Written(calendar_id=calendar_id, uid=uid, resource=one.resource, is_copy=is_copy)


def _new_answers(write: Write, organizers: str, address: str) -> dict[RecurrenceId, Guest]:
    """What a guest's copy says about them, where the organizer's resource says otherwise; a copy
    that they removed is a no."""
    held_there = {one.recurrence_id: one for one in _components(organizers)}
    if write.after is None:
        gone = Guest(address=address, answer=Answer.DECLINED)
        given = dict.fromkeys(held_there, gone)
    else:
        given = {
            one.recurrence_id: guest
            for one in _components(write.after)
            if (guest := _guest_of(one, address)) is not None
        }
    master = held_there.get(RecurrenceId(""))
    new = {}
    for rid, guest in given.items():
        standing = held_there.get(rid, master)
        if standing is not None and said_by(_guest_of(standing, address)) != said_by(guest):
            new[rid] = guest
    return new


def _guest_of(event: Event, address: str) -> Guest | None:
    return next((one for one in event.guests if one.address == address), None)


def _components(ics: str | None) -> tuple[Event, ...]:
    return () if ics is None else read(ics)
