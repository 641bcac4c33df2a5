"""Presses on the cards of changes: yes, no, how much of a series, edit, undo, another look.

The desk checks who presses; here the answer is put into words and the cards are redrawn.
"""

from bot.chat.messages import ButtonPress, FormAnswer
from bot.contexts import Contexts
from bot.decisions import Decisions
from bot.editing import edit_form, proposal_from_form
from bot.invitations import ANSWERS, is_told, split_subject
from bot.outcomes import facts_of, outcome_words
from bot.replies import (
    ANSWERED_ALREADY,
    EXPIRED,
    NOTHING_LEFT_TO_DO,
    SUPERSEDED,
    UNDO_OVER,
    already,
)
from bot.signups import SignUps
from bot.speaking import Hearing, Speaking
from bot.store import Conversations
from bot.tools.finding import owners_of
from bot.tools.hearers import IN_CHAT, who_hears
from bot.tools.tool import ToolRefused
from bot.transcript import Happened
from bot.wording import say_past
from calendar_core.changes.change import (
    ChangeId,
    ChangeStatus,
    PendingChange,
    Proposal,
    Reply,
    Target,
)
from calendar_core.errors import AlreadyDecided, Expired, NotYours
from calendar_core.events import Scope
from calendar_core.people import PersonId


class ChangePresses:
    """Answers presses and forms about changes."""

    def __init__(
        self,
        desk: Decisions,
        conversations: Conversations,
        speaking: Speaking,
        contexts: Contexts,
        signups: SignUps,
    ) -> None:
        self._signups = signups
        self._desk = desk
        self._conversations = conversations
        self._speaking = speaking
        self._contexts = contexts

    async def owner(self, change: str) -> PersonId:
        """Whose change it is. Raises NotFound."""
        return (await self._desk.get(ChangeId(change))).owner

    async def confirm(self, hearing: Hearing, press: ButtonPress, change: str) -> None:
        """The owner's yes."""
        await self.say_yes(hearing, ChangeId(change), press.reply)

    async def say_yes(self, hearing: Hearing, change: ChangeId, reply: str | None = None) -> None:
        """The owner's yes, pressed or typed: win the one conditional UPDATE, write, tell the
        outcome.
        """
        await self._show_soon(hearing, change)
        try:
            outcome = await self._desk.confirm(change, hearing.me.id)
        except (AlreadyDecided, Expired):
            await self._too_late(hearing, change, reply)
            return
        await self._came_of(hearing, outcome, reply)

    async def decline(self, hearing: Hearing, press: ButtonPress, change: str) -> None:
        """The owner's no."""
        await self.say_no(hearing, ChangeId(change), press.reply)

    async def say_no(self, hearing: Hearing, change: ChangeId, reply: str | None = None) -> None:
        """The owner's no, pressed or typed."""
        await self._show_soon(hearing, change)
        try:
            declined = await self._desk.decline(change, hearing.me.id)
        except (AlreadyDecided, Expired):
            await self._too_late(hearing, change, reply)
            return
        await self._came_of(hearing, declined, reply)

    async def choose(self, hearing: Hearing, press: ButtonPress, change: str) -> None:
        """The owner's choice of scope."""
        scope = Scope(press.value.partition(":")[0])
        await self.say_scope(hearing, ChangeId(change), scope, press.reply)

    async def say_scope(
        self, hearing: Hearing, change: ChangeId, scope: Scope, reply: str | None = None
    ) -> None:
        """The owner's choice of scope, pressed or typed: it makes the proposal (law 6)."""
        try:
            proposed = await self._desk.choose(change, scope, hearing.me.id)
        except (AlreadyDecided, Expired):
            await self._too_late(hearing, change, reply)
            return
        older = await self._desk.get(change)
        await self._speaking.replace_change(hearing, older, proposed, reply=reply)

    async def undo(self, hearing: Hearing, press: ButtonPress, change: str) -> None:
        """Take it back."""
        await self.say_undo(hearing, ChangeId(change), press.reply)

    async def say_undo(self, hearing: Hearing, change: ChangeId, reply: str | None = None) -> None:
        """Take it back, pressed or typed; only while nothing else has happened to what it wrote."""
        await self._show_soon(hearing, change)
        try:
            undone = await self._desk.undo(change, hearing.me.id)
        except AlreadyDecided:
            await self._too_late(hearing, change, reply)
            return
        except Expired:
            await self._speaking.redraw_change(
                hearing.me, await self._desk.get(change), reply=reply
            )
            await self._desk.shown(change)
            await self._tell(hearing, UNDO_OVER)
            return
        if undone.status is ChangeStatus.APPLIED:
            await self._came_of(hearing, await self._desk.get(change), reply)
            return
        await self._tell(hearing, outcome_words(undone, hearing.me.zone, hearing.now)[0])

    async def again(self, hearing: Hearing, press: ButtonPress, change: str) -> None:
        """The same wish upon the event as it stands now, in place of the card that came too
        late."""
        stale = await self._of_mine(hearing, change)
        if not _is_stale(stale):
            await self._too_late(hearing, stale.id, press.reply)
            return
        fresh = await self._desk.propose(
            Proposal(
                owner=stale.owner,
                place=stale.place,
                edits=stale.edits,
                remarks=stale.remarks,
                supersedes=stale.id,
                public=stale.public,
                also=stale.also,
            )
        )
        if _changes_nothing(fresh):
            fresh = await self._desk.decline(fresh.id, hearing.me.id)
            await self._tell(hearing, NOTHING_LEFT_TO_DO)
        await self._speaking.replace_change(hearing, stale, fresh, reply=press.reply)

    async def leave(self, hearing: Hearing, press: ButtonPress, change: str) -> None:
        """Close a change that came too late."""
        await self.say_no(hearing, ChangeId(change), press.reply)

    async def edit(self, hearing: Hearing, press: ButtonPress, change: str) -> None:
        """Open the form."""
        open_ = await self._of_mine(hearing, change)
        if open_.status is not ChangeStatus.PROPOSED:
            await self._too_late(hearing, open_.id, press.reply)
            return
        form = edit_form(open_, self._contexts.of(hearing))
        platform = self._speaking.platform(hearing.place.platform)
        await platform.open_form(
            form, place=hearing.place, sender=hearing.sender, trigger=press.trigger
        )

    async def fill(self, hearing: Hearing, answer: FormAnswer, change: str) -> None:
        """A filled form makes a new proposal in place of the first (law 2)."""
        open_ = await self._of_mine(hearing, change)
        if open_.status is not ChangeStatus.PROPOSED:
            await self._too_late(hearing, open_.id, None)
            return
        context = self._contexts.of(hearing)
        try:
            proposal = await proposal_from_form(open_, answer.fields, context)
        except ToolRefused as refused:
            await self._tell(hearing, f"{refused} The card above still stands.")
            return
        fresh = await self._desk.propose(proposal)
        await self._speaking.replace_change(hearing, open_, fresh, reply=None)

    async def answer(self, hearing: Hearing, press: ButtonPress, subject: str) -> None:
        """A guest's answer to an invitation. Where the button says all that it does, the press is
        the guest's yes; else it makes the card that they confirm."""
        event, told = split_subject(subject)
        context = self._contexts.of(hearing)
        one = await context.world.mirror.find_occurrence(
            Target(event_id=event), hearing.me.zone, owners_of(context)[:1]
        )
        edit = Reply(
            target=Target(event_id=one.event_id, recurrence_id=one.recurrence_id),
            answer=ANSWERS[press.value.partition(":")[0]],
            scope=Scope.ALL if one.is_series else None,
        )
        heard_by = await who_hears(context, one)
        change = await context.proposals.propose(
            Proposal(
                owner=hearing.me.id, place=hearing.place.key, edits=(edit,), remarks=(heard_by,)
            )
        )
        for older in await self._desk.superseded_by(change):
            await self._speaking.redraw_change(hearing.me, older)
        if _changes_nothing(change):
            await self._desk.decline(change.id, hearing.me.id)
            await self._tell(hearing, ANSWERED_ALREADY)
        elif is_told(told, one.when) and heard_by.kind == IN_CHAT:
            if press.message is not None:
                await self._conversations.posted(change.id, press.message)
            await self.say_yes(hearing, change.id, press.reply)
        else:
            await self._speaking.show_change(hearing, change)

    async def note_card(self, hearing: Hearing, press: ButtonPress, change: str) -> None:
        """A card that a crash, right after it was posted, kept out of our books stands where it is
        pressed."""
        if press.message is None or press.on_page or await self._conversations.where(change):
            return
        found = await self._desk.get(ChangeId(change))
        # Where one replaced it, the newer one's card stands there now.
        if found.owner == hearing.me.id and not found.superseded_by:
            await self._conversations.posted(change, press.message)

    async def _show_soon(self, hearing: Hearing, change: ChangeId) -> None:
        """Should this be the last that is done here, the card will be true nevertheless."""
        if (await self._desk.get(change)).owner == hearing.me.id:
            await self._desk.show_soon(change)

    async def _of_mine(self, hearing: Hearing, change: str) -> PendingChange:
        found = await self._desk.get(ChangeId(change))
        if found.owner != hearing.me.id:
            raise NotYours("This is somebody else's to decide.")
        return found

    async def _came_of(self, hearing: Hearing, change: PendingChange, reply: str | None) -> None:
        if not await self._redraw(hearing, change, reply):
            await self._speaking.show_change(hearing, change)
        await self._desk.shown(change.id)
        await self._signups.opened(change)
        words, _ = outcome_words(change, hearing.me.zone, hearing.now)
        told = facts_of(change, hearing.me.zone, hearing.now, hearing.me.addresses)
        happened = Happened(
            what=change.status.value,
            text=words,
            at=hearing.now,
            facts={"change": change.id, "public": change.public, **told},
        )
        await self._conversations.append(hearing.key, hearing.me.id, [happened])

    async def _too_late(self, hearing: Hearing, subject: ChangeId, reply: str | None) -> None:
        """A press on a card that is no longer open: say how it stands, and redraw it."""
        change = await self._desk.get(subject)
        await self._redraw_truly(hearing, change, reply)
        await self._desk.shown(subject)
        await self._tell(hearing, _how_it_stands(change, hearing))

    async def _redraw_truly(
        self, hearing: Hearing, change: PendingChange, reply: str | None
    ) -> None:
        """Its card as it stands, also where another press is still at it: what is being written is
        drawn by whoever writes it, and what went on meanwhile is drawn once more."""
        while change.status is not ChangeStatus.CONFIRMED:
            await self._redraw(hearing, change, reply)
            drawn, change = change.status, await self._desk.get(change.id)
            if change.status is drawn:
                return

    async def _redraw(self, hearing: Hearing, change: PendingChange, reply: str | None) -> bool:
        """Its card as it stands; of one that came too late with who changed the event. Whether it
        could be edited."""
        between = await self._desk.came_between(change) if _is_stale(change) else None
        meanwhile = _who_changed(between, hearing) if between is not None else ""
        return await self._speaking.redraw_change(
            hearing.me, change, reply=reply, meanwhile=meanwhile
        )

    async def _tell(self, hearing: Hearing, text: str) -> None:
        await self._speaking.say(hearing.place, hearing.sender, text, private=True)


def _is_stale(change: PendingChange) -> bool:
    return change.status is ChangeStatus.STALE


def _changes_nothing(change: PendingChange) -> bool:
    """Whether all stands already as the change wants it."""
    return change.status is ChangeStatus.PROPOSED and all(
        one.before == one.after for one in change.glimpses
    )


def _who_changed(between: PendingChange, hearing: Hearing) -> str:
    assert between.applied_at is not None
    return f"you changed it {say_past(between.applied_at, hearing.me.zone, hearing.now)}"


def _how_it_stands(change: PendingChange, hearing: Hearing) -> str:
    zone, now = hearing.me.zone, hearing.now
    match change.status:
        case ChangeStatus.APPLIED:
            return f"✓ {already('done', change.applied_at or change.decided_at, zone, now)}"
        case ChangeStatus.CONFIRMED:
            return already("confirmed", change.decided_at, zone, now)
        case ChangeStatus.UNDONE:
            return already("taken back", None, zone, now)
        case ChangeStatus.DECLINED:
            return already("declined", change.decided_at, zone, now)
        case ChangeStatus.SUPERSEDED:
            return SUPERSEDED
        case ChangeStatus.STALE | ChangeStatus.FAILED:
            return outcome_words(change, zone, now)[0]
        case _:
            return EXPIRED
