"""Presses on invitations that do more than answer: propose another time, move an event to the one
that a guest proposed, show one invitation of several.
"""

from bot.chat.messages import ButtonPress, FormAnswer
from bot.contexts import Contexts
from bot.countering import counter_form, in_digits, split_move
from bot.notice_cards import invitation_card
from bot.replies import BUTTON_UNKNOWN
from bot.showing import Noted, show_result
from bot.speaking import Hearing, Speaking
from bot.tools.arguments import RespondToInvitation, UpdateEvent
from bot.tools.changing import update_event
from bot.tools.finding import by_ref
from bot.tools.inviting import respond_to_invitation
from bot.tools.tool import ToolContext, ToolMisused, ToolRefused
from bot.wording import say_when
from calendar_core.events import Occurrence
from scheduler.notices import Invited

GONE = "That event is no longer there."
THAT_IS_IT = "It is at that time already."


class CounterPresses:
    """Answers those presses."""

    def __init__(self, speaking: Speaking, contexts: Contexts, notes: Noted) -> None:
        self._speaking = speaking
        self._contexts = contexts
        self._notes = notes

    async def ask(self, hearing: Hearing, press: ButtonPress, subject: str) -> None:
        """Open the form for another time."""
        one = await self._invitation(hearing, subject)
        if one is None:
            return
        clock_24h = hearing.me.preferences.clock_24h
        told = say_when(one.when, hearing.me.zone, hearing.now, clock_24h=clock_24h)
        platform = self._speaking.platform(hearing.place.platform)
        await platform.open_form(
            counter_form(one, told),
            place=hearing.place,
            sender=hearing.sender,
            trigger=press.trigger,
        )

    async def fill(self, hearing: Hearing, answer: FormAnswer, subject: str) -> None:
        """What was filled in becomes the card of an answer with another time."""
        wanted = RespondToInvitation.model_validate(
            {
                "event": subject.removesuffix("@"),
                "answer": answer.fields.get("answer") or "decline",
                "propose": answer.fields.get("when", "").strip(),
                "note": answer.fields.get("note", "").strip() or None,
            }
        )
        ctx = self._contexts.of(hearing)
        try:
            result = await respond_to_invitation.run(ctx, wanted)
        except (ToolMisused, ToolRefused) as err:
            await self._tell(hearing, str(err))
            return
        await show_result(self._speaking, self._notes, hearing, result)

    async def move(self, hearing: Hearing, press: ButtonPress, subject: str) -> None:
        """The usual proposal of a move, to the time that a guest proposed."""
        ref, when = split_move(subject)
        if when is None:
            await self._tell(hearing, BUTTON_UNKNOWN)
            return
        ctx = self._contexts.of(hearing)
        try:
            one = await by_ref(ctx, ref)
            if one is None:
                await self._tell(hearing, GONE)
                return
            if in_digits(one.when, ctx.zone) == in_digits(when, ctx.zone):
                await self._tell(hearing, THAT_IS_IT)
                return
            wanted = UpdateEvent(
                event=ref,
                when=in_digits(when, ctx.zone),
                scope="this" if one.is_series else None,
            )
            result = await update_event.run(ctx, wanted)
        except (ToolMisused, ToolRefused) as err:
            await self._tell(hearing, str(err))
            return
        await show_result(self._speaking, self._notes, hearing, result)

    async def show(self, hearing: Hearing, press: ButtonPress, subject: str) -> None:
        """One invitation on a card of its own, to be answered there."""
        one = await self._invitation(hearing, subject)
        if one is None:
            return
        notice = Invited(
            key="",
            owner=hearing.me.id,
            event=one.event_id,
            what="invited",
            occurrence=one,
            title=one.title,
            by=one.organizer,
        )
        card = invitation_card(notice, hearing.me, hearing.now)
        await self._speaking.post(hearing.place, hearing.sender, card, private=True)

    async def _invitation(self, hearing: Hearing, subject: str) -> Occurrence | None:
        """What the presser is invited to; said where it is nothing of theirs, or gone."""
        ctx: ToolContext = self._contexts.of(hearing)
        try:
            one = await by_ref(ctx, subject.removesuffix("@"))
        except ToolRefused:
            one = None
        if one is None or one.owner != hearing.me.id or one.my_answer is None:
            await self._tell(hearing, GONE)
            return None
        return one

    async def _tell(self, hearing: Hearing, text: str) -> None:
        await self._speaking.say(hearing.place, hearing.sender, text, private=True)
