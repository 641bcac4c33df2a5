"""Rooms at Microsoft: `GET /places/microsoft.graph.room`, all that the organization has.

Graph wants the permission Place.Read.All for it, which an administrator alone can grant. It is not
asked for when an account is linked: whoever is no administrator could then link none at all. Once
one granted it to the operator's app, tokens have it by themselves, for Microsoft puts all that was
granted into each. Until then Graph answers 403, and people are told whose turn it is.
https://learn.microsoft.com/en-us/graph/api/place-list
"""

from collections.abc import Mapping, Sequence
from typing import Any

from calendar_core.errors import NotAllowed
from calendar_core.linking import AccountId
from calendar_core.providers.microsoft.client import Refused
from calendar_core.providers.microsoft.connecting import Mailboxes
from calendar_core.rooms import Room, matching

_PAGE = 100
_NOT_GRANTED = (
    "Your organization does not let me see its rooms yet: an administrator must allow this app "
    "Place.Read.All at Microsoft. Until then, put the room's name as the place."
)


class MicrosoftRooms:
    """Asks with a linked account of an organization; a personal one has no rooms."""

    def __init__(self, mailboxes: Mailboxes) -> None:
        self._mailboxes = mailboxes

    async def rooms(self, account_id: AccountId, query: str) -> Sequence[Room]:
        """As `Rooms`."""
        account, credentials = await self._mailboxes.connections.of_account(account_id)
        mailbox = self._mailboxes.mailbox(account.id, credentials)
        try:
            listed = await mailbox.listed(
                "/places/microsoft.graph.room", {"$top": str(_PAGE)}, size=_PAGE
            )
        except Refused as err:
            if err.status != 403:
                raise
            raise NotAllowed(_NOT_GRANTED) from err
        return matching([room for one in listed if (room := _room(one)) is not None], query)


def _room(place: Mapping[str, Any]) -> Room | None:
    address = "".join(one for one in str(place.get("emailAddress") or "") if one > " ").lower()
    if "@" not in address:
        return None
    seats = place.get("capacity")
    return Room(
        address=address,
        name=" ".join(str(place.get("displayName") or address).split()),
        capacity=seats if isinstance(seats, int) and seats > 0 else None,
    )
