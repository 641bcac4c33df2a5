"""One write looked at: what stands in the mailbox, what is still to do, and whether that is only
what was confirmed. Pure.

Carrying it out is `writer`, asking Graph `actions`.
"""

from dataclasses import dataclass

from calendar_core.changes.change import Write
from calendar_core.errors import ChangedMeanwhile, NotAllowed
from calendar_core.events import Answer, RecurrenceId
from calendar_core.providers.microsoft.collection import Collection
from calendar_core.providers.microsoft.fields import (
    ANSWER,
    DELETED,
    GUESTS,
    RESTORED,
    WORDS,
    Difference,
    Told,
    allowed,
    check,
    differences,
    told,
    words,
)
from calendar_core.providers.microsoft.mapping import Held, resource_of

MEANWHILE = "This has changed meanwhile."
_OWN = {ANSWER, DELETED, RESTORED, WORDS, "categories", "reminder", "showAs", "sensitivity"}
"""What of an event is a guest's own: the rest is put back by its organizer's next update."""
_NOT_YOURS = "Only its organizer can change that. Propose another time with your answer."
_NO_INVITATION = "An invitation that was removed can't be brought back: ask for it again."
_NOT_BACK = (
    "A deleted occurrence of somebody else's series can't be brought back: ask for it again."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One write, and what stood there when it was looked at last."""

    write: Write
    collection: Collection
    transaction: str
    """For making it, if it is new."""
    standing: Held | None

    @property
    def me(self) -> frozenset[str]:
        """The owner among guests."""
        return frozenset((self.collection.me,))

    @property
    def after(self) -> Told | None:
        """What shall stand there."""
        if self.write.after is None:
            return None
        after = told(self.write.after)
        return after.uncolored() if self.write.quiet else after

    @property
    def now(self) -> Told | None:
        """What stands there."""
        if self.standing is None:
            return None
        return told(resource_of(self.standing, self.collection.me).ics)

    @property
    def is_new(self) -> bool:
        """Whether the event is to be made."""
        return self.write.before is None and self.write.after is not None

    def todo(self) -> tuple[Difference, ...]:
        """What differs from what shall be; nothing where one of them is not there."""
        now, after = self.now, self.after
        if now is None or after is None:
            return ()
        found = self._counted(differences(now, after, self.me))
        if self.is_new:
            # It was made as it was confirmed, and how it is told back is Graph's own affair: left
            # are the occurrences that could not be told with it.
            return tuple(one for one in found if one in self._apart(after))
        return (*found, *self._words(after))

    def _words(self, after: Told) -> tuple[Difference, ...]:
        if self.write.before is None or self.standing is None:
            return ()
        return words(told(self.write.before), after, self.me)

    def _counted(self, found: tuple[Difference, ...]) -> tuple[Difference, ...]:
        """Without what this write leaves alone: an import invites nobody, and what was new has no
        answer."""
        left = {GUESTS, ANSWER} if self.write.quiet else {ANSWER} if self.is_new else set()
        return tuple(one for one in found if one.name not in left)

    def check(self) -> None:
        """See that nothing but what was confirmed will be done. Raises ChangedMeanwhile,
        NotAllowed."""
        before, after, now = self.write.before, self.after, self.now
        if after is None:
            if now is not None and before is not None and self._differs(now, told(before)):
                raise ChangedMeanwhile(MEANWHILE)
            return
        if before is None:
            self._check_new(after, now)
            return
        planned = self._counted(differences(told(before), after, self.me))
        if self._is_hosted_by_others(after) and not {one.name for one in planned} <= _OWN:
            raise NotAllowed(_NOT_YOURS)
        if now is None:
            if not is_decline(planned):
                raise ChangedMeanwhile(MEANWHILE)
            return
        todo = self._counted(differences(now, after, self.me))
        if not allowed(told(before), after, self.me).issuperset(todo):
            raise ChangedMeanwhile(MEANWHILE)
        if any(one.name == RESTORED for one in todo) and self._is_hosted_by_others(after):
            raise NotAllowed(_NOT_BACK)

    def _apart(self, after: Told) -> frozenset[Difference]:
        return frozenset(self._counted(differences(after.bare(), after, self.me)))

    def _check_new(self, after: Told, now: Told | None) -> None:
        if now is not None:
            assert self.standing is not None
            ours = self.standing.master.get("transactionId") == self.transaction
            rest = self._counted(differences(now, after, self.me))
            if not ours and not self._apart(after).issuperset(rest):
                raise ChangedMeanwhile(MEANWHILE)
            return
        if not self.write.quiet:
            if self._is_hosted_by_others(after):
                raise NotAllowed(_NO_INVITATION)
            check(None, after.master)

    def _is_hosted_by_others(self, after: Told) -> bool:
        host = after.master.organizer
        return host is not None and host.address not in self.me

    @property
    def restored(self) -> tuple[RecurrenceId, ...]:
        """Deleted occurrences that shall be back: Graph has no way to put them into their series
        again, so each becomes an event of its own."""
        return tuple(one.rid for one in self.todo() if one.name == RESTORED)

    def uid_of(self, rid: RecurrenceId) -> str:
        """What such an event is called: always the same for the same occurrence."""
        return f"{self.write.uid}.{''.join(one for one in rid if one.isalnum())}"

    def _differs(self, now: Told, before: Told) -> bool:
        """Whether something else than guests' answers changed: those are no reason to keep it."""
        return bool(differences(before, now, self.me))


def is_decline(planned: tuple[Difference, ...]) -> bool:
    """Whether all that is done is to decline: what is declined may leave the calendar."""
    no = f'"{Answer.DECLINED.value}"'
    return bool(planned) and all(one.name == ANSWER and one.new == no for one in planned)
