"""Writing to calendars in Microsoft 365 and Outlook.com: only what differs, on the version that was
looked at.

All of a change is looked at before anything is written. Graph has no transactions: what was written
before a step that can't be done is taken back. Each step ends by looking whether it is done, so one
that nobody answered, or that Graph carried out in part, goes on from there; a repeat finds its own
work. New events first, deletions last: they are the ones that can't be taken back whole.
"""

import contextlib
from dataclasses import replace

from calendar_core.changes.change import Write
from calendar_core.changes.confirmed import ConfirmedChange
from calendar_core.changes.steps import Course, carry_out
from calendar_core.changes.writer import Written
from calendar_core.clock import Clock
from calendar_core.errors import ChangedMeanwhile, NotAllowed, NotFound
from calendar_core.providers.microsoft import actions
from calendar_core.providers.microsoft.client import Refused, Unanswered
from calendar_core.providers.microsoft.collection import transaction_of
from calendar_core.providers.microsoft.connecting import Mailboxes
from calendar_core.providers.microsoft.fields import MASTER, Difference, told
from calendar_core.providers.microsoft.mapping import Held, id_in, resource_of
from calendar_core.providers.microsoft.reader import window_at
from calendar_core.providers.microsoft.steps import Step
from calendar_core.providers.microsoft.zones import UTC_ZONE
from calendar_core.when import DaySpan, TimeSpan

_CONFLICT = 409


class MicrosoftWriter:
    """Writes to the calendars that people linked from Microsoft."""

    def __init__(self, mailboxes: Mailboxes, clock: Clock) -> None:
        self._mailboxes = mailboxes
        self._clock = clock

    async def apply(self, change: ConfirmedChange) -> tuple[Written, ...]:
        """Make all writes of a change; none stays when one can't be made.

        A repeat finds its own work done and returns it. Raises ChangedMeanwhile, NotAllowed,
        NotFound, SignInNeeded (nothing stays written), TryLater (a repeat goes on).
        """
        steps = await carry_out(change, self)
        written = [_written(step) for step in steps]
        for step in steps:
            written += await self._restored(step)
        return tuple(written)

    async def _restored(self, step: Step) -> list[Written]:
        """The occurrences that came back as events of their own."""
        found = []
        for uid in map(step.uid_of, step.restored):
            held = await self._held(step, await step.collection.made_here(uid))
            if held is not None:
                resource = resource_of(replace(held, uid=uid), step.collection.me)
                calendar_id = step.write.calendar_id
                found.append(
                    Written(calendar_id=calendar_id, uid=uid, resource=resource, is_copy=True)
                )
        return found

    async def look(self, change: ConfirmedChange, write: Write) -> Step:
        """One write, and what the mailbox holds of it."""
        collection, _ = await self._mailboxes.collection(write.calendar_id)
        transaction = transaction_of(change.id, write.uid)
        step = Step(write=write, collection=collection, transaction=transaction, standing=None)
        return await self._again(step)

    def is_done(self, step: Step) -> bool:
        """Never known before: making it begins with what is still to do."""
        return False

    def check(self, step: Step) -> None:
        """See that nothing but what was confirmed will be done. Raises ChangedMeanwhile,
        NotAllowed."""
        step.check()

    def turn(self, step: Step) -> int:
        """New events first, deletions last."""
        return 0 if step.is_new else 2 if step.write.after is None else 1

    async def _standing(self, step: Step) -> Held | None:
        """What the mailbox holds of an event."""
        held, write = step.standing, step.write
        id_ = held.id if held is not None else id_in(write.etag)
        event = None if id_ is None else await step.collection.event(id_)
        if event is None and (id_ is None or step.is_new):
            event = await step.collection.made_here(write.uid)
        return await self._held(step, event)

    async def _held(self, step: Step, event: dict[str, object] | None) -> Held | None:
        if event is None:
            return None
        return await step.collection.held(event, step.write.uid, window_at(self._clock.now()))

    async def _again(self, step: Step) -> Step:
        return replace(step, standing=await self._standing(step))

    async def make(self, step: Step) -> Step:
        """Make a step true; what it is then. Raises what `apply` raises."""
        if step.write.after is None:
            return await self._removed(step)
        if step.standing is None and step.is_new:
            step = await self._created(step)
        sent: set[Difference] = set()
        anew = False
        while rest := [one for one in step.todo() if one not in sent]:
            # The master first: a new rule makes new occurrences.
            rid = MASTER if any(one.rid == MASTER for one in rest) else rest[0].rid
            batch = [one for one in rest if one.rid == rid]
            try:
                await actions.send(step, rid, batch)
            except Unanswered:
                step = await self._again(step)
                if set(batch) & set(step.todo()):
                    raise
            except ChangedMeanwhile:
                # Exchange says so now and then of what nobody touched.
                step = await self._again(step)
                step.check()
                if anew:
                    raise
                anew = True
                continue
            else:
                step = await self._again(step)
            sent |= set(batch)
        return step

    async def _created(self, step: Step) -> Step:
        try:
            event = await actions.create(step)
        except (Unanswered, Refused) as err:
            if isinstance(err, Refused) and err.status != _CONFLICT:
                raise
            found = await self._tried(step)
            if found is None:
                raise
            return replace(step, standing=found)
        if not event.get("id"):
            raise Unanswered("Microsoft's answer can't be read.")
        return replace(step, standing=await self._held(step, event))

    async def _tried(self, step: Step) -> Held | None:
        """What an earlier try, or one without an answer, has made."""
        event = await step.collection.made_here(step.write.uid)
        if event is None:
            span = _span(step)
            event = await step.collection.of_transaction(step.transaction, span)
        return await self._held(step, event)

    async def _removed(self, step: Step) -> Step:
        if step.standing is None:
            return step
        try:
            await actions.remove(step)
        except Unanswered:
            step = await self._again(step)
            if step.standing is not None:
                raise
        except ChangedMeanwhile:
            step = await self._again(step)
            step.check()
            if step.standing is not None:
                await actions.remove(step)
        return replace(step, standing=None)

    async def take_back(self, course: Course[Step]) -> None:
        """Write back what stood before, where ours stands, wholly or in part; where nothing was
        sent, what an earlier try sent. Raises TryLater: then a repeat takes back the rest."""
        sent = course.looked if course.failed is None else (*course.made, course.failed)
        for step in reversed(sent):
            now = await self._again(step)
            if now.write.after is None and now.standing is not None:
                continue
            with contextlib.suppress(ChangedMeanwhile, NotAllowed, NotFound):
                if now.write.after is not None:
                    now.check()
                before, after = now.write.before, now.write.after
                write = replace(now.write, before=after, after=before, etag="")
                back = replace(now, write=write, transaction=f"{now.transaction}-back")
                if back.write.after is None or back.standing is not None or back.is_new:
                    await self.make(back)


def _span(step: Step) -> TimeSpan:
    """When a new event first is."""
    assert step.write.after is not None
    when = told(step.write.after).master.when
    if isinstance(when, DaySpan):
        return when.within(UTC_ZONE)
    return when


def _written(step: Step) -> Written:
    """What the mailbox holds now."""
    held = step.standing
    resource = None if held is None else resource_of(held, step.collection.me)
    return Written(calendar_id=step.write.calendar_id, uid=step.write.uid, resource=resource)
