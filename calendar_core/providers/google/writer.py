"""Writing to Google: only what a change names, conditional on what it was drawn from, under ids
chosen before the first try.

All of a change is looked at before anything is written. Google has no transactions: what was
written before a step that can't be done is taken back. A write that nobody answered is settled by
looking. How one resource is made is `making`.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from calendar_core.changes.change import Write
from calendar_core.changes.confirmed import ConfirmedChange
from calendar_core.changes.steps import Course, carry_out
from calendar_core.changes.writer import Written
from calendar_core.errors import BadCalendarData, ChangedMeanwhile, NotAllowed, NotFound
from calendar_core.linking import Connections
from calendar_core.providers.google.client import Google
from calendar_core.providers.google.collection import Collection
from calendar_core.providers.google.ids import id_in
from calendar_core.providers.google.making import Aim, Look, Maker, look
from calendar_core.providers.google.refusals import MEANWHILE


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """One write, and what stood there when it was looked at."""

    write: Write
    collection: Collection
    aim: Aim
    maker: Maker
    now: Look
    is_done: bool
    """Whether it stands there already: by an earlier try."""


class GoogleWriter:
    """Writes to the calendars that people linked from Google."""

    def __init__(self, google: Google, connections: Connections) -> None:
        self._google = google
        self._connections = connections

    async def apply(self, change: ConfirmedChange) -> tuple[Written, ...]:
        """Make all writes of a change; none stays when one can't be made.

        A repeat finds its own work done and returns it. Raises ChangedMeanwhile, NotAllowed,
        NotFound, SignInNeeded (nothing stays written), TryLater (a repeat goes on).
        """
        steps = await carry_out(change, self)
        return tuple([await _read_back(step) for step in steps])

    async def look(self, change: ConfirmedChange, write: Write) -> _Step:
        """One write, and what stands there."""
        connection = await self._connections.connection(write.calendar_id)
        collection = Collection(self._google, connection)
        aim = Aim(
            change=change.id,
            uid=write.uid,
            id=id_in(write.etag),
            before=write.before,
            after=write.after,
            quiet=write.quiet,
        )
        now = await look(collection, aim)
        try:
            maker = Maker(collection, aim, now.place)
        except BadCalendarData as err:
            raise NotAllowed("That event can't be told to Google.") from err
        is_drawn = _is_as_drawn(write, now)
        return _Step(
            write=write,
            collection=collection,
            aim=aim,
            maker=maker,
            now=now,
            is_done=not (is_drawn and write.before is None) and maker.is_done(now),
        )

    def is_done(self, step: _Step) -> bool:
        """Whether it stands there already."""
        return step.is_done

    def check(self, step: _Step) -> None:
        """See that a step can be made; raises ChangedMeanwhile, NotAllowed."""
        with _reading():
            _check(step)

    def turn(self, step: _Step) -> int:
        """All in the change's order."""
        return 0

    async def make(self, step: _Step) -> _Step:
        """Make one resource what it shall be."""
        with _reading():
            await step.maker.make(step.now)
        return step

    async def take_back(self, course: Course[_Step]) -> None:
        """Have what stood before stand again, where nothing but ours does. Raises TryLater: then a
        repeat takes back the rest."""
        failed = () if course.failed is None else (course.failed,)
        for step in reversed((*course.found, *course.made, *failed)):
            now = await look(step.collection, step.aim)
            aim = replace(step.aim, before=step.write.after, after=step.write.before)
            with contextlib.suppress(ChangedMeanwhile, NotAllowed, NotFound):
                back = Maker(step.collection, aim, now.place)
                theirs = step.maker.is_done(now) or step.maker.is_between(now)
                if theirs and not back.is_done(now):
                    await back.make(now)


@contextlib.contextmanager
def _reading() -> Iterator[None]:
    """What can't be read can't be changed."""
    try:
        yield
    except BadCalendarData as err:
        raise NotAllowed("What stands at Google can't be read.") from err


def _is_as_drawn(write: Write, now: Look) -> bool:
    """Whether there stands what the change was drawn up from."""
    if write.before is None:
        return now.series.is_gone
    return now.series.version == write.etag


def _check(step: _Step) -> None:
    """See that a step can be made; raises ChangedMeanwhile."""
    if step.is_done or _is_as_drawn(step.write, step.now):
        return
    # Google gives a new version to what says the same, and an earlier try may have come half way.
    if not step.now.series.is_gone and step.maker.is_between(step.now):
        return
    if step.write.after is None and _says_before(step):
        return
    raise ChangedMeanwhile(MEANWHILE)


def _says_before(step: _Step) -> bool:
    """Whether what is to go says what it said."""
    as_it_was = Maker(step.collection, replace(step.aim, after=step.write.before), step.now.place)
    return as_it_was.is_done(step.now)


async def _read_back(step: _Step) -> Written:
    """What Google holds now. A look that fails is no failed write: the change stays to be carried
    out, and its repeat finds it done."""
    now = await step.maker.read_back()
    resource = None if now.series.is_gone else now.series.resource(now.place)
    if resource is not None:
        resource = replace(resource, uid=step.write.uid)
    return Written(calendar_id=step.write.calendar_id, uid=step.write.uid, resource=resource)
