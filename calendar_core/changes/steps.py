"""A change carried out write by write, where a maker of calendars has no transactions.

All of it is looked at before anything is written, and what was written before a step that can't be
done is taken back. What a step is, and how one is made or taken back, each maker's writer says.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

from calendar_core.changes.change import Write
from calendar_core.changes.confirmed import ConfirmedChange
from calendar_core.errors import CalendarError, TryLater
from calendar_core.events import CalendarId


class Step(Protocol):
    """One write, and what stood there when it was looked at."""

    @property
    def write(self) -> Write:
        """What is to be made."""
        ...


StepT = TypeVar("StepT", bound=Step)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course(Generic[StepT]):
    """How far a change came before something of it could not be done."""

    looked: tuple[StepT, ...]
    """All steps, as they were looked at first."""
    found: tuple[StepT, ...]
    """Those that an earlier try has made. Not what is gone already: its owner may have removed it,
    and it must not come back."""
    made: tuple[StepT, ...]
    """In the order in which they were made, as they were then."""
    failed: StepT | None
    """The one that could not be made; None where one was refused before anything was written."""


class Steps(Protocol[StepT]):
    """How one maker of calendars looks at a write, makes it and takes it back."""

    async def look(self, change: ConfirmedChange, write: Write) -> StepT:
        """One write, and what stands there now. Raises what `apply` of a writer raises."""
        ...

    def is_done(self, step: StepT) -> bool:
        """Whether it stands there already, so that it need not be made."""
        ...

    def check(self, step: StepT) -> None:
        """See that a step can be made, or is done. Raises ChangedMeanwhile, NotAllowed."""
        ...

    def turn(self, step: StepT) -> int:
        """When it is made: lower ones first, equal ones in the change's order."""
        ...

    async def make(self, step: StepT) -> StepT:
        """Make a step; what it is then. Raises what `apply` raises."""
        ...

    async def take_back(self, course: Course[StepT]) -> None:
        """Have what stood before stand again, where nothing but ours does. Raises TryLater: then a
        repeat takes back the rest."""
        ...


async def carry_out(change: ConfirmedChange, maker: Steps[StepT]) -> tuple[StepT, ...]:
    """Make all writes of a change; none stays when one can't be made.

    Returns the steps as they were made, in the change's order. Raises ChangedMeanwhile, NotAllowed,
    NotFound, SignInNeeded (nothing stays written), TryLater (a repeat goes on).
    """
    steps = [await maker.look(change, write) for write in merged(change.writes)]
    due = [at for at in range(len(steps)) if not maker.is_done(steps[at])]
    made: dict[int, StepT] = {}
    failed: StepT | None = None
    try:
        for step in steps:
            maker.check(step)
        for at in sorted(due, key=lambda at: maker.turn(steps[at])):
            failed = steps[at]
            made[at] = await maker.make(failed)
    except TryLater:
        raise
    except CalendarError:
        found = [one for one in steps if maker.is_done(one) and one.write.after is not None]
        await maker.take_back(
            Course(
                looked=tuple(steps),
                found=tuple(found),
                made=tuple(made.values()),
                failed=failed,
            )
        )
        raise
    return tuple(made.get(at, step) for at, step in enumerate(steps))


def merged(writes: Sequence[Write]) -> list[Write]:
    """Of several writes to one resource one: from what stood first to what shall stand last."""
    found: dict[tuple[CalendarId, str], Write] = {}
    for write in writes:
        spot = (write.calendar_id, write.uid)
        first = found.get(spot)
        found[spot] = write if first is None else replace(first, after=write.after)
    return list(found.values())
