"""The desk as the conversation uses it: what is opened is watched for its end, what is confirmed
is finished.

Only the desk knows how a change is written; here is who else must hear of it.
"""

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import Connection

from bot.allowing import ALL, Allowed
from calendar_core.changes.change import ChangeId, ChangeStatus, PendingChange, Proposal
from calendar_core.errors import NotAllowed
from calendar_core.events import Scope
from calendar_core.people import PersonId


class Counter(Protocol):
    """The change desk."""

    async def get(self, change_id: ChangeId) -> PendingChange: ...
    async def propose(self, proposal: Proposal) -> PendingChange: ...
    async def choose(self, change_id: ChangeId, scope: Scope, by: PersonId) -> PendingChange: ...
    async def settle(self, change_id: ChangeId, by: PersonId) -> PendingChange: ...
    async def decline(self, change_id: ChangeId, by: PersonId) -> PendingChange: ...
    async def undo(self, change_id: ChangeId, by: PersonId) -> PendingChange: ...
    async def open_in(self, place: str, owner: PersonId) -> Sequence[PendingChange]: ...
    def read_open(
        self, connection: Connection, place: str, owner: PersonId
    ) -> Sequence[PendingChange]: ...
    async def open_of(self, owner: PersonId) -> Sequence[PendingChange]: ...
    async def superseded_by(self, newer: PendingChange) -> Sequence[PendingChange]: ...
    async def came_between(self, late: PendingChange) -> PendingChange | None: ...


class Watch(Protocol):
    """Who brings changes to their end when nobody waits for them."""

    async def watch(self, change: PendingChange) -> None: ...
    async def finish_soon(self, change_id: ChangeId) -> None: ...
    async def show_soon(self, change_id: ChangeId) -> None: ...
    async def shown(self, change_id: ChangeId) -> None: ...


class Decisions:
    """Proposes, decides and undoes, and has the end of every change watched."""

    def __init__(self, desk: Counter, watch: Watch, allowed: Allowed = ALL) -> None:
        """`allowed` is what may be called here: what is not, is not written either, though a card
        of before still waits for it."""
        self._allowed = allowed
        self._desk = desk
        self._watch = watch

    async def get(self, change_id: ChangeId) -> PendingChange:
        """A change as it stands. Raises NotFound."""
        return await self._desk.get(change_id)

    async def propose(self, proposal: Proposal) -> PendingChange:
        """Store what somebody wants; it expires by itself."""
        return await self._watched(await self._desk.propose(proposal))

    async def choose(self, change_id: ChangeId, scope: Scope, by: PersonId) -> PendingChange:
        """The owner's choice of scope makes the proposal. Raises NotYours, Expired,
        AlreadyDecided."""
        return await self._watched(await self._desk.choose(change_id, scope, by))

    async def confirm(self, change_id: ChangeId, by: PersonId) -> PendingChange:
        """The owner's yes, written at once where possible. Raises NotYours, Expired,
        AlreadyDecided, NotAllowed."""
        await self._check(change_id)
        return await self._finished(await self._desk.settle(change_id, by))

    async def decline(self, change_id: ChangeId, by: PersonId) -> PendingChange:
        """The owner's no. Raises NotYours, Expired, AlreadyDecided."""
        return await self._desk.decline(change_id, by)

    async def undo(self, change_id: ChangeId, by: PersonId) -> PendingChange:
        """Take an applied change back; returns the change that does so. Raises as `confirm`."""
        await self._check(change_id)
        return await self._finished(await self._desk.undo(change_id, by))

    async def open_in(self, place: str, owner: PersonId) -> Sequence[PendingChange]:
        """What waits there for its owner, newest first."""
        return await self._desk.open_in(place, owner)

    def read_open(
        self, connection: Connection, place: str, owner: PersonId
    ) -> Sequence[PendingChange]:
        """The same, within a unit of work."""
        return self._desk.read_open(connection, place, owner)

    async def open_of(self, owner: PersonId) -> Sequence[PendingChange]:
        """What waits for its owner anywhere, newest first."""
        return await self._desk.open_of(owner)

    async def superseded_by(self, newer: PendingChange) -> Sequence[PendingChange]:
        """The changes that this one replaced."""
        return await self._desk.superseded_by(newer)

    async def came_between(self, late: PendingChange) -> PendingChange | None:
        """What was written meanwhile where a change came too late, if it was its owner's own."""
        return await self._desk.came_between(late)

    async def show_soon(self, change_id: ChangeId) -> None:
        """Have its cards drawn in a while, unless `shown` comes first: before it is decided."""
        await self._watch.show_soon(change_id)

    async def shown(self, change_id: ChangeId) -> None:
        """Its cards tell what came of it."""
        await self._watch.shown(change_id)

    async def _check(self, change_id: ChangeId) -> None:
        if self._allowed.names is None:
            return
        refusal = self._allowed.refusal_to_write((await self._desk.get(change_id)).edits)
        if refusal is not None:
            raise NotAllowed(refusal)

    async def _watched(self, change: PendingChange) -> PendingChange:
        await self._watch.watch(change)
        return change

    async def _finished(self, change: PendingChange) -> PendingChange:
        if change.status is ChangeStatus.CONFIRMED:
            await self._watch.finish_soon(change.id)
        return change
