"""Rooms at Google, as far as an account's own list of calendars tells them.

All rooms of an organization are in its directory, which takes an administrator's right to read. The
calendars of those rooms that somebody put on their list stand there like any other, under an id
that ends as rooms' ids do; adding one is a matter of two clicks in Google Calendar. The name that
Google makes of a room ends in its seats: "Berlin-2-Aquarium (8)".
https://support.google.com/a/answer/1686462
"""

import re
from collections.abc import Sequence

from calendar_core.linking import AccountId, FoundCalendar
from calendar_core.providers.google.calendars import found_calendars
from calendar_core.providers.google.client import Google
from calendar_core.rooms import Room, matching

OF_ROOMS = "@resource.calendar.google.com"
_SEATS = re.compile(r"\((\d{1,4})\)")


class GoogleRooms:
    """Asks Google with a linked account."""

    def __init__(self, google: Google) -> None:
        self._google = google

    async def rooms(self, account_id: AccountId, query: str) -> Sequence[Room]:
        """As `Rooms`: of the rooms on the account's list of calendars."""
        listed = await found_calendars(lambda make: self._google.ask(account_id, make))
        return matching([_room(one) for one in listed if is_room(one.remote)], query)


def is_room(remote: str) -> bool:
    """Whether a calendar is that of a room, by its id."""
    return remote.lower().endswith(OF_ROOMS)


def _room(calendar: FoundCalendar) -> Room:
    seats = _SEATS.search(calendar.name)
    return Room(
        address=calendar.remote.lower(),
        name=" ".join(calendar.name.split()),
        capacity=int(seats[1]) if seats else None,
    )
