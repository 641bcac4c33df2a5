"""Drafts: what somebody wants as a change ready to be kept, and the change that takes one back.

Looks up what stands, has `planning` or `inverse` do the drawing, and says until when it may be
decided. Nothing is stored here and nothing is pressed: that is `desk`.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import uuid4

from calendar_core import capabilities
from calendar_core.changes.change import (
    Amend,
    Bring,
    ChangeId,
    ChangeStatus,
    Edit,
    PendingChange,
    Proposal,
    Remove,
    Reply,
    Write,
)
from calendar_core.changes.limits import Limits
from calendar_core.changes.standing import look_up
from calendar_core.clock import Clock
from calendar_core.errors import ChangedMeanwhile
from calendar_core.events import CalendarId, Resource, Scope
from calendar_core.mirror import Mirror
from calendar_core.people import PersonId

NO_LIMITS: Mapping[str, Limits] = MappingProxyType({})
WAITS = timedelta(hours=24)
"""How long a proposal may be confirmed."""


class Drafting:
    """Draws changes up from what the mirror holds."""

    def __init__(
        self, mirror: Mirror, clock: Clock, limits: Mapping[str, Limits] = NO_LIMITS
    ) -> None:
        self._mirror = mirror
        self._limits = limits
        self._clock = clock

    async def draw_up(self, proposal: Proposal) -> PendingChange:
        """A proposal as a change; ASKED when a series is edited without a scope.

        Raises NotFound, NotAllowed, ScopeRefused, BadCalendarData; Unsayable for what the maker of
        a calendar has no place for.
        """
        # Late: planning needs the iCalendar libraries, which nobody waits for before the first
        # prompt.
        from calendar_core.changes import planning

        now = self._clock.now()
        owners = (proposal.owner, *proposal.also)
        standing = await look_up(self._mirror, proposal.edits, owners)
        # In a thread: an import may be thousands of texts.
        planned = await asyncio.to_thread(planning.plan, proposal.edits, standing, at=now)
        await self._check(planned.writes)
        moments = [
            planning.start_of(event)
            for glimpse in planned.glimpses
            for event in (glimpse.before, glimpse.after)
            if event is not None and planning.is_at_an_instant(event)
        ]
        return PendingChange(
            id=_new_id(),
            owner=proposal.owner,
            place=proposal.place,
            status=ChangeStatus.ASKED if planned.asks_scope else ChangeStatus.PROPOSED,
            edits=tuple(edit for edit in proposal.edits if not isinstance(edit, Bring)),
            writes=planned.writes,
            glimpses=planned.glimpses,
            count=planned.count,
            remarks=proposal.remarks,
            public=proposal.public,
            also=proposal.also,
            proposed_at=now,
            expires_at=_expiry(proposal.edits, moments, now),
        )

    async def _check(self, writes: Sequence[Write]) -> None:
        """See that each calendar's maker has a place for what it is to hold."""
        if not self._limits or not writes:
            return
        parts: dict[CalendarId, list[Write]] = {}
        for write in writes:
            parts.setdefault(write.calendar_id, []).append(write)
        providers = await self._mirror.providers(tuple(parts))
        for calendar_id, some in parts.items():
            limits = self._limits.get(providers.get(calendar_id, ""))
            if limits is not None:
                await limits.check(calendar_id, some)

    async def keeping_video(self, change: PendingChange) -> frozenset[CalendarId]:
        """The calendars of a change whose makers keep the video links that they made."""
        ids = tuple({write.calendar_id for write in change.writes})
        providers = await self._mirror.providers(ids)
        return frozenset(
            one for one, name in providers.items() if capabilities.of(name).video_stays
        )

    def turn_round(
        self,
        change: PendingChange,
        standing: Mapping[tuple[CalendarId, str], Resource],
        versions: Mapping[tuple[CalendarId, str], str],
        by: PersonId,
        keeps_video: Collection[CalendarId] = (),
    ) -> PendingChange:
        """The change that takes an applied one back: CONFIRMED by the press that asked for it, or
        STALE, without anything to write, when what was written no longer stands. Raises NotAllowed
        when nothing of it can be taken back."""
        from calendar_core.changes import inverse

        now = self._clock.now()
        turned = replace(
            change,
            id=_new_id(),
            status=ChangeStatus.CONFIRMED,
            edits=(),
            writes=(),
            glimpses=inverse.turned(change.glimpses),
            remarks=(),
            proposed_at=now,
            expires_at=now + WAITS,
            decided_at=now,
            decided_by=by,
            applied_at=None,
            undo_until=None,
            undoes=change.id,
            detail="",
        )
        try:
            writes = inverse.inverse(change, standing, versions, at=now, keeps_video=keeps_video)
            return replace(turned, writes=writes)
        except ChangedMeanwhile as err:
            return replace(turned, status=ChangeStatus.STALE, detail=str(err))


def answered(asked: PendingChange, scope: Scope) -> Proposal:
    """The proposal that answers the question how much of a series is meant."""
    return Proposal(
        owner=asked.owner,
        place=asked.place,
        edits=tuple(_scoped(edit, scope) for edit in asked.edits),
        remarks=asked.remarks,
        supersedes=asked.id,
        public=asked.public,
        also=asked.also,
    )


def _scoped(edit: Edit, scope: Scope) -> Edit:
    if isinstance(edit, Amend | Remove | Reply) and edit.scope is None:
        return replace(edit, scope=scope)
    return edit


def _new_id() -> ChangeId:
    return ChangeId(uuid4().hex)


def _expiry(edits: Iterable[Edit], moments: Iterable[datetime], now: datetime) -> datetime:
    """A day, or until what it is about begins."""
    if any(isinstance(edit, Bring) for edit in edits):
        return now + WAITS
    return min([now + WAITS, *(at for at in moments if at > now)])
