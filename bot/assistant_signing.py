"""What another assistant hands in, signed with whose it is; of notes every one is asked about.

Both stand where a tool has its way to propose and to note, so no tool knows of it.
"""

from dataclasses import dataclass, replace

from bot.contexts import Proposing, is_same_wish
from bot.notes import Notes
from bot.tools.noting import AskedNote, NoteAction
from bot.tools.tool import ToolRefused
from calendar_core.changes.change import Create, Edit, PendingChange, Proposal, Remark
from calendar_core.people import PersonId


@dataclass(frozen=True, slots=True)
class Signed:
    """Proposals that say whose they are: on the card at every stage, and in the trail."""

    desk: Proposing
    by: str

    async def propose(self, proposal: Proposal) -> PendingChange:
        """Store what is wanted; nothing is written. A call that is made again replaces its own
        open card, and so does another wish about the same event."""
        waiting = await self.desk.open_in(proposal.place, proposal.owner)
        again = (one.id for one in waiting if _is_again(one.edits, proposal.edits))
        signature = Remark(kind="assistant", text=self.by)
        signed = replace(
            proposal,
            remarks=(signature, *proposal.remarks),
            supersedes=proposal.supersedes or next(again, None),
            public=False,
        )
        return await self.desk.propose(signed)


def _is_again(open_: tuple[Edit, ...], new: tuple[Edit, ...]) -> bool:
    """Whether a proposal takes the place of an open one. Calls know of no turn that they belong to,
    so several new events of one title, or at one time, stand side by side."""
    if not is_same_wish(open_, new):
        return False
    old, wish = open_[0], new[0]
    if isinstance(old, Create) and isinstance(wish, Create):
        return (old.event.title, old.event.when) == (wish.event.title, wish.event.when)
    return True


@dataclass(frozen=True, slots=True)
class AskedOnly:
    """Notes that are asked about, whatever they are."""

    notes: Notes
    by: str

    async def perform(self, person: PersonId, action: NoteAction) -> str:
        """Never: only the person's press does something."""
        raise ToolRefused("Only the person can do that, in their chat or terminal.")

    async def ask(self, person: PersonId, place: str, action: NoteAction) -> AskedNote:
        """Keep it for the person's press, with who asked for it; asked again, it is the same."""
        signed = replace(action, fields={"from": self.by, **action.fields})
        for one in await self.notes.waiting_in(place, person):
            if one.action == signed:
                return AskedNote(id=one.id, action=signed)
        return await self.notes.ask(person, place, signed)
