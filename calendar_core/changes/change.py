"""A change to calendars, from "somebody wants" to "it stands there": pure values.

A change is drawn up once: its `writes` hold the whole text before and after, so that what is
confirmed is what is written (law 2) and undoing is writing the other way round. Drawing up is
`planning`; the counter is `desk`.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType, TypeAlias

from calendar_core.events import Answer, CalendarId, Event, Resource, Scope
from calendar_core.events import Target as Target
from calendar_core.patch import Patch
from calendar_core.people import PersonId
from calendar_core.when import When

ChangeId = NewType("ChangeId", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Create:
    """Put a new event on a calendar."""

    calendar_id: CalendarId
    event: Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Amend:
    """Edit an event; of a series, with a scope."""

    target: Target
    patch: Patch
    scope: Scope | None = None
    """None on a series: the person is asked, and their press makes the proposal (law 6)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remove:
    """Delete an event; of a series, with a scope."""

    target: Target
    scope: Scope | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Answer an invitation that stands on one's calendar."""

    target: Target
    answer: Answer
    note: str = ""
    """A word to the organizer."""
    proposed: When | None = None
    """Another time that is proposed to the organizer with the answer."""
    scope: Scope | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bring:
    """Import whole resources into a calendar; those that already stand there the same are left
    alone."""

    calendar_id: CalendarId
    resources: tuple[Resource, ...]


Edit: TypeAlias = Create | Amend | Remove | Reply | Bring


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something the card must say beside the change."""

    kind: str
    """conflict | duplicate | clocks | past | mail | invited | reminded | video | copied | unread |
    assumed | length | assistant, who handed it in for its owner."""
    text: str
    """The sentence, for the owner's eyes, in the owner's zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a tool hands in: edits, fully resolved, and what the card should say about them."""

    owner: PersonId
    place: str
    """Key of the conversation that the card belongs to (`bot.chat.messages.Place.key`)."""
    edits: tuple[Edit, ...]
    remarks: tuple[Remark, ...] = ()
    supersedes: ChangeId | None = None
    """The open change that this one replaces ("make it 4 instead")."""
    public: bool = False
    """Whether everyone in the place may see the card: only for the channel's own calendar."""
    also: tuple[PersonId, ...] = ()
    """Further owners whose calendars the edits may touch: the channel's own, where the owner may
    manage it."""


class ChangeStatus(StrEnum):
    """Where a change stands. ASKED and PROPOSED are open; CONFIRMED waits to be written; the
    rest is final but APPLIED, which can become UNDONE."""

    ASKED = "asked"
    """A scope is missing; there is no payload to confirm yet."""
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    APPLIED = "applied"
    STALE = "stale"
    FAILED = "failed"
    DECLINED = "declined"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One resource's text before and after."""

    calendar_id: CalendarId
    uid: str
    before: str | None
    """None: it does not exist yet."""
    after: str | None
    """None: it shall be gone."""
    etag: str = ""
    """The version that `before` had; the write is conditional on it."""
    quiet: bool = False
    """Nobody else's calendar follows: an import, and what takes it back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Glimpse:
    """One event of a change as the card shows it: the occurrence or series that was meant."""

    calendar_id: CalendarId
    before: Event | None
    after: Event | None
    target: Target | None = None
    is_series: bool = False
    scope: Scope | None = None
    remaining: int | None = None
    """How many occurrences of the series are left, from the one that was meant; None: endless or
    no series."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meanwhile:
    """What became of one event while a change of it waited."""

    before: Event | None
    """As it was when the change was drawn up; None: it was not there."""
    now: Event | None
    """As it stood when the change came too late; None: it was gone."""
    fields: tuple[str, ...] = ()
    """Names of the fields of `Event` that differ, the weightiest first; beside them `answers`:
    what guests answered. Empty where one of the two is None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingChange:
    """A change as it is stored, whatever its status."""

    id: ChangeId
    owner: PersonId
    place: str
    status: ChangeStatus
    edits: tuple[Edit, ...]
    """As handed in. Empty for an import and an undo."""
    writes: tuple[Write, ...]
    """Empty while ASKED."""
    glimpses: tuple[Glimpse, ...]
    """At most fifty; `count` tells how many events are touched."""
    count: int
    remarks: tuple[Remark, ...]
    public: bool
    also: tuple[PersonId, ...] = ()
    """As in the proposal."""
    proposed_at: datetime
    expires_at: datetime
    """24 hours after the proposal, or when the event starts, if that is sooner."""
    decided_at: datetime | None = None
    decided_by: PersonId | None = None
    applied_at: datetime | None = None
    undo_until: datetime | None = None
    """Set when applied: 24 hours."""
    undoes: ChangeId | None = None
    """The change that this one takes back."""
    superseded_by: ChangeId | None = None
    detail: str = ""
    """Why it is stale or failed, as a sentence for the owner; of what was taken back, who had
    signed up for it."""
    meanwhile: tuple[Meanwhile, ...] = ()
    """Of a stale one: what had changed; one entry an event."""

    @property
    def is_open(self) -> bool:
        """Whether a press may still decide it."""
        return self.status in (ChangeStatus.ASKED, ChangeStatus.PROPOSED)
