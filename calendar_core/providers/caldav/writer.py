"""Writing to CalDAV servers: conditional on versions, at places chosen before the first try.

All of a change is looked at before anything is written. A server has no transactions: what was
written before a step that can't be done is taken back. A write that nobody answered is settled by
looking.
"""

import contextlib
from dataclasses import dataclass, replace

from calendar_core.changes.change import Write
from calendar_core.changes.confirmed import ConfirmedChange
from calendar_core.changes.steps import Course, carry_out
from calendar_core.changes.writer import Written
from calendar_core.errors import CalendarError, ChangedMeanwhile, NotAllowed, NotFound
from calendar_core.events import CalendarId
from calendar_core.ics.lines import parse
from calendar_core.linking import Connections
from calendar_core.providers.caldav.client import Answer, Doors, Unanswered, refused
from calendar_core.providers.caldav.collection import Collection
from calendar_core.providers.caldav.multistatus import C, of_uid
from calendar_core.providers.caldav.versions import Held, key_of, place_for, place_of, same, version

_MEANWHILE = "This has changed meanwhile."
_UID_TAKEN = {f"{C}no-uid-conflict", f"{C}unique-scheduling-object-resource"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """One write, and what stood there when it was looked at."""

    write: Write
    collection: Collection
    url: str
    standing: Held | None
    is_done: bool
    """Whether it stands there already: by an earlier try."""


class CalDavWriter:
    """Writes to the calendars that people linked from CalDAV servers."""

    def __init__(self, doors: Doors, connections: Connections) -> None:
        self._doors = doors
        self._connections = connections

    async def apply(self, change: ConfirmedChange) -> tuple[Written, ...]:
        """Make all writes of a change; none stays when one can't be made.

        A repeat finds its own work done and returns it. Raises ChangedMeanwhile, NotAllowed,
        NotFound, SignInNeeded (nothing stays written), TryLater (a repeat goes on).
        """
        steps = await carry_out(change, self)
        return tuple([await _read_back(step) for step in steps])

    async def look(self, change: ConfirmedChange, write: Write) -> _Step:
        """One write, and what stands at its place."""
        collection = await self._collection(write.calendar_id)
        url = await _place(collection, write)
        standing = await collection.standing(url)
        return _Step(
            write=write,
            collection=collection,
            url=url,
            standing=standing,
            is_done=not _is_as_drawn(write, collection, standing) and _is_after(write, standing),
        )

    def is_done(self, step: _Step) -> bool:
        """Whether it stands there already."""
        return step.is_done

    def check(self, step: _Step) -> None:
        """See that a step can be made; raises ChangedMeanwhile."""
        if step.is_done or _is_as_drawn(step.write, step.collection, step.standing):
            return
        # A server may write a resource anew without changing what it says.
        if step.standing is None or not same(step.standing.ics, step.write.before):
            raise ChangedMeanwhile(_MEANWHILE)

    def turn(self, step: _Step) -> int:
        """All in the change's order."""
        return 0

    async def make(self, step: _Step) -> _Step:
        """Write one resource as it shall be."""
        await _make(step)
        return step

    async def take_back(self, course: Course[_Step]) -> None:
        """Write back what stood before, where ours still stands; what failed has written nothing.
        Raises TryLater: then a repeat takes back the rest."""
        for step in reversed((*course.found, *course.made)):
            standing = await step.collection.standing(step.url)
            if not _is_after(step.write, standing):
                continue
            before = step.write.before
            back = replace(
                step, write=replace(step.write, before=None, after=before), standing=standing
            )
            with contextlib.suppress(ChangedMeanwhile, NotAllowed, NotFound):
                await _make(back)

    async def _collection(self, calendar_id: CalendarId) -> Collection:
        connection = await self._connections.connection(calendar_id)
        return Collection(self._doors.of(connection.account, connection.credentials), connection)


async def _place(collection: Collection, write: Write) -> str:
    """Where an event stands, or shall."""
    url = place_of(collection.url, write.etag)
    if url is None and write.before is not None:
        key = write.etag.partition(" ")[0]
        found = await collection.matching(of_uid(write.uid))
        url = next((one.url for one in found if key_of(collection.url, one.url) == key), None)
    return url or place_for(collection.url, write.uid)


def _is_as_drawn(write: Write, collection: Collection, standing: Held | None) -> bool:
    """Whether there stands what the change was drawn up from."""
    if standing is None or write.before is None:
        return standing is None and write.before is None and write.after is not None
    return version(collection.url, standing.url, standing.etag) == write.etag


def _is_after(write: Write, standing: Held | None) -> bool:
    """Whether there stands what the change is to make."""
    if standing is None or write.after is None:
        return standing is None and write.after is None
    return same(standing.ics, write.after)


async def _make(step: _Step) -> None:
    """Write one resource as it shall be."""
    after = step.write.after
    try:
        answer = await _sent(step, after)
    except Unanswered:
        standing = await step.collection.standing(step.url)
        if _is_after(step.write, standing):
            return
        if _same_version(standing, step.standing):
            raise
        raise ChangedMeanwhile(_MEANWHILE) from None
    if answer.status < 300 or (answer.status == 404 and after is None):
        return
    if _is_after(step.write, await step.collection.standing(step.url)):
        return
    raise await _why_not(step, answer)


async def _sent(step: _Step, after: str | None) -> Answer:
    condition = _condition(step.standing)
    if after is None:
        return await step.collection.delete(step.url, condition)
    return await step.collection.put(step.url, _for_server(after), condition)


def _condition(standing: Held | None) -> dict[str, str]:
    if standing is None:
        return {"If-None-Match": "*"}
    # Never a wildcard: iCloud reads it the wrong way round. A weak version is none to compare with
    # (RFC 9110 §13.1.1): then the look just before must do.
    return {"If-Match": standing.etag} if standing.is_strong else {}


def _for_server(ics: str) -> str:
    """Without METHOD, which no stored resource has (RFC 4791 §4.1)."""
    return parse(ics).without("METHOD").text() if "\nMETHOD" in ics else ics


async def _why_not(step: _Step, answer: Answer) -> CalendarError:
    """What a refused write means."""
    if _UID_TAKEN & set(answer.preconditions) or answer.status == 409:
        return await _elsewhere(step) or refused(answer)
    if answer.status == 412:
        return ChangedMeanwhile(_MEANWHILE)
    if answer.status == 404 and step.standing is not None:
        return ChangedMeanwhile(_MEANWHILE)
    return await _elsewhere(step) or refused(answer)


async def _elsewhere(step: _Step) -> CalendarError | None:
    """Whether the UID stands at another place of the calendar: somebody else made the event."""
    if step.standing is not None or step.write.after is None:
        return None
    with contextlib.suppress(NotAllowed, NotFound):
        found = await step.collection.matching(of_uid(step.write.uid))
        if any(one.url != step.url for one in found):
            return ChangedMeanwhile(_MEANWHILE)
    return None


async def _read_back(step: _Step) -> Written:
    """What the server holds now. A look that fails is no failed write: the change stays to be
    carried out, and its repeat finds it done."""
    standing = await step.collection.standing(step.url)
    resource = None if standing is None else standing.resource(step.collection.url)
    return Written(calendar_id=step.write.calendar_id, uid=step.write.uid, resource=resource)


def _same_version(one: Held | None, other: Held | None) -> bool:
    return (one and one.etag) == (other and other.etag)
