"""The port that asks a provider which rooms of an organization can be booked, and which of them
words mean.

A room is booked by inviting it: it stands on an event as a guest with RFC 5545's CUTYPE=ROOM, and
answers by itself. When it is taken is asked as of colleagues (`colleagues`), by its address.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from calendar_core.events import Guest
from calendar_core.folding import folded
from calendar_core.linking import AccountId

_KINDS = frozenset({"room", "meeting", "conference", "the", "a", "in"})
"""Words that may stand beside a room's own name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A room that can be booked."""

    address: str
    """Its mail address, in small letters: inviting it books the room."""
    name: str
    capacity: int | None = None
    """How many find a seat; None where that is not known."""

    @property
    def guest(self) -> Guest:
        """The room as it stands on an event."""
        return Guest(address=f"mailto:{self.address}", name=self.name, is_room=True)


class Rooms(Protocol):
    """Asks one provider with a linked account."""

    async def rooms(self, account_id: AccountId, query: str) -> Sequence[Room]:
        """The rooms that words mean, as `matching` has it; of no words all, by name.

        Raises NotAllowed (this account may not ask, or its organization does not let us),
        SignInNeeded, TryLater.
        """
        ...


def matching(rooms: Sequence[Room], query: str) -> tuple[Room, ...]:
    """The rooms of a name: the same, else those whose names have all its words; of no words all.
    By name."""
    listed = sorted({one.address: one for one in rooms}.values(), key=lambda one: folded(one.name))
    wanted = " ".join(folded(query).split())
    exact = [one for one in listed if folded(one.name) == wanted]
    if exact or not wanted:
        return tuple(exact or listed)
    words = _words(query)
    own = words - _KINDS or words
    return tuple(one for one in listed if own <= _words(f"{one.name} {one.address}"))


def _words(text: str) -> frozenset[str]:
    plain = "".join(one if one.isalnum() else " " for one in folded(text))
    return frozenset(plain.split())
